"""The views of a forgotten password. Those before its second proof are the same for every number there is (A21)."""

from starlette.requests import Request

from idp.crypto.secrets import sha256_hex
from idp.domain.login import LoginState, PasswordRecovery
from idp.journey.recovery import code_digits, code_expires_at
from idp.journey.standing import Standing
from idp.web.conclusion import address
from idp.web.house import House, UnitOfWork, house
from idp.web.login.addresses import beside, citizen_of, forgotten, here
from idp.web.login.refusal import NOTHING, Refusal
from idp.web.presentation import cookies
from idp.web.views import Page, RecoveryCodePage, RecoveryDonePage, RecoveryIdentityPage, RecoveryStartPage

ACCOUNT = "/hesabim"


def start(waiting: str | None, refusal: Refusal = NOTHING) -> RecoveryStartPage:
    """`waiting` is the login to come back to."""
    return RecoveryStartPage(
        submit=forgotten(waiting),
        cancel=forgotten(waiting, "/vazgec"),
        national_id=refusal.typed,
        errors=refusal.errors,
        notice=refusal.notice,
    )


def code(request: Request, home: House, _: UnitOfWork, standing: Standing, refusal: Refusal) -> Page:
    now, valid_until = standing.facts.now, code_expires_at(home.world, standing.login)
    return RecoveryCodePage(
        submit=here(standing),
        resend=beside(standing, "recovery-resend"),
        digits=code_digits(home.world),
        valid_until=valid_until if valid_until > now else None,
        now=now,
        cancel=beside(standing, "cancel"),
        phone_url=_phones(home),
        errors=refusal.errors,
        notice=refusal.notice,
    )


def identity(request: Request, home: House, _: UnitOfWork, standing: Standing, refusal: Refusal) -> Page:
    number = citizen_of(standing).phone_number
    return RecoveryIdentityPage(
        submit=here(standing),
        phone_url=home.phone_url(None if number is None else number.value),
        cancel=beside(standing, "cancel"),
        errors=refusal.errors,
    )


def done(request: Request, home: House, uow: UnitOfWork, standing: Standing, refusal: Refusal) -> Page:
    purpose = standing.login.purpose
    return RecoveryDonePage(
        login_url=way_back(request, uow, purpose.login_id if isinstance(purpose, PasswordRecovery) else None)
    )


def _phones(home: House) -> str | None:
    """All the virtual phones: a link to one of them would say whose number it is."""
    return (home.phone_url("") or "").rstrip("/") or None


def way_back(request: Request, uow: UnitOfWork, waiting: str | None) -> str:
    """The login that waits, if it is this browser's and still open; else the account, which begins a new one."""
    binding = None if waiting is None else cookies(request).login(request, waiting)
    if waiting is None or binding is None:
        return ACCOUNT
    login, now = uow.logins.by_id(waiting, sha256_hex(binding)), house(request).world.clock.now()
    is_open = login is not None and login.state is LoginState.OPEN and now < login.expires_at
    return address(waiting) if is_open else ACCOUNT
