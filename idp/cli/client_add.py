"""`esik client add`: what an operator says of a client, judged by the checks of `/register`."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit

import typer

from idp.cli.floor import Floor
from idp.cli.opened import opened, settings_for
from idp.cli.stop import Stop
from idp.clock import SystemClock
from idp.crypto.secrets import HouseSecrets, sha256_hex
from idp.domain.audit import AuditRow, Event, Origin
from idp.domain.client import SECRET_METHODS, Client, ClientAuthMethod, ConsentPolicy, PkcePolicy, SubjectType
from idp.domain.client_metadata import ApplicationType, GrantType, ResponseMode, ResponseType
from idp.protocol import strict_json
from idp.protocol.claims import SCOPES
from idp.protocol.errors import ProtocolError
from idp.protocol.issuer import Options
from idp.protocol.registration.judgement import judged_for_operator
from idp.protocol.registration.members import Members, MetadataRefused
from idp.protocol.registration.wanted import Wanted
from idp.settings import Settings

_DEFAULTS = {"scope": "openid profile phone"}
_DEEPEST = 8


class Algorithm(StrEnum):
    """What signs here (`idp.protocol.jose.algorithms.SIGNING`)."""

    RS256 = "RS256"
    PS256 = "PS256"
    ES256 = "ES256"
    EDDSA = "EdDSA"


Uris = Annotated[list[str] | None, typer.Option(help="Once for each.")]


def add(
    client_id: Annotated[str, typer.Argument(help="What the client calls itself.")],
    name: Annotated[str, typer.Option(help="What citizens read.")],
    redirect_uri: Annotated[
        list[str] | None, typer.Option(help="Compared character by character. Once for each.")
    ] = None,
    public: Annotated[
        bool, typer.Option("--public", help="A client that can keep no secret; PKCE is its proof.")
    ] = False,
    post: Annotated[bool, typer.Option("--post", help="client_secret_post instead of client_secret_basic.")] = False,
    jwks_file: Annotated[
        Path | None, typer.Option(help="Its public keys, a JWK set. Alone it means private_key_jwt.")
    ] = None,
    jwks_uri: Annotated[str | None, typer.Option(help="Where its public keys are. As --jwks-file.")] = None,
    auth_method: Annotated[ClientAuthMethod | None, typer.Option(help="How it authenticates.")] = None,
    grant_type: Annotated[list[GrantType] | None, typer.Option(help="Once for each.")] = None,
    response_type: Annotated[list[ResponseType] | None, typer.Option(help="Once for each.")] = None,
    response_mode: Annotated[
        list[ResponseMode] | None,
        typer.Option(help="How answers may travel; any way if nothing is said. Once for each."),
    ] = None,
    scope: Annotated[list[str] | None, typer.Option(help=f"Of {', '.join(SCOPES)}. Once for each.")] = None,
    resource: Annotated[
        list[str] | None, typer.Option(help="A protected resource that it operates (RFC 8707). Once for each.")
    ] = None,
    minimum_level: Annotated[Floor, typer.Option(help="The floor that no request can lower.")] = Floor.PASSWORD,
    pkce: Annotated[PkcePolicy, typer.Option(help="optional is for confidential clients only.")] = PkcePolicy.REQUIRED,
    consent: Annotated[ConsentPolicy, typer.Option(help="When the citizen is asked.")] = ConsentPolicy.ASK,
    subject_type: Annotated[SubjectType, typer.Option(help="What `sub` is.")] = SubjectType.PAIRWISE,
    sector: Annotated[
        str | None, typer.Option(help="Host that pairwise values belong to, if redirect URIs differ.")
    ] = None,
    id_token_alg: Annotated[
        Algorithm | None, typer.Option(help="What signs its ID tokens; RS256 if nothing is said.")
    ] = None,
    userinfo_alg: Annotated[Algorithm | None, typer.Option(help="What signs its userinfo; plain JSON without.")] = None,
    post_logout_redirect_uri: Uris = None,
    backchannel_logout_uri: Annotated[str | None, typer.Option(help="Where logout tokens are posted.")] = None,
    frontchannel_logout_uri: Annotated[str | None, typer.Option(help="What a logout frames.")] = None,
    initiate_login_uri: Annotated[str | None, typer.Option(help="Where a login that begins here is started.")] = None,
    request_uri: Annotated[
        list[str] | None, typer.Option(help="Where its request objects may be. Once for each.")
    ] = None,
    return_origin: Annotated[
        list[str] | None, typer.Option(help="Further origin that the client's callback redirects to. Once for each.")
    ] = None,
    home_uri: Annotated[str | None, typer.Option(help="The client's start page, for people whose login ended.")] = None,
    metadata: Annotated[
        Path | None, typer.Option(help="Further members in a JSON file, named as at /register; options come first.")
    ] = None,
) -> None:
    """Register a client. Its secret is shown once and never again."""
    settings, now = settings_for({}), SystemClock().now()
    has_keys = jwks_file is not None or jwks_uri is not None
    said = {
        "client_name": name,
        "redirect_uris": redirect_uri,
        "application_type": _application_type(redirect_uri or []),
        "token_endpoint_auth_method": auth_method or _auth_method(public=public, post=post, has_keys=has_keys),
        "jwks": None if jwks_file is None else _object(jwks_file),
        "jwks_uri": jwks_uri,
        "grant_types": grant_type,
        "response_types": response_type,
        "response_modes": response_mode,
        "scope": None if scope is None else " ".join(_scopes(scope)),
        "id_token_signed_response_alg": id_token_alg,
        "userinfo_signed_response_alg": userinfo_alg,
        "post_logout_redirect_uris": post_logout_redirect_uri,
        "backchannel_logout_uri": backchannel_logout_uri,
        "frontchannel_logout_uri": frontchannel_logout_uri,
        "initiate_login_uri": initiate_login_uri,
        "request_uris": request_uri,
        "client_uri": home_uri,
    }
    given = {one: value for one, value in said.items() if value is not None}
    wanted = _judged(_DEFAULTS | _further(metadata) | given, settings)
    secret = HouseSecrets(settings.secret_key).token() if wanted.auth_method in SECRET_METHODS else None
    try:
        client = Client(
            client_id=_client_id(client_id),
            name=wanted.name,
            redirect_uris=wanted.redirect_uris,
            secret_hash=None if secret is None else sha256_hex(secret),
            auth_method=wanted.auth_method,
            scopes=wanted.scopes,
            pkce=pkce,
            minimum_level=minimum_level.level,
            subject_type=subject_type,
            sector_identifier=sector or _sector(wanted.redirect_uris, subject_type),
            id_token_alg=wanted.id_token_alg,
            consent=consent,
            post_logout_redirect_uris=wanted.post_logout_redirect_uris,
            return_origins=tuple(_origin(uri) for uri in return_origin or ()),
            home_uri=wanted.metadata.client_uri,
            metadata=wanted.metadata,
            resources=tuple(resource or ()),
            created_at=now,
        )
    except ValueError as error:
        raise Stop(str(error)) from error
    with opened(settings) as store, store.begin() as uow:
        if not uow.clients.add(client):
            raise Stop(f"there is a client {client_id} already")
        uow.audit.append(AuditRow(now, Event.CLIENT_CHANGED, True, Origin(), client_id=client_id, reason="added"))
    none = "a public client" if wanted.auth_method is ClientAuthMethod.NONE else "it signs with its own key"
    typer.echo(f"client_id:     {client_id}")
    typer.echo(f"client_secret: {secret or f'(none: {none})'}")
    if secret is not None:
        typer.echo("Keep the secret now: it is not shown again.", err=True)


def _judged(sent: dict[str, Any], settings: Settings) -> Wanted:
    """By the rules of `/register` in the same mode (R-01)."""
    options = Options(implicit=settings.implicit, allows_loopback=settings.is_sandbox)
    try:
        return judged_for_operator(Members(sent), options)
    except ProtocolError as refused:
        raise Stop(refused.words[1] if isinstance(refused, MetadataRefused) else str(refused)) from refused


def _auth_method(*, public: bool, post: bool, has_keys: bool) -> ClientAuthMethod | None:
    if public:
        return ClientAuthMethod.NONE
    if post:
        return ClientAuthMethod.CLIENT_SECRET_POST
    return ClientAuthMethod.PRIVATE_KEY_JWT if has_keys else None


def _application_type(redirect_uris: list[str]) -> ApplicationType | None:
    """An address with a scheme of its own is an app's (RFC 8252 §7.1)."""
    is_native = any("." in urlsplit(uri).scheme for uri in redirect_uris)
    return ApplicationType.NATIVE if is_native else None


