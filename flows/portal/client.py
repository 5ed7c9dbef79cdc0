"""Talk to a CKAN's action API: what is asked is asked again, what is written is never written twice unseen."""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import requests
from urllib3.exceptions import NewConnectionError

from flows.web import is_local, retry_after

# CKAN itself gives up on its search after 60 seconds; whoever stops listening earlier learns less.
TIMEOUT_SECONDS = (10.0, 120.0)
ATTEMPTS = 4
LONGEST_PAUSE_SECONDS = 60.0
REDIRECTS = frozenset({301, 302, 303, 307, 308})
AUTHORIZATION = "Authorization Error"

Files = Mapping[str, tuple[str, bytes]]
"""Parameter -> name of the file and its bytes."""


class PortalError(Exception):
    """The portal did not do what was asked; the words are ours and never hold the token."""


class RefusedError(PortalError):
    """The portal answered, and said no: another attempt would get the same answer."""

    def __init__(self, said: str, status: int = 0, fields: Mapping[str, Any] | None = None) -> None:
        self.status, self.fields = status, dict(fields or {})
        super().__init__(said)


class UnreachableError(PortalError):
    """The portal gave no answer that could be used, although it was asked several times."""


class UnsettledError(PortalError):
    """Whether a write took effect is not known: look, compare, go on. Nothing else may be concluded from it."""


@dataclass(frozen=True)
class Client:
    """One portal and the token to it; `asked` counts the requests by action, `pause` waits that many seconds."""

    url: str
    token: str = field(default="", repr=False)
    pause: Callable[[float], None] = time.sleep
    timeout: tuple[float, float] = TIMEOUT_SECONDS
    asked: Counter[str] = field(default_factory=Counter)
    session: requests.Session = field(default_factory=requests.Session, repr=False)

    def __post_init__(self) -> None:
        """Set what every request carries; a portal on this machine is never asked through a proxy."""
        self.session.headers["User-Agent"] = "offenlage"
        self.session.trust_env = not is_local(self.url)
        if self.token:
            self.session.headers["Authorization"] = self.token

    def read(self, action: str, **parameters: object) -> Any:  # noqa: ANN401 (any JSON)
        """Ask an action that changes nothing and return its result; asks up to four times.

        Raises RefusedError where the portal says no, UnreachableError where it gives no usable answer.
        """
        for number in range(ATTEMPTS):
            try:
                return self._call(action, parameters, None)
            except _FailedError as failed:
                if number + 1 == ATTEMPTS:
                    raise UnreachableError(f"{action}: {failed}") from None
                self.pause(pause_after(number + 1, failed.retry_after))
        raise AssertionError

    def write(self, action: str, parameters: Mapping[str, Any], files: Files | None = None) -> Any:  # noqa: ANN401
        """Ask an action that changes something, once, and return its result.

        Asks again only where the portal cannot have begun: it was not connected to, or it said "too many" (429).
        Raises RefusedError where it says no, UnsettledError where nobody knows, UnreachableError where it never began.
        """
        for number in range(ATTEMPTS):
            try:
                return self._call(action, parameters, files)
            except _FailedError as failed:
                if not failed.before:
                    raise UnsettledError(f"{action}: {failed}") from None
                if number + 1 == ATTEMPTS:
                    raise UnreachableError(f"{action}: {failed}") from None
                self.pause(pause_after(number + 1, failed.retry_after))
        raise AssertionError

    def _call(self, action: str, parameters: Mapping[str, Any], files: Files | None) -> Any:  # noqa: ANN401
        self.asked[action] += 1
        try:
            with self._post(action, parameters, files) as response:
                return self._result(action, response)
        except requests.exceptions.SSLError:
            raise RefusedError(f"{self.url} has no valid certificate") from None
        except requests.ConnectionError as error:
            before = _never_connected(error)
            raise _FailedError("cannot be connected to" if before else "the connection broke", before=before) from None
        except requests.exceptions.ReadTimeout:
            raise _FailedError(f"no answer within {self.timeout[1]:g} seconds") from None
        except requests.exceptions.ChunkedEncodingError:
            raise _FailedError("the answer broke off") from None
        except requests.RequestException as error:
            raise _FailedError(f"no whole answer ({type(error).__name__})") from None

    def _post(self, action: str, parameters: Mapping[str, Any], files: Files | None) -> requests.Response:
        address = f"{self.url}api/3/action/{action}"
        if not files:
            return self.session.post(address, json=parameters, timeout=self.timeout, allow_redirects=False)
        # A form holds texts only; CKAN reads JSON in those of package_revise.
        form = {name: json.dumps(value, ensure_ascii=False) for name, value in parameters.items()}
        return self.session.post(address, data=form, files=dict(files), timeout=self.timeout, allow_redirects=False)

    def _result(self, action: str, response: requests.Response) -> Any:  # noqa: ANN401
        if response.status_code in REDIRECTS:
            raise RefusedError(f"{self.url} sends on to another address: set OFFENLAGE_PORTAL_URL to that one")
        wait = retry_after(response.headers.get("Retry-After", ""), datetime.now(UTC))
        if response.status_code == 429:
            raise _FailedError("too many requests (429)", before=True, retry_after=wait)
        answer = _json(response)
        if response.status_code >= 500 or answer is None:
            raise _FailedError(_unusable(response, answer), retry_after=wait)
        if isinstance(answer, dict) and answer.get("success"):
            return answer["result"]
        raise self._refused(action, response.status_code, answer)

    def _refused(self, action: str, status: int, answer: Any) -> RefusedError:  # noqa: ANN401
        error = answer.get("error", {}) if isinstance(answer, dict) else {}
        error = error if isinstance(error, dict) else {}
        fields = {name: value for name, value in error.items() if not name.startswith("__")}
        if status in (401, 403):
            return RefusedError(
                f"{action}: not allowed ({status}): the token is missing, wrong, expired, or may not do this", 403
            )
        if status == 404:
            return RefusedError(f"{action}: not found (404)", 404)
        shown = json.dumps(fields, ensure_ascii=False) if fields else str(answer)
        return RefusedError(self._without_token(f"{action}: refused ({status}): {shown[:500]}"), status, fields)

    def _without_token(self, text: str) -> str:
        return text.replace(self.token, "***") if self.token else text


