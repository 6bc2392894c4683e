"""Request objects: OpenID Connect Core §6, RFC 9101 (REQ-01 to REQ-07, AL-27, AL-28, D13, D16)."""

import base64
import hashlib
import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idp.domain.client import Client
from idp.domain.client_metadata import ClientMetadata
from idp.domain.document import FetchedDocument
from idp.protocol.documents import DocumentNeeded
from idp.protocol.messages import Acceptable, ErrorPage, Redirect
from tests.protocol.client_jwts import KINDS, forged, jwks, public, signed
from tests.protocol.world import CALLBACK, CHALLENGE, ISSUER, MHRS, World, error_of, query_of

HASHED = "https://rp.example/request.jwt#AbC"
PLAIN = "https://rp.example/request.jwt"
KEYS = jwks(public("P-256"), public("RSA"), public("Ed25519"))
SIGNING = replace(MHRS, client_id="signing", metadata=ClientMetadata(jwks=KEYS, request_uris=(HASHED, PLAIN)))
REMOTE = replace(SIGNING, client_id="remote", metadata=ClientMetadata(jwks_uri="https://rp.example/jwks"))
OTHER = "https://rp.example/other?tenant=7"


@pytest.fixture
def world(world: World) -> World:
    for client in (SIGNING, REMOTE):
        world.uow.clients.add(client)
    return world


def asks(world: World, inside: Any, *, without: str = "", client: Client = SIGNING, **outside: str) -> Any:
    """An ordinary request with this object beside it; a dictionary is signed first."""
    sent = inside if isinstance(inside, str) else signed(inside)
    return world.check(client=client, without=without, request=sent, **outside)


def accepted(answer: Any) -> Any:
    assert isinstance(answer, Acceptable), answer
    return answer.request


def told(answer: Any) -> dict[str, str]:
    """The error that went to the redirect URI of the outer request."""
    assert isinstance(answer, Redirect), answer
    assert answer.location.startswith(f"{CALLBACK}?")
    return query_of(answer)


@pytest.mark.parametrize("alg", sorted(KINDS))
def test_req_01_what_is_signed_wins(world: World, alg: str) -> None:
    inside = {"state": "inner", "nonce": "inner nonce", "scope": "openid", "redirect_uri": OTHER, "prompt": "login"}
    request = accepted(asks(world, signed(inside, alg=alg)))
    assert (request.state, request.nonce, request.scope, request.redirect_uri) == (
        "inner",
        "inner nonce",
        ("openid",),
        OTHER,
    )
    assert request.prompt == {"login"}
    assert request.code_challenge == CHALLENGE  # what is only outside still counts (Core §6.3.3)


def test_req_01_everything_may_be_inside(world: World) -> None:
    """Outside are `client_id`, `response_type` and `scope` alone, as Core §6.1 wants it."""
    now = world.clock.now()
    inside = {
        "iss": SIGNING.client_id,
        "aud": ISSUER,
        "exp": now + 60,
        "iat": now,
        "nbf": now,
        "jti": "j",
        "client_id": SIGNING.client_id,
        "response_type": "code",
        "redirect_uri": CALLBACK,
        "scope": "openid",
        "state": "s",
        "code_challenge": CHALLENGE,
        "code_challenge_method": "S256",
    }
    request = accepted(asks(world, inside, without="redirect_uri state nonce code_challenge code_challenge_method"))
    assert (request.redirect_uri, request.state, request.nonce) == (CALLBACK, "s", None)


def test_al_28_numbers_and_objects_become_what_the_checks_read(world: World) -> None:
    claims = {"id_token": {"acr": {"essential": True, "values": ["urn:esik:acr:two-step"]}}}
    request = accepted(asks(world, {"max_age": 0, "claims": claims}))
    assert request.max_age == 0
    assert [level.acr for level in request.essential_levels] == ["urn:esik:acr:two-step"]
    assert accepted(asks(world, {"max_age": "15", "claims": json.dumps(claims)})).max_age == 15


