"""A mailbox: the attachment is the delivery, the sender must be listed, nothing of the mail itself is kept."""

from __future__ import annotations

import re
import socketserver
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from sources import SECRET, feed_of, look, names, told

CLERK = "sachgebiet@amt.example"
LOGIN = {"user": "amt", "secret_env": "RIT_SECRET"}
HEADER = re.compile(rb"(?:From|Authentication-Results):", re.IGNORECASE)


def mail(
    sender: str = CLERK, files: Sequence[tuple[str, bytes]] = (("2024.csv", b"a;b\r\n"),), **headers: str
) -> bytes:
    message = EmailMessage()
    message["From"], message["Subject"] = f"Petra Muster <{sender}>", "Meldung von Petra Muster"
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content("Anbei die Liste.")
    for name, content in files:
        message.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    return bytes(message)


class Mailbox(socketserver.StreamRequestHandler):
    """As much of IMAP as a client needs that only reads; anything that would change the mailbox is refused."""

    mails: Sequence[bytes] = ()
    commands: list[str]

    def handle(self) -> None:
        self._say("* OK ready")
        while line := self.rfile.readline().decode().strip():
            tag, command = line.split(" ", 1)
            self.commands.append(command)
            if not self._answer(tag, command):
                return

    def _say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())

    def _answer(self, tag: str, command: str) -> bool:
        done = f"{tag} OK done"
        if command == "CAPABILITY":
            self._say("* CAPABILITY IMAP4rev1")
        elif command.startswith("LOGIN"):
            done = done if command == f'LOGIN amt "{SECRET}"' else f"{tag} NO [AUTHENTICATIONFAILED] no"
        elif command.startswith("EXAMINE"):
            self._say(f"* {len(self.mails)} EXISTS")
            self._say("* OK [UIDVALIDITY 17] x")
            done = f"{tag} OK [READ-ONLY] done" if command == 'EXAMINE "INBOX"' else f"{tag} NO no such mailbox"
        elif command == "UID SEARCH ALL":
            self._say("* SEARCH " + " ".join(str(number) for number in range(1, len(self.mails) + 1)))
        elif found := re.fullmatch(r"UID FETCH ([\d,]+) \((.*)\)", command):
            for number in map(int, found[1].split(",")):
                self._fetch(number, self.mails[number - 1], found[2])
        elif command == "LOGOUT":
            self._say("* BYE")
            self._say(done)
            return False
        else:
            done = f"{tag} BAD {command}"
        self._say(done)
        return True

    def _fetch(self, number: int, content: bytes, what: str) -> None:
        if what.startswith("BODY.PEEK[HEADER.FIELDS"):
            head = b"".join(line for line in content.splitlines(keepends=True) if HEADER.match(line)) + b"\r\n"
            self.wfile.write(f"* {number} FETCH (UID {number} BODY[] {{{len(head)}}}\r\n".encode() + head)
            self._say(")")
        elif what == "BODY.PEEK[]":
            self.wfile.write(f"* {number} FETCH (UID {number} BODY[] {{{len(content)}}}\r\n".encode() + content)
            self._say(")")
        else:
            moment = '" 3-Nov-2026 23:30:00 +0000"'
            self._say(f"* {number} FETCH (UID {number} INTERNALDATE {moment} RFC822.SIZE {len(content)})")


@contextmanager
def mailbox(*mails: bytes, **source: Any) -> Iterator[tuple[Any, list[str]]]:
    handler = type("Handler", (Mailbox,), {"mails": mails, "commands": []})
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), handler) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        port = server.server_address[1]
        feed = feed_of(kind="mail", host="127.0.0.1", port=port, senders=[CLERK], login=LOGIN, **source)
        yield feed, handler.commands
        server.shutdown()


@pytest.fixture(autouse=True)
def secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RIT_SECRET", SECRET)


