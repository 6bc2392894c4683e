"""The `claims` parameter: OpenID Connect Core §5.5."""

import json
from typing import Any

import pytest

from idp.domain.authorization_request import RequestedClaims
from idp.domain.level import Level
from idp.protocol.messages import Redirect
from tests.protocol.world import CITIZEN, MHRS, NARROW, World, body_of, query_of

TWO_STEP, PASSWORD = Level.TWO_STEP.acr, Level.PASSWORD.acr


def essential(world: World, acr: Any) -> tuple[Level, ...] | None:
    return world.accepted(claims=json.dumps({"id_token": {"acr": acr}})).essential_levels


def test_auth_23_r_31_an_essential_acr_names_its_levels(world: World) -> None:
    assert essential(world, {"essential": True, "value": TWO_STEP}) == (Level.TWO_STEP,)
    assert essential(world, {"essential": True, "values": [TWO_STEP, PASSWORD]}) == (Level.PASSWORD, Level.TWO_STEP)
    assert essential(world, {"essential": True, "values": ["1", TWO_STEP]}) == (Level.TWO_STEP,)


def test_auth_23_a10_only_unknown_values_can_be_met_by_nothing(world: World) -> None:
    assert essential(world, {"essential": True, "value": "1FA"}) == ()
    assert essential(world, {"essential": True, "values": [TWO_STEP + " ", TWO_STEP.upper()]}) == ()


@pytest.mark.parametrize(
    "acr", [None, {}, {"essential": True}, {"value": TWO_STEP}, {"essential": False, "values": [TWO_STEP]}]
)
def test_auth_22_anything_less_requires_nothing(world: World, acr: Any) -> None:
    assert essential(world, acr) is None


def test_auth_24_claims_named_one_by_one(world: World) -> None:
    """In UserInfo where `userinfo` names them, although the scope was not asked for; not in the ID token."""
    sent = json.dumps({"userinfo": {"name": {"essential": True}, "email": None}})
    tokens = world.tokens(scope="openid", claims=sent)
    assert body_of(world.userinfo(tokens["access_token"])).keys() == {"sub", "name"}
    assert "name" not in world.read(tokens["id_token"])[1]


def test_idt_07_claims_named_under_id_token(world: World) -> None:
    sent = json.dumps({"id_token": {"given_name": None, "phone_number": {"essential": True}}})
    tokens = world.tokens(scope="openid", claims=sent)
    claims = world.read(tokens["id_token"])[1]
    assert (claims["given_name"], claims["phone_number"]) == ("Ayşe", "+905000000001")
    assert body_of(world.userinfo(tokens["access_token"])).keys() == {"sub"}


@pytest.mark.parametrize("place", ["userinfo", "id_token"])
def test_r_80_d12_the_national_id_is_never_released_by_name(world: World, place: str) -> None:
    tokens = world.tokens(scope="openid", claims=json.dumps({place: {"national_id": {"essential": True}}}))
    told = json.dumps(world.read(tokens["id_token"])[1]) + world.userinfo(tokens["access_token"]).body.decode()
    assert CITIZEN.national_id.value not in told


def test_a_client_cannot_name_what_its_scopes_do_not_cover(world: World) -> None:
    sent = json.dumps({"userinfo": {"name": None}, "id_token": {"phone_number": None}})
    assert world.accepted(NARROW, scope="openid", claims=sent).claims == RequestedClaims()


@pytest.mark.parametrize("name", ["acr", "amr", "iss", "sub", "aud", "auth_time", "nonce", "exp", "sid", "at_hash"])
def test_a17_reserved_claims_cannot_be_asked_into_another_value(world: World, name: str) -> None:
    sent = json.dumps({"userinfo": {name: {"value": "x"}}, "id_token": {name: {"essential": False}}})
    assert world.accepted(claims=sent).claims == RequestedClaims()


def test_core_3_1_2_2_a_demanded_sub_binds_like_a_hint(world: World) -> None:
    assert world.accepted(claims='{"id_token":{"sub":{"value":"somebody"}}}').hinted_subjects == ("somebody",)


def _demanded(world: World, **places: Any) -> tuple[str, ...]:
    sent = {place: {"sub": sub} for place, sub in places.items()}
    return world.accepted(claims=json.dumps(sent)).hinted_subjects


@pytest.mark.parametrize("place", ["userinfo", "id_token"])
def test_auth_23_core_5_5_1_each_of_several_subjects_is_acceptable(world: World, place: str) -> None:
    """Under `userinfo` as under `id_token`; whatever `essential` says (Core §3.1.2.2)."""
    assert _demanded(world, **{place: {"value": "a"}}) == ("a",)
    assert _demanded(world, **{place: {"values": ["a", "b", "a"]}}) == ("a", "b")
    assert _demanded(world, **{place: {"essential": True, "values": ["a"]}}) == ("a",)
    assert _demanded(world, **{place: {"essential": True}}) == ()


