"""Rows 9 to 20, 34 to 37 and 49 to 53: what stands in one cell is read with certainty, or refused at that cell."""

from __future__ import annotations

import datetime as dt

import pytest
from town import COLUMNS, Taken, book, csv, feed, row, take

NUMBER, AMOUNT, PERCENT = "indicator.target_value", "budget.amount_eur", "status_report.progress_pct"
START, END = "measure.planned_start", "measure.planned_end"
REFUSED = None


def one_column(target: str, *texts: str, heading: str = "Wert", **spec: object) -> Taken:
    """Hand in one text a row for a property, beside what a measure needs."""
    columns = {"Nr.": "measure.key", "Maßnahme": "measure.title_de", heading: target}
    if target.startswith("indicator."):
        columns["Kennzahl"] = "indicator.title_de"
    rows = [(str(n), f"Vorhaben {n}", text, *([f"Zahl {n}"] * (len(columns) - 3))) for n, text in enumerate(texts)]
    return take(csv(*rows, head=tuple(columns)), of=feed(columns, **spec))


def read(target: str, *texts: str) -> list[tuple[object, str]]:
    """Return for each text the value that was taken and the rule that has something to say about its cell."""
    taken = one_column(target, *texts)
    entity, name = target.split(".")
    values = {record["_row"]: record[name] for record in taken.records(entity)}
    rules = {f.row: f.rule for f in reversed(taken.findings) if f.column == "C" and f.property == name}
    return [(values.get(number), rules.get(number, "")) for number in range(2, len(texts) + 2)]


def test_row_09_numbers_with_german_separators() -> None:
    assert read(NUMBER, "1.234,5", "12 000", "1'000", "3,5") == [(1234.5, ""), (12000, ""), (1000, ""), (3.5, "")]


def test_row_09_one_dot_before_three_digits_is_told_unless_the_column_shows_what_it_means() -> None:
    assert read(NUMBER, "1.234", "7") == [(1234, "ambiguous_number"), (7, "")]
    assert read(NUMBER, "1.234", "0,5") == [(1234, ""), (0.5, "")]


def test_row_10_percentages_in_every_spelling() -> None:
    assert read(PERCENT, "56 %", "56", "56,5") == [(56, ""), (56, ""), (56.5, "")]
    assert read(PERCENT, "0,56", "0.25", "1") == [
        *((56, "fraction_as_percent"), (25, "fraction_as_percent"), (100, "fraction_as_percent")),
    ]
    mixed = read(PERCENT, "0,56", "56", "ca. 50%", "50-60 %", ">90")
    assert mixed[0] == (REFUSED, "ambiguous_percent")
    assert mixed[1:] == [
        *(
            (56, ""),
            (50, "number_estimated"),
            (REFUSED, "range_instead_of_number"),
            (REFUSED, "range_instead_of_number"),
        ),
    ]
    assert one_column(PERCENT, "ca. 50%").values("status_report.progress_pct_estimated") == [True]


def test_row_11_an_impossible_progress_is_refused_and_a_contradiction_told() -> None:
    assert read(PERCENT, "110", "-5") == [(REFUSED, "out_of_range")] * 2
    taken = take(csv(row(status_code="geplant", progress_pct="100 %")))
    assert taken.found("planned_with_progress").level == "WARN"
    assert taken.values(PERCENT) == [100]


def test_row_12_a_number_in_brackets_is_not_negative() -> None:
    assert read(NUMBER, "(5)", "12") == [(5, "bracketed_number"), (12, "")]


def test_row_13_what_excel_made_a_date_of_is_no_number() -> None:
    assert read(NUMBER, "1. Feb", "03. Apr", "MAR1") == [(REFUSED, "excel_date_damage")] * 3
    columns = {"Nr.": "measure.key", "Maßnahme": "measure.title_de", "Kennzahl": "indicator.title_de", "Ziel": NUMBER}
    dated = book(
        {"Blatt": [tuple(columns), ("1", "Werkstatt", "Zahl", None)]},
        lambda made, pages: pages["Blatt"].write_datetime(
            1, 3, dt.datetime(2025, 2, 1), made.add_format({"num_format": "d. mmm"})
        ),
    )
    taken = take(dated, "a.xlsx", of=feed(columns))
    assert (taken.found("excel_date_damage").level, taken.cells("excel_date_damage")) == ("ERROR", ["D2"])


