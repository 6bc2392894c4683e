"""MHRS starts with safe settings or not at all."""

import pytest

from relying_party_demo.gate import Level, Requirement
from relying_party_demo.settings import Settings


@pytest.mark.parametrize(
    "wrong",
    [
        {"issuer": "http://idp.example"},
        {"issuer": "http://localhost:8000/"},
        {"issuer": "ftp://localhost"},
        {"base_url": "http://mhrs.example"},
        {"base_url": "http://localhost:8001/path"},
        {"back_channel_url": "http://idp:8000/"},
        {"required_level": "urn:esik:acr:three-step"},
        {"required_level": ""},
        {"login_lifetime": 600},
        {"client_id": ""},
        {"health_summary_max_age": 59},
    ],
    ids=str,
)
def test_an_unsafe_value_is_refused(make_settings, wrong):
    with pytest.raises(ValueError, match="validation error"):
        make_settings(**wrong)


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ({}, Requirement(Level.TWO_STEP, 300)),
        ({"required_level": Level.PASSWORD}, Requirement(Level.TWO_STEP, 300)),
        ({"required_level": Level.PHISHING_RESISTANT}, Requirement(Level.PHISHING_RESISTANT, 300)),
        ({"max_authentication_age": 100}, Requirement(Level.TWO_STEP, 100)),
        ({"health_summary_max_age": 600}, Requirement(Level.TWO_STEP, 600)),
    ],
)
def test_the_sensitive_action_never_wants_less_than_the_entry(make_settings, given, wanted):
    assert make_settings(**given).for_health_summary == wanted


def test_they_come_from_the_environment(tmp_path):
    """Here from a file that stands for it: nothing is patched."""
    file = tmp_path / "environment"
    file.write_text("ESIK_MHRS_CLIENT_ID=mhrs-floor\nESIK_MHRS_CLIENT_SECRET=hidden\n")
    settings = Settings(_env_file=file)
    assert settings.client_id == "mhrs-floor"
    assert "hidden" not in repr(settings)
    assert settings.redirect_uri == "http://localhost:8001/oidc/callback"
    assert settings.provider_settings_page == "http://localhost:8000/hesabim/guvenlik"
