"""The token endpoint (RFC 6749 §3.2): what holds for every grant, then the grant's own checks.

Introspection and revocation are asked in the same way, by the same callers, and share its first checks.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from idp.domain.audit import Origin
from idp.protocol import parameters
from idp.protocol.client_auth.credentials import Credentials
from idp.protocol.errors import ProtocolError, Reason
from idp.protocol.frame import Frame, TokenRequest
from idp.protocol.grants import GRANTS
from idp.protocol.introspection import IntrospectionEndpoint
from idp.protocol.issuer import Issuer
from idp.protocol.messages import Headers, JsonAnswer, Pairs
from idp.protocol.parameters import Parameters
from idp.protocol.ports import UnitOfWork
from idp.protocol.revocation import RevocationEndpoint

GRANT_TYPES = tuple(grant.GRANT_TYPE for grant in GRANTS)
_FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True, slots=True)
class Posted:
    """A request of a client before anything is known of the client."""

    headers: Headers
    parameters: Parameters


def form_encoded(posted: Posted) -> None:
    if posted.headers.get("content-type", "").partition(";")[0].strip().lower() != _FORM:
        raise ProtocolError(Reason.CONTENT_TYPE)


def nothing_repeated(posted: Posted) -> None:
    parameters.nothing_repeated(posted.parameters)
    parameters.authorization_once(posted.headers)


def grant_type_known(posted: Posted) -> None:
    """Before Authlib, which takes a missing one for an unsupported one (AL-06)."""
    grant_type = posted.parameters.get("grant_type")
    if grant_type is None:
        raise ProtocolError(Reason.GRANT_TYPE_MISSING)
    if grant_type not in GRANT_TYPES:
        raise ProtocolError(Reason.GRANT_TYPE_UNSUPPORTED)


FORM_CHECKS: tuple[Callable[[Posted], None], ...] = (form_encoded, nothing_repeated)
CHECKS: tuple[Callable[[Posted], None], ...] = (*FORM_CHECKS, grant_type_known)


class TokenEndpoint:
    """Answers what clients themselves ask: for tokens, about tokens, and for the end of one. Made once."""

    def __init__(self, issuer: Issuer) -> None:
        self._issuer = issuer
        self._frame = Frame(issuer, GRANTS, (IntrospectionEndpoint, RevocationEndpoint))

    def respond(self, uow: UnitOfWork, pairs: Pairs, headers: Headers, origin: Origin) -> JsonAnswer:
        return self._answer(CHECKS, None, uow, pairs, headers, origin)

    def introspect(self, uow: UnitOfWork, pairs: Pairs, headers: Headers, origin: Origin) -> JsonAnswer:
        return self._answer(FORM_CHECKS, IntrospectionEndpoint.ENDPOINT_NAME, uow, pairs, headers, origin)

    def revoke(self, uow: UnitOfWork, pairs: Pairs, headers: Headers, origin: Origin) -> JsonAnswer:
        return self._answer(FORM_CHECKS, RevocationEndpoint.ENDPOINT_NAME, uow, pairs, headers, origin)

    def _answer(
        self,
        checks: Sequence[Callable[[Posted], None]],
        endpoint: str | None,
        uow: UnitOfWork,
        pairs: Pairs,
        headers: Headers,
        origin: Origin,
    ) -> JsonAnswer:
        posted = Posted(headers, parameters.read(pairs))
        request = TokenRequest(
            uow=uow,
            credentials=Credentials(headers.get("authorization"), posted.parameters.values),
            grant_type="" if endpoint else posted.parameters.get("grant_type") or "",
            origin=origin,
            now=self._issuer.clock.now(),
            resource=posted.parameters.every("resource"),
        )
        try:
            for check in checks:
                check(posted)
        except ProtocolError as refused:
            return self._frame.handle_error_response(request, refused)
        return self._frame.respond(request, endpoint)
