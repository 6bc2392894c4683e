"""The public keys of a relying party: what it signs with, and what an answer to it is encrypted with (RFC 7517).

They stand in its registration or behind its `jwks_uri`, and nowhere else: never in the header of what it sent (D13).
"""

import base64
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from joserfc.errors import JoseError
from joserfc.jwk import ECKey, OKPKey, RSAKey

from idp.domain.client import Client
from idp.protocol.documents import document
from idp.protocol.jose.algorithms import usual_name
from idp.protocol.ports import UnitOfWork
from idp.protocol.strict_json import read_object

Key = RSAKey | ECKey | OKPKey

_LONGEST_SET = 65_536
_DEEPEST = 6
_MOST_KEYS = 32
_LONGEST_ID = 512
_LEAST_RSA_BITS = 2048
_MOST_RSA_BITS = 8192
"""A longer modulus would make every signature, and every forged one, expensive to look at."""
_LONGEST_EXPONENT = 32
_SECRET_MEMBERS = frozenset({"d", "p", "q", "dp", "dq", "qi", "oth", "k"})
_BASE64URL = re.compile(r"[A-Za-z0-9_-]+")

_SIGNING_CURVES = {"ES256": "P-256", "EdDSA": "Ed25519"}
_MEMBERS = {"RSA": ("n", "e"), "EC": ("crv", "x", "y"), "OKP": ("crv", "x")}
_IMPORT: Mapping[str, Callable[[dict[str, Any]], Key]] = {
    "RSA": RSAKey.import_key,
    "EC": ECKey.import_key,
    "OKP": OKPKey.import_key,
}
_CURVES = {"EC": ("P-256", "P-384", "P-521"), "OKP": ("Ed25519", "X25519")}
_EXCHANGE_CURVES = (*_CURVES["EC"], "X25519")


class _Unfit(ValueError):
    """A key that nothing here can use. In a set that others read too, it is none of our business (RFC 7517 §5)."""


@dataclass(frozen=True, slots=True)
class ClientKey:
    """One public key, parsed and judged. `alg` None: any that its kind allows; `use` None: signatures and encryption.

    `curve` is None for RSA.
    """

    kid: str | None
    alg: str | None
    use: str | None
    operations: frozenset[str] | None
    curve: str | None
    key: Key = field(repr=False)

    def verifies(self, alg: str) -> bool:
        """Whether signatures of this algorithm can be this key's."""
        fits = self.curve == _SIGNING_CURVES.get(alg) if alg in _SIGNING_CURVES else self.key.key_type == "RSA"
        return fits and self._is_meant_for("sig", alg, frozenset({"verify"}))

    def encrypts(self, alg: str) -> bool:
        """Whether a content key can be brought to this key's owner by this JWE `alg`."""
        fits = self.curve in _EXCHANGE_CURVES if alg == "ECDH-ES" else self.key.key_type == "RSA"
        return fits and self._is_meant_for("enc", alg, frozenset({"encrypt", "wrapKey", "deriveKey", "deriveBits"}))

    def _is_meant_for(self, use: str, alg: str, operations: frozenset[str]) -> bool:
        """RFC 7517 §4.2, §4.3, §4.4."""
        may = self.operations is None or bool(self.operations & operations)
        return may and self.use in (None, use) and self.alg in (None, alg)


@lru_cache(maxsize=256)
def public_keys(jwks: str, *, strict: bool = False) -> tuple[ClientKey, ...]:
    """The usable keys of a JWK set (JSON text). Raises ValueError for what is no set of public keys.

    A private or symmetric key, a repeated id, or a set beyond all measure is never accepted: who published a secret
    must not be believed any more. A key that is merely of no use here (an unknown type or curve, a weak or malformed
    one) is left out, or with `strict` refused: what is registered by value is meant for us alone.
    """
    if len(jwks) > _LONGEST_SET:
        raise ValueError("the set is too long")
    listed = read_object(jwks, deepest=_DEEPEST).get("keys")
    if not isinstance(listed, list) or len(listed) > _MOST_KEYS:
        raise ValueError("no list of keys, or too long a list")
    keys = []
    if not all(isinstance(jwk, dict) for jwk in listed):
        raise ValueError("a key is no object")
    for jwk in listed:
        _refuse_secrets(jwk)
        try:
            keys.append(_key(jwk))
        except _Unfit:
            if strict:
                raise
    named = [(key.kid, key.key.key_type, key.alg, key.use) for key in keys if key.kid is not None]
    if len(set(named)) != len(named):
        raise ValueError("two keys have one id")
    if strict and not keys:
        raise ValueError("no key")
    return tuple(keys)


