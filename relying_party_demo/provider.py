"""The provider as MHRS sees it: its discovery document and its keys, fetched once in a while and kept in memory."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeVar
from urllib.parse import urlsplit

import httpx2
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from relying_party_demo.clock import Clock
from relying_party_demo.id_token import UnknownKeyError
from relying_party_demo.settings import Settings

METADATA_LIFETIME = 600
KEYS_LIFETIMES = range(60, 301)
"""Seconds: as the provider says (RFC 9111 §5.2.2.1) within these. A key that it revokes is believed for no longer."""
FRESH_KEYS_PAUSE = 10
"""Seconds between two askings for fresh keys: anybody may send a token that names a key nobody has."""
MAX_ANSWER_BYTES = 256 * 1024

_MAX_AGE = re.compile(r"\bmax-age=([0-9]{1,9})", re.IGNORECASE)

Verified = TypeVar("Verified")


class ProviderUnavailableError(Exception):
    """The provider cannot be reached, or what it answered cannot be used. The message is for the log."""


@dataclass(frozen=True, slots=True)
class Metadata:
    """The addresses MHRS uses. The first two are for the browser, the others for MHRS itself."""

    authorization_endpoint: str
    end_session_endpoint: str
    token_endpoint: str
    userinfo_endpoint: str
    jwks_uri: str


class Provider:
    """Discovery (OIDC Discovery §4) and the JWK set, cached; every method raises `ProviderUnavailableError`."""

    def __init__(self, settings: Settings, http: httpx2.Client, clock: Clock) -> None:
        self._settings = settings
        self._http = http
        self._clock = clock
        self._metadata: tuple[int, Metadata] | None = None
        self._keys: tuple[int, KeySet] | None = None
        self._fresh_keys_from = 0

    def metadata(self) -> Metadata:
        now = self._clock.now()
        if self._metadata is None or now >= self._metadata[0]:
            address = self._back_channel(f"{self._settings.issuer}/.well-known/openid-configuration")
            document = read_json(self._fetch(address))
            if document.get("issuer") != self._settings.issuer:  # OIDC Discovery §4.3
                raise ProviderUnavailableError("the discovery document is that of another issuer")
            self._metadata = (now + METADATA_LIFETIME, self._read(document))
        return self._metadata[1]

    def with_keys(self, verify: Callable[[KeySet], Verified]) -> Verified:
        """What `verify` makes of a token with the keys at hand; if that token names another, once more with fresh ones.

        Raises what `verify` raises.
        """
        try:
            return verify(self._key_set())
        except UnknownKeyError:  # the provider rotated its keys: OIDC Core §10.1.1
            return verify(self._key_set(fresh=True))

    def _key_set(self, *, fresh: bool = False) -> KeySet:
        """The signing keys. Asking for fresh ones in vain does not cost those at hand."""
        now, held = self._clock.now(), self._keys
        ask_again = fresh and now >= self._fresh_keys_from
        if held is not None and now < held[0] and not ask_again:
            return held[1]
        if ask_again:
            self._fresh_keys_from = now + FRESH_KEYS_PAUSE
        answer = self._fetch(self.metadata().jwks_uri)
        document = read_json(answer)
        try:
            keys = KeySet.import_key_set(document)  # type: ignore[arg-type]  # checked by the library as it reads
        except (JoseError, KeyError, TypeError, ValueError, AttributeError) as error:
            raise ProviderUnavailableError("the key set cannot be read") from error
        self._keys = (now + _lifetime(answer), keys)
        return keys

    def _read(self, document: Mapping[str, object]) -> Metadata:
        def address(name: str) -> str:
            value = document.get(name)
            if not isinstance(value, str) or not value.startswith(("https://", "http://")):
                raise ProviderUnavailableError(f"the discovery document has no {name}")
            return value

        return Metadata(
            authorization_endpoint=address("authorization_endpoint"),
            end_session_endpoint=address("end_session_endpoint"),
            token_endpoint=self._back_channel(address("token_endpoint")),
            userinfo_endpoint=self._back_channel(address("userinfo_endpoint")),
            jwks_uri=self._back_channel(address("jwks_uri")),
        )

    def _back_channel(self, address: str) -> str:
        """The same address as MHRS reaches it; an address outside the issuer's origin stays what it is."""
        origin = self._settings.issuer_origin
        if self._settings.back_channel_url is None or not address.startswith(f"{origin}/"):
            return address
        parts = urlsplit(address)
        query = f"?{parts.query}" if parts.query else ""
        return f"{self._settings.back_channel_url}{parts.path}{query}"

    def _fetch(self, address: str) -> httpx2.Response:
        try:
            return self._http.get(address, headers={"Accept": "application/json"})
        except httpx2.HTTPError as error:
            raise ProviderUnavailableError(f"no answer: {type(error).__name__}") from error


def _lifetime(answer: httpx2.Response) -> int:
    """Seconds that the keys in this answer are believed."""
    said = _MAX_AGE.search(answer.headers.get("cache-control", ""))
    shortest, longest = KEYS_LIFETIMES[0], KEYS_LIFETIMES[-1]
    return longest if said is None else min(max(int(said[1]), shortest), longest)


def read_json(answer: httpx2.Response) -> dict[str, object]:
    """The JSON object of a successful answer, or `ProviderUnavailableError`."""
    if answer.status_code != 200 or len(answer.content) > MAX_ANSWER_BYTES:
        raise ProviderUnavailableError(f"unusable answer: status {answer.status_code}, {len(answer.content)} bytes")
    try:
        document = answer.json()
    except ValueError as error:
        raise ProviderUnavailableError("the answer is not JSON") from error
    if not isinstance(document, dict):
        raise ProviderUnavailableError("the answer is not a JSON object")
    return document
