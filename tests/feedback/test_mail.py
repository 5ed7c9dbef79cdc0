"""Reports and reminders by mail, through a server on loopback: once each, and without personal data."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import Message
from email.policy import default

import pytest
from pydantic import SecretStr
from small_city import FEED, city, delivery

from flows.feedback.mail import UndeliverableError
from flows.feedback.post import sender
from flows.model import Feed
from flows.pipeline import journal_deliveries
from flows.replay import replay
from flows.reporting import tell, write_reports
from flows.settings import Configuration
from flows.settings.environment import Mail, read_environment
from flows.store import Store

NOW = datetime(2027, 1, 10, 8, tzinfo=UTC)
BOX = "berichte@kult.example"
MAPPING = {**FEED.mapping, "title": {"de": "Pläne", "en": "Plans"}, "feedback": {"mail": [BOX]}}


class Server(socketserver.ThreadingTCPServer):
    """Takes mails as a server does (RFC 5321), and refuses them while `refusing`."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Session)
        self.mails: list[Message] = []
        self.refusing = False


class Session(socketserver.StreamRequestHandler):
    """One conversation."""

    server: Server

    def handle(self) -> None:
        self._say("220 ready")
        while line := self.rfile.readline():
            word = line.split(b" ")[0].strip().upper()
            if word == b"QUIT":
                self._say("221 bye")
                return
            if word == b"DATA" and not self.server.refusing:
                self._take()
            elif word == b"MAIL" and self.server.refusing:
                self._say("451 later")
            else:
                self._say("250 ok")

    def _take(self) -> None:
        self._say("354 go on")
        lines = []
        while (line := self.rfile.readline()) != b".\r\n":
            lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
        self.server.mails.append(message_from_bytes(b"".join(lines), policy=default))
        self._say("250 taken")

    def _say(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        yield running
        running.shutdown()


def configured(server: Server, tmp_path, **mapping) -> Configuration:
    mail = Mail(f"smtp://127.0.0.1:{server.server_address[1]}", None, "offenlage@stadt.example")
    feed = Feed("kult", "plans", {**MAPPING, **mapping})
    return replace(city(feed), output=tmp_path, archive=tmp_path / "archive", mail=mail)


def run(configuration: Configuration, now: datetime, *fetched) -> list[str]:
    """Do what a run does before and after publishing."""
    store = Store(configuration.output)
    journal_deliveries(store, fetched)
    state = replay(store.journal.events(), configuration, store.archive.get)
    write_reports(store, configuration, state)
    send = sender(configuration.mail)
    assert send is not None
    return tell(store, configuration, state, now, send)


def test_a_report_is_mailed_once_with_page_and_workbook(server: Server, tmp_path) -> None:
    configuration = configured(server, tmp_path)
    assert run(configuration, NOW, delivery("2027-01-09", "1;E-Akte;2025", "2;Netz;vielleicht")) == []
    assert run(configuration, NOW) == []
    [mail] = server.mails
    assert (mail["To"], mail["From"]) == (BOX, "offenlage@stadt.example")
    assert mail["Subject"] == "Angenommen, mit Hinweisen: Pläne (D-000001)"
    assert mail["Message-ID"] == "<D-000001.report@stadt.example>"
    assert "Datum nicht lesbar" in mail.get_body().get_content()
    names = [part.get_filename() for part in mail.iter_attachments()]
    assert names == ["D-000001.html", "D-000001.xlsx"]


def test_what_was_refused_is_tried_again_by_the_next_run(server: Server, tmp_path) -> None:
    configuration = configured(server, tmp_path)
    server.refusing = True
    [problem] = run(configuration, NOW, delivery("2027-01-09", "1;E-Akte;2025"))
    assert problem.startswith("D-000001: ")
    assert BOX not in problem
    server.refusing = False
    assert run(configuration, NOW) == []
    assert len(server.mails) == 1


def test_old_deliveries_are_not_mailed_when_a_server_is_set_up_later(server: Server, tmp_path) -> None:
    assert run(configured(server, tmp_path), NOW, delivery("2026-11-09", "1;E-Akte;2025")) == []
    assert server.mails == []


def test_a_unit_without_a_mailbox_gets_no_mail(server: Server, tmp_path) -> None:
    assert run(configured(server, tmp_path, feedback={}), NOW, delivery("2027-01-09", "1;E-Akte;2025")) == []
    assert server.mails == []


def test_reminders_bring_the_template_once_before_and_once_after(server: Server, tmp_path) -> None:
    reporting = {"interval": "P1Y", "due": ["01-20"], "grace_days": 5}
    configuration = configured(server, tmp_path, reporting=reporting)
    for day in (5, 6, 10, 20, 21, 25, 26, 27, 31):
        run(configuration, datetime(2027, 1, day, 8, tzinfo=UTC))
    assert [mail["Subject"] for mail in server.mails] == [
        "Erinnerung: Pläne (20.01.2027)",
        "Bericht fehlt: Pläne (20.01.2027)",
    ]
    assert [part.get_filename() for part in server.mails[0].iter_attachments()] == ["vorlage-plans.xlsx"]


def test_the_journal_names_no_recipient(server: Server, tmp_path) -> None:
    run(configured(server, tmp_path), NOW, delivery("2027-01-09", "1;E-Akte;2025"))
    [told] = [event for event in Store(tmp_path).journal.events() if event["event"] == "told"]
    assert told == {"event": "told", "what": "D-000001", "kind": "report", "time": NOW.isoformat()}


def test_no_mail_repeats_personal_data(server: Server, tmp_path) -> None:
    run(configured(server, tmp_path), NOW, delivery("2027-01-09", "1;E-Akte;Frau Müller, Tel. 089 233-12345"))
    [mail] = server.mails
    page = next(part.get_content() for part in mail.iter_attachments() if part.get_filename().endswith(".html"))
    for text in (mail["Subject"], mail.get_body().get_content(), page):
        assert "12345" not in text
        assert "Müller" not in text


def test_a_password_is_not_sent_without_encryption(server: Server) -> None:
    mail = Mail(f"smtp://user@127.0.0.1:{server.server_address[1]}", SecretStr("geheim"), "a@stadt.example")
    send = sender(mail)
    assert send is not None
    with pytest.raises(UndeliverableError) as error:
        send(Message())  # type: ignore[arg-type]
    assert "geheim" not in str(error.value)
    assert server.mails == []


def test_without_a_server_nothing_is_sent() -> None:
    assert sender(Mail("", None, "")) is None


def test_the_server_comes_from_the_environment_and_its_password_by_reference(tmp_path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("geheim\n")
    given = {"OFFENLAGE_SMTP_URL": "smtps://user@mail.example", "OFFENLAGE_SMTP_PASSWORD_FILE": str(secret)}
    environment, problems = read_environment(given)
    assert problems == []
    assert environment.mail.password is not None
    assert environment.mail.password.get_secret_value() == "geheim"
    assert "geheim" not in repr(environment.mail)
    assert read_environment({"OFFENLAGE_SMTP_URL": "smtp://user:geheim@mail.example"})[1] != []
