"""A10–A13, A15–A17, A24: the level in a token equals what was proved, whatever was asked or edited.

A14 and most of A12, A13 and A15 are `tests/web/test_sessions_and_prompts.py`; what MHRS makes of bad tokens (A24) is
`tests/relying_party`. A16 speaks of refreshing, which comes with refresh tokens; PAR (A11) comes with PAR.
"""

import base64
import json

import pytest

from tests.clock import FakeClock
from tests.people import AYSE, MEHMET, Person, Visitor
from tests.stand_in import PASSWORD_ACR, TWO_STEP_ACR, StandIn, came_back, essential_acr, went_back

WISHES = [
    {"acr_values": TWO_STEP_ACR},
    {"acr_values": "urn:esik:acr:phishing-resistant"},
    {"acr_values": f"{TWO_STEP_ACR} {PASSWORD_ACR}"},
    {"acr_values": "urn:unknown"},
    {"acr": TWO_STEP_ACR, "amr": "mfa", "auth_time": "0", "level": "2"},
    {"claims": json.dumps({"id_token": {"acr": {"values": [TWO_STEP_ACR]}}})},
    {"claims": json.dumps({"id_token": {"acr": {"value": TWO_STEP_ACR, "essential": False}}})},
    {"claims": json.dumps({"id_token": {"acr": {"essential": True}}})},
    {"claims": json.dumps({"userinfo": {"acr": {"essential": True, "value": TWO_STEP_ACR}}})},
]


@pytest.mark.parametrize("wish", WISHES)
def test_a10_a_password_login_states_the_password_level_whatever_was_wished(
    victim: Visitor, mhrs: StandIn, wish: dict[str, str]
) -> None:
    asked = mhrs.asks(**wish)
    victim.open(asked.url)
    victim.types_password(MEHMET)
    claims = mhrs.tokens(victim.approves(), asked).claims
    assert (claims["acr"], claims["amr"]) == (PASSWORD_ACR, ["pwd"])


@pytest.mark.parametrize("wish", WISHES)
def test_cve_2026_97176_acr_not_taken_from_session(
    victim: Visitor, mhrs: StandIn, clock: FakeClock, wish: dict[str, str]
) -> None:
    """A13 (Keycloak CVE-2026-97176): a password session that was asked for more before still proves a password."""
    first = mhrs.asks(**wish)
    victim.open(first.url)
    victim.types_password(MEHMET)
    victim.approves()
    clock.advance(5)
    asked = mhrs.asks(**wish)
    assert mhrs.tokens(victim.open(asked.url), asked).claims["acr"] == PASSWORD_ACR
    demanded = mhrs.asks(claims=essential_acr(TWO_STEP_ACR))
    assert victim.open(demanded.url).h1 == "Bu hizmet iki aşamalı giriş istiyor"


@pytest.mark.parametrize(
    "edited",
    [
        {},
        {"acr_values": PASSWORD_ACR},
        {"acr_values": "0"},
        {"claims": essential_acr(PASSWORD_ACR, TWO_STEP_ACR)},
        {"max_age": "999999"},
        {"prompt": "login"},
    ],
)
def test_a11_no_query_lowers_the_floor(victim: Visitor, mhrs_floor: StandIn, edited: dict[str, str]) -> None:
    victim.open(mhrs_floor.asks(**edited).url)
    page = victim.types_password(MEHMET)
    assert not went_back(page)
    assert page.h1 == "Bu hizmet iki aşamalı giriş istiyor"


def test_a11_a_demand_for_less_than_the_floor_is_never_met(victim: Visitor, mhrs_floor: StandIn) -> None:
    """AUTH-23: the token would have to say the password level."""
    page = victim.open(mhrs_floor.asks(claims=essential_acr(PASSWORD_ACR)).url)
    assert came_back(page)["error"] == "unmet_authentication_requirements"


