"""A verb and the documents that it needs: asked for between two runs, or done without (D15, TOKEN-17)."""

import pytest

from idp.domain.errors import TooBusy
from idp.protocol.documents import LASTING, Attempts, DocumentNeeded, document
from tests.protocol.memory import UnitOfWork

URI = "https://rp.example/jwks"
NOW = 1_800_000_000


def too_many(_: str) -> None:
    raise TooBusy(retry_after=1)


@pytest.fixture
def uow() -> UnitOfWork:
    return UnitOfWork((), ())


def kept(uow: UnitOfWork, age: int) -> None:
    uow.documents.publish(URI, "a copy", NOW - age)


def test_a_verb_runs_again_with_what_was_fetched(uow: UnitOfWork) -> None:
    attempts = Attempts(lambda uow: document(uow, URI, NOW), lambda uri: uow.documents.publish(uri, "fresh", NOW))
    with pytest.raises(DocumentNeeded) as needed:
        attempts.run(uow)
    attempts.have(needed.value)
    assert attempts.run(uow) == "fresh"


@pytest.mark.parametrize("age", [LASTING.young, LASTING.usable - 1])
def test_d15_a_usable_copy_serves_where_nobody_can_be_sent(uow: UnitOfWork, age: int) -> None:
    kept(uow, age)
    attempts = Attempts(lambda uow: document(uow, URI, NOW), too_many)
    with pytest.raises(DocumentNeeded) as needed:
        attempts.run(uow)
    attempts.have(needed.value)
    assert attempts.run(uow) == "a copy"


def test_d15_without_a_usable_copy_the_caller_comes_again(uow: UnitOfWork) -> None:
    attempts = Attempts(lambda uow: document(uow, URI, NOW), too_many)
    for known in (None, LASTING.usable, LASTING.usable + 1000):
        if known is not None:
            kept(uow, known)
        with pytest.raises(DocumentNeeded) as needed:
            attempts.run(uow)
        with pytest.raises(TooBusy):
            attempts.have(needed.value)


def test_token_17_d15_a_copy_that_lacks_the_key_does_not_serve(uow: UnitOfWork) -> None:
    """Refusing a client for a key that it may well have published would last for a minute."""
    kept(uow, LASTING.young)
    attempts = Attempts(lambda uow: document(uow, URI, NOW) and document(uow, URI, NOW, lacks=True), too_many)
    with pytest.raises(DocumentNeeded) as needed:
        attempts.run(uow)
    attempts.have(needed.value)
    with pytest.raises(DocumentNeeded) as needed:
        attempts.run(uow)
    with pytest.raises(TooBusy):
        attempts.have(needed.value)


def test_the_next_request_asks_again(uow: UnitOfWork) -> None:
    kept(uow, LASTING.young)
    uow.documents.out_of_reach = frozenset({URI})
    with pytest.raises(DocumentNeeded):
        Attempts(lambda uow: document(uow, URI, NOW), too_many).run(uow)
