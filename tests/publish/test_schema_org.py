"""Search engines find in a dataset what they ask for: creator, licence, where to fetch it."""

from __future__ import annotations

import json

import feed_example as feed

from flows.publish.schema_org import in_page, schema_org
from flows.publish.site.stubs import identifier_stubs

MEASURES = feed.release().datasets[0]


def test_a_dataset_names_creator_licence_and_files() -> None:
    about = schema_org(MEASURES, feed.CATALOGUE, feed.release().files)
    assert about["@type"] == "Dataset"
    assert about["creator"]["name"] == "Stadt Beispiel"
    assert about["license"] == feed.CATALOGUE["license"]
    assert {"@language": "en", "@value": "Measures"} in about["name"]
    assert about["temporalCoverage"] == "2024-01-01/2025-12-31"
    urls = {download["contentUrl"] for download in about["distribution"]}
    assert urls == {f"https://abruf.example/offen/data/measures.{suffix}" for suffix in feed.SUFFIXES}


def test_it_says_nothing_of_a_period_or_file_that_is_not_there() -> None:
    organisations = feed.release().datasets[1]
    about = schema_org(organisations, feed.CATALOGUE, {})
    assert "temporalCoverage" not in about
    assert about["distribution"] == []


def test_the_page_of_a_dataset_carries_it() -> None:
    release = feed.release()
    pages = {path: content for path, _, content in identifier_stubs(release, feed.CATALOGUE, feed.entities(), {})}
    page = pages["id/dataset/measures/index.html"].decode()
    script = page.partition('<script type="application/ld+json">')[2].partition("</script>")[0]
    assert json.loads(script) == schema_org(MEASURES, feed.CATALOGUE, release.files)


def test_no_text_can_end_the_script() -> None:
    hostile = {"name": "</script><script>alert(1)</script><!--"}
    assert "<" not in in_page(hostile)
    assert json.loads(in_page(hostile)) == hostile
