"""The words of the mails, in both languages."""

from __future__ import annotations

from collections.abc import Mapping

WORDS: Mapping[str, Mapping[str, str]] = {
    "de": {
        "hello": "Guten Tag,",
        "attached": "Im Anhang: die ganze Rückmeldung als Seite und Ihre Datei mit farbigen Zellen und Kommentaren.",
        "more": "- und {count} weitere",
        "template": "Im Anhang: eine Vorlage mit dem jetzigen Stand. Was gleich geblieben ist, bleibt stehen.",
        "before_subject": "Erinnerung",
        "before": "der nächste Bericht „{title}“ ist am {due} fällig.",
        "after_subject": "Bericht fehlt",
        "after": "der Bericht „{title}“ war am {due} fällig und fehlt noch. Bis er kommt, gilt der frühere Stand.",
        "bye": "Diese Nachricht wurde automatisch verschickt.",
    },
    "en": {
        "hello": "Good day,",
        "attached": "Attached: the whole feedback as a page, and your file with coloured cells and comments.",
        "more": "- and {count} more",
        "template": "Attached: a template filled with the present state. Leave what has not changed as it is.",
        "before_subject": "Reminder",
        "before": 'the next report "{title}" is due on {due}.',
        "after_subject": "Report missing",
        "after": 'the report "{title}" was due on {due} and has not come in. Until it does, the earlier state holds.',
        "bye": "This message was sent automatically.",
    },
}
