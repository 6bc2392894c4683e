"""The token endpoint: RFC 6749 §3.2, §4.1.3 and §5; client authentication: §2.3.1 and OpenID Connect Core §9."""

import base64
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from idp.crypto.secrets import sha256_hex
from idp.domain.audit import Event
from idp.domain.citizen import CitizenState
from idp.domain.client import Client
from idp.protocol.messages import JsonAnswer
from tests.protocol.world import (
    CALLBACK,
    CITIZEN,
    DISABLED,
    FORM,
    LENIENT,
    MHRS,
    ORIGIN,
    POSTING,
    PUBLIC,
    SECRET,
    VERIFIER,
    World,
    basic,
    body_of,
    error_of,
    headers_of,
)

HONEST = {"grant_type": "authorization_code", "redirect_uri": CALLBACK, "code_verifier": VERIFIER}


def with_headers(world: World, authorization: str | None, **form: str) -> JsonAnswer:
    headers = FORM if authorization is None else FORM | {"authorization": authorization}
    return world.post(HONEST | {"code": world.code()} | form, headers=headers)


@pytest.mark.parametrize("client", [MHRS, POSTING, PUBLIC], ids=lambda client: client.client_id)
def test_token_02_token_03_a_good_code(world: World, client: Client) -> None:
    answer = world.token(world.code(client), client=client)
    assert answer.status == 200
    body = body_of(answer)
    assert body.keys() == {"access_token", "token_type", "expires_in", "id_token", "scope"}
    assert (body["token_type"], body["expires_in"], body["scope"]) == ("Bearer", 600, "openid profile phone")
    assert headers_of(answer) == {
        "content-type": "application/json",
        "cache-control": "no-store",
        "pragma": "no-cache",
    }


@pytest.mark.parametrize("name", ["code", "grant_type", "redirect_uri", "code_verifier", "client_id", "x"])
def test_token_01_al_03_repeated_parameters(world: World, name: str) -> None:
    answer = world.token(world.code(), (name, "a"), (name, "a"))
    assert (answer.status, error_of(answer)) == (400, "invalid_request")


def test_token_01_a_repeated_parameter_does_not_cost_the_code(world: World) -> None:
    code = world.code()
    world.token(code, ("x", "1"), ("x", "1"))
    assert world.token(code).status == 200


@pytest.mark.parametrize("content_type", ["", "application/json", "multipart/form-data", "text/plain"])
def test_token_01_other_content_types(world: World, content_type: str) -> None:
    answer = world.post(HONEST, headers={"content-type": content_type, "authorization": basic("mhrs", SECRET)})
    assert (answer.status, error_of(answer)) == (400, "invalid_request")


def test_a_charset_beside_the_content_type_is_fine(world: World) -> None:
    headers = {
        "content-type": "Application/X-WWW-Form-Urlencoded ; charset=UTF-8",
        "authorization": basic("mhrs", SECRET),
    }
    assert world.post(HONEST | {"code": world.code()}, headers=headers).status == 200


def test_token_01_al_06_grant_type_missing(world: World) -> None:
    assert error_of(world.token(world.code(), without="grant_type")) == "invalid_request"
    assert error_of(world.token(world.code(), grant_type="")) == "invalid_request"


@pytest.mark.parametrize("grant_type", ["password", "implicit", "refresh_token ", "urn:x", 'a"b', "ç", "\udce9"])
def test_token_01_a22_other_grants(world: World, grant_type: str) -> None:
    answer = world.token(world.code(), grant_type=grant_type)
    assert (answer.status, error_of(answer)) == (400, "unsupported_grant_type")


def test_code_missing(world: World) -> None:
    assert error_of(world.token("", without="code")) == "invalid_request"


@pytest.mark.parametrize(
    ("client_id", "secret"),
    [("mhrs", "wrong"), ("mhrs", ""), ("unknown", SECRET), ("disabled", SECRET), ("public", ""), ("mhrs", "şifre")],
)
def test_token_06_d07_failed_authentication_looks_the_same(world: World, client_id: str, secret: str) -> None:
    answer = world.post(HONEST | {"code": world.code()}, headers=FORM | {"authorization": basic(client_id, secret)})
    assert answer.status == 401
    assert headers_of(answer)["www-authenticate"].startswith('Basic realm="')
    assert answer.body == b'{"error":"invalid_client","error_description":"Client authentication failed."}'


def test_token_06_post_and_none_fail_the_same_way(world: World) -> None:
    for form in (
        {"client_id": "posting", "client_secret": "wrong"},
        {"client_id": "posting", "client_secret": "\udce9"},
        {"client_id": "unknown", "client_secret": SECRET},
        {"client_secret": SECRET},
        {"client_id": "unknown"},
        {"client_id": DISABLED.client_id},
        {},
    ):
        answer = world.post(HONEST | {"code": "x"} | form, headers=FORM)
        assert answer.body == b'{"error":"invalid_client","error_description":"Client authentication failed."}'
        assert answer.status == 401


