"""What a relying party would receive, in real values, for the page that asks for consent."""

from idp.domain.authorization_request import AuthorizationRequest
from idp.domain.citizen import Citizen
from idp.domain.profile import Address
from idp.protocol import claims
from idp.web.views import ConsentItem, ConsentLabel

_LABELS = {
    "name": ConsentLabel.NAME,
    "given_name": ConsentLabel.GIVEN_NAME,
    "family_name": ConsentLabel.FAMILY_NAME,
    "birthdate": ConsentLabel.BIRTHDATE,
    "phone_number": ConsentLabel.PHONE_NUMBER,
    "national_id": ConsentLabel.NATIONAL_ID,
    "middle_name": ConsentLabel.MIDDLE_NAME,
    "nickname": ConsentLabel.NICKNAME,
    "preferred_username": ConsentLabel.PREFERRED_USERNAME,
    "profile": ConsentLabel.PROFILE,
    "picture": ConsentLabel.PICTURE,
    "website": ConsentLabel.WEBSITE,
    "gender": ConsentLabel.GENDER,
    "zoneinfo": ConsentLabel.ZONEINFO,
    "locale": ConsentLabel.LOCALE,
    "email": ConsentLabel.EMAIL,
    "address": ConsentLabel.ADDRESS,
}
_PARTS_OF_NAME = {"given_name", "family_name"}


def claims_shown(request: AuthorizationRequest, citizen: Citizen) -> tuple[ConsentItem, ...]:
    """One item for each claim that has a value; numbers masked, and a whole name instead of its parts."""
    asked = dict.fromkeys((*claims.of_scopes(request.scope), *request.claims.userinfo, *request.claims.id_token))
    values = claims.values(citizen, asked)
    if "name" in values:
        values = {name: value for name, value in values.items() if name not in _PARTS_OF_NAME}
    shown = {"national_id": citizen.national_id.masked}
    if citizen.birthdate:
        shown["birthdate"] = ".".join(reversed(citizen.birthdate.split("-")))
    if citizen.phone_number is not None:
        shown["phone_number"] = citizen.phone_number.masked
    if citizen.profile.address is not None:
        shown["address"] = _one_line(citizen.profile.address)
    return tuple(
        ConsentItem(_LABELS[name], shown.get(name, str(value))) for name, value in values.items() if name in _LABELS
    )


def _one_line(address: Address) -> str:
    parts = (address.street_address, address.postal_code, address.locality, address.region, address.country)
    return ", ".join((address.formatted or "").splitlines()) or ", ".join(part for part in parts if part)
