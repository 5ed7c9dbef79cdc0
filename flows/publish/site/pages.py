"""All pages of a release: one list of who makes them, rendered in both languages."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from flows.publish.site.changes import changes_pages
from flows.publish.site.dataset_pages import dataset_pages
from flows.publish.site.departments import department_pages
from flows.publish.site.facts import Facts
from flows.publish.site.feeds import change_feeds
from flows.publish.site.fields import field_pages
from flows.publish.site.index import data_pages
from flows.publish.site.legal import legal_pages
from flows.publish.site.measure import measure_pages
from flows.publish.site.measures import list_pages
from flows.publish.site.method import method_pages
from flows.publish.site.radar import radar_pages
from flows.publish.site.rendering import Drawn, File, Page, assets, render_pages
from flows.publish.site.reports import report_pages
from flows.publish.site.rules import rules_pages
from flows.publish.site.services import service_pages
from flows.publish.site.sharing import sharing_pictures
from flows.publish.site.slipped import slipped_pages
from flows.publish.site.start import start_pages
from flows.publish.site.strategy import strategy_pages

MAKERS: tuple[Callable[[Facts], Iterator[Page | File | Drawn]], ...] = (
    start_pages,
    service_pages,
    list_pages,
    measure_pages,
    slipped_pages,
    radar_pages,
    field_pages,
    department_pages,
    strategy_pages,
    data_pages,
    dataset_pages,
    change_feeds,
    changes_pages,
    report_pages,
    method_pages,
    rules_pages,
    legal_pages,
)


def site_files(facts: Facts) -> Iterator[File | Drawn]:
    """Yield every page in German and English, and the files that belong to them (twins, feeds, CSV of charts, assets).

    Raises KeyError where a table the pages need lacks a column, jinja2.UndefinedError where a template asks for more.
    """
    pages: list[Page] = []
    own: list[File | Drawn] = list(assets(facts.theme))
    for make in MAKERS:
        for made in make(facts):
            if isinstance(made, Page):
                pages.append(made)
            else:
                own.append(made)
    own += sharing_pictures(pages, facts.catalogue, facts.theme)
    yield from own
    others = {*facts.release.files, *(file.path if isinstance(file, Drawn) else file[0] for file in own)}
    yield from render_pages(pages, others, facts.catalogue, facts.theme)
