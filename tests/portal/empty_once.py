"""Purge everything from the portal: datasets in any state, harvest sources, tables of the DataStore.

Called with the portal's own Python: CKAN_INI=... python empty_once.py. Its database is asked, as no search finds what
is deleted, nor harvest sources among the datasets.
"""

import logging

import sqlalchemy
from ckan import model
from ckan.plugins import toolkit
from ckanext.datastore.backend.postgres import get_write_engine
from wsgi import application


def empty():
    """Purge what harvests brought first: their records hold on to it."""
    user = toolkit.get_action("get_site_user")({"ignore_auth": True}, {})["name"]

    def call(action, **parameters):
        context = {"model": model, "session": model.Session, "user": user, "ignore_auth": True}
        return toolkit.get_action(action)(context, parameters)

    for source in ids(model.Package.type == "harvest"):
        call("harvest_source_clear", id=source)
    for package in ids(True):
        call("dataset_purge", id=package)
    drop_tables(get_write_engine())


def ids(condition):
    return [identifier for (identifier,) in model.Session.query(model.Package.id).filter(condition)]


def drop_tables(engine):
    """Drop the table of every file: a purge of its dataset leaves it there, out of the API's reach."""
    with engine.begin() as connection:
        for name in sqlalchemy.inspect(connection).get_table_names():
            if not name.startswith("_"):
                connection.execute(sqlalchemy.text(f'drop table "{name}"'))


if __name__ == "__main__":
    logging.disable(logging.WARNING)
    with application._wsgi_app.test_request_context():
        empty()
