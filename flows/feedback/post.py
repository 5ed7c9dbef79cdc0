"""The door to the mail server."""

from __future__ import annotations

import smtplib
import ssl
from email.message import EmailMessage
from urllib.parse import unquote, urlsplit

from flows.feedback.mail import Send, UndeliverableError
from flows.settings.environment import Mail

TIMEOUT = 30


def sender(mail: Mail) -> Send | None:
    """Return what sends a mail through the configured server, or None where there is none.

    What it returns raises UndeliverableError. A password is sent over TLS only.
    """
    return (lambda message: _send(message, mail)) if mail.url else None


def _send(message: EmailMessage, mail: Mail) -> None:
    try:
        with _connected(mail) as server:
            server.send_message(message)
    except (smtplib.SMTPException, OSError) as fault:
        raise UndeliverableError(f"the mail server refused or could not be reached ({type(fault).__name__})") from None


def _connected(mail: Mail) -> smtplib.SMTP:
    parts = urlsplit(mail.url)
    host, trusted = str(parts.hostname), ssl.create_default_context()
    if parts.scheme == "smtps":
        server: smtplib.SMTP = smtplib.SMTP_SSL(host, parts.port or 465, timeout=TIMEOUT, context=trusted)
    else:
        server = smtplib.SMTP(host, parts.port or 25, timeout=TIMEOUT)
        server.ehlo()
        if server.has_extn("starttls"):
            server.starttls(context=trusted)
            server.ehlo()
        elif mail.password:
            server.close()
            raise smtplib.SMTPNotSupportedError("no TLS")
    if parts.username and mail.password:
        server.login(unquote(parts.username), mail.password.get_secret_value())
    return server
