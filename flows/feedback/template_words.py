"""The words and looks of a template, in both languages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

WORDS: Mapping[str, Mapping[str, str]] = {
    "de": {
        "template": "Vorlage",
        "hint": "Stand vom {day}. Weiße Felder können Sie ändern; graue sind gesperrt. Ein leeres Feld lässt die "
        "Angabe, wie sie ist; soll sie entfallen, schreiben Sie k. A. Neue Datensätze: in den leeren Zeilen darunter.",
        "about": "Worum es geht",
        "named": "Ihre Angaben",
        "more": "Weitere Angaben (freiwillig)",
        "measure_title": "Maßnahme (Titel)",
        "shown_only": "Nur zur Orientierung; wird nicht gelesen.",
        "assigned": "Wird von uns vergeben; bei neuen Datensätzen leer lassen.",
        "dates": "Beispiele: 30.06.2026; 06/2026; Q2 2026; 2026.",
        "day": "Ein Tag, zum Beispiel 30.06.2026.",
        "several": "Mehrere durch Strichpunkt trennen.",
        "percent": "Nur die Zahl, ohne Prozentzeichen.",
        "not_listed": "Bitte einen Eintrag der Liste wählen. Was er bedeutet, steht auf dem Blatt „Listen“.",
        "lists": "Listen",
        "meaning": "Bedeutung",
    },
    "en": {
        "template": "Template",
        "hint": "State of {day}. White cells may be changed; grey ones are locked. A blank cell leaves the value as it "
        "is; write n/a to take it away. New records: in the empty rows below.",
        "about": "What it is about",
        "named": "What you report",
        "more": "More (optional)",
        "measure_title": "Measure (title)",
        "shown_only": "For orientation only; it is not read.",
        "assigned": "Given by us; leave it empty for new records.",
        "dates": "Examples: 30.06.2026; 06/2026; Q2 2026; 2026.",
        "day": "A day, such as 30.06.2026.",
        "several": "Separate several by a semicolon.",
        "percent": "The number only, without a percent sign.",
        "not_listed": 'Please choose an entry of the list. What it means stands on the sheet "Lists".',
        "lists": "Lists",
        "meaning": "Meaning",
    },
}
_CELL = {"valign": "top", "text_wrap": True, "border": 1, "border_color": "#D6D2C8"}
_GREY = "#EDEBE6"
FORMATS: Mapping[str, Mapping[str, Any]] = {
    "title": {"bold": True, "font_size": 15},
    "hint": {"font_size": 10, "font_color": "#3A3935"},
    "small": {"font_size": 8, "font_color": "#767269"},
    "band": {"bold": True, "font_color": "#FFFFFF", "bg_color": "#0B5394", "border": 1, "border_color": "#FFFFFF"},
    "explanation": {"font_size": 9, "valign": "top", "text_wrap": True, "font_color": "#3A3935", "bg_color": "#F7F5F1"},
    "technical": {"font_size": 6, "font_color": "#A9A59B", "bg_color": "#F7F5F1"},
    "heading": {"bold": True, "text_wrap": True, "valign": "vcenter", "bg_color": "#D9E6F2", "border": 1},
    "locked_heading": {"bold": True, "text_wrap": True, "valign": "vcenter", "bg_color": "#D6D2C8", "border": 1},
    "locked": {**_CELL, "bg_color": _GREY, "font_color": "#55534D"},
    "text": {**_CELL, "locked": False},
    "day": {**_CELL, "locked": False, "num_format": "dd.mm.yyyy", "align": "left"},
    "number": {**_CELL, "locked": False, "align": "left"},
    "plain": {"valign": "top", "text_wrap": True},
}
