"""Yedek Kod: ten codes, each once, one hash for every guess (R-58, B04, B06, A05, A23)."""

from concurrent.futures import ThreadPoolExecutor
from itertools import count

import pytest

from idp.crypto.secrets import HouseSecrets
from idp.domain.evidence import Method
from idp.factors import backup_code, letters
from idp.factors.backup_code import BackupCode, index_and_secret, new_codes
from idp.factors.second_factor import NotAnAnswer, Right, SecondFactor, Waiting, Wrong
from tests.factors.trial import ASKING, OTHER_LOGIN, THEIRS, Trial, at, owned
from tests.journey.house import START, Hasher
from tests.journey.world import Database

CODE, SECOND, THEIR_CODE = "ABCDEFGHJKLMNPQR", "CDEFGHJKLMNPQRST", "ABZZZZZZZZZZZZZZ"
UNKNOWN_INDEX, WRONG_SECRET = "ZZCDEFGHJKLMNPQR", "ABCDEFGHJKLMNPQS"


class Paper(Trial):
    """The codes that were printed, and how often anything was hashed."""

    def __init__(self) -> None:
        database = Database()
        self.hasher = Hasher(database)
        super().__init__(BackupCode(self.hasher), database)
        for name, code, asking in (("1", CODE, ASKING), ("2", SECOND, ASKING), ("theirs", THEIR_CODE, THEIRS)):
            index, secret = index_and_secret(code)
            self.register(owned(Method.BACKUP_CODE, name, asking, handle=index), self.hasher.hash(secret))


@pytest.fixture
def paper() -> Paper:
    return Paper()


def test_r58_ten_codes_of_sixteen_letters_with_different_indexes() -> None:
    for _ in range(100):
        codes = new_codes(HouseSecrets(b"test key"))
        assert len(codes) == 10
        assert {len(code) for code in codes} == {16}
        assert len({code[:2] for code in codes}) == 10
        assert set("".join(codes)) <= set(letters.ALPHABET)


