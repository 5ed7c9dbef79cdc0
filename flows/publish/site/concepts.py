"""The pages of code lists, their codes, and the reference tables that are concept schemes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from flows.contracts import CodeList
from flows.model import Dataset
from flows.publish.concepts import FOREIGN, is_taxonomy, mirrored
from flows.publish.site.identifiers import Fact, Stub, Value, identifier_stub
from flows.publish.site.rendering import HTML, File


def concept_pages(
    codelists: Iterable[CodeList], datasets: Iterable[Dataset], catalogue: Mapping[str, Any]
) -> Iterator[File]:
    """Yield a page for each identifier of a code list, and for each concept scheme among the datasets."""
    for codelist in codelists:
        for stub in _list_stubs(codelist):
            yield stub.path, HTML, identifier_stub(stub, example=catalogue["example"])
    for dataset in filter(is_taxonomy, datasets):
        title = dataset.description["title"]["de"]
        stub = Stub("scheme", dataset.name, "Begriffssystem", title, links=_files(dataset.name))
        yield stub.path, HTML, identifier_stub(stub, example=catalogue["example"])


def _list_stubs(codelist: CodeList) -> Iterator[Stub]:
    name, links = codelist.name, _files(codelist.name, "csv", "json")
    listed = tuple(Value(f"{row['label_de']} ({row['code']})", _place(name, row["code"])) for row in codelist.rows)
    yield Stub("codelist", name, "Codeliste", "", (Fact("Codes", listed),), links)
    columns = [column for column in FOREIGN if column in codelist.rows[0]]
    for row in codelist.rows:
        facts = [
            Fact("Definition", (Value(row["definition_de"]),)),
            Fact("Englisch", (Value(row["label_en"]), Value(row["definition_en"]))),
            *(Fact(FOREIGN[column][0], (Value(row[column]),)) for column in columns if row[column]),
        ]
        back = (Value(f"Codeliste {name}", _place(name)),)
        yield Stub("codelist", f"{name}/{row['code']}", "Code", row["label_de"], tuple(facts), back)
    for column in columns:
        de, _, page = FOREIGN[column]
        source = (Value(page, page, external=True),) if page else ()
        yield Stub("codelist", f"{name}/{column}", "Codeliste anderer", de, links=(*source, *links))
        for place, code in mirrored(codelist, column):
            yield Stub("codelist", f"{name}/{place}", "Code anderer", f"{de}: {code}", links=(*source, *links))


def _place(*names: str) -> str:
    return f"id/codelist/{'/'.join(names)}/"


def _files(name: str, *more: str) -> tuple[Value, ...]:
    labels = {"ttl": "SKOS, Turtle", "jsonld": "SKOS, JSON-LD", "csv": "CSV", "json": "JSON"}
    return tuple(Value(labels[suffix], f"codelists/{name}.{suffix}") for suffix in ("ttl", "jsonld", *more))
