"""Geçiş anahtarı: origin-bound, challenge-bound, citizen-bound, once (R-59, A05, A06, B04, S-16; WebAuthn §7.2)."""

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from idp.crypto.secrets import HouseSecrets
from idp.domain.evidence import Method
from idp.factors.passkey import Passkey
from idp.factors.passkey import decoded as read_by_us
from idp.factors.passkey import encoded as written_by_us
from idp.factors.second_factor import Asking, NotAnAnswer, Right, SecondFactor, Waiting, Wrong
from tests.factors.trial import ASKING, OTHER_LOGIN, THEIRS, Trial, at, owned
from tests.journey.house import START
from tests.software_authenticator import (
    Algorithm,
    Answering,
    SoftwareAuthenticator,
    decoded,
    encoded,
    faults,
    new_key,
    without,
)

RP_ID, ORIGIN = "giris.example", "https://giris.example"
LIFETIME = 300


class Door(Trial):
    """The citizen has two passkeys and an app; somebody else has one passkey."""

    def __init__(self, algorithm: Algorithm = Algorithm.ES256, *, counts: bool = True) -> None:
        self.passkey = Passkey(HouseSecrets(b"test key"), RP_ID, ORIGIN, lifetime=LIFETIME)
        super().__init__(self.passkey)
        self.mine, self.spare, self.theirs = (
            SoftwareAuthenticator(ORIGIN, RP_ID, new_key(algorithm), counts=counts) for _ in range(3)
        )
        for name, held, asking in (
            ("mine", self.mine, ASKING),
            ("spare", self.spare, ASKING),
            ("t", self.theirs, THEIRS),
        ):
            self.register(owned(Method.PASSKEY, name, asking, handle=held.handle, public_key=held.public_key))
        self.register(owned(Method.APP, "phone", handle="h1"))

    def options(self, asking: Asking = ASKING) -> str:
        with self.open() as uow:
            waiting = self.passkey.waiting(uow, asking)
            assert isinstance(waiting, Waiting)
            return self.passkey.options(uow, waiting, asking)

    def asked(self, how: Answering | None = None) -> str:
        """Ask, and let the citizen's own authenticator answer."""
        self.start()
        return self.mine.sign_in(self.options(), how)


@pytest.fixture
def door() -> Door:
    return Door()


def test_it_is_a_second_factor_that_asks(door: Door) -> None:
    factor: SecondFactor = door.passkey
    assert (factor.method, factor.asks, factor.is_guessed) == (Method.PASSKEY, True, True)


def test_r59_each_question_is_fresh_and_bound_to_login_and_citizen(door: Door) -> None:
    first, second = door.start(), door.start()
    assert first != second
    assert len(decoded(first)) == 32
    stored = door.database.rows.challenges[second]
    assert (stored.login_id, stored.citizen_id, stored.method) == ("login", ASKING.citizen.id, Method.PASSKEY)
    assert (stored.created_at, stored.expires_at) == (START, START + LIFETIME)
    assert stored.code_mac == door.passkey.secrets.mac("passkey", second)


def test_the_browser_is_asked_for_this_challenge_and_the_citizens_own_passkeys(door: Door) -> None:
    challenge = door.start()
    options = json.loads(door.options())
    assert (options["challenge"], options["rpId"], options["timeout"]) == (challenge, RP_ID, 300_000)
    assert options["userVerification"] == "preferred"
    assert {one["id"] for one in options["allowCredentials"]} == {door.mine.handle, door.spare.handle}
    assert {one["type"] for one in options["allowCredentials"]} == {"public-key"}


@pytest.mark.parametrize("algorithm", Algorithm)
def test_the_right_answer_proves_the_passkey_once(algorithm: Algorithm) -> None:
    door = Door(algorithm)
    answer = door.asked()
    assert door.answer(answer) == Right("mine", "user_verified")
    assert (door.stored("mine").counter, door.stored("mine").last_used_at) == (1, START)
    assert door.answer(answer) == "used_up"
    door.start()
    assert door.answer(answer) == Wrong("wrong")
    assert door.answer(door.spare.sign_in(door.options())) == Right("spare", "user_verified")