@pytest.mark.parametrize("client", [MHRS, POSTING], ids=lambda client: client.client_id)
def test_d07_a_confidential_client_cannot_merely_name_itself(world: World, client: Client) -> None:
    code = world.code(client)
    answer = world.post(HONEST | {"code": code, "client_id": client.client_id}, headers=FORM)
    assert error_of(answer) == "invalid_client"


def test_token_05_only_the_registered_method(world: World) -> None:
    """Each sends the right secret, in the way of the other."""
    form = {"client_id": "mhrs", "client_secret": SECRET}
    assert error_of(world.post(HONEST | {"code": world.code()} | form, headers=FORM)) == "invalid_client"
    headers = FORM | {"authorization": basic("posting", SECRET)}
    assert error_of(world.post(HONEST | {"code": world.code(POSTING)}, headers=headers)) == "invalid_client"


def test_token_05_two_methods_at_once(world: World) -> None:
    for more in (
        {"client_id": "mhrs", "client_secret": SECRET},
        {"client_secret": SECRET},
        {"client_assertion": "x", "client_assertion_type": "y"},
    ):
        answer = with_headers(world, basic("mhrs", SECRET), **more)
        assert error_of(answer) == "invalid_request"
    form = {"client_id": "posting", "client_secret": SECRET, "client_assertion": "x"}
    assert error_of(world.post(HONEST | {"code": "x"} | form, headers=FORM)) == "invalid_request"


def test_an_assertion_authenticates_nobody(world: World) -> None:
    form = {"client_id": "public", "client_assertion": "x", "client_assertion_type": "y"}
    answer = world.post(HONEST | {"code": world.code(PUBLIC)} | form, headers=FORM)
    assert error_of(answer) == "invalid_client"


def test_the_body_may_repeat_the_id_that_basic_names_and_no_other(world: World) -> None:
    assert error_of(with_headers(world, basic("mhrs", SECRET), client_id="mhrs")) == ""
    assert error_of(with_headers(world, basic("mhrs", SECRET), client_id="posting")) == "invalid_client"


def test_token_03_both_parts_are_form_encoded_first(world: World) -> None:
    """RFC 6749 §2.3.1; AL-05: `+` means a space."""
    odd = replace(MHRS, client_id="a b:c%", secret_hash=sha256_hex("p+ ü:"))
    world.uow.clients.rows[odd.client_id] = odd
    code = world.code(odd)
    encoded = base64.b64encode(b"a+b%3Ac%25:p%2B+%C3%BC%3A").decode()
    answer = world.post(HONEST | {"code": code}, headers=FORM | {"authorization": f"bAsIc  {encoded}"})
    assert answer.status == 200


@pytest.mark.parametrize(
    "authorization",
    [
        "",
        "Basic",
        "Basic ",
        "Basic !!!!",
        "Basic bWhycw==",
        "Basic bWhycw",
        "Basic " + base64.b64encode(b"\xff\xfe:x").decode(),
        "Basic " + base64.b64encode(b"mhrs:%ff").decode(),
        "Basic " + base64.b64encode(b":").decode(),
        "Basic " + base64.b64encode(b"\x00:\x00").decode(),
        "Basic é",
        "Basic \udce9",
        "Bearer abc",
        "DPoP abc",
        "Basic " + base64.b64encode(f"mhrs:{SECRET}".encode()).decode() + " x",
    ],
)
def test_al_05_d07_a_header_that_cannot_be_read_is_invalid_client(world: World, authorization: str) -> None:
    answer = world.post(HONEST | {"code": world.code()}, headers=FORM | {"authorization": authorization})
    assert (answer.status, error_of(answer)) == (401, "invalid_client")


def test_failed_authentication_does_not_cost_the_code(world: World) -> None:
    """A stranger without the secret cannot spoil a login."""
    code = world.code()
    world.post(HONEST | {"code": code}, headers=FORM | {"authorization": basic("mhrs", "wrong")})
    assert world.token(code).status == 200


@pytest.mark.parametrize("distance", [60, 61, 3600])
def test_token_10_d05_an_expired_code(world: World, distance: int) -> None:
    code = world.code()
    world.clock.advance(distance)
    assert error_of(world.token(code)) == "invalid_grant"


def test_a_code_works_until_its_last_second(world: World) -> None:
    code = world.code()
    world.clock.advance(59)
    assert world.token(code).status == 200


def test_token_10_d04_another_clients_code(world: World) -> None:
    """And it stays good for its own client, with nothing revoked."""
    code = world.code()
    assert error_of(world.token(code, client=POSTING)) == "invalid_grant"
    assert error_of(world.token(code, client=PUBLIC)) == "invalid_grant"
    assert world.token(code).status == 200


