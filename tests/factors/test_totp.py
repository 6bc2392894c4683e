"""Doğrulama uygulaması kodu: RFC 6238's vectors, one step of drift, each step once (R-57, B04, B05, S-15)."""

import base64
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import parse_qs, unquote, urlsplit

import pyotp
import pytest
from hypothesis import given
from hypothesis import strategies as st

from idp.crypto.secrets import HouseSecrets
from idp.domain.evidence import Method
from idp.factors import totp
from idp.factors.second_factor import Asking, NotAnAnswer, Right, SecondFactor, Waiting, Wrong
from idp.factors.totp import Totp
from tests.factors.trial import ASKING, OTHER_LOGIN, THEIRS, Trial, at, owned
from tests.journey.house import START

RFC_SEED = base64.b32encode(b"12345678901234567890").decode()
SEED, THEIR_SEED = (base64.b32encode(bytes([one]) * 20).decode() for one in (7, 9))
STEP = START // 30
APP = pyotp.TOTP(SEED)


def code(step: int, seed: str = SEED) -> str:
    """What the citizen's app shows in this time step: the library as the oracle."""
    return str(pyotp.TOTP(seed).at(step * 30))


@pytest.fixture
def trial() -> Trial:
    trial = Trial(Totp())
    trial.register(owned(Method.TOTP, "mine"), SEED)
    trial.register(owned(Method.TOTP, "theirs", THEIRS), THEIR_SEED)
    return trial


@pytest.mark.parametrize(
    ("now", "shown"),
    [
        (59, "94287082"),
        (1111111109, "07081804"),
        (1111111111, "14050471"),
        (1234567890, "89005924"),
        (2000000000, "69279037"),
        (20000000000, "65353130"),
    ],
)
def test_rfc_6238_appendix_b(now: int, shown: str) -> None:
    """The vectors have eight digits; six are the last six of them (RFC 4226 §5.3)."""
    assert totp.time_step(RFC_SEED, shown[-6:], now) == now // 30