class _FailedError(Exception):
    """One request got no usable answer; `before`: the portal cannot have begun with it."""

    def __init__(self, said: str, *, before: bool = False, retry_after: float = 0.0) -> None:
        self.before, self.retry_after = before, retry_after
        super().__init__(said)


def pause_after(number: int, asked_for: float) -> float:
    """Return the pause after the n-th failure in seconds: 2, 4, 8, or what the portal asked for, at most a minute."""
    return min(max(2.0**number, asked_for), LONGEST_PAUSE_SECONDS)


def _json(response: requests.Response) -> Any:  # noqa: ANN401
    try:
        return response.json()
    except ValueError:
        return None


def _unusable(response: requests.Response, answer: Any) -> str:  # noqa: ANN401
    if answer is None:
        html = "html" in response.headers.get("Content-Type", "")
        what = "a web page" if html else "something that is no JSON"
        return f"{what} instead of an answer ({response.status_code})"
    kind = answer.get("error", {}).get("__type", "") if isinstance(answer, dict) else ""
    if "Search" in kind:
        return f"the portal's search is out ({response.status_code})"
    return f"the portal failed ({response.status_code})"


def _never_connected(error: BaseException) -> bool:
    return any(isinstance(cause, requests.ConnectTimeout | NewConnectionError) for cause in _causes(error))


def _causes(error: BaseException) -> Iterator[BaseException]:
    """Yield an error and all it is said to come from, however a library wrapped it."""
    waiting, seen = [error], set[int]()
    while waiting:
        found = waiting.pop()
        if id(found) not in seen:
            seen.add(id(found))
            yield found
            inner = [found.__cause__, found.__context__, getattr(found, "reason", None), *found.args]
            waiting += [cause for cause in inner if isinstance(cause, BaseException)]
