"""`acr_values` and a voluntary `acr` claim: OpenID Connect Core §3.1.2.1 and §5.5.1.1 (AUTH-22, R-31, A10)."""

import json
from dataclasses import replace
from typing import Any

import pytest

from idp.crypto.secrets import HouseSecrets
from idp.domain.authenticator import Authenticator
from idp.domain.authorization_request import Prompt
from idp.domain.citizen import Citizen
from idp.domain.evidence import Method
from idp.domain.level import Level
from idp.factors.passkey import Passkey
from idp.factors.second_factor import Waiting
from idp.journey.asking import asking
from idp.policy.journey import Step
from idp.protocol.messages import Redirect
from tests.journey.house import AYSE, BERK, START, Browser, House
from tests.protocol.world import World, query_of
from tests.software_authenticator import SoftwareAuthenticator

P, T, X = Level.PASSWORD, Level.TWO_STEP, Level.PHISHING_RESISTANT


def claim(**acr: Any) -> str:
    return json.dumps({"id_token": {"acr": acr}})


@pytest.mark.parametrize(
    ("acr_values", "wished"),
    [
        (X.acr, (X,)),
        (f"{T.acr} {X.acr}", (T, X)),
        (f"{X.acr} {P.acr} {T.acr}", (X, P, T)),
        (f"{T.acr} {T.acr} {P.acr} {T.acr}", (T, P)),
        (f"  {T.acr}   {P.acr} ", (T, P)),
        (f"1 2 urn:mace:incommon:iap:silver {X.acr}", (X,)),
    ],
)
def test_core_3_1_2_1_levels_are_wished_for_in_their_order(
    world: World, acr_values: str, wished: tuple[Level, ...]
) -> None:
    request = world.accepted(acr_values=acr_values)
    assert request.wished_levels == wished
    assert request.essential_levels is None


def test_without_the_parameter_nothing_is_wished_for(world: World) -> None:
    assert world.accepted().wished_levels == ()
    assert world.accepted(acr_values="").wished_levels == ()


@pytest.mark.parametrize(
    "acr_values",
    [
        "1 2",
        T.acr.upper(),
        f"{T.acr}\t",
        f"{T.acr}\n{X.acr}",
        f"{T.acr}\u00a0{X.acr}",
        f"{T.acr},{X.acr}",
        "\ud800",
        "\0",
        "urn:esik:acr:two\uff0dstep",
    ],
)
def test_auth_22_core_15_1_an_unknown_value_is_never_an_error(world: World, acr_values: str) -> None:
    assert world.accepted(acr_values=acr_values).wished_levels == ()


def test_e05_of_a_huge_list_the_beginning_is_heard(world: World) -> None:
    assert world.accepted(acr_values="x " * 31 + X.acr).wished_levels == (X,)
    assert world.accepted(acr_values="x " * 32 + X.acr).wished_levels == ()
    assert world.accepted(acr_values=f"{X.acr} " + "x " * 100_000).wished_levels == (X,)
    assert world.accepted(acr_values="x" * 1_000_000).wished_levels == ()


def test_auth_03_a_repeated_acr_values_is_refused(world: World) -> None:
    answer = world.check(("acr_values", X.acr), acr_values=T.acr)
    assert isinstance(answer, Redirect)
    assert query_of(answer)["error"] == "invalid_request"


@pytest.mark.parametrize(
    ("acr", "wished"),
    [
        ({"value": X.acr}, (X,)),
        ({"value": X.acr, "essential": False}, (X,)),
        ({"values": [T.acr, X.acr, T.acr]}, (T, X)),
        ({"values": ["1", P.acr]}, (P,)),
        ({"value": "1"}, ()),
    ],
)
def test_core_5_5_1_1_a_voluntary_acr_claim_is_a_wish_too(
    world: World, acr: dict[str, Any], wished: tuple[Level, ...]
) -> None:
    request = world.accepted(claims=claim(**acr))
    assert (request.wished_levels, request.essential_levels) == (wished, None)


@pytest.mark.parametrize(
    ("acr", "wished", "essential"),
    [
        ({"value": T.acr}, (T,), None),
        ({"value": "1"}, (), None),
        ({"values": [T.acr, P.acr], "essential": True}, (), (P, T)),
        ({"value": "1", "essential": True}, (), ()),
        ({"essential": True}, (X,), None),
        ({}, (X,), None),
    ],
)
def test_core_5_5_1_1_a_claim_with_values_is_heard_instead_of_the_parameter(
    world: World, acr: dict[str, Any], wished: tuple[Level, ...], essential: tuple[Level, ...] | None
) -> None:
    """The clause leaves it open. The claim is the more exact of the two, and an essential one is no wish."""
    request = world.accepted(acr_values=X.acr, claims=claim(**acr))
    assert (request.wished_levels, request.essential_levels) == (wished, essential)


@pytest.mark.parametrize("place", ["userinfo", "other"])
def test_an_acr_named_elsewhere_is_no_wish(world: World, place: str) -> None:
    assert world.accepted(claims=json.dumps({place: {"acr": {"value": X.acr}}})).wished_levels == ()