def test_a11_a_demand_removed_on_the_way_gives_a_truthful_lower_acr(victim: Visitor, mhrs: StandIn) -> None:
    """R-39: MHRS then reads the token and refuses (tests/relying_party)."""
    asked = mhrs.asks(claims=None)
    victim.open(asked.url)
    victim.types_password(MEHMET)
    assert mhrs.tokens(victim.approves(), asked).claims["acr"] == PASSWORD_ACR


def test_a12_prompt_none_with_two_sessions_sees_only_this_browsers(
    victim: Visitor, attacker: Visitor, mhrs: StandIn
) -> None:
    first = _logged_in(victim, mhrs, AYSE)
    _logged_in(attacker, mhrs, MEHMET)
    asked = mhrs.asks(prompt="none")
    assert mhrs.tokens(victim.open(asked.url), asked).claims["sub"] == first["sub"]


def test_a12_a_hint_signed_by_nobody_is_refused(victim: Visitor, mhrs: StandIn) -> None:
    _logged_in(victim, mhrs, AYSE)
    header = base64.urlsafe_b64encode(b'{"alg":"none","typ":"JWT"}').rstrip(b"=").decode()
    asked = mhrs.asks(prompt="none", id_token_hint=f"{header}.e30.")
    assert came_back(victim.open(asked.url))["error"] == "invalid_request"


def test_a16_tokens_keep_what_was_proved_when_they_were_made(
    victim: Visitor, mhrs: StandIn, mhrs_floor: StandIn, clock: FakeClock
) -> None:
    """A step-up later raises nothing that was issued before, and a code made before it states the old level."""
    asked = mhrs.asks()
    victim.open(asked.url)
    victim.types_password(MEHMET)
    before = victim.approves()
    clock.advance(5)
    raised = mhrs_floor.asks()
    victim.open(raised.url)
    victim.switches_on()
    victim.reads_and_types_code(MEHMET)
    victim.press("Girişi tamamla: Örnek Randevu, iki aşamalı giriş zorunlu")
    victim.approves()
    assert mhrs.tokens(before, asked).claims["acr"] == PASSWORD_ACR


def test_a17_claims_named_like_our_own_change_nothing(victim: Visitor, mhrs: StandIn) -> None:
    """Profile data and requested claims cannot take the place of a reserved one (S-05, AL-21)."""
    reserved = ("acr", "amr", "iss", "sub", "aud", "auth_time", "nonce", "exp", "iat", "sid", "national_id")
    names = {name: {"value": "forged"} for name in reserved if name not in {"acr", "sub"}}
    asked = mhrs.asks(
        scope="openid profile", claims=json.dumps({"id_token": {**names, "acr": None}, "userinfo": dict(names)})
    )
    victim.open(asked.url)
    victim.types_password(MEHMET)
    tokens = mhrs.tokens(victim.approves(), asked)
    assert tokens.claims["acr"] == PASSWORD_ACR
    assert tokens.claims["iss"] == mhrs.town.settings.issuer
    assert tokens.claims["aud"] == "mhrs"
    assert tokens.claims["nonce"] == asked.nonce
    assert "forged" not in json.dumps(tokens.claims)
    assert "national_id" not in tokens.claims
    told = json.loads(mhrs.userinfo(tokens.access_token).body)
    assert told["sub"] == tokens.claims["sub"]
    assert "national_id" not in told


def test_a24_an_id_token_is_no_access_token_and_the_reverse(victim: Visitor, mhrs: StandIn) -> None:
    asked = mhrs.asks()
    victim.open(asked.url)
    victim.types_password(MEHMET)
    tokens = mhrs.tokens(victim.approves(), asked)
    assert mhrs.userinfo(tokens.id_token).status == 401
    page = victim.open(mhrs.asks(id_token_hint=tokens.access_token).url)
    assert came_back(page)["error"] == "invalid_request"


def _logged_in(visitor: Visitor, service: StandIn, person: Person) -> dict[str, object]:
    asked = service.asks()
    visitor.open(asked.url)
    visitor.types_password(person)
    if person is AYSE:
        visitor.reads_and_types_code(AYSE)
    return service.tokens(visitor.approves(), asked).claims
