"""Encrypting an answer to the relying party it is for (OpenID Connect Core §10.2; RFC 7516).

With its public key alone: a client secret encrypts nothing, since only its hash is kept. Who registered encryption is
never answered in the clear.
"""

from joserfc import jwe
from joserfc.errors import JoseError

from idp.domain.client import Client
from idp.domain.client_metadata import Encryption
from idp.protocol.errors import ProtocolError, Reason
from idp.protocol.jose.algorithms import CONTENT_ENCRYPTION, KEY_MANAGEMENT
from idp.protocol.jose.client_keys import ClientKey, encryption_key_of
from idp.protocol.ports import UnitOfWork

_REGISTRY = jwe.JWERegistry(algorithms=(*KEY_MANAGEMENT, *CONTENT_ENCRYPTION))


def recipient_key(uow: UnitOfWork, client: Client, encryption: Encryption, now: int) -> ClientKey:
    """The key to encrypt to. Raises DocumentNeeded, and ProtocolError if the client has none that fits."""
    found = encryption_key_of(uow, client, now, encryption.alg)
    if found is None:
        raise ProtocolError(Reason.ENCRYPTION_KEY_MISSING)
    return found


def encrypted(content: str, key: ClientKey, encryption: Encryption, *, content_type: str | None) -> str:
    """A compact JWE with the key's `kid`, if it has one. `content_type`: `JWT` around a signed one (RFC 7519 §5.2).

    Raises ProtocolError for a key that turns out to be unusable.
    """
    header = {"alg": encryption.alg, "enc": encryption.enc}
    if content_type is not None:
        header["cty"] = content_type
    if key.kid is not None:
        header["kid"] = key.kid
    try:
        return jwe.encrypt_compact(header, content, key.key, registry=_REGISTRY)
    except (JoseError, ValueError) as error:
        raise ProtocolError(Reason.ENCRYPTION_KEY_MISSING) from error