@pytest.mark.parametrize(
    "inside",
    [
        {"max_age": 1.5},
        {"max_age": True},
        {"max_age": None},
        {"state": 7},
        {"scope": ["openid"]},
        {"redirect_uri": [CALLBACK]},
        {"prompt": {"login": True}},
        {"claims": []},
        {"nonce": None},
        {"resource": [7]},
    ],
    ids=str,
)
def test_al_28_other_types_are_refused(world: World, inside: dict[str, Any]) -> None:
    assert told(asks(world, inside))["error"] == "invalid_request_object"


def test_auth_02_unknown_members_are_ignored(world: World) -> None:
    assert accepted(asks(world, {"extra": "foobar", "deep": {"a": [1]}, "count": 3})).state == "st4te"


@pytest.mark.parametrize(
    ("name", "value"), [("max_age", -1), ("max_age", "x"), ("prompt", "none login"), ("claims", {"id_token": 1})]
)
def test_the_checks_judge_what_is_inside(world: World, name: str, value: Any) -> None:
    assert told(asks(world, {name: value}))["error"] == "invalid_request"


@pytest.mark.parametrize(
    ("inside", "outside"),
    [
        ({"client_id": "mhrs"}, {}),
        ({"client_id": ["signing"]}, {}),
        ({"response_type": "id_token"}, {}),
        ({"response_type": 7}, {}),
        ({"response_type": "code token"}, {"response_type": "code"}),
    ],
    ids=str,
)
def test_req_01_who_and_what_must_match(world: World, inside: dict[str, Any], outside: dict[str, Any]) -> None:
    assert told(asks(world, inside, **outside))["error"] == "invalid_request_object"


def test_req_01_client_id_is_needed_outside(world: World) -> None:
    assert isinstance(asks(world, {"client_id": SIGNING.client_id}, without="client_id"), ErrorPage)


@pytest.mark.parametrize("inside", [{"request": "x"}, {"request_uri": PLAIN}])
def test_req_07_an_object_in_an_object(world: World, inside: dict[str, Any]) -> None:
    assert told(asks(world, inside))["error"] == "invalid_request_object"


def test_req_07_both_at_once(world: World) -> None:
    assert told(asks(world, {}, request_uri=PLAIN))["error"] == "invalid_request"


def test_auth_03_a_parameter_twice_beside_an_object(world: World) -> None:
    answer = world.check(("request", "x"), client=SIGNING, request=signed({}))
    assert told(answer)["error"] == "invalid_request"


@pytest.mark.parametrize(
    "inside",
    [
        {"iss": "mhrs"},
        {"iss": None},
        {"aud": "https://other.example"},
        {"aud": [f"{ISSUER}/"]},
        {"aud": []},
        {"aud": None},
        {"sub": "signing"},
        {"exp": 0},
        {"exp": "later"},
        {"exp": True},
        {"nbf": 4_000_000_000},
        {"iat": 4_000_000_000},
    ],
    ids=str,
)
def test_req_05_from_another_for_another_or_over(world: World, inside: dict[str, Any]) -> None:
    answer = told(asks(world, inside))
    assert (answer["error"], answer["state"], answer["iss"]) == ("invalid_request_object", "st4te", ISSUER)


@pytest.mark.parametrize("aud", [ISSUER, [ISSUER], ["https://other.example", ISSUER]])
def test_req_04_req_05_audiences_that_hold_us(world: World, aud: object) -> None:
    assert accepted(asks(world, {"aud": aud, "iss": "signing"}))


@pytest.mark.parametrize(
    ("typ", "good"),
    [(None, True), ("JWT", True), ("oauth-authz-req+jwt", True), ("at+jwt", False), ("secevent+jwt", False)],
)
def test_the_type_of_an_object(world: World, typ: str | None, good: bool) -> None:
    assert isinstance(asks(world, signed({}, typ=typ)), Acceptable) is good


def test_req_05_al_28_unsigned_or_badly_signed(world: World) -> None:
    good = signed({"state": "x"})
    header, payload, _ = good.split(".")
    for bad in (
        forged({"alg": "none"}, {"state": "x"}),
        forged({"alg": "none"}, {"state": "x"}, b"x"),
        f"{header}.{payload}.",
        f"{header}.{payload}.AAAA",
        signed({"state": "x"}, number=1),
        signed({"state": "x"}, crit=["exp"]),
        signed({"state": "x"}, number=1, jwk=public("P-256", 1)),
        signed([]),
        signed(b"\xff"),
        "x",
        "a.b.c",
        "\udce9",
        "A" * 100_000,
    ):
        answer = told(asks(world, bad))
        assert (answer["error"], answer["state"]) == ("invalid_request_object", "st4te"), bad[:60]


