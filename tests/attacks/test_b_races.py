"""B03, B04 and L-01, L-03, L-04, L-05 in small: eight at once, over two nodes, a few rounds, on each database."""

import json
from collections.abc import Iterator
from functools import partial
from itertools import cycle, islice

import pytest

from tests.asgi import Answer
from tests.attacks.at_once import at_once
from tests.clock import FakeClock
from tests.people import AYSE, MEHMET, Visitor, another_code, login_id
from tests.stand_in import Asked, StandIn, came_back
from tests.town import IDP, Town, another_node

ROUNDS = 3
EIGHT = 8


@pytest.fixture
def nodes(any_town: Town) -> Iterator[list[Town]]:
    """Eight places to send to: two nodes in turn, on one database."""
    with another_node(any_town) as second:
        yield list(islice(cycle((any_town, second)), EIGHT))


def test_l01_one_code_is_redeemed_once(any_town: Town, nodes: list[Town]) -> None:
    """And the winner's tokens are dead, since a second party held the code (R-06)."""
    for _ in range(ROUNDS):
        _, asked, code = _with_a_code(any_town)
        answers = at_once([partial(StandIn(node).redeem, code, asked.verifier) for node in nodes])
        assert sorted(answer.status for answer in answers) == [200] + [400] * (EIGHT - 1)
        assert all(json.loads(a.body)["error"] == "invalid_grant" for a in answers if a.status == 400)
        winner = json.loads(next(answer for answer in answers if answer.status == 200).body)
        assert StandIn(any_town).userinfo(winner["access_token"]).status == 401


def test_l03_b03_cve_2024_4629_of_many_wrong_codes_no_more_are_judged_than_the_limit(
    any_town: Town, nodes: list[Town]
) -> None:
    """One login, one code: three guesses are judged, and every guess is counted (Keycloak CVE-2024-4629)."""
    visitor = Visitor(any_town)
    visitor.open(StandIn(any_town).asks().url)
    visitor.types_password(AYSE)
    wrong = another_code(any_town.last_code(AYSE.phone))
    answers = at_once([partial(_send_code, node, visitor, wrong) for node in nodes])
    assert all(answer.status in {303, 422, 429} for answer in answers)
    judged = [answer for answer in answers if "Kalan deneme" in answer.text or "Kod hatalı" in answer.text]
    assert len(judged) <= 3
    assert _reasons(any_town).count("wrong") <= 3
    assert _figure(any_town) == 5, "the limit, exactly"


def test_l03_b03_over_several_logins_too(any_town: Town, nodes: list[Town]) -> None:
    """Eight logins with a live code each: five guesses are judged in all."""
    visitors = [_at_the_code(any_town) for _ in range(5)]
    guesses = [another_code(str(m["code"])) for m in reversed(any_town.messages(AYSE.phone)) if m["code"]]
    answers = at_once(
        [
            partial(_send_code, node, visitor, guess)
            for node, visitor, guess in zip(nodes, [*visitors, *visitors[:3]], [*guesses, *guesses[:3]], strict=True)
        ]
    )
    assert all(answer.status in {303, 422, 429} for answer in answers)
    assert _reasons(any_town).count("wrong") <= 5
    assert _figure(any_town) == 5


def test_l04_b04_cve_2026_82470_a_right_code_eight_times_at_once_is_one_success(
    any_town: Town, nodes: list[Town]
) -> None:
    """rodauth CVE-2026-82470: one use, and nobody is charged for a right answer sent twice."""
    for _ in range(ROUNDS):
        visitor = _at_the_code(any_town)
        code = any_town.last_code(AYSE.phone)
        answers = at_once([partial(_send_code, node, visitor, code) for node in nodes])
        assert {answer.status for answer in answers} <= {303, 422, 429}
        assert _events(any_town).count("factor.proved") == 1
        visitor.open(visitor.page.url)
        visitor.press("Vazgeç")
        _forget_events(any_town)


