from pathlib import Path

import pytest

from flows.settings import ConfigurationError, load


def test_without_variables_there_is_no_portal(city: Path):
    portal = load(city, {}).portal
    assert (portal.url, portal.token, portal.organisation) == ("", None, "landeshauptstadt-muenchen")


def test_an_empty_variable_is_not_set(city: Path):
    assert load(city, {"OFFENLAGE_BASE_URL": ""}).catalogue["base_url"] == "http://127.0.0.1:8000/"


def test_the_token_is_never_shown(city: Path, tmp_path: Path):
    secret = tmp_path / "token"
    secret.write_text("very-secret\n", encoding="utf-8")
    for environ in ({"OFFENLAGE_PORTAL_TOKEN_FILE": str(secret)}, {"OFFENLAGE_PORTAL_TOKEN": "very-secret"}):
        configuration = load(city, {"OFFENLAGE_PORTAL_URL": "http://127.0.0.1:5000", **environ})
        assert configuration.portal.url == "http://127.0.0.1:5000/"
        assert configuration.portal.token is not None
        assert configuration.portal.token.get_secret_value() == "very-secret"
        assert "very-secret" not in repr(configuration)


def test_an_unreadable_token_file_is_named(city: Path, tmp_path: Path):
    with pytest.raises(ConfigurationError, match="OFFENLAGE_PORTAL_TOKEN_FILE: cannot read"):
        load(city, {"OFFENLAGE_PORTAL_TOKEN_FILE": str(tmp_path / "absent")})
