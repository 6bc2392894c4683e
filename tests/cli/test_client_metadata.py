"""`esik client add` with everything that a registration may say, `show`, `token` and `remove`."""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from idp.crypto.secrets import sha256_hex
from idp.domain.client import Client, ClientAuthMethod
from idp.domain.client_metadata import ApplicationType, GrantType, ResponseMode, ResponseType
from tests.cli.esik import run, store_of
from tests.protocol.registering import EC_JWKS, EC_KEY

CALLBACK = ("--redirect-uri", "https://p.example.org/cb")
ADD = ("client", "add", "portal", "--name", "Portal")


def portal(env: Mapping[str, str]) -> Client:
    with store_of(env) as store, store.read() as uow:
        client = uow.clients.by_id("portal")
    assert client is not None
    return client


def written(directory: Path, value: Any) -> str:
    file = directory / "given.json"
    file.write_text(json.dumps(value), encoding="utf-8")
    return str(file)


def test_r_09_a_client_that_signs_with_its_own_key(demo_house: dict[str, str], tmp_path: Path) -> None:
    added = run(*ADD, *CALLBACK, "--jwks-file", written(tmp_path, EC_JWKS), env=demo_house)
    assert added.exit_code == 0, added.output
    assert "client_secret: (none: it signs with its own key)" in added.stdout
    one = portal(demo_house)
    assert (one.auth_method, one.secret_hash) == (ClientAuthMethod.PRIVATE_KEY_JWT, None)
    assert json.loads(one.metadata.jwks or "") == EC_JWKS


def test_a_client_whose_keys_are_at_an_address(demo_house: dict[str, str]) -> None:
    added = run(*ADD, *CALLBACK, "--jwks-uri", "https://p.example.org/jwks", env=demo_house)
    assert added.exit_code == 0, added.output
    assert portal(demo_house).metadata.jwks_uri == "https://p.example.org/jwks"


def test_a_client_is_registered_as_asked(demo_house: dict[str, str], tmp_path: Path) -> None:
    further = {"default_max_age": 60, "policy_uri#tr": "https://p.example.org/gizlilik", "scope": "openid kimlik"}
    added = run(
        *(*ADD, *CALLBACK, "--grant-type", "authorization_code", "--grant-type", "refresh_token"),
        *("--response-mode", "form_post"),
        *("--response-type", "code", "--auth-method", "client_secret_post", "--userinfo-alg", "PS256"),
        *("--backchannel-logout-uri", "https://p.example.org/out", "--frontchannel-logout-uri"),
        *("https://p.example.org/frame", "--initiate-login-uri", "https://p.example.org/start"),
        *("--jwks-uri", "https://p.example.org/jwks"),
        *("--request-uri", "https://p.example.org/request.jwt#x", "--resource", "https://api.example.org/"),
        *("--metadata", written(tmp_path, further)),
        env=demo_house,
    )
    assert added.exit_code == 0, added.output
    one = portal(demo_house)
    assert one.metadata.grant_types == (GrantType.AUTHORIZATION_CODE, GrantType.REFRESH_TOKEN)
    assert one.metadata.response_types == (ResponseType.CODE,)
    assert one.metadata.response_modes == (ResponseMode.FORM_POST,)
    assert (one.auth_method, one.scopes) == (ClientAuthMethod.CLIENT_SECRET_POST, ("openid", "kimlik"))
    assert one.metadata.userinfo_signed_response_alg == "PS256"
    assert one.metadata.backchannel_logout_uri == "https://p.example.org/out"
    assert one.metadata.frontchannel_logout_uri == "https://p.example.org/frame"
    assert one.metadata.initiate_login_uri == "https://p.example.org/start"
    assert one.metadata.request_uris == ("https://p.example.org/request.jwt#x",)
    assert one.metadata.default_max_age == 60
    assert one.metadata.localized == {"policy_uri#tr": "https://p.example.org/gizlilik"}
    assert one.resources == ("https://api.example.org/",)
    assert one.registration_token_hash is None


LOOPBACK = "http://localhost:9999"


@pytest.mark.parametrize(
    "asked",
    [
        ("--redirect-uri", f"{LOOPBACK}/cb"),
        (*CALLBACK, "--jwks-uri", f"{LOOPBACK}/jwks"),
        (*CALLBACK, "--backchannel-logout-uri", f"{LOOPBACK}/out"),
    ],
)
def test_r_01_http_on_this_machine_is_for_sandboxes(
    demo_house: dict[str, str], real_house: dict[str, str], asked: tuple[str, ...]
) -> None:
    refused = run(*ADD, *asked, env=real_house)
    assert (refused.exit_code, "https" in refused.stderr) == (1, True)
    assert run(*ADD, *asked, env=demo_house).exit_code == 0


