"""The views of the account's front page and of the history, from audit rows."""

from idp.domain.audit import AuditRow, Event
from idp.domain.evidence import Method
from idp.journey.security_settings import Visitor
from idp.journey.world import World
from idp.policy import second_step
from idp.web.account.addresses import NOT_ME
from idp.web.account.places import place
from idp.web.devices import browser_name
from idp.web.house import UnitOfWork
from idp.web.i18n import Language, Text
from idp.web.method_words import METHODS, methods_of
from idp.web.views import AccountEvent, AccountHomePage, HistoryPage, HistoryRow, LoginOutcome

HISTORY_ROWS = 20

_OUTCOMES = {
    Event.LOGIN_FINISHED: LoginOutcome.SUCCEEDED,
    Event.PASSWORD_REFUSED: LoginOutcome.WRONG_PASSWORD,
    Event.FACTOR_REFUSED: LoginOutcome.WRONG_CODE,
    Event.FACTOR_PAUSED: LoginOutcome.METHOD_PAUSED,
    Event.APPROVAL_DENIED: LoginOutcome.DENIED,
    Event.LOGIN_REFUSED: LoginOutcome.REFUSED,
    Event.LOGIN_CANCELLED: LoginOutcome.CANCELLED,
}
_CHANGES = {
    Event.PASSWORD_CHANGED: AccountEvent.PASSWORD_CHANGED,
    Event.TWO_STEP_ENABLED: AccountEvent.TWO_STEP_ON,
    Event.TWO_STEP_DISABLED: AccountEvent.TWO_STEP_OFF,
    Event.AUTHENTICATOR_ADDED: AccountEvent.METHOD_ADDED,
    Event.AUTHENTICATOR_REMOVED: AccountEvent.METHOD_REMOVED,
    Event.AUTHENTICATOR_PREFERRED: AccountEvent.METHOD_PREFERRED,
    Event.BACKUP_CODES_MADE: AccountEvent.CODES_MADE,
    Event.PHONE_CHANGED: AccountEvent.PHONE_CHANGED,
    Event.CONSENT_REVOKED: AccountEvent.CONSENT_REVOKED,
    Event.RECOVERY_BEGUN: AccountEvent.RECOVERY,
}
_DEVICE_CHANGES = {
    Event.AUTHENTICATOR_ADDED: AccountEvent.DEVICE_ADDED,
    Event.AUTHENTICATOR_REMOVED: AccountEvent.DEVICE_REMOVED,
}


def home(uow: UnitOfWork, visitor: Visitor, world: World) -> AccountHomePage:
    citizen, now = visitor.citizen, world.clock.now()
    held = uow.authenticators.of_citizen(citizen.id)
    codes = [one for one in held if one.method is Method.BACKUP_CODE]
    rows = uow.audit.of_citizen(citizen.id, HISTORY_ROWS)
    earlier = [row.at for row in rows if _is_login(row) and row.session_id != visitor.session.id]
    longest = world.passwords.max_age
    active = second_step.active(citizen, held)
    return AccountHomePage(
        citizen_name=citizen.name,
        two_step=citizen.two_step,
        sessions=len(uow.sessions.of_citizen(citizen.id, now)),
        password_changed_at=citizen.password_changed_at,
        last_login_at=earlier[0] if earlier else None,
        methods=tuple(METHODS[method] for method in second_step.ORDER if method in active),
        codes_left=sum(one.is_usable for one in codes) if codes else None,
        password_due_at=None if longest is None else citizen.password_changed_at + longest,
    )


def history(uow: UnitOfWork, visitor: Visitor, lang: Language, notice: Text | None) -> HistoryPage:
    rows = uow.audit.of_citizen(visitor.citizen.id, HISTORY_ROWS)
    shown = [row for row in rows if row.event in _OUTCOMES or row.event in _CHANGES]
    return HistoryPage(rows=tuple(history_row(uow, visitor, row, lang) for row in shown), notice=notice)


def history_row(uow: UnitOfWork, visitor: Visitor, row: AuditRow, lang: Language) -> HistoryRow:
    """One line. A login of this very session cannot be disowned: whoever is here would end their own."""
    client = uow.clients.by_id(row.client_id) if row.client_id is not None else None
    current = _is_login(row) and row.session_id == visitor.session.id
    disownable = _is_login(row) and not current and row.login_id is not None
    return HistoryRow(
        at=row.at,
        outcome=_OUTCOMES.get(row.event),
        event=_change(row),
        methods=methods_of(row.method or ""),
        device=browser_name(row.origin.user_agent),
        place=place(row.origin.ip, lang),
        service=client.called(lang) if client is not None else None,
        not_me=f"{NOT_ME}/{row.login_id}" if disownable else None,
        current=current,
    )


def _change(row: AuditRow) -> AccountEvent | None:
    if row.method == Method.APP and row.event in _DEVICE_CHANGES:
        return _DEVICE_CHANGES[row.event]
    return _CHANGES.get(row.event)


def _is_login(row: AuditRow) -> bool:
    return row.event is Event.LOGIN_FINISHED
