"""`offline_access` is passed over unless a code and consent were asked for (Core §11; AUTH-18, TOKEN-14)."""

from idp.domain.authorization_request import Prompt
from idp.protocol.authorization.asked import Asked
from idp.protocol.claims import OFFLINE


def offline_access(asked: Asked) -> None:
    if asked.is_implicit or Prompt.CONSENT not in asked.prompt:
        asked.scope = tuple(name for name in asked.scope if name != OFFLINE)
