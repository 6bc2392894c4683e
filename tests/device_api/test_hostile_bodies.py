"""L-32, E05: no body, header or address that a device sends is a fault of ours."""

import json
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.device_api.phones import post
from tests.town import Town

_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=40),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=12,
)
_member = st.sampled_from(["pairing_code", "name", "public_key", "proof", "decision", "kty", "crv", "x", "y"])
_like_ours = st.dictionaries(_member, _json, max_size=5)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(body=_json | _like_ours | st.binary(max_size=200))
def test_l32_no_body_is_a_fault(the_town: Town, body: object) -> None:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    for path in ("/device/v1/pairings", "/device/v1/approvals/x/decision"):
        answer = post(the_town, path, raw, address="127.0.0.1")
        assert answer.status in {400, 401, 404, 422}, (answer.status, raw)
        assert answer.headers["content-type"] == "application/problem+json"


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(
    value=st.text(alphabet=st.characters(min_codepoint=32, max_codepoint=255), max_size=300), path=st.text(max_size=20)
)
def test_l32_no_authorization_and_no_address_is_a_fault(the_town: Town, value: str, path: str) -> None:
    for address in ("/device/v1/approvals", f"/device/v1/pairings/{quote(path, safe='', errors='replace')}"):
        answer = the_town.call("GET", address, headers={"authorization": f"Device {value}"})
        assert answer.status in {401, 404, 405}, (answer.status, address)


@pytest.mark.parametrize("path", ["/device/v1/pairings", "/device/v1/approvals/x/decision"])
def test_e05_huge_deep_and_unreadable_bodies_are_refused_early(the_town: Town, path: str) -> None:
    for raw, expected in (
        (b'{"decision":"' + b"x" * 20_000 + b'"}', 413),
        (b"[" * 10_000, 400),
        (b'{"a":' * 2_500 + b"1" + b"}" * 2_500, 400),
        (b"\xff\xfe", 400),
        (b"", 422),
        (b"null", 422),
        (b'{"decision": NaN}', 422),
    ):
        answer = post(the_town, path, raw)
        assert answer.status in {expected, 422}, raw[:20]
        assert (answer.status == 413) == (expected == 413)
        assert answer.headers["content-type"] == "application/problem+json", raw[:20]