@pytest.mark.parametrize("key", ["1. Feb", "03. Apr", "2025-02-01"])
def test_row_13_what_excel_made_a_date_of_is_no_key(key: str) -> None:
    taken = take(csv(row(), (key, "Vorhaben mit altem Schlüssel", *row()[2:])))
    assert (taken.found("excel_date_damage").level, taken.cells("excel_date_damage")) == ("ERROR", ["A3"])
    assert taken.outcomes[3] == ("quarantined", "excel_date_damage")
    assert len(taken.records("measure")) == 1


DATES = {
    "30.06.2024": ("2024-06-30", ""),
    "3.6.24": ("2024-06-03", "two_digit_year"),
    "2024/06/30": ("2024-06-30", ""),
    "Q2/2024": ("2024-04/2024-06", ""),
    "II. Quartal 2024": ("2024-04/2024-06", ""),
    "4° trimestre 2024": ("2024-10/2024-12", ""),
    "KW 14": (REFUSED, "incomplete_date"),
    "KW 14/2024": ("2024-04-01/2024-04-07", ""),
    "Mitte 2024": ("2024-04/2024-09", "vague_date"),
    "Ende 2025": ("2025-10/2025-12", "vague_date"),
    "Frühjahr 25": ("2025-03/2025-05", "vague_date"),
    "2024 ff.": ("2024", ""),
    "bis 2025": ("../2025", ""),
}
ENDS = {"bis 2025": ("2025", ""), "2024": ("2024", "")}


def test_row_14_dates_in_every_spelling_of_a_department() -> None:
    found = dict(zip(DATES, read(START, *DATES), strict=True))
    assert {text: value for text, value in found.items() if value != DATES[text]} == {}
    assert dict(zip(ENDS, read(END, *ENDS), strict=True)) == ENDS
    taken = one_column(START, "30.06.2024", "Q2/2024", "Mitte 2024", "2024")
    assert taken.values("measure.planned_start_precision") == ["day", "quarter", "vague", "year"]


def test_row_14_what_goes_on_has_an_open_end() -> None:
    words = ("laufend", "dauerhaft", "fortlaufend", "jährlich")
    taken = one_column(END, *words)
    assert taken.values(END) == [None] * 4
    assert taken.reasons(END) == ["ongoing"] * 4
    assert taken.values("measure.category") == ["ongoing_task"] * 4
    taken = one_column(END, "tbd", "n. n.")
    assert taken.reasons(END) == ["not_decided", "not_named"]


def test_row_15_impossible_dates_are_refused() -> None:
    assert read(START, "31.11.2022", "30.02.2024") == [(REFUSED, "impossible_date")] * 2
    assert read(START, "30.02.") == [(REFUSED, "incomplete_date")]


def test_row_16_years_beyond_all_plans_are_refused() -> None:
    assert read(START, "01.01.00", "1900", "2205") == [(REFUSED, "implausible_year")] * 3


def test_row_17_an_end_before_the_start_and_an_end_that_lies_ahead_are_refused() -> None:
    columns = {**COLUMNS, "Ist-Ende": "measure.actual_end"}
    rows = [
        (*row(1, planned_start="2026", planned_end="2023"), ""),
        (*row(2, status_code="abgeschlossen"), "2026-01-01"),
    ]
    taken = take(csv(*rows, head=tuple(columns)), of=feed(columns))
    assert taken.cells("end_before_start") == ["E2", "F2"]
    assert taken.cells("date_in_future") == ["J3"]
    assert taken.rules("ERROR") == {"end_before_start", "date_in_future"}
    assert taken.values(START) == [None, "2023"]
    assert taken.values("measure.actual_end") == [None, None]


