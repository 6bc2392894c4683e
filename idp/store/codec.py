"""Records inside one column: JSON text, written and read field by field.

JSON is ASCII here, so that whatever a client sent (NUL, half a surrogate pair) can be stored by every database.
Reading is strict: a missing field, a field this version does not know, or another type is `Unreadable`, since a login
must not go on by half of what it requires. Only a member that the former version did not write yet may be missing.
"""

import json
from collections.abc import Iterable

from idp.domain.authorization_request import AuthorizationRequest, Prompt, RequestedClaims
from idp.domain.client_metadata import ResponseMode, ResponseType
from idp.domain.evidence import Evidence, Method, Proof
from idp.domain.level import Level
from idp.domain.login import AccountVisit, PasswordRecovery, Requirement


class Unreadable(ValueError):
    """Stored JSON that is not what this version wrote."""


def storable(text: str) -> str:
    """What a stranger's text (a User-Agent) may be in a plain column: what PostgreSQL cannot hold becomes U+FFFD.

    At most 400 characters, so that nobody fills the audit with one request.
    """
    text = text[:400]
    if text.isprintable():
        return text
    return "".join("\ufffd" if char == "\0" or "\ud800" <= char <= "\udfff" else char for char in text)


def dump(value: object) -> str:
    return json.dumps(value, separators=(",", ":"))


def load(stored: str) -> object:
    """Raises Unreadable."""
    try:
        value: object = json.loads(stored)
    except ValueError as error:
        raise Unreadable("not JSON") from error
    return value


def dump_texts(values: Iterable[str]) -> str:
    return dump(list(values))


def load_texts(stored: str) -> tuple[str, ...]:
    return texts(load(stored))


def fields(value: object, *names: str) -> list[object]:
    """The members of a JSON object that has exactly these names, in this order."""
    if not isinstance(value, dict) or value.keys() != set(names):
        raise Unreadable(f"not an object of {', '.join(names)}")
    return [value[name] for name in names]


def text(value: object) -> str:
    if not isinstance(value, str):
        raise Unreadable("not a string")
    return value


def text_or_none(value: object) -> str | None:
    return None if value is None else text(value)


def texts(value: object) -> tuple[str, ...]:
    return tuple(text(item) for item in _array(value))


def _array(value: object) -> list[object]:
    if not isinstance(value, list):
        raise Unreadable("not an array")
    return value


def number(value: object) -> int:
    if type(value) is not int:  # bool is an int too
        raise Unreadable("not a whole number")
    return value


def flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise Unreadable("not true or false")
    return value


def with_absent(value: object, **absent: object) -> object:
    """The value with these members where it is an object without them: a row that the former version wrote."""
    return absent | value if isinstance(value, dict) else value


def dump_purpose(purpose: AuthorizationRequest | AccountVisit | PasswordRecovery) -> str:
    if isinstance(purpose, AccountVisit):
        return dump({"path": purpose.path})
    if isinstance(purpose, PasswordRecovery):
        return dump({"recovers": purpose.login_id})
    essential = purpose.essential_levels
    asked = {
        "client_id": purpose.client_id,
        "redirect_uri": purpose.redirect_uri,
        "scope": purpose.scope,
        "state": purpose.state,
        "nonce": purpose.nonce,
        "code_challenge": purpose.code_challenge,
        "prompt": sorted(purpose.prompt),
        "max_age": purpose.max_age,
        "wished_levels": [int(level) for level in purpose.wished_levels],
        "essential_levels": None if essential is None else [int(level) for level in essential],
        "claims": claims_object(purpose.claims),
        "login_hint": purpose.login_hint,
        "hinted_subject": next(iter(purpose.hinted_subjects), None),
        "other_hinted_subjects": list(purpose.hinted_subjects[1:]),
        "ui_locales": purpose.ui_locales,
        "response_type": purpose.response_type,
        "response_mode": purpose.response_mode,
        "resource": list(purpose.resource),
    }
    return dump({name: value for name, value in asked.items() if name not in _OF_0003 or value != _OF_0003[name]})


