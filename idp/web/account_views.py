"""The views of the account pages, from records."""

from typing import Literal

from idp.domain.audit import AuditRow, Event
from idp.domain.citizen import Citizen
from idp.domain.evidence import Method as DomainMethod
from idp.journey.security_settings import Visitor
from idp.policy.passwords import HISTORY, LEAST_CHARACTERS, MOST_CHARACTERS, PasswordFault, PasswordPolicy
from idp.web.devices import browser_name, masked_address
from idp.web.house import UnitOfWork
from idp.web.i18n import Text
from idp.web.views import (
    AccountHomePage,
    FieldError,
    HistoryPage,
    HistoryRow,
    LoginOutcome,
    Method,
    PasswordChangePage,
    PasswordRule,
    Problem,
    SessionRow,
    SessionsPage,
    TwoStepSettingsPage,
)

HISTORY_ROWS = 20

_OUTCOMES = {
    Event.LOGIN_FINISHED: LoginOutcome.SUCCEEDED,
    Event.PASSWORD_REFUSED: LoginOutcome.WRONG_PASSWORD,
    Event.FACTOR_REFUSED: LoginOutcome.WRONG_CODE,
    Event.LOGIN_REFUSED: LoginOutcome.REFUSED,
    Event.LOGIN_CANCELLED: LoginOutcome.CANCELLED,
}
_METHODS = {DomainMethod.PASSWORD: Method.PASSWORD, DomainMethod.SMS: Method.SMS}
_PROBLEMS = {
    PasswordFault.TOO_SHORT: Problem.TOO_SHORT,
    PasswordFault.TOO_LONG: Problem.TOO_LONG,
    PasswordFault.NO_LOWER: Problem.NO_LOWER_CASE,
    PasswordFault.NO_UPPER: Problem.NO_UPPER_CASE,
    PasswordFault.NO_DIGIT: Problem.NO_DIGIT,
    PasswordFault.NO_SYMBOL: Problem.NO_SYMBOL,
    PasswordFault.HOLDS_NATIONAL_ID: Problem.HOLDS_NATIONAL_ID,
    PasswordFault.HOLDS_PHONE_NUMBER: Problem.HOLDS_PHONE_NUMBER,
    PasswordFault.HOLDS_BIRTH_YEAR: Problem.HOLDS_BIRTH_YEAR,
    PasswordFault.COMMON: Problem.TOO_COMMON,
    PasswordFault.UNREADABLE: Problem.UNREADABLE,
    PasswordFault.REUSED: Problem.USED_BEFORE,
}


def home(uow: UnitOfWork, visitor: Visitor, now: int) -> AccountHomePage:
    logins = [row for row in uow.audit.of_citizen(visitor.citizen.id, HISTORY_ROWS) if _is_login(row)]
    earlier = [row.at for row in logins if row.session_id != visitor.session.id]
    return AccountHomePage(
        citizen_name=visitor.citizen.name,
        two_step=visitor.citizen.two_step,
        sessions=len(uow.sessions.of_citizen(visitor.citizen.id, now)),
        password_changed_at=visitor.citizen.password_changed_at,
        last_login_at=earlier[0] if earlier else None,
    )


def two_step(
    citizen: Citizen,
    *,
    submit: str,
    chosen: bool | None,
    accepted: bool,
    phone_url: str | None,
    errors: tuple[FieldError, ...],
    notice: Text | None,
) -> TwoStepSettingsPage:
    phone = citizen.verified_phone
    return TwoStepSettingsPage(
        submit=submit,
        two_step=citizen.two_step,
        phone_ending=phone.ending if phone is not None else None,
        chosen=chosen,
        terms_accepted=accepted,
        phone_url=phone_url,
        errors=errors,
        notice=notice,
    )


def cannot_enable(citizen: Citizen, *, accepted: bool) -> FieldError | None:
    """Why two-step login cannot be switched on with this form; None if it can."""
    if citizen.verified_phone is None:
        return FieldError("two_step", Problem.PHONE_NOT_VERIFIED)
    return None if accepted else FieldError("accept_terms", Problem.TERMS_NOT_ACCEPTED)


def password(
    policy: PasswordPolicy,
    visitor: Visitor,
    submit: str,
    *,
    errors: tuple[FieldError, ...] = (),
    notice: Text | None = None,
) -> PasswordChangePage:
    return PasswordChangePage(
        submit=submit,
        rules=_rules(policy),
        changed_at=visitor.citizen.password_changed_at,
        errors=errors,
        notice=notice,
    )


def problem_of(fault: PasswordFault | Literal["empty", "differs"], policy: PasswordPolicy) -> FieldError:
    if fault == "empty":
        return FieldError("new_password", Problem.EMPTY_NEW_PASSWORD)
    if fault == "differs":
        return FieldError("new_password_repeat", Problem.REPEAT_DIFFERS)
    number = {
        PasswordFault.TOO_SHORT: LEAST_CHARACTERS[policy],
        PasswordFault.TOO_LONG: MOST_CHARACTERS,
        PasswordFault.REUSED: HISTORY,
    }.get(fault)
    return FieldError("new_password", _PROBLEMS[fault], {} if number is None else {"n": number})


def sessions(
    uow: UnitOfWork, visitor: Visitor, now: int, *, end: str, end_all: str, notice: Text | None
) -> SessionsPage:
    rows = tuple(
        SessionRow(
            id=session.id,
            device=browser_name(session.user_agent),
            ip=masked_address(session.ip),
            started_at=session.created_at,
            last_seen_at=session.last_seen_at,
            current=session.id == visitor.session.id,
        )
        for session in uow.sessions.of_citizen(visitor.citizen.id, now)
    )
    return SessionsPage(end=end, end_all=end_all, rows=rows, notice=notice)


def history(uow: UnitOfWork, visitor: Visitor) -> HistoryPage:
    rows: list[HistoryRow] = []
    for row in uow.audit.of_citizen(visitor.citizen.id, HISTORY_ROWS):
        if row.event not in _OUTCOMES:
            continue
        client = uow.clients.by_id(row.client_id) if row.client_id is not None else None
        rows.append(
            HistoryRow(
                at=row.at,
                outcome=_OUTCOMES[row.event],
                methods=tuple(_METHODS[DomainMethod(name)] for name in (row.method or "").split()),
                device=browser_name(row.origin.user_agent),
                ip=masked_address(row.origin.ip),
                service=client.name if client is not None else None,
            )
        )
    return HistoryPage(rows=tuple(rows))


def _is_login(row: AuditRow) -> bool:
    return row.event is Event.LOGIN_FINISHED


def _rules(policy: PasswordPolicy) -> tuple[Text, ...]:
    length = Text(PasswordRule.LENGTH, {"n": LEAST_CHARACTERS[policy]})
    classes = (Text(PasswordRule.CLASSES),) if policy is PasswordPolicy.EDEVLET else ()
    return (
        length,
        *classes,
        Text(PasswordRule.PERSONAL),
        Text(PasswordRule.HISTORY, {"n": HISTORY}),
        Text(PasswordRule.COMMON),
    )
