"""Evidence: what was really proved, when, with what, in which login. The only source of `acr`, `amr`, `auth_time`."""

from dataclasses import dataclass, field
from enum import StrEnum


class Method(StrEnum):
    """A way to prove something. The value is the name used at the control API and in storage."""

    PASSWORD = "password"
    SMS = "sms"
    APP = "app"
    TOTP = "totp"
    PASSKEY = "passkey"
    BACKUP_CODE = "backup_code"

    @property
    def is_second_factor(self) -> bool:
        """True for every method that is of another kind than the password."""
        return self is not Method.PASSWORD


@dataclass(frozen=True, slots=True)
class Proof:
    """One factor, proved once.

    `credential` names what was proved: the citizen's password version, the phone number a code went to, or the id of
    the authenticator.
    `login_id` is the transaction in which it was proved; a proof counts in that transaction, or in the live session
    of the same browser that the transaction continues, and nowhere else.
    """

    method: Method
    citizen_id: str
    login_id: str
    credential: str = field(repr=False)
    proved_at: int


Evidence = tuple[Proof, ...]


@dataclass(frozen=True, slots=True)
class Assurance:
    """What evidence amounts to, as it goes into tokens. `auth_time` is the oldest proof the level rests on."""

    acr: str
    amr: tuple[str, ...]
    auth_time: int
