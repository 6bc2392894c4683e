"""`client_secret_post`: id and secret in the body (RFC 6749 §2.3.1; TOKEN-03)."""

from idp.domain.client import Client
from idp.protocol.client_auth.credentials import Attempt, Credentials, client_with_secret


def is_presented(credentials: Credentials) -> bool:
    return credentials.has_secret


def authenticate(attempt: Attempt) -> Client | None:
    form = attempt.credentials.form
    return client_with_secret(attempt.uow.clients, form.get("client_id", ""), form["client_secret"])
