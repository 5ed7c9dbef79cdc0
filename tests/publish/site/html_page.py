"""What a test asks of an HTML page."""

from __future__ import annotations

import posixpath
from html.parser import HTMLParser

VOID = {"meta", "link", "br", "img", "input", "hr"}


class Page(HTMLParser):
    """An HTML page taken apart; raises AssertionError where elements do not nest."""

    def __init__(self, content: bytes) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self._open: list[str] = []
        self.feed(content.decode())
        self.close()
        assert not self._open, f"not closed: {self._open}"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def attributes(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]

    @property
    def headings(self) -> list[int]:
        return [int(tag[1]) for tag, _ in self.elements if tag in ("h1", "h2", "h3")]

    def inner_links(self, path: str) -> set[str]:
        """Return the paths under the docroot that the page at `path` links to, all of them relative to it."""
        targets = [str(attributes.get("href")) for attributes in self.attributes("a") + self.attributes("link")]
        inner = [t for t in targets if not t.startswith(("http://", "https://", "mailto:", "#"))]
        assert not [t for t in inner if t.startswith("/")]
        resolved = (posixpath.normpath(posixpath.join(posixpath.dirname(path), t)) for t in inner)
        places = zip(inner, resolved, strict=True)
        return {posixpath.normpath(f"{r}/index.html") if t.endswith("/") else r for t, r in places}