def test_s16_whether_the_user_was_verified_is_read_and_not_required(door: Door) -> None:
    assert door.answer(door.asked(Answering(user_verified=False))) == Right("mine", "user_present")


@pytest.mark.parametrize("algorithm", [Algorithm.ES256, Algorithm.EDDSA])
@pytest.mark.parametrize("fault", faults(SoftwareAuthenticator(ORIGIN, RP_ID)))
def test_r59_a_faulty_answer_proves_nothing(algorithm: Algorithm, fault: str) -> None:
    door = Door(algorithm)
    answer = door.asked(faults(door.mine)[fault])
    try:
        assert door.answer(answer) == Wrong("wrong")
    except NotAnAnswer as refused:
        assert refused.fault == "malformed"
    assert door.stored("mine").counter == 0
    assert door.answer(door.mine.sign_in(door.options())) == Right("mine", "user_verified")


@pytest.mark.parametrize(("fault", "weighed"), [("in a foreign frame", False), ("wrong origin", True)])
def test_a_frame_of_somebody_else_is_seen_at_reading(door: Door, fault: str, weighed: bool) -> None:
    answer = door.asked(faults(door.mine)[fault])
    if weighed:
        assert door.passkey.read(answer) == answer
    else:
        with pytest.raises(NotAnAnswer):
            door.passkey.read(answer)


def test_a05_another_citizens_passkey_proves_nothing_here(door: Door) -> None:
    door.start()
    assert door.answer(door.theirs.sign_in(door.options())) == Wrong("wrong")
    assert door.answer(door.mine.sign_in(door.options(), Answering(credential_id=door.theirs.credential_id))) == Wrong()
    borrowed = Answering(signed_by=door.theirs.key)
    assert door.answer(door.mine.sign_in(door.options(), borrowed)) == Wrong("wrong")


def test_a05_another_citizens_question_is_not_answered_by_mine(door: Door) -> None:
    door.start(THEIRS)
    answer = door.mine.sign_in(door.options(THEIRS))
    assert door.answer(answer, THEIRS) == Wrong("wrong")
    door.start()
    assert door.answer(answer) == Wrong("wrong")


def test_a04_a_question_put_to_one_citizen_is_not_answered_by_the_next_in_the_same_login(door: Door) -> None:
    door.start()
    next_one = replace(THEIRS, login_id="login")
    assert door.answer(door.theirs.sign_in(door.options()), next_one) == Wrong("wrong")


def test_l36_a_right_answer_sent_twice_is_known_again_and_no_other(door: Door) -> None:
    answer = door.asked()
    assert not door.was_right(answer)
    other = door.mine.sign_in(door.options(), Answering(challenge=bytes(32)))
    assert isinstance(door.answer(answer), Right)
    assert door.was_right(answer)
    assert not door.was_right(other)
    assert not door.was_right(door.spare.sign_in(json.dumps({"challenge": encoded(bytes(32))})))
    with door.open() as uow:
        assert not door.passkey.was_right(uow, "{}", ASKING)
        assert not door.passkey.was_right(uow, other, ASKING)
        assert not door.passkey.was_right(uow, answer, OTHER_LOGIN)
    door.start()
    assert not door.was_right(answer)


def test_a06_an_answer_to_another_login_or_an_earlier_question_is_wrong(door: Door) -> None:
    door.start(OTHER_LOGIN)
    elsewhere = door.mine.sign_in(door.options(OTHER_LOGIN))
    earlier = door.asked()
    door.start()
    assert door.answer(elsewhere) == Wrong("wrong")
    assert door.answer(earlier) == Wrong("wrong")
    assert door.answer(door.mine.sign_in(door.options())) == Right("mine", "user_verified")
    assert door.answer(elsewhere, OTHER_LOGIN) == Wrong("counter_fell")


def test_a06_a_question_that_was_replaced_while_the_answer_was_weighed(door: Door) -> None:
    assert door.answer(door.asked(), between=door.start) == Wrong("wrong")