@given(
    st.binary(min_size=20, max_size=20),
    st.integers(min_value=90, max_value=4_000_000_000),
    st.integers(min_value=-3, max_value=3),
)
def test_r57_one_step_of_drift_and_no_more(seed: bytes, now: int, off: int) -> None:
    secret = base64.b32encode(seed).decode()
    shown = [code(now // 30 + near, secret) for near in (-1, 0, 1)]
    typed = code(now // 30 + off, secret)
    expected = now // 30 + shown.index(typed) - 1 if typed in shown else None
    assert totp.time_step(secret, typed, now) == expected
    assert abs(off) > 1 or expected is not None


def test_r57_a_seed_has_160_random_bits_as_apps_read_them() -> None:
    seeds = {totp.new_seed(HouseSecrets(b"test key")) for _ in range(50)}
    assert len(seeds) == 50
    assert {len(base64.b32decode(seed)) for seed in seeds} == {20}
    assert all("=" not in seed for seed in seeds)


def test_the_address_in_the_qr_code_makes_an_app_show_our_codes() -> None:
    address = urlsplit(totp.enrolment_uri(SEED, "987******70", "Eşik"))
    assert (address.scheme, address.netloc, unquote(address.path)) == ("otpauth", "totp", "/Eşik:987******70")
    assert parse_qs(address.query) == {"secret": [SEED], "issuer": ["Eşik"]}
    app = pyotp.parse_uri(address.geturl())
    assert isinstance(app, pyotp.TOTP)
    assert totp.time_step(SEED, str(app.at(START)), START) == STEP


def test_it_is_a_second_factor_that_puts_no_question() -> None:
    factor: SecondFactor = Totp()
    assert (factor.method, factor.asks, factor.is_guessed) == (Method.TOTP, False, True)
    trial = Trial(factor)
    before = trial.database.rows.copy()
    with trial.open() as uow:
        factor.start(uow, ASKING)
    assert trial.database.rows == before


def test_it_waits_for_the_citizens_own_app_and_has_no_limit_of_its_own(trial: Trial) -> None:
    assert trial.waiting() == Waiting("mine", None, None)
    assert trial.waiting(THEIRS) == Waiting("theirs", None, None)
    with trial.open() as uow:
        assert trial.factor.count(uow, Waiting("mine"), START) == Waiting("mine")
    trial.remove("mine")
    assert trial.waiting() == "none"
    assert trial.answer(code(STEP)) == "none"


@pytest.mark.parametrize(("off", "accepted"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_b05_only_the_present_step_and_those_beside_it(trial: Trial, off: int, accepted: bool) -> None:
    assert trial.answer(code(STEP + off)) == (Right("mine") if accepted else Wrong("wrong"))
    assert trial.stored("mine").counter == (STEP + off if accepted else 0)
    assert trial.stored("mine").last_used_at == (START if accepted else None)


@pytest.mark.parametrize("later", [0, 1, 29, 30, 59])
@pytest.mark.parametrize("asking", [ASKING, OTHER_LOGIN])
def test_b05_a_code_is_accepted_once_in_its_step_and_beside_it_in_any_login(
    trial: Trial, later: int, asking: Asking
) -> None:
    assert trial.answer(code(STEP)) == Right("mine")
    assert trial.answer(code(STEP), at(START + later, asking)) == Wrong("reused")


@pytest.mark.parametrize(
    ("steps", "results"),
    [
        ((0, 1), ("ok", "ok")),
        ((-1, 0, 1), ("ok", "ok", "ok")),
        ((1, 0), ("ok", "reused")),
        ((0, -1), ("ok", "reused")),
        ((1, 0, -1, 1), ("ok", "reused", "reused", "reused")),
    ],
)
def test_b05_steps_only_grow(trial: Trial, steps: tuple[int, ...], results: tuple[str, ...]) -> None:
    given_back = [trial.answer(code(STEP + off)) for off in steps]
    assert ["ok" if isinstance(one, Right) else getattr(one, "reason", one) for one in given_back] == list(results)


def test_b05_a_clock_that_jumps_back_opens_no_step_again(trial: Trial) -> None:
    assert trial.answer(code(STEP)) == Right("mine")
    for back in (30, 60, 3600):
        earlier = at(START - back)
        for off in (-1, 0, 1):
            step = earlier.now // 30 + off
            assert trial.answer(code(step), earlier) == Wrong("reused"), (back, off)
    assert trial.stored("mine").counter == STEP
    assert trial.answer(code(STEP + 1), at(START + 30)) == Right("mine")


def test_a05_another_citizens_code_is_wrong(trial: Trial) -> None:
    assert trial.answer(code(STEP, THEIR_SEED)) == Wrong("wrong")
    assert trial.answer(code(STEP), THEIRS) == Wrong("wrong")
    assert trial.answer(code(STEP, THEIR_SEED), THEIRS) == Right("theirs")


@pytest.mark.parametrize("typed", ["\uff11\uff12\uff13\uff14\uff15\uff16", "\ud80012345", "12345", "", "1234567"])
def test_s15_what_the_library_would_take_never_reaches_it(trial: Trial, typed: str) -> None:
    with pytest.raises(NotAnAnswer):
        trial.answer(typed)


def test_a_code_with_a_space_in_it_is_read(trial: Trial) -> None:
    shown = code(STEP)
    assert trial.answer(f" {shown[:3]} {shown[3:]} ") == Right("mine")


def test_a19_an_app_that_was_removed_or_replaced_meanwhile_proves_nothing(trial: Trial) -> None:
    assert trial.answer(code(STEP), between=lambda: trial.remove("mine")) == "none"
    assert trial.judge("mine", code(STEP)) == Wrong("wrong")
    trial.register(owned(Method.TOTP, "another"), SEED)
    assert trial.judge("mine", code(STEP)) == Wrong("wrong")
    assert trial.judge("another", code(STEP)) == Right("another")


def test_other_methods_are_not_looked_at() -> None:
    trial = Trial(Totp())
    trial.register(owned(Method.PASSKEY, "passkey", handle="h"))
    assert trial.waiting() == "none"


def test_weighing_says_nothing_about_a_code(trial: Trial) -> None:
    with trial.open() as uow:
        assert trial.factor.weigh(uow, "000000", ASKING)() is True


def test_l36_a_right_code_sent_twice_is_known_again_and_no_other(trial: Trial) -> None:
    assert not trial.was_right(code(STEP))
    trial.answer(code(STEP))
    assert trial.was_right(code(STEP))
    assert not trial.was_right(code(STEP + 1))
    assert not trial.was_right(code(STEP - 1))
    assert not trial.was_right(code(STEP), THEIRS)
    trial.remove("mine")
    assert not trial.was_right(code(STEP))


def test_b04_of_eight_right_answers_at_once_one_proves(trial: Trial) -> None:
    with ThreadPoolExecutor(max_workers=8) as threads:
        answers = list(threads.map(trial.answer, [code(STEP)] * 8))
    assert sum(isinstance(one, Right) for one in answers) == 1
    assert answers.count(Wrong("reused")) == 7


@given(st.lists(st.tuples(st.integers(-90, 90), st.integers(-2, 2)), max_size=12))
def test_b05_whatever_the_clock_does_every_accepted_step_is_later_than_the_last(moves: list[tuple[int, int]]) -> None:
    trial, now, accepted = Trial(Totp()), START, []
    trial.register(owned(Method.TOTP, "mine"), SEED)
    for jump, off in moves:
        now += jump
        if isinstance(trial.answer(code(now // 30 + off), at(now)), Right):
            accepted.append(trial.stored("mine").counter)
    assert accepted == sorted(set(accepted))
