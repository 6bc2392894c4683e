"""The composition root: the one place that knows everyone, and where ports meet what fills them."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from importlib.metadata import version
from threading import Event
from typing import Any

from fastapi import FastAPI
from fastapi_offline import FastAPIOffline

from idp import logs
from idp.clock import Clock, SystemClock
from idp.crypto.device_signatures import Es256Devices
from idp.crypto.hashing import Argon2Hasher
from idp.crypto.sealing import Sealer
from idp.crypto.secrets import HouseSecrets
from idp.delivery.documents import Documents
from idp.delivery.drain import Drain
from idp.delivery.guarded_http import GuardedHttp
from idp.delivery.http_gateway import HttpGateway
from idp.delivery.lanes import LaneForEach
from idp.delivery.logout_gateway import LogoutGateway
from idp.domain.evidence import Method
from idp.domain.message import Channel
from idp.domain.signing_key import SigningKey
from idp.factors.app_approval import AppApproval
from idp.factors.backup_code import BackupCode
from idp.factors.passkey import Passkey
from idp.factors.second_factor import SecondFactor
from idp.factors.sms import Sms
from idp.factors.totp import Totp
from idp.journey.ports import PasswordHasher
from idp.journey.world import Limits, World
from idp.key_rotation import KeyRotation
from idp.logout_calls import LogoutCalls
from idp.protocol.server import Lifetimes, OpenIDProvider, Options
from idp.sandbox import mount as sandbox
from idp.settings import Settings
from idp.store.store import Store
from idp.upkeep import Upkeep
from idp.web import (
    approval_events,
    client_logo,
    device_api,
    errors,
    health,
    logout,
    oidc,
    openapi,
    registration,
    scanned,
    system,
)
from idp.web.account import routes as account
from idp.web.envelope import Envelope
from idp.web.house import House
from idp.web.login import routes as login
from idp.web.pages import Pages
from idp.web.waiting_room import WaitingRoom

TITLE = "Eşik identity provider"


class StoredKeys:
    """The signing keys, each look in a short unit of work of its own."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def published(self, now: int) -> tuple[SigningKey, ...]:
        with self._store.read() as uow:
            return uow.keys.published(now)

    def version(self) -> int:
        with self._store.read() as uow:
            return uow.keys.version()


def connect(settings: Settings) -> Store:
    """The store that the settings name. The caller closes it. Raises ValueError for an unknown database URL."""
    return Store.connect(
        settings.database_url,
        sealer=Sealer(settings.encryption_key, settings.encryption_key_id),
        mac=HouseSecrets(settings.secret_key).mac,
        durable=not settings.is_sandbox,
    )


def provider_of(settings: Settings, store: Store, clock: Clock) -> OpenIDProvider:
    """The protocol's half of the house, which a program may also use without a web server."""
    secrets = HouseSecrets(settings.secret_key)
    return OpenIDProvider(
        issuer=settings.issuer,
        keys=StoredKeys(store),
        clock=clock,
        secrets=secrets,
        subject_salt=secrets.derived("subject"),
        lifetimes=Lifetimes(
            refresh_idle=settings.refresh_idle_seconds,
            refresh_total=settings.refresh_total_seconds,
        ),
        options=Options(
            implicit=settings.implicit,
            registration=settings.registration,
            registration_quotas=not settings.is_sandbox,
            allows_loopback=settings.is_sandbox,
            refresh_grace=settings.refresh_grace,
        ),
    )


