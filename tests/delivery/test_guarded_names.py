"""Questions to a resolver that may never answer: few for each party, and nobody is bound to wait (R-13, D15)."""

import threading
from collections.abc import Iterable

import pytest

from idp.delivery.guarded_names import Addresses, Names


class Silence:
    """A resolver that answers when the test lets it."""

    def __init__(self) -> None:
        self.over = threading.Event()

    def __call__(self, _host: str, _port: int) -> Iterable[str]:
        assert self.over.wait(20)
        return ["192.0.2.1"]


def asked(names: Names, host: str) -> Addresses:
    names.ask(host, 443, into=(answer := Addresses()))
    return answer


def test_d15_a_party_has_four_questions_open_and_then_again_four() -> None:
    names = Names(silence := Silence())
    try:
        for _ in range(2):
            silence.over.clear()
            open_ones = [asked(names, f"{number}.evil.example") for number in range(4)]
            with pytest.raises(OSError, match="too many"):
                asked(names, "one-more.evil.example")
            other = asked(names, "rp.example")
            silence.over.set()
            assert {one.result(10) for one in (*open_ones, other)} == {("192.0.2.1",)}
    finally:
        silence.over.set()


def test_d15_all_parties_together_have_an_end() -> None:
    names = Names(silence := Silence())
    try:
        open_ones = [asked(names, f"{number}.example") for number in range(64)]
        with pytest.raises(OSError, match="too many"):
            asked(names, "rp.example")
    finally:
        silence.over.set()
    for one in open_ones:
        one.result(10)
    assert asked(names, "rp.example").result(10) == ("192.0.2.1",)


def test_an_answer_that_nobody_waits_for_is_dropped() -> None:
    names = Names(silence := Silence())
    assert all(asked(names, "rp.example").cancel() for _ in range(4))
    silence.over.set()
    for thread in threading.enumerate():
        if thread.name == "names":
            thread.join(10)
    assert asked(names, "rp.example").result(10) == ("192.0.2.1",)


@pytest.mark.parametrize("failure", [OSError("no such name"), UnicodeError("a label too long")])
def test_what_the_resolver_raises_is_told(failure: Exception) -> None:
    def failing(_host: str, _port: int) -> Iterable[str]:
        raise failure

    with pytest.raises(type(failure), match=str(failure)):
        asked(Names(failing), "rp.example").result(10)
