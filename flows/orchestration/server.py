"""A Prefect server as a child process: it listens on this machine only and ends with its parent."""

from __future__ import annotations

import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException

HOST = "127.0.0.1"
LONGEST_START_SECONDS = 180
LONGEST_END_SECONDS = 10
PR_SET_PDEATHSIG = 1
# What Prefect itself tells the server it starts for a single run: no pages, no scheduler; we use no blocks either.
FOR_ONE_RUN = {
    "PREFECT__SERVER_EPHEMERAL": "1",
    "PREFECT_SERVER_UI_ENABLED": "false",
    "PREFECT_SERVER_REGISTER_BLOCKS_ON_START": "false",
    "PREFECT_SERVER_MEMOIZE_BLOCK_AUTO_REGISTRATION": "false",
}


class ServerError(Exception):
    """Prefect's server could not be started."""


@dataclass(frozen=True)
class Server:
    """A server that was started on this machine."""

    port: int
    process: subprocess.Popen[bytes]

    @property
    def url(self) -> str:
        """Return the address of its interface."""
        return f"http://{HOST}:{self.port}/api"

    def wait(self) -> None:
        """Wait until it answers; raises ServerError where it ended or is not there after three minutes."""
        deadline = time.monotonic() + LONGEST_START_SECONDS
        while time.monotonic() < deadline and self.process.poll() is None:
            if self._answers():
                return
            time.sleep(0.1)
        raise ServerError(f"Prefect's server at {self.url} does not come up (exit code {self.process.poll()})")

    def _answers(self) -> bool:
        """Tell whether it is healthy; its socket listens from the start, so the question waits for the answer."""
        asked = HTTPConnection(HOST, self.port, timeout=LONGEST_START_SECONDS)
        try:
            asked.request("GET", "/api/health")
            return asked.getresponse().status == 200
        except (OSError, HTTPException):
            return False
        finally:
            asked.close()


@contextmanager
def started(*, schedules: bool, port: int = 0) -> Iterator[Server]:
    """Start a server at `port` (0: any that is free) and end it on the way out; `schedules` gives it a scheduler.

    Raises ServerError where the port is taken.
    """
    try:
        listening = socket.create_server((HOST, port))
    except OSError as error:
        raise ServerError(f"{HOST}:{port} cannot be listened on ({error.strerror}); is a server running?") from None
    with listening:
        port, file = listening.getsockname()[1], listening.fileno()
        code = f"from {__name__} import main; main({file}, {os.getpid()})"
        told = {"PREFECT__SERVER_FINAL": "1", **({} if schedules else FOR_ONE_RUN)}
        # A session of its own: Ctrl-C is for us, the server ends when we have said the last word to it.
        process = subprocess.Popen(
            [sys.executable, "-c", code],
            stdin=subprocess.DEVNULL,
            pass_fds=[file],
            env={**os.environ, **told},
            start_new_session=True,
        )
    try:
        yield Server(port, process)
    finally:
        _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(LONGEST_END_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def main(listening: int, parent: int) -> None:
    """Be the server: answer on the socket with this file descriptor until told to end, or until `parent` has ended."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != parent:
        return
    # Imported here and not by uvicorn: that far down the stack CPython 3.11 can hit the edge of a chunk of frames and
    # map and unmap memory at every call, which doubles the time the imports take.
    import uvicorn
    from prefect.server.api.server import create_app

    config = uvicorn.Config(create_app(), log_level="error", lifespan="on")
    uvicorn.Server(config).run(sockets=[socket.socket(fileno=listening)])
