"""What a change feed is: its entries, its ids and its addresses, in whatever form it is written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flows.publish.naming import codelist_identifier, portal_id
from flows.publish.site.dates import write_edtf
from flows.publish.site.events import ADDED, CORRECTION, Change, Entry
from flows.publish.site.words import Lang

Words = Mapping[str, str]
"""The words of texts/changes.toml in one language."""
MOST_IN_TITLE = 3


@dataclass(frozen=True)
class Feed:
    """One feed document: what it is about, where it and its page are, and its entries, the newest first.

    `name` makes its id; `folder` is where it lies, with a slash at its end; `page` the page it belongs to. `archive`
    is its number, 0 for the feed that readers subscribe to; `older` that of the archive before it, 0 for none.
    """

    name: str
    title: str
    folder: str
    page: str
    lang: Lang
    entries: tuple[Entry, ...]
    catalogue: Mapping[str, Any]
    words: Words
    archive: int = 0
    older: int = 0

    @property
    def id(self) -> str:
        """Return the feed's id, the same wherever it is moved to."""
        return f"urn:uuid:{portal_id(self.catalogue, 'feed', f'{self.lang}/{self.name}')}"

    def entry_id(self, entry: Entry) -> str:
        """Return an entry's id: the same in every feed and for ever."""
        return f"urn:uuid:{portal_id(self.catalogue, 'change', f'{self.lang}/{entry.name}')}"

    def address(self, suffix: str, archive: int | None = None) -> str:
        """Return where the document of this feed in the form `suffix` is, or one of its archives."""
        number = self.archive if archive is None else archive
        return f"{self.catalogue['base_url']}{feed_path(self.folder, suffix, number)}"

    @property
    def archive_id(self) -> str:
        """Return the id of this archive, which is a document of its own."""
        return f"urn:uuid:{portal_id(self.catalogue, 'feed', f'{self.lang}/{self.name}/{self.archive}')}"

    @property
    def page_address(self) -> str:
        """Return where the page is that says the same to people."""
        return f"{self.catalogue['base_url']}{self.page}"

    @property
    def all_changes(self) -> str:
        """Return where every change there ever was stands as a table."""
        return f"{self.catalogue['base_url']}data/changes.csv"

    @property
    def kinds(self) -> str:
        """Return the IRI of the code list that the kinds of changes are from."""
        return f"{codelist_identifier(self.catalogue, 'change_class')}/"

    @property
    def rights(self) -> str:
        """Return under which licence, and naming whom, the feed may be used."""
        return f"{self.catalogue['attribution'][self.lang]}, {self.catalogue['license']}"

    def entry_address(self, entry: Entry) -> str:
        """Return where the page of what changed is."""
        return f"{self.catalogue['base_url']}{'en/' if self.lang == 'en' else ''}{entry.page}"

    @property
    def updated(self) -> str:
        """Return the day of the newest change (ISO), or "" where there never was one."""
        return max((entry.day for entry in self.entries), default="")


def feed_path(folder: str, suffix: str, archive: int = 0) -> str:
    """Return the path of a feed, or of its archive with a number, under the docroot."""
    return f"{folder}feed-{archive}.{suffix}" if archive else f"{folder}feed.{suffix}"


def moment(day: str) -> str:
    """Return an ISO day as the time RFC 3339 asks for: noon in UTC, which is that day nearly everywhere on Earth."""
    return f"{day}T12:00:00Z"


def headline(entry: Entry, words: Words) -> str:
    """Say in one line what changed: the subject, and up to three of its changes."""
    if not entry.is_measure:
        return f"{entry.title}: {_counted(entry, words)}"
    told = [
        words["new_record"].format(kind=c.label) if c.kind == ADDED else f"{c.label}: {c.new}" for c in entry.changes
    ]
    distinct = list(dict.fromkeys(told))
    rest = words["more"].format(count=len(distinct) - MOST_IN_TITLE) if len(distinct) > MOST_IN_TITLE else ""
    return f"{entry.title}: {', '.join(distinct[:MOST_IN_TITLE])}{rest}"


def _counted(entry: Entry, words: Words) -> str:
    count = len(entry.changes)
    if all(change.kind == ADDED for change in entry.changes):
        return words["new_records"].format(count=count)
    return words["one_change"] if count == 1 else words["changes"].format(count=count)


def sentence(change: Change, entry: Entry, lang: Lang, words: Words) -> str:
    """Say what changed; a correction names the wrong value, since when it was said to hold, and how long it stood."""
    if change.kind == ADDED:
        told = change.new if change.new != change.record != entry.subject else ""
        return words["new_record"].format(kind=change.label) + (f": {told}" if told else "")
    said = _corrected(change, entry, lang, words) if change.kind == CORRECTION else _changed(change, words)
    of = "" if change.record == entry.subject else f"{change.record_name}. "
    reason = f" {words['reason'].format(reason=change.reason)}" if change.reason else ""
    return f"{of}{change.label}: {said}{reason}"


def _changed(change: Change, words: Words) -> str:
    return words["was"].format(new=change.new, old=change.old)


def _corrected(change: Change, entry: Entry, lang: Lang, words: Words) -> str:
    corrected, stood = write_edtf(entry.day, lang), write_edtf(change.wrong_recorded, lang)
    since = words["wrong_since"].format(day=write_edtf(change.wrong_from, lang)) if change.wrong_from else ""
    known = words["wrong_known"].format(day=stood, corrected=corrected) if stood else ""
    return words["corrected"].format(old=change.old, since=since, known=known, new=change.new)


def received(entry: Entry, lang: Lang, words: Words) -> str:
    """Say when and with which delivery a change came."""
    return words["received"].format(day=write_edtf(entry.day, lang), delivery=entry.delivery)
