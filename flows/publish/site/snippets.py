"""Lines to copy that read a dataset, and that ask what was known of it on a day, in the tools people use."""

from __future__ import annotations

from dataclasses import dataclass

from flows.contracts import Entity
from flows.model import Dataset
from flows.publish.naming import Config, address


@dataclass(frozen=True)
class Snippet:
    """Lines in one language or tool: `tool` is a key of texts/datasets.toml, `code` what to copy."""

    tool: str
    code: str


def reading(dataset: Dataset, entity: Entity, catalogue: Config) -> tuple[Snippet, ...]:
    """Return how to load the dataset in Python, R, Excel and at a command line."""
    csv = address(catalogue, f"data/{dataset.name}.csv")
    excel = address(catalogue, f"data/{dataset.name}.xlsx")
    dates = ", ".join(f'"{prop.name}"' for prop in entity.public if prop.format == "date")
    parsed = f", parse_dates=[{dates}]" if dates else ""
    query = f"""let
    file = Web.Contents("{excel}"),
    sheets = Excel.Workbook(file, true)
in
    sheets{{0}}[Data]"""
    return (
        Snippet("python", f'import pandas as pd\n\ntable = pd.read_csv("{csv}"{parsed})\nprint(table.head())'),
        Snippet("r", f'library(readr)\n\ntable <- read_csv("{csv}")\nhead(table)'),
        Snippet("excel", query),
        Snippet("curl", f"curl -L -O {csv}"),
    )


def as_of(dataset: Dataset, entity: Entity, catalogue: Config) -> Snippet | None:
    """Return how to ask for the table as it was known on a day; None where the history does not hold its records."""
    if "x-derived" in entity.schema or entity.keys != ("id",):
        return None
    history = address(catalogue, "data/history.csv")
    code = (
        "import pandas as pd\n\n"
        f'history = pd.read_csv("{history}", dtype=str)\n'
        'day = "2025-06-30"\n'
        f'known = history[(history.entity == "{dataset.entity}") & (history.recorded_at <= day)]\n'
        'held = known[known.valid_from <= day].astype({"version": int}).sort_values(["valid_from", "version"])\n'
        'last = held.drop_duplicates(["id", "property"], keep="last")\n'
        'table = last.pivot(index="id", columns="property", values="value")'
    )
    return Snippet("python", code)
