"""What only helps the citizen: `login_hint` and `ui_locales`. Never an error (Core §3.1.2.1, §15.1; AUTH-21)."""

import re

from idp.protocol.authorization.asked import Asked
from idp.protocol.parameters import is_storable

_LANGUAGE_TAG = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8}){0,4}")
_LONGEST_LOGIN_HINT = 256
_MOST_LOCALES = 8


def hints(asked: Asked) -> None:
    """Text that cannot help is dropped. `display` and `claims_locales` ask for nothing that differs."""
    login_hint = asked.get("login_hint")
    if login_hint is not None and len(login_hint) <= _LONGEST_LOGIN_HINT and is_storable(login_hint):
        asked.login_hint = login_hint
    asked.ui_locales = language_tags(asked.get("ui_locales"))


def language_tags(sent: str | None) -> tuple[str, ...]:
    """The first well-formed tags of a `ui_locales` parameter, in the client's order of preference."""
    tags = (sent or "").split(" ", 4 * _MOST_LOCALES)
    return tuple(tag for tag in tags if _LANGUAGE_TAG.fullmatch(tag))[:_MOST_LOCALES]
