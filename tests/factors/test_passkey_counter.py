"""The signature counter of a passkey: only upwards, or an alarm (R-59, S-16, B04; WebAuthn §6.1.1)."""

import pytest

from idp.domain.evidence import Method
from idp.factors.second_factor import Right, Waiting, Wrong
from tests.factors.test_passkey import Door
from tests.factors.trial import ASKING, at, owned
from tests.journey.house import START
from tests.software_authenticator import Answering, copy_of


@pytest.fixture
def door() -> Door:
    return Door()


@pytest.mark.parametrize(
    ("stored", "claimed", "result"),
    [
        (0, 0, Right("mine", "user_verified")),
        (0, 1, Right("mine", "user_verified")),
        (1, 0, Wrong("counter_fell")),
        (1, 1, Wrong("counter_fell")),
        (7, 8, Right("mine", "user_verified")),
        (7, 4_294_967_295, Right("mine", "user_verified")),
        (7, 7, Wrong("counter_fell")),
        (7, 6, Wrong("counter_fell")),
        (7, 0, Wrong("counter_fell")),
    ],
)
def test_s16_a_counter_that_does_not_grow_is_an_alarm(door: Door, stored: int, claimed: int, result: object) -> None:
    door.remove("mine")
    mine = door.mine
    door.register(owned(Method.PASSKEY, "mine", handle=mine.handle, public_key=mine.public_key, counter=stored))
    assert door.answer(door.asked(Answering(counter=claimed))) == result
    fell = isinstance(result, Wrong)
    assert door.stored("mine").counter == (stored if fell else claimed)
    assert door.stored("mine").last_used_at == (None if fell else START)
    assert door.waiting() == "used_up"  # also the answer of a clone uses the question up


def test_s16_a_cloned_passkey_is_found_out(door: Door) -> None:
    clone = copy_of(door.mine)
    assert isinstance(door.answer(door.asked()), Right)
    door.start()
    assert door.answer(clone.sign_in(door.options())) == Wrong("counter_fell")


def test_a_passkey_that_does_not_count_is_used_again_and_again() -> None:
    door = Door(counts=False)
    for later in (0, 1, 2):
        with door.open() as uow:
            door.passkey.start(uow, at(START + later))
        assert door.answer(door.mine.sign_in(door.options()), at(START + later)) == Right("mine", "user_verified")
        assert (door.stored("mine").counter, door.stored("mine").last_used_at) == (0, START + later)


def test_b04_the_store_has_the_last_word() -> None:
    """Another process may remove the passkey between this one's reading and its writing."""
    door = Door(counts=False)
    answer = door.asked()
    (challenge,) = door.database.rows.challenges
    with door.open() as uow:
        uow.authenticators.touch = lambda *_: False  # type: ignore[method-assign]  # the other process
        assert door.passkey.judge(uow, Waiting(challenge), answer, ASKING) == Wrong("wrong")
