"""Mobil Uygulama ile Doğrulama, in the browser: the number, one live request, the device's verdict (R-55, B07, B18)."""

from dataclasses import astuple, replace

import pytest

from idp.crypto.secrets import HouseSecrets
from idp.domain.audit import Origin
from idp.domain.challenge import Verdict
from idp.domain.evidence import Method
from idp.domain.message import Channel
from idp.factors.app_approval import AppApproval
from idp.factors.second_factor import Right, SecondFactor, Waiting, Wrong
from tests.factors.trial import ASKING, OTHER_LOGIN, THEIRS, Trial, at, owned
from tests.journey.house import START

LIFETIME = 120


class Phones(Trial):
    """Two devices of the citizen and one of somebody else."""

    def __init__(self, *, pushes: bool = False, lifetime: int = LIFETIME) -> None:
        self.app = AppApproval(HouseSecrets(b"test key"), lifetime=lifetime, pushes=pushes)
        super().__init__(self.app)
        self.register(owned(Method.APP, "phone", handle="h1"))
        self.register(owned(Method.APP, "tablet", handle="h2"))
        self.register(owned(Method.PASSKEY, "passkey", handle="h3"))
        self.register(owned(Method.APP, "their phone", THEIRS, handle="h4"))

    def decide(
        self, approval: str, verdict: Verdict = Verdict.APPROVED, *, by: str = "phone", now: int = START
    ) -> bool:
        """What the device API does once a signature was found good."""
        with self.open() as uow:
            return uow.challenges.decide(
                approval, citizen_id=ASKING.citizen.id, code_mac=None, verdict=verdict, decided_by=by, now=now
            )

    def count_wrong_number(self, approval: str) -> None:
        with self.open() as uow:
            uow.challenges.count_try(approval, most=3, now=START)


@pytest.fixture
def phones() -> Phones:
    return Phones()


def test_it_is_a_second_factor_that_asks_and_cannot_be_guessed_in_the_browser(phones: Phones) -> None:
    factor: SecondFactor = phones.app
    assert (factor.method, factor.asks, factor.is_guessed) == (Method.APP, True, False)
    with phones.open() as uow:
        assert factor.weigh(uow, "", ASKING)() is True
        assert factor.count(uow, Waiting("x", 1, 2), START) == Waiting("x", 1, 2)


@pytest.mark.parametrize("typed", ["", "42", "x" * 100_000, "\ud800"])
def test_the_browser_has_nothing_to_say(phones: Phones, typed: str) -> None:
    assert phones.app.read(typed) == ""


def test_the_request_is_bound_to_login_citizen_and_browser(phones: Phones) -> None:
    approval = phones.start(replace(ASKING, origin=Origin(ip="192.0.2.7", user_agent="Firefox")))
    stored = phones.database.rows.challenges[approval]
    assert (stored.login_id, stored.citizen_id, stored.method) == ("login", ASKING.citizen.id, Method.APP)
    assert (stored.created_at, stored.expires_at) == (START, START + LIFETIME)
    assert (stored.ip, stored.user_agent) == ("192.0.2.7", "Firefox")
    assert stored.code_mac == phones.app.number_mac(approval, phones.app.number(approval))
    assert len(approval) == 43


def test_r55_the_number_has_two_digits_and_takes_every_value(phones: Phones) -> None:
    numbers = [phones.app.number(f"request {one}") for one in range(2000)]
    assert set(numbers) == {f"{one:02d}" for one in range(100)}
    assert max(numbers.count(one) for one in set(numbers)) < 60  # 20 expected


def test_a23_the_number_is_derived_from_the_house_key_and_nowhere_stored() -> None:
    """Two houses that store the same show other numbers: what is stored does not say which."""
    ours, others = AppApproval(HouseSecrets(b"ours")), AppApproval(HouseSecrets(b"other"))
    requests = [f"request {one}" for one in range(50)]
    assert [ours.number(one) for one in requests] == [ours.number(one) for one in requests]
    assert sum(ours.number(one) == others.number(one) for one in requests) < 10
    phones = Phones(pushes=True)
    approval = phones.start()
    number, stored = phones.app.number(approval), phones.database.rows.challenges[approval]
    assert number not in {str(value) for value in astuple(stored)}
    assert all(number not in (one.text, one.code) for one in phones.database.rows.outbox)


def test_the_number_and_its_mac_are_made_under_keys_of_their_own(phones: Phones) -> None:
    """Computed once by hand: a request that waits while a new version is started keeps its number."""
    assert [phones.app.number(one) for one in ("one", "two", "three", "four", "five")] == ["29", "34", "01", "55", "35"]
    assert phones.app.number_mac("one", "07") == "8eed112875fa9cdbc5545a1b4fdb5b59ba9149ffd8da978fc5bae560beeac8df"


def test_b18_a_number_is_right_for_its_own_request_only(phones: Phones) -> None:
    macs = {phones.app.number_mac(request, number) for request in ("one", "two") for number in ("07", "70", "7")}
    assert len(macs) == 6


def test_approved_on_a_registered_device_proves_once(phones: Phones) -> None:
    approval = phones.start()
    assert phones.answer("") == Wrong("unanswered")
    assert not phones.was_right("")
    assert phones.decide(approval, by="tablet")
    assert not phones.was_right("")
    assert phones.answer("") == Right("tablet")
    assert phones.was_right("")
    assert phones.waiting() == "used_up"
    assert phones.answer("") == "used_up"
    assert phones.judge(approval, "") == Wrong("unanswered")  # the same form, sent twice, is no failure


