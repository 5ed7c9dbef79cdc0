"""Fill the templates of the pages: HTML escaped throughout, links relative to the page."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from flows.publish.site.words import WORDS, Lang, write_day, write_number, write_size

Page = tuple[str, str, bytes]
"""Path under the docroot, media type, content."""

HTML = "text/html"


def render(template: str, path: str, lang: Lang, **values: Any) -> bytes:  # noqa: ANN401
    """Fill `templates/<template>` for the page at `path`; the template leads every link with `root`, relative to it.

    Raises jinja2.UndefinedError where the template names a value that is not given.
    """
    page = (
        _environment()
        .get_template(template)
        .render(
            root="../" * path.count("/") or "./",
            lang=lang,
            words=WORDS[lang],
            number=lambda number: write_number(number, lang),
            size=lambda size: write_size(size, lang),
            day=lambda day: write_day(day, lang),
            **values,
        )
    )
    return page.encode()


def stylesheet() -> Page:
    """Return the one style sheet all pages use."""
    return "assets/style.css", "text/css", (files(__package__) / "assets" / "style.css").read_bytes()


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader(__package__),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
