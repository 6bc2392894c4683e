"""Password hashing: what is hashed (S-12 to S-14, B06), how strongly (E04), and how many at once (L-26)."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import argon2
import pytest

from idp.crypto.hashing import MEMORY_KIB, PARALLELISM, TIME_COST, Argon2Hasher, Gate
from idp.domain.errors import TooBusy

PATIENCE = 10


@pytest.fixture(scope="module")
def hasher() -> Argon2Hasher:
    return Argon2Hasher()


@pytest.fixture(scope="module")
def kirmizi(hasher: Argon2Hasher) -> str:
    return hasher.hash("Kırmızı.42kedi")


def made(*, memory: int = MEMORY_KIB, time: int = TIME_COST, kind: argon2.Type = argon2.Type.ID) -> str:
    maker = argon2.PasswordHasher(time_cost=time, memory_cost=memory, parallelism=PARALLELISM, type=kind)
    return maker.hash("Kırmızı.42kedi")


def test_e04_the_hash_is_argon2id_of_the_written_strength_and_salted(hasher: Argon2Hasher, kirmizi: str) -> None:
    found = argon2.extract_parameters(kirmizi)
    assert (found.type, found.version) == (argon2.Type.ID, 19)
    assert found.memory_cost >= 19 * 1024
    assert found.time_cost >= 2
    assert found.salt_len >= 16
    assert hasher.hash("Kırmızı.42kedi") != kirmizi


@pytest.mark.parametrize(
    ("password", "right"),
    [
        ("Kırmızı.42kedi", True),
        ("Kırmızı.42ked", False),
        ("Kırmızı.42kedii", False),
        ("Kirmizi.42kedi", False),
        ("KIRMIZI.42KEDI", False),
        ("Kırmızı.42kedi ", False),
        ("", False),
        ("\ud800", False),
        ("Kırmızı.42kedi\0", False),
        ("\0", False),
        ("x" * 1025, False),
        ("x" * 100_000, False),
    ],
)
def test_b06_the_whole_password_matters_and_none_breaks_it(
    hasher: Argon2Hasher, kirmizi: str, password: str, right: bool
) -> None:
    assert hasher.matches(password, kirmizi) is right


@pytest.mark.parametrize(
    ("one", "other"),
    [("\u00e7ay", "c\u0327ay"), ("\u0130\u015f", "I\u0307s\u0327"), ("\ufb01l", "fil"), ("\uff11", "1")],
)
def test_s14_every_normal_form_of_a_password_is_the_password(hasher: Argon2Hasher, one: str, other: str) -> None:
    """Keyboards differ in how they compose `ç` and `İ`: NFKC, and nothing else."""
    assert hasher.matches(other, hasher.hash(one))


def test_dotless_i_is_another_letter(hasher: Argon2Hasher) -> None:
    stored = hasher.hash("ısı")
    assert not hasher.matches("isi", stored)


@pytest.mark.parametrize("password", ["\ud800", "a\0b", "x" * 1025, "\u20ac" * 342, "\ufdfa" * 100])
def test_s14_what_cannot_be_a_password_is_not_hashed(hasher: Argon2Hasher, password: str) -> None:
    with pytest.raises(ValueError, match="not a password"):
        hasher.hash(password)


def test_the_longest_password_is_hashed_whole(hasher: Argon2Hasher) -> None:
    stored = hasher.hash("x" * 1023 + "y")
    assert hasher.matches("x" * 1023 + "y", stored)
    assert not hasher.matches("x" * 1023 + "z", stored)


class Counting(Gate):
    """Counts what passes the gate, which is how many hashes are made."""

    def __init__(self) -> None:
        super().__init__(running=1, waiting=0)
        self.entries = 0

    @contextmanager
    def entered(self) -> Iterator[None]:
        self.entries += 1
        with super().entered():
            yield


@pytest.mark.parametrize("password", ["Kırmızı.42kedi", "nobody has this password", "", "\ud800", "x" * 5000])
def test_b15_nobody_matches_nothing_and_costs_the_same(kirmizi: str, password: str) -> None:
    gate = Counting()
    hasher = Argon2Hasher(gate)
    before = gate.entries
    assert not hasher.matches(password, None)
    assert gate.entries == before + 1
    hasher.matches(password, kirmizi)
    assert gate.entries == before + 2


@pytest.mark.parametrize(
    ("stored", "weaker"),
    [
        (made(), False),
        (made(memory=MEMORY_KIB // 2), True),
        (made(time=1), True),
        (made(memory=MEMORY_KIB * 2), False),
        (made(time=TIME_COST + 1), False),
        (made(memory=MEMORY_KIB * 2, time=1), True),
        (made(kind=argon2.Type.I), True),
        (made(kind=argon2.Type.D), True),
    ],
    ids=["policy", "less memory", "less time", "more memory", "more time", "more and less", "argon2i", "argon2d"],
)
def test_s13_a_hash_is_raised_and_never_lowered(hasher: Argon2Hasher, stored: str, weaker: bool) -> None:
    assert hasher.matches("Kırmızı.42kedi", stored)
    assert hasher.is_weaker_than_policy(stored) is weaker


def test_l26_past_the_queue_nobody_waits() -> None:
    """Eight come at once; two run, three wait, and nobody leaves before the other three were turned away."""
    gate = Gate(running=2, waiting=3)
    start, leave = threading.Barrier(8), threading.Event()
    turned_away, counting = threading.Semaphore(0), threading.Lock()
    running, most = 0, 0

    def hash_one() -> str:
        nonlocal running, most
        start.wait(PATIENCE)
        try:
            with gate.entered():
                with counting:
                    running += 1
                    most = max(most, running)
                assert leave.wait(PATIENCE)
                with counting:
                    running -= 1
        except TooBusy as refused:
            turned_away.release()
            return f"retry after {refused.retry_after}"
        return "hashed"

    with ThreadPoolExecutor(max_workers=8) as threads:
        outcomes = [threads.submit(hash_one) for _ in range(8)]
        for _ in range(3):
            assert turned_away.acquire(timeout=PATIENCE)
        leave.set()
        found = sorted(outcome.result(timeout=PATIENCE) for outcome in outcomes)
    assert found == ["hashed"] * 5 + ["retry after 2"] * 3
    assert most <= 2
    assert running == 0


def test_a_hash_that_fails_gives_its_place_back() -> None:
    gate = Gate(running=1, waiting=0)
    for _ in range(3):
        with pytest.raises(KeyError), gate.entered():
            raise KeyError
    with gate.entered(), pytest.raises(TooBusy), gate.entered():
        pass


def test_l26_a_full_house_refuses_before_any_work(kirmizi: str) -> None:
    gate = Gate(running=1, waiting=0)
    hasher = Argon2Hasher(gate)
    with gate.entered():
        with pytest.raises(TooBusy):
            hasher.matches("Kırmızı.42kedi", kirmizi)
        with pytest.raises(TooBusy):
            hasher.hash("Kırmızı.42kedi")
    assert hasher.matches("Kırmızı.42kedi", kirmizi)
