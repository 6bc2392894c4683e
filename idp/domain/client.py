"""A registered relying party."""

import re
from dataclasses import dataclass, field
from enum import StrEnum
from urllib.parse import urlsplit

from idp.domain.client_metadata import ApplicationType, ClientMetadata, GrantType, ResponseMode, ResponseType
from idp.domain.level import Level


class ClientAuthMethod(StrEnum):
    """How a client authenticates at the token endpoint (OpenID Connect Core §9)."""

    CLIENT_SECRET_BASIC = "client_secret_basic"
    CLIENT_SECRET_POST = "client_secret_post"
    PRIVATE_KEY_JWT = "private_key_jwt"
    NONE = "none"


_LOOPBACK = re.compile(r"(?P<host>http://(localhost|127\.0\.0\.1|\[::1\]))(:(?P<port>[0-9]{1,5}))?(?P<rest>([/?].*)?)")

SECRET_METHODS = frozenset({ClientAuthMethod.CLIENT_SECRET_BASIC, ClientAuthMethod.CLIENT_SECRET_POST})
"""Those that need a secret."""


class PkcePolicy(StrEnum):
    REQUIRED = "required"
    OPTIONAL = "optional"


class ConsentPolicy(StrEnum):
    """`ask`: once per citizen, client and scope, then remembered. `never` is for the operator's own clients only."""

    ASK = "ask"
    ALWAYS = "always"
    NEVER = "never"


class SubjectType(StrEnum):
    PAIRWISE = "pairwise"
    PUBLIC = "public"


@dataclass(frozen=True, slots=True)
class Client:
    """One relying party, as registered. `secret_hash` is the hex SHA-256 of a secret with at least 256 random bits.

    `minimum_level` is the client's own floor, which no query can lower. `return_origins` are further origins
    (`https://host[:port]`) that the client's callback itself redirects to, for the `form-action` of our pages.
    `resources` are the protected resources that the client operates: what others may name as `resource` (RFC 8707 §2),
    and what entitles the client to see their tokens (RFC 7662 §2.1). Only an operator sets them.
    `registration_token_hash`: only a client that registered itself has one, the SHA-256 of what manages it (RFC 7592).
    """

    client_id: str
    name: str
    redirect_uris: tuple[str, ...]
    secret_hash: str | None = field(default=None, repr=False)
    auth_method: ClientAuthMethod = ClientAuthMethod.CLIENT_SECRET_BASIC
    scopes: tuple[str, ...] = ("openid", "profile", "phone")
    pkce: PkcePolicy = PkcePolicy.REQUIRED
    minimum_level: Level = Level.PASSWORD
    subject_type: SubjectType = SubjectType.PAIRWISE
    sector_identifier: str = ""
    id_token_alg: str = "RS256"
    consent: ConsentPolicy = ConsentPolicy.ASK
    post_logout_redirect_uris: tuple[str, ...] = ()
    return_origins: tuple[str, ...] = ()
    home_uri: str | None = None
    resources: tuple[str, ...] = ()
    metadata: ClientMetadata = field(default_factory=ClientMetadata)
    registration_token_hash: str | None = field(default=None, repr=False)
    disabled: bool = False
    created_at: int = 0

    def __post_init__(self) -> None:
        public = self.auth_method is ClientAuthMethod.NONE
        if (self.auth_method in SECRET_METHODS) != (self.secret_hash is not None):
            raise ValueError("a client has a secret if, and only if, it authenticates with one")
        if self.auth_method is ClientAuthMethod.PRIVATE_KEY_JWT and not self.has_keys:
            raise ValueError("private_key_jwt needs jwks or jwks_uri")
        if public and self.pkce is not PkcePolicy.REQUIRED:
            raise ValueError("a public client must use PKCE")  # RFC 9700 §2.1.1
        if public and GrantType.CLIENT_CREDENTIALS in self.metadata.grant_types:
            raise ValueError("a public client has no credentials")  # RFC 6749 §4.4
        if not all(_is_resource(uri) for uri in self.resources):
            raise ValueError("a protected resource is named by an absolute URI without a fragment")  # RFC 8707 §2
        hosts = {urlsplit(uri).hostname for uri in self.redirect_uris}
        if self.subject_type is SubjectType.PAIRWISE and not self.sector_identifier and len(hosts) > 1:
            raise ValueError("redirect URIs on several hosts need a sector identifier")  # OpenID Connect Core §8.1

    @property
    def sector(self) -> str:
        """Whose `sub` values are alike: the sector identifier, else the host of the redirect URIs (Core §8.1)."""
        hosts = [urlsplit(uri).hostname for uri in self.redirect_uris[:1]]
        return self.sector_identifier or (hosts[0] if hosts else None) or self.client_id

    @property
    def has_keys(self) -> bool:
        """Whether it registered public keys, here or at an address of its own."""
        return self.metadata.jwks is not None or self.metadata.jwks_uri is not None

    def redirects_to(self, uri: str) -> bool:
        """Whether a browser may be sent there: a registered address, character for character, and never a fragment.

        Only the port of an application's own loopback address may be another, since the system gives it (RFC 8252 §7.3;
        AUTH-04, R-01).
        """
        if "#" in uri:
            return False
        portless = _without_port(uri) if self.metadata.application_type is ApplicationType.NATIVE else None
        same_but_for_port = portless is not None and portless in map(_without_port, self.redirect_uris)
        return uri in self.redirect_uris or same_but_for_port

    def called(self, language: str) -> str:
        """What people call it in this language."""
        return self._tagged("client_name", language) or self.name

    def told(self, member: str, language: str) -> str | None:
        """An address for people, in this language if the client gave one."""
        own: str | None = getattr(self.metadata, member)
        return self._tagged(member, language) or own

    def start_page(self, language: str) -> str | None:
        """Where people begin at the client, in this language if it has a page for it."""
        return self.told("client_uri", language) or self.home_uri

    def may(self, asked: GrantType | ResponseType | ResponseMode) -> bool:
        """Whether the client registered this grant type, response type or response mode."""
        metadata = self.metadata
        return asked in (*metadata.grant_types, *metadata.response_types, *metadata.response_modes)

    def _tagged(self, member: str, language: str) -> str | None:
        """The value with this language tag, or with one of a region of it (RFC 7591 §2.2)."""
        for name in sorted(self.metadata.localized):
            base, _, tag = name.partition("#")
            if base == member and tag.lower().split("-")[0] == language:
                return self.metadata.localized[name]
        return None


def _without_port(uri: str) -> str | None:
    """A loopback address but for its port; None for every other text."""
    found = _LOOPBACK.fullmatch(uri)
    if found is None or not 0 < int(found["port"] or 80) < 65_536:
        return None
    return f"{found['host']}{found['rest']}"


def _is_resource(uri: str) -> bool:
    parts = urlsplit(uri)
    is_plain = uri.isascii() and uri.isprintable() and not set(uri) & set(' #"\\')
    return is_plain and bool(parts.scheme) and bool(parts.netloc or parts.path)
