"""The `sub` claim: opaque, and pairwise unless the client is registered as public (OpenID Connect Core §8)."""

import base64
import hashlib
import hmac

from idp.domain.client import Client, SubjectType


def subject_identifier(client: Client, citizen_id: str, salt: bytes) -> str:
    """43 URL-safe characters, stable for one citizen and sector; nobody without the salt can link or reverse them."""
    sector = client.sector if client.subject_type is SubjectType.PAIRWISE else ""
    digest = hmac.digest(salt, f"{client.subject_type}|{sector}|{citizen_id}".encode(), hashlib.sha256)
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
