"""The view of the switch and of the list of methods below it."""

from collections.abc import Sequence

from starlette.requests import Request

from idp.domain.authenticator import Authenticator
from idp.domain.citizen import Citizen
from idp.domain.evidence import Method
from idp.journey.authenticators import can_lead
from idp.journey.security_settings import Visitor
from idp.policy import second_step
from idp.web.account.addresses import BACKUP_CODES, DEVICES, PASSKEYS, PHONE, TOTP, TWO_STEP
from idp.web.house import house
from idp.web.i18n import Text
from idp.web.method_words import METHODS, is_extension
from idp.web.views import FieldError, MethodRow, TwoStepSettingsPage

_PLACES = {
    Method.SMS: PHONE,
    Method.APP: DEVICES,
    Method.TOTP: f"{TOTP}/kaldir",
    Method.PASSKEY: PASSKEYS,
    Method.BACKUP_CODE: BACKUP_CODES,
}
"""The page where each method is added, changed and removed."""

_ADDED_AT = {Method.APP: f"{DEVICES}/ekle", Method.PASSKEY: f"{PASSKEYS}/ekle", Method.TOTP: f"{TOTP}/ekle"}
_REPLACEABLE = frozenset({Method.TOTP})
"""Of which there is one: adding another takes its place."""


def settings(
    request: Request,
    visitor: Visitor,
    *,
    chosen: bool | None = None,
    method: str = "",
    accepted: bool = False,
    errors: tuple[FieldError, ...] = (),
    notice: Text | None = None,
) -> TwoStepSettingsPage:
    citizen = visitor.citizen
    with house(request).store.read() as uow:
        held = uow.authenticators.of_citizen(citizen.id)
    number, phone = citizen.phone_number, citizen.verified_phone
    return TwoStepSettingsPage(
        submit=TWO_STEP,
        two_step=citizen.two_step,
        phone_ending=phone.ending if phone is not None else None,
        app_devices=len(_of(held, Method.APP)),
        methods=tuple(_row(citizen, held, one) for one in second_step.ORDER),
        chosen=chosen,
        chosen_method=method or "sms",
        terms_accepted=accepted,
        phone_url=house(request).phone_url(number.value if number is not None else None),
        errors=errors,
        notice=notice,
    )


def _row(citizen: Citizen, held: Sequence[Authenticator], method: Method) -> MethodRow:
    own = _of(held, method)
    active = method in second_step.active(citizen, held)
    return MethodRow(
        method=METHODS[method],
        detail=_detail(citizen, own, method) if active else None,
        active=active,
        preferred=active and method is citizen.preferred_method,
        last_used_at=max((one.last_used_at for one in own if one.last_used_at is not None), default=None),
        extension=is_extension(method),
        add=_ADDED_AT.get(method, _PLACES[method]) if not active or method in _REPLACEABLE else None,
        manage=_PLACES[method] if active else None,
        prefer=f"{TWO_STEP}/tercih" if method in can_lead(citizen, held) else None,
        value=method.value,
    )


def _detail(citizen: Citizen, own: Sequence[Authenticator], method: Method) -> str | None:
    if method is Method.SMS:
        return citizen.verified_phone.ending if citizen.verified_phone is not None else None
    if method is Method.BACKUP_CODE:
        return str(sum(one.is_usable for one in own))
    return ", ".join(one.name for one in own) or None


def _of(held: Sequence[Authenticator], method: Method) -> list[Authenticator]:
    return [one for one in held if one.method is method]