def test_auth_23_core_5_5_1_both_places_must_accept_the_subject(world: World) -> None:
    assert _demanded(world, userinfo={"values": ["a", "b"]}, id_token={"values": ["c", "b"]}) == ("b",)
    assert _demanded(world, userinfo={"values": ["a", "b"]}, id_token=None) == ("a", "b")
    answer = world.check(claims=json.dumps({"userinfo": {"sub": {"value": "a"}}, "id_token": {"sub": {"value": "b"}}}))
    assert isinstance(answer, Redirect)
    assert query_of(answer)["error"] == "invalid_request"


def test_auth_23_a_hint_chooses_among_the_demanded_subjects(world: World) -> None:
    hint = world.tokens()["id_token"]
    sub = world.read(hint)[1]["sub"]
    several = json.dumps({"userinfo": {"sub": {"values": ["somebody", sub]}}})
    assert world.accepted(claims=several, id_token_hint=hint).hinted_subjects == (sub,)


def test_a_demanded_sub_and_a_hint_must_agree(world: World) -> None:
    hint = world.tokens()["id_token"]
    sub = world.read(hint)[1]["sub"]
    agreeing = json.dumps({"id_token": {"sub": {"value": sub}}})
    assert world.accepted(claims=agreeing, id_token_hint=hint).hinted_subjects == (sub,)
    for sent in ('{"id_token":{"sub":{"value":"somebody"}}}', '{"userinfo":{"sub":{"values":["somebody","else"]}}}'):
        answer = world.check(claims=sent, id_token_hint=hint)
        assert isinstance(answer, Redirect)
        assert query_of(answer)["error"] == "invalid_request"


def test_unknown_members_and_claims_are_left_out(world: World) -> None:
    sent = '{"other":7,"userinfo":{"urn:x":{"value":{"a":[1]}},"phone_number":null},"id_token":{}}'
    assert world.accepted(claims=sent).claims == RequestedClaims(userinfo=("phone_number",))


@pytest.mark.parametrize(
    "sent",
    [
        "{",
        "[]",
        '"x"',
        "7",
        "null",
        '{"userinfo":null}',
        '{"userinfo":[]}',
        '{"id_token":"x"}',
        '{"userinfo":{"name":true}}',
        '{"userinfo":{"name":[]}}',
        '{"userinfo":{"name":{"essential":"true"}}}',
        '{"userinfo":{"name":{"essential":1}}}',
        '{"userinfo":{"name":{"values":"x"}}}',
        '{"userinfo":{"name":{"values":[]}}}',
        '{"userinfo":{"name":{"value":1,"values":[1]}}}',
        '{"userinfo":{},"userinfo":{}}',
        '{"id_token":{"acr":{"essential":true,"value":"x","value":"y"}}}',
        '{"id_token":{"acr":{"essential":true,"value":["urn:esik:acr:two-step"]}}}',
        '{"id_token":{"acr":{"essential":true,"values":[["urn:esik:acr:two-step"]]}}}',
        '{"id_token":{"acr":{"essential":true,"value":null}}}',
        '{"id_token":{"sub":{"value":7}}}',
        '{"id_token":{"sub":{"value":"\\u0000"}}}',
        '{"id_token":{"sub":{"values":["x",7]}}}',
        '{"id_token":{"sub":{"values":[null]}}}',
        '{"userinfo":{"sub":{"values":["\\u0000"]}}}',
        '{"userinfo":{"sub":{"value":["x"]}}}',
        '{"id_token":{"sub":{"value":"\\udce9"}}}',
        '{"userinfo":{"x":{"value":NaN}}}',
        '{"userinfo":{"x":{"value":-Infinity}}}',
        '{"userinfo":{"x":{"value":' + "9" * 5000 + "}}}",
        "[" * 8000,
        '{"userinfo":{"x":{"value":' + "[" * 5 + "]" * 5 + "}}}",
        '{"userinfo":' + " " * 8192 + "{}}",
        '{"userinfo":{"\udce9":',
        "\x00",
    ],
)
def test_auth_24_d16_malformed_claims_are_refused(world: World, sent: str) -> None:
    answer = world.check(claims=sent)
    assert isinstance(answer, Redirect)
    assert query_of(answer)["error_description"] == "claims is not a valid claims request."
    assert query_of(answer)["error"] == "invalid_request"


def test_a_claim_of_the_scope_asked_again_changes_nothing(world: World) -> None:
    tokens = world.tokens(scope="openid profile", claims='{"userinfo":{"name":null}}')
    assert body_of(world.userinfo(tokens["access_token"]))["name"] == CITIZEN.name
    assert "phone" in MHRS.scopes
