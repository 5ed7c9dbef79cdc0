"""What the departments get: the report on each delivery as data, page and workbook, and the next template of each feed.

Everything here follows from the state, so all of it may be deleted: the next run writes it again.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from email.message import EmailMessage
from typing import Any

from flows.feedback.mail import Attachment, Send, UndeliverableError, recipients, reminder_mail, report_mail
from flows.feedback.page import Surroundings, language_of, report_page
from flows.feedback.reminders import RECENT_DAYS, reminders
from flows.feedback.report import report
from flows.feedback.template import Known as TemplateKnown
from flows.feedback.template import write_template
from flows.feedback.workbook import marked_workbook
from flows.formats.write_json import write_document
from flows.history.delivered import delivered_changes, records_of_feed
from flows.history.ledger import current
from flows.model import Delivery, Feed, Finding
from flows.normalise.identity import collect_aliases
from flows.normalise.opening import open_delivery
from flows.replay import Known, State, accepted, feed_of, names_known
from flows.settings import Configuration, day_in_berlin
from flows.store import Store

MEDIA_TYPES = {
    "html": "text/html",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "xlsm": "application/vnd.ms-excel.sheet.macroEnabled.12",
}


def write_reports(store: Store, configuration: Configuration, state: State) -> None:
    """Write to `reports/<unit>/` the report on each delivery and the template of each feed.

    A report that says the same stays untouched, and its page and workbook with it.
    """
    outcomes = dict(state.outcomes.group_by("delivery").agg("outcome").iter_rows())
    findings: dict[str, list[Finding]] = {}
    for finding in state.findings:
        findings.setdefault(finding.delivery, []).append(finding)
    decided = accepted(store.journal.events())
    for delivery in state.deliveries:
        told = report(
            delivery, outcomes.get(delivery.id, []), findings.get(delivery.id, []), configuration.codelists,
            delivered_changes(state.ledger, delivery.id, configuration.entities), decided.get(delivery.id),
        )  # fmt: skip
        _write(store, configuration, delivery, told)
    for feed in configuration.feeds:
        name = template_name(feed, language_of(feed))
        content = template_of(feed, state, configuration, store.journal.events(), language_of(feed))
        store.write_report(feed.unit, name, content)


def _write(store: Store, configuration: Configuration, delivery: Delivery, told: Mapping[str, Any]) -> None:
    unit, document = delivery.feed.split("/")[0], write_document(told)
    if store.report(unit, f"{delivery.id}.html") and store.report(unit, f"{delivery.id}.json") == document:
        return
    feed = feed_of(delivery, configuration)
    lang = language_of(feed)
    files = [(part.name, store.archive.get(part.sha256)) for part in delivery.parts] if not delivery.cells else []
    cells = open_delivery(delivery, feed, store.archive.get)
    suffix, workbook = marked_workbook(files, cells.tables, told, lang)
    marked = f"{delivery.id}.{suffix}"
    page = page_of(told, feed, configuration, marked, lang)
    for name, content in ((marked, workbook), (f"{delivery.id}.html", page), (f"{delivery.id}.json", document)):
        store.write_report(unit, name, content)


def tell(store: Store, configuration: Configuration, state: State, now: datetime, send: Send) -> list[str]:
    """Send the reports and reminders that are to go out and did not yet; return what could not be sent, in words.

    Each goes out once: the journal says so as soon as the server has taken it. Needs the lock, and the reports written.
    """
    today = day_in_berlin(now)
    told = {(event["what"], event["kind"]) for event in store.journal.events() if event["event"] == "told"}
    undelivered = []
    for what, kind, message in _mails(store, configuration, state, now, today, told):
        try:
            send(message)
        except UndeliverableError as fault:
            undelivered.append(f"{what}: {fault}")
        else:
            store.journal.append([{"event": "told", "what": what, "kind": kind, "time": now.isoformat()}])
    return undelivered


def _mails(
    store: Store,
    configuration: Configuration,
    state: State,
    now: datetime,
    today: str,
    told: Collection[tuple[str, str]],
) -> Iterator[tuple[str, str, EmailMessage]]:
    first = (date.fromisoformat(today) - timedelta(days=RECENT_DAYS)).isoformat()
    sender = configuration.mail.sender or str(configuration.catalogue["contact"]["email"])
    reached = {feed.id: feed for feed in configuration.feeds if recipients(feed)}
    for delivery in state.deliveries:
        feed = reached.get(delivery.feed)
        if feed and delivery.received >= first and (delivery.id, "report") not in told:
            document = json.loads(store.report(feed.unit, f"{delivery.id}.json") or b"{}")
            files = _attached(store, feed.unit, [f"{delivery.id}{suffix}" for suffix in (".html", ".xlsx", ".xlsm")])
            yield delivery.id, "report", report_mail(document, feed, files, sender, now, language_of(feed))
    for reminder in reminders(reached.values(), state.deliveries, today, told):
        feed, lang = reminder.feed, language_of(reminder.feed)
        files = _attached(store, feed.unit, [template_name(feed, lang)])
        yield reminder.what, reminder.kind, reminder_mail(reminder, files, sender, now, lang)


def _attached(store: Store, unit: str, names: Sequence[str]) -> list[Attachment]:
    contents = ((name, store.report(unit, name)) for name in names)
    return [(name, MEDIA_TYPES[name.rsplit(".", 1)[1]], content) for name, content in contents if content]


def page_of(told: Mapping[str, Any], feed: Feed, configuration: Configuration, marked: str, lang: str) -> bytes:
    """Return the page of a report; `marked` is the name of the workbook beside it."""
    rules = f"{configuration.catalogue['base_url']}{'' if lang == 'de' else 'en/'}rules/"
    title = {"title": feed.mapping.get("title", {"de": feed.id, "en": feed.id})}
    named = Feed(feed.unit, feed.name, {**feed.mapping, **title})
    around = Surroundings(marked, template_name(feed, lang), rules, configuration.catalogue["contact"])
    return report_page(told, named, configuration.entities, configuration.codelists, around, lang)


def template_name(feed: Feed, lang: str) -> str:
    """Return the file name of a feed's template."""
    return f"{'vorlage' if lang == 'de' else 'template'}-{feed.name}.xlsx"


def template_of(
    feed: Feed, state: State, configuration: Configuration, events: Sequence[Mapping[str, Any]], lang: str
) -> bytes:
    """Return the template of a feed, filled with the present state of every record it ever delivered."""
    own = [delivery.id for delivery in state.deliveries if delivery.feed == feed.id]
    entities = configuration.entities
    names = state.ledger.versions
    minted = [(event["scheme"], event["value"], event["id"]) for event in events if event["event"] == "minted"]
    present = {name: current(state.ledger, name) for name in names}
    aliases = collect_aliases(*names_known(Known(present, [*minted, *state.minted], frozenset()), configuration))
    records = {name: records_of_feed(state.ledger, own, name) for name in names}
    return write_template(
        feed, TemplateKnown(records, present, aliases, state.as_of), entities, configuration.codelists, lang
    )
