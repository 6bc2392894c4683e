"""The access token: a JWT (RFC 9068), signed ES256, for the protected resources it names and no others (R-08).

`aud` is what was asked for as `resource`, a string if it is one, or else the issuer itself: the resource behind that
name is the UserInfo endpoint. `jti` is `<grant id>.<random>`, so that whoever is given the token can find the grant and
see whether it still stands; a token of the client itself has no grant, and its `jti` begins with the dot.
"""

from collections.abc import Sequence
from typing import Any

from idp.domain.client import Client
from idp.domain.grant import Grant
from idp.protocol.issuer import Issuer
from idp.protocol.jose.verification import InvalidToken, verify

ALG = "ES256"
TYP = "at+jwt"


def issue(
    issuer: Issuer,
    grant: Grant,
    client: Client,
    *,
    now: int,
    scope: Sequence[str] | None = None,
    resource: Sequence[str] | None = None,
) -> str:
    """For the citizen's grant. `scope` and `resource`: less than was granted, where less was asked for."""
    assurance = grant.subject.assurance
    return _signed(
        issuer,
        client,
        grant_id=grant.id,
        resource=grant.resource if resource is None else resource,
        now=now,
        lifetime=lifetime(issuer, grant, now),
        about={
            "sub": issuer.subject(client, grant.subject.citizen_id),
            "scope": " ".join(grant.scope if scope is None else scope),
            "auth_time": assurance.auth_time,
            "acr": assurance.acr,
            "amr": list(assurance.amr),
        },
    )


def issue_to_client(issuer: Issuer, client: Client, *, now: int, resource: Sequence[str]) -> str:
    """For the client itself, about nobody (RFC 6749 §4.4; RFC 9068 §2.2)."""
    return _signed(
        issuer,
        client,
        grant_id="",
        resource=resource,
        now=now,
        lifetime=issuer.lifetimes.access_token,
        about={"sub": client.client_id},
    )


def lifetime(issuer: Issuer, grant: Grant, now: int) -> int:
    """Seconds; none outlives its grant."""
    return min(issuer.lifetimes.access_token, grant.expires_at - now)


def _signed(
    issuer: Issuer,
    client: Client,
    *,
    grant_id: str,
    resource: Sequence[str],
    now: int,
    lifetime: int,
    about: dict[str, Any],
) -> str:
    audience = list(resource) or [issuer.identifier]
    return issuer.keys.sign(
        {
            "iss": issuer.identifier,
            "aud": audience[0] if len(audience) == 1 else audience,
            "exp": now + lifetime,
            "iat": now,
            "jti": f"{grant_id}.{issuer.secrets.token()}",
            "client_id": client.client_id,
        }
        | about,
        alg=ALG,
        typ=TYP,
    )


def verify_access_token(
    token: str, issuer: Issuer, *, now: int, for_anybody: bool = False
) -> tuple[str, dict[str, Any]]:
    """The grant's id, empty for a token of the client itself, and the claims; `jti` and `client_id` are strings.

    Only a token for the issuer itself, unless `for_anybody`. Raises InvalidToken for every token that is not a live
    one of ours.
    """
    claims = verify(
        token,
        issuer.keys,
        algorithms=(ALG,),
        typ=TYP,
        issuer=issuer.identifier,
        audience=None if for_anybody else issuer.identifier,
        now=now,
        for_several=for_anybody,
    )
    jti = claims.get("jti")
    if not isinstance(jti, str) or not isinstance(claims.get("client_id"), str):
        raise InvalidToken("jti or client_id")
    return jti.rpartition(".")[0], claims


def revoked_name(claims: dict[str, Any]) -> str:
    """Under what name a revoked access token is remembered as spent."""
    return f"access_token {claims['jti']}"
