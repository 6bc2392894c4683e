"""Whatever is posted as a passkey's answer: read, refused or wrong, and never a fault of ours (B06, E05, S-16)."""

import json
from itertools import count
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from idp.factors.passkey import MOST_CHARACTERS, decoded, encoded
from idp.factors.second_factor import NotAnAnswer, Wrong
from tests.factors.test_passkey import Door
from tests.factors.trial import ASKING
from tests.software_authenticator import Answering, cbor

leaves = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | st.binary(max_size=80).map(encoded)
)
documents = st.recursive(
    leaves, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4)
)
DOOR = Door()
HONEST: dict[str, Any] = json.loads(DOOR.asked())
client_data = st.fixed_dictionaries(
    {},
    optional={
        "type": st.sampled_from(["webauthn.get", "webauthn.create", "x"]) | documents,
        "challenge": st.just(json.loads(decoded(HONEST["response"]["clientDataJSON"]))["challenge"]) | documents,
        "origin": st.just("https://giris.example") | documents,
        "crossOrigin": documents,
        "tokenBinding": documents,
    },
)
authenticator_data = st.binary(max_size=200) | st.builds(
    lambda flags, count, rest: bytes(32) + bytes([flags]) + count.to_bytes(4) + rest,
    st.integers(0, 255),
    st.integers(0, 2**32 - 1),
    st.binary(max_size=120),
)
answers = st.fixed_dictionaries(
    {},
    optional={
        "id": st.just(HONEST["id"]) | documents,
        "rawId": st.just(HONEST["rawId"]) | documents,
        "type": st.just("public-key") | documents,
        "authenticatorAttachment": st.sampled_from(["platform", "x"]) | documents,
        "response": st.fixed_dictionaries(
            {},
            optional={
                "clientDataJSON": client_data.map(lambda one: encoded(json.dumps(one).encode())) | documents,
                "authenticatorData": authenticator_data.map(encoded) | documents,
                "signature": st.binary(max_size=80).map(encoded) | documents,
                "userHandle": documents,
            },
        )
        | documents,
    },
)


def judged(typed: str) -> object:
    """NotAnAnswer, or Wrong: everything else is a fault."""
    try:
        given_back: object = DOOR.answer(typed)
    except NotAnAnswer as refused:
        return refused.fault
    finally:
        DOOR.database.rows.challenges.clear()
        DOOR.start()
    return given_back


@given(answers)
@settings(max_examples=300)
def test_b06_an_answer_made_of_anything_is_refused_or_wrong(answer: dict[str, Any]) -> None:
    assert judged(json.dumps(answer)) in ("malformed", Wrong("wrong"))


@given(documents.map(json.dumps) | st.text(max_size=60))
@settings(max_examples=200)
def test_b06_any_document_and_any_text_is_refused(typed: str) -> None:
    assert judged(typed) in ("empty", "malformed")


@given(st.sampled_from(["clientDataJSON", "authenticatorData", "signature"]), st.integers(0, 10_000))
@settings(max_examples=200)
def test_one_flipped_bit_anywhere_is_enough(member: str, place: int) -> None:
    DOOR.database.rows.challenges.clear()
    answer = json.loads(DOOR.asked())
    raw = bytearray(decoded(answer["response"][member]))
    raw[place // 8 % len(raw)] ^= 1 << place % 8
    answer["response"][member] = encoded(bytes(raw))
    assert judged(json.dumps(answer)) in ("malformed", Wrong("wrong"))


@pytest.mark.parametrize(
    "typed",
    [
        "{}",
        "[]",
        "null",
        "7",
        '"x"',
        "{",
        "\0",
        "\ud800",
        "NaN",
        "[" * MOST_CHARACTERS,
        '{"a":' * (MOST_CHARACTERS // 5),
        "9" * 5000,
        json.dumps(HONEST | {"type": "password"}),
        json.dumps(HONEST | {"rawId": None}),
        json.dumps(HONEST | {"rawId": "\ud800"}),
        json.dumps(HONEST | {"response": {}}),
        json.dumps(HONEST | {"response": HONEST["response"] | {"clientDataJSON": encoded(b"[]")}}),
        json.dumps(HONEST | {"response": HONEST["response"] | {"clientDataJSON": encoded(b"\xff\xfe")}}),
        json.dumps(HONEST | {"response": HONEST["response"] | {"clientDataJSON": encoded(b"[" * 9000)}}),
        json.dumps(HONEST | {"response": HONEST["response"] | {"authenticatorData": encoded(bytes(36))}}),
        json.dumps(HONEST | {"response": HONEST["response"] | {"authenticatorData": encoded(bytes(38))}}),
        json.dumps(HONEST | {"response": HONEST["response"] | {"userHandle": 7}}),
    ],
    ids=map(str, count()),  # what is typed holds fresh keys, and names must be the same in every worker
)
def test_b06_odd_documents_are_no_answers(typed: str) -> None:
    assert judged(typed) == "malformed"


@pytest.mark.parametrize(
    "extension",
    [b"\x9f" * 6000, b"\x5b" + b"\xff" * 8, b"\xbb" + b"\xff" * 8, b"\xc2\x5b" + b"\x7f" * 8, b"\xd8\x1e\x82\x01\x00"],
)
def test_e05_hostile_cbor_in_an_extension_is_no_answer(extension: bytes) -> None:
    """Deep, endless, or far too long by its own account; a fraction with a zero below."""
    data = bytes(32) + b"\x81" + bytes(4) + extension
    answer = HONEST | {"response": HONEST["response"] | {"authenticatorData": encoded(data)}}
    assert judged(json.dumps(answer)) in ("malformed", Wrong("wrong"))


def test_e05_what_is_too_long_is_not_even_parsed() -> None:
    honest = DOOR.asked()
    assert DOOR.passkey.read(honest + " " * (MOST_CHARACTERS - len(honest)))
    with pytest.raises(NotAnAnswer) as refused:
        DOOR.passkey.read(honest + " " * (MOST_CHARACTERS - len(honest) + 1))
    assert refused.value.fault == "malformed"


def test_nothing_typed_is_empty() -> None:
    with pytest.raises(NotAnAnswer) as refused:
        DOOR.passkey.read("")
    assert refused.value.fault == "empty"


def test_members_that_nobody_asked_for_do_no_harm() -> None:
    DOOR.database.rows.challenges.clear()
    answer = DOOR.asked(Answering(client_data={"other_keys_can_be_added_here": "x", "topOrigin": "https://x"}))
    more = json.loads(answer) | {"authenticatorAttachment": "cross-platform", "acr": "urn:esik:acr:phishing-resistant"}
    assert getattr(DOOR.answer(json.dumps(more)), "credential", None) == "mine"


def test_what_was_not_parsed_is_not_judged() -> None:
    """Behind `read` the factor still believes nobody."""
    challenge = DOOR.start()
    with DOOR.open() as uow:
        assert DOOR.passkey.weigh(uow, "{}", ASKING)() is False
    assert DOOR.judge(challenge, "{}") == Wrong("wrong")


def test_the_encoder_of_these_tests_speaks_cbor() -> None:
    """RFC 8949, appendix A."""
    known = {0: "00", 23: "17", 24: "1818", 1000: "1903e8", 1000000: "1a000f4240", -1: "20", -1000: "3903e7"}
    assert {number: cbor(number).hex() for number in known} == known
    assert cbor({"a": 1, "b": b"\1\2"}).hex() == "a2616101616242" + "0102"
