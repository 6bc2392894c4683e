"""What stops a start, and what a value that came through is good for (E06, L-35, domain.md §8)."""

import stat
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from idp import key_files
from idp.policy.passwords import PasswordPolicy
from idp.settings import Mode, Settings, UnsafeSettings, is_loopback, load

KEY = "q5jYzQmW0k1rZ2xkqvS8n6hT4uG9eLb3cD7fXaPoIiE"
OTHER_KEY = "Zr8W2mTq0Yx5Vn1Lc7Kd4Hs9Jg3Fb6AoEuPiRtQwXyM"

PRODUCTION: Mapping[str, Any] = {
    "issuer": "https://giris.example.org",
    "encryption_key": KEY,
    "secret_key": OTHER_KEY,
    "sms_gateway_url": "https://sms.example.org/send",
    "sms_gateway_token": "token",
}


def refusal(environ: Mapping[str, str] | None = None, **given: Any) -> str:
    with pytest.raises(UnsafeSettings) as caught:
        load(environ or {}, **given)
    return str(caught.value)


def test_production_is_the_default_and_starts_when_everything_is_safe() -> None:
    settings = load({}, **PRODUCTION)
    assert settings.mode is Mode.PRODUCTION
    assert settings.password_policy is PasswordPolicy.MODERN
    assert settings.sms_quotas
    assert settings.log_format == "json"
    assert len(settings.encryption_key) == 32


@pytest.mark.parametrize("missing", ["issuer", "encryption_key", "secret_key", "sms_gateway_url", "sms_gateway_token"])
def test_e06_production_refuses_to_start_without(missing: str) -> None:
    given = {name: value for name, value in PRODUCTION.items() if name != missing}
    assert f"ESIK_{missing.upper()}" in refusal(**given)


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("issuer", "http://giris.example.org", "https"),
        ("issuer", "http://localhost:8000", "https"),
        ("issuer", "https://giris.example.org/", "no path"),
        ("issuer", "https://giris.example.org/idp", "no path"),
        ("issuer", "https://giris.example.org?x=1", "no query"),
        ("issuer", "https://giris.example.org?", "no query"),
        ("issuer", "https://giris.example.org#x", "no path"),
        ("issuer", "https://user@giris.example.org", "origin"),
        ("issuer", "https://Giris.example.org", "lower case"),
        ("issuer", "https://giris.example.org:443", "default port"),
        ("issuer", "https://giriş.example.org", "such as"),
        ("issuer", "giris.example.org", "such as"),
        ("issuer", "https://giris.example.org:99999", "ort"),
        ("encryption_key", "changeme-changeme-changeme-changeme-changeme", "placeholder"),
        ("encryption_key", "A" * 43, "placeholder"),
        ("encryption_key", "c29tZSB3b3JkcyBhbmQgc29tZSBvdGhlciB3b3JkcyE", "text"),
        ("encryption_key", "c2hvcnQ", "5 bytes"),
        ("encryption_key", "%%%", "base64"),
        ("encryption_key", f"{KEY}{KEY}", "32 bytes"),
        ("secret_key", KEY, "differ"),
        ("secret_key", "c2hvcnQ", "5 bytes"),
        ("sms_gateway_url", "http://sms.example.org", "https"),
        ("sms_gateway_timeout", "30", "less than or equal to 3"),
        ("trusted_proxies", "*", "own proxies"),
        ("trusted_proxies", "10.0.0.0/8, *", "own proxies"),
        ("trusted_proxies", "0.0.0.0/0", "every address"),
        ("trusted_proxies", "::/0", "every address"),
        ("sms_code_digits", "4", "greater than or equal to 6"),
        ("sms_code_seconds", "3600", "less than or equal to 600"),
        ("push_gateway_url", "http://push.example.org", "https"),
        ("push_gateway_url", "https://push.example.org", "set both"),
        ("push_gateway_token", "token", "set both"),
        ("push_gateway_timeout", "30", "less than or equal to 3"),
        ("approval_seconds", "10", "greater than or equal to 30"),
        ("approval_seconds", "3600", "less than or equal to 300"),
        ("database_url", "mysql://localhost/esik", "ESIK_DATABASE_URL"),
        ("force_public_sandbox", "true", "sandbox mode"),
        ("mhrs_url", "https://mhrs.example.org", "sandbox mode"),
        ("persona_password", "Esik-Deneme-1", "sandbox mode"),
        ("mode", "development", "ESIK_MODE"),
        ("registration", "anybody", "'open', 'token' or 'off'"),
        ("refresh_grace", "6", "less than or equal to 5"),
        ("refresh_idle_seconds", "5184000", "must not be longer"),
        ("fetch_allow", "http://localhost:8001", "only a sandbox"),
        ("fetch_allow", "http://clinic.example.org", "on this machine"),
        ("fetch_allow", "*", "hosts in lower case"),
        ("fetch_allow", "0.0.0.0/0", "hosts in lower case"),
        ("fetch_ca_file", "/nowhere/ca.pem", "certificates in PEM"),
        ("key_days", "-1", "greater than or equal to 0"),
    ],
)
def test_e06_production_refuses(name: str, value: str, says: str) -> None:
    said = refusal(**{**PRODUCTION, name: value})
    assert says in said
    assert "ESIK_" in said
    assert "\n" not in said