def test_the_attachments_of_a_mail_are_a_delivery_received_when_our_server_got_it(tmp_path: Path) -> None:
    files = (("Liste Petra.xlsx", b"PK1"), ("Logo.png", b"x"), ("zwei.CSV", b"2"), ("../../etc/drei.csv", b"3"))
    with mailbox(mail(files=files)) as (feed, _):
        found = look(feed, tmp_path)
    # 23:30 in UTC is the next day in Munich.
    assert names(found) == [("2026-11-04", ["Liste Petra.xlsx", "zwei.CSV", "drei.csv"])]
    assert found[0][0].origin == "imap://127.0.0.1/17/1"
    assert found[0][0].files[0][1] == b"PK1"
    assert told(found) == []


def test_a_sender_must_be_listed_and_be_one(tmp_path: Path) -> None:
    two = mail().replace(f"<{CLERK}>".encode(), f"<{CLERK}>, <other@amt.example>".encode(), 1)
    shown = mail("fremd@else.example").replace(b"Petra Muster <", f'"{CLERK}" <'.encode(), 1)
    with mailbox(mail("fremd@else.example"), two, shown, mail(CLERK.upper())) as (feed, _):
        found = look(feed, tmp_path)
    assert len(found[0]) == 1
    assert told(found) == [("sender_not_listed", "WARN")] * 3
    assert not any("example" in finding.value or "Petra" in finding.value for finding in found[1])


@pytest.mark.parametrize(
    ("verdict", "taken"),
    [
        ("mx.stadt.example; dmarc=pass header.from=amt.example", True),
        ("mx.stadt.example; dmarc=fail", False),
        ("mx.else.example; dmarc=pass", False),
        (None, False),
    ],
)
def test_a_sender_may_have_to_be_genuine(tmp_path: Path, verdict: str | None, taken: bool) -> None:
    headers = {"Authentication_Results": verdict} if verdict else {}
    with mailbox(mail(**headers), checked_by="mx.stadt.example") as (feed, _):
        assert bool(look(feed, tmp_path)[0]) is taken


def test_a_mail_without_a_file_is_no_delivery(tmp_path: Path) -> None:
    with mailbox(mail(files=()), mail(files=[("karte.vcf", b"x")])) as (feed, _):
        found = look(feed, tmp_path)
    assert found[0] == []
    assert told(found) == [("file_ignored", "INFO")] * 2


def test_nothing_in_the_mailbox_changes_and_no_other_mail_is_looked_at(tmp_path: Path) -> None:
    with mailbox(mail(), mail("fremd@else.example")) as (feed, commands):
        look(feed, tmp_path)
    assert [command for command in commands if "BODY.PEEK[]" in command] == ["UID FETCH 1 (BODY.PEEK[])"]
    assert not any(command.startswith(("SELECT", "STORE", "UID STORE", "EXPUNGE")) for command in commands)
    kept = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert b"Petra" not in kept


def test_an_empty_mailbox_holds_nothing(tmp_path: Path) -> None:
    with mailbox() as (feed, _):
        assert look(feed, tmp_path) == ([], [])


def test_a_wrong_password_is_refused_and_not_repeated(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("RIT_SECRET", f"{SECRET}-falsch")
    with mailbox(mail()) as (feed, _):
        found = look(feed, tmp_path)
    assert told(found) == [("source_refused", "ERROR")]
    assert SECRET not in repr(found) + repr(feed) + "".join(capfd.readouterr())
    assert not any(SECRET.encode() in path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())


def test_another_mailbox_that_is_not_there_is_told(tmp_path: Path) -> None:
    with mailbox(mailbox="Berichte") as (feed, _):
        assert told(look(feed, tmp_path)) == [("source_refused", "ERROR")]


def test_a_server_that_is_not_there_is_unreachable(tmp_path: Path) -> None:
    feed = feed_of(kind="mail", host="127.0.0.1", port=1, senders=[CLERK], login=LOGIN)
    assert told(look(feed, tmp_path)) == [("source_unreachable", "WARN")]
