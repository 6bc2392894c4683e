"""B03, B04, L-04, L-05, L-36 for the methods beside SMS: eight at once over two nodes, on each database."""

from collections.abc import Iterator
from functools import partial
from itertools import cycle, islice

import pytest

from idp.policy import throttle
from tests.attacks.at_once import at_once
from tests.attacks.methods import (
    APP,
    BACKUP_CODE,
    ELIF,
    PASSKEY,
    TOTP,
    TYPED,
    Means,
    events,
    figures,
    named,
    refusals,
    send,
)
from tests.clock import FakeClock
from tests.people import AYSE, Visitor, login_id
from tests.stand_in import StandIn
from tests.town import Town, another_node

EIGHT = 8
MOST_OPEN = 5
FREE = throttle.FACTOR.waits.index(throttle.PAUSE_SECONDS) + 1


@pytest.fixture
def nodes(any_town: Town) -> Iterator[list[Town]]:
    """Eight places to send to: two nodes in turn, on one database."""
    with another_node(any_town) as second:
        yield list(islice(cycle((any_town, second)), EIGHT))


@pytest.mark.parametrize("means", TYPED, ids=named)
def test_cve_2024_4629_b03_of_wrong_answers_at_once_no_more_are_judged_than_the_limit(
    any_town: Town, nodes: list[Town], means: Means
) -> None:
    """One login. Every answer is counted before it is judged, so the figure ends at the limit exactly."""
    visitor = means.at_the_step(any_town)
    wrong = means.wrong(visitor)
    answers = at_once([partial(send, node, visitor, means.step, {means.field: wrong}) for node in nodes])
    assert {answer.status for answer in answers} <= {303, 422, 429}
    assert refusals(any_town).count("wrong") <= FREE
    assert figures(any_town, "factor") == [FREE]
    assert figures(any_town, "factors") == [FREE]
    assert events(any_town, "factor.proved") == []


@pytest.mark.parametrize("means", TYPED, ids=named)
def test_b03_over_several_logins_too(any_town: Town, nodes: list[Town], means: Means) -> None:
    visitors = [means.at_the_step(any_town) for _ in range(MOST_OPEN)]
    guesses = [(visitor, means.wrong(visitor)) for visitor in visitors]
    answers = at_once(
        [
            partial(send, node, visitor, means.step, {means.field: wrong})
            for node, (visitor, wrong) in zip(nodes, [*guesses, *guesses[:3]], strict=True)
        ]
    )
    assert {answer.status for answer in answers} <= {303, 422, 429}
    assert refusals(any_town).count("wrong") <= FREE
    assert figures(any_town, "factor") == [FREE]


@pytest.mark.parametrize("means", TYPED, ids=named)
def test_cve_2026_82470_l04_b04_a_right_answer_eight_times_at_once_is_one_success(
    any_town: Town, nodes: list[Town], means: Means
) -> None:
    """And L-36: a right answer that was sent twice is nobody's failure."""
    visitor = means.at_the_step(any_town)
    right = means.right(visitor)
    answers = at_once([partial(send, node, visitor, means.step, {means.field: right}) for node in nodes])
    assert {answer.status for answer in answers} <= {303, 422, 429}
    assert events(any_town, "factor.proved") == ["factor.proved"]
    assert figures(any_town, "factor") == []
    assert visitor.open(f"/login/{login_id(visitor.page)}").url.endswith("/consent")


@pytest.mark.parametrize("means", [TOTP, BACKUP_CODE], ids=named)
def test_misp_cve_2026_107276_l04_b04_one_code_in_several_logins_is_one_success(
    any_town: Town, nodes: list[Town], means: Means
) -> None:
    """One TOTP step, one backup code: whoever comes first. The others wait at the step with nothing proved."""
    visitors = [means.at_the_step(any_town) for _ in range(MOST_OPEN)]
    right = means.right(visitors[0])
    at_once(
        [
            partial(send, node, visitor, means.step, {means.field: right})
            for node, visitor in zip(nodes, visitors, strict=False)
        ]
    )
    assert events(any_town, "factor.proved") == ["factor.proved"]
    through = [visitor.open(f"/login/{login_id(visitor.page)}").url.endswith("/consent") for visitor in visitors]
    assert sorted(through) == [False] * (MOST_OPEN - 1) + [True]
    assert figures(any_town, "factor") == [MOST_OPEN - 1]


