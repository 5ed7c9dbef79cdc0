"""The one door to the typesetter: pictures for sharing and PDF files, the same bytes for the same words.

Typst brings its own fonts and asks the machine for none, so that a release looks the same wherever it is made
(docs/decisions/0021).
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from functools import cache
from importlib.metadata import version
from importlib.resources import files
from typing import Any, Literal

PIXELS_PER_POINT = 2
POINTS_PER_INCH = 72


def typesetter() -> str:
    """Return its name and version: another one may draw otherwise."""
    return f"typst {version('typst')}"


@cache
def template(name: str) -> str:
    """Return the text of `templates/<name>.typ`."""
    return files(__package__).joinpath("templates", f"{name}.typ").read_text("utf-8")


def typeset(name: str, data: Mapping[str, Any], form: Literal["png", "pdf"]) -> bytes:
    """Fill `templates/<name>.typ` with `data` (any JSON; nothing in it is read as markup).

    A PDF is tagged, PDF/UA-1; the template sets its title, language and date. Raises typst.TypstError where the
    template is wrong, or what it makes would not be accessible.
    """
    from typst import compile as run

    made = run(
        template(name).encode(),
        format=form,
        ppi=POINTS_PER_INCH * PIXELS_PER_POINT,
        sys_inputs={"data": json.dumps(data, ensure_ascii=False, sort_keys=True)},
        pdf_standards=["ua-1"] if form == "pdf" else [],
        ignore_system_fonts=True,
    )
    if not isinstance(made, bytes):
        raise TypeError(f"expected one file, the template {name} made {len(made)} pages")
    return made


def typeset_pdf(name: str, data: Mapping[str, Any]) -> bytes:
    """Return `typeset(name, data, "pdf")`, made in a process of its own.

    The typesetter remembers what it laid out, about 0.1 MB for each row of a table: with the process that goes too.
    Raises subprocess.CalledProcessError where `typeset` fails; what it says then stands on stderr.
    """
    given = json.dumps(data, ensure_ascii=False).encode()
    return subprocess.run(
        [sys.executable, "-m", __name__, name], input=given, stdout=subprocess.PIPE, check=True
    ).stdout


if __name__ == "__main__":
    sys.stdout.buffer.write(typeset(sys.argv[1], json.load(sys.stdin.buffer), "pdf"))
