"""The pictures of a measure: its time line, and progress beside the time that has passed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from flows.publish.site.charts import Chart, Mark, Span, share_bars, time_line
from flows.publish.site.dates import write_edtf
from flows.publish.site.facts import Facts, Record, named
from flows.publish.site.texts import words
from flows.publish.site.wording import current_end, lower, slippage, years
from flows.publish.site.words import Lang, write_percent

PLAN, REPORTS, MILESTONES = 1, 2, 3
"""Rows of the time line from the top; the first is what was promised."""


@dataclass(frozen=True)
class Moment:
    """Something with a date in the life of a measure: the EDTF date, its words, its row and class in the picture."""

    date: str
    words: str
    row: int
    name: str


def timeline_chart(measure: Record, facts: Facts, lang: Lang) -> Chart | None:
    """Return promises, plan, reports and milestones over the years, or None where no date is known.

    The table has one row per date; the picture leaves out dates that are open.
    """
    say = words(lang, facts.theme)["measure"]
    moments = sorted(_moments(measure, facts, lang), key=lambda moment: (years(moment.date) or (0.0, 0.0), moment.row))
    placed = [(moment, at) for moment in moments if (at := years(moment.date))]
    if not placed:
        return None
    used = sorted({moment.row for moment, _ in placed})
    marks = [Mark(m.name, used.index(m.row), (at[0] + at[1]) / 2) for m, at in placed if not _is_end(m)]
    spans = list(_spans(measure, used))
    ends = [Mark(m.name, used.index(m.row), _edge(m, at)) for m, at in placed if _is_end(m) and not _spanned(m, spans)]
    summary = _finding(measure, placed, facts, lang)
    svg = time_line(spans, [*marks, *ends], [_row(row, moments, measure, facts, lang) for row in used], summary)
    columns = ((say["when"], False), (say["what"], False))
    rows = tuple((write_edtf(moment.date, lang), moment.words) for moment in moments)
    return Chart(svg, summary, say["timeline_caption"], columns, rows)


def _finding(measure: Record, placed: list[tuple[Moment, tuple[float, float]]], facts: Facts, lang: Lang) -> str:
    say = words(lang, facts.theme)["measure"]
    report = facts.by_id("status_report").get(measure["latest_report_id"] or "")
    current = current_end(measure, report)
    if measure["baseline_end"]:
        shown = write_edtf(current, lang) if current else say["open"]
        promised = write_edtf(measure["baseline_end"], lang)
        return say["timeline_finding"].format(promised=promised, current=shown, slippage=slippage(measure, facts, lang))
    first, last = placed[0][0].date, max(placed, key=lambda pair: pair[1][1])[0].date
    return say["timeline_summary"].format(start=write_edtf(first, lang), end=write_edtf(last, lang))


def _row(row: int, moments: list[Moment], measure: Record, facts: Facts, lang: Lang) -> str:
    """Return the words of a row of the picture, with the dates or the number it shows."""
    say = words(lang, facts.theme)["measure"]
    name = (say["first_promised"], say["planned_now"], say["reports"], say["milestones"])[row]
    if row >= REPORTS:
        return say["timeline_count"].format(row=name, count=sum(moment.row == row for moment in moments))
    start, end = (measure[f"{('baseline', 'planned')[row]}_{side}"] for side in ("start", "end"))
    open_ended = row == PLAN and measure["slippage_state"] == "open_ended"
    form = "open" if start and open_ended else "span" if start and end else "from" if start else "to" if end else ""
    dates = {side: write_edtf(value, lang) for side, value in (("start", start), ("end", end)) if value}
    return say[f"timeline_{form}"].format(row=name, **dates) if form else name


def _is_end(moment: Moment) -> bool:
    return moment.name.endswith(("-start", "-end"))


def _edge(moment: Moment, at: tuple[float, float]) -> float:
    return at[0] if moment.name.endswith("start") else at[1]


def _spanned(moment: Moment, spans: list[Span]) -> bool:
    return any(span.name.startswith(moment.name.rpartition("-")[0]) for span in spans)


def _spans(measure: Record, used: list[int]) -> Iterator[Span]:
    for row, name in enumerate(("baseline", "planned")):
        start, end = years(measure[f"{name}_start"]), years(measure[f"{name}_end"])
        if start and end and start[0] < end[1]:
            yield Span(f"t-{name}", used.index(row), start[0], end[1])


def _moments(measure: Record, facts: Facts, lang: Lang) -> Iterator[Moment]:
    say = words(lang, facts.theme)["measure"]
    for row, name in enumerate(("baseline", "planned", "actual")):
        for end in ("start", "end"):
            if measure[f"{name}_{end}"]:
                said = say[f"event_{name}_{end}"]
                yield Moment(measure[f"{name}_{end}"], said, min(row, PLAN), f"t-{name}-{end}")
    for report in facts.where("status_report", "measure_id", measure["id"]):
        status = lower(facts.label("status", report["status_code"], lang))
        day = report["reporting_date"] or report["recorded_at"]
        yield Moment(day, say["event_report"].format(status=status), REPORTS, f"s-{report['status_code']}")
        if report["postponed_on"]:
            yield Moment(report["postponed_on"], say["event_postponed"], PLAN, "t-late")
        if report["forecast_end"]:
            yield Moment(report["forecast_end"], say["event_forecast_end"], PLAN, "t-forecast-end")
    for milestone in facts.where("milestone", "measure_id", measure["id"]):
        status = lower(facts.label("milestone_status", milestone["status_code"], lang))
        said = say["event_milestone"].format(title=named(milestone, lang), status=status)
        date = milestone["met_date"] or milestone["forecast_date"] or milestone["due_date"]
        if date:
            yield Moment(date, said, MILESTONES, f"t-{milestone['status_code']}")


def progress_chart(measure: Record, facts: Facts, lang: Lang) -> Chart | None:
    """Return progress as reported beside the share of the planned time that had passed, or None without progress."""
    say, claimed, expected = words(lang, facts.theme)["measure"], measure["progress_pct"], measure["expected_pct"]
    if claimed is None:
        return None
    bars = [("claimed", claimed, f"{say['progress_claimed']}: {write_percent(claimed, lang)}")]
    rows: list[tuple[str | int | float, ...]] = [(say["progress_claimed"], claimed)]
    summary = say["progress_only"].format(claimed=write_percent(claimed, lang))
    if expected is not None:
        bars.append(("expected", expected, f"{say['progress_expected']}: {write_percent(expected, lang)}"))
        rows.append((say["progress_expected"], expected))
        summary = say["progress_summary"].format(
            claimed=write_percent(claimed, lang), expected=write_percent(expected, lang)
        )
    columns = ((say["measure_of"], False), (f"{say['share']} (%)", True))
    return Chart(share_bars(bars, summary), summary, say["progress"], columns, tuple(rows))
