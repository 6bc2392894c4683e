"""`none`: a public client only names itself (RFC 6749 §3.2.1). PKCE, which it must use, ties the code to it."""

from idp.domain.client import Client
from idp.protocol.client_auth.credentials import Attempt, Credentials
from idp.protocol.clients import find_client


def is_presented(credentials: Credentials) -> bool:
    """Only where nothing else is: a confidential client cannot fall back on it."""
    return credentials.authorization is None and not credentials.has_secret and not credentials.has_assertion


def authenticate(attempt: Attempt) -> Client | None:
    return find_client(attempt.uow.clients, attempt.credentials.form.get("client_id"))
