"""The views of switching two-step login on inside a login, and of a service that asks for a passkey."""

from starlette.requests import Request

from idp.journey.standing import Standing
from idp.web.house import House, UnitOfWork
from idp.web.login.addresses import OURSELVES, beside, citizen_of, here, rp_name
from idp.web.login.refusal import Refusal
from idp.web.presentation import language
from idp.web.views import Page, PasskeyNeededPage, PhoneUnverifiedPage, TwoStepOffPage, TwoStepOnPage

ADD_PASSKEY = "/hesabim/gecis-anahtarlari/ekle"


def two_step_off(request: Request, home: House, _: UnitOfWork, standing: Standing, refusal: Refusal) -> Page:
    citizen, name = citizen_of(standing), rp_name(standing, language(request)) or OURSELVES
    phone = citizen.verified_phone
    if phone is None:
        number = citizen.phone_number
        return PhoneUnverifiedPage(
            submit=here(standing),
            rp_name=name,
            phone_url=home.phone_url(number.value if number is not None else None),
            errors=refusal.errors,
        )
    return TwoStepOffPage(submit=here(standing), rp_name=name, phone_ending=phone.ending, errors=refusal.errors)


def two_step_on(request: Request, home: House, _: UnitOfWork, standing: Standing, refusal: Refusal) -> Page:
    return TwoStepOnPage(
        submit=here(standing),
        rp_name=rp_name(standing, language(request)) or OURSELVES,
        cancel=beside(standing, "cancel"),
        notice=refusal.notice,
    )


def passkey_needed(request: Request, home: House, _: UnitOfWork, standing: Standing, refusal: Refusal) -> Page:
    return PasskeyNeededPage(
        submit=here(standing),
        rp_name=rp_name(standing, language(request)) or OURSELVES,
        add_url=ADD_PASSKEY,
        errors=refusal.errors,
    )
