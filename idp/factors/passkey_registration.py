"""Registering a passkey (WebAuthn §7.1): what the browser is asked, and what of its answer is believed.

No attestation is asked for, so nothing says what kind of authenticator it is; a key that anybody could have made is
registered for the citizen who is logged in, and for nobody else. The library checks the answer; what it was made for,
how large it may be and from where it came are looked at here.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from webauthn import generate_registration_options, options_to_json, verify_registration_response
from webauthn.helpers import (
    decode_credential_public_key,
    decoded_public_key_to_cryptography,
    parse_attestation_object,
    parse_client_data_json,
    parse_registration_credential_json,
)
from webauthn.helpers.cose import COSECRV, COSEKTY, COSEAlgorithmIdentifier
from webauthn.helpers.structs import (
    AttestationConveyancePreference,
    AttestationFormat,
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    RegistrationCredential,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from idp.domain.authenticator import Authenticator
from idp.factors.passkey import MOST_CHARACTERS, UNACCEPTABLE, Passkey, decoded, encoded

_KEYS = (
    (COSEKTY.EC2, COSEAlgorithmIdentifier.ECDSA_SHA_256, COSECRV.P256),
    (COSEKTY.OKP, COSEAlgorithmIdentifier.EDDSA, COSECRV.ED25519),
    (COSEKTY.RSA, COSEAlgorithmIdentifier.RSASSA_PKCS1_v1_5_SHA_256, None),
)
"""Kind, algorithm and curve, which must go together (WebAuthn §5.8.5); the first is the one we prefer."""

_ALGORITHMS = [algorithm for _, algorithm, _ in _KEYS]
_LONGEST_ID = 1023
"""Bytes of a credential id (WebAuthn §7.1, step 25)."""

_LONGEST_KEY = 1100
"""Bytes of a public key: more than RSA with 8192 bits takes."""

_NOT_OURS = (*UNACCEPTABLE, ArithmeticError, AssertionError, EOFError, RecursionError)
"""What else is raised while reading bytes of a stranger's choice."""


@dataclass(frozen=True, slots=True)
class User:
    """For whom a passkey is made. `handle` is opaque (WebAuthn §14.6.1); `account` and `name` are what prompts show."""

    handle: bytes
    account: str
    name: str


@dataclass(frozen=True, slots=True)
class NewPasskey:
    """`handle` (the credential id) and `public_key` (COSE) in base64url, as an Authenticator has them."""

    handle: str
    public_key: str
    counter: int


def options(passkey: Passkey, challenge: str, user: User, held: Iterable[Authenticator], service: str) -> str:
    """PublicKeyCredentialCreationOptionsJSON for this challenge; `held` are the citizen's own, not to be made twice."""
    return options_to_json(
        generate_registration_options(
            rp_id=passkey.rp_id,
            rp_name=service,
            user_id=user.handle,
            user_name=user.account,
            user_display_name=user.name,
            challenge=decoded(challenge),
            timeout=passkey.lifetime * 1000,
            attestation=AttestationConveyancePreference.NONE,
            authenticator_selection=AuthenticatorSelectionCriteria(
                resident_key=ResidentKeyRequirement.PREFERRED,
                user_verification=UserVerificationRequirement.PREFERRED,
            ),
            exclude_credentials=[PublicKeyCredentialDescriptor(id=decoded(one.handle)) for one in held],
            supported_pub_key_algs=_ALGORITHMS,
        )
    )


def registered(passkey: Passkey, challenge: str, answer: str) -> NewPasskey | None:
    """The passkey that was made for this challenge at our own origin; None for anything else."""
    credential = _parsed(answer)
    if credential is None:
        return None
    try:
        if not _is_plain(credential):
            return None
        found = verify_registration_response(
            credential=credential,
            expected_challenge=decoded(challenge),
            expected_rp_id=passkey.rp_id,
            expected_origin=passkey.origin,
            require_user_presence=True,
            require_user_verification=False,  # the password came first
            supported_pub_key_algs=_ALGORITHMS,
        )
        key = found.credential_public_key
        is_named = found.credential_id == credential.raw_id and len(found.credential_id) <= _LONGEST_ID
        if not is_named or not _can_answer(key):
            return None
    except _NOT_OURS:
        return None
    return NewPasskey(encoded(found.credential_id), encoded(key), found.sign_count)


def named_in(answer: str) -> str | None:
    """Which credential an answer speaks of (base64url), believed or not."""
    credential = _parsed(answer)
    return None if credential is None else encoded(credential.raw_id)


def _parsed(answer: str) -> RegistrationCredential | None:
    if len(answer) > MOST_CHARACTERS:
        return None
    try:
        return parse_registration_credential_json(answer)
    except _NOT_OURS:
        return None


def _is_plain(credential: RegistrationCredential) -> bool:
    """Made by a page of ours, in no frame of somebody else's, and without the certificates that we did not ask for."""
    statement = parse_attestation_object(credential.response.attestation_object)
    is_bare = statement.fmt == AttestationFormat.NONE or (
        statement.fmt == AttestationFormat.PACKED and not statement.att_stmt.x5c
    )
    return is_bare and not parse_client_data_json(credential.response.client_data_json).cross_origin


def _can_answer(public_key: bytes) -> bool:
    """Whether an answer by this key could ever be right. Raises what the library raises for no key at all."""
    if len(public_key) > _LONGEST_KEY:
        return False
    key = decode_credential_public_key(public_key)
    if (key.kty, key.alg, getattr(key, "crv", None)) not in _KEYS:
        return False
    decoded_public_key_to_cryptography(key)  # a point off the curve is found out here
    return True
