"""What the API answers to a login that is there, but too weak or too old (RFC 9470 §3, security.md R-38). Pure.

The scheme is `Bearer`, although what this API takes is the cookie of a session. RFC 9470 adds its error code to the
challenges of OAuth's token schemes. A cookie has no scheme of its own: an invented one would be passed over by every
client, while this one is understood, and no browser shows a dialogue for it. What it says is true of the session as
well: the login behind it must be repeated, with at least these requirements.
"""

from relying_party_demo.gate import Refused

_DESCRIPTIONS = {
    "acr": "A stronger login is required",
    "auth_time": "A more recent login is required",
}
"""For developers, in ASCII as RFC 6750 §3 wants; the words for people are in the envelope."""


def challenge(refused: Refused) -> str:
    """The value of `WWW-Authenticate`.

    It names level and age whichever of them failed: a client that mended only the one would be sent back for the other.
    """
    parameters = {
        "error": "insufficient_user_authentication",
        "error_description": _DESCRIPTIONS[refused.reason.claim],
        "acr_values": refused.requirement.level,
        "max_age": refused.requirement.max_age,  # quoted as in the examples of RFC 9470; a token would mean the same
    }
    return "Bearer " + ", ".join(f'{name}="{value}"' for name, value in parameters.items())
