"""Encryption at rest (security.md §6.4, E04): under its key, at its place, unaltered, or not at all."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idp.crypto.sealing import CannotOpen, Sealer

KEY = bytes(range(32))
SEALER = Sealer(KEY, "k1")
PLACE = {"table": "signing_key", "row_id": "kid-1", "purpose": "private_jwk"}
SEALED = SEALER.seal("123456 gizli", **PLACE)


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"])))
def test_what_was_sealed_opens(text: str) -> None:
    assert SEALER.open(SEALER.seal(text, **PLACE), **PLACE) == text


def test_e04_nothing_of_the_text_shows_and_no_two_seals_are_alike() -> None:
    again = SEALER.seal("123456 gizli", **PLACE)
    assert again != SEALED
    assert SEALED.startswith("v1.k1.")
    assert b"gizli" not in base64.urlsafe_b64decode(SEALED.split(".")[2])


@pytest.mark.parametrize("part", list(PLACE))
def test_e04_a_value_moved_to_another_place_does_not_open(part: str) -> None:
    with pytest.raises(CannotOpen):
        SEALER.open(SEALED, **(PLACE | {part: "another"}))


@pytest.mark.parametrize("other", [Sealer(bytes(32), "k1"), Sealer(KEY, "k2"), Sealer(bytes(32), "k2")])
def test_e04_another_key_does_not_open_it(other: Sealer) -> None:
    with pytest.raises(CannotOpen):
        other.open(SEALED, **PLACE)


def test_a_value_relabelled_with_another_key_id_does_not_open() -> None:
    with pytest.raises(CannotOpen):
        Sealer(KEY, "k2").open(SEALED.replace(".k1.", ".k2."), **PLACE)


def test_e04_no_altered_bit_opens() -> None:
    version, key_id, body = SEALED.split(".")
    raw = bytearray(base64.urlsafe_b64decode(body))
    for index in range(len(raw)):
        altered = bytes(byte ^ (position == index) for position, byte in enumerate(raw))
        with pytest.raises(CannotOpen):
            SEALER.open(f"{version}.{key_id}.{base64.urlsafe_b64encode(altered).decode()}", **PLACE)


@pytest.mark.parametrize(
    "text",
    ["", "v1", "v1.k1", "v1.k1.", "v1.k1.AAAA", "v1.k1.A", "v2" + SEALED[2:], "v1.k1.ş", SEALED[:-8], "123456"],
    ids=range(10),  # a sealed text differs in every process
)
def test_what_was_never_sealed_does_not_open(text: str) -> None:
    with pytest.raises(CannotOpen):
        SEALER.open(text, **PLACE)


def test_e03_a_failure_tells_neither_key_nor_text() -> None:
    with pytest.raises(CannotOpen) as failed:
        Sealer(bytes(32), "k1").open(SEALED, **PLACE)
    assert SEALED not in str(failed.value)
    assert "gizli" not in str(failed.value)


@pytest.mark.parametrize("length", [0, 16, 31, 33, 64])
def test_e06_only_a_key_of_256_bits_will_do(length: int) -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        Sealer(bytes(length), "k1")


def test_a_key_id_with_a_dot_is_refused_or_works() -> None:
    """The key id stands between dots in what is stored: a value that could not be opened again must not be made."""
    try:
        sealer = Sealer(KEY, "2026.1")
    except ValueError:
        return
    assert sealer.open(sealer.seal("text", **PLACE), **PLACE) == "text"


def test_places_whose_parts_run_together_are_different_places() -> None:
    """A bar inside a row's id must not make it another row's purpose."""
    sealed = SEALER.seal("text", table="t", row_id="a|b", purpose="c")
    with pytest.raises(CannotOpen):
        SEALER.open(sealed, table="t", row_id="a", purpose="b|c")
