"""A person who can log in."""

from dataclasses import dataclass, field
from enum import StrEnum

from idp.domain.evidence import Method
from idp.domain.national_id import NationalId
from idp.domain.phone_number import PhoneNumber
from idp.domain.profile import Profile


class CitizenState(StrEnum):
    ACTIVE = "active"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Citizen:
    """One citizen. `id` is opaque and random: it never derives from the T.C. kimlik number.

    `two_step` is the citizen's own switch (Aktif/Pasif). Codes go only to a phone that was verified with identity,
    so a number alone is no factor: see `verified_phone`. `preferred_method` is the second step the citizen wants to be
    asked for, `last_method` the one last used. `must_change_password`: the password is somebody else's making (a sealed
    envelope) and opens nothing but the page that changes it.
    """

    id: str
    national_id: NationalId
    given_name: str
    family_name: str
    password_hash: str | None = field(repr=False)
    password_changed_at: int
    created_at: int
    birthdate: str | None = None  # YYYY-MM-DD
    phone_number: PhoneNumber | None = None
    phone_verified_at: int | None = None
    two_step: bool = False
    preferred_method: Method | None = None
    last_method: Method | None = None
    must_change_password: bool = False
    state: CitizenState = CitizenState.ACTIVE
    profile: Profile = field(default_factory=Profile)

    @property
    def name(self) -> str:
        return f"{self.given_name} {self.family_name}"

    @property
    def is_active(self) -> bool:
        return self.state is CitizenState.ACTIVE

    @property
    def verified_phone(self) -> PhoneNumber | None:
        return self.phone_number if self.phone_verified_at is not None else None
