"""D10, D11, D17, A16, R-07, R-71: tokens that were stolen, reused or revoked, and what ends a family, over HTTP."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest

from idp.domain.errors import OutOfService
from tests.attacks.refreshing import Refresher, error_of, is_over, offline_login, public_client
from tests.attacks.statements import counted
from tests.clock import FakeClock
from tests.people import AYSE, Visitor
from tests.stand_in import basic
from tests.town import Town
from tests.web.account_holder import CONSENTS, TOTP_REMOVE, AccountHolder

DAY = 86_400
TWICE = {"error": "invalid_request", "error_description": "The Authorization header was sent more than once."}
NEW_PASSWORD = "Bambaska-Bir-Sey-9"


@pytest.fixture
def client(any_town: Town) -> Refresher:
    return Refresher(any_town)


@pytest.fixture
def mehmet(any_town: Town) -> Visitor:
    return Visitor(any_town)


@pytest.fixture
def ayse(any_town: Town) -> AccountHolder:
    return AccountHolder(any_town).comes_in()


def test_d10_token_18_a_token_that_is_used_again_later_ends_the_family(
    mehmet: Visitor, client: Refresher, clock: FakeClock
) -> None:
    """Whoever comes second, thief or owner, ends it for both."""
    first = offline_login(mehmet, client)
    clock.advance(60)
    second = client.refreshed(first["refresh_token"])
    clock.advance(60)
    answer = client.refresh(first["refresh_token"])
    assert (answer.status, error_of(answer)) == (400, "invalid_grant")
    assert is_over(client, second)
    assert error_of(client.refresh(second["refresh_token"])) == "invalid_grant"
    assert "refresh_token.reused" in _events(client.town)


def test_d10_rotation_in_the_same_second_and_a_grandparent_inside_the_grace(mehmet: Visitor, client: Refresher) -> None:
    """The lost answer comes again; a token whose successor was used does not."""
    first = offline_login(mehmet, client)["refresh_token"]
    second = client.refreshed(first)
    assert client.refreshed(first)["refresh_token"] == second["refresh_token"]
    third = client.refreshed(second["refresh_token"])
    assert error_of(client.refresh(first)) == "invalid_grant"
    assert is_over(client, third)


def test_d10_a_public_client_gets_no_second_chance(mehmet: Visitor, any_town: Town) -> None:
    client = public_client(any_town)
    first = offline_login(mehmet, client)["refresh_token"]
    second = client.refreshed(first)
    assert error_of(client.refresh(first)) == "invalid_grant"
    assert error_of(client.refresh(second["refresh_token"])) == "invalid_grant"
    assert is_over(client, second)


def test_d10_d11_another_client_can_neither_use_nor_end_it(mehmet: Visitor, client: Refresher) -> None:
    body = offline_login(mehmet, client)
    for other in (Refresher(client.town, "mhrs-floor"), public_client(client.town)):
        assert error_of(other.refresh(body["refresh_token"])) == "invalid_grant"
        for token in (body["refresh_token"], body["access_token"]):
            answer = other.revoke(token)
            assert (answer.status, error_of(answer)) == (400, "invalid_grant")
    assert client.userinfo(body["access_token"]).status == 200
    assert client.refresh(body["refresh_token"]).status == 200


def test_d10_r_12_after_revocation_nothing_comes(mehmet: Visitor, client: Refresher) -> None:
    first = offline_login(mehmet, client)
    second = client.refreshed(first["refresh_token"])
    answer = client.revoke(second["refresh_token"])
    assert (answer.status, answer.body) == (200, b"")
    assert is_over(client, first)
    assert is_over(client, second)
    for token in (first["refresh_token"], second["refresh_token"]):
        assert error_of(client.refresh(token)) == "invalid_grant"


def test_d17_a_revoked_access_token_is_dead_alone(mehmet: Visitor, client: Refresher) -> None:
    first = offline_login(mehmet, client)
    second = client.refreshed(first["refresh_token"])
    assert client.revoke(first["access_token"]).status == 200
    assert client.introspect(first["access_token"]).body == b'{"active":false}'
    assert client.userinfo(first["access_token"]).status == 401
    assert client.userinfo(second["access_token"]).status == 200


def test_d11_no_200_when_the_revocation_was_not_stored(mehmet: Visitor, client: Refresher) -> None:
    """Storage fails at the last moment: 503, and what was not ended is told so."""
    body = offline_login(mehmet, client)
    for token in (body["refresh_token"], body["access_token"]):
        with _a_store_that_never_commits(client.town):
            assert client.revoke(token).status == 503
        assert client.userinfo(body["access_token"]).status == 200
    with _a_store_that_never_commits(client.town):
        assert client.refresh(body["refresh_token"]).status == 503
    assert client.refresh(body["refresh_token"]).status == 200, "it was not used up"


def test_a16_r_35_the_family_outlives_a_session_that_ran_out(
    ayse: AccountHolder, client: Refresher, clock: FakeClock
) -> None:
    """Its row too. The assurance is that of the login, although the same citizen logs in anew."""
    body = offline_login(ayse, client, AYSE)
    before = client.verified(body["id_token"])
    for _ in range(3):
        clock.advance(2 * DAY)
        with client.town.store.begin() as uow:
            uow.purge(clock.now())
        body = client.refreshed(body["refresh_token"])
    AccountHolder(client.town).comes_in()
    after = client.verified(client.refreshed(body["refresh_token"])["id_token"])
    for name in ("sub", "acr", "amr", "auth_time", "sid"):
        assert after[name] == before[name]
    assert after["iat"] > before["iat"]


def _logs_out(holder: AccountHolder) -> None:
    holder.open("/logout")
    holder.press("Çıkış Yap")


def _changes_password(holder: AccountHolder) -> None:
    holder.town.clock.advance(1)
    holder.posts("/hesabim/sifre", new_password=NEW_PASSWORD, new_password_repeat=NEW_PASSWORD)


def _switches_off(holder: AccountHolder) -> None:
    holder.posts("/hesabim/iki-asamali-giris/kapat", decision="off")


def _replaces_backup_codes(holder: AccountHolder) -> None:
    holder.makes_codes()


def _withdraws_consent(holder: AccountHolder) -> None:
    holder.posts(f"{CONSENTS}/geri-al", client_id="mhrs")


def _removes_app(holder: AccountHolder) -> None:
    holder.removes(TOTP_REMOVE)


def _is_closed(holder: AccountHolder) -> None:
    with holder.town.store.begin() as uow:
        assert uow.citizens.close(holder.citizen.id)


ENDS: list[Callable[[AccountHolder], None]] = [
    _logs_out,
    _changes_password,
    _switches_off,
    _replaces_backup_codes,
    _removes_app,
    _withdraws_consent,
    _is_closed,
]


@pytest.mark.parametrize("ends", ENDS, ids=lambda one: one.__name__.strip("_"))
def test_r_71_r_07_a16_what_ends_a_family(
    ayse: AccountHolder, client: Refresher, ends: Callable[[AccountHolder], None]
) -> None:
    """Done in the very browser that the family came from, whose session mostly goes on."""
    ayse.makes_codes()
    ayse.sets_up_app()
    body = offline_login(ayse, client, AYSE)
    assert not is_over(client, body)
    ends(ayse)
    assert error_of(client.refresh(body["refresh_token"])) == "invalid_grant"
    assert is_over(client, body)


def test_r_71_e07_a_client_that_is_switched_off_or_removed(mehmet: Visitor, client: Refresher) -> None:
    """Nothing comes back when it is switched on again, or registered anew under its old name."""
    body = offline_login(mehmet, client)
    with client.town.store.begin() as uow:
        registered = uow.clients.by_id("mhrs")
        assert registered is not None
        uow.clients.disable("mhrs", client.town.clock.now())
    assert (client.refresh(body["refresh_token"]).status, client.userinfo(body["access_token"]).status) == (401, 401)
    with client.town.store.begin() as uow:
        uow.clients.enable("mhrs", client.town.clock.now())
    assert is_over(client, body), "nothing comes back with the client"
    assert error_of(client.refresh(body["refresh_token"])) == "invalid_grant"
    body = offline_login(mehmet, client)
    with client.town.store.begin() as uow:
        assert uow.clients.remove("mhrs")
    assert client.refresh(body["refresh_token"]).status == 401
    with client.town.store.begin() as uow:
        assert uow.clients.add(registered)
    assert error_of(client.refresh(body["refresh_token"])) == "invalid_grant"
    assert is_over(client, body)


def test_auth_18_the_page_says_what_offline_access_means(mehmet: Visitor, client: Refresher) -> None:
    """Asked although it is remembered, each time; and the list of consents names it."""
    offline_login(mehmet, client)
    for scope, told in (("openid profile offline_access", True), ("openid profile", False)):
        page = mehmet.open(client.asks(scope=scope, prompt="consent").url)
        assert page.by_testid("page-consent") is not None
        assert (page.by_testid("consent-offline") is not None) is told
    page = mehmet.open(CONSENTS)
    assert page.says("Siz yokken erişim")


def test_r_14_who_may_read_the_answers_from_another_origin(client: Refresher) -> None:
    """Browser clients end their tokens; only servers ask about them."""
    assert client.revoke("x").headers["access-control-allow-origin"] == "*"
    assert client.town.call("OPTIONS", "/revoke").headers["access-control-allow-origin"] == "*"
    assert "access-control-allow-origin" not in client.introspect("x").headers
    for answer in (client.userinfo("x"), client.refresh("x"), client.town.call("POST", "/token", {})):
        assert answer.headers["access-control-expose-headers"] == "WWW-Authenticate"  # or no script can follow RFC 9470
    assert client.town.call("OPTIONS", "/introspect").status == 405


@pytest.mark.parametrize("path", ["/introspect", "/revoke"])
def test_only_a_form_in_a_post_is_answered(client: Refresher, path: str) -> None:
    assert client.town.call("GET", f"{path}?token=x").status == 405


@pytest.mark.parametrize("path", ["/token", "/introspect", "/revoke"])
def test_r_03_two_authorization_headers_are_one_too_many(client: Refresher, path: str) -> None:
    """RFC 6749 §5.2: multiple credentials. Refused in words, and written down."""
    town, right = client.town, ("authorization", basic(client.client_id, client.secret))
    form = ("content-type", "application/x-www-form-urlencoded")
    for second in (right, ("authorization", "")):
        headers, body = (form, right, second), b"token=x&grant_type=client_credentials"
        answer = town.loop.call(town.idp, "POST", f"{town.settings.issuer}{path}", headers, body)
        assert answer.status == 400
        assert json.loads(answer.body) == TWICE
        assert _events(town)[-1] == "token.refused"


def test_r_03_uinfo_06_two_authorization_headers_at_userinfo(mehmet: Visitor, client: Refresher) -> None:
    """RFC 6750 §3.1, with a challenge."""
    town, token = client.town, offline_login(mehmet, client)["access_token"]
    headers = (("authorization", f"Bearer {token}"),) * 2
    answer = town.loop.call(town.idp, "GET", f"{town.settings.issuer}/userinfo", headers, b"")
    assert (answer.status, json.loads(answer.body)) == (400, TWICE)
    assert answer.headers["www-authenticate"].startswith('Bearer realm="userinfo", error="invalid_request"')


def test_a_revoked_token_is_found_without_one_more_question(mehmet: Visitor, client: Refresher) -> None:
    """UserInfo asks the database twice, for the grant with all behind it and for the client."""
    token = offline_login(mehmet, client)["access_token"]
    with counted(client.town) as cost:
        assert client.userinfo(token).status == 200
    assert len([one for one in cost.statements if one.startswith("SELECT")]) <= 2


@contextmanager
def _a_store_that_never_commits(town: Town) -> Iterator[None]:
    house = town.idp.state.house

    class Failing:
        async def run_lean(self, work: Callable[[Any], Any], *, read_only: bool = False) -> Any:
            def spoiled(uow: Any) -> None:
                work(uow)
                raise OutOfService("the disk is full")

            return await house.store.run_lean(spoiled, read_only=read_only)

    town.idp.state.house = replace(house, store=Failing())
    try:
        yield
    finally:
        town.idp.state.house = house


def _events(town: Town) -> list[str]:
    with town.store.engine.begin() as connection:
        return list(connection.exec_driver_sql("SELECT event FROM audit ORDER BY id").scalars())
