"""Authlib's defaults that may not come back with an upgrade (protocol.md §13), where no other file cites them."""

import json
import warnings
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import httpx2
import pytest
from authlib.integrations.httpx_client import AsyncOAuth2Client
from authlib.oauth2 import OAuth2Error
from starlette.testclient import TestClient

from idp.crypto.secrets import HouseSecrets
from idp.domain.client import Client
from idp.protocol.errors import WIRE, ProtocolError, Reason
from idp.protocol.messages import ErrorPage, FormPost, JsonAnswer, Redirect
from idp.protocol.server import OpenIDProvider
from tests.protocol.world import LENIENT, MHRS, PUBLIC, World, body_of, error_of, headers_of, query_of

ALLOWED = {chr(code) for code in (*range(0x20, 0x22), *range(0x23, 0x5C), *range(0x5D, 0x7F))}
HOSTILE = ['a"b', "a\\b", "ö", "a\r\nb", "\x00", "\udce9", "<script>"]


def test_al_01_answers_are_our_own_records(world: World) -> None:
    assert isinstance(world.token(world.code()), JsonAnswer)
    assert isinstance(world.token("x"), JsonAnswer)


def test_al_02_no_transport_check_hides_in_the_frame(world: World) -> None:
    """Which issuer is safe is for settings to judge; here an http one must not become a 500."""
    world.provider = OpenIDProvider(
        issuer="http://idp:8000", keys=world.keys, clock=world.clock, secrets=HouseSecrets(b"k"), subject_salt=b"s"
    )
    assert world.token(world.code()).status == 200


@pytest.mark.parametrize("reason", Reason)
def test_al_04_auth_11_every_description_is_plain_ascii(reason: Reason) -> None:
    assert set(WIRE[reason][1]) <= ALLOWED
    assert isinstance(ProtocolError(reason), OAuth2Error)


@pytest.mark.parametrize("value", HOSTILE)
@pytest.mark.parametrize("name", ["response_type", "redirect_uri", "client_id", "scope", "prompt", "id_token_hint"])
def test_al_04_no_input_is_echoed_by_the_authorization_endpoint(world: World, name: str, value: str) -> None:
    changed: dict[str, Any] = {name: f"cAnArY{value}"}
    answer = world.check(**changed)
    assert isinstance(answer, Redirect | ErrorPage)
    assert "cAnArY" not in repr(answer)
    if isinstance(answer, Redirect):
        assert "cAnArY" not in answer.location


@pytest.mark.parametrize("value", HOSTILE)
@pytest.mark.parametrize("name", ["grant_type", "code", "redirect_uri", "code_verifier", "client_id"])
def test_al_04_no_input_is_echoed_by_the_token_endpoint(world: World, name: str, value: str) -> None:
    changed: dict[str, Any] = {name: f"cAnArY{value}"}
    answer = world.token(world.code(), **changed)
    assert answer.status in {400, 401}
    assert "cAnArY" not in answer.body.decode() + repr(answer.headers)


def test_al_07_errors_before_a_redirect_uri_is_known_are_pages(world: World) -> None:
    for answer in (world.check(client_id="x"), world.check(without="client_id"), world.check(without="redirect_uri")):
        assert isinstance(answer, ErrorPage)


def test_al_10_what_authlib_ignores_is_in_the_accepted_request(world: World) -> None:
    """S-01: `max_age`, `claims`, `id_token_hint`, `prompt` reach the journey or are refused, never dropped."""
    essential = '{"id_token":{"acr":{"essential":true,"value":"urn:esik:acr:two-step"}}}'
    hint = world.tokens()["id_token"]
    request = world.accepted(max_age="5", claims=essential, id_token_hint=hint, prompt="login")
    assert request.max_age == 5
    assert request.essential_levels
    assert request.hinted_subjects
    assert request.prompt


def test_al_10_a_nonce_may_come_again(world: World) -> None:
    assert world.tokens(nonce="same")
    assert world.tokens(nonce="same")


