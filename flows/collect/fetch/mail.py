"""A mailbox as a source (IMAP, RFC 9051): the attachments of a mail are the delivery, its sender must be listed."""

from __future__ import annotations

import imaplib
import re
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import getaddresses
from pathlib import Path, PurePosixPath
from typing import Any

from flows.collect.deliveries import Fetched
from flows.collect.fetch.http import TIMEOUT_SECONDS, is_this_machine
from flows.collect.fetch.source import Found, RefusedError, TransientFetchError, secret_of, too_large
from flows.formats.limits import MAX_FILE_BYTES
from flows.model import Feed, Finding
from flows.settings import day_in_berlin
from flows.store import Cache

PORT = 993
MOST_MAILS = 100
"""The newest ones of a mailbox; older ones have been looked at long ago."""
HEADERS = "BODY.PEEK[HEADER.FIELDS (FROM AUTHENTICATION-RESULTS)]"
LARGEST_MAIL = MAX_FILE_BYTES * 3 // 2
"""Attachments are a third larger in a mail (base64)."""
DATA = (".xlsx", ".xlsm", ".xls", ".ods", ".csv", ".tsv", ".txt", ".json", ".jsonl", ".xml", ".zip")
TAKEN = frozenset((*DATA, ".xlsb", ".pdf", ".docx", ".doc", ".odt"))
"""The last ones are no data, but meant as a delivery: the reader says so to the department."""
DESCRIBED = re.compile(rb'UID (\d+).*?INTERNALDATE "([^"]+)".*?RFC822\.SIZE (\d+)', re.DOTALL)
PASSED = re.compile(r"\bdmarc\s*=\s*pass\b", re.IGNORECASE)


@dataclass(frozen=True)
class _Mail:
    """One mail of the mailbox, known by a number that never comes again, and when our server received it."""

    uid: int
    received: datetime
    size: int


def fetch_mail(feed: Feed, root: Path, _cache: Cache, today: str) -> Found:
    """Return the attachments of each mail of a listed sender as one delivery, received when our server got it.

    Nothing in the mailbox is changed, not even the mark of what was read. Addresses, subjects and texts are kept
    nowhere, not in the cache either: findings and origins name a mail by its number. Findings: `sender_not_listed`
    (WARN), `file_ignored` (INFO: a mail without a file, or with nothing but a picture), `file_too_large` (BLOCK).
    """
    source = feed.mapping["source"]
    where = f"imap://{source['host']}"
    findings: list[Finding] = []
    try:
        with _mailbox(source, secret_of(source, root), where) as (box, validity):
            named = ((mail, f"{where}/{validity}/{mail.uid}") for mail in _mails(box))
            fetched = [_delivery(feed, box, mail, name, findings) for mail, name in named]
    except RefusedError as refused:
        return [], [refused.finding]
    except (imaplib.IMAP4.abort, OSError) as error:
        raise TransientFetchError(f"{where}: {type(error).__name__}") from None
    except imaplib.IMAP4.error:
        return [], [Finding("source_refused", "ERROR", value=where)]
    return [delivery for delivery in fetched if delivery and delivery.received <= today], findings


@contextmanager
def _mailbox(source: Mapping[str, Any], secret: str, where: str) -> Iterator[tuple[imaplib.IMAP4, str]]:
    host, timeout = str(source["host"]), TIMEOUT_SECONDS[1]
    if is_this_machine(host):
        box = imaplib.IMAP4(host, int(source.get("port", PORT)), timeout)
    else:
        context = ssl.create_default_context()
        box = imaplib.IMAP4_SSL(host, int(source.get("port", PORT)), ssl_context=context, timeout=timeout)
    with box:
        try:
            box.login(str(source["login"].get("user", "")), secret)
        except imaplib.IMAP4.abort:
            raise
        except imaplib.IMAP4.error:
            raise RefusedError("source_refused", "ERROR", f"{where}: login") from None
        status, _ = box.select(_quoted(str(source.get("mailbox", "INBOX"))), readonly=True)
        if status != "OK":
            raise RefusedError("source_refused", "ERROR", f"{where}: mailbox")
        validity = box.response("UIDVALIDITY")[1]
        yield box, (validity[0] or b"0").decode("ascii", "replace") if validity else "0"


def _quoted(name: str) -> str:
    return '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _mails(box: imaplib.IMAP4) -> list[_Mail]:
    _, answer = box.uid("SEARCH", "ALL")
    numbers = (answer[0] or b"").split()[-MOST_MAILS:]
    if not numbers:
        return []
    _, lines = box.uid("FETCH", b",".join(numbers).decode("ascii"), "(UID INTERNALDATE RFC822.SIZE)")
    described = (DESCRIBED.search(line) for line in lines if isinstance(line, bytes))
    found = [_Mail(int(line[1]), _moment(line[2]), int(line[3])) for line in described if line]
    return sorted(found, key=lambda mail: mail.uid)


def _moment(text: bytes) -> datetime:
    try:
        return datetime.strptime(text.decode("ascii").strip(), "%d-%b-%Y %H:%M:%S %z")
    except ValueError:
        return datetime.fromtimestamp(0, UTC)


def _delivery(feed: Feed, box: imaplib.IMAP4, mail: _Mail, name: str, findings: list[Finding]) -> Fetched | None:
    """Fetch a mail if its headers say that it may be taken; what is not taken is never looked at."""
    if not _is_listed(_message(box, mail, HEADERS), feed.mapping["source"]):
        findings.append(Finding("sender_not_listed", "WARN", value=name))
        return None
    if mail.size > LARGEST_MAIL:
        findings.append(too_large(name).finding)
        return None
    files = tuple(_files(_message(box, mail, "BODY.PEEK[]")))
    if not files:
        findings.append(Finding("file_ignored", "INFO", value=name))
        return None
    return Fetched(feed.id, day_in_berlin(mail.received), name, files)


def _message(box: imaplib.IMAP4, mail: _Mail, what: str) -> EmailMessage:
    _, answer = box.uid("FETCH", str(mail.uid), f"({what})")
    content = next((part[1] for part in answer if isinstance(part, tuple)), b"")
    return message_from_bytes(content, _class=EmailMessage, policy=policy.default)


def _is_listed(message: EmailMessage, source: Mapping[str, Any]) -> bool:
    """Tell whether the one sender is listed and, where our server checks it, is who the mail says."""
    senders = [address.casefold() for _, address in getaddresses([str(v) for v in message.get_all("From", [])])]
    listed = {str(address).casefold() for address in source["senders"]}
    return len(senders) == 1 and senders[0] in listed and _is_checked(message, str(source.get("checked_by", "")))


def _is_checked(message: EmailMessage, server: str) -> bool:
    """Tell whether our own server found the sender genuine (RFC 8601, RFC 7489): it writes its verdict on top."""
    if not server:
        return True
    verdict = str(next(iter(message.get_all("Authentication-Results", [])), ""))
    who = verdict.partition(";")[0].strip()
    return who.casefold() == server.casefold() and PASSED.search(verdict) is not None


def _files(message: EmailMessage) -> Iterator[tuple[str, bytes]]:
    """Yield the attachments that may be a delivery; signatures, logos and cards are none."""
    for part in message.walk():
        name = PurePosixPath(str(part.get_filename() or "").replace("\\", "/")).name
        content = part.get_payload(decode=True) if PurePosixPath(name).suffix.casefold() in TAKEN else None
        if isinstance(content, bytes):
            yield name, content
