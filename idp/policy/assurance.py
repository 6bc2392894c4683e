"""Evidence in, level out. The one place where `acr`, `amr` and `auth_time` are computed.

Nothing here reads a request, a profile or a flag: a level exists only as far as proofs carry it.
"""

from collections.abc import Iterable
from dataclasses import replace

from idp.domain.authenticator import Authenticator
from idp.domain.authorization_request import AuthorizationRequest, Prompt
from idp.domain.citizen import Citizen
from idp.domain.client import Client
from idp.domain.evidence import Assurance, Evidence, Method, Proof
from idp.domain.level import Level
from idp.domain.login import Requirement

FRESH_SECONDS = 300
"""How old a proof may be for anything that touches security settings."""

AMR: dict[Method, tuple[str, ...]] = {
    Method.PASSWORD: ("pwd",),
    Method.SMS: ("sms",),
    Method.APP: ("swk", "mca"),
    Method.TOTP: ("otp",),
    Method.PASSKEY: ("swk", "user"),
    Method.BACKUP_CODE: ("otp",),
}
"""RFC 8176 values for each method; `mfa` is added where two kinds of factor stand behind the level.

A passkey is `swk`, not `hwk`: no attestation is asked for, so nothing proves hardware.
"""

_SECOND_FACTOR_LEVEL: dict[Method, Level] = {
    Method.SMS: Level.TWO_STEP,
    Method.APP: Level.TWO_STEP,
    Method.TOTP: Level.TWO_STEP,
    Method.PASSKEY: Level.PHISHING_RESISTANT,
    Method.BACKUP_CODE: Level.TWO_STEP,
}


def level_with(method: Method) -> Level:
    """The level that the password and this second factor reach together."""
    return _SECOND_FACTOR_LEVEL[method]


def reachable_levels(methods: Iterable[Method] = tuple(_SECOND_FACTOR_LEVEL)) -> tuple[Level, ...]:
    """Every level that a login can end with when these second factors exist, lowest first."""
    return tuple(sorted({Level.PASSWORD, *(level_with(method) for method in methods)}))


def password_proof(evidence: Evidence, citizen_id: str) -> Proof | None:
    """The newest proof that this citizen knew the password."""
    return _newest(proof for proof in evidence if proof.method is Method.PASSWORD and proof.citizen_id == citizen_id)


def second_proof(evidence: Evidence, citizen_id: str) -> Proof | None:
    """The strongest, then newest, proof of another kind by the same citizen."""
    proofs = [proof for proof in evidence if proof.method.is_second_factor and proof.citizen_id == citizen_id]
    if not proofs:
        return None
    strongest = max(level_with(proof.method) for proof in proofs)
    return _newest(proof for proof in proofs if level_with(proof.method) == strongest)


def level_of(evidence: Evidence, citizen_id: str) -> Level | None:
    """The level that this evidence carries for this citizen; None without a password proof."""
    if password_proof(evidence, citizen_id) is None:
        return None
    second = second_proof(evidence, citizen_id)
    return Level.PASSWORD if second is None else level_with(second.method)


def assurance(evidence: Evidence, citizen_id: str) -> Assurance:
    """What goes into tokens. Raises ValueError when the evidence does not even hold a password proof."""
    password = password_proof(evidence, citizen_id)
    if password is None:
        raise ValueError("no password proof by this citizen")
    second = second_proof(evidence, citizen_id)
    if second is None:
        return Assurance(acr=Level.PASSWORD.acr, amr=AMR[Method.PASSWORD], auth_time=password.proved_at)
    return Assurance(
        acr=level_with(second.method).acr,
        amr=(*AMR[Method.PASSWORD], *AMR[second.method], "mfa"),
        auth_time=min(password.proved_at, second.proved_at),  # the oldest proof: one comparison judges max_age
    )


