"""The `offenlage` command: thin, one function a command; a file holds the commands of one occasion.

What a command needs is imported by it: `check` must not wait for what only `run` uses.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence

from flows.cli import deciding, portal, publishing, releasing, running, supplying
from flows.cli.shared import HELD, INTERNAL, USAGE, app, fail
from flows.operate.published import UnknownNameError
from flows.orchestration import ServerError
from flows.publish.gate import Held
from flows.settings import ConfigurationError
from flows.store import Busy, Damaged

__all__ = ["app", "hoisted", "main"]

COMMANDS = (
    *(running.run, running.schedule),
    *(supplying.check, supplying.template),
    *(deciding.accept, deciding.approve, releasing.retract),
    *(releasing.releases, releasing.diff, releasing.rollback, releasing.trace, releasing.rebuild),
    *(publishing.verify, publishing.score, publishing.serve, publishing.report),
    *(portal.plan, portal.publish, portal.purge),
    *(publishing.doctor, running.init),
)
"""All commands, in the order in which they are listed."""
for command in COMMANDS:
    app.command()(command)
SHARED = {"--config": True, "--output": True, "--lang": True, "--json": False}
"""The options all commands share, and whether a value follows."""


def main() -> None:
    """Run the command and turn what can go wrong outside of us into an exit code and a sentence."""
    try:
        app(args=hoisted(sys.argv[1:]))
    except (ConfigurationError, UnknownNameError) as error:
        fail(str(error), USAGE)
    except (Busy, Held) as error:
        fail(str(error), HELD)
    except (Damaged, ServerError) as error:
        fail(str(error), INTERNAL)


def hoisted(arguments: Sequence[str]) -> list[str]:
    """Move the shared options in front of the command, wherever they stand; what follows `--` stays."""
    ahead: list[str] = []
    rest: list[str] = []
    waiting = list(arguments)
    while waiting:
        word = waiting.pop(0)
        if word == "--":
            return [*ahead, *rest, word, *waiting]
        name, _, _value = word.partition("=")
        if name not in SHARED:
            rest.append(word)
        elif SHARED[name] and name == word and waiting:
            ahead += [word, waiting.pop(0)]
        else:
            ahead.append(word)
    return [*ahead, *rest]
