"""The mails to a department: the report on a delivery, and reminders. They name nobody and repeat no personal data."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Any

from flows.feedback.mail_words import WORDS
from flows.feedback.page_words import WORDS as PAGE_WORDS
from flows.feedback.reminders import Reminder
from flows.model import Feed

Attachment = tuple[str, str, bytes]
"""Name, media type, content."""
Send = Callable[[EmailMessage], None]
"""Sends a mail; raises UndeliverableError."""
MOST_FINDINGS = 5


class UndeliverableError(Exception):
    """A mail did not go out; the message says why, without address and without password."""


def recipients(feed: Feed) -> tuple[str, ...]:
    """Return the role mailboxes of a feed; none where its mapping names none."""
    return tuple(feed.mapping.get("feedback", {}).get("mail", ()))


def report_mail(
    told: Mapping[str, Any], feed: Feed, files: Sequence[Attachment], sender: str, now: datetime, lang: str
) -> EmailMessage:
    """Return the mail that brings a report: what became of the delivery, what is gravest, all else attached."""
    words, page = WORDS[lang], PAGE_WORDS[lang]
    active = [f for f in told["findings"] if f["level"] in ("BLOCK", "ERROR", "WARN")]
    lines = [words["hello"], "", f"{page[told['verdict']]}. {page[told['verdict'] + '_means']}", ""]
    lines += [f"- {f[lang]['level']}: {f[lang]['place']}: {f[lang]['title']}" for f in active[:MOST_FINDINGS]]
    more = len(active) - MOST_FINDINGS
    lines += [words["more"].format(count=more)] * (more > 0)
    lines += ["", words["attached"], "", words["bye"]]
    subject = f"{page[told['verdict']]}: {feed.mapping['title'][lang]} ({told['delivery']})"
    message = _message(feed, subject, lines, sender, now, f"{told['delivery']}.report")
    for name, media_type, content in files:
        kind, subtype = media_type.split("/", 1)
        message.add_attachment(content, maintype=kind, subtype=subtype, filename=name)
    return message


def reminder_mail(
    reminder: Reminder, files: Sequence[Attachment], sender: str, now: datetime, lang: str
) -> EmailMessage:
    """Return the mail that reminds of a deadline, with the template attached."""
    words, feed = WORDS[lang], reminder.feed
    due = datetime.fromisoformat(reminder.due).strftime("%d.%m.%Y") if lang == "de" else reminder.due
    title = feed.mapping["title"][lang]
    text = words[reminder.kind].format(title=title, due=due)
    subject = f"{words[f'{reminder.kind}_subject']}: {title} ({due})"
    lines = [words["hello"], "", text, "", words["template"], "", words["bye"]]
    key = f"{feed.unit}.{feed.name}.{reminder.due}.{reminder.kind}"
    message = _message(feed, subject, lines, sender, now, key)
    for name, media_type, content in files:
        kind, subtype = media_type.split("/", 1)
        message.add_attachment(content, maintype=kind, subtype=subtype, filename=name)
    return message


def _message(feed: Feed, subject: str, lines: Sequence[str], sender: str, now: datetime, key: str) -> EmailMessage:
    """Return a mail whose id says what it is: one that goes out twice after a kill is known as the same."""
    message = EmailMessage()
    message["From"] = sender
    message["To"] = ", ".join(recipients(feed))
    message["Subject"] = " ".join(subject.split())
    message["Date"] = format_datetime(now)
    message["Message-ID"] = f"<{key}@{sender.rpartition('@')[2].strip('> ')}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content("\n".join(lines))
    return message