def test_dcr_08_only_the_registered_algorithm(world: World) -> None:
    metadata = replace(SIGNING.metadata, request_object_signing_alg="PS256")
    world.uow.clients.put(replace(SIGNING, metadata=metadata))
    assert told(asks(world, signed({}, alg="RS256")))["error"] == "invalid_request_object"
    assert accepted(asks(world, signed({}, alg="PS256")))


def test_a_client_without_keys_can_send_none(world: World) -> None:
    assert told(asks(world, {}, client=MHRS))["error"] == "invalid_request_object"


def test_req_06_without_kid_each_fitting_key_is_tried(world: World) -> None:
    keys = jwks(public("P-256", 1), public("P-256", 2), public("P-256"))
    world.uow.clients.put(replace(SIGNING, metadata=ClientMetadata(jwks=keys)))
    assert accepted(asks(world, {"state": "found"})).state == "found"


def test_token_17_keys_behind_jwks_uri(world: World) -> None:
    with pytest.raises(DocumentNeeded):
        asks(world, {}, client=REMOTE)
    world.uow.documents.publish("https://rp.example/jwks", jwks(public("P-256")), world.clock.now())
    assert accepted(asks(world, {}, client=REMOTE))


def test_req_03_an_inner_redirect_uri_is_followed(world: World) -> None:
    for outer in ("https://evil.example/", ""):
        assert accepted(asks(world, {"redirect_uri": OTHER}, redirect_uri=outer)).redirect_uri == OTHER


def test_req_03_an_outer_redirect_uri_that_is_wrong_gets_nothing(world: World) -> None:
    """Neither the error of a bad object nor that of an object without an address."""
    for inside in ("x", signed({"exp": 0}), signed({}), signed({"redirect_uri": "https://evil.example/"})):
        assert isinstance(asks(world, inside, redirect_uri="https://evil.example/"), ErrorPage)


def test_req_03_d02_a_wrong_inner_redirect_uri_is_told_nobody(world: World) -> None:
    """Although the outer one is good: the client meant another."""
    for inner in ("https://evil.example/", f"{CALLBACK}#x", f"{CALLBACK}/", ""):
        assert isinstance(asks(world, {"redirect_uri": inner}), ErrorPage)


def test_form_02_an_error_travels_as_the_object_asked(world: World) -> None:
    answer = asks(world, {"response_mode": "fragment", "scope": "profile", "state": "inner"})
    assert isinstance(answer, Redirect)
    assert answer.location.startswith(f"{CALLBACK}#error=invalid_scope")
    assert "state=inner" in answer.location


@pytest.mark.parametrize("value", [{"client_name": "X"}, '{"client_name":"X"}'])
def test_core_3_1_2_6_a_registration_inside_is_never_ignored(world: World, value: object) -> None:
    assert told(asks(world, {"registration": value}))["error"] == "registration_not_supported"


def test_d07_an_assertion_is_no_request_object(world: World) -> None:
    """RFC 9101 §10.8: what was signed to authenticate asks for nothing."""
    assertion = signed({"iss": "signing", "sub": "signing", "aud": ISSUER, "exp": world.clock.now() + 60, "jti": "j"})
    assert told(asks(world, assertion))["error"] == "invalid_request_object"


def by_reference(world: World, uri: str, client: Client = SIGNING, **outside: str) -> Any:
    return world.check(client=client, request_uri=uri, **outside)


def test_req_04_an_object_behind_a_registered_address(world: World) -> None:
    with pytest.raises(DocumentNeeded) as needed:
        by_reference(world, HASHED)
    assert needed.value.uri == HASHED
    inside = {"iss": "signing", "aud": ISSUER, "state": "fetched"}
    world.uow.documents.publish(HASHED, signed(inside, alg="RS256") + "\n", world.clock.now())
    assert accepted(by_reference(world, HASHED)).state == "fetched"


