"""The score as lines for a person and as a document for a program."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from flows.serve.score.metrics import MAXIMUM
from flows.serve.score.scoring import DatasetScore

NOT_ABOUT_TIME = (
    f"Of a table that is about no time, such as a code list, no dct:temporal would be true: "
    f"{MAXIMUM - 20} points are the most it can have."
)


def score_document(scores: Sequence[DatasetScore]) -> dict[str, Any]:
    """Return the scores as a JSON document."""
    return {"format": "offenlage-score/1", "maximum": MAXIMUM, "datasets": [_document(score) for score in scores]}


def _document(score: DatasetScore) -> Mapping[str, Any]:
    return {
        "dataset": score.dataset,
        "title": score.title,
        "distribution": score.distribution,
        "points": score.points,
        "rating": score.rating,
        "dimensions": score.dimensions,
        "metrics": {one.metric.name: one.points for one in score.measured},
        "missing": [
            {"metric": one.metric.name, "points": one.metric.points - one.points, "reason": one.reason}
            for one in score.missing
        ],
    }


def score_lines(scores: Sequence[DatasetScore]) -> list[str]:
    """Return one line per dataset with the sum, the rating and the dimensions, and one per missing metric."""
    lines = [line for score in scores for line in _lines(score)]
    if any(one.metric.name == "temporalAvailability" for score in scores for one in score.missing):
        lines += ["", NOT_ABOUT_TIME]
    if not scores:
        return ["no dataset in it"]
    full = sum(score.points == MAXIMUM for score in scores)
    mean = sum(score.points for score in scores) / len(scores)
    return [*lines, "", f"{len(scores)} datasets, {full} with all {MAXIMUM} points; {mean:.0f} on average"]


def _lines(score: DatasetScore) -> Iterator[str]:
    dimensions = "  ".join(f"{name[:5]} {points:>3}" for name, points in score.dimensions.items())
    yield f"{score.points:>3}  {score.rating:<10}  {dimensions}  {score.dataset}"
    for one in score.missing:
        yield f"     {one.points - one.metric.points:>+4}  {one.metric.name}: {one.reason}"