_REQUEST = (
    *("client_id", "redirect_uri", "scope", "state", "nonce", "code_challenge", "prompt", "max_age"),
    *("wished_levels", "essential_levels", "claims", "login_hint", "hinted_subject", "ui_locales"),
    *("response_type", "response_mode", "resource", "other_hinted_subjects"),
)
_OF_0003: dict[str, object] = {
    "response_type": ResponseType.CODE,
    "response_mode": ResponseMode.QUERY,
    "resource": [],
    "other_hinted_subjects": [],
}
"""What a request of the former version asked for. It cannot read these members, so they are written where they differ
only: while both run together, each goes on with the logins of the other (L-22)."""


def load_purpose(stored: str) -> AuthorizationRequest | AccountVisit | PasswordRecovery:
    value = load(stored)
    if isinstance(value, dict) and "path" in value:
        (path,) = fields(value, "path")
        return AccountVisit(text(path))
    if isinstance(value, dict) and "recovers" in value:
        (login_id,) = fields(value, "recovers")
        return PasswordRecovery(text_or_none(login_id))
    client, redirect, scope, state, nonce, challenge, prompt, max_age, wished, essential, *rest = fields(
        with_absent(value, wished_levels=[], **_OF_0003), *_REQUEST
    )
    claims, hint, subject, locales, response_type, response_mode, resource, other_subjects = rest
    subject = text_or_none(subject)
    try:
        return AuthorizationRequest(
            client_id=text(client),
            redirect_uri=text(redirect),
            scope=texts(scope),
            state=text_or_none(state),
            nonce=text_or_none(nonce),
            code_challenge=text_or_none(challenge),
            prompt=frozenset(Prompt(item) for item in texts(prompt)),
            max_age=None if max_age is None else number(max_age),
            wished_levels=_levels(wished),
            essential_levels=None if essential is None else _levels(essential),
            claims=claims_of(claims),
            login_hint=text_or_none(hint),
            hinted_subjects=(*(() if subject is None else (subject,)), *texts(other_subjects)),
            ui_locales=texts(locales),
            response_type=ResponseType(text(response_type)),
            response_mode=ResponseMode(text(response_mode)),
            resource=texts(resource),
        )
    except ValueError as error:
        raise Unreadable(str(error)) from error


def _levels(value: object) -> tuple[Level, ...]:
    return tuple(Level(number(item)) for item in _array(value))


def claims_object(claims: RequestedClaims) -> dict[str, tuple[str, ...]]:
    return {"userinfo": claims.userinfo, "id_token": claims.id_token}


def claims_of(value: object) -> RequestedClaims:
    userinfo, id_token = fields(value, "userinfo", "id_token")
    return RequestedClaims(userinfo=texts(userinfo), id_token=texts(id_token))


def dump_requirement(requirement: Requirement) -> str:
    return dump(
        {
            "level": int(requirement.level),
            "max_age": requirement.max_age,
            "wish": int(requirement.wish),
            "renew": requirement.renew,
            "choose_account": requirement.choose_account,
            "satisfiable": requirement.satisfiable,
        }
    )


def load_requirement(stored: str) -> Requirement:
    value = with_absent(load(stored), wish=int(Level.PASSWORD))
    level, max_age, wish, renew, choose_account, satisfiable = fields(
        value, "level", "max_age", "wish", "renew", "choose_account", "satisfiable"
    )
    try:
        return Requirement(
            level=Level(number(level)),
            max_age=None if max_age is None else number(max_age),
            wish=Level(number(wish)),
            renew=flag(renew),
            choose_account=flag(choose_account),
            satisfiable=flag(satisfiable),
        )
    except ValueError as error:
        raise Unreadable(str(error)) from error


def dump_evidence(evidence: Evidence) -> str:
    return dump([[p.method, p.citizen_id, p.login_id, p.credential, p.proved_at] for p in evidence])


def load_evidence(stored: str) -> Evidence:
    return tuple(_proof(item) for item in _array(load(stored)))


def _proof(value: object) -> Proof:
    try:
        method, citizen_id, login_id, credential, proved_at = _array(value)
        return Proof(Method(text(method)), text(citizen_id), text(login_id), text(credential), number(proved_at))
    except ValueError as error:
        raise Unreadable(str(error)) from error
