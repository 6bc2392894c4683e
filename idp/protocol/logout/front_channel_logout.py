"""Whom the browser tells that a session ended (OpenID Connect Front-Channel Logout 1.0)."""

from idp.domain.client import Client
from idp.domain.session import Session
from idp.protocol import responses
from idp.protocol.issuer import Issuer
from idp.protocol.messages import LogoutReach
from idp.protocol.ports import UnitOfWork


def reach(issuer: Issuer, uow: UnitOfWork, session: Session, asked_by: Client | None) -> LogoutReach:
    """Ask before or after the session ends. `asked_by` logs itself out, so it is nobody who might remain."""
    found = [(client_id, uow.clients.by_id(client_id)) for client_id in uow.grants.clients_of(session.id)]
    asking = None if asked_by is None else asked_by.client_id
    return LogoutReach(
        frames=tuple(_frame(client, issuer, session) for _, client in found if client is not None and _framed(client)),
        others_may_remain=any(client_id != asking and not _is_told(client) for client_id, client in found),
    )


def _framed(client: Client | None) -> str | None:
    """Nothing of a disabled client is shown to anybody."""
    return None if client is None or client.disabled else client.metadata.frontchannel_logout_uri


def _frame(client: Client, issuer: Issuer, session: Session) -> str:
    """`iss` and `sid` always, behind the registered query (§3): who did not require them may pass them over."""
    told = {"iss": issuer.identifier, "sid": issuer.sid(client, session.sid)}
    return responses.with_parameters(_framed(client) or "", told)


def _is_told(client: Client | None) -> bool:
    return client is not None and bool(client.metadata.backchannel_logout_uri or _framed(client))
