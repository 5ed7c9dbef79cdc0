"""The words of the pages: one TOML file a topic in `texts/`, each key with its German and its English text."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from flows.publish.site.words import Lang

Words = Mapping[str, Mapping[str, str]]
"""Topic -> name -> text."""


def words(lang: Lang, theme: Mapping[str, Any]) -> Words:
    """Return all words in a language, those of the theme (`texts`, by `topic.name`) in place of ours."""
    return _words(lang, tuple((key, text[lang]) for key, text in sorted(theme["texts"].items())))


@cache
def _words(lang: Lang, instead: tuple[tuple[str, str], ...]) -> Words:
    said = {topic: {name: text[lang] for name, text in entries.items()} for topic, entries in topics().items()}
    for key, text in instead:
        topic, _, name = key.partition(".")
        if topic in said:
            said[topic][name] = text
    return said


@cache
def topics() -> Mapping[str, Mapping[str, Mapping[Lang, str]]]:
    """Return what the files say: topic -> name -> language -> text."""
    found = sorted(files(__package__).joinpath("texts").iterdir(), key=lambda file: file.name)
    return {file.name.removesuffix(".toml"): tomllib.loads(file.read_text("utf-8")) for file in found}