def test_row_18_a_period_in_one_cell_is_a_start_and_an_end() -> None:
    periods = {
        "2021-2025": ("2021", "2025"),
        "2021 – 2025": ("2021", "2025"),
        "ab 2024": ("2024", None),
        "seit 2019": ("2019", None),
    }
    taken = one_column("measure.planned_period", *periods)
    assert list(zip(taken.values(START), taken.values(END), strict=True)) == list(periods.values())
    assert taken.rules("WARN", "ERROR") <= {"missing_reason_needed", "reporting_date_missing"}


MISSING = {
    **dict.fromkeys(("k.A.", "k. A.", "-", "–", "—", "n/a", "N.A.", "#NV", "#N/A", "x", "."), "not_stated"),
    "entfällt": "not_applicable",
    "?": "not_known",
}


def test_row_19_missing_markers_are_no_values_and_have_a_reason() -> None:
    taken = one_column(END, *MISSING)
    assert taken.values(END) == [None] * len(MISSING)
    assert taken.reasons(END) == list(MISSING.values())
    assert taken.rules("ERROR") == set()
    assert read(NUMBER, "0", "k.A.") == [(0, ""), (REFUSED, "")]


@pytest.mark.parametrize("mark", ["siehe oben", "s.o.", '""""'])
def test_row_19_as_above_is_refused_unless_the_mapping_fills_down(mark: str) -> None:
    taken = one_column(END, "2025", mark)
    assert (taken.found("ditto_mark").level, taken.cells("ditto_mark")) == ("ERROR", ["C3"])
    assert taken.values(END) == ["2025", None]
    filled = one_column(END, "2025", mark, fill_down=["Wert"])
    assert filled.values(END) == ["2025", "2025"]


def test_row_20_no_news_carries_the_last_report_forward() -> None:
    words = ("unverändert", "Kein neuer Sachstand", "wie Vorjahr")
    taken = take(csv(*(row(n, status_code=word, progress_pct=word) for n, word in enumerate(words))))
    assert taken.values("status_report.report_state") == ["carried_forward"] * 3
    assert [taken.outcomes[number][0] for number in (2, 3, 4)] == ["carried_forward"] * 3
    assert taken.values("status_report.status_code") == [None] * 3


def test_row_34_symbols_are_refused_unless_the_mapping_says_what_they_mean() -> None:
    symbols = ("✔", "✗", "●", "◔", "▲", "🟢", "ü")
    taken = take(csv(*(row(n, status_code=symbol) for n, symbol in enumerate(symbols))))
    assert taken.values("status_report.status_code") == [None] * len(symbols)
    assert taken.cells("symbol_as_code") == [f"G{number}" for number in range(2, 8)]
    assert taken.cells("unknown_code") == ["G8"]
    declared = feed(codes={"status_report.status_code": {"✔": "completed", "ü": "completed"}})
    taken = take(csv(row(1, status_code="✔"), row(2, status_code="ü")), of=declared)
    assert taken.values("status_report.status_code") == ["completed"] * 2


def test_row_35_status_words_of_departments_are_known_and_others_get_a_suggestion() -> None:
    known = {"in umsetzung": "in_progress", "läuft": "in_progress", "UMGESETZT": "completed", "abgeschl.": "completed"}
    words = (*known, "in Umsetzug")
    taken = take(csv(*(row(n, status_code=word) for n, word in enumerate(words))))
    assert taken.values("status_report.status_code") == [*known.values(), None]
    finding = taken.found("unknown_code")
    assert (finding.level, finding.value) == ("ERROR", "in Umsetzug")
    assert "in umsetzung" in finding.expected


def test_row_36_of_a_status_in_a_sentence_the_rest_is_the_reason_and_no_date_is_taken() -> None:
    taken = take(csv(row(status_code="in Umsetzung, Abschluss verzögert sich auf 2026", planned_end="2025")))
    (report,) = taken.records("status_report")
    assert (report["status_code"], report["reason_text_de"]) == ("in_progress", "Abschluss verzögert sich auf 2026")
    assert report["forecast_end"] is None
    assert taken.values(END) == ["2025"]
    assert taken.found("status_in_sentence").level == "WARN"


def test_row_37_two_statuses_in_one_cell_are_refused() -> None:
    taken = take(csv(row(status_code="Phase 1 abgeschlossen, Phase 2 geplant")))
    assert taken.found("ambiguous_code").level == "ERROR"
    assert taken.values("status_report.status_code") == [None]


