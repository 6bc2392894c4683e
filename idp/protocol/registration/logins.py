"""What every login of a client asks for by itself, and how one is started here (Registration §2; DCR-06, DCR-14)."""

from idp.domain.client_metadata import GrantType
from idp.policy.assurance import reachable_levels
from idp.protocol.claims import SCOPES
from idp.protocol.errors import Reason
from idp.protocol.registration.members import MetadataRefused
from idp.protocol.registration.wanted import Wanted

_OFFLINE = "offline_access"
_LONGEST_SCOPE = 1000


def scope(wanted: Wanted) -> None:
    """All that is published, where nothing is said (DCR-04, AL-09). What nobody knows is left out, as in AUTH-13."""
    sent = wanted.members.text("scope", longest=_LONGEST_SCOPE)
    asked = SCOPES if sent is None else tuple(sent.split(" "))
    refreshes = GrantType.REFRESH_TOKEN in wanted.metadata.grant_types
    found = tuple(one for one in SCOPES if one in asked and (refreshes or one != _OFFLINE))
    if "" in asked or not found or (wanted.metadata.response_types and "openid" not in found):
        raise MetadataRefused(Reason.SCOPE_UNFIT, "scope")
    wanted.scopes = found


def every_login(wanted: Wanted) -> None:
    levels = [level.acr for level in reachable_levels()]
    wanted.learn(
        default_max_age=wanted.members.seconds("default_max_age"),
        require_auth_time=wanted.members.flag("require_auth_time"),
        default_acr_values=wanted.members.some_of("default_acr_values", levels) or (),
        initiate_login_uri=wanted.address("initiate_login_uri"),
    )
