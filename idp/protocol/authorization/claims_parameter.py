"""The `claims` parameter (OpenID Connect Core §5.5; AUTH-23, AUTH-24, D16).

Strict in form: bounded size and depth, no member twice, every type as the specification gives it. Lenient in content:
a claim nobody knows, or that the client may not have, is left out.
"""

from typing import Any

from idp.domain.authorization_request import RequestedClaims
from idp.protocol.authorization.acr_values import known
from idp.protocol.authorization.asked import Asked
from idp.protocol.claims import requestable_by
from idp.protocol.errors import ProtocolError, Reason
from idp.protocol.parameters import is_storable
from idp.protocol.strict_json import read_object

_LONGEST = 8192
_DEEPEST = 6
_PLACES = ("userinfo", "id_token")


class _Malformed(ValueError):
    """Not a claims request."""


def claims_parameter(asked: Asked) -> None:
    sent = asked.get("claims")
    if sent is None:
        return
    try:
        userinfo, id_token = (_place(place) for place in _places(sent))
        _acr(asked, id_token.get("acr", {}))
        asked.hinted_subjects = _demanded_subjects(userinfo.get("sub", {}), id_token.get("sub", {}))
    except ValueError as malformed:
        raise ProtocolError(Reason.CLAIMS_MALFORMED) from malformed
    allowed = requestable_by(asked.client)
    asked.claims = RequestedClaims(
        userinfo=tuple(name for name in userinfo if name in allowed),
        id_token=tuple(name for name in id_token if name in allowed),
    )


def _places(sent: str) -> tuple[object, ...]:
    if len(sent) > _LONGEST:
        raise _Malformed("too long")
    parsed = read_object(sent, deepest=_DEEPEST)
    return tuple(parsed.get(place, {}) for place in _PLACES)


def _place(place: object) -> dict[str, dict[str, Any]]:
    """One request for each claim named; a claim asked for with `null` is asked for with nothing more to say."""
    if not isinstance(place, dict):
        raise _Malformed("a place is no object")
    return {name: _individual(request) for name, request in place.items()}


def _individual(request: object) -> dict[str, Any]:
    if request is None:
        return {}
    if not isinstance(request, dict):
        raise _Malformed("a claim's request is neither null nor an object")
    if not isinstance(request.get("essential", False), bool):
        raise _Malformed("essential is no boolean")
    if not isinstance(request.get("values", [None]), list) or request.get("values") == []:
        raise _Malformed("values is no list, or empty")
    if "value" in request and "values" in request:
        raise _Malformed("value and values")
    return request


def _acr(asked: Asked, acr: dict[str, Any]) -> None:
    """Core §5.5.1.1: essential, one of the values is required; voluntary, they are a wish, as `acr_values` are.

    Without a value nothing is said about levels. Where `acr_values` came too, the claim alone is heard: that
    clause leaves it open, and the claim is the more exact of the two.
    """
    if "value" not in acr and "values" not in acr:
        return
    wanted = acr["values"] if "values" in acr else [acr["value"]]
    if not all(isinstance(value, str) for value in wanted):
        raise _Malformed("an acr is no string")
    levels = known(wanted)
    if acr.get("essential", False):
        asked.essential_levels, asked.wished_levels = tuple(sorted(levels)), ()
    else:
        asked.wished_levels = levels


def _demanded_subjects(*places: dict[str, Any]) -> tuple[str, ...]:
    """Core §3.1.2.2, §5.5.1: only a citizen whom every place accepts may be answered for; none is nobody's demand."""
    demands = [subjects for sub in places if (subjects := _subjects(sub))]
    agreed = tuple(dict.fromkeys(one for one in demands[0] if one in demands[-1])) if demands else ()
    if demands and not agreed:
        raise _Malformed("two places demand different subjects")
    return agreed


def _subjects(sub: dict[str, Any]) -> list[str]:
    wanted = [sub["value"]] if sub.get("value") is not None else sub.get("values", [])
    if not all(isinstance(value, str) and is_storable(value) for value in wanted):
        raise _Malformed("sub is no text")
    return list(wanted)
