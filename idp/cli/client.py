"""`esik client`."""

from enum import StrEnum
from typing import Annotated
from urllib.parse import urlsplit

import typer
from rich.console import Console
from rich.table import Table

from idp.cli.opened import opened, settings_for
from idp.cli.stop import Stop
from idp.clock import SystemClock
from idp.crypto.secrets import HouseSecrets, sha256_hex
from idp.domain.audit import AuditRow, Event, Origin
from idp.domain.client import Client, ClientAuthMethod, ConsentPolicy, PkcePolicy, SubjectType
from idp.domain.level import Level
from idp.protocol.claims import SCOPES
from idp.settings import Settings, is_loopback

app = typer.Typer(no_args_is_help=True)


class Floor(StrEnum):
    """Names of levels on the command line."""

    PASSWORD = "password"
    TWO_STEP = "two-step"


class Algorithm(StrEnum):
    """What our keys sign with (`idp.protocol.algorithms.SIGNING`)."""

    RS256 = "RS256"
    PS256 = "PS256"
    ES256 = "ES256"
    EDDSA = "EdDSA"


_LEVELS = {Floor.PASSWORD: Level.PASSWORD, Floor.TWO_STEP: Level.TWO_STEP}
Uris = Annotated[list[str] | None, typer.Option(help="Once for each.")]


@app.callback()
def client() -> None:
    """Register relying parties, see them, switch them off."""


@app.command()
def add(
    client_id: Annotated[str, typer.Argument(help="What the client calls itself.")],
    name: Annotated[str, typer.Option(help="What citizens read.")],
    redirect_uri: Annotated[list[str], typer.Option(help="Compared character by character. Once for each.")],
    public: Annotated[
        bool, typer.Option("--public", help="A client that can keep no secret; PKCE is its proof.")
    ] = False,
    post: Annotated[bool, typer.Option("--post", help="client_secret_post instead of client_secret_basic.")] = False,
    scope: Annotated[list[str] | None, typer.Option(help=f"Of {', '.join(SCOPES)}. Once for each.")] = None,
    minimum_level: Annotated[Floor, typer.Option(help="The floor that no request can lower.")] = Floor.PASSWORD,
    pkce: Annotated[PkcePolicy, typer.Option(help="optional is for confidential clients only.")] = PkcePolicy.REQUIRED,
    consent: Annotated[ConsentPolicy, typer.Option(help="When the citizen is asked.")] = ConsentPolicy.ASK,
    subject_type: Annotated[SubjectType, typer.Option(help="What `sub` is.")] = SubjectType.PAIRWISE,
    sector: Annotated[
        str | None, typer.Option(help="Host that pairwise values belong to, if redirect URIs differ.")
    ] = None,
    id_token_alg: Annotated[Algorithm, typer.Option(help="What signs its ID tokens.")] = Algorithm.RS256,
    post_logout_redirect_uri: Uris = None,
    return_origin: Annotated[
        list[str] | None, typer.Option(help="Further origin that the client's callback redirects to. Once for each.")
    ] = None,
    home_uri: Annotated[str | None, typer.Option(help="The client's start page, for people whose login ended.")] = None,
) -> None:
    """Register a client. Its secret is shown once and never again."""
    settings, now = settings_for({}), SystemClock().now()
    secrets = HouseSecrets(settings.secret_key)
    secret = None if public else secrets.token()
    method = ClientAuthMethod.CLIENT_SECRET_POST if post else ClientAuthMethod.CLIENT_SECRET_BASIC
    try:
        wanted = Client(
            client_id=_client_id(client_id),
            name=name,
            redirect_uris=tuple(_uri(settings, uri) for uri in redirect_uri),
            secret_hash=None if secret is None else sha256_hex(secret),
            auth_method=ClientAuthMethod.NONE if public else method,
            scopes=_scopes(scope),
            pkce=pkce,
            minimum_level=_LEVELS[minimum_level],
            subject_type=subject_type,
            sector_identifier=sector or _sector(redirect_uri, subject_type),
            id_token_alg=id_token_alg.value,
            consent=consent,
            post_logout_redirect_uris=tuple(_uri(settings, uri) for uri in post_logout_redirect_uri or ()),
            return_origins=tuple(_origin(uri) for uri in return_origin or ()),
            home_uri=None if home_uri is None else _uri(settings, home_uri),
            created_at=now,
        )
    except ValueError as error:
        raise Stop(str(error)) from error
    with opened(settings) as store, store.begin() as uow:
        if not uow.clients.add(wanted):
            raise Stop(f"there is a client {client_id} already")
        uow.audit.append(AuditRow(now, Event.CLIENT_CHANGED, True, Origin(), client_id=client_id, reason="added"))
    typer.echo(f"client_id:     {client_id}")
    typer.echo(f"client_secret: {secret or '(none: a public client)'}")
    if secret is not None:
        typer.echo("Keep the secret now: it is not shown again.", err=True)


