"""Levels by their names on the command line."""

from enum import StrEnum

from idp.domain.level import Level


class Floor(StrEnum):
    """The level below which nobody is let in to a client."""

    PASSWORD = "password"
    TWO_STEP = "two-step"
    PHISHING_RESISTANT = "phishing-resistant"

    @classmethod
    def of(cls, level: Level) -> "Floor":
        return cls(level.name.lower().replace("_", "-"))

    @property
    def level(self) -> Level:
        return Level[self.name]
