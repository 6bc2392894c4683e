"""Putting the sandbox on the application. Only `app` calls this, and only in sandbox mode."""

from collections.abc import Callable
from typing import Any, Protocol

from fastapi import FastAPI
from starlette.requests import Request

from idp.clock import Clock
from idp.sandbox import gallery, inboxes, people, phone
from idp.sandbox.world import Sandbox, Store
from idp.web.presentation import language
from idp.web.views import Page, SandboxLinks, StartPage


class Settings(Protocol):
    @property
    def issuer_host(self) -> str: ...
    @property
    def persona_password(self) -> str: ...
    @property
    def mhrs_url(self) -> str: ...


def house_parts(settings: Settings, store: Store) -> dict[str, Any]:
    """The fields of `House` that only a sandbox fills."""
    return {
        "samples": gallery.samples(settings.persona_password),
        "start_page": _start_page(settings, store),
        "phone_url": gallery.phone_url,
        "phones_url": gallery.PHONES,
    }


def mount(app: FastAPI, settings: Settings, store: Store, clock: Clock) -> None:
    """Open the control API and the virtual phones. Setting `app.state.stopping` lets nobody wait any longer."""
    app.state.sandbox = Sandbox(
        store, clock, settings.issuer_host, settings.persona_password, is_stopping=app.state.stopping.is_set
    )
    for part in (people, inboxes, phone):
        app.router.routes.extend(part.router.routes)


def _start_page(settings: Settings, store: Store) -> Callable[[Request], Page]:
    links = SandboxLinks(
        demo=settings.mhrs_url,
        phones=gallery.PHONES,
        account="/hesabim",
        api_docs="/docs",
        discovery="/.well-known/openid-configuration",
    )

    def start_page(request: Request) -> Page:
        with store.read() as uow:
            personas = gallery.persona_rows(uow, settings.persona_password, language(request))
        return StartPage(account=links.account, links=links, personas=personas)

    return start_page