def test_al_11_the_response_mode_is_never_ignored(world: World) -> None:
    assert error_of(world.check(response_mode="jwt")) == "invalid_request"
    assert isinstance(world.check(response_mode="form_post", prompt="unknown"), FormPost)


def test_al_16_s_03_a_used_code_stays_known(world: World) -> None:
    """Deleting it would make the second use look like a guess, and revoke nothing."""
    code = world.code()
    world.token(code)
    (grant,) = world.uow.grants.rows.values()
    assert grant.code_consumed_at == world.clock.now()
    world.token(code)
    (grant,) = world.uow.grants.rows.values()
    assert grant.revoked_at == world.clock.now()


def test_al_17_s_06_an_old_auth_time_does_not_age_the_code(world: World) -> None:
    code = world.code()
    (grant,) = world.uow.grants.rows.values()
    assert grant.code_expires_at == world.clock.now() + 60
    assert grant.subject.assurance.auth_time < grant.created_at
    assert world.token(code).status == 200


def test_al_18_tokens_live_ten_minutes(world: World) -> None:
    assert world.tokens()["expires_in"] == 600


def test_al_19_no_refresh_token_exists(world: World) -> None:
    assert "refresh_token" not in world.tokens(scope="openid offline_access")


@pytest.mark.parametrize("client", [MHRS, LENIENT, PUBLIC], ids=lambda client: client.client_id)
def test_al_23_each_method_is_allowed_for_the_grant(world: World, client: Client) -> None:
    assert world.token(world.code(client), client=client).status == 200


def test_al_26_s_07_unknown_client_and_wrong_secret_are_one_text(world: World) -> None:
    answers = [
        world.token("x", client_id=client_id, client_secret="é" * 43, without="authorization")
        for client_id in ("mhrs", "unknown")
    ]
    assert answers[0] == answers[1]


def test_al_29_a_missing_token_has_no_error_code(world: World) -> None:
    answer = world.provider.userinfo(world.uow, "GET", {})
    assert "error" not in headers_of(answer)["www-authenticate"]
    assert body_of(answer) == {}


def test_al_34_a_string_audience_finds_the_client_at_logout(world: World) -> None:
    answer = world.provider.end_session(
        world.uow,
        [("id_token_hint", world.tokens()["id_token"]), ("post_logout_redirect_uri", "https://rp.example/bye")],
    )
    assert getattr(answer, "return_to", None) == "https://rp.example/bye"


def test_al_36_s_02_no_hook_decides_anything() -> None:
    """Checks are tuples with an order; the frame's hooks, sets without one, stay empty."""
    world = World()
    frame = world.provider._token_endpoint._frame
    assert not any(frame._hooks.values())
    assert all(extensions is None for _, extensions in frame._token_grants)
    assert frame._extensions == []
    assert frame._authorization_grants == []


def test_al_38_acr_in_our_tokens_is_one_string(world: World) -> None:
    tokens = world.tokens(claims=json.dumps({"id_token": {"acr": {"values": ["urn:esik:acr:password"]}}}))
    for name in ("id_token", "access_token"):
        assert type(world.read(tokens[name])[1]["acr"]) is str


def test_auth_30_the_answer_to_a_refusal_is_a_plain_address(world: World) -> None:
    """The status (303, AL-11) is the web's; what it sends is ASCII, so that no header can be split."""
    answer = world.check(("prompt", "none login"), state="a\r\nx: y\u0131")
    assert isinstance(answer, Redirect)
    assert answer.location.isascii()
    assert answer.location.isprintable()
    assert query_of(answer)["state"] == "a\r\nx: y\u0131"


def test_al_41_authlib_and_starlette_use_httpx2() -> None:
    """With `httpx` both would warn, and a warning fails every test here."""
    assert issubclass(AsyncOAuth2Client, httpx2.AsyncClient)
    assert issubclass(TestClient, httpx2.Client)
    with pytest.raises(DeprecationWarning):
        warnings.warn("of a library", DeprecationWarning, stacklevel=1)


def test_al_41_what_is_imported_as_passlib_is_libpass() -> None:
    assert version("libpass")
    with pytest.raises(PackageNotFoundError):
        version("passlib")
