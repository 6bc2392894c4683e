"""The page on which people read the document: Swagger UI from our own host, without a script inside the page.

FastAPI's own page starts Swagger UI with an inline script, which our policy rightly refuses (`web.envelope`).
"""

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

_ASSETS = "/static-offline-docs"
_PAGE = f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>API – Eşik (emülatör)</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex, nofollow">
<link rel="icon" href="/static/mark.svg">
<link rel="stylesheet" href="{_ASSETS}/swagger-ui.css">
<script src="{_ASSETS}/swagger-ui-bundle.js" defer></script>
<script src="/docs/start.js" defer></script>
</head>
<body>
<p lang="tr">EMÜLATÖR – gerçek e-Devlet Kapısı değildir.
Gerçek T.C. kimlik numaranızı veya şifrenizi girmeyin.</p>
<p>EMULATOR – this is not the real e-Devlet. Do not enter your real ID number or password.</p>
<noscript><p>This page needs JavaScript; <a href="/openapi.json">openapi.json</a> does not.</p></noscript>
<main id="api"></main>
</body>
</html>
"""
_START = """"use strict";
SwaggerUIBundle({ url: "/openapi.json", dom_id: "#api", deepLinking: true, validatorUrl: null });
"""


async def page(_: Request) -> Response:
    return HTMLResponse(_PAGE)


async def start(_: Request) -> Response:
    return Response(_START, media_type="text/javascript")


routes = (Route("/docs", page), Route("/docs/start.js", start))
