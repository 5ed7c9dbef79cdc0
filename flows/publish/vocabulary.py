"""The words of other people's vocabularies that the feed uses: namespaces, authority tables, file formats."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from rdflib import URIRef


class Vocabulary:
    """A namespace that makes each of its terms once: a large feed says the same few hundred a million times."""

    def __init__(self, base: str) -> None:
        self._base = base

    def __str__(self) -> str:
        """Return the IRI all terms begin with."""
        return self._base

    def __getattr__(self, name: str) -> URIRef:
        """Return the term; Python asks only for one that is not kept yet."""
        if name.startswith("__"):
            raise AttributeError(name)
        return self[name]

    def __getitem__(self, name: str) -> URIRef:
        """Return the term, of any name, and keep it where the next look finds it at once."""
        kept: URIRef | None = self.__dict__.get(name)
        if kept is None:
            kept = self.__dict__[name] = URIRef(f"{self._base}{name}")
        return kept


RDF = Vocabulary("http://www.w3.org/1999/02/22-rdf-syntax-ns#")
RDFS = Vocabulary("http://www.w3.org/2000/01/rdf-schema#")
XSD = Vocabulary("http://www.w3.org/2001/XMLSchema#")
DCTERMS = Vocabulary("http://purl.org/dc/terms/")
FOAF = Vocabulary("http://xmlns.com/foaf/0.1/")
PROV = Vocabulary("http://www.w3.org/ns/prov#")
SKOS = Vocabulary("http://www.w3.org/2004/02/skos/core#")
# rdflib's DCAT is version 2; the feed needs the series and versions of 3.
DCAT = Vocabulary("http://www.w3.org/ns/dcat#")
ADMS = Vocabulary("http://www.w3.org/ns/adms#")
DCATAP = Vocabulary("http://data.europa.eu/r5r/")
DCATDE = Vocabulary("http://dcat-ap.de/def/dcatde/")
VCARD = Vocabulary("http://www.w3.org/2006/vcard/ns#")
SPDX = Vocabulary("http://spdx.org/rdf/terms#")
HYDRA = Vocabulary("http://www.w3.org/ns/hydra/core#")
ELI = Vocabulary("http://data.europa.eu/eli/ontology#")
AUTHORITY = Vocabulary("http://publications.europa.eu/resource/authority/")
PUBLISHER_TYPE = Vocabulary("http://purl.org/adms/publishertype/")
MEDIA_TYPE = Vocabulary("https://www.iana.org/assignments/media-types/")

DATA_THEMES = AUTHORITY["data-theme"]
PROFILE = URIRef("https://www.dcat-ap.de/def/dcatde/3.0/spec/")
SHA256 = SPDX.checksumAlgorithm_sha256
LANGUAGES = ("de", "en")

PREFIXES: Mapping[str, str] = {
    "adms": str(ADMS),
    "dcat": str(DCAT),
    "dcatap": str(DCATAP),
    "dcatde": str(DCATDE),
    "dct": str(DCTERMS),
    "eli": str(ELI),
    "foaf": str(FOAF),
    "hydra": str(HYDRA),
    "prov": str(PROV),
    "rdf": str(RDF),
    "rdfs": str(RDFS),
    "skos": str(SKOS),
    "spdx": str(SPDX),
    "vcard": str(VCARD),
    "xsd": str(XSD),
}


@dataclass(frozen=True)
class FileForm:
    """One form in which a dataset is offered.

    `file_type` is a code of the EU file-type table, `media_type` one registered at IANA. `follows_schema` tells whether
    columns and values are those of the published schema; the forms for spreadsheets are made for reading.
    """

    suffix: str
    file_type: str
    media_type: str
    follows_schema: bool
    label: Mapping[str, str]
    description: Mapping[str, str]


# The EU table (as saved) has neither JSON Lines nor Parquet, and IANA has no type for JSON Lines. To call something
# JSON that no JSON parser reads as a whole would be false, so both take the nearest entry that is true.
FILE_FORMS = (
    FileForm(
        "csv",
        "CSV",
        "text/csv",
        True,
        {"de": "CSV", "en": "CSV"},
        {
            "de": "Tabelle für Programme: UTF-8, Komma als Trennzeichen, eine Kopfzeile, Punkt als Dezimalzeichen.",
            "en": "Table for programs: UTF-8, comma-separated, one header row, decimal point.",
        },
    ),
    FileForm(
        "excel.csv",
        "CSV",
        "text/csv",
        False,
        {"de": "CSV für Excel", "en": "CSV for Excel"},
        {
            "de": "Dieselbe Tabelle so, dass deutsches Excel sie mit einem Doppelklick richtig öffnet.",
            "en": "The same table in the form that a German Excel opens correctly with a double click.",
        },
    ),
    FileForm(
        "json",
        "JSON",
        "application/json",
        True,
        {"de": "JSON", "en": "JSON"},
        {"de": "Alle Datensätze als ein JSON-Dokument.", "en": "All records as one JSON document."},
    ),
    FileForm(
        "jsonl",
        "TXT",
        "text/plain",
        True,
        {"de": "JSON Lines", "en": "JSON Lines"},
        {
            "de": "Ein JSON-Objekt je Zeile, UTF-8; geeignet, um Zeile für Zeile zu lesen.",
            "en": "One JSON object per line, UTF-8; made to be read line by line.",
        },
    ),
    FileForm(
        "xlsx",
        "XLSX",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        False,
        {"de": "Excel", "en": "Excel"},
        {"de": "Arbeitsmappe zum Lesen und Filtern.", "en": "Workbook for reading and filtering."},
    ),
    FileForm(
        "parquet",
        "OCTET",
        "application/vnd.apache.parquet",
        True,
        {"de": "Parquet", "en": "Parquet"},
        {"de": "Spaltendatei für Auswertungen (Apache Parquet).", "en": "Columnar file for analysis (Apache Parquet)."},
    ),
)
