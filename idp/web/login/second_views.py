"""The views of the second step: one for each method, and the choice among them."""

from collections.abc import Callable
from typing import Any, cast

from starlette.requests import Request

from idp.domain.authenticator import Authenticator
from idp.domain.citizen import Citizen
from idp.domain.evidence import Method
from idp.domain.login import PasswordRecovery
from idp.factors.app_approval import AppApproval
from idp.factors.passkey import Passkey
from idp.factors.second_factor import Asking, Waiting
from idp.factors.sms import Sms
from idp.factors.totp import DIGITS
from idp.journey.asking import asking
from idp.journey.pauses import pause_of
from idp.journey.standing import Standing
from idp.policy.journey import Step
from idp.web import qr
from idp.web.house import House, UnitOfWork, origin
from idp.web.login.addresses import beside, citizen_of, here, rp_name
from idp.web.login.refusal import FOREVER, Refusal
from idp.web.method_words import METHODS, is_extension
from idp.web.presentation import language
from idp.web.views import (
    AppApprovalPage,
    BackupCodePage,
    ChooseMethodPage,
    CodePage,
    CodePurpose,
    MethodOption,
    Page,
    PasskeyPage,
    TotpPage,
)

APPROVAL_ADDRESS = "/mobil-onay"
"""What a scanned "Karekod ile Giriş" leads to, with the approval's id behind it."""


def choose_method(request: Request, home: House, uow: UnitOfWork, standing: Standing, refusal: Refusal) -> Page:
    citizen = citizen_of(standing)
    held = uow.authenticators.of_citizen(citizen.id)
    options = tuple(_option(uow, standing, citizen, held, method) for method in standing.facts.offered)
    return ChooseMethodPage(
        submit=beside(standing, "method"),
        cancel=beside(standing, "cancel"),
        rp_name=rp_name(standing, language(request)),
        options=options,
        recovering=_recovers(standing),
        errors=refusal.errors,
        notice=refusal.notice,
    )


def sms(request: Request, home: House, uow: UnitOfWork, standing: Standing, refusal: Refusal) -> Page:
    factor, question = cast(Sms, home.world.factors[Method.SMS]), _asking(request, standing)
    phone = question.citizen.verified_phone
    if phone is None:
        raise ValueError("a code goes only to a verified phone")
    waiting = factor.waiting(uow, question)
    return CodePage(
        **_common(request, uow, standing, Method.SMS, refusal),
        resend=beside(standing, "resend"),
        phone_ending=phone.ending,
        digits=factor.digits,
        valid_until=waiting.expires_at if isinstance(waiting, Waiting) else None,
        now=question.now,
        sent=waiting != "none",
        purpose=_purpose(standing),
        phone_url=home.phone_url(phone.value),
    )


def app(request: Request, home: House, uow: UnitOfWork, standing: Standing, refusal: Refusal) -> Page:
    factor, question = cast(AppApproval, home.world.factors[Method.APP]), _asking(request, standing)
    waiting = factor.waiting(uow, question)
    is_waiting = isinstance(waiting, Waiting)
    number = question.citizen.phone_number
    common = _common(request, uow, standing, Method.APP, refusal)
    if is_waiting:  # the last request that may be asked may still be answered
        common |= {"paused_for": None, "errors": refusal.errors}
    return AppApprovalPage(
        **common,
        recovering=_recovers(standing),
        resend=beside(standing, "resend"),
        number=factor.number(waiting.id) if isinstance(waiting, Waiting) else "",
        valid_until=waiting.expires_at if isinstance(waiting, Waiting) else None,
        now=question.now,
        events=f"{here(standing)}/events",
        sent=waiting != "none",
        qr_svg=qr.inline_svg(f"{home.issuer}{APPROVAL_ADDRESS}/{waiting.id}") if isinstance(waiting, Waiting) else None,
        phone_url=home.phone_url(number.value if number is not None else None) if is_waiting else None,
        too_many_sent=common["paused_for"] == FOREVER,
    )


def totp(request: Request, home: House, uow: UnitOfWork, standing: Standing, refusal: Refusal) -> Page:
    return TotpPage(
        **_common(request, uow, standing, Method.TOTP, refusal), recovering=_recovers(standing), digits=DIGITS
    )


def passkey(request: Request, home: House, uow: UnitOfWork, standing: Standing, refusal: Refusal) -> Page:
    factor, question = cast(Passkey, home.world.factors[Method.PASSKEY]), _asking(request, standing)
    waiting = factor.waiting(uow, question)
    return PasskeyPage(
        **_common(request, uow, standing, Method.PASSKEY, refusal),
        recovering=_recovers(standing),
        resend=beside(standing, "resend"),
        options=factor.options(uow, waiting, question) if isinstance(waiting, Waiting) else "",
        ready=isinstance(waiting, Waiting),
    )


def backup_code(request: Request, home: House, uow: UnitOfWork, standing: Standing, refusal: Refusal) -> Page:
    return BackupCodePage(
        **_common(request, uow, standing, Method.BACKUP_CODE, refusal), recovering=_recovers(standing)
    )


PAGES: dict[Method, Callable[[Request, House, UnitOfWork, Standing, Refusal], Page]] = {
    Method.SMS: sms,
    Method.APP: app,
    Method.TOTP: totp,
    Method.PASSKEY: passkey,
    Method.BACKUP_CODE: backup_code,
}


def _common(request: Request, uow: UnitOfWork, standing: Standing, method: Method, refusal: Refusal) -> dict[str, Any]:
    """What every page of a second step has. A paused one shows no form, so no error beside it either."""
    paused = _paused_for(uow, standing, citizen_of(standing), method)
    has_others = standing.step is not Step.ENABLING and len(standing.facts.offered) > 1
    return {
        "submit": here(standing),
        "cancel": beside(standing, "cancel"),
        "rp_name": rp_name(standing, language(request)),
        "paused_for": paused,
        "other": beside(standing, "other") if has_others else None,
        "errors": refusal.errors if paused is None else (),
        "notice": refusal.notice,
    }


def _recovers(standing: Standing) -> bool:
    return isinstance(standing.login.purpose, PasswordRecovery)


def _paused_for(uow: UnitOfWork, standing: Standing, citizen: Citizen, method: Method) -> int | None:
    refused = pause_of(uow, citizen.id, method, standing.facts.now)
    return None if refused is None else refused.seconds(standing.facts.now) or FOREVER


def _option(
    uow: UnitOfWork, standing: Standing, citizen: Citizen, held: tuple[Authenticator, ...], method: Method
) -> MethodOption:
    phone = citizen.verified_phone
    codes = sum(one.method is Method.BACKUP_CODE and one.is_usable for one in held)
    return MethodOption(
        method=METHODS[method],
        value=method.value,
        phone_ending=phone.ending if method is Method.SMS and phone is not None else None,
        codes_left=codes if method is Method.BACKUP_CODE else None,
        paused_for=_paused_for(uow, standing, citizen, method),
        last_used=method is citizen.last_method,
        extension=is_extension(method),
    )


def _asking(request: Request, standing: Standing) -> Asking:
    return asking(standing, language(request), origin(request))


def _purpose(standing: Standing) -> CodePurpose:
    if standing.step is Step.ENABLING:
        return CodePurpose.ENABLE
    login = standing.login
    is_for_settings = login.request is None and login.requirement.max_age is not None
    return CodePurpose.CONFIRM if is_for_settings else CodePurpose.LOGIN