def test_row_49_texts_that_were_cut_off_are_told() -> None:
    taken = one_column("measure.description_de", "a" * 255, "b" * 254, "c" * 32767, "####")
    assert taken.cells("text_truncated") == ["C2", "C4"]
    assert {f.level for f in taken.findings if f.rule == "text_truncated"} == {"WARN"}
    assert [len(text or "") for text in taken.values("measure.description_de")] == [255, 254, 32767, 0]
    assert taken.cells("cell_too_narrow") == ["C5"]


def test_row_50_gender_forms_stay_as_they_are() -> None:
    words = ("Bürger*innen", "Bürger:innen", "Bürger_innen", "*Neu* für alle", "100 % [sic]")
    taken = one_column("measure.short_text_de", *words)
    assert taken.values("measure.short_text_de") == list(words)
    assert taken.findings == [f for f in taken.findings if f.property != "short_text_de"]


def test_row_51_money_is_whole_euros() -> None:
    amounts = ("171 Mio. €", "25.000 TEUR", "rd. 1,2 Mrd.", "120 k€", "12 CHF")
    taken = one_column(AMOUNT, *amounts)
    assert taken.values(AMOUNT) == [171_000_000, 25_000_000, 1_200_000_000, 120_000, None]
    assert taken.values("budget.amount_eur_estimated") == [False, False, True, False, None]
    assert taken.found("foreign_currency").level == "ERROR"


def test_row_52_council_numbers_are_written_one_way_and_not_completed() -> None:
    target = "measure.resolution_ids"
    taken = one_column(target, "Nr. 14-20/V13714", "V 14953", "20-26 / 07493")
    found = [(f.rule, f.level, f.row) for f in taken.findings if f.property == "resolution_ids"]
    assert ("resolution_number_incomplete", "WARN", 3) in found
    assert ("resolution_number_incomplete", "WARN", 4) in found
    assert ("resolution_number_normalised", "FIX", 2) in found
    assert taken.values(target)[1:] == [None, None]
    assert taken.values(target)[0]


def test_row_53_links_lead_where_the_public_can_go() -> None:
    target = "measure.public_url"
    links = {
        "https://muenchen.digital/": ("https://muenchen.digital/", ""),
        "http://wilma.muenchen.de/x": (None, "intranet_link"),
        "file://server/ablage/x.docx": (None, "intranet_link"),
        "https://risi.muenchen.de/risi/sitzungsvorlage/detail/5?7-1.0": (
            "https://risi.muenchen.de/risi/sitzungsvorlage/detail/5",
            "session_link",
        ),
    }
    assert dict(zip(links, read(target, *links), strict=True)) == links
    levels = {f.rule: f.level for f in one_column(target, *links).findings if f.property == "public_url"}
    assert levels == {"intranet_link": "WARN", "session_link": "FIX"}


def test_row_18_a_period_beside_a_column_for_its_end_is_not_guessed() -> None:
    columns = {"Nr.": "measure.key", "Maßnahme": "measure.title_de", "Zeitraum": "measure.planned_period"}
    both = take(csv(("1", "Werkstatt", "2021-2025", "2027"), head=(*columns, "Ende")), of=feed(columns))
    assert both.found("unknown_column").heading == "Ende"
    assert both.values(END) == ["2025"]
    mapped = feed({**columns, "Ende": "measure.planned_end"})
    taken = take(csv(("1", "Werkstatt", "2021-2025", "2027"), head=(*columns, "Ende")), of=mapped)
    assert taken.cells("duplicate_column") == ["C1", "D1"]
    assert (taken.values(START), taken.values(END)) == ([None], [None])


def test_what_does_not_fit_the_contract_is_refused() -> None:
    columns = {"Kennung": "measure.id", "Maßnahme": "measure.title_de"}
    taken = take(csv(("M-7", "Werkstatt"), head=tuple(columns)), of=feed(columns))
    assert (taken.found("invalid_value").level, taken.cells("invalid_value")) == ("ERROR", ["A2"])
    assert taken.outcomes[2] == ("quarantined", "invalid_value")
