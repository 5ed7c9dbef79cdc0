from __future__ import annotations

import io
from html import unescape
from typing import Any

import pypdf
from html_tree import parse
from site_facts import change, facts

from flows.publish.site.annual import Section, Table, annual_report, as_data, reported_years
from flows.publish.site.rendering import Drawn, Page, render_pages
from flows.publish.site.reports import ROWS, parted, report_pages
from flows.publish.site.typesetting import typeset, typeset_pdf

MEASURES = [
    {"id": "M-1", "title_de": "E-Akte", "field_id": "HF-1", "lead_org_ids": ["ORG-rit"], "baseline_end": "2024"},
    {"id": "M-2", "title_de": "*Netz* #1 $x$", "field_id": "HF-1"},
    {"id": "M-3", "title_de": "Später"},
]
REPORTS = [
    {"id": "SR-1", "measure_id": "M-1", "status_code": "planned", "progress_pct": 5.0, "valid_from": "2023-06-30"},
    {"id": "SR-2", "measure_id": "M-1", "status_code": "in_progress", "progress_pct": 12.5, "valid_from": "2024-06-30"},
    {"id": "SR-3", "measure_id": "M-1", "status_code": "completed", "progress_pct": 100.0, "valid_from": "2025-06-30"},
]
CHANGES = [
    *(change(m, "id", n, change_class="added", effective_on=day) for n, (m, day) in enumerate(
        (("M-1", "2023-01-01"), ("M-2", "2024-02-01"), ("M-3", "2025-01-01"))
    )),
    change("M-1", "status_code", 8, change_class="status", old_value="planned", new_value="in_progress",
           effective_on="2024-06-30", reason_text_de="Start"),
]  # fmt: skip


def example() -> Any:
    return facts(
        measure=MEASURES,
        status_report=[{**report, "recorded_at": report["valid_from"]} for report in REPORTS],
        change_event=CHANGES,
        field_of_action=[{"id": "HF-1", "strategy_version_id": "SV-1", "title_de": "Infrastruktur"}],
        organisation=[{"id": "ORG-rit", "name_de": "IT-Referat", "abbrev": "RIT"}],
    )


def rows(year: int, number: int, lang: Any = "de") -> tuple[tuple[str, ...], ...]:
    table = annual_report(year, example(), lang).sections[number].table
    assert table is not None
    return table.rows


def test_there_is_a_report_for_every_year_with_reports() -> None:
    assert reported_years(example()) == [2025, 2024, 2023]


def test_a_year_tells_what_held_at_its_end_and_nothing_later() -> None:
    report = annual_report(2024, example(), "de")
    assert "2 Maßnahmen verzeichnet" in report.lead
    assert "Zu 1 von ihnen" in report.lead
    assert [row[:2] for row in rows(2024, 0)] == [("In Umsetzung", "1"), ("Unbekannt", "1")]
    assert rows(2024, 1) == (("Infrastruktur", "2", "1", "1"),)
    assert [row[0] for row in rows(2024, 2)] == ["E-Akte"]
    assert rows(2024, 2)[0][2:] == ("Geplant", "In Umsetzung", "Start")
    assert rows(2024, 3)[0] == ("E-Akte", "RIT", "In Umsetzung", "12,5\u202f%", "2024", "30.06.2024")
    assert rows(2024, 3)[1][1:] == ("–", "Unbekannt", "–", "–", "–")
    assert report.received == "2024-12-31"


def test_a_year_without_changes_says_so() -> None:
    section = annual_report(2023, example(), "en").sections[2]
    assert (section.table, section.paragraphs) == (
        None,
        ("No change of a recorded measure was reported in this year.",),
    )


def as_html(cell: str | dict[str, str]) -> str:
    """Return a cell of the PDF's data as it stands on the page: German on an English page is marked on both."""
    return f">{cell}<" if isinstance(cell, str) else f'<span lang="{cell["lang"]}">{cell["text"]}</span>'


def test_the_page_says_what_the_pdf_says() -> None:
    given = example()
    made = list(report_pages(given))
    pages = [page for page in made if isinstance(page, Page)]
    rendered = render_pages(pages, [], given.catalogue, given.theme)
    found = {path: unescape(content.decode()) for path, _, content in rendered}
    for lang, path in (("de", "reports/2024/index.html"), ("en", "en/reports/2024/index.html")):
        data = as_data(annual_report(2024, given, lang), given)  # type: ignore[arg-type]
        for section in data["sections"]:
            assert f">{section['title']}</h2>" in found[path]
            for cell in (cell for row in (section["table"] or {"rows": []})["rows"] for cell in row):
                assert as_html(cell) in found[path]
    assert '<span lang="de">Infrastruktur</span>' in found["en/reports/2024/index.html"]
    pdfs = [f"{lead}reports/{year}/report.pdf" for year in (2025, 2024, 2023) for lead in ("", "en/")]
    assert [page.path for page in made if isinstance(page, Drawn)] == pdfs


