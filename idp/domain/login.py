"""A login: one attempt of one browser to prove who it is, from the request to the answer."""

from dataclasses import dataclass, field
from enum import StrEnum

from idp.domain.authorization_request import AuthorizationRequest
from idp.domain.evidence import Evidence, Method
from idp.domain.level import Level


@dataclass(frozen=True, slots=True)
class AccountVisit:
    """A login that ends at our own account pages: `path` is one of ours (`/hesabim…`)."""

    path: str


@dataclass(frozen=True, slots=True)
class PasswordRecovery:
    """A forgotten password: the login proves who asks by other means, and ends with a new password, never logged in.

    `login_id` is the login of the same browser to go back to; None for our own account pages.
    """

    login_id: str | None = None


@dataclass(frozen=True, slots=True)
class Requirement:
    """What this login must reach, fixed when it began.

    `level`: the floor below which nothing is issued. `max_age`: seconds that the oldest proof may be old; None for no
    limit. `wish` is a level that is asked for where the citizen can reach it, and misses nothing where not
    (`acr_values`). `renew`: nothing proved before this login counts (`prompt=login`, `max_age=0`). `choose_account`:
    `prompt=select_account`. `satisfiable`: False when an essential `acr` names only values that no login can reach.
    """

    level: Level = Level.PASSWORD
    max_age: int | None = None
    wish: Level = Level.PASSWORD
    renew: bool = False
    choose_account: bool = False
    satisfiable: bool = True


class LoginState(StrEnum):
    OPEN = "open"
    FINISHED = "finished"
    ENDED = "ended"


class Enabling(StrEnum):
    """Switching two-step login on inside this login: offered and accepted, then done (and still to be told)."""

    NO = "no"
    STARTED = "started"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Login:
    """One login transaction.

    `browser_hash` binds it to the browser that began it: knowing `id` opens nothing. `version` grows with each saved
    change; a save that expects another version changes nothing. `evidence` holds what was proved here, and what the
    session `session_id` of the same browser had proved when it was taken over. `consented` and `account_chosen` are
    the citizen's answers in this login; `method` is the second factor that was chosen, None while none is.
    `sought` is a keyed MAC of the number that a recovery asks for, which may be nobody's.
    """

    id: str
    browser_hash: str = field(repr=False)
    purpose: AuthorizationRequest | AccountVisit | PasswordRecovery
    requirement: Requirement
    created_at: int
    expires_at: int
    version: int = 0
    state: LoginState = LoginState.OPEN
    citizen_id: str | None = None
    session_id: str | None = None
    evidence: Evidence = ()
    account_chosen: bool = False
    consented: bool = False
    method: Method | None = None
    enabling: Enabling = Enabling.NO
    sought: str | None = field(default=None, repr=False)

    @property
    def request(self) -> AuthorizationRequest | None:
        """The relying party's request; None for a visit to the account pages, and for a recovery."""
        return self.purpose if isinstance(self.purpose, AuthorizationRequest) else None
