"""Fill the templates of the pages: HTML escaped throughout, links relative to the page.

A new page is one `Page`: its German address, a template that extends `base.html` (blocks `head`, `main`), its title and
description in both languages, and `values`, what the template needs in a language. `render_pages` makes both languages
of it; the English one lies at the same address under `en/`. In a template there are

    t.<topic>.<name>   the words of texts/<topic>.toml: one file a topic, each key with `de` and `en`
    url("fields/")     the relative link to a page or file in the language of the reader, else to the one there is
    there("feed.atom") whether the release has that page or file: link only what is there
    number, percent, size, date: how numbers, shares, bytes and EDTF dates are written

and in `macros.html` (as `m`) a table, a chart with its table, the mark of a status, a list of facts. Pages come from
modules with one function each, `(facts: Facts) -> Iterator[Page | File]`, listed in `pages.py`; `Facts` holds the
published tables. What goes into every head (Open Graph, canonical) stands in `templates/head.html`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from html import escape
from importlib.resources import files
from typing import Any
from urllib.parse import urlsplit

from jinja2 import Environment, PackageLoader, StrictUndefined

from flows.publish.site.dates import write_edtf
from flows.publish.site.texts import words
from flows.publish.site.words import WORDS, Lang, write_day, write_number, write_percent, write_size

File = tuple[str, str, bytes]
"""Path under the docroot, media type, content."""
Texts = Mapping[Lang, str]


CUT = re.compile(r"(?<=^changes)/\d+$|/page-\d+$")
"""What the address of a further page of a list, or of an archive, has at its end."""
LONGEST = 120
"""Characters of a description that fit on a picture."""


@dataclass(frozen=True)
class Drawn:
    """A file that takes its time: drawn only where what it is `made_from` (any JSON) differs from last time."""

    path: str
    media_type: str
    made_from: Any
    draw: Callable[[], bytes]


HTML = "text/html"
LANGUAGES: tuple[Lang, ...] = ("de", "en")
ASSETS = (("style.css", "text/css"), ("filter.js", "text/javascript"), ("icon.svg", "image/svg+xml"))
NAVIGATION = (
    ("services/", "services"),
    ("measures/", "measures"),
    ("slipped/", "slipped"),
    ("radar/", "radar"),
    ("fields/", "fields"),
    ("departments/", "departments"),
    ("strategy/", "strategy"),
    ("changes/", "changes"),
    ("data/", "data"),
)
SERVICE_LINKS = (
    ("method/", "method"),
    ("reports/", "reports"),
    ("plain-language/", "plain_language"),
    ("accessibility/", "accessibility"),
    ("privacy/", "privacy"),
    ("imprint/", "imprint"),
)
"""Addresses of the navigation and of the foot, with their words in texts/base.toml; shown where the page is there."""


@dataclass(frozen=True)
class Alternate:
    """Another form of a page, such as its feed or its JSON twin: path under the docroot, media type, title."""

    path: str
    media_type: str
    title: Texts


@dataclass(frozen=True)
class Page:
    """One page in both languages; `path` is the German one and ends in `.html`.

    `values` gives what the template needs in a language. `crumbs` are the pages above it (address, words), `section`
    the address of the entry of the navigation it belongs to. `head` is what goes into the head as it is, safe HTML.
    A page that is shown at `anywhere`, any address, leads its links from the root.
    """

    path: str
    template: str
    title: Texts
    description: Texts
    values: Callable[[Lang], Mapping[str, Any]]
    section: str = ""
    crumbs: tuple[tuple[str, Texts], ...] = ()
    alternates: tuple[Alternate, ...] = ()
    head: Callable[[Lang], str] | None = None
    anywhere: bool = False


def render_pages(
    pages: Iterable[Page], others: Collection[str], catalogue: Mapping[str, Any], theme: Mapping[str, Any]
) -> Iterator[File]:
    """Yield every page in German and in English; `others` are the paths of all other files of the release.

    Raises jinja2.UndefinedError where a template names a value that is not given, ValueError where a page gives one
    that all have.
    """
    listed = list(pages)
    known = frozenset(page.path for page in listed)
    for page in listed:
        for lang in LANGUAGES:
            place = page.path if lang == "de" else f"en/{page.path}"
            surroundings = _surroundings(page, lang, known, others, urlsplit(catalogue["base_url"]).path)
            frame = {"catalogue": catalogue, "theme": theme, "t": words(lang, theme), "page": page}
            values = dict(page.values(lang))
            if taken := values.keys() & (frame | surroundings).keys():
                raise ValueError(f"{page.path} would give every page's {sorted(taken)} another meaning")
            text = _environment().get_template(page.template).render(frame | surroundings | values)
            yield place, HTML, text.encode()


def _surroundings(page: Page, lang: Lang, known: Collection[str], others: Collection[str], base: str) -> dict[str, Any]:
    """Return what places a page among the others: its links, and how its language writes; `base` is the root's path."""
    other: Lang = "en" if lang == "de" else "de"
    up = "../" * page.path.count("/")
    root = base if page.anywhere else (up + "../" if lang == "en" else up) or "./"

    def there(target: str) -> bool:
        path = _file(target)
        return path in known or path in others

    def url(target: str) -> str:
        english = lang == "en" and (_file(target) in known or f"en/{target}" in others)
        return f"{root}{'en/' if english else ''}{target}"

    return {
        "lang": lang,
        "other": other,
        "root": root,
        "url": url,
        "there": there,
        "place": f"{'en/' if lang == 'en' else ''}{page.path.removesuffix('index.html')}",
        "shared_picture": picture_path(page.path, lang),
        "picture_text": picture_text(page, lang),
        "twin": f"{root}{'en/' if other == 'en' else ''}{page.path.removesuffix('index.html')}",
        "navigation": [entry for entry in NAVIGATION if there(entry[0])],
        "service_links": [entry for entry in SERVICE_LINKS if there(entry[0])],
        **_writers(lang),
    }


