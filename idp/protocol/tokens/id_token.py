"""The ID token (OpenID Connect Core §2), and its later use as a hint."""

from typing import Any

from authlib.oidc.core.util import create_half_hash

from idp.domain.citizen import Citizen
from idp.domain.client import Client
from idp.domain.grant import Grant
from idp.protocol import claims as released
from idp.protocol.issuer import Issuer
from idp.protocol.jose.algorithms import SIGNING
from idp.protocol.jose.encryption import encrypted, recipient_key
from idp.protocol.jose.verification import verify
from idp.protocol.ports import UnitOfWork

TYP = "JWT"


def issue(
    issuer: Issuer,
    grant: Grant,
    client: Client,
    citizen: Citizen,
    *,
    uow: UnitOfWork,
    access_token: str | None,
    now: int,
) -> str:
    """Signed with what the client registered, and then encrypted if it registered that (Core §10.2).

    `acr`, `amr` and `auth_time` are the grant's, fixed when it was made. `access_token` None: the ID token comes alone.
    Raises DocumentNeeded, and ProtocolError if the client has no key to encrypt to.

    Claims about the citizen enter only if `claims` named them under `id_token` (IDT-07), and before the others, so
    that none can take the place of a real one (AL-21, A17).
    """
    assurance = grant.subject.assurance
    token: dict[str, Any] = released.named_values(citizen, client, grant.claims.id_token)
    if access_token is None:  # Core §5.4: nothing else could fetch them
        token |= released.named_values(citizen, client, released.of_scopes(grant.scope))
    token |= {
        "iss": issuer.identifier,
        "sub": issuer.subject(client, citizen.id),
        "aud": client.client_id,  # a string, not a list (AL-20)
        "exp": now + issuer.lifetimes.id_token,
        "iat": now,
        "auth_time": assurance.auth_time,
        "acr": assurance.acr,
        "amr": list(assurance.amr),
        "sid": issuer.sid(client, grant.subject.sid),
    }
    if access_token is not None:
        token["at_hash"] = create_half_hash(access_token, client.id_token_alg).decode()  # Core §3.1.3.6
    if grant.nonce is not None:
        token["nonce"] = grant.nonce
    signed = issuer.keys.sign(token, alg=client.id_token_alg, typ=TYP)
    wanted = client.metadata.id_token_encryption
    if wanted is None:
        return signed
    return encrypted(signed, recipient_key(uow, client, wanted, now), wanted, content_type="JWT")


def verify_hint(token: str, issuer: Issuer, *, client_id: str | None) -> dict[str, Any]:
    """The claims of an ID token that we issued, expired or not, to this client (None: to any). Raises InvalidToken.

    The signed one: who got it encrypted sends what was inside, since we publish no key to encrypt to (Core §3.1.2.1).
    """
    return verify(
        token, issuer.keys, algorithms=SIGNING, typ=TYP, issuer=issuer.identifier, audience=client_id, now=None
    )