def create_app(
    settings: Settings,
    *,
    clock: Clock | None = None,
    hasher: PasswordHasher | None = None,
) -> FastAPI:
    """The identity provider as an ASGI application, on a database that `esik migrate` has prepared.

    `clock` and `hasher` are for tests and benchmarks; no setting reaches them.
    """
    logs.configure(settings.log_format, settings.log_level)
    clock = clock or SystemClock()
    store = connect(settings)
    secrets = HouseSecrets(settings.secret_key)
    documents = Documents(store.begin, GuardedHttp(settings.fetch_allow, settings.fetch_ca_file), clock)
    house = House(
        issuer=settings.issuer,
        sandbox=settings.is_sandbox,
        store=store,
        world=_world(settings, store, clock, secrets, hasher or Argon2Hasher()),
        provider=provider_of(settings, store, clock),
        pages=Pages(),
        sms_digits=settings.sms_code_digits,
        obtain=documents.obtain,
        **(sandbox.house_parts(settings, store) if settings.is_sandbox else {}),
    )
    upkeep = Upkeep(store.begin, clock, KeyRotation(store.begin, clock, settings.key_days).rotate_due)
    calls = LogoutCalls(store, house.provider, house.obtain)
    drains = (*_drains(settings, store, clock), _logout_drain(settings, store, clock, calls))
    for drain in drains:
        store.when_put(drain.channel, drain.nudge)
    app = _framework(settings, _lifespan(store, house.provider, (*drains, upkeep), documents))
    app.state.house = house
    app.state.store = store
    app.state.stopping = Event()
    app.state.waiting_room = WaitingRoom(app.state.stopping.is_set)
    lean = (*oidc.routes, *registration.routes, *logout.routes, *client_logo.routes)
    pages = (*health.router.routes, *login.routes, *approval_events.router.routes, *account.routes)
    others = (*device_api.router.routes, *scanned.router.routes, *system.router.routes)
    # The lean ones first, since a router looks from the top. And one list: a router that is included in another is
    # made anew for each application, and asked twice for each request, at every level.
    app.router.routes.extend((*lean, *pages, *others))
    if settings.is_sandbox:
        sandbox.mount(app, settings, store, clock)
    openapi.describe(app, settings.issuer)
    errors.install(app)
    app.add_middleware(errors.LastResort)
    app.add_middleware(
        Envelope,
        reference=secrets.reference,
        https=settings.is_https,
        trusted_proxies=settings.trusted_proxies,
    )
    return app


def _world(settings: Settings, store: Store, clock: Clock, secrets: HouseSecrets, hasher: PasswordHasher) -> World:
    return World(
        begin=store.begin,
        clock=clock,
        hasher=hasher,
        secrets=secrets,
        factors=_factors(settings, secrets, hasher),
        device_signatures=Es256Devices(settings.issuer),
        subject_salt=secrets.derived("subject"),
        passwords=settings.password_rules,
        limits=Limits(
            login_seconds=settings.login_seconds,
            enabling_seconds=settings.enabling_seconds,
            sms_quotas=settings.sms_quotas,
            loopback_exempt=settings.is_sandbox,
        ),
    )


def _factors(settings: Settings, secrets: HouseSecrets, hasher: PasswordHasher) -> dict[Method, SecondFactor]:
    every: tuple[SecondFactor, ...] = (
        Sms(secrets, settings.issuer_host, settings.sms_code_digits, settings.sms_code_seconds),
        AppApproval(secrets, settings.approval_seconds, pushes=settings.push_gateway_url is not None),
        Totp(),
        Passkey(secrets, settings.issuer_host, settings.issuer),
        BackupCode(hasher),
    )
    return {factor.method: factor for factor in every}


def _drains(settings: Settings, store: Store, clock: Clock) -> tuple[Drain, ...]:
    """What carries messages to the gateways; in a sandbox the virtual phone reads them where they are."""
    sms = (settings.sms_gateway_url, settings.sms_gateway_token, settings.sms_gateway_timeout)
    push = (settings.push_gateway_url, settings.push_gateway_token, settings.push_gateway_timeout)
    return tuple(
        Drain(store.begin, channel, HttpGateway(url, token.get_secret_value(), timeout=timeout), clock)
        for channel, (url, token, timeout) in ((Channel.SMS, sms), (Channel.PUSH, push))
        if url is not None and token is not None
    )


def _logout_drain(settings: Settings, store: Store, clock: Clock, calls: LogoutCalls) -> Drain:
    """What tells relying parties that a login is over: each one's server is a gateway of its own."""
    http = GuardedHttp(settings.fetch_allow, settings.fetch_ca_file)
    gateway, lanes = LogoutGateway(calls, http), LaneForEach(calls.party)
    return Drain(store.begin, Channel.LOGOUT, gateway, clock, lanes=lanes, longest_pause=300)


def _framework(settings: Settings, lifespan: Callable[[FastAPI], AbstractAsyncContextManager[None]]) -> FastAPI:
    """FastAPI with nothing open in production: no documentation pages, and never telemetry of bodies."""
    common: dict[str, Any] = {
        "title": TITLE,
        "version": version("esik"),
        "lifespan": lifespan,
        "telemetry": {"logs": False},
        "redirect_slashes": False,
    }
    if settings.is_sandbox:
        return FastAPIOffline(docs_url=None, redoc_url=None, **common)
    return FastAPI(openapi_url=None, docs_url=None, redoc_url=None, **common)


def _lifespan(
    store: Store, provider: OpenIDProvider, workers: tuple[Drain | Upkeep, ...], documents: Documents
) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        for worker in workers:
            worker.start()
        try:
            provider.jwks()  # keys are opened before the first visitor comes, or the start fails
            yield
        finally:
            for worker in workers:
                worker.stop()
            documents.close()
            store.close()

    return lifespan