def picture_path(page: str, lang: Lang) -> str:
    """Return the path of the picture that is shown where the page at a German path is shared.

    Every page has one of its own; the pages of a list that is cut, and archives, have that of the first.
    """
    name = page.removesuffix("/index.html").removesuffix(".html")
    return f"share/{lang}/{CUT.sub('', name)}.png"


def picture_text(page: Page, lang: Lang) -> str:
    """Return what a page says of itself on its picture below its title: its description, or as much of it as fits."""
    text = page.description[lang]
    return text if len(text) <= LONGEST else f"{text[:LONGEST].rsplit(' ', 1)[0]} …"


def _file(target: str) -> str:
    """Return the file a link under the docroot leads to."""
    place = target.partition("#")[0]
    return f"{place}index.html" if not place or place.endswith("/") else place


@cache
def _writers(lang: Lang) -> Mapping[str, Callable[..., str]]:
    return {
        "number": lambda number, decimals=None: write_number(number, lang, decimals),
        "size": lambda size: write_size(size, lang),
        "day": lambda day: write_day(day, lang),
        "date": lambda value: write_edtf(str(value), lang),
        "percent": lambda value: write_percent(value, lang),
    }


def render(template: str, path: str, lang: Lang, **values: Any) -> bytes:  # noqa: ANN401
    """Fill `templates/<template>` for the small page of an identifier at `path`; its links are led by `root`.

    Raises jinja2.UndefinedError where the template names a value that is not given.
    """
    page = (
        _environment()
        .get_template(template)
        .render(root="../" * path.count("/") or "./", lang=lang, words=WORDS[lang], **_writers(lang), **values)
    )
    return page.encode()


def alone(svg: str, source: str, theme: Mapping[str, Any]) -> str:
    """Return a picture of a page as a file of its own, which brings the look of the page and its `source` along."""
    style = "".join(content.decode() for path, _, content in assets(theme) if path.endswith(".css"))
    style += "svg { background: var(--paper) } text { fill: var(--ink) }"
    opening, _, rest = svg.partition(">")
    line = f'<text class="source" x="100%" y="100%" dy="-8" text-anchor="end">{escape(source)}</text></svg>'
    return f"{opening}><style><![CDATA[{style}]]></style>{rest.removesuffix('</svg>')}{line}"


def assets(theme: Mapping[str, Any]) -> Iterator[File]:
    """Yield what all pages share: style sheet, colours of the theme, its logo, the icon, and the script of the list."""
    for name, media_type in ASSETS:
        yield f"assets/{name}", media_type, (files(__package__) / "assets" / name).read_bytes()
    light, dark = theme["colours"]["light"], theme["colours"]["dark"]
    night = f"@media (prefers-color-scheme: dark) {{ :root {{ --accent: {dark}; }} }}"
    colours = f":root {{ --accent: {light}; }}\n{night}\n"
    yield "assets/theme.css", "text/css", colours.encode()
    if theme["logo"]:
        yield "assets/logo.svg", "image/svg+xml", theme["logo"].encode()


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
