"""What is said of a measure in words: the one sentence, its slippage, its progress. Every word rests on a value."""

from __future__ import annotations

from datetime import date

from flows.edtf import bounds
from flows.history.progress import FINISHED
from flows.publish.site.dates import after_for, write_edtf
from flows.publish.site.facts import Facts, Record, reasons
from flows.publish.site.texts import words
from flows.publish.site.words import Lang, write_number, write_percent

STOPPED = ("on_hold", "discontinued", "merged")
MOVED = ("later", "open_ended")
NOUNS = ("Datenschutz",)
"""Labels of missing_reason that keep their capital inside a German sentence."""


def sentence(measure: Record, report: Record | None, facts: Facts, lang: Lang) -> str:
    """Return one sentence: what was promised, how it stands, and why it moved, if it did.

    `report` is the latest status report. What is not known is said to be unknown, with its reason where there is one.
    """
    parts = [_promise(measure, facts, lang), _standing(measure, report, facts, lang)]
    parts += _movement(measure, report, facts, lang)
    return "; ".join(parts) + "."


def _promise(measure: Record, facts: Facts, lang: Lang) -> str:
    say = words(lang, facts.theme)["measure"]
    if measure["baseline_end"]:
        day = len(measure["baseline_end"]) == 10
        return say["promised_by" if day else "promised"].format(date=after_for(measure["baseline_end"], lang))
    if "planned_end=ongoing" in (measure["missing_reasons"] or ()) or measure["category"] == "ongoing_task":
        return say["ongoing_task"]
    for code in ("not_stated", "not_decided"):
        if f"planned_end={code}" in (measure["missing_reasons"] or ()):
            return say[f"never_promised_{code}"]
    reason = reasons(measure, lang, facts)["planned_end"]
    return say["never_promised_because" if reason else "never_promised"].format(reason=lower(reason))


def _standing(measure: Record, report: Record | None, facts: Facts, lang: Lang) -> str:
    say = words(lang, facts.theme)["measure"]
    if report is None or report["status_code"] in (None, "unknown"):
        return say["no_report"]
    stated = report["reporting_date"] or ""
    status = say[f"is_{report['status_code']}"]
    if report["report_state"] == "carried_forward":
        status = say["unchanged"].format(status=status)
    if measure["progress_pct"] is not None:
        status += " " + say["with_progress"].format(progress=write_percent(measure["progress_pct"], lang))
    form = "reported_on" if len(stated) == 10 else "reported" if stated else "reported_received"
    return say[form].format(date=write_edtf(stated or report["recorded_at"], lang), status=status)


def _movement(measure: Record, report: Record | None, facts: Facts, lang: Lang) -> list[str]:
    say = words(lang, facts.theme)["measure"]
    moved, state = measure["slippage_months"], measure["slippage_state"]
    parts = []
    if state == "open_ended":
        on = report["postponed_on"] if report else None
        parts.append(say["postponed_on"].format(date=write_edtf(on, lang)) if on else say["postponed"])
        if measure["slippage_at_least_months"]:
            months = count_months(measure["slippage_at_least_months"], facts, lang)
            parts.append(say["at_least"].format(date=write_edtf(measure["as_of"], lang), months=months))
    elif state in ("later", "earlier"):
        date = after_for(current_end(measure, report) or "", lang)
        parts.append(say[f"moved_{state}"].format(date=date, months=count_months(abs(moved), facts, lang)))
    elif is_overdue(measure):
        parts.append(say["overdue"])
    elif has_run_out(measure):
        parts.append(say["passed"])
    if state in MOVED or is_overdue(measure) or measure["status_code"] in STOPPED:
        why = reason(report, facts, lang)
        parts.append(say["because"].format(reason=why) if why else say["no_reason"])
    return parts


def reason(report: Record | None, facts: Facts, lang: Lang) -> str:
    """Return the reason the latest report gives, in the department's words or in that of its code; "" for none."""
    if report is None:
        return ""
    return str(report["reason_text_de"] or "").rstrip(".") or facts.label("reason", report["reason_code"], lang)


def slippage(measure: Record, facts: Facts, lang: Lang) -> str:
    """Return the slippage against the first promise in a few words."""
    say, state = words(lang, facts.theme)["measure"], measure["slippage_state"]
    if state == "open_ended":
        at_least = measure["slippage_at_least_months"]
        months = count_months(at_least or 0, facts, lang)
        return say["no_new_date_at_least" if at_least else "no_new_date"].format(months=months)
    if state in ("later", "earlier"):
        return say[state].format(months=count_months(abs(measure["slippage_months"]), facts, lang))
    if is_overdue(measure):
        return say["overdue_short"]
    if has_run_out(measure):
        return say["passed_unknown"]
    return say["as_promised" if state == "none" else "not_determinable"]


def is_overdue(measure: Record) -> bool:
    """Tell whether the planned end has passed and the measure is not finished."""
    return (measure["overdue_days"] or 0) > 0


def has_run_out(measure: Record) -> bool:
    """Tell whether the planned end has passed while nobody reports how the measure stands."""
    days = bounds(measure["planned_end"]) if measure["planned_end"] else None
    unknown = (measure["status_code"] or "unknown") == "unknown"
    return unknown and days is not None and days[1] is not None and days[1].isoformat() < (measure["as_of"] or "")


def has_slipped(measure: Record) -> bool:
    """Tell whether the end was moved to later, is open, or has passed; a finished measure counts by its end."""
    return measure["slippage_state"] in MOVED or is_overdue(measure)


def current_end(measure: Record, report: Record | None) -> str | None:
    """Return when the measure ends as far as is known today: its actual end, else the forecast, else the plan.

    None where it was postponed without a new date.
    """
    if measure["actual_end"]:
        return str(measure["actual_end"])
    if measure["slippage_state"] == "open_ended" and measure["status_code"] not in FINISHED:
        return None
    forecast = report["forecast_end"] if report else None
    end: str | None = forecast or measure["planned_end"]
    return end


def count_months(count: int, facts: Facts, lang: Lang) -> str:
    """Return a number of months with its noun."""
    say = words(lang, facts.theme)["measure"]
    return say["month"] if count == 1 else say["months"].format(count=write_number(count, lang))


def lower(text: str) -> str:
    """Return a label as it stands inside a sentence: the first letter small, unless it is a noun or an abbreviation."""
    return text if text in NOUNS or text[1:2].isupper() else text[:1].lower() + text[1:]


def years(value: str | None) -> tuple[float, float] | None:
    """Return the first and last moment a date covers as fractions of years; None where it is open or missing."""
    days = bounds(value) if value else None
    if days is None or days[0] is None or days[1] is None:
        return None
    return _year(days[0].toordinal(), days[0].year), _year(days[1].toordinal() + 1, days[1].year)


def _year(ordinal: int, year: int) -> float:
    start, end = date(year, 1, 1).toordinal(), date(year + 1, 1, 1).toordinal()
    return year + (ordinal - start) / (end - start)
