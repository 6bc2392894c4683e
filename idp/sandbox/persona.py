"""What a sample person is: the state in which seeding leaves them."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from idp.domain.citizen import Citizen, CitizenState
from idp.domain.evidence import Method
from idp.domain.level import Level
from idp.domain.national_id import NationalId
from idp.domain.phone_number import PhoneNumber
from idp.domain.profile import Profile
from idp.policy import second_step

_DAY = 86_400


@dataclass(frozen=True, slots=True, kw_only=True)
class Persona:
    """One sample person as seeded. `note` says by language what the person is for; `phone` is E.164.

    `holds`: what is registered besides the phone, with the published keys of `credentials`; `preferred` is asked first.
    `paused`: wrong codes were entered just before, so the second step rests for a quarter of an hour.
    `password_age`: seconds since the password was set.
    """

    id: str
    national_id: NationalId
    given_name: str
    family_name: str
    birthdate: str
    note: Mapping[str, str] = field(hash=False)
    phone: PhoneNumber | None = None
    verified: bool = False
    two_step: bool = False
    holds: tuple[Method, ...] = ()
    preferred: Method | None = None
    paused: bool = False
    must_change_password: bool = False
    password_age: int = 0
    state: CitizenState = CitizenState.ACTIVE
    profile: Profile | None = None

    def as_citizen(self, citizen_id: str, password_hash: str | None, now: int) -> Citizen:
        there_since = now - max(self.password_age, _DAY)
        return Citizen(
            id=citizen_id,
            national_id=self.national_id,
            given_name=self.given_name,
            family_name=self.family_name,
            password_hash=password_hash,
            password_changed_at=now - self.password_age,
            created_at=there_since,
            birthdate=self.birthdate,
            phone_number=self.phone,
            phone_verified_at=there_since if self.verified else None,
            two_step=self.two_step,
            preferred_method=self.preferred,
            must_change_password=self.must_change_password,
            state=self.state,
            profile=Profile() if self.profile is None else replace(self.profile, updated_at=there_since),
        )

    @property
    def seeded_methods(self) -> tuple[Method, ...]:
        """The second steps that seeding leaves this person with, in the order in which a login offers them."""
        citizen = self.as_citizen("", None, 0)
        return second_step.offered(citizen, second_step.active(citizen, ()) | set(self.holds), Level.TWO_STEP)