class Repeating(HouseSecrets):
    """Gives every value twice, so that every second code has the index of the one before."""

    def __init__(self) -> None:
        super().__init__(b"key")
        self._made = count()

    def token(self) -> str:
        return chr(ord("A") + next(self._made) // 2) * 42 + "A"


def test_r58_a_code_with_a_taken_index_is_not_given_out() -> None:
    codes = new_codes(Repeating())
    assert len({code[:2] for code in codes}) == len(codes) == 10


def test_r58_two_letters_are_the_index_and_seventy_bits_the_secret() -> None:
    assert index_and_secret(CODE) == ("AB", "CDEFGHJKLMNPQR")
    assert len(index_and_secret(CODE)[1]) * 5 == 70
    assert (backup_code.HOW_MANY, backup_code.LENGTH) == (10, 16)


def test_it_is_a_second_factor_that_puts_no_question(paper: Paper) -> None:
    factor: SecondFactor = paper.factor
    assert (factor.method, factor.asks, factor.is_guessed) == (Method.BACKUP_CODE, False, True)
    before = paper.database.rows.copy()
    with paper.open() as uow:
        factor.start(uow, ASKING)
        assert factor.count(uow, Waiting("backup_codes"), START) == Waiting("backup_codes")
    assert paper.database.rows == before


def test_the_right_code_proves_once_and_says_which_it_was(paper: Paper) -> None:
    assert paper.answer(CODE) == Right("1")
    assert (paper.stored("1").used_at, paper.stored("1").last_used_at) == (START, START)
    assert paper.answer(CODE) == Wrong("wrong")
    assert paper.answer(CODE, OTHER_LOGIN) == Wrong("wrong")
    assert paper.answer(SECOND, at(START + 5)) == Right("2")


def test_with_the_last_code_the_method_is_gone(paper: Paper) -> None:
    assert paper.waiting() == Waiting("backup_codes", None, None)
    paper.answer(CODE)
    assert paper.waiting() == Waiting("backup_codes")
    paper.answer(SECOND)
    assert paper.waiting() == "none"
    assert paper.answer(CODE) == "none"
    assert paper.waiting(THEIRS) == Waiting("backup_codes")


def test_other_methods_are_not_looked_at() -> None:
    trial = Trial(BackupCode(Hasher(Database())))
    trial.register(owned(Method.PASSKEY, "passkey", handle="AB"))
    assert trial.waiting() == "none"


def test_another_authenticator_with_the_same_handle_is_not_meant(paper: Paper) -> None:
    paper.register(owned(Method.APP, "0", handle="CD"), "strong:EFGHJKLMNPQRST")
    paper.remove("2")
    assert paper.answer(SECOND) == Wrong("wrong")


@pytest.mark.parametrize(
    ("typed", "right"),
    [(CODE, True), (WRONG_SECRET, False), (UNKNOWN_INDEX, False), (THEIR_CODE, False), ("Z" * 16, False)],
)
def test_b15_every_guess_costs_one_hash(paper: Paper, typed: str, right: bool) -> None:
    assert isinstance(paper.answer(typed), Right) is right
    assert paper.hasher.matched == 1
    paper.answer(CODE)
    assert paper.hasher.matched == 2  # a used-up code costs the same


@pytest.mark.parametrize(
    "typed", ["abcdefghjklmnpqr", "ABCD EFGH JKLM NPQR", "abcd-efgh-jklm-npqr", " ABCD-EFGH JKLMNPQR\n"]
)
def test_b06_it_may_be_typed_as_it_is_printed_or_not(paper: Paper, typed: str) -> None:
    assert paper.answer(typed) == Right("1")


@pytest.mark.parametrize(
    ("typed", "fault"),
    [
        ("", "empty"),
        ("ABCD", "length"),
        (CODE + "A", "length"),
        ("ABCDEFGH\u0131KLMNPQR", "malformed"),
        ("ABCDEFGH\u0130KLMNPQR", "malformed"),
        ("ABCDEFGHIKLMNPQR", "malformed"),
        ("\uff21BCDEFGHJKLMNPQR", "malformed"),
    ],
)
def test_b06_what_cannot_be_a_code_costs_no_hash(paper: Paper, typed: str, fault: str) -> None:
    with pytest.raises(NotAnAnswer) as refused:
        paper.answer(typed)
    assert refused.value.fault == fault
    assert paper.hasher.matched == 0


def test_a05_another_citizens_code_is_wrong_even_with_the_same_index(paper: Paper) -> None:
    assert paper.answer(THEIR_CODE) == Wrong("wrong")
    assert paper.answer(CODE, THEIRS) == Wrong("wrong")
    assert paper.answer(THEIR_CODE, THEIRS) == Right("theirs")


def test_a_code_that_was_used_or_removed_while_it_was_hashed_proves_nothing(paper: Paper) -> None:
    assert paper.answer(CODE, between=lambda: paper.answer(CODE)) == Wrong("wrong")
    assert paper.answer(SECOND, between=lambda: paper.remove("2")) == "none"


def test_l36_a_right_code_sent_twice_is_known_again_and_no_other(paper: Paper) -> None:
    assert not paper.was_right(CODE)
    paper.answer(CODE)
    assert paper.was_right(CODE)
    for other in (SECOND, WRONG_SECRET, UNKNOWN_INDEX):
        assert not paper.was_right(other)
    assert not paper.was_right(CODE, THEIRS)
    with paper.open() as uow:
        assert not paper.factor.was_right(uow, UNKNOWN_INDEX, ASKING)


def test_b04_the_store_has_the_last_word(paper: Paper) -> None:
    """Another process may use the code up between this one's reading and its writing."""
    with paper.open() as uow:
        uow.authenticators.use_up = lambda *_: False  # type: ignore[method-assign]  # the other process
        assert paper.factor.judge(uow, Waiting("backup_codes"), CODE, ASKING) == Wrong("reused")


def test_b04_of_eight_right_answers_at_once_one_proves(paper: Paper) -> None:
    """All eight were hashed and found right; they are judged at once."""
    with ThreadPoolExecutor(max_workers=8) as threads:
        judged = list(threads.map(lambda _: paper.judge("backup_codes", CODE), range(8)))
    assert judged.count(Right("1")) == 1
    assert judged.count(Wrong("wrong")) == 7
