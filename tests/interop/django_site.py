"""A Django project in one file: mozilla-django-oidc as its documentation sets it up, and a page that says who came.

`main` is run as a program by the test; ESIK_TEST_DJANGO holds what an operator would write into the settings.
"""

import json
import os
from typing import Any
from urllib.parse import urlencode
from wsgiref.simple_server import make_server

import django
from django.conf import settings
from django.core.management import call_command
from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, HttpResponse
from django.urls import include, path

TWO_STEP = "urn:esik:acr:two-step"
_GIVEN: dict[str, Any] = json.loads(os.environ["ESIK_TEST_DJANGO"])
_METADATA: dict[str, str] = _GIVEN["metadata"]

settings.configure(
    SECRET_KEY="throw-away",
    ALLOWED_HOSTS=["localhost"],
    SECURE_PROXY_SSL_HEADER=("HTTP_X_FORWARDED_PROTO", "https"),
    SESSION_COOKIE_SECURE=True,
    ROOT_URLCONF=__name__,
    USE_TZ=True,
    INSTALLED_APPS=["django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions"],
    MIDDLEWARE=[
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
    ],
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": "django.sqlite3"}},
    LOGGING={
        "version": 1,
        "disable_existing_loggers": False,
        "handlers": {"console": {"class": "logging.StreamHandler"}},
        "root": {"handlers": ["console"]},
    },
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    AUTHENTICATION_BACKENDS=["tests.interop.django_backend.CitizenBackend"],
    LOGIN_REDIRECT_URL="/",
    LOGOUT_REDIRECT_URL="/",
    LOGIN_REDIRECT_URL_FAILURE="/reddedildi",
    OIDC_OP_AUTHORIZATION_ENDPOINT=_METADATA["authorization_endpoint"],
    OIDC_OP_TOKEN_ENDPOINT=_METADATA["token_endpoint"],
    OIDC_OP_USER_ENDPOINT=_METADATA["userinfo_endpoint"],
    OIDC_OP_JWKS_ENDPOINT=_METADATA["jwks_uri"],
    OIDC_OP_LOGOUT_URL_METHOD=f"{__name__}.logout_address",
    OIDC_RP_CLIENT_ID=_GIVEN["client_id"],
    OIDC_RP_CLIENT_SECRET=_GIVEN["client_secret"],
    OIDC_RP_SIGN_ALGO=_GIVEN["alg"],
    OIDC_RP_SCOPES="openid profile",
    OIDC_TOKEN_USE_BASIC_AUTH=_GIVEN["basic"],
    OIDC_USE_PKCE=True,
    OIDC_STORE_ID_TOKEN=True,
    OIDC_AUTH_REQUEST_EXTRA_PARAMS={"acr_values": TWO_STEP},
)


def home(request: HttpRequest) -> HttpResponse:
    who = f"Hoş geldiniz {request.user.first_name}" if request.user.is_authenticated else "Kimse yok"
    leave = '<form method="post" action="/oidc/logout/"><button>Çıkış</button></form>'
    return HttpResponse(f"<!doctype html><h1>{who}</h1>{leave}")


def refused(request: HttpRequest) -> HttpResponse:
    return HttpResponse("<!doctype html><h1>Reddedildi</h1>", status=403)


def logout_address(request: HttpRequest) -> str:
    """Where the library sends the browser to end the session at the provider (RP-Initiated Logout §2)."""
    asked = {
        "id_token_hint": request.session["oidc_id_token"],
        "post_logout_redirect_uri": request.build_absolute_uri("/"),
    }
    return f"{_METADATA['end_session_endpoint']}?{urlencode(asked)}"


urlpatterns = [
    path("", home),
    path("reddedildi", refused),
    path("oidc/", include("mozilla_django_oidc.urls")),
]


def main() -> None:
    django.setup()
    call_command("migrate", verbosity=0)
    make_server("127.0.0.1", _GIVEN["port"], get_wsgi_application()).serve_forever()
