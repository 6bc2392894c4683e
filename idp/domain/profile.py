"""What a citizen's record holds about the person beyond what a login needs (OpenID Connect Core §5.1)."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Address:
    """A postal address (Core §5.1.1). `formatted` is for a label and may have several lines."""

    formatted: str | None = None
    street_address: str | None = None
    locality: str | None = None
    region: str | None = None
    postal_code: str | None = None
    country: str | None = None


@dataclass(frozen=True, slots=True)
class Profile:
    """Any of it may be absent. Names are those of the claims; `updated_at` is in seconds since the epoch.

    `profile`, `picture` and `website` are web addresses; `zoneinfo` is a time zone's name, `locale` a language tag.
    """

    middle_name: str | None = None
    nickname: str | None = None
    preferred_username: str | None = None
    profile: str | None = None
    picture: str | None = None
    website: str | None = None
    gender: str | None = None
    zoneinfo: str | None = None
    locale: str | None = None
    email: str | None = None
    email_verified: bool = False
    address: Address | None = None
    updated_at: int | None = None
