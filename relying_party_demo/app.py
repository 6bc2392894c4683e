"""The composition root of MHRS: the one file that knows everyone."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import fastapi_offline
import httpx2
from fastapi import FastAPI
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp

from relying_party_demo import (
    answers,
    api,
    appointment_pages,
    backchannel_logout,
    callback,
    health_api,
    health_pages,
    initiated_login,
    login_pages,
    resource_metadata,
    system,
)
from relying_party_demo.booking import Booking
from relying_party_demo.clock import Clock, SystemClock
from relying_party_demo.cookies import CookieJar
from relying_party_demo.directory import Directory
from relying_party_demo.headers import SecurityHeaders
from relying_party_demo.oidc import CodeFlow
from relying_party_demo.provider import Provider
from relying_party_demo.services import MAX_BODY_BYTES, Services
from relying_party_demo.settings import Settings
from relying_party_demo.store import Store
from relying_party_demo.texts import load_catalogues

_DESCRIPTION = """
The appointment desk of a relying party that accepts two-step logins only. It emulates; it gives no real appointments.

Two ways in, and never both at once. With a browser: log in, and send the cookie of the session; every POST also needs
the header `X-CSRF-Token`, whose value `GET /api/oturum` tells. With a program: send as `Authorization: Bearer` an
access token whose `aud` names this API and whose login was in two steps. Whoever is not let in learns from
`WWW-Authenticate` why, and what to ask the provider for (RFC 6750, RFC 9470, RFC 9728).

Every answer wears the same envelope; `kodu` is what to program against.
"""


class MhrsApp(FastAPI):
    """FastAPI with our headers around everything, its own error pages included."""

    is_https = False

    def build_middleware_stack(self) -> ASGIApp:
        return SecurityHeaders(super().build_middleware_stack(), is_https=self.is_https)


def create_app(settings: Settings, clock: Clock | None = None, http: httpx2.Client | None = None) -> FastAPI:
    """Put MHRS together.

    `http` is how MHRS reaches the provider; a caller who gives one closes it. Without it MHRS makes its own: no
    redirects, no proxies from the environment, five seconds.
    """
    clock = clock or SystemClock()
    client = http or httpx2.Client(timeout=5, follow_redirects=False, trust_env=False)
    store, directory = Store(settings.database), Directory()
    provider = Provider(settings, client, clock)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        yield
        if http is None:
            client.close()

    app = MhrsApp(
        servers=[{"url": settings.base_url}],
        title="Örnek Randevu (MHRS emülatörü)",
        version="1",
        description=_DESCRIPTION,
        openapi_tags=[
            {"name": "Oturum", "description": "The login, and its end"},
            {"name": "Arama", "description": "The search chain: il, ilçe, klinik, hastane, hekim, slot"},
            {"name": "Randevu", "description": "Booking, approving, cancelling"},
            {
                "name": "Sağlık özeti",
                "description": "The sensitive part: it wants two steps, and proofs of the last minutes",
            },
            {"name": "Sistem", "description": "Health, and what the API says about itself"},
        ],
        generate_unique_id_function=lambda route: route.name,
        docs_url=None,
        redoc_url=None,
        lifespan=lifespan,
        telemetry={"logs": False},
        max_body_size=MAX_BODY_BYTES,
    )
    app.is_https = settings.is_https
    app.state.services = Services(
        settings=settings,
        clock=clock,
        store=store,
        provider=provider,
        code_flow=CodeFlow(settings, provider, client, clock),
        directory=directory,
        booking=Booking(settings, store, directory, clock),
        catalogues=load_catalogues(),
        cookies=CookieJar(settings.is_https),
    )
    for part in (
        *(login_pages, initiated_login, callback, backchannel_logout),
        *(appointment_pages, health_pages, api, health_api, resource_metadata, system),
    ):
        app.include_router(part.router)
    app.mount("/static", StaticFiles(directory=Path(__file__).parent / "static"))
    app.mount("/docs-assets", StaticFiles(directory=Path(fastapi_offline.__file__).parent / "static"))
    answers.register(app)
    return app


def app_from_environment() -> FastAPI:
    """For `uvicorn --factory`: settings come from `ESIK_MHRS_*`."""
    return create_app(Settings())  # type: ignore[call-arg]  # the environment gives what has no default