def test_a_long_report_goes_on_on_further_pages_and_loses_no_row() -> None:
    columns = (("Maßnahme", False),)
    long = [tuple((f"{name}-{n}",) for n in range(count)) for name, count in (("a", ROWS - 1), ("b", 2 * ROWS + 1))]
    sections = [
        *(Section(f"S{n}", ("Satz.",), Table("T", columns, rows)) for n, rows in enumerate(long, 1)),
        Section("Ende", ("Schluss.",)),
    ]
    parts = list(parted(sections))
    assert [(part.number, part.page, part.goes_on) for part in parts] == [
        *((1, 1, False), (2, 1, False), (2, 2, True), (2, 3, True), (3, 3, False))
    ]
    for number, rows in enumerate(long, 1):
        tables = [part.section.table for part in parts if part.number == number]
        assert tuple(row for table in tables if table for row in table.rows) == rows
    assert [part.section.paragraphs for part in parts] == [("Satz.",), ("Satz.",), (), (), ("Schluss.",)]


def test_each_page_of_a_long_report_leads_on_and_to_all_its_parts() -> None:
    many = [{**MEASURES[0], "id": f"M-{n:04}", "title_de": f"Vorhaben {n}"} for n in range(1, ROWS + 101)]
    began = [change(m["id"], "id", n, change_class="added", effective_on="2023-01-01") for n, m in enumerate(many)]
    status = [{**REPORTS[0], "measure_id": "M-0001", "recorded_at": "2023-06-30"}]
    given = facts(measure=many, status_report=status, change_event=began)
    pages = [page for page in report_pages(given) if isinstance(page, Page)]
    made = {path: parse(content) for path, _, content in render_pages(pages, [], given.catalogue, given.theme)}
    assert sorted(path for path in made if not path.startswith("en/")) == [
        *("reports/2023/index.html", "reports/2023/page-2/index.html", "reports/index.html")
    ]
    first, second = made["reports/2023/index.html"], made["reports/2023/page-2/index.html"]
    assert next(a for a in first.all("a") if a.attributes.get("rel") == "next").attributes["href"].endswith("page-2/")
    contents = next(nav for nav in second.all("nav") if nav.attributes["aria-label"] == "Inhalt")
    assert [a.attributes["href"] for a in contents.all("a")] == [
        *(f"../../../reports/2023/#section-{number}" for number in range(1, 5)),
        "#section-5",
    ]
    assert [h.text for h in second.all("h2")] == ["Alle Maßnahmen (Fortsetzung)", "Wie dieser Bericht zu lesen ist"]
    titles = {page.one("head").one("title").text for page in made.values()}
    assert len(titles) == len(made)


def test_the_pdf_is_the_same_every_time_and_keeps_markup_as_text() -> None:
    data = as_data(annual_report(2024, example(), "de"), example())
    made = typeset("report", data, "pdf")
    assert typeset("report", data, "pdf") == made
    assert typeset_pdf("report", data) == made
    text = "\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(made)).pages)
    assert "*Netz* #1 $x$" in text


def test_the_pdf_is_tagged_and_says_title_language_and_order() -> None:
    read = pypdf.PdfReader(
        io.BytesIO(typeset("report", as_data(annual_report(2024, example(), "de"), example()), "pdf"))
    )
    root = read.trailer["/Root"]
    assert root["/Lang"] == "de"
    assert root["/MarkInfo"]["/Marked"].value is True
    assert root["/ViewerPreferences"]["/DisplayDocTitle"].value is True
    assert read.metadata.title.endswith("Jahresbericht 2024")
    assert b"pdfuaid:part" in root["/Metadata"].get_data()
    tags = list(structure(root["/StructTreeRoot"]["/K"]))
    assert tags[:2] == ["/Document", "/Title"]
    headings = [tag for tag in tags if tag in ("/H1", "/Table")]
    # Contents, then each part with its table: status, fields, changes, measures; last how to read it.
    assert headings == ["/H1", *["/H1", "/Table"] * 4, "/H1"]
    assert tags.count("/TH") == 3 + 4 + 5 + 6
    assert tags.count("/TOCI") == 5


def structure(node: Any) -> Any:
    """Yield the tags of a PDF in reading order."""
    held = node.get_object() if hasattr(node, "get_object") else node
    if isinstance(held, list):
        for child in held:
            yield from structure(child)
    elif isinstance(held, dict):
        if "/S" in held:
            yield str(held["/S"])
        if "/K" in held and held.get("/Type") != "/MCR":
            yield from structure(held["/K"])
