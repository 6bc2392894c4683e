"""What a citizen is asked to agree to, and what an earlier yes covers (R-16)."""

import hashlib
import json
from collections.abc import Set

from idp.domain.authorization_request import AuthorizationRequest
from idp.domain.client import Client
from idp.domain.scopes import CLAIMS_OF_SCOPE


def covers(given: Set[str], asked: Set[str]) -> bool:
    """Whether nothing more is asked for: a claim named one by one came with a scope that was given (Core §5.4).

    Both are what `AuthorizationRequest.asks_for` answers.
    """
    return given | {f"claim:{name}" for scope in given for name in CLAIMS_OF_SCOPE.get(scope, ())} >= asked


def seen(client: Client, request: AuthorizationRequest) -> str:
    """The SHA-256 in hex of all that the page tells about who asks, and for what.

    It travels with the page, so that a yes counts only for the client that the citizen looked at: one that registered
    itself can change whenever it likes (RFC 7592 §2.2). No secret: whoever could send another value for this citizen
    could press the button too.
    """
    about = client.metadata
    told = (
        *(client.name, sorted(about.localized.items()), about.logo_uri, about.policy_uri, about.tos_uri),
        *(client.sector, client.subject_type, client.redirect_uris, request.redirect_uri, sorted(request.asks_for)),
    )
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()
