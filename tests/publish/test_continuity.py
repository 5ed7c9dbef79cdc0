"""No harvester loses a dataset by a release: what vanished, or fewer datasets, is a reason to hold it back."""

from __future__ import annotations

import feed_example as feed

from flows.publish.catalogue import build_catalogue, serialise
from flows.publish.continuity import regressions


def catalogue(*names: str) -> list[bytes]:
    return [serialise(build_catalogue(feed.release(names), feed.CATALOGUE, feed.entities()), "json-ld")]


def test_the_same_datasets_are_no_loss() -> None:
    assert regressions(catalogue("measures"), catalogue("measures")) == []


def test_a_new_dataset_is_no_loss() -> None:
    assert regressions(catalogue("measures"), catalogue("measures", "organisations")) == []


def test_fewer_datasets_are_a_loss_and_the_lost_ones_are_named() -> None:
    fewer, gone = regressions(catalogue("measures", "organisations"), catalogue("measures"))
    assert "1 datasets where 2" in fewer.text
    assert f"{feed.ID_BASE}id/dataset/organisations" in gone.text


def test_one_dataset_for_another_is_a_loss() -> None:
    (gone,) = regressions(catalogue("measures"), catalogue("organisations"))
    assert "id/dataset/measures" in gone.text


def test_a_series_is_no_dataset_that_could_be_lost() -> None:
    names = ("status_reports", "status_reports_2024")
    assert len(regressions(catalogue(*names), catalogue("status_reports_2024"))) == 2


def test_a_dataset_may_move_to_another_page() -> None:
    assert (
        regressions([*catalogue("measures", "organisations")], [*catalogue("organisations"), *catalogue("measures")])
        == []
    )