def signing_keys_of(uow: UnitOfWork, client: Client, now: int, kid: str | None, alg: str) -> tuple[ClientKey, ...]:
    """Every key of the client that may have signed with `alg` under `kid`; none if there is no such key.

    Without a `kid` in the header, or in the set, each fitting key is a candidate (REQ-06, AL-25). An id that the copy
    behind `jwks_uri` lacks has it fetched again (TOKEN-17). Raises DocumentNeeded.
    """

    def fitting(keys: tuple[ClientKey, ...]) -> tuple[ClientKey, ...]:
        return tuple(key for key in keys if key.verifies(alg) and (kid is None or key.kid in (kid, None)))

    return _looked_up(uow, client, now, fitting)


def encryption_key_of(uow: UnitOfWork, client: Client, now: int, alg: str) -> ClientKey | None:
    """The key to encrypt to by this JWE `alg`, one made for it (`use`) before others. Raises DocumentNeeded."""

    def fitting(keys: tuple[ClientKey, ...]) -> tuple[ClientKey, ...]:
        return tuple(sorted((key for key in keys if key.encrypts(alg)), key=lambda key: key.use is None))

    return next(iter(_looked_up(uow, client, now, fitting)), None)


def _looked_up(
    uow: UnitOfWork, client: Client, now: int, fitting: Callable[[tuple[ClientKey, ...]], tuple[ClientKey, ...]]
) -> tuple[ClientKey, ...]:
    if client.metadata.jwks is not None:
        return fitting(_readable(client.metadata.jwks))
    uri = client.metadata.jwks_uri
    if uri is None:
        return ()
    return fitting(_readable(document(uow, uri, now))) or fitting(_readable(document(uow, uri, now, lacks=True)))


def _readable(jwks: str | None) -> tuple[ClientKey, ...]:
    try:
        return public_keys(jwks or "")
    except ValueError:
        return ()


def _refuse_secrets(jwk: dict[str, Any]) -> None:
    """Whatever its type is: a secret that stands in a public document is one no longer."""
    if jwk.get("kty") == "oct" or _SECRET_MEMBERS & jwk.keys():
        raise ValueError("a private or symmetric key")


def _key(jwk: dict[str, Any]) -> ClientKey:
    kid, alg, use = (_text(jwk, name) for name in ("kid", "alg", "use"))
    bare = _bare(jwk)
    try:
        key = _IMPORT[bare["kty"]](dict(bare))
        is_private = key.is_private
    except (JoseError, ValueError, TypeError) as error:
        raise _Unfit(type(error).__name__) from error
    if is_private:
        raise ValueError("a private key")
    return ClientKey(kid, None if alg is None else usual_name(alg), use, _operations(jwk), bare.get("crv"), key)


def _bare(jwk: Mapping[str, Any]) -> dict[str, str]:
    """Only the members that are the key. What else stands there, certificates above all, makes no key trusted."""
    kty = jwk.get("kty")
    if not isinstance(kty, str) or kty not in _MEMBERS:
        raise _Unfit("an unknown kty")
    bare = {"kty": kty} | {name: jwk.get(name) for name in _MEMBERS[kty]}
    if kty != "RSA" and bare["crv"] not in _CURVES[kty]:
        raise _Unfit("an unknown crv")
    for name in ("n", "e", "x", "y"):
        value = bare.get(name, "AQAB")
        if not isinstance(value, str) or len(value) > _MOST_RSA_BITS // 6 + 4 or not _BASE64URL.fullmatch(value):
            raise _Unfit("a member is no base64url")
    if kty == "RSA":
        _judge_rsa(_number(bare["n"]), _number(bare["e"]))
    return {name: str(value) for name, value in bare.items()}


def _judge_rsa(modulus: int, exponent: int) -> None:
    if not _LEAST_RSA_BITS <= modulus.bit_length() <= _MOST_RSA_BITS or modulus % 2 == 0:
        raise _Unfit("the modulus")  # R-75, RFC 7518 §3.3
    if exponent < 3 or exponent % 2 == 0 or exponent.bit_length() > _LONGEST_EXPONENT:
        raise _Unfit("the exponent")


def _number(base64url: object) -> int:
    text = str(base64url)
    try:
        return int.from_bytes(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)), "big")
    except ValueError as error:
        raise _Unfit("a number") from error


def _text(jwk: Mapping[str, Any], name: str) -> str | None:
    value = jwk.get(name)
    if value is not None and (not isinstance(value, str) or len(value) > _LONGEST_ID):
        raise _Unfit(f"{name} is no text")
    return value


def _operations(jwk: Mapping[str, Any]) -> frozenset[str] | None:
    value = jwk.get("key_ops")
    if value is None:
        return None
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise _Unfit("key_ops is no list of texts")
    return frozenset(value)
