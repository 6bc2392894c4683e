"""A client's floor: beside an essential `acr` that lists less, and raised during a login (R-31, AUTH-23, E07)."""

from itertools import chain, combinations

import pytest

from idp.domain.level import Level
from tests.people import AYSE, MEHMET, Visitor
from tests.stand_in import TWO_STEP_ACR, StandIn, came_back, essential_acr
from tests.town import Town

LISTS = list(chain.from_iterable(combinations(Level, size) for size in (1, 2, 3)))


def raised(town: Town, level: Level = Level.TWO_STEP) -> None:
    with town.store.begin() as uow:
        assert uow.clients.set_floor("mhrs", level)


@pytest.mark.parametrize("listed", LISTS, ids=lambda one: "-".join(level.name for level in one))
def test_auth_23_a_code_for_a_client_with_a_floor_can_always_be_redeemed(
    citizen: Visitor, mhrs_floor: StandIn, listed: tuple[Level, ...]
) -> None:
    """Whoever lists levels below the floor never hears them: the token would say less than the client accepts."""
    asked = mhrs_floor.asks(claims=essential_acr(*(level.acr for level in listed)))
    page = citizen.open(asked.url)
    if max(listed) is Level.PASSWORD:
        assert came_back(page)["error"] == "unmet_authentication_requirements"
        return
    page = citizen.types_password(AYSE)
    if Level.TWO_STEP not in listed:
        assert page.h1 == "Bu hizmet geçiş anahtarı istiyor"
        return
    citizen.reads_and_types_code(AYSE)
    assert mhrs_floor.tokens(citizen.approves(), asked).claims["acr"] == TWO_STEP_ACR


def test_e07_a_floor_raised_during_a_login_is_asked_for(the_town: Town, citizen: Visitor, mhrs: StandIn) -> None:
    asked = mhrs.asks()
    citizen.open(asked.url)
    raised(the_town)
    page = citizen.types_password(MEHMET)
    assert page.says("İki aşamalı girişi aç")
    citizen.switches_on()
    page = citizen.reads_and_types_code(MEHMET)
    citizen.press(next(b.text for b in page.all("button") if b.text.startswith("Girişi tamamla: ")))
    assert mhrs.tokens(citizen.approves(), asked).claims["acr"] == TWO_STEP_ACR


def test_e07_a_floor_raised_on_the_consent_page_is_asked_for_before_the_code(
    the_town: Town, citizen: Visitor, mhrs: StandIn
) -> None:
    citizen.open(mhrs.asks().url)
    citizen.types_password(MEHMET)
    raised(the_town)
    assert citizen.approves().says("İki aşamalı girişi aç")


def test_e07_a_floor_raised_above_what_was_listed_ends_the_login(
    the_town: Town, citizen: Visitor, mhrs: StandIn
) -> None:
    citizen.open(mhrs.asks(claims=essential_acr(Level.PASSWORD.acr)).url)
    raised(the_town)
    assert came_back(citizen.types_password(MEHMET))["error"] == "unmet_authentication_requirements"


def test_e07_a_floor_that_is_lowered_lets_nobody_in_for_less(
    the_town: Town, citizen: Visitor, mhrs_floor: StandIn
) -> None:
    """What was asked of somebody stays asked."""
    citizen.open(mhrs_floor.asks().url)
    with the_town.store.begin() as uow:
        assert uow.clients.set_floor("mhrs-floor", Level.PASSWORD)
    assert citizen.types_password(MEHMET).says("İki aşamalı girişi aç")
