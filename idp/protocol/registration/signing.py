"""What a client gets, and sends, signed or encrypted (Registration §2; R-76, DCR-08)."""

from idp.domain.client_metadata import Encryption
from idp.protocol.errors import Reason
from idp.protocol.jose.algorithms import CONTENT_ENCRYPTION, KEY_MANAGEMENT, SIGNING
from idp.protocol.registration import addresses
from idp.protocol.registration.members import MetadataRefused
from idp.protocol.registration.wanted import Wanted

_MOST_REQUEST_URIS = 10


def id_token(wanted: Wanted) -> None:
    """RS256 where nothing is said; `none` is nowhere (IDT-01)."""
    wanted.id_token_alg = wanted.members.one_of("id_token_signed_response_alg", SIGNING) or "RS256"
    wanted.learn(id_token_encryption=_encryption(wanted, "id_token_encrypted_response"))


def userinfo(wanted: Wanted) -> None:
    wanted.learn(
        userinfo_signed_response_alg=wanted.members.one_of("userinfo_signed_response_alg", SIGNING),
        userinfo_encryption=_encryption(wanted, "userinfo_encrypted_response"),
    )


def request_objects(wanted: Wanted) -> None:
    """A hash of the object may stand behind `#` (Core §6.2, REQ-04). Every object is signed, and so needs a key."""
    uris = wanted.members.texts("request_uris", longest=addresses.LONGEST) or ()
    if len(uris) > _MOST_REQUEST_URIS:
        raise MetadataRefused(Reason.METADATA_MANY, "request_uris")  # each is a document that we keep
    for uri in uris:
        wanted.judge_address("request_uris", uri, fragment=True)
    name = "request_object_signing_alg"
    alg = wanted.members.one_of(name, SIGNING)
    signs = SIGNING if alg is None else (alg,)
    if (alg or uris) and not wanted.has_key(lambda key: any(map(key.verifies, signs))):
        raise MetadataRefused(Reason.KEYS_MISSING, name if alg else "request_uris")
    wanted.learn(request_uris=uris, request_object_signing_alg=alg)


def _encryption(wanted: Wanted, name: str) -> Encryption | None:
    """Only ever to a key of the client's own, and so to none that it did not register."""
    alg = wanted.members.one_of(f"{name}_alg", KEY_MANAGEMENT)
    enc = wanted.members.one_of(f"{name}_enc", CONTENT_ENCRYPTION)
    if alg is None:
        if enc is not None:
            raise MetadataRefused(Reason.ENCRYPTION_ALG_MISSING, f"{name}_enc")
        return None
    if not wanted.has_key(lambda key: key.encrypts(alg)):
        raise MetadataRefused(Reason.KEYS_MISSING, f"{name}_alg")
    return Encryption(alg) if enc is None else Encryption(alg, enc)
