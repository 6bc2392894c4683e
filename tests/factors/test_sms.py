"""SMS ile Doğrulama: one code, one login, one citizen, one phone, one use (R-54, R-56, A05 to A07, B04, B07)."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from idp.domain.evidence import Method
from idp.domain.message import Channel
from idp.domain.phone_number import PhoneNumber
from idp.factors.second_factor import Asking, NotAnAnswer, Right, SecondFactor, Waiting, Wrong
from idp.factors.sms import Sms
from tests.factors.trial import ASKING, OTHER_LOGIN, THEIRS, Trial, at
from tests.journey.house import AYSE, CEM, DENIZ, START, WRONG_CODE, Secrets

NUMBER = "+905000000001"


class Phone(Trial):
    """An SMS factor with its database: `send`, and the answers of `Trial`."""

    def __init__(self, digits: int = 6, lifetime: int = 180) -> None:
        self.sms = Sms(secrets=Secrets(), host="giris.example", digits=digits, lifetime=lifetime)
        super().__init__(self.sms)

    def send(self, asking: Asking = ASKING) -> str:
        with self.open() as uow:
            self.sms.start(uow, asking)
        return self.database.rows.outbox[-1].code or ""


@pytest.fixture
def phone() -> Phone:
    return Phone()


def test_it_is_a_second_factor_that_asks(phone: Phone) -> None:
    factor: SecondFactor = phone.sms
    assert (factor.method, factor.asks, factor.is_guessed) == (Method.SMS, True, True)
    assert factor.method.is_second_factor
    with phone.open() as uow:
        assert factor.weigh(uow, WRONG_CODE, ASKING)() is True


def test_r56_only_a_phone_verified_with_identity_is_asked(phone: Phone) -> None:
    for citizen in (DENIZ, replace(AYSE, phone_verified_at=None)):
        with pytest.raises(ValueError, match=r"^no verified phone: this factor is not active$"):
            phone.send(replace(ASKING, citizen=citizen))
    assert phone.database.rows.outbox == []
    assert phone.database.rows.challenges == {}


def test_a05_a_code_goes_to_the_bound_phone_and_nowhere_else(phone: Phone) -> None:
    phone.send()
    (message,) = phone.database.rows.outbox
    assert (message.channel, message.destination) == (Channel.SMS, NUMBER)
    assert (message.created_at, message.expires_at) == (START, START + 180)


def test_the_row_and_the_message_belong_to_one_question(phone: Phone) -> None:
    code = phone.send()
    (challenge,) = phone.database.rows.challenges.values()
    assert (challenge.login_id, challenge.citizen_id, challenge.method) == ("login", AYSE.id, Method.SMS)
    assert (challenge.destination, challenge.created_at, challenge.expires_at) == (NUMBER, START, START + 180)
    assert challenge.code_mac == phone.sms.secrets.mac("sms", challenge.id, code)
    assert (challenge.tries, challenge.consumed_at) == (0, None)


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


def test_the_right_code_proves_the_phone_once(phone: Phone) -> None:
    code = phone.send()
    assert phone.answer(code) == Right(NUMBER)
    assert phone.answer(code) == "used_up"
    assert phone.waiting() == "used_up"
    (challenge,) = phone.database.rows.challenges.values()
    assert challenge.consumed_at == START


@pytest.mark.parametrize(("age", "alive"), [(0, True), (179, True), (180, False), (181, False), (86_400, False)])
def test_b07_it_lives_three_minutes(phone: Phone, age: int, alive: bool) -> None:
    code = phone.send()
    then = at(START + age)
    assert isinstance(phone.waiting(then), Waiting) is alive
    assert phone.answer(code, then) == (Right(NUMBER) if alive else "expired")


def test_b07_a_code_that_expires_between_counting_and_judging_is_dead(phone: Phone) -> None:
    code = phone.send()
    (challenge,) = phone.database.rows.challenges
    assert phone.judge(challenge, code, at(START + 180)) == Wrong("wrong")


def test_three_wrong_guesses_are_all(phone: Phone) -> None:
    code = phone.send()
    for left in (3, 2, 1):
        waiting = phone.waiting()
        assert isinstance(waiting, Waiting)
        assert (waiting.tries_left, waiting.expires_at) == (left, START + 180)
        with phone.open() as uow:
            counted = phone.sms.count(uow, waiting, START)
        assert counted == replace(waiting, tries_left=left - 1)
    assert phone.waiting() == "used_up"
    assert phone.answer(code) == "used_up"


def test_a_guess_at_a_dead_code_is_not_judged(phone: Phone) -> None:
    phone.send()
    waiting = phone.waiting()
    assert isinstance(waiting, Waiting)
    with phone.open() as uow:
        assert phone.sms.count(uow, waiting, START + 180) is None
        uow.challenges.end_all("login")
        assert phone.sms.count(uow, waiting, START) is None


def test_a06_only_the_newest_code_of_a_login_counts(phone: Phone) -> None:
    former = phone.send()
    (first,) = phone.database.rows.challenges
    newest = phone.send()
    assert phone.judge(first, former) == Wrong("wrong")
    assert phone.answer(former) == Wrong("wrong")
    assert phone.answer(newest) == Right(NUMBER)


def test_a06_a_code_belongs_to_its_login(phone: Phone) -> None:
    code, theirs = phone.send(), phone.send(OTHER_LOGIN)
    assert phone.answer(theirs) == Wrong("wrong")
    assert phone.answer(code, OTHER_LOGIN) == Wrong("wrong")
    assert phone.answer(code) == Right(NUMBER)
    assert phone.answer(theirs, OTHER_LOGIN) == Right(NUMBER)


def test_a05_a_code_belongs_to_its_citizen(phone: Phone) -> None:
    code = phone.send()
    assert phone.answer(code, replace(ASKING, citizen=CEM)) == Wrong("wrong")
    moved_in = replace(CEM, phone_number=AYSE.phone_number)
    assert phone.answer(code, replace(ASKING, citizen=moved_in)) == Wrong("wrong")
    assert phone.answer(code) == Right(NUMBER)


def test_r56_a_code_belongs_to_the_phone_it_was_sent_to(phone: Phone) -> None:
    """A number is changed because the phone is lost: the code on the lost one proves nothing about the new one."""
    code = phone.send()
    for moved in (replace(AYSE, phone_number=PhoneNumber.parse("05000000009")), replace(AYSE, phone_verified_at=None)):
        assert phone.answer(code, replace(ASKING, citizen=moved)) == Wrong("wrong")


def test_a_login_without_a_code_waits_for_nothing(phone: Phone) -> None:
    assert phone.waiting() == "none"
    assert phone.answer("123456") == "none"
    assert phone.judge("nothing", "123456") == Wrong("wrong")


def test_looking_changes_nothing(phone: Phone) -> None:
    phone.send()
    before = phone.database.rows.copy()
    phone.waiting()
    phone.was_right("123456")
    assert phone.database.rows == before


def test_l36_a_right_code_sent_twice_is_known_again_and_no_other(phone: Phone) -> None:
    assert not phone.was_right("123456")
    code = phone.send()
    assert not phone.was_right(code)
    phone.answer(code)
    assert phone.was_right(code)
    assert not phone.was_right(WRONG_CODE)
    assert not phone.was_right(code, OTHER_LOGIN)
    phone.send()
    assert not phone.was_right(code)


def test_b04_of_eight_right_answers_at_once_one_proves(phone: Phone) -> None:
    code = phone.send()
    (challenge,) = phone.database.rows.challenges
    with ThreadPoolExecutor(max_workers=8) as threads:
        judged = list(threads.map(lambda _: phone.judge(challenge, code), range(8)))
    assert judged.count(Right(NUMBER)) == 1
    assert judged.count(Wrong("wrong")) == 7


def test_b03_of_eight_wrong_answers_at_once_three_are_judged(phone: Phone) -> None:
    phone.send()
    with ThreadPoolExecutor(max_workers=8) as threads:
        answers = list(threads.map(phone.answer, [WRONG_CODE] * 8))
    (challenge,) = phone.database.rows.challenges.values()
    assert challenge.tries == 3
    assert answers.count(Wrong("wrong")) == 3
    assert answers.count("used_up") == 5


def test_a05_two_citizens_codes_do_not_meet(phone: Phone) -> None:
    code, theirs = phone.send(), phone.send(THEIRS)
    assert {one.destination for one in phone.database.rows.outbox} == {NUMBER, "+905000000003"}
    assert phone.answer(theirs) == Wrong("wrong")
    assert phone.answer(code) == Right(NUMBER)
    assert phone.answer(theirs, THEIRS) == Right("+905000000003")


def test_length_and_lifetime_are_settings() -> None:
    phone = Phone(digits=8, lifetime=60)
    code = phone.send()
    assert len(code) == 8
    assert phone.sms.read(code) == code
    with pytest.raises(NotAnAnswer):
        phone.sms.read("123456")
    assert phone.waiting(at(START + 60)) == "expired"
