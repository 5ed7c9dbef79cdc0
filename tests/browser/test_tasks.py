"""Three things people come for, done by links alone, and what a screen reader is told where they arrive."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

pytestmark = pytest.mark.browser
Golden = Callable[[str, bytes], None]


@pytest.fixture
def page(browser: Any, site: Any) -> Iterator[Any]:
    opened = browser.new_page(java_script_enabled=False)
    opened.goto(site.url)
    yield opened
    opened.close()


def told(place: Any) -> bytes:
    return f"{place.aria_snapshot()}\n".encode()


def test_find_a_service(page: Any, golden: Golden) -> None:
    page.get_by_role("navigation").get_by_role("link", name="Fahrplan").click()
    golden("browser/find-a-service.yaml", told(page.get_by_role("main")))


def test_see_whether_a_measure_slipped_and_why(page: Any, golden: Golden) -> None:
    page.get_by_role("navigation").get_by_role("link", name="Verschoben").click()
    page.get_by_role("main").get_by_role("link", name="neoFIN").first.click()
    heading = page.get_by_role("heading", level=1)
    assert "neoFIN" in heading.inner_text()
    first = page.locator("main h1 + *")
    golden("browser/has-it-slipped.yaml", told(heading) + told(first))
    said = page.get_by_role("main").inner_text()
    assert "ohne neuen Termin" in said


def test_get_a_dataset_with_its_codebook(page: Any, golden: Golden) -> None:
    page.get_by_role("navigation").get_by_role("link", name="Daten", exact=True).click()
    title = "Leistungen der Stadt: online und ohne Internet"
    page.get_by_role("main").get_by_role("link", name=title, exact=True).click()
    assert page.get_by_role("link", name="CSV", exact=True).get_attribute("href") == "../../data/services.csv"
    tables = page.get_by_role("table", name="Dateien dieses Datensatzes"), page.get_by_role("table", name="Codebuch")
    assert tables[0].get_by_role("row").count() == 7
    golden("browser/dataset-codebook.yaml", told(tables[1]))