def _further(metadata: Path | None) -> dict[str, Any]:
    members = {} if metadata is None else _object(metadata)
    if members.keys() & {"subject_type", "sector_identifier_uri"}:
        raise Stop(f"{metadata}: say --subject-type and --sector instead of subject_type and sector_identifier_uri")
    return members


def _object(file: Path) -> dict[str, Any]:
    try:
        return strict_json.read_object(file.read_bytes(), deepest=_DEEPEST)
    except (OSError, ValueError) as error:
        raise Stop(f"{file}: must be a readable file with one JSON object") from error


def _client_id(client_id: str) -> str:
    if not (0 < len(client_id) <= 255 and client_id.isascii() and client_id.isprintable() and " " not in client_id):
        raise ValueError("the client id is 1 to 255 printable ASCII characters without spaces")  # RFC 6749 A.1
    return client_id


def _origin(uri: str) -> str:
    parts = urlsplit(uri)
    if parts.scheme not in {"http", "https"} or not parts.hostname or uri != f"{parts.scheme}://{parts.netloc}":
        raise ValueError(f"{uri}: must be an origin such as https://app.example.org")
    return uri


def _scopes(scopes: list[str]) -> list[str]:
    """A misspelt one is an operator's mistake, where a stranger's is passed over."""
    if not set(scopes) <= set(SCOPES) or "openid" not in scopes:
        raise Stop(f"--scope: openid is needed, and only these exist: {', '.join(SCOPES)}")
    return scopes


def _sector(redirect_uris: tuple[str, ...], subject_type: SubjectType) -> str:
    """The host that all redirect URIs share (OpenID Connect Core §8.1)."""
    hosts = {urlsplit(uri).hostname or "" for uri in redirect_uris}
    if len(hosts) > 1 and subject_type is SubjectType.PAIRWISE:
        raise ValueError("redirect URIs on several hosts need --sector")
    return min(hosts, default="")
