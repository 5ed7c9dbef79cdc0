"""Run one harvest of a source in this process, without the queue's consumers, and print its job as JSON.

Called with the portal's own Python: CKAN_INI=... python harvest_once.py SOURCE_NAME
"""

import json
import logging
import sys

from ckan import model
from ckan.plugins import toolkit
from ckanext.harvest import queue
from ckanext.harvest.model import HarvestJob, HarvestObject
from wsgi import application


def harvest(name):
    """Harvest the source with this name, wait for all stages, and return its job as the portal's API shows it."""
    user = toolkit.get_action("get_site_user")({"ignore_auth": True}, {})["name"]

    def call(action, **parameters):
        context = {"model": model, "session": model.Session, "user": user, "ignore_auth": True}
        return toolkit.get_action(action)(context, parameters)

    source = model.Package.get(name).id
    abort_unfinished(source)
    job = HarvestJob.get(call("harvest_job_create", source_id=source, run=False)["id"])
    job.status = "Running"
    job.save()
    for object_id in queue.gather_stage(queue.get_harvester(job.source.type), job) or []:
        queue.fetch_and_import_stages(queue.get_harvester(job.source.type), HarvestObject.get(object_id))
    call("harvest_jobs_run", source_id=source)
    return call("harvest_job_show", id=job.id)


def abort_unfinished(source):
    """Abort what an earlier, broken harvest left: the portal starts no job while another one of the source runs."""
    unfinished = HarvestJob.status.in_(["New", "Running"])
    for job in model.Session.query(HarvestJob).filter(HarvestJob.source_id == source, unfinished):
        job.status = "Aborted"
    model.Session.commit()


if __name__ == "__main__":
    logging.disable(logging.WARNING)
    with application._wsgi_app.test_request_context():
        json.dump(harvest(sys.argv[1]), sys.stdout, default=str)
