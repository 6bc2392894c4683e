"""The ordered scale of authentication levels: one value per login, never a set.

e-Devlet publishes no numbering of its levels; this scale is Eşik's own and is labelled so in the documentation.
"""

from enum import IntEnum


class Level(IntEnum):
    """How strongly a login was proved. Compare with `>=`."""

    PASSWORD = 1
    TWO_STEP = 2
    PHISHING_RESISTANT = 3

    @property
    def acr(self) -> str:
        """The value of the `acr` claim (OpenID Connect Core §2)."""
        return _ACR[self]

    @classmethod
    def of_acr(cls, value: str) -> "Level | None":
        """The level that an `acr` value names, compared exactly; None for a value that is not ours."""
        return _LEVEL.get(value)


_ACR = {
    Level.PASSWORD: "urn:esik:acr:password",
    Level.TWO_STEP: "urn:esik:acr:two-step",
    Level.PHISHING_RESISTANT: "urn:esik:acr:phishing-resistant",
}
_LEVEL = {acr: level for level, acr in _ACR.items()}