def test_l05_one_login_finishes_once(any_town: Town, nodes: list[Town]) -> None:
    for _ in range(ROUNDS):
        visitor = Visitor(any_town)
        visitor.open(StandIn(any_town).asks().url)
        visitor.types_password(MEHMET)
        page = visitor.page
        if not page.h1.endswith("şu bilgileri alacak"):
            pytest.fail(page.h1)
        hidden = {name: visitor.browser.hidden(name) for name in ("csrf_token", "shown")}
        fields = hidden | {"decision": "approve"}
        answers = at_once([partial(_post, node, visitor, f"/login/{login_id(page)}/consent", fields) for node in nodes])
        codes = [answer for answer in answers if "code=" in answer.headers.get("location", "")]
        assert len(codes) == 1
        assert all(answer.status in {303, 409} for answer in answers)
        with any_town.store.begin() as uow:
            citizen = next(one for one in uow.citizens.every() if one.national_id.value == MEHMET.national_id)
            uow.citizens.reset(citizen)


def test_two_tabs_that_continue_one_session_at_once_both_get_a_code_that_works(
    any_town: Town, nodes: list[Town]
) -> None:
    """Eight tabs, one session: single sign-on ends nobody's session and revokes nobody's code."""
    service = StandIn(any_town)
    visitor, _, _ = _with_a_code(any_town)
    cookies = dict(visitor.browser.cookies)
    asked = [service.asks() for _ in nodes]
    answers = at_once([partial(_get, node, cookies, one.url) for node, one in zip(nodes, asked, strict=True)])
    for one, answer in zip(asked, answers, strict=True):
        location = answer.headers["location"]
        assert "code=" in location, f"this tab was sent to {location.partition('?')[0]}"
        code = location.partition("code=")[2].partition("&")[0]
        assert service.redeem(code, one.verifier).status == 200


def test_l08_password_changes_at_once_each_happen_whole_or_not_at_all(
    any_town: Town, nodes: list[Town], clock: FakeClock
) -> None:
    visitor = Visitor(any_town)
    visitor.logs_in_at_home(MEHMET, two_step=False)
    clock.advance(1)
    visitor.open("/hesabim/sifre")
    token = visitor.browser.hidden()

    def change(node: Town, number: int) -> Answer:
        new = f"Bambaska-Bir-Sey-{number}"
        return _post(
            node, visitor, "/hesabim/sifre", {"csrf_token": token, "new_password": new, "new_password_repeat": new}
        )

    answers = at_once([partial(change, node, n) for n, node in enumerate(nodes)])
    assert all(answer.status < 500 for answer in answers)
    changed = sum(answer.status == 200 for answer in answers)
    assert _events(any_town).count("password.changed") == changed >= 1


def _with_a_code(town: Town) -> tuple[Visitor, Asked, str]:
    visitor, asked = Visitor(town), StandIn(town).asks()
    visitor.open(asked.url)
    visitor.types_password(MEHMET)
    if visitor.page.status:
        visitor.approves()
    return visitor, asked, came_back(visitor.page)["code"]


def _at_the_code(town: Town) -> Visitor:
    visitor = Visitor(town)
    visitor.open(StandIn(town).asks().url)
    visitor.types_password(AYSE)
    return visitor


def _send_code(node: Town, visitor: Visitor, code: str) -> Answer:
    fields = {"csrf_token": visitor.browser.hidden(), "code": code}
    return _post(node, visitor, f"/login/{login_id(visitor.page)}/code", fields)


def _post(node: Town, visitor: Visitor, path: str, fields: dict[str, str]) -> Answer:
    cookie = "; ".join(f"{name}={value}" for name, value in visitor.browser.cookies.items())
    return node.call("POST", path, fields, {"cookie": cookie})


def _get(node: Town, cookies: dict[str, str], url: str) -> Answer:
    cookie = "; ".join(f"{name}={value}" for name, value in cookies.items())
    return node.call("GET", url.removeprefix(IDP), headers={"cookie": cookie})


def _figure(town: Town) -> int:
    with town.store.engine.begin() as connection:
        found = connection.exec_driver_sql(
            "SELECT count FROM throttles WHERE scope = 'factor' ORDER BY count DESC"  # the paused persona has one too
        ).scalars()
        return max(int(figure) for figure in found)


def _events(town: Town) -> list[str]:
    with town.store.engine.begin() as connection:
        return list(connection.exec_driver_sql("SELECT event FROM audit ORDER BY id").scalars())


def _reasons(town: Town) -> list[str | None]:
    with town.store.engine.begin() as connection:
        return list(connection.exec_driver_sql("SELECT reason FROM audit WHERE event = 'factor.refused'").scalars())


def _forget_events(town: Town) -> None:
    with town.store.engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM audit")
