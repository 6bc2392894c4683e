"""What the API answers to a caller whom it does not let in: `WWW-Authenticate` after RFC 6750 §3 and RFC 9470 §3. Pure.

The scheme is `Bearer` for the cookie of a session as well. RFC 9470 adds its error code to the challenges of OAuth's
token schemes. A cookie has no scheme of its own: an invented one would be passed over by every client, while this one
is understood, and no browser shows a dialogue for it. What it says is true of the session too: the login behind it must
be repeated, with at least these requirements.

Each challenge names the metadata of the API, where a client learns whose tokens it takes (RFC 9728 §5.1).
"""

from relying_party_demo.gate import Refused

_DESCRIPTIONS = {
    "acr": "A stronger login is required",
    "auth_time": "A more recent login is required",
}
"""For developers, in ASCII as RFC 6750 §3 wants; the words for people are in the envelope."""


def nothing_sent(metadata: str) -> str:
    """To a caller who showed nothing: no error code (RFC 6750 §3.1). `metadata` is its address, here and below."""
    return _bearer(resource_metadata=metadata)


def two_credentials(metadata: str) -> str:
    return _bearer(
        error="invalid_request",
        error_description="Send one access token or the cookie of a session",
        resource_metadata=metadata,
    )


def token_refused(metadata: str) -> str:
    """One text for every fault of a token: which check failed is in our log."""
    return _bearer(
        error="invalid_token",
        error_description="The access token is expired or not one for this API",
        resource_metadata=metadata,
    )


def login_refused(refused: Refused, metadata: str) -> str:
    """To a login that is there, but too weak or too old (security.md R-38).

    It names level and age whichever of them failed: a client that mended only the one would be sent back for the other.
    """
    return _bearer(
        error="insufficient_user_authentication",
        error_description=_DESCRIPTIONS[refused.reason.claim],
        acr_values=refused.requirement.level,
        max_age=str(refused.requirement.max_age),  # quoted as in RFC 9470; a token would mean the same
        resource_metadata=metadata,
    )


def _bearer(**parameters: str) -> str:
    return "Bearer " + ", ".join(f'{name}="{value}"' for name, value in parameters.items())
