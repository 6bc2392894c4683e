"""`client_secret_post`: id and secret in the body (RFC 6749 §2.3.1; TOKEN-03)."""

from idp.domain.client import Client
from idp.protocol.client_auth.credentials import Credentials, client_with_secret
from idp.protocol.ports import Clients


def is_presented(credentials: Credentials) -> bool:
    return credentials.has_secret


def authenticate(clients: Clients, credentials: Credentials) -> Client | None:
    return client_with_secret(clients, credentials.form.get("client_id", ""), credentials.form["client_secret"])