@pytest.mark.parametrize("redirect_uri", ["https://rp.example/other?tenant=7", CALLBACK + "/", "", "\x00"])
def test_token_10_d04_another_redirect_uri(world: World, redirect_uri: str) -> None:
    assert error_of(world.token(world.code(), redirect_uri=redirect_uri)) == "invalid_grant"


def test_token_10_redirect_uri_missing(world: World) -> None:
    assert error_of(world.token(world.code(), without="redirect_uri")) == "invalid_grant"


@pytest.mark.parametrize(
    "spoil",
    [
        str.swapcase,
        lambda code: code[:-1],
        lambda code: code + "A",
        lambda code: code + "\n",
        lambda _: "\udce9",
        lambda _: "x" * 60_000,
    ],
)
def test_d05_a_code_that_is_not_exactly_ours(world: World, spoil: Callable[[str], str]) -> None:
    code = world.code()
    assert error_of(world.token(spoil(code))) == "invalid_grant"
    assert world.token(code).status == 200


@pytest.mark.parametrize("later", [0, 30, 3600])
def test_token_08_token_09_d03_a_second_use_ends_everything(world: World, later: int) -> None:
    code = world.code()
    tokens = body_of(world.token(code))
    assert world.userinfo(tokens["access_token"]).status == 200
    world.clock.advance(later)
    assert error_of(world.token(code)) == "invalid_grant"
    assert world.userinfo(tokens["access_token"]).status == 401
    assert (Event.CODE_REPLAYED, "code_replayed") in world.events()


@pytest.mark.parametrize("changed", [{"code_verifier": "w" * 43}, {"redirect_uri": "https://rp.example/x"}])
def test_r_06_a_second_use_that_is_wrong_anyway_ends_nothing(world: World, changed: dict[str, Any]) -> None:
    """Who knows only the code, from a log or a history, cannot end somebody's login with it."""
    code = world.code()
    tokens = body_of(world.token(code))
    assert error_of(world.token(code, **changed)) == "invalid_grant"
    assert error_of(world.token(code, client=POSTING)) == "invalid_grant"
    assert world.userinfo(tokens["access_token"]).status == 200


def test_token_13_l_01_the_store_decides_who_is_first(world: World) -> None:
    """The loser of a race finds the code used although it looked good a moment before."""
    code = world.code()
    consume = world.uow.grants.consume_code

    def beaten(code_hash: str, client_id: str, now: int) -> None:
        consume(code_hash, client_id, now)

    world.uow.grants.consume_code = beaten  # type: ignore[method-assign]  # a store that is always beaten
    assert error_of(world.token(code)) == "invalid_grant"


def test_b09_e07_what_ended_meanwhile_ends_the_code(world: World) -> None:
    """Rule 4, asked at the redemption: session, citizen, grant."""
    closed = replace(CITIZEN, state=CitizenState.CLOSED)
    ends: tuple[Callable[[], None], ...] = (
        lambda: world.uow.grants.ended_sessions.add("session-1"),
        lambda: world.uow.citizens.rows.update({CITIZEN.id: closed}),
        world.uow.citizens.rows.clear,
    )
    for end in ends:
        code = world.code()
        end()
        assert error_of(world.token(code)) == "invalid_grant"
        world.uow.citizens.rows[CITIZEN.id] = CITIZEN
        world.uow.grants.ended_sessions.clear()


def test_e07_a_client_disabled_meanwhile(world: World) -> None:
    code = world.code()
    world.uow.clients.rows["mhrs"] = replace(MHRS, disabled=True)
    assert error_of(world.token(code)) == "invalid_client"


def test_a_revoked_grant_gives_nothing(world: World) -> None:
    code = world.code()
    (grant_id,) = world.uow.grants.rows
    world.uow.grants.revoke(grant_id, world.clock.now())
    assert error_of(world.token(code)) == "invalid_grant"


def test_every_outcome_is_written_down(world: World) -> None:
    code = world.code()
    world.uow.audit.rows.clear()
    world.token(code)
    world.token(code)
    world.token("unknown")
    world.post(HONEST | {"code": "x"}, headers=FORM | {"authorization": basic("mhrs", "wrong")})
    rows = [(row.event, row.ok, row.client_id, row.reason) for row in world.uow.audit.rows]
    assert rows == [
        (Event.CODE_REDEEMED, True, "mhrs", None),
        (Event.CODE_REPLAYED, False, "mhrs", "code_replayed"),
        (Event.CODE_REFUSED, False, "mhrs", "code_dead"),
        (Event.CLIENT_REFUSED, False, None, "client_not_authenticated"),
    ]
    assert {row.origin for row in world.uow.audit.rows} == {ORIGIN}


def test_e03_no_secret_in_audit_or_in_what_can_be_printed(world: World) -> None:
    code = world.code(LENIENT)
    answer = world.token(code, client=LENIENT)
    told = repr(world.uow.audit.rows) + repr(answer)
    for secret in (code, SECRET, VERIFIER, body_of(answer)["access_token"], CITIZEN.national_id.value):
        assert secret not in told
