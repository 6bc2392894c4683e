"""Records inside one column: what is written is read again, and nothing else is read at all."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idp.domain.authorization_request import AuthorizationRequest, Prompt, RequestedClaims
from idp.domain.client_metadata import ResponseMode, ResponseType
from idp.domain.evidence import Evidence, Method, Proof
from idp.domain.level import Level
from idp.domain.login import AccountVisit, PasswordRecovery, Requirement
from idp.store import codec
from tests.store.samples import LOGIN, PROOF, REQUEST

_text = st.text()
_texts = st.lists(_text, max_size=4).map(tuple)
_maybe = st.none() | _text
_levels = st.sampled_from(Level)

requests = st.builds(
    AuthorizationRequest,
    client_id=_text,
    redirect_uri=_text,
    scope=_texts,
    state=_maybe,
    nonce=_maybe,
    code_challenge=_maybe,
    prompt=st.frozensets(st.sampled_from(Prompt)),
    max_age=st.none() | st.integers(min_value=0),
    wished_levels=st.lists(_levels, max_size=3).map(tuple),
    essential_levels=st.none() | st.lists(_levels, max_size=3).map(tuple),
    claims=st.builds(RequestedClaims, userinfo=_texts, id_token=_texts),
    login_hint=_maybe,
    hinted_subjects=_texts,
    ui_locales=_texts,
)
requirements = st.builds(
    Requirement,
    level=_levels,
    max_age=st.none() | st.integers(min_value=0),
    wish=_levels,
    renew=st.booleans(),
    choose_account=st.booleans(),
    satisfiable=st.booleans(),
)
evidence = st.lists(
    st.builds(
        Proof,
        method=st.sampled_from(Method),
        citizen_id=_text,
        login_id=_text,
        credential=_text,
        proved_at=st.integers(min_value=0),
    ),
    max_size=4,
).map(tuple)


@given(requests | st.builds(AccountVisit, path=_text) | st.builds(PasswordRecovery, login_id=_maybe))
def test_a_purpose_is_read_as_written(purpose: AuthorizationRequest | AccountVisit | PasswordRecovery) -> None:
    stored = codec.dump_purpose(purpose)
    assert codec.load_purpose(stored) == purpose
    assert stored.isascii()
    assert "\0" not in stored


def test_l_22_what_the_former_version_does_not_know_is_written_only_where_it_is_asked_for() -> None:
    """Its strict reader would stop at every login of a node that was upgraded before it."""
    new = {"response_type", "response_mode", "resource"}
    plain = replace(REQUEST, response_type=ResponseType.CODE, response_mode=ResponseMode.QUERY, resource=())
    assert not new & json.loads(codec.dump_purpose(plain)).keys()
    asked = replace(plain, response_mode=ResponseMode.FORM_POST, resource=("https://api.example/",))
    assert new & json.loads(codec.dump_purpose(asked)).keys() == {"response_mode", "resource"}


def test_l_22_auth_23_one_demanded_subject_is_written_as_before() -> None:
    one, several = (replace(REQUEST, hinted_subjects=subjects) for subjects in (("a",), ("a", "b", "c")))
    stored = json.loads(codec.dump_purpose(one))
    assert (stored["hinted_subject"], "other_hinted_subjects" in stored) == ("a", False)
    stored = json.loads(codec.dump_purpose(several))
    assert (stored["hinted_subject"], stored["other_hinted_subjects"]) == ("a", ["b", "c"])
    assert codec.load_purpose(json.dumps(stored)) == several


@given(requirements)
def test_a_requirement_is_read_as_written(requirement: Requirement) -> None:
    assert codec.load_requirement(codec.dump_requirement(requirement)) == requirement


@given(evidence)
def test_evidence_is_read_as_written(proofs: Evidence) -> None:
    assert codec.load_evidence(codec.dump_evidence(proofs)) == proofs


@given(_texts)
def test_texts_are_read_as_written(values: tuple[str, ...]) -> None:
    assert codec.load_texts(codec.dump_texts(values)) == values


_TEXTS = {"client_id", "redirect_uri", "state", "nonce", "code_challenge", "login_hint", "hinted_subject", "path"} | {
    *("recovers", "response_type", "response_mode")
}
_ABSENT_BEFORE = {"wished_levels", "wish", "response_type", "response_mode", "resource", "other_hinted_subjects"}
_STORED: tuple[tuple[Callable[[str], object], dict[str, Any]], ...] = (
    (codec.load_purpose, json.loads(codec.dump_purpose(REQUEST))),
    (codec.load_purpose, json.loads(codec.dump_purpose(AccountVisit("/hesabim")))),
    (codec.load_requirement, json.loads(codec.dump_requirement(LOGIN.requirement))),
    (codec.load_purpose, json.loads(codec.dump_purpose(PasswordRecovery("login-1")))),
)


def _damaged() -> list[tuple[Callable[[str], object], object]]:
    damaged: list[tuple[Callable[[str], object], object]] = []
    for load, stored in _STORED:
        damaged.append((load, stored | {"a field of a later version": None}))
        damaged.append((load, list(stored.values())))
        for name in stored:
            if name not in _ABSENT_BEFORE:
                damaged.append((load, {key: value for key, value in stored.items() if key != name}))
            for wrong in (1.5, {"a": 1}, [1.5], [None], 7 if name in _TEXTS else "7"):
                damaged.append((load, stored | {name: wrong}))
    requirement = _STORED[2][1]
    damaged += [(codec.load_requirement, requirement | {name: 9}) for name in ("level", "wish")]
    damaged += [(codec.load_requirement, requirement | {name: True}) for name in ("level", "wish")]
    damaged += [(codec.load_purpose, _STORED[0][1] | {"wished_levels": wished}) for wished in ([9], [True], None, 2)]
    damaged.append((codec.load_purpose, _STORED[0][1] | {"prompt": ["unknown"]}))
    damaged.append((codec.load_purpose, _STORED[0][1] | {"claims": {"userinfo": []}}))
    proof = [PROOF.method, PROOF.citizen_id, PROOF.login_id, PROOF.credential, PROOF.proved_at]
    no_evidence: tuple[object, ...] = (proof, [proof[:4]], [[*proof, 1]], [["palm", *proof[1:]]], [[*proof[:4], "1"]])
    damaged += [(codec.load_evidence, value) for value in (*no_evidence, {}, None)]
    no_texts: tuple[object, ...] = ("text", [1], {}, None)
    damaged += [(codec.load_texts, value) for value in no_texts]
    return damaged


def test_anything_else_is_unreadable() -> None:
    """Fail closed: a login does not go on by half of what it requires."""
    damaged = _damaged()
    assert len(damaged) > 100
    for load, value in damaged:
        with pytest.raises(codec.Unreadable):
            load(json.dumps(value))


def test_what_the_former_version_wrote_wishes_nothing() -> None:
    """L-23: a login that was begun before an upgrade goes on after it."""
    request = {name: value for name, value in _STORED[0][1].items() if name != "wished_levels"}
    assert codec.load_purpose(json.dumps(request)) == replace(REQUEST, wished_levels=())
    requirement = {name: value for name, value in _STORED[2][1].items() if name != "wish"}
    assert codec.load_requirement(json.dumps(requirement)) == replace(LOGIN.requirement, wish=Level.PASSWORD)


@pytest.mark.parametrize("stored", ["", "{", "nul"])
def test_what_is_not_json_is_unreadable(stored: str) -> None:
    with pytest.raises(codec.Unreadable):
        codec.load(stored)