def test_req_05_only_registered_addresses_compared_whole(world: World) -> None:
    for uri in (
        f"{PLAIN}#",
        f"{HASHED}x",
        f"{PLAIN}?",
        "https://rp.example/",
        "urn:x",
        "http://169.254.169.254/",
        "\udce9",
    ):
        assert told(by_reference(world, uri))["error"] == "invalid_request_uri"
    assert told(by_reference(world, PLAIN, client=MHRS))["error"] == "invalid_request_uri"
    assert not world.uow.documents.rows


def test_req_05_what_cannot_be_fetched(world: World) -> None:
    world.uow.documents.publish(PLAIN, None, world.clock.now())
    answer = told(by_reference(world, PLAIN))
    assert (answer["error"], answer["state"]) == ("invalid_request_uri", "st4te")
    assert isinstance(by_reference(world, PLAIN, redirect_uri="https://evil.example/"), ErrorPage)


def test_req_05_what_is_fetched_and_no_object(world: World) -> None:
    for body in ("", "<html>", forged({"alg": "none"}, {}), signed({}, number=1)):
        world.uow.documents.publish(PLAIN, body, world.clock.now())
        assert told(by_reference(world, PLAIN))["error"] == "invalid_request_object"


def test_an_object_that_may_have_changed_is_fetched_anew(world: World) -> None:
    for uri in (PLAIN, HASHED):
        world.uow.documents.publish(uri, signed({"state": "old"}), world.clock.now())
        assert accepted(by_reference(world, uri)).state == "old"
    world.clock.advance(5)
    for uri in (PLAIN, HASHED):
        with pytest.raises(DocumentNeeded):
            by_reference(world, uri)
    world.uow.documents.publish(PLAIN, signed({"state": "new"}), world.clock.now())
    assert accepted(by_reference(world, PLAIN)).state == "new"


def test_an_object_whose_hash_is_registered_serves_on(world: World) -> None:
    """Core §6.2: such a fragment names one content for ever."""
    body = signed({"state": "same"})
    digest = base64.urlsafe_b64encode(hashlib.sha256(body.encode()).digest()).rstrip(b"=").decode()
    uri = f"{PLAIN}#{digest}"
    world.uow.clients.put(replace(SIGNING, metadata=ClientMetadata(jwks=KEYS, request_uris=(uri,))))
    world.uow.documents.publish(uri, body, world.clock.now())
    world.clock.advance(80_000)
    assert accepted(by_reference(world, uri)).state == "same"


NAMES = [
    "response_type",
    "client_id",
    "redirect_uri",
    "scope",
    "state",
    "nonce",
    "max_age",
    "claims",
    "prompt",
    "aud",
    "exp",
]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=5,
)


@given(inside=st.dictionaries(st.sampled_from(NAMES) | st.text(max_size=6), JSON, max_size=4))
def test_d13_d16_any_signed_object_is_judged(inside: dict[str, Any]) -> None:
    """Fuzzing: it is accepted, or refused with an error of the specification, and nothing else ever comes of it."""
    world = World()
    world.uow.clients.add(SIGNING)
    answer = asks(world, inside)
    if isinstance(answer, Acceptable):
        assert answer.request.redirect_uri in SIGNING.redirect_uris
    else:
        assert error_of(answer).startswith(("invalid_", "unsupported_", "unauthorized_client"))


@given(st.text(max_size=60) | st.text("eyJ.A-_=", max_size=80))
def test_d13_any_text_as_an_object(text: str) -> None:
    world = World()
    world.uow.clients.add(SIGNING)
    answer = world.check(client=SIGNING, request=text)
    assert isinstance(answer, Acceptable) is (not text)


def test_req_05_a_host_that_took_all_its_time_was_just_tried(world: World) -> None:
    """It is not asked again at once: the request is refused, not the provider out of order."""
    now = world.clock.now()
    world.uow.documents.rows[PLAIN] = FetchedDocument(PLAIN, None, None, tried_at=now - 5, ended_at=now)
    assert error_of(world.check(client=SIGNING, request_uri=PLAIN)) == "invalid_request_uri"