def test_nothing_waits_where_nothing_was_asked(phones: Phones) -> None:
    assert phones.waiting() == "none"
    assert not phones.was_right("")
    assert phones.judge("nothing", "") == Wrong("unanswered")


def test_b07_it_waits_two_minutes_to_the_second(phones: Phones) -> None:
    approval = phones.start()
    assert phones.waiting() == Waiting(approval, START + LIFETIME, 3)
    assert phones.waiting(at(START + 119)) == Waiting(approval, START + LIFETIME, 3)
    assert phones.waiting(at(START + 120)) == "expired"


@pytest.mark.parametrize(("later", "result"), [(119, Right("phone")), (120, "expired"), (121, "expired")])
def test_b07_an_approval_not_fetched_in_time_is_dead(phones: Phones, later: int, result: object) -> None:
    approval = phones.start()
    phones.decide(approval)
    assert phones.answer("", at(START + later)) == result


def test_b07_an_approval_that_expires_before_it_is_judged_is_dead(phones: Phones) -> None:
    approval = phones.start()
    phones.decide(approval)
    assert phones.judge(approval, "", at(START + 120)) == Wrong("wrong")
    assert phones.judge(approval, "", at(START + 119)) == Right("phone")


def test_the_lifetime_is_a_setting() -> None:
    phones = Phones(lifetime=30)
    approval = phones.start()
    assert phones.waiting(at(START + 29)) == Waiting(approval, START + 30, 3)
    assert phones.waiting(at(START + 30)) == "expired"


@pytest.mark.parametrize("verdict", [Verdict.DENIED, Verdict.NOT_ME])
def test_b18_a_denied_request_stays_denied(phones: Phones, verdict: Verdict) -> None:
    approval = phones.start()
    phones.decide(approval, verdict)
    assert phones.waiting() == "denied"
    assert phones.waiting(at(START + 999)) == "denied"
    assert phones.answer("") == "denied"
    assert phones.judge(approval, "") == Wrong("unanswered")
    assert not phones.decide(approval)


def test_b18_three_wrong_numbers_kill_it(phones: Phones) -> None:
    approval = phones.start()
    for left in (2, 1):
        phones.count_wrong_number(approval)
        assert phones.waiting() == Waiting(approval, START + LIFETIME, left)
    phones.count_wrong_number(approval)
    assert phones.waiting() == "used_up"


def test_a06_a_newer_request_of_the_login_kills_the_older(phones: Phones) -> None:
    older, newer = phones.start(), phones.start()
    assert not phones.decide(older)
    assert phones.decide(newer)
    assert phones.judge(older, "") == Wrong("unanswered")
    assert phones.answer("") == Right("phone")


def test_l07_a_request_of_another_login_kills_it_too_even_approved(phones: Phones) -> None:
    approval = phones.start()
    phones.decide(approval)
    phones.start(OTHER_LOGIN)
    assert phones.answer("") == Wrong("wrong")
    assert phones.answer("", OTHER_LOGIN) == Wrong("unanswered")


def test_a05_another_citizens_request_is_nothing_to_this_one(phones: Phones) -> None:
    approval, theirs = phones.start(), phones.start(THEIRS)
    assert phones.decide(approval)
    assert not phones.decide(theirs)
    assert phones.answer("", THEIRS) == Wrong("unanswered")
    assert phones.answer("") == Right("phone")


def test_a04_an_approval_proves_nothing_of_whoever_the_login_names_by_now(phones: Phones) -> None:
    approval = phones.start()
    phones.decide(approval, by="their phone")
    assert phones.answer("", replace(THEIRS, login_id="login")) == Wrong("wrong")


@pytest.mark.parametrize("device", ["their phone", "passkey", "never registered"])
def test_b18_a_verdict_by_another_device_proves_nothing(phones: Phones, device: str) -> None:
    approval = phones.start()
    phones.decide(approval, by=device)
    assert phones.answer("") == Wrong("removed")
    assert phones.database.rows.challenges[approval].consumed_at is None


def test_a_device_removed_between_its_answer_and_the_browsers_proves_nothing(phones: Phones) -> None:
    approval = phones.start()
    phones.decide(approval)
    assert phones.answer("", between=lambda: phones.remove("phone")) == Wrong("removed")
    assert phones.judge(approval, "") == Wrong("removed")


def test_an_approval_without_a_device_proves_nothing(phones: Phones) -> None:
    approval = phones.start()
    phones.decide(approval)
    stored = phones.database.rows.challenges[approval]
    phones.database.rows.challenges[approval] = replace(stored, decided_by=None)
    assert phones.answer("") == Wrong("removed")


def test_pushes_wake_the_citizens_devices_and_say_nothing() -> None:
    phones = Phones(pushes=True)
    phones.start()
    sent = phones.database.rows.outbox
    assert {one.destination for one in sent} == {"phone", "tablet"}
    assert {(one.channel, one.text, one.code, one.created_at, one.expires_at) for one in sent} == {
        (Channel.PUSH, "approval", None, START, START + LIFETIME)
    }


def test_without_a_push_gateway_nothing_is_sent(phones: Phones) -> None:
    phones.start()
    assert phones.database.rows.outbox == []
