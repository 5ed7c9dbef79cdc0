"""Why a part of a delivery cannot be read."""

from __future__ import annotations

from flows.model import Finding

ACCEPTED = "xlsx, ods, csv, json, xml"

RULES = {
    "damaged": "unreadable_file",
    "empty": "empty_file",
    "encrypted": "password_protected",
    "html": "html_instead_of_data",
}
"""The rules for kinds of file (see `sniff`) that have advice of their own; the others are `unsupported_format`."""


class Unreadable(Exception):  # noqa: N818  (a verdict on a file, not an error of ours)
    """A part cannot be read; only `read` catches it, and makes the finding that holds the delivery back."""

    def __init__(self, rule: str, value: str, expected: str = "", row: int | None = None) -> None:
        super().__init__(f"{rule}: {value}")
        self.rule = rule
        self.value = value
        self.expected = expected
        self.row = row

    def finding(self, sheet: str) -> Finding:
        """Return the verdict as a finding about `sheet`."""
        return Finding(self.rule, "BLOCK", sheet=sheet, row=self.row, value=self.value, expected=self.expected)


def unsupported(kind: str) -> Unreadable:
    """Make the verdict on a kind of file that is not read."""
    return Unreadable(RULES.get(kind, "unsupported_format"), kind, ACCEPTED)


def broken(kind: str, detail: str) -> Unreadable:
    """Make the verdict on a file that is damaged in itself; `detail` is what the parser says."""
    return Unreadable("unreadable_file", f"{kind}: {detail}"[:300], ACCEPTED)


def oversized(what: str, limit: int) -> Unreadable:
    """Make the verdict on a file that goes beyond a limit of `flows.formats.limits`."""
    return Unreadable("file_too_large", what, f"<= {limit}")


def too_deep(kind: str, levels: int) -> Unreadable:
    """Make the verdict on a document that is nested beyond all use."""
    return Unreadable("unsafe_content", f"{kind}: nested", f"<= {levels}")


def no_records(found: str, expected: str) -> Unreadable:
    """Make the verdict on a document whose records are not where the mapping looks for them."""
    return Unreadable("records_not_found", found[:300], expected)
