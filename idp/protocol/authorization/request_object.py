"""A request object: parameters that the client signed, sent as `request` or published at a registered `request_uri`.

OpenID Connect Core §6, RFC 9101; REQ-01 to REQ-07, AL-27, AL-28. What is inside wins over what stands outside, and from
here on every check sees the two as one request (Core §6.3.3).
"""

import base64
import hashlib
import json
from collections.abc import Mapping
from typing import Any

from idp.protocol.authorization.asked import Asked
from idp.protocol.documents import FLEETING, document
from idp.protocol.errors import ProtocolError, Reason
from idp.protocol.jose import client_signatures
from idp.protocol.jose.client_keys import signing_keys_of
from idp.protocol.jose.client_signatures import NotBelieved
from idp.protocol.parameters import Parameters

_TYPES = ("jwt", "oauth-authz-req+jwt")
_CLAIMS = frozenset({"iss", "sub", "aud", "exp", "nbf", "iat", "jti"})
"""About the object itself (RFC 7519 §4.1), and no parameters."""

PARAMETERS = frozenset(
    {"response_type", "client_id", "redirect_uri", "scope", "state", "nonce", "response_mode", "resource"}
    | {"code_challenge", "code_challenge_method", "prompt", "max_age", "acr_values", "claims", "id_token_hint"}
    | {"login_hint", "ui_locales", "claims_locales", "display", "registration"}
)
"""Every parameter of an authorization request but the object itself."""


def request_object(asked: Asked) -> None:
    """Verify it, and take its parameters in. Raises DocumentNeeded, for the object itself or for the client's keys."""
    by_value, by_reference = asked.get("request"), asked.get("request_uri")
    if by_value is not None and by_reference is not None:  # Core §6.1
        raise ProtocolError(Reason.REQUEST_TWICE)
    if by_reference is not None:
        by_value = _published(asked, by_reference)
    if by_value is None:
        return
    inside = _verified(asked, by_value)
    if not _concerns_us(asked, inside):
        raise ProtocolError(Reason.REQUEST_OBJECT_CLAIMS)
    if inside.keys() & {"request", "request_uri"} or not _agrees(asked, inside):
        raise ProtocolError(Reason.REQUEST_OBJECT_PARAMETERS)
    asked.parameters = _merged(asked.parameters, inside)


def _published(asked: Asked, uri: str) -> str:
    """The registered address, compared whole (REQ-04, REQ-05). A copy serves for seconds: the next may be another.

    Where the fragment is the SHA-256 of what was fetched (Core §6.2), nothing else can be meant, and it serves on.
    """
    if uri not in asked.client.metadata.request_uris:
        raise ProtocolError(Reason.REQUEST_URI)
    kept = asked.uow.documents.by_uri(uri)
    if kept is not None and kept.body is not None and uri.partition("#")[2] == _hash(kept.body):
        return kept.body
    body = document(asked.uow, uri, asked.issuer.clock.now(), freshness=FLEETING)
    if body is None:
        raise ProtocolError(Reason.REQUEST_URI)
    return body


def _verified(asked: Asked, sent: str) -> Mapping[str, Any]:
    """Signed by the client, by the algorithm that it registered, if any; never by none."""
    registered = asked.client.metadata.request_object_signing_alg
    try:
        token = client_signatures.unproved(sent.strip())
        fits = registered in (None, token.alg) and (token.typ or "jwt").lower() in _TYPES
        now = asked.issuer.clock.now()
        keys = signing_keys_of(asked.uow, asked.client, now, token.kid, token.alg) if fits else ()
        return client_signatures.proved(token, keys)
    except NotBelieved as refused:
        raise ProtocolError(Reason.REQUEST_OBJECT) from refused


def _concerns_us(asked: Asked, inside: Mapping[str, Any]) -> bool:
    """From this client, for this issuer, at this time, as far as it says so (Core §6.1, RFC 9101 §6.3).

    With the client as `sub` it may be something else that the client signed: its assertion (RFC 9101 §10.8).
    """
    client_id = asked.client.client_id
    if inside.get("iss", client_id) != client_id or inside.get("sub") == client_id:
        return False
    if "aud" in inside and not client_signatures.is_meant_for(inside, (asked.issuer.identifier,)):
        return False
    return client_signatures.in_time(inside, asked.issuer.clock.now())


def _agrees(asked: Asked, inside: Mapping[str, Any]) -> bool:
    """Core §6.1: what makes the request an OAuth one is the same inside and outside, where it is said twice."""
    if inside.get("client_id", asked.client.client_id) != asked.client.client_id:
        return False
    outer, inner = asked.get("response_type"), inside.get("response_type")
    if outer is None or inner is None:
        return True
    return isinstance(inner, str) and sorted(inner.split(" ")) == sorted(outer.split(" "))


def _merged(outside: Parameters, inside: Mapping[str, Any]) -> Parameters:
    values = {name: value for name, value in outside.values.items() if name not in {"request", "request_uri"}}
    several = dict(outside.several)
    for name, value in inside.items():
        if name in _CLAIMS:
            continue
        each = value if name == "resource" and isinstance(value, list) else [value]  # RFC 8707 §2
        texts = tuple(_text(name, one) for one in each)
        values[name] = "".join(texts[:1])
        several.pop(name, None)
        if len(texts) > 1:
            several[name] = texts
    return Parameters({name: value for name, value in values.items() if value}, outside.repeated, several)


def _text(name: str, value: object) -> str:
    """As the parameter would stand in a query (AL-28): `max_age` may be a number here, `claims` an object (Core §6.1).

    A parameter that nobody knows is ignored, whatever its type is (RFC 6749 §3.1).
    """
    if isinstance(value, str):
        return value
    if name == "max_age" and type(value) is int:
        return str(value)
    if name in {"claims", "registration"} and isinstance(value, dict):
        return json.dumps(value)
    if name not in PARAMETERS:
        return ""
    raise ProtocolError(Reason.REQUEST_OBJECT_PARAMETERS)


def _hash(body: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(body.encode()).digest()).rstrip(b"=").decode()
