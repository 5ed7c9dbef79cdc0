"""What the client makes of a portal's answers: asked again, given up, in our words, and never with the token."""

from __future__ import annotations

import pytest
from between import ANSWERS, between
from portal_places import Place, fake_place

from flows.portal.client import Client, RefusedError, UnreachableError, UnsettledError, pause_after
from flows.portal.release import NotAllowedError, client_of
from flows.settings import load

TOKEN = "sysadmin"
MAKE = {"name": "x", "title": "x"}


@pytest.mark.parametrize("way", ["429", "500 before", "html before", "reset before", "cut off"])
def test_a_read_is_asked_again(way: str) -> None:
    with fake_place() as place, between(place.url) as proxy:
        proxy.fail(1, way)
        assert place.client(proxy.url).read("group_list") == ["gove"]
        assert proxy.log == ["group_list"] * 2


@pytest.mark.parametrize("way", ["500 before", "500 after", "html after", "reset after", "cut off"])
def test_a_write_whose_outcome_nobody_knows_is_not_asked_again(way: str) -> None:
    with fake_place() as place, between(place.url) as proxy:
        proxy.fail(1, way)
        with pytest.raises(UnsettledError):
            place.client(proxy.url).write("organization_create", MAKE)
        assert proxy.log == ["organization_create"]


@pytest.mark.parametrize(
    ("way", "words"),
    [
        ("cut off", "the answer broke off"),
        ("timeout before", "no answer within 0.2 seconds"),
        ("reset before", "the connection broke"),
        ("html after", "a web page instead of an answer (502)"),
        ("search out", "the portal's search is out (500)"),
    ],
)
def test_what_happened_is_said_in_plain_words(way: str, words: str) -> None:
    with fake_place() as place, between(place.url) as proxy:
        proxy.fail(1, way)
        with pytest.raises(UnsettledError) as unsettled:
            place.client(proxy.url, patience=0.2).write("organization_create", MAKE)
        assert str(unsettled.value) == f"organization_create: {words}"


def test_too_many_requests_wait_as_long_as_asked() -> None:
    with fake_place() as place, between(place.url) as proxy:
        proxy.fail(1, "429")
        place.client(proxy.url).write("organization_create", MAKE)
        assert (proxy.log, place.pauses) == (["organization_create"] * 2, [2.0])


def test_a_portal_that_is_not_there_is_said_to_be_so() -> None:
    client = Place("http://127.0.0.1:9/", TOKEN).client()
    with pytest.raises(UnreachableError, match="cannot be connected to"):
        client.write("package_create", {})
    assert client.asked["package_create"] == 4


@pytest.mark.parametrize(("number", "asked_for", "pause"), [(1, 0, 2), (3, 0, 8), (1, 30, 30), (1, 3600, 60)])
def test_pauses(number: int, asked_for: float, pause: float) -> None:
    assert pause_after(number, asked_for) == pause


def test_the_token_is_in_no_words() -> None:
    with fake_place() as place, between(place.url) as proxy:
        for way in ANSWERS:
            proxy.fail(1, way)
            client = Client(proxy.url, "Zwiebelfisch", pause=lambda _: None)
            try:
                client.write("organization_create", MAKE)
            except (RefusedError, UnsettledError, UnreachableError) as error:
                assert "Zwiebelfisch" not in f"{error} {error!r} {client!r}"


@pytest.mark.parametrize(
    "url",
    ["", "https://portal.example/", "http://portal.example/", "portal.example", "http://[::1", "http://a:b@[::1]/"],
)
def test_an_example_goes_to_no_portal_but_one_on_this_machine(url: str) -> None:
    from whole_example import ROOT

    with pytest.raises(NotAllowedError) as refused:
        client_of(load(ROOT, environ={}), url)
    assert "a:b" not in str(refused.value)
