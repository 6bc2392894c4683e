"""What a relying party would receive, in real values, for the page that asks for consent (R-16)."""

from idp.domain.authorization_request import AuthorizationRequest
from idp.domain.citizen import Citizen
from idp.domain.profile import Address
from idp.protocol import claims
from idp.web.views import ConsentItem, ConsentLabel

LABELS = {
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
    """One item for each claim asked for, without a value where the citizen has none yet: a yes holds for that too.

    Numbers are masked, and a whole name stands for its parts.
    """
    asked = dict.fromkeys((*claims.of_scopes(request.scope), *request.claims.userinfo, *request.claims.id_token))
    if "name" in asked:
        asked = {name: None for name in asked if name not in _PARTS_OF_NAME}
    values = {name: str(value) for name, value in claims.values(citizen, asked).items()} | _in_words(citizen)
    return tuple(ConsentItem(LABELS[name], values.get(name)) for name in asked if name in LABELS)


def _in_words(citizen: Citizen) -> dict[str, str]:
    """The values that a person reads otherwise than a relying party does."""
    shown = {"national_id": citizen.national_id.masked}
    if citizen.birthdate:
        shown["birthdate"] = ".".join(reversed(citizen.birthdate.split("-")))
    if citizen.phone_number is not None:
        shown["phone_number"] = citizen.phone_number.masked
    if citizen.profile.address is not None and (line := _one_line(citizen.profile.address)):
        shown["address"] = line
    return shown


def _one_line(address: Address) -> str:
    parts = (address.street_address, address.postal_code, address.locality, address.region, address.country)
    return ", ".join((address.formatted or "").splitlines()) or ", ".join(part for part in parts if part)
