"""Why a file cannot be read, in words that tell the supplier what to do."""

from __future__ import annotations

from flows.model import Finding

ADVICE = {
    "binary": "Das ist keine Tabelle. Bitte als XLSX, ODS oder CSV speichern.",
    "doc": "Word-Datei: bitte die Tabelle in die Vorlage übertragen (XLSX).",
    "docx": "Word-Datei: bitte die Tabelle in die Vorlage übertragen (XLSX).",
    "email": "E-Mail: bitte nur die angehängte Tabelle liefern.",
    "empty": "Die Datei ist leer. Bitte erneut exportieren und liefern.",
    "encrypted": "Die Datei ist mit einem Kennwort geschützt. Bitte ohne Kennwort speichern.",
    "gzip": "Bitte entpackt liefern.",
    "html": "Webseite statt Daten: oft eine Fehler- oder Anmeldeseite. Bitte den Export erneut abrufen.",
    "image": "Bild oder Scan: bitte die Tabelle in die Vorlage übertragen (XLSX).",
    "ole": "Unbekanntes Office-Format. Bitte als XLSX speichern.",
    "odt": "Textdokument: bitte die Tabelle in die Vorlage übertragen (XLSX oder ODS).",
    "parquet": "Bitte als CSV oder XLSX liefern.",
    "pdf": "PDF: bitte die Tabelle in die Vorlage übertragen (XLSX).",
    "pptx": "Präsentation: bitte die Tabelle in die Vorlage übertragen (XLSX).",
    "rtf": "Textdokument: bitte die Tabelle in die Vorlage übertragen (XLSX).",
    "spreadsheetml": "Excel-XML von 2003: bitte in Excel öffnen und als XLSX speichern.",
    "xlsb": "Binäre Excel-Arbeitsmappe: bitte in Excel als XLSX speichern.",
    "zip": "Archiv: bitte die enthaltenen Dateien einzeln liefern.",
}
"""What to do about a file whose kind (see `sniff`) is not read."""


class Unreadable(Exception):  # noqa: N818  (a verdict on a file, not an error of ours)
    """A part cannot be read; only `read` catches it, and makes the finding.

    `what` names the kind of file or the fault, `advice` says in German how to mend it, `row` where it is.
    """

    def __init__(self, what: str, advice: str, row: int | None = None) -> None:
        super().__init__(what)
        self.what = what
        self.advice = advice
        self.row = row

    def finding(self, sheet: str) -> Finding:
        """Return the finding that holds the delivery back."""
        return Finding("unreadable_file", "BLOCK", sheet=sheet, row=self.row, value=self.what, expected=self.advice)


def broken(kind: str, detail: str, row: int | None = None) -> Unreadable:
    """Make the verdict on a file that is damaged in itself; `detail` says where, in the parser's words."""
    return Unreadable(f"{kind}: {detail}"[:300], "Die Datei ist beschädigt. Bitte neu speichern und liefern.", row)


def oversized(what: str) -> Unreadable:
    """Make the verdict on a file that goes beyond a limit of `flows.formats.limits`."""
    return Unreadable(what, "Zu groß. Bitte leere Zeilen und Spalten löschen oder die Lieferung teilen.")
