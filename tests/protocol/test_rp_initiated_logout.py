"""OpenID Connect RP-Initiated Logout 1.0."""

import json
from dataclasses import replace
from urllib.parse import parse_qsl, urlsplit

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey

from idp.protocol.messages import EndSession, ErrorPage
from tests.protocol.world import ISSUER, LENIENT, MHRS, World, key, unsigned

BYE = "https://rp.example/bye"
ODD_STATE = "".join(chr(code) for code in range(0x20, 0x7F))[:90]


def judged(world: World, **sent: str) -> EndSession:
    answer = world.provider.end_session(world.uow, list(sent.items()))
    assert isinstance(answer, EndSession)
    return answer


@pytest.fixture
def hint(world: World) -> str:
    return str(world.tokens()["id_token"])


def test_logout_02_hint_address_and_state(world: World, hint: str) -> None:
    answer = judged(world, id_token_hint=hint, post_logout_redirect_uri=BYE, state="s1")
    assert answer.return_to == f"{BYE}?state=s1"
    assert answer.client == MHRS
    assert world.provider.concerns(answer, "sid-1")
    assert answer.reason is None


def test_logout_03_without_state(world: World, hint: str) -> None:
    assert judged(world, id_token_hint=hint, post_logout_redirect_uri=BYE).return_to == BYE


def test_a_registered_query_is_kept(world: World, hint: str) -> None:
    answer = judged(world, id_token_hint=hint, post_logout_redirect_uri=f"{BYE}?tenant=7", state="s")
    assert answer.return_to == f"{BYE}?tenant=7&state=s"


def test_logout_04_state_arrives_unchanged_also_through_a_question(world: World, hint: str) -> None:
    first = judged(world, id_token_hint=hint, post_logout_redirect_uri=BYE, state=ODD_STATE, extra="x", decision="y")
    again = world.provider.end_session(world.uow, first.carried)
    assert again == first
    assert dict(parse_qsl(urlsplit(first.return_to or "").query)) == {"state": ODD_STATE}
    assert "extra" not in dict(first.carried)


@pytest.mark.parametrize(
    "address", [f"{BYE}?x=1", f"{BYE}/", "https://evil.example/", "javascript:alert(1)", "\udce9", "\x00"]
)
def test_logout_06_c04_an_unregistered_address_gets_nobody(world: World, hint: str, address: str) -> None:
    answer = judged(world, id_token_hint=hint, post_logout_redirect_uri=address, state="s")
    assert answer.return_to is None
    assert answer.reason == "post_logout_redirect_uri"


def test_c04_another_clients_address_gets_nobody(world: World, hint: str) -> None:
    elsewhere = replace(MHRS, client_id="else", post_logout_redirect_uris=("https://else.example/bye",))
    world.uow.clients.rows["else"] = elsewhere
    assert judged(world, id_token_hint=hint, post_logout_redirect_uri="https://else.example/bye").return_to is None


def forged() -> list[str]:
    claims = {"iss": ISSUER, "sub": "s", "aud": "mhrs", "iat": 1, "exp": 2, "sid": "sid-1"}
    header = {"kid": key("ES256").kid}
    own = ECKey.import_key(json.loads(key("ES256").private_jwk))
    return [
        unsigned(claims),
        jwt.encode(header | {"alg": "ES256"}, claims, ECKey.generate_key("P-256")),
        jwt.encode(header | {"alg": "ES256"}, claims | {"iss": "https://other.example"}, own),
        jwt.encode(header | {"alg": "ES256"}, claims | {"aud": ["mhrs"]}, own),
        jwt.encode(header | {"alg": "ES256"}, claims | {"aud": "unknown"}, own),
        "x",
        "\udce9",
    ]


@pytest.mark.parametrize("number", range(len(forged())))
def test_logout_07_c04_a_forged_hint_gets_nobody_and_skips_no_question(world: World, number: int) -> None:
    answer = judged(world, id_token_hint=forged()[number], post_logout_redirect_uri=BYE)
    assert answer.return_to is None
    assert answer.client is None
    assert not world.provider.concerns(answer, "sid-1")


def test_logout_08_an_address_without_a_hint(world: World) -> None:
    assert judged(world, post_logout_redirect_uri=BYE).return_to is None
    answer = judged(world, post_logout_redirect_uri=BYE, client_id="mhrs")
    assert answer.return_to is None
    assert answer.client is None


def test_logout_09_nothing_or_only_state_or_only_a_hint(world: World, hint: str) -> None:
    for answer in (judged(world), judged(world, state="s"), judged(world, id_token_hint=hint)):
        assert answer.return_to is None
        assert answer.reason is None


def test_logout_10_an_expired_hint(world: World, hint: str) -> None:
    world.clock.advance(1_000_000)
    assert judged(world, id_token_hint=hint, post_logout_redirect_uri=BYE).return_to == BYE


def test_logout_11_a_hint_for_another_session_does_not_end_this_one_silently(world: World, hint: str) -> None:
    assert not world.provider.concerns(judged(world, id_token_hint=hint), "sid-2")
    assert not world.provider.concerns(judged(world), "")


def test_rpil_2_client_id_must_fit_the_hint(world: World, hint: str) -> None:
    assert judged(world, id_token_hint=hint, client_id="mhrs", post_logout_redirect_uri=BYE).return_to == BYE
    answer = judged(world, id_token_hint=hint, client_id=LENIENT.client_id, post_logout_redirect_uri=BYE)
    assert answer.return_to is None
    assert not world.provider.concerns(answer, "sid-1")


def test_a_disabled_client_gets_nobody(world: World, hint: str) -> None:
    world.uow.clients.rows["mhrs"] = replace(MHRS, disabled=True)
    answer = judged(world, id_token_hint=hint, post_logout_redirect_uri=BYE)
    assert (answer.return_to, answer.client) == (None, None)
    assert not world.provider.concerns(answer, "sid-1")


def test_d12_an_access_token_is_no_hint(world: World) -> None:
    answer = judged(world, id_token_hint=world.tokens()["access_token"], post_logout_redirect_uri=BYE)
    assert answer.return_to is None


def test_c12_a_repeated_parameter_is_an_error_page(world: World, hint: str) -> None:
    pairs = [("id_token_hint", hint), ("state", "a"), ("state", "b")]
    assert isinstance(world.provider.end_session(world.uow, pairs), ErrorPage)


def test_ui_locales(world: World) -> None:
    assert judged(world, ui_locales="en tr <b>").ui_locales == ("en", "tr")