@app.command("list")
def list_clients() -> None:
    """Show every client. Secrets are never shown."""
    table = Table("client_id", "name", "floor", "PKCE", "sub", "ID token", "state", box=None)
    with opened(settings_for({})) as store, store.read() as uow:
        for one in uow.clients.every():
            state = "disabled" if one.disabled else "active"
            floor = one.minimum_level.name.lower().replace("_", "-")
            table.add_row(one.client_id, one.name, floor, one.pkce, one.subject_type, one.id_token_alg, state)
    Console().print(table)


@app.command()
def disable(client_id: str) -> None:
    """Switch a client off. Logins and exchanges that are under way fail at their next step."""
    now = SystemClock().now()
    with opened(settings_for({})) as store, store.begin() as uow:
        if not uow.clients.disable(client_id):
            raise Stop(f"there is no active client {client_id}")
        uow.audit.append(AuditRow(now, Event.CLIENT_CHANGED, True, Origin(), client_id=client_id, reason="disabled"))
    typer.echo(f"{client_id} is disabled.")


def _client_id(client_id: str) -> str:
    if not (0 < len(client_id) <= 255 and client_id.isascii() and client_id.isprintable() and " " not in client_id):
        raise ValueError("the client id is 1 to 255 printable ASCII characters without spaces")  # RFC 6749 A.1
    return client_id


def _uri(settings: Settings, uri: str) -> str:
    """An absolute https address, or a loopback one; a native app's own scheme has a dot in it (RFC 8252 §7.1)."""
    parts = urlsplit(uri)
    if parts.fragment or "#" in uri or not uri.isascii() or not uri.isprintable() or "*" in uri:
        raise ValueError(f"{uri}: must be an exact ASCII address without a fragment")
    is_own_scheme = "." in parts.scheme
    is_web = parts.scheme == "https" or (parts.scheme == "http" and is_loopback(parts.hostname or ""))
    if not (is_own_scheme or (is_web and parts.hostname and parts.username is None)):
        raise ValueError(f"{uri}: must be an https address (http only for localhost)")
    return uri


def _origin(uri: str) -> str:
    parts = urlsplit(uri)
    if parts.scheme not in {"http", "https"} or not parts.hostname or uri != f"{parts.scheme}://{parts.netloc}":
        raise ValueError(f"{uri}: must be an origin such as https://app.example.org")
    return uri


def _scopes(asked: list[str] | None) -> tuple[str, ...]:
    scopes = tuple(asked or ("openid", "profile", "phone"))
    unknown = sorted(set(scopes) - set(SCOPES))
    if unknown or "openid" not in scopes:
        raise ValueError(f"--scope: openid is needed, and only these exist: {', '.join(SCOPES)}")
    return scopes


def _sector(redirect_uris: list[str], subject_type: SubjectType) -> str:
    """The host that all redirect URIs share (OpenID Connect Core §8.1)."""
    hosts = {urlsplit(uri).hostname or "" for uri in redirect_uris}
    if len(hosts) > 1 and subject_type is SubjectType.PAIRWISE:
        raise ValueError("redirect URIs on several hosts need --sector")
    return min(hosts)
