"""What is written down about everything that matters to security."""

from dataclasses import dataclass
from enum import StrEnum


class Event(StrEnum):
    """Every kind of audit row. The value is stored and never renamed."""

    LOGIN_BEGUN = "login.begun"
    LOGIN_FINISHED = "login.finished"
    LOGIN_CANCELLED = "login.cancelled"
    LOGIN_REFUSED = "login.refused"
    PASSWORD_PROVED = "password.proved"
    PASSWORD_REFUSED = "password.refused"
    PASSWORD_CHANGED = "password.changed"
    CODE_SENT = "factor.code_sent"
    FACTOR_PROVED = "factor.proved"
    FACTOR_REFUSED = "factor.refused"
    FACTOR_PAUSED = "factor.paused"
    METHOD_CHOSEN = "factor.chosen"
    APPROVAL_ASKED = "approval.asked"
    APPROVAL_GIVEN = "approval.given"
    APPROVAL_DENIED = "approval.denied"
    AUTHENTICATOR_ADDED = "authenticator.added"
    AUTHENTICATOR_RENAMED = "authenticator.renamed"
    AUTHENTICATOR_REMOVED = "authenticator.removed"
    AUTHENTICATOR_PREFERRED = "authenticator.preferred"
    ENROLMENT_BEGUN = "enrolment.begun"
    ENROLMENT_CLAIMED = "enrolment.claimed"
    ENROLMENT_REFUSED = "enrolment.refused"
    BACKUP_CODES_MADE = "backup_codes.made"
    COUNTER_FELL = "passkey.counter_fell"
    TWO_STEP_ENABLED = "two_step.enabled"
    TWO_STEP_DISABLED = "two_step.disabled"
    PHONE_VERIFIED = "phone.verified"
    PHONE_CHANGED = "phone.changed"
    RECOVERY_BEGUN = "recovery.begun"
    RECOVERY_REFUSED = "recovery.refused"
    CONSENT_GIVEN = "consent.given"
    CONSENT_REVOKED = "consent.revoked"
    ALARM_RAISED = "alarm.raised"
    SESSION_STARTED = "session.started"
    SESSION_STEPPED_UP = "session.stepped_up"
    SESSION_ENDED = "session.ended"
    AUTHORIZATION_REFUSED = "authorization.refused"
    TOKENS_ISSUED = "tokens.issued"
    CODE_ISSUED = "code.issued"
    CODE_REDEEMED = "code.redeemed"
    CODE_REFUSED = "code.refused"
    CODE_REPLAYED = "code.replayed"
    REFRESHED = "refresh_token.used"
    REFRESH_REFUSED = "refresh_token.refused"
    REFRESH_REUSED = "refresh_token.reused"
    CLIENT_TOKEN_ISSUED = "client_token.issued"
    TOKEN_REVOKED = "token.revoked"
    TOKEN_REFUSED = "token.refused"
    CLIENT_REFUSED = "client.refused"
    REQUEST_FORGED = "request.forged"
    KEY_ROTATED = "key.rotated"
    KEY_REVOKED = "key.revoked"
    CLIENT_CHANGED = "client.changed"
    CLIENT_REGISTERED = "client.registered"
    CLIENT_UPDATED = "client.updated"
    CLIENT_REMOVED = "client.removed"
    REGISTRATION_REFUSED = "registration.refused"
    REGISTRATION_ALLOWED = "registration.allowed"
    CITIZEN_CHANGED = "citizen.changed"


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a request came from, as far as the configured proxies vouch for it."""

    ip: str = ""
    user_agent: str = ""
    request_id: str = ""


@dataclass(frozen=True, slots=True)
class AuditRow:
    """One fact: who, what, when, from where, for which client, with what outcome. Never a secret.

    `reason` is a short code for the log and the audit (`wrong_password`), never text for people.
    """

    at: int
    event: Event
    ok: bool
    origin: Origin
    citizen_id: str | None = None
    client_id: str | None = None
    login_id: str | None = None
    session_id: str | None = None
    method: str | None = None
    reason: str | None = None