def counting(evidence: Evidence, requirement: Requirement, login_id: str, now: int) -> Evidence:
    """The proofs that count in this login: its own always, older ones of the session unless too old or renewed."""

    def counts(proof: Proof) -> bool:
        if proof.login_id == login_id:
            return True
        if requirement.renew:
            return False
        return requirement.max_age is None or now - proof.proved_at <= requirement.max_age

    return tuple(proof for proof in evidence if counts(proof))


def required(request: AuthorizationRequest, client: Client) -> Requirement:
    """What a request needs: the client's floor, or the lowest value of an essential `acr` that is not below it.

    The answer to an essential `acr` is one of its values, and the floor is never told as less: values below it cannot
    be the answer. One that names nothing reachable beside cannot be satisfied (OpenID Connect Core §5.5.1.1; Unmet
    Authentication Requirements 1.0). `acr_values` is a wish and requires nothing: the level listed first is asked
    for where the citizen can reach it, and otherwise the true level comes back. With `prompt=none` nothing can be
    asked, so a wish that is not met is no error (Core §5.5.1.1).
    """
    reachable = reachable_levels()
    level = client.minimum_level
    satisfiable = level <= reachable[-1]
    if request.essential_levels is not None:
        offered = [essential for essential in request.essential_levels if level <= essential <= reachable[-1]]
        satisfiable = satisfiable and bool(offered)
        level = min(offered, default=level)
    wished = () if Prompt.NONE in request.prompt else request.wished_levels
    return Requirement(
        level=level,
        max_age=request.max_age,
        wish=wished[0] if wished else Level.PASSWORD,
        renew=Prompt.LOGIN in request.prompt or request.max_age == 0,  # Core §3.1.2.1
        choose_account=Prompt.SELECT_ACCOUNT in request.prompt,
        satisfiable=satisfiable,
    )


def demanded_today(requirement: Requirement, request: AuthorizationRequest, client: Client) -> Requirement:
    """What a login that began with this requirement needs now: the client's floor may have been raised meanwhile (E07).

    It never falls: what was asked of the citizen stays asked.
    """
    now = required(request, client)
    return replace(
        requirement,
        level=max(requirement.level, now.level),
        satisfiable=requirement.satisfiable and now.satisfiable,
    )


def still_stands(proof: Proof, citizen: Citizen, held: Iterable[Authenticator]) -> bool:
    """Whether a proof names what its citizen has today: a former password, phone or device proves nothing any more."""
    if proof.citizen_id != citizen.id:
        return False
    if proof.method is Method.PASSWORD:
        return proof.credential == str(citizen.password_changed_at)
    if proof.method is Method.SMS:
        return citizen.verified_phone is not None and proof.credential == citizen.verified_phone.value
    return any(one.method is proof.method and one.id == proof.credential for one in held)


def standing(evidence: Evidence, citizen: Citizen, held: Iterable[Authenticator]) -> Evidence:
    """The proofs of this citizen that name what the citizen has today."""
    held = tuple(held)
    return tuple(proof for proof in evidence if still_stands(proof, citizen, held))


def reported_level(reached: Level, essential: tuple[Level, ...] | None) -> Level:
    """The level a token may state: the true one, or, for an essential `acr`, the highest listed one it satisfies.

    Raises ValueError if none is satisfied, so that no token can be made from an unmet requirement.
    """
    if essential is None:
        return reached
    satisfied = [level for level in essential if level <= reached]
    if not satisfied:
        raise ValueError("an essential acr is not met")
    return max(satisfied)


def fresh_level(evidence: Evidence, citizen_id: str, now: int) -> Level | None:
    """The level that proofs of the last 5 minutes carry: what a session may do to security settings."""
    return level_of(tuple(proof for proof in evidence if now - proof.proved_at <= FRESH_SECONDS), citizen_id)


def _newest(proofs: Iterable[Proof]) -> Proof | None:
    return max(proofs, key=lambda proof: proof.proved_at, default=None)
