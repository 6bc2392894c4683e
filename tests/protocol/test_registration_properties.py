"""No metadata gives anything but a client or a clear refusal, and what is told can be sent back."""

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from idp.domain.client import Client
from idp.protocol.errors import WIRE
from idp.protocol.registration import unsupported
from idp.store.client_metadata import dump_metadata, load_metadata
from tests.protocol.registering import EC_JWKS, EVERYTHING, JWKS, MINIMAL, OURS, Registrant, open_world
from tests.protocol.world import body_of

NAMES = sorted(
    {
        *EVERYTHING,
        *unsupported.MEMBERS,
        *unsupported.SWITCHES,
        *("jwks_uri", "sector_identifier_uri", "software_statement", "userinfo_encrypted_response_enc", "x"),
    }
)
WORDS = [
    *("", "code", "id_token", "id_token token", "authorization_code", "implicit", "refresh_token"),
    *("client_credentials", "none", "private_key_jwt", "client_secret_post", "native", "web", "public"),
    *("RS256", "EdDSA", "HS256", "ECDH-ES", "RSA-OAEP-256", "A256GCM", "openid", "openid offline_access"),
    *("https://rp.example/cb", "https://rp.example/x#y", "http://localhost/cb", "org.app:/cb", "javascript:x"),
    *("urn:esik:acr:two-step", "İ", "\ud800", "\0"),
]
plain: st.SearchStrategy[Any] = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.sampled_from(WORDS)
    | st.text(max_size=20)
    | st.sampled_from([JWKS, EC_JWKS, {"keys": []}])
)
anything = st.recursive(
    plain,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
tags = st.sampled_from(["", "#tr", "#en-GB", "#x_y", "#"])
names = st.builds(str.__add__, st.sampled_from(NAMES), tags) | st.text(max_size=8)
hostile = st.dictionaries(names, anything, max_size=6)
"""Right names with wrong values."""
honest = st.fixed_dictionaries({}, optional={name: st.just(value) for name, value in EVERYTHING.items()})
"""Any part of a registration that is right as a whole."""


def judged(metadata: dict[str, Any]) -> Registrant | None:
    """Whoever registered so; None after a refusal in words of ours."""
    registrant = Registrant(open_world(implicit=True, allows_loopback=True))
    registrant.world.uow.documents.publish("https://rp.example/cb", "[]", registrant.world.clock.now())
    answer = registrant.posts(metadata)
    body = body_of(answer)
    if answer.status == 201:
        registrant.told = body
        return registrant
    assert answer.status == 400
    told = body["error_description"]
    assert any(told.endswith(text) and body["error"] == code for code, text in WIRE.values())
    assert told.isascii() and not set(told) & set('"\\\r\n')
    return None


@given(hostile, st.booleans())
def test_r_74_e01_no_input_gives_anything_but_a_client_or_a_refusal(metadata: dict[str, Any], complete: bool) -> None:
    registrant = judged((MINIMAL if complete else {}) | metadata)
    if registrant is not None:
        is_repeatable(registrant)


@given(honest)
def test_dcr_12_what_is_told_makes_the_same_client_again(metadata: dict[str, Any]) -> None:
    registrant = judged(MINIMAL | metadata)
    if registrant is not None:
        assert metadata.items() <= registrant.told.items()
        is_repeatable(registrant)


@given(st.binary(max_size=200))
def test_no_body_is_a_fault_of_ours(body: bytes) -> None:
    assert Registrant().posts(body).status == 400


def is_repeatable(registrant: Registrant) -> None:
    """Through a PUT, and through the database's column."""
    before: Client = registrant.client
    assert load_metadata(dump_metadata(before.metadata)) == before.metadata
    sent = {name: value for name, value in registrant.told.items() if name not in OURS}
    assert registrant.replaces(json.loads(json.dumps(sent))) == registrant.told
    assert registrant.client == before