def test_l04_b04_one_assertion_is_accepted_in_no_second_login(any_town: Town, nodes: list[Town]) -> None:
    visitors = [PASSKEY.at_the_step(any_town) for _ in range(MOST_OPEN)]
    right = PASSKEY.right(visitors[0])
    at_once(
        [
            partial(send, node, visitor, "passkey", {"credential": right})
            for node, visitor in zip(nodes, visitors, strict=False)
        ]
    )
    through = [visitor.open(f"/login/{login_id(visitor.page)}").url.endswith("/consent") for visitor in visitors]
    assert through == [True] + [False] * (MOST_OPEN - 1)


@pytest.mark.parametrize("means", TYPED, ids=named)
def test_l05_one_login_finishes_once(any_town: Town, nodes: list[Town], means: Means) -> None:
    visitor = means.at_the_step(any_town)
    means.succeeds(visitor)
    fields = {"decision": "approve", "shown": visitor.browser.hidden("shown")}
    answers = at_once([partial(send, node, visitor, "consent", fields) for node in nodes])
    assert len([answer for answer in answers if "code=" in answer.headers.get("location", "")]) == 1
    assert {answer.status for answer in answers} <= {303, 409}
    assert events(any_town, "code.issued") == ["code.issued"]


def test_l36_choosing_a_method_eight_times_at_once_sends_one_message(any_town: Town, nodes: list[Town]) -> None:
    visitor = TOTP.at_the_step(any_town)
    answers = at_once([partial(send, node, visitor, "method", {"method": "sms"}) for node in nodes])
    assert {answer.status for answer in answers} == {303}
    assert len(any_town.messages(ELIF.phone)) == 1


def test_l36_asking_for_a_new_code_eight_times_at_once_sends_one_message(
    any_town: Town, nodes: list[Town], clock: FakeClock
) -> None:
    visitor = Visitor(any_town)
    visitor.open(StandIn(any_town).asks().url)
    visitor.types_password(AYSE)
    clock.advance(60)
    answers = at_once([partial(send, node, visitor, "resend", {}) for node in nodes])
    assert {answer.status for answer in answers} <= {200, 303, 429}
    assert len(any_town.messages(AYSE.phone)) == 2
    assert visitor.reads_and_types_code(AYSE).url.endswith("/consent")


def test_l36_asking_a_device_again_eight_times_at_once_asks_once(
    any_town: Town, nodes: list[Town], clock: FakeClock
) -> None:
    visitor = APP.at_the_step(any_town)
    clock.advance(20)
    at_once([partial(send, node, visitor, "resend", {}) for node in nodes])
    assert events(any_town, "approval.asked") == ["approval.asked"] * 2


@pytest.mark.parametrize("race", range(3))
def test_no_deadlock_between_guessing_choosing_and_finishing(any_town: Town, nodes: list[Town], race: int) -> None:
    """ADR 0010: every verb of the second step at the same time, over several logins of one citizen: never a 5xx."""
    visitors = [TOTP.at_the_step(any_town) for _ in range(4)]
    right, wrong = TOTP.right(visitors[0]), TOTP.wrong(visitors[0])
    doings = [
        partial(send, nodes[0], visitors[0], "totp", {"code": right}),
        partial(send, nodes[1], visitors[0], "other", {}),
        partial(send, nodes[2], visitors[1], "totp", {"code": right}),
        partial(send, nodes[3], visitors[1], "method", {"method": "sms"}),
        partial(send, nodes[4], visitors[2], "totp", {"code": wrong}),
        partial(send, nodes[5], visitors[2], "cancel", {}),
        partial(send, nodes[6], visitors[3], "totp", {"code": wrong}),
        partial(send, nodes[7], visitors[3], "resend", {}),
    ]
    assert {answer.status < 500 for answer in at_once(doings[race:] + doings[:race])} == {True}
    assert len(events(any_town, "factor.proved")) <= 1
