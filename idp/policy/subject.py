"""What a client calls a citizen and a session: opaque, and pairwise unless it is registered as public (Core §8)."""

import base64
import hashlib
import hmac

from idp.domain.client import Client, SubjectType


def subject_identifier(client: Client, citizen_id: str, salt: bytes) -> str:
    """43 URL-safe characters, stable for one citizen and sector; nobody without the salt can link or reverse them."""
    return _told_to(client, citizen_id, salt)


def session_identifier(client: Client, sid: str, salt: bytes) -> str:
    """The `sid` that this client sees: one value for all would join what pairwise `sub` values keep apart."""
    return _told_to(client, f"sid|{sid}", salt)


def _told_to(client: Client, name: str, salt: bytes) -> str:
    sector = client.sector if client.subject_type is SubjectType.PAIRWISE else ""
    digest = hmac.digest(salt, f"{client.subject_type}|{sector}|{name}".encode(), hashlib.sha256)
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
