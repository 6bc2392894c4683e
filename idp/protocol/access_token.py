"""The access token: a JWT (RFC 9068), signed ES256, for the issuer itself as the one resource there is (R-08).

`aud` is the issuer identifier: the resource behind it is the UserInfo endpoint. `jti` is `<grant id>.<random>`, so
that whoever is given the token can find the grant and see whether it still stands.
"""

from typing import Any

from idp.domain.client import Client
from idp.domain.grant import Grant
from idp.protocol.issuer import Issuer
from idp.protocol.verification import InvalidToken, verify

ALG = "ES256"
TYP = "at+jwt"


def issue(issuer: Issuer, grant: Grant, client: Client, *, now: int) -> str:
    assurance = grant.subject.assurance
    return issuer.keys.sign(
        {
            "iss": issuer.identifier,
            "sub": issuer.subject(client, grant.subject.citizen_id),
            "aud": issuer.identifier,
            "exp": now + issuer.lifetimes.access_token,
            "iat": now,
            "jti": f"{grant.id}.{issuer.secrets.token()}",
            "client_id": client.client_id,
            "scope": " ".join(grant.scope),
            "auth_time": assurance.auth_time,
            "acr": assurance.acr,
            "amr": list(assurance.amr),
        },
        alg=ALG,
        typ=TYP,
    )


def verify_access_token(token: str, issuer: Issuer, *, now: int) -> tuple[str, dict[str, Any]]:
    """The grant's id and the claims. Raises InvalidToken for every token that is not a live one of ours."""
    claims = verify(
        token, issuer.keys, algorithms=(ALG,), typ=TYP, issuer=issuer.identifier, audience=issuer.identifier, now=now
    )
    jti = claims.get("jti")
    if not isinstance(jti, str):
        raise InvalidToken("jti")
    return jti.rpartition(".")[0], claims