@pytest.mark.parametrize("name", ["encryption_key", "secret_key", "sms_gateway_token"])
def test_e03_no_refusal_and_no_repr_shows_a_secret(name: str) -> None:
    marker = "canary-that-is-no-key-at-all%%"
    settings = load({}, **PRODUCTION)
    assert KEY not in repr(settings)
    assert OTHER_KEY not in repr(settings)
    assert str(settings.encryption_key) not in repr(settings)
    if name != "sms_gateway_token":
        assert marker not in refusal(**{**PRODUCTION, name: marker})
    else:
        assert marker not in repr(load({}, **{**PRODUCTION, name: marker}))


def test_a_database_password_is_not_in_the_repr() -> None:
    url = "postgresql://esik:canary@db/esik"
    assert "canary" not in repr(load({}, **{**PRODUCTION, "database_url": url}))


def test_the_environment_is_read_and_empty_variables_say_nothing() -> None:
    environ = {f"ESIK_{name.upper()}": value for name, value in PRODUCTION.items()}
    settings = load({**environ, "ESIK_TRUSTED_PROXIES": "10.0.0.0/8 192.0.2.1", "ESIK_PORT": ""})
    assert [str(network) for network in settings.trusted_proxies] == ["10.0.0.0/8", "192.0.2.1/32"]
    assert settings.port == 8000


def test_what_the_caller_gives_comes_before_the_environment() -> None:
    assert load({"ESIK_PORT": "9000"}, **PRODUCTION, port=9001).port == 9001


def test_a_misspelt_variable_is_named_with_the_right_one() -> None:
    said = refusal({"ESIK_ISUER": "https://x.example"}, **PRODUCTION)
    assert "ESIK_ISUER is not a setting" in said
    assert "ESIK_ISSUER" in said


def test_variables_of_mhrs_and_of_the_tests_are_not_ours() -> None:
    assert load({"ESIK_MHRS_CLIENT_ID": "mhrs", "ESIK_TEST_REQUIRE": "1", "OTHER": "x"}, **PRODUCTION)


