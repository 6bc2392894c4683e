"""Judging what a client wants to be registered as: every check, in order. The first thing wrong decides."""

from collections.abc import Callable

from idp.protocol.documents import document
from idp.protocol.issuer import Issuer, Options
from idp.protocol.ports import UnitOfWork
from idp.protocol.registration import authentication, flows, logins, logout, presentation, redirects, sector, signing
from idp.protocol.registration.members import Members
from idp.protocol.registration.unsupported import nothing_unsupported
from idp.protocol.registration.wanted import Wanted

Check = Callable[[Wanted], None]

_OF_METADATA: tuple[Check, ...] = (
    nothing_unsupported,
    flows.application_type,
    flows.grant_and_response_types,
    redirects.redirect_uris,
    flows.response_modes,
    redirects.post_logout_redirect_uris,
    authentication.keys,
    authentication.token_endpoint_auth_method,
    signing.id_token,
    signing.userinfo,
    signing.request_objects,
    presentation.names_and_pages,
    logins.scope,
    logins.every_login,
    logout.backchannel_logout,
    logout.frontchannel_logout,
)
CHECKS: tuple[Check, ...] = (*_OF_METADATA, sector.subject_type)


def judged(issuer: Issuer, uow: UnitOfWork, members: Members, now: int) -> Wanted:
    """Raises MetadataRefused, and DocumentNeeded when everything but the sector's document was found right."""
    wanted = Wanted(members, issuer.options, lambda uri, lacks: document(uow, uri, now, lacks=lacks))
    return _through(CHECKS, wanted)


def judged_for_operator(members: Members, options: Options) -> Wanted:
    """The same for a client that an operator adds, who names its sector and kind of `sub`. Raises MetadataRefused."""
    return _through(_OF_METADATA, Wanted(members, options, lambda _uri, _lacks: None))


def _through(checks: tuple[Check, ...], wanted: Wanted) -> Wanted:
    for check in checks:
        check(wanted)
    return wanted