def test_options_come_before_the_file(demo_house: dict[str, str], tmp_path: Path) -> None:
    file = written(tmp_path, {"client_name": "Other", "id_token_signed_response_alg": "ES256"})
    assert run(*ADD, *CALLBACK, "--metadata", file, env=demo_house).exit_code == 0
    assert (portal(demo_house).name, portal(demo_house).id_token_alg) == ("Portal", "ES256")


def test_a_client_of_machines_needs_no_address(demo_house: dict[str, str]) -> None:
    added = run(*ADD, "--grant-type", "client_credentials", env=demo_house)
    assert added.exit_code == 0, added.output
    assert portal(demo_house).metadata.response_types == ()


def test_an_app_is_known_by_its_scheme(demo_house: dict[str, str]) -> None:
    assert run(*ADD, "--redirect-uri", "org.example.app:/cb", "--public", env=demo_house).exit_code == 0
    assert portal(demo_house).metadata.application_type is ApplicationType.NATIVE


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ((), "redirect_uris: Must name"),
        ((*CALLBACK, "--grant-type", "refresh_token"), "do not fit together"),
        ((*CALLBACK, "--grant-type", "implicit"), "grant_types: Names something"),
        ((*CALLBACK, "--auth-method", "private_key_jwt"), "Needs a fitting key"),
        ((*CALLBACK, "--jwks-uri", "http://p.example.org/jwks"), "jwks_uri: Must be an https address"),
        ((*CALLBACK, "--initiate-login-uri", "http://p.example.org/"), "initiate_login_uri: Must be"),
        ((*CALLBACK, "--frontchannel-logout-uri", "https://q.example.org/"), "frontchannel_logout_uri: Must have"),
        ((*CALLBACK, "--jwks-file", "missing.json"), "missing.json: must be a readable file"),
        ((*CALLBACK, "--resource", "api"), "absolute URI"),
    ],
)
def test_what_register_would_refuse_is_refused(
    demo_house: dict[str, str], arguments: tuple[str, ...], says: str
) -> None:
    result = run(*ADD, *arguments, env=demo_house)
    assert result.exit_code == 1
    assert says in result.stderr
    assert len(result.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    ("option", "value", "says"),
    [
        ("--jwks-file", {"keys": [EC_KEY.as_dict(private=True)]}, "jwks: Must be a JWK set"),
        ("--metadata", [], "one JSON object"),
        ("--metadata", {"sector_identifier_uri": "https://p.example.org/s"}, "--sector"),
        ("--metadata", {"software_statement": "x"}, "No software statement"),
    ],
)
def test_files_that_are_refused(demo_house: dict[str, str], tmp_path: Path, option: str, value: Any, says: str) -> None:
    result = run(*ADD, *CALLBACK, option, written(tmp_path, value), env=demo_house)
    assert result.exit_code == 1
    assert says in result.stderr


def test_show_tells_everything_but_secrets(demo_house: dict[str, str]) -> None:
    added = run(*ADD, *CALLBACK, "--minimum-level", "two-step", env=demo_house)
    shown = run("client", "show", "portal", env=demo_house)
    said = json.loads(shown.stdout)
    assert (said["client_id"], said["redirect_uris"]) == ("portal", ["https://p.example.org/cb"])
    assert said["operator"]["minimum_level"] == "urn:esik:acr:two-step"
    assert said["operator"]["registered_itself"] is False
    secret = re.search(r"^client_secret: (\S+)$", added.stdout, re.MULTILINE)
    assert secret is not None
    assert secret[1] not in shown.output
    assert sha256_hex(secret[1]) not in shown.output
    assert run("client", "show", "nobody", env=demo_house).exit_code == 1


def test_a_client_is_removed_once(demo_house: dict[str, str]) -> None:
    run(*ADD, *CALLBACK, env=demo_house)
    assert run("client", "remove", "portal", env=demo_house).exit_code == 0
    assert run("client", "remove", "portal", env=demo_house).exit_code == 1
    assert run("client", "show", "portal", env=demo_house).exit_code == 1


def test_set_11_an_initial_access_token_is_shown_once(demo_house: dict[str, str]) -> None:
    made = run("client", "token", "--uses", "2", "--hours", "1", env=demo_house | {"ESIK_REGISTRATION": "token"})
    assert made.exit_code == 0, made.output
    token = made.stdout.strip()
    assert re.fullmatch(r"[A-Za-z0-9_-]{43}", token)
    with store_of(demo_house) as store, store.begin() as uow:
        assert not uow.initial_access_tokens.is_usable(token, 1), "only its digest is kept"
        assert [uow.initial_access_tokens.use(sha256_hex(token), 1) for _ in range(3)] == [True, True, False]


def test_a_token_that_nobody_asks_for(demo_house: dict[str, str]) -> None:
    made = run("client", "token", env=demo_house)
    assert "ESIK_REGISTRATION is open" in made.stderr
