"""What a relying party registered about itself beyond the first need (OpenID Connect Registration 1.0 §2)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType


class GrantType(StrEnum):
    """How tokens are got (RFC 7591 §2)."""

    AUTHORIZATION_CODE = "authorization_code"
    IMPLICIT = "implicit"
    REFRESH_TOKEN = "refresh_token"
    CLIENT_CREDENTIALS = "client_credentials"


class ResponseType(StrEnum):
    """What an authorization response holds (RFC 6749 §3.1.1; OAuth 2.0 Multiple Response Types §3)."""

    CODE = "code"
    ID_TOKEN = "id_token"
    ID_TOKEN_TOKEN = "id_token token"

    @classmethod
    def of(cls, words: str) -> "ResponseType | None":
        """The type of these words in whatever order (RFC 6749 §3.1.1); None if there is none."""
        wanted = sorted(words.split(" "))
        return next((one for one in cls if sorted(one.split(" ")) == wanted), None)

    @property
    def is_implicit(self) -> bool:
        """Answered by the authorization endpoint alone, without a code."""
        return self is not ResponseType.CODE


class ResponseMode(StrEnum):
    """How an authorization response travels (OAuth 2.0 Multiple Response Types §2.1; Form Post Response Mode §2)."""

    QUERY = "query"
    FRAGMENT = "fragment"
    FORM_POST = "form_post"


class ApplicationType(StrEnum):
    """Which redirect URIs a client may have (Registration §2)."""

    WEB = "web"
    NATIVE = "native"


@dataclass(frozen=True, slots=True)
class Encryption:
    """How something is encrypted for a client: JWE `alg` and `enc` (RFC 7516 §4.1)."""

    alg: str
    enc: str = "A128CBC-HS256"


@dataclass(frozen=True, slots=True)
class ClientMetadata:
    """Everything here may be left out. Names are those of the specifications, so that records and answers read alike.

    `jwks` is the JSON text of a public JWK set; it and `jwks_uri` exclude each other. `localized` holds members with a
    language tag (`client_name#tr`) as they were sent. `userinfo_signed_response_alg` None: plain JSON.
    `request_object_signing_alg` None: any that we support. `default_max_age` is in seconds.
    `response_modes` is a member of ours: no specification lets a client say which of them it reads.
    """

    grant_types: tuple[GrantType, ...] = (GrantType.AUTHORIZATION_CODE,)
    response_types: tuple[ResponseType, ...] = (ResponseType.CODE,)
    response_modes: tuple[ResponseMode, ...] = tuple(ResponseMode)
    application_type: ApplicationType = ApplicationType.WEB
    contacts: tuple[str, ...] = ()
    localized: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}), hash=False)
    client_uri: str | None = None
    logo_uri: str | None = None
    policy_uri: str | None = None
    tos_uri: str | None = None
    jwks: str | None = None
    jwks_uri: str | None = None
    sector_identifier_uri: str | None = None
    id_token_encryption: Encryption | None = None
    userinfo_signed_response_alg: str | None = None
    userinfo_encryption: Encryption | None = None
    request_object_signing_alg: str | None = None
    token_endpoint_auth_signing_alg: str | None = None
    default_max_age: int | None = None
    require_auth_time: bool = False
    default_acr_values: tuple[str, ...] = ()
    initiate_login_uri: str | None = None
    request_uris: tuple[str, ...] = ()
    backchannel_logout_uri: str | None = None
    backchannel_logout_session_required: bool = False
    frontchannel_logout_uri: str | None = None
    frontchannel_logout_session_required: bool = False
    software_id: str | None = None
    software_version: str | None = None

    def __post_init__(self) -> None:
        if self.jwks is not None and self.jwks_uri is not None:
            raise ValueError("jwks and jwks_uri exclude each other")  # Registration §2
        if self.default_max_age is not None and self.default_max_age < 0:
            raise ValueError("default_max_age is a number of seconds")
