"""How a client is told of a logout (Back-Channel Logout §2.2; Front-Channel Logout §2)."""

from idp.protocol.errors import Reason
from idp.protocol.registration import addresses
from idp.protocol.registration.members import MetadataRefused
from idp.protocol.registration.wanted import Wanted

_FRONT = "frontchannel_logout_uri"


def backchannel_logout(wanted: Wanted) -> None:
    wanted.learn(
        backchannel_logout_uri=wanted.address("backchannel_logout_uri"),
        backchannel_logout_session_required=wanted.members.flag("backchannel_logout_session_required"),
    )


def frontchannel_logout(wanted: Wanted) -> None:
    """On an origin that citizens are sent to anyway, so that no other one is framed (Front-Channel Logout §2)."""
    uri = wanted.address(_FRONT)
    if uri is not None and _origin(uri) not in {_origin(one) for one in wanted.redirect_uris}:
        raise MetadataRefused(Reason.LOGOUT_ELSEWHERE, _FRONT)
    wanted.learn(
        frontchannel_logout_uri=uri,
        frontchannel_logout_session_required=wanted.members.flag("frontchannel_logout_session_required"),
    )


def _origin(uri: str) -> object:
    parts = addresses.read(uri)
    return parts and addresses.origin(parts)
