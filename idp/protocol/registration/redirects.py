"""Where browsers may be sent (RFC 6749 §3.1.2; Registration §2; RFC 8252 §7; R-01, DCR-05, DCR-13)."""

from idp.domain.client_metadata import ApplicationType, GrantType
from idp.protocol.errors import Reason
from idp.protocol.registration import addresses
from idp.protocol.registration.members import MetadataRefused
from idp.protocol.registration.wanted import Wanted

_REDIRECTING = frozenset({GrantType.AUTHORIZATION_CODE, GrantType.IMPLICIT})


def redirect_uris(wanted: Wanted) -> None:
    sent = wanted.members.texts("redirect_uris", longest=addresses.LONGEST) or ()
    if not sent and _REDIRECTING & set(wanted.metadata.grant_types):
        raise MetadataRefused(Reason.REDIRECT_URIS_MISSING, "redirect_uris")
    wanted.redirect_uris = _judged(wanted, "redirect_uris", sent)
    is_web = wanted.metadata.application_type is ApplicationType.WEB
    if is_web and GrantType.IMPLICIT in wanted.metadata.grant_types and not all(map(_may_get_tokens, sent)):
        raise MetadataRefused(Reason.REDIRECT_URI_IMPLICIT, "redirect_uris")


def post_logout_redirect_uris(wanted: Wanted) -> None:
    """By the same rules, since a browser is sent there just so (RP-Initiated Logout §3.1)."""
    name = "post_logout_redirect_uris"
    sent = wanted.members.texts(name, longest=addresses.LONGEST) or ()
    wanted.post_logout_redirect_uris = _judged(wanted, name, sent)


def _may_get_tokens(uri: str) -> bool:
    """Registration §2, `application_type`. In a sandbox too: another program may answer on loopback."""
    parts = addresses.read(uri)
    return parts is not None and parts.scheme == "https" and parts.hostname != "localhost"


def _judged(wanted: Wanted, name: str, uris: tuple[str, ...]) -> tuple[str, ...]:
    for uri in uris:
        parts = addresses.read(uri)
        if parts is None:
            raise MetadataRefused(Reason.REDIRECT_URI_INEXACT, name)
        is_native = wanted.metadata.application_type is ApplicationType.NATIVE
        is_own = is_native and addresses.is_own_scheme(parts)
        if not is_own and not addresses.is_web(parts, loopback=is_native or wanted.options.allows_loopback):
            raise MetadataRefused(Reason.REDIRECT_URI_SCHEME, name)
    return uris