@pytest.mark.parametrize("acr", [{"value": [X.acr]}, {"value": 3}, {"values": [X.acr, None]}])
def test_d16_a_voluntary_acr_of_another_type_is_refused(world: World, acr: dict[str, Any]) -> None:
    answer = world.check(claims=claim(**acr))
    assert isinstance(answer, Redirect)
    assert query_of(answer)["error"] == "invalid_request"


class Town(House):
    """A house whose passkeys work; `authenticator` is the one of whoever was given a passkey."""

    def __init__(self) -> None:
        super().__init__()
        self.passkey = Passkey(HouseSecrets(b"test key"), "giris.example", "https://giris.example")
        self.authenticator = SoftwareAuthenticator(self.passkey.origin, self.passkey.rp_id)
        self.world = replace(self.world, factors={**self.world.factors, Method.PASSKEY: self.passkey})

    def give_passkey(self, who: Citizen) -> None:
        held = self.authenticator
        row = Authenticator("a1", who.id, Method.PASSKEY, "x", START, handle=held.handle, public_key=held.public_key)
        with self.world.begin() as uow:
            assert uow.authenticators.add(row)

    def touch(self, browser: Browser) -> None:
        """The citizen answers the passkey page."""
        question = asking(browser.standing(), "tr", browser.origin)
        with self.world.begin() as uow:
            waiting = self.passkey.waiting(uow, question)
            assert isinstance(waiting, Waiting)
            options = self.passkey.options(uow, waiting, question)
        browser.answer(Method.PASSKEY, self.authenticator.sign_in(options))


@pytest.fixture
def town() -> Town:
    return Town()


def test_r31_a_wish_asks_for_the_passkey_first_where_the_citizen_has_one(town: Town) -> None:
    town.give_passkey(AYSE)
    town.change(AYSE, last_method=Method.SMS)
    browser = town.browser()
    assert browser.arrive(wished_levels=(X, T)) is Step.PASSWORD
    browser.password(AYSE)
    assert browser.step() is Step.PASSKEY
    town.touch(browser)
    assert browser.step() is Step.FINISH
    assert browser.finish().subject.assurance.acr == X.acr
    assert town.codes(AYSE) == []


def test_without_the_wish_the_method_last_used_comes_first(town: Town) -> None:
    town.give_passkey(AYSE)
    town.change(AYSE, last_method=Method.SMS)
    browser = town.browser()
    browser.arrive(wished_levels=(T, X))
    browser.password(AYSE)
    assert browser.step() is Step.SMS


def test_a10_the_citizen_may_answer_a_wish_with_less_and_the_true_level_comes_back(town: Town) -> None:
    town.give_passkey(AYSE)
    browser = town.browser()
    browser.arrive(wished_levels=(X,))
    browser.password(AYSE)
    browser.switch_to(Method.SMS)
    browser.code(town.codes(AYSE)[-1])
    assert browser.step() is Step.FINISH
    assert browser.finish().subject.assurance.acr == T.acr


def test_a10_a_wish_beyond_the_citizen_shows_no_other_page(town: Town) -> None:
    with_phone, with_password = town.browser("one"), town.browser("two")
    with_phone.arrive(wished_levels=(X,))
    with_phone.password(AYSE)
    assert with_phone.step() is Step.SMS
    with_phone.code(town.codes(AYSE)[-1])
    assert with_phone.step() is Step.FINISH
    assert with_phone.finish().subject.assurance.acr == T.acr
    town.give_passkey(BERK)  # but two-step login is off
    with_password.arrive(wished_levels=(X,))
    with_password.password(BERK)
    assert with_password.step() is Step.FINISH
    assert with_password.finish().subject.assurance.acr == P.acr


def test_r31_a_live_session_is_stepped_up_once_for_a_wish(town: Town) -> None:
    town.give_passkey(AYSE)
    browser = town.browser()
    browser.arrive()
    browser.password(AYSE)
    browser.switch_to(Method.SMS)
    browser.code(town.codes(AYSE)[-1])
    browser.finish()
    assert browser.arrive(wished_levels=(X,)) is Step.METHOD
    assert browser.arrive(wished_levels=(T,)) is Step.FINISH
    browser.arrive(wished_levels=(X,))
    browser.switch_to(Method.PASSKEY)
    town.touch(browser)
    assert browser.finish().subject.assurance.acr == X.acr
    assert browser.arrive(wished_levels=(X,)) is Step.FINISH


def test_core_5_5_1_1_a_silent_login_answers_with_the_present_level(town: Town) -> None:
    town.give_passkey(AYSE)
    browser = town.browser()
    browser.arrive()
    browser.password(AYSE)
    browser.switch_to(Method.SMS)
    browser.code(town.codes(AYSE)[-1])
    browser.finish()
    assert browser.arrive(wished_levels=(X,), prompt=frozenset({Prompt.NONE})) is Step.FINISH