def test_a_passkey_removed_while_its_answer_was_weighed_proves_nothing(door: Door) -> None:
    assert door.answer(door.asked(), between=lambda: door.remove("mine")) == Wrong("wrong")


def test_a_removed_passkey_is_neither_asked_for_nor_believed(door: Door) -> None:
    door.remove("mine")
    answer = door.asked()
    assert door.mine.handle not in door.options()
    assert door.answer(answer) == Wrong("wrong")


@pytest.mark.parametrize(("age", "alive"), [(0, True), (299, True), (300, False), (301, False)])
def test_b07_a_question_lives_five_minutes(door: Door, age: int, alive: bool) -> None:
    answer, then = door.asked(), at(START + age)
    assert isinstance(door.waiting(then), Waiting) is alive
    assert door.answer(answer, then) == (Right("mine", "user_verified") if alive else "expired")


def test_b07_a_question_that_expires_before_it_is_judged_is_dead(door: Door) -> None:
    answer = door.asked()
    (challenge,) = door.database.rows.challenges
    assert door.judge(challenge, answer, at(START + 300)) == Wrong("wrong")
    assert door.judge("another", answer) == Wrong("wrong")
    assert door.judge(challenge, answer) == Right("mine", "user_verified")


def test_without_a_question_nothing_is_weighed(door: Door) -> None:
    answer = door.asked()
    door.database.rows.challenges.clear()
    with door.open() as uow:
        assert door.passkey.weigh(uow, answer, ASKING)() is False
    assert door.waiting() == "none"
    assert door.answer(answer) == "none"


def test_three_wrong_answers_kill_the_question(door: Door) -> None:
    challenge = door.start()
    wrong = door.mine.sign_in(door.options(), Answering(tampered_signature=True))
    for left in (3, 2, 1):
        assert door.waiting() == Waiting(challenge, START + LIFETIME, left)
        with door.open() as uow:
            counted = door.passkey.count(uow, Waiting(challenge, START + LIFETIME, left), START)
        assert counted == Waiting(challenge, START + LIFETIME, left - 1)
    assert door.waiting() == "used_up"
    assert door.answer(wrong) == "used_up"
    with door.open() as uow:
        assert door.passkey.count(uow, Waiting(challenge), START) is None


def test_b04_of_eight_right_answers_at_once_one_proves(door: Door) -> None:
    answer = door.asked()
    (challenge,) = door.database.rows.challenges
    with ThreadPoolExecutor(max_workers=8) as threads:
        judged = list(threads.map(lambda _: door.judge(challenge, answer), range(8)))
    assert judged.count(Right("mine", "user_verified")) == 1
    assert judged.count(Wrong("wrong")) == 7


@pytest.mark.parametrize("member", ["clientDataJSON", "authenticatorData", "signature"])
def test_an_answer_without_a_member_is_no_answer(door: Door, member: str) -> None:
    with pytest.raises(NotAnAnswer) as refused:
        door.answer(without(door.asked(), member))
    assert refused.value.fault == "malformed"


def test_another_credential_under_the_same_name_is_not_meant(door: Door) -> None:
    """`id` and `rawId` must agree (WebAuthn §5.1); which one is looked up must not matter."""
    answer = json.loads(door.asked())
    for member in ("id", "rawId"):
        assert door.answer(json.dumps(answer | {member: door.spare.handle})) == Wrong("wrong")


def test_a_registration_is_no_answer(door: Door) -> None:
    user = json.dumps({"challenge": door.start(), "user": {"id": "dXNlcg"}})
    with pytest.raises(NotAnAnswer):
        door.answer(door.mine.register(user))


def test_every_credential_id_is_stored_and_read_as_it_is() -> None:
    for last in range(256):
        for length in (1, 2, 3):
            raw = bytes([last] * length)
            assert written_by_us(raw) == encoded(raw)
            assert len(written_by_us(raw)) == length + 1
            assert read_by_us(encoded(raw)) == raw
