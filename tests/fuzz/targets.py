"""What is fuzzed: each target takes bytes, hands them to the provider, and asserts what must hold whatever they are.

A target that returns has seen a proper answer. Every world is new, so a finding is its input alone.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from idp.domain.client import ClientAuthMethod, PkcePolicy
from idp.domain.client_metadata import ClientMetadata
from idp.protocol.client_auth.private_key_jwt import ASSERTION_TYPE
from idp.protocol.documents import DocumentNeeded
from idp.protocol.issuer import Registration
from idp.protocol.jose.client_keys import public_keys
from idp.protocol.messages import Acceptable, ErrorPage, FormPost, Redirect
from idp.protocol.server import Options
from tests.protocol.client_jwts import jwks, public
from tests.protocol.world import CALLBACK, FORM, MHRS, ORIGIN, World

SIGNING = replace(
    MHRS,
    client_id="signing",
    auth_method=ClientAuthMethod.PRIVATE_KEY_JWT,
    secret_hash=None,
    pkce=PkcePolicy.OPTIONAL,
    metadata=ClientMetadata(jwks=jwks(public("P-256", kid="ec"), public("Ed25519", kid="ed"))),
)


def redirect_uri(data: bytes) -> None:
    """D01, R-01: whatever is asked, the browser goes to a registered address or stays here."""
    asked = _text(data)
    answer = _world().check(redirect_uri=asked)
    if asked in MHRS.redirect_uris:
        assert isinstance(answer, Acceptable)
    else:
        assert isinstance(answer, ErrorPage)


def claims_parameter(data: bytes) -> None:
    """D16: honoured or refused at the registered address."""
    _came_back(_world().check(claims=_text(data)))


def basic_header(data: bytes) -> None:
    """D07, AL-05: nobody is authenticated, and nothing breaks."""
    world = _world()
    fields = {"grant_type": "authorization_code", "code": "x"}
    answer = world.post(fields, headers=FORM | {"authorization": "Basic " + _text(data)})
    assert answer.status in {400, 401}
    assert json.loads(answer.body)["error"] in {"invalid_client", "invalid_request"}


def client_assertion(data: bytes) -> None:
    """D07, D13: without the private key nobody is the client."""
    world = _world()
    fields = {
        "grant_type": "authorization_code",
        "code": "x",
        "client_assertion_type": ASSERTION_TYPE,
        "client_assertion": _text(data),
    }
    answer = world.post(fields, headers=FORM)
    assert answer.status in {400, 401}
    assert not world.uow.spent.rows


def key_set(data: bytes) -> None:
    """D17, R-75: public keys of use, or ValueError."""
    try:
        keys = public_keys(_text(data))
    except ValueError:
        return
    assert not any(one.key.is_private for one in keys)


def request_object(data: bytes) -> None:
    """REQ-05, D16: without the client's key nothing inside counts."""
    answer = _world().check(client=SIGNING, request=_text(data))
    assert not isinstance(answer, Acceptable) or not data  # without a value it was not sent (RFC 6749 §3.1)
    _came_back(answer)


def registration(data: bytes) -> None:
    """DCR-13: a client is made, or the mistake is named."""
    world = _world()
    try:
        answer = world.provider.register(world.uow, {"content-type": "application/json"}, data, ORIGIN)
    except DocumentNeeded:
        return
    assert answer.status in {201, 400}
    assert ("error" in json.loads(answer.body)) == (answer.status == 400)


def token(data: bytes) -> None:
    """D05, D13: no bytes but our own are an access token, an ID token hint or a refresh token."""
    world, sent = _world(), _text(data)
    assert world.userinfo(sent).status in {400, 401}
    _came_back(world.check(id_token_hint=sent))
    refresh = {"grant_type": "refresh_token", "refresh_token": sent, "client_id": "public"}
    assert world.post(refresh, headers=FORM).status in {400, 401}


TARGETS: Mapping[str, Callable[[bytes], None]] = {
    target.__name__: target
    for target in (
        *(redirect_uri, claims_parameter, basic_header, client_assertion, key_set, request_object, registration),
        token,
    )
}

SEEDS: Mapping[str, tuple[bytes, ...]] = {
    "redirect_uri": (CALLBACK.encode(), b"https://rp.example/other?tenant=7", b"https://rp.example@evil.example/"),
    "claims_parameter": (
        b'{"id_token":{"acr":{"essential":true,"values":["urn:esik:acr:two-step"]}}}',
        b'{"userinfo":{}}',
    ),
    "basic_header": (b"bWhyczpzZWNyZXQ=", b"%3A:"),
    "client_assertion": (b"eyJhbGciOiJFUzI1NiIsImtpZCI6ImVjIn0.eyJpc3MiOiJzaWduaW5nIiwic3ViIjoic2lnbmluZyJ9.AA",),
    "key_set": (SIGNING.metadata.jwks.encode() if SIGNING.metadata.jwks else b"",),
    "request_object": (b"eyJhbGciOiJFUzI1NiJ9.eyJjbGllbnRfaWQiOiJzaWduaW5nIn0.AA",),
    "registration": (b'{"redirect_uris":["https://rp.example/cb"],"jwks":{"keys":[]}}',),
    "token": (b"eyJhbGciOiJFUzI1NiIsInR5cCI6ImF0K2p3dCJ9.e30.AA",),
}


def _world() -> World:
    world = World(options=Options(registration=Registration.OPEN))
    world.uow.clients.add(SIGNING)
    return world


def _came_back(answer: Any) -> None:
    """To the registered address, or nowhere."""
    assert isinstance(answer, Acceptable | Redirect | FormPost | ErrorPage)
    if isinstance(answer, Redirect):
        assert answer.location.startswith(f"{CALLBACK}?")
        assert answer.location.isascii()
        assert answer.location.isprintable()


def _text(data: bytes) -> str:
    """As a parameter arrives: percent-decoded UTF-8, in which anything may stand."""
    return data.decode("utf-8", "replace")
