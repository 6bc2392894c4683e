"""SMS ile Doğrulama: one code, one login, one citizen, one phone, one use (R-54, R-56, A05 to A07, B04, B07)."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from idp.domain.evidence import Method
from idp.domain.phone_number import PhoneNumber
from idp.factors.second_factor import Asking, SecondFactor, Waiting
from idp.factors.sms import Sms
from tests.journey.house import AYSE, CEM, DENIZ, START, WRONG_CODE, Secrets
from tests.journey.world import Database

LOGIN = "login"
ASKING = Asking(LOGIN, AYSE, "tr", START)


class Phone:
    """An SMS factor with its database: `send`, and the two halves of a guess."""

    def __init__(self, digits: int = 6, lifetime: int = 180) -> None:
        self.database = Database()
        self.sms = Sms(secrets=Secrets(), host="giris.example", digits=digits, lifetime=lifetime)

    def send(self, asking: Asking = ASKING) -> str:
        with self.database.begin() as uow:
            self.sms.start(uow, asking)
        return self.database.rows.outbox[-1].code or ""

    def waiting(self, now: int = START, login_id: str = LOGIN) -> object:
        with self.database.begin() as uow:
            return self.sms.waiting(uow, login_id, now)

    def guess(self, code: str, asking: Asking = ASKING, waiting: Waiting | None = None) -> bool:
        """Counted in one transaction, judged in the next."""
        with self.database.begin() as uow:
            asked = waiting or self.sms.waiting(uow, asking.login_id, asking.now)
            counted = self.sms.count(uow, asked, asking.now) if isinstance(asked, Waiting) else None
        if counted is None:
            return False
        with self.database.begin() as uow:
            return self.sms.judge(uow, counted, code, asking)


@pytest.fixture
def phone() -> Phone:
    return Phone()


def test_it_is_a_second_factor(phone: Phone) -> None:
    factor: SecondFactor = phone.sms
    assert factor.method is Method.SMS
    assert factor.method.is_second_factor


def test_r56_only_a_phone_verified_with_identity_is_asked(phone: Phone) -> None:
    assert phone.sms.is_active(AYSE)
    assert not phone.sms.is_active(DENIZ)
    assert not phone.sms.is_active(replace(AYSE, phone_verified_at=None))
    with pytest.raises(ValueError, match="no verified phone"):
        phone.send(replace(ASKING, citizen=DENIZ))
    assert phone.database.rows.outbox == []


def test_a05_a_code_goes_to_the_bound_phone_and_nowhere_else(phone: Phone) -> None:
    phone.send()
    assert {one.destination for one in phone.database.rows.outbox} == {"+905000000001"}


@pytest.mark.parametrize(
    ("lang", "first_line"),
    [
        ("tr", "{} Eşik doğrulama kodunuz. Kimseyle paylaşmayın. EMÜLATÖR"),
        ("en", "{} is your Eşik verification code. Do not share it. EMULATOR"),
    ],
)
def test_the_text_starts_with_the_code_and_ends_bound_to_the_host(phone: Phone, lang: str, first_line: str) -> None:
    code = phone.send(replace(ASKING, lang=lang))
    text = phone.database.rows.outbox[-1].text
    assert text.splitlines() == [first_line.format(code), f"@giris.example #{code}"]


def test_e04_the_code_itself_is_not_stored_with_the_challenge(phone: Phone) -> None:
    code = phone.send()
    (challenge,) = phone.database.rows.challenges.values()
    assert code not in str({name: getattr(challenge, name) for name in type(challenge).__slots__})


def test_r54_two_challenges_with_one_code_have_different_macs(phone: Phone) -> None:
    assert phone.sms.secrets.mac("sms", "one", "123456") != phone.sms.secrets.mac("sms", "two", "123456")


def test_the_right_code_proves_once(phone: Phone) -> None:
    code = phone.send()
    assert phone.guess(code)
    assert not phone.guess(code)
    assert phone.waiting() == "used_up"


@pytest.mark.parametrize(("age", "alive"), [(0, True), (179, True), (180, False), (181, False), (86_400, False)])
def test_b07_it_lives_three_minutes(phone: Phone, age: int, alive: bool) -> None:
    code = phone.send()
    now = START + age
    assert isinstance(phone.waiting(now), Waiting) if alive else phone.waiting(now) == "expired"
    assert phone.guess(code, replace(ASKING, now=now)) is alive


def test_b07_a_code_that_expires_between_counting_and_judging_is_dead(phone: Phone) -> None:
    code = phone.send()
    with phone.database.begin() as uow:
        asked = phone.sms.waiting(uow, LOGIN, START + 179)
        assert isinstance(asked, Waiting)
        assert not phone.sms.judge(uow, asked, code, replace(ASKING, now=START + 180))


def test_three_wrong_guesses_are_all(phone: Phone) -> None:
    code = phone.send()
    for left in (3, 2, 1):
        waiting = phone.waiting()
        assert isinstance(waiting, Waiting)
        assert waiting.tries_left == left
        assert not phone.guess(WRONG_CODE)
    assert phone.waiting() == "used_up"
    assert not phone.guess(code)


def test_a06_only_the_newest_code_of_a_login_counts(phone: Phone) -> None:
    former = phone.send()
    first = phone.waiting()
    newest = phone.send()
    assert isinstance(first, Waiting)
    assert not phone.guess(former, waiting=first)
    assert not phone.guess(former)
    assert phone.guess(newest)


def test_a06_a_code_belongs_to_its_login(phone: Phone) -> None:
    other = replace(ASKING, login_id="another login")
    code, theirs = phone.send(), phone.send(other)
    assert not phone.guess(theirs)
    assert not phone.guess(code, other)
    assert phone.guess(code)
    assert phone.guess(theirs, other)


def test_a05_a_code_belongs_to_its_citizen(phone: Phone) -> None:
    code = phone.send()
    assert not phone.guess(code, replace(ASKING, citizen=CEM))


def test_r56_a_code_belongs_to_the_phone_it_was_sent_to(phone: Phone) -> None:
    """A number is changed because the phone is lost: the code on the lost one proves nothing about the new one."""
    code = phone.send()
    moved = replace(AYSE, phone_number=PhoneNumber.parse("05000000009"))
    assert not phone.guess(code, replace(ASKING, citizen=moved))


def test_a_login_without_a_code_waits_for_nothing(phone: Phone) -> None:
    assert phone.waiting() == "none"
    assert not phone.guess("123456")


def test_looking_changes_nothing(phone: Phone) -> None:
    phone.send()
    before = phone.database.rows.copy()
    phone.waiting()
    assert phone.database.rows == before


def test_b04_of_eight_right_answers_at_once_one_proves(phone: Phone) -> None:
    code = phone.send()
    with ThreadPoolExecutor(max_workers=8) as threads:
        assert sum(threads.map(phone.guess, [code] * 8)) == 1


def test_b03_of_eight_wrong_answers_at_once_three_are_judged(phone: Phone) -> None:
    phone.send()
    with ThreadPoolExecutor(max_workers=8) as threads:
        list(threads.map(phone.guess, [WRONG_CODE] * 8))
    (challenge,) = phone.database.rows.challenges.values()
    assert challenge.tries == 3


def test_length_and_lifetime_are_settings() -> None:
    phone = Phone(digits=8, lifetime=60)
    code = phone.send()
    assert len(code) == 8
    assert phone.waiting(START + 60) == "expired"
