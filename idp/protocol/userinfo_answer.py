"""What UserInfo answers with: plain JSON, or what the client registered instead (OpenID Connect Core §5.3.2).

Signed, encrypted, or signed and then encrypted. The header `Accept` changes nothing (UINFO-08).
"""

import json
from typing import Any

from idp.domain.client import Client
from idp.protocol.issuer import Issuer
from idp.protocol.jose.encryption import encrypted, recipient_key
from idp.protocol.messages import JsonAnswer
from idp.protocol.ports import UnitOfWork

_NOT_KEPT = (("Cache-Control", "no-store"), ("Pragma", "no-cache"))
_JSON = (("Content-Type", "application/json"), *_NOT_KEPT)
_JWT = (("Content-Type", "application/jwt"), *_NOT_KEPT)


def answered(issuer: Issuer, uow: UnitOfWork, client: Client, released: dict[str, Any], now: int) -> JsonAnswer:
    """The claims in the client's registered form. Raises DocumentNeeded, and ProtocolError without a key for it."""
    signing, wanted = client.metadata.userinfo_signed_response_alg, client.metadata.userinfo_encryption
    if signing is None and wanted is None:
        return JsonAnswer(200, _text(released).encode(), _JSON)
    content = _text(released) if signing is None else _signed(issuer, client, released, signing)
    if wanted is not None:
        key = recipient_key(uow, client, wanted, now)
        content = encrypted(content, key, wanted, content_type=None if signing is None else "JWT")
    return JsonAnswer(200, content.encode(), _JWT)


def _signed(issuer: Issuer, client: Client, released: dict[str, Any], alg: str) -> str:
    """For this client alone (UINFO-05). Without `typ`, `nonce` and `exp` it passes for no other token of ours (D12)."""
    for_client = released | {"iss": issuer.identifier, "aud": client.client_id}
    return issuer.keys.sign(for_client, alg=alg, typ=None)


def _text(released: dict[str, Any]) -> str:
    return json.dumps(released, ensure_ascii=False, separators=(",", ":"))
