"""The variables OFFENLAGE_*: where this installation lives and which portal it may write to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, SecretStr, ValidationError
from pydantic_settings import BaseSettings, EnvSettingsSource, PydanticBaseSettingsSource, SettingsConfigDict
from pydantic_settings.sources.utils import parse_env_vars

from flows.settings.problems import did_you_mean

PREFIX = "OFFENLAGE_"


def address(text: str) -> str:
    """Return a web address with a slash at its end.

    Raises ValueError where it is none to append a path to, or where it holds a user or password: addresses are told.
    """
    parts = urlsplit(text)
    if "@" in parts.netloc:
        raise ValueError("expected a web address without user or password; a token has a variable of its own")
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
        raise ValueError(f"expected a web address such as https://data.example/, found '{text}'")
    return text if text.endswith("/") else f"{text}/"


def _content(path: object) -> object:
    try:
        return path if path is None else Path(str(path)).read_text(encoding="utf-8").strip()
    except OSError as error:
        raise ValueError(f"cannot read {path}: {error.strerror}") from None


Address = Annotated[str, AfterValidator(address)]
Secret = Annotated[SecretStr | None, BeforeValidator(_content)]


def mail_server(text: str) -> str:
    """Return the address of a mail server; raises ValueError where it is none, or holds a password."""
    parts = urlsplit(text)
    if parts.scheme not in ("smtp", "smtps") or not parts.hostname or parts.password or parts.path.strip("/"):
        raise ValueError("expected smtp://[user@]host[:port] or smtps://..., the password in a variable of its own")
    return text


MailServer = Annotated[str, AfterValidator(mail_server)]


@dataclass(frozen=True)
class Portal:
    """The portal `publish` writes to; without `url` there is none. The token never shows in a repr or a log."""

    url: str
    token: SecretStr | None
    organisation: str


@dataclass(frozen=True)
class Mail:
    """The server mails go through; without `url` none are sent. The password never shows in a repr or a log.

    `url` is `smtp://[user@]host[:port]` (TLS where the server offers it, required with a password) or `smtps://...`.
    """

    url: str
    password: SecretStr | None
    sender: str


class Environment(BaseSettings):
    """The variables as they were set; an empty variable counts as not set."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, env_ignore_empty=True)

    base_url: Address | None = None
    output: Path | None = None
    archive: Path | None = None
    portal_url: Address | None = None
    portal_token: SecretStr | None = None
    portal_token_file: Secret = None
    portal_organisation: str = "landeshauptstadt-muenchen"
    smtp_url: MailServer | None = None
    smtp_password: SecretStr | None = None
    smtp_password_file: Secret = None
    smtp_sender: str = ""

    @property
    def portal(self) -> Portal:
        """Return the portal with its token, wherever that came from."""
        return Portal(self.portal_url or "", self.portal_token or self.portal_token_file, self.portal_organisation)

    @property
    def mail(self) -> Mail:
        """Return the mail server with its password, wherever that came from."""
        return Mail(self.smtp_url or "", self.smtp_password or self.smtp_password_file, self.smtp_sender)


def read_environment(environ: Mapping[str, str]) -> tuple[Environment, list[str]]:
    """Read OFFENLAGE_* from `environ`; return it with what is wrong: every variable that is unknown or unusable."""

    class Given(EnvSettingsSource):
        def _load_env_vars(self) -> Mapping[str, str | None]:
            return parse_env_vars(environ, self.case_sensitive, self.env_ignore_empty, self.env_parse_none_str)

    class Bound(Environment):
        @classmethod
        def settings_customise_sources(
            cls,
            settings_cls: type[BaseSettings],
            init_settings: PydanticBaseSettingsSource,  # noqa: ARG003
            env_settings: PydanticBaseSettingsSource,  # noqa: ARG003
            dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003
            file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        ) -> tuple[PydanticBaseSettingsSource, ...]:
            return (Given(settings_cls),)

    known = {f"{PREFIX}{name.upper()}" for name in Environment.model_fields}
    unknown = sorted(name for name in environ if name.startswith(PREFIX) and name not in known)
    problems = [f"environment: {name}: is no known variable{did_you_mean(name, known)}" for name in unknown]
    try:
        return Bound(), problems
    except ValidationError as error:
        wrong = [
            (f"{PREFIX}{str(e['loc'][0]).upper()}", e["msg"].removeprefix("Value error, ")) for e in error.errors()
        ]
        return Environment.model_construct(), problems + [f"environment: {name}: {msg}" for name, msg in wrong]
