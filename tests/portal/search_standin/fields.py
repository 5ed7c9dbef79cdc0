"""The fields of a document as CKAN's Solr schema has them: which are texts, which are copies of others."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from typing import Any

Document = Mapping[str, Any]

TEXTS = {
    *("title", "notes", "author", "author_email", "maintainer", "maintainer_email"),
    *("res_name", "res_description", "text", "urls"),
}
TEXT_PREFIXES = ("extras_", "res_extras_")
PARTS_OF = {"title_ngram": "title", "name_ngram": "name"}
"""Fields in which any part of a word is found, and the field each is a copy of."""
SEARCHED = (
    *("name", "title", "license", "notes", "tags", "groups", "organization", "res_name", "res_description"),
    *("maintainer", "author", "url", "res_url", "ckan_url", "download_url"),
)
"""The fields that `text`, the one that is searched without being named, is a copy of."""
NOT_INDEXED = {"data_dict", "validated_data_dict"}
NOT_STORED = {"permission_labels", "title_string"}


def values(document: Document, field: str) -> list[Any]:
    """Return the values a document has in a field, copies of other fields included."""
    if field == "text":
        copied = (name for name in document if name.startswith((*TEXT_PREFIXES, "vocab_")) or name == "text")
        return [value for name in (*SEARCHED, *copied) for value in listed(document.get(name))]
    return listed(document.get(PARTS_OF.get(field, field)))


def listed(value: Any) -> list[Any]:
    """Return a value as a list: none, one or many."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def is_text(field: str) -> bool:
    """Tell whether a field is cut into words; any other is one value as it stands."""
    return field in TEXTS or field.startswith(TEXT_PREFIXES)


def term(value: Any) -> str:
    """Return a value as the index holds it."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def folded(text: Any) -> str:
    """Return a text in small letters without accents, as Solr's filters leave it."""
    plain = unicodedata.normalize("NFKD", str(text).lower().replace("ß", "ss"))
    return "".join(letter for letter in plain if not unicodedata.combining(letter))


def words(text: Any) -> list[str]:
    """Return the words of a text, folded."""
    return re.findall(r"[^\W_]+", folded(text))


def has_phrase(text: Any, phrase: list[str]) -> bool:
    """Tell whether the words of a phrase stand in a text, one after the other."""
    return bool(phrase) and f" {' '.join(phrase)} " in f" {' '.join(words(text))} "
