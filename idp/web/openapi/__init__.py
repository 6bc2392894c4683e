"""The OpenAPI document of the identity provider: by hand for lean routes and pages, generated for the JSON APIs.

`describe` is the door. Each group of endpoints has one small file, written in the words of `elements`. What the
code knows (error texts, levels, scopes, claims) is taken from the code, so the document cannot say something else.
"""

from collections.abc import Callable
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from idp.web.openapi import (
    about,
    account_pages,
    authorize,
    device_api,
    documents,
    generated,
    introspection,
    login_pages,
    logout,
    other_pages,
    reading,
    recovery_pages,
    registration,
    revocation,
    schemas,
    token,
    userinfo,
)

OPENAPI_VERSION = "3.1.0"
_BY_HAND = (
    *(authorize, token, introspection, revocation, userinfo, registration, documents, logout),
    *(login_pages, recovery_pages, account_pages, other_pages, device_api),
)


def describe(app: FastAPI, issuer: str) -> None:
    """Make `app.openapi()` answer with the whole document, built at the first call. `issuer` is the server it names.

    In a sandbox `/docs` shows it. The same application and issuer always give the same document.
    """
    if app.state.house.sandbox:
        app.router.routes.extend(reading.routes)
    app.openapi = _once(lambda: _document(app, issuer))  # type: ignore[method-assign]  # FastAPI's own way to replace it


def _once(build: Callable[[], dict[str, Any]]) -> Callable[[], dict[str, Any]]:
    built: list[dict[str, Any]] = []

    def answer() -> dict[str, Any]:
        if not built:
            built.append(build())
        return built[0]

    return answer


def _document(app: FastAPI, issuer: str) -> dict[str, Any]:
    document = generated.finish(
        get_openapi(
            title=app.title,
            version=app.version,
            openapi_version=OPENAPI_VERSION,
            summary="OpenID Connect with two-step login, for people who must test against it.",
            description=about.DESCRIPTION.strip(),
            license_info={"name": "MIT", "identifier": "MIT"},
            routes=app.routes,
            servers=[{"url": issuer, "description": "The issuer."}],
            tags=list(about.TAGS),
        )
    )
    paths = {path: item for part in _BY_HAND for path, item in part.PATHS.items()}
    if app.state.house.sandbox:
        paths |= other_pages.SANDBOX_PATHS
    document["paths"] = paths | document["paths"]
    components = document.setdefault("components", {})
    components["schemas"] = dict(sorted((components.get("schemas", {}) | schemas.SCHEMAS | device_api.SCHEMAS).items()))
    components["securitySchemes"] = about.SECURITY_SCHEMES | device_api.SECURITY_SCHEMES
    return document