def test_a_key_may_be_a_mounted_file(tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_text(f"{KEY}\n")
    given = {name: value for name, value in PRODUCTION.items() if name != "encryption_key"}
    settings = load({}, **given, encryption_key_file=file)
    assert settings.encryption_key == key_files.decoded(KEY)
    assert "set one of them" in refusal(**PRODUCTION, encryption_key_file=file)
    assert "cannot be read" in refusal(**given, encryption_key_file=tmp_path / "nothing")


def test_both_alphabets_of_base64_are_read() -> None:
    assert key_files.decoded("+/8" + KEY[3:] + "=") == key_files.decoded("-_8" + KEY[3:])


def test_sandbox_makes_its_own_keys_once_for_its_owner_only(tmp_path: Path) -> None:
    directory = tmp_path / "data"
    first = load({}, mode="sandbox", data_dir=directory)
    again = load({}, mode="sandbox", data_dir=directory)
    assert (first.encryption_key, first.secret_key) == (again.encryption_key, again.secret_key)
    assert first.encryption_key != first.secret_key
    assert stat.S_IMODE(directory.stat().st_mode) == 0o700
    assert {stat.S_IMODE(file.stat().st_mode) for file in directory.iterdir()} == {0o600}
    assert load({}, mode="sandbox", data_dir=tmp_path / "other").secret_key != first.secret_key


def test_sandbox_defaults(tmp_path: Path) -> None:
    settings = load({}, mode="sandbox", data_dir=tmp_path, port=8123)
    assert settings.issuer == "http://localhost:8123"
    assert settings.password_policy is PasswordPolicy.EDEVLET
    assert not settings.sms_quotas
    assert not settings.is_public_sandbox
    assert settings.database_url == f"sqlite:///{tmp_path}/esik.sqlite3"


def test_a_public_sandbox_must_be_forced(tmp_path: Path) -> None:
    given: dict[str, Any] = {"mode": "sandbox", "data_dir": tmp_path, "issuer": "https://giris.example.org"}
    assert "ESIK_FORCE_PUBLIC_SANDBOX" in refusal(**given)
    assert load({}, **given, force_public_sandbox="true").is_public_sandbox


def test_no_message_leaves_a_sandbox(tmp_path: Path) -> None:
    said = refusal(mode="sandbox", data_dir=tmp_path, sms_gateway_url="https://sms.example.org")
    assert "ESIK_SMS_GATEWAY_URL" in said
    said = refusal(mode="sandbox", data_dir=tmp_path, push_gateway_url="https://push.example.org")
    assert "ESIK_PUSH_GATEWAY_URL" in said


def test_a_push_gateway_is_optional_and_its_token_may_be_a_mounted_file(tmp_path: Path) -> None:
    assert load({}, **PRODUCTION).push_gateway_url is None
    file = tmp_path / "token"
    file.write_text("a-canary-token\n")
    settings = load({}, **PRODUCTION, push_gateway_url="https://push.example.org", push_gateway_token_file=file)
    assert settings.push_gateway_token is not None
    assert settings.push_gateway_token.get_secret_value() == "a-canary-token"
    assert "canary" not in repr(settings)


def test_an_unusable_data_directory_is_one_clear_line(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    said = refusal(mode="sandbox", data_dir=tmp_path / "file" / "data")
    assert "cannot be made" in said


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("localhost", True),
        ("idp.localhost", True),
        ("127.0.0.1", True),
        ("127.9.9.9", True),
        ("::1", True),
        ("localhost.example.org", False),
        ("0.0.0.0", False),  # noqa: S104 - nothing is bound
        ("192.168.1.5", False),
        ("idp", False),
    ],
)
def test_loopback(host: str, expected: bool) -> None:
    assert is_loopback(host) is expected


def test_a_settings_value_is_frozen() -> None:
    settings = load({}, **PRODUCTION)
    with pytest.raises(ValueError, match="frozen"):
        settings.mode = Mode.SANDBOX  # type: ignore[misc]  # that is the point


def test_every_setting_is_in_the_operators_table() -> None:
    table = (Path(__file__).parent.parent / "docs/operate/settings.md").read_text("utf-8")
    missing = [name for name in Settings.model_fields if f"`ESIK_{name.upper()}`" not in table]
    assert missing == []
