"""A delivery without its files is read as it was with them; what is taken out of it is not there any more."""

from __future__ import annotations

import deliveries_example
import pytest
from deliveries_example import Example, configuration

from flows.formats.cells import read_cells, write_cells
from flows.normalise.mapping import locate
from flows.normalise.opening import read_parts
from flows.normalise.redaction import RETRACTED, mapped_cells, redact_field, redact_texts

EXAMPLES = [pytest.param(one, id=f"{one.feed.id}-{number}") for number, one in enumerate(deliveries_example.examples())]


@pytest.mark.parametrize("example", EXAMPLES)
def test_the_kept_cells_are_read_as_the_files_were(example: Example) -> None:
    cells = read_parts(example.parts, example.feed)
    again = read_cells(write_cells(cells))
    assert again.kinds == cells.kinds
    assert [(t.sheet, t.layout, t.merged, t.marks) for t in again.tables] == [
        (t.sheet, t.layout, t.merged, t.marks) for t in cells.tables
    ]
    for kept, came in zip(again.tables, cells.tables, strict=True):
        assert kept.cells.equals(came.cells)
        assert kept.cells.dtypes.equals(came.cells.dtypes)


@pytest.mark.parametrize("example", EXAMPLES)
def test_what_no_mapping_takes_can_be_left_out(example: Example) -> None:
    entities, specs = configuration().entities, example.feed.mapping["tables"]
    cells = read_parts(example.parts, example.feed)
    less = mapped_cells(cells, example.feed, entities)
    for kept, came in zip(less.tables, cells.tables, strict=True):
        before, after = locate(came, specs, entities), locate(kept, specs, entities)
        assert after.raw.equals(before.raw)
        assert after.outcomes.equals(before.outcomes)
        assert after.sources.equals(before.sources)


def test_a_property_goes_with_every_text_that_repeats_it() -> None:
    example = next(one for one in deliveries_example.examples() if one.feed.id == "rit/measures")
    entities = configuration().entities
    cells = read_parts(example.parts, example.feed)
    found = redact_field(cells, example.feed, entities, "measure.short_text_de")
    assert found.removed
    texts = write_cells(found.cells).decode()
    assert RETRACTED in texts
    assert not [text for text in found.removed if text in texts]
    other = redact_texts(cells, example.feed, entities, found.removed)
    assert other.removed == found.removed


def test_short_texts_are_everybodys() -> None:
    example = next(one for one in deliveries_example.examples() if one.feed.id == "ska/measures")
    cells = read_parts(example.parts, example.feed)
    assert redact_texts(cells, example.feed, configuration().entities, {"neo", "ja"}).removed == frozenset()
