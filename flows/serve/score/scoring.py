"""Score every dataset of a page of a feed, and say why points are missing."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from rdflib.namespace import DCTERMS

from flows.publish.descriptions import Descriptions, described_as
from flows.publish.vocabulary import DCAT
from flows.serve.score.metrics import OF_DATASETS, OF_DISTRIBUTIONS, Evidence, Metric, rating


@dataclass(frozen=True)
class Measured:
    """What one metric gave: its points, and in words why they are not all ("" where they are)."""

    metric: Metric
    points: int
    reason: str


@dataclass(frozen=True)
class DatasetScore:
    """All metrics of one dataset; `distribution` is the one whose points count ("" where there is none)."""

    dataset: str
    title: str
    distribution: str
    measured: tuple[Measured, ...]

    @property
    def points(self) -> int:
        """Return the sum."""
        return sum(one.points for one in self.measured)

    @property
    def rating(self) -> str:
        """Return the word for the sum."""
        return rating(self.points)

    @property
    def dimensions(self) -> dict[str, int]:
        """Return the sum of each dimension, in the order the portal lists them."""
        order = ("findability", "accessibility", "interoperability", "reusability", "contextuality")
        return {name: sum(one.points for one in self.measured if one.metric.dimension == name) for name in order}

    @property
    def missing(self) -> tuple[Measured, ...]:
        """Return the metrics that did not give all their points."""
        return tuple(one for one in self.measured if one.reason)


def score_page(
    page: Descriptions, status: Callable[[str], int | None], broken: Mapping[str, str]
) -> list[DatasetScore]:
    """Return the score of every dataset that `page` describes, sorted by IRI.

    `status` is as in Evidence; `broken` are the nodes that break a rule of the profile, with what is wrong: a dataset
    complies where none of the nodes it leads to is among them (its files, its publisher, but not other datasets). Of
    the distributions the one with the most points counts, for all metrics of distributions.
    """
    alone = {node for kind in (DCAT.Dataset, DCAT.DatasetSeries, DCAT.Catalog) for node in described_as(page, kind)}

    def wrong(dataset: str) -> str:
        found = (f"{node}: {broken[node]}" for node in _parts(page, dataset, alone) if node in broken)
        return next(found, "")

    evidence = Evidence(page, status, wrong)
    return [_score(evidence, dataset) for dataset in described_as(page, DCAT.Dataset)]


def _parts(page: Descriptions, dataset: str, alone: Collection[str]) -> Iterator[str]:
    """Yield the dataset and what belongs to its description: all nodes it leads to, but none that stands alone."""
    seen, waiting = {dataset}, [dataset]
    while waiting:
        node = waiting.pop()
        yield node
        led = (value.text for values in page.get(node, {}).values() for value in values if not value.is_literal)
        for other in led:
            if other not in seen and other not in alone:
                seen.add(other)
                waiting.append(other)


def _score(evidence: Evidence, dataset: str) -> DatasetScore:
    files = sorted(evidence.texts(dataset, DCAT.distribution))
    candidates = [(file, _measure(evidence, file, OF_DISTRIBUTIONS)) for file in files]
    # max() takes the first of equals, so that the choice does not hang on an order.
    best, of_file = max(candidates, key=lambda one: _sum(one[1]), default=("", _without_file()))
    measured = _measure(evidence, dataset, OF_DATASETS) + of_file
    return DatasetScore(dataset, _title(evidence.page, dataset), best, measured)


def _measure(evidence: Evidence, node: str, metrics: Sequence[Metric]) -> tuple[Measured, ...]:
    return tuple(_result(metric, metric.judge(evidence, node)) for metric in metrics)


def _result(metric: Metric, reason: str) -> Measured:
    return Measured(metric, metric.otherwise if reason else metric.points, reason)


def _without_file() -> tuple[Measured, ...]:
    return tuple(Measured(metric, 0, "no dcat:distribution") for metric in OF_DISTRIBUTIONS)


def _sum(measured: Iterable[Measured]) -> int:
    return sum(one.points for one in measured)


def _title(page: Descriptions, dataset: str) -> str:
    titles = sorted(page[dataset].get(str(DCTERMS.title), ()), key=lambda title: (title.language != "de", title))
    return titles[0].text if titles else dataset
