"""A provider with an in-memory world behind it, and the few things a relying party does with it."""

import base64
import hashlib
import json
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from joserfc import jws
from joserfc.jwk import KeySet

from idp.crypto.secrets import HouseSecrets, sha256_hex
from idp.domain.audit import Event, Origin
from idp.domain.authorization_request import AuthorizationRequest
from idp.domain.citizen import Citizen
from idp.domain.client import Client, ClientAuthMethod, PkcePolicy
from idp.domain.evidence import Assurance
from idp.domain.grant import Subject
from idp.domain.level import Level
from idp.domain.national_id import NationalId
from idp.domain.phone_number import PhoneNumber
from idp.domain.signing_key import SigningKey
from idp.policy.subject import session_identifier
from idp.protocol.jose.keys import new_key
from idp.protocol.jose.signatures import SIGNATURES
from idp.protocol.messages import Acceptable, JsonAnswer, Redirect
from idp.protocol.server import OpenIDProvider, Options
from tests.clock import FakeClock
from tests.protocol.memory import Keys, UnitOfWork

ISSUER = "https://esik.example"
CALLBACK = "https://rp.example/callback"
SECRET = "s" * 43
VERIFIER = "v" * 43
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()
ORIGIN = Origin(ip="192.0.2.1", request_id="r1")
FORM = {"content-type": "application/x-www-form-urlencoded"}

TWO_STEP = Assurance(acr=Level.TWO_STEP.acr, amr=("pwd", "sms", "mfa"), auth_time=1_699_999_990)
PASSWORD = replace(TWO_STEP, acr=Level.PASSWORD.acr, amr=("pwd",))

CITIZEN = Citizen(
    id="citizen-1",
    national_id=NationalId("98765430170"),
    given_name="Ayşe",
    family_name="Örnek",
    password_hash=None,
    password_changed_at=0,
    created_at=0,
    birthdate="1990-05-17",
    phone_number=PhoneNumber("+905000000001"),
    phone_verified_at=1,
)

MHRS = Client(
    client_id="mhrs",
    name="MHRS",
    redirect_uris=(CALLBACK, "https://rp.example/other?tenant=7"),
    secret_hash=sha256_hex(SECRET),
    scopes=("openid", "profile", "phone", "kimlik"),
    sector_identifier="rp.example",
    id_token_alg="ES256",
    post_logout_redirect_uris=("https://rp.example/bye", "https://rp.example/bye?tenant=7"),
)
POSTING = replace(MHRS, client_id="posting", auth_method=ClientAuthMethod.CLIENT_SECRET_POST)
RSA = replace(MHRS, client_id="rsa", id_token_alg="RS256")
PUBLIC = replace(MHRS, client_id="public", auth_method=ClientAuthMethod.NONE, secret_hash=None)
LENIENT = replace(MHRS, client_id="lenient", pkce=PkcePolicy.OPTIONAL)
NARROW = replace(MHRS, client_id="narrow", scopes=("openid",))
DISABLED = replace(MHRS, client_id="disabled", disabled=True)
CLIENTS = (MHRS, POSTING, RSA, PUBLIC, LENIENT, NARROW, DISABLED)


@cache
def key(alg: str, number: int = 0) -> SigningKey:
    """RSA keys are slow to make, so the tests share them, and to parse, so most worlds do without."""
    return new_key(alg, now=number)


@dataclass
class World:
    clock: FakeClock = field(default_factory=FakeClock)
    keys: Keys = field(default_factory=lambda: Keys(key("ES256")))
    options: Options = field(default_factory=Options)
    uow: UnitOfWork = field(default_factory=lambda: UnitOfWork(CLIENTS, (CITIZEN,)))
    provider: OpenIDProvider = field(init=False)

    def __post_init__(self) -> None:
        secrets = HouseSecrets(b"test key")
        self.provider = OpenIDProvider(
            issuer=ISSUER,
            keys=self.keys,
            clock=self.clock,
            secrets=secrets,
            subject_salt=b"salt",
            options=self.options,
        )

    @classmethod
    def with_rsa(cls) -> "World":
        return cls(keys=Keys(key("ES256"), key("RS256")))

    def check(self, *more: tuple[str, str], client: Client = MHRS, without: str = "", **changed: str) -> Any:
        """The answer to an ordinary request with these parameters changed, left out or added."""
        return self.provider.check(self.uow, (*request_pairs(client, without, **changed), *more), ORIGIN)

    def accepted(self, client: Client = MHRS, without: str = "", **changed: str) -> AuthorizationRequest:
        answer = self.check(client=client, without=without, **changed)
        assert isinstance(answer, Acceptable), answer
        return answer.request

    def code(self, client: Client = MHRS, *, assurance: Assurance = TWO_STEP, without: str = "", **changed: str) -> str:
        """A fresh code, as the redirect delivers it."""
        request = self.accepted(client, without, **changed)
        answer = self.provider.respond(self.uow, request, client, subject(assurance), ORIGIN)
        assert isinstance(answer, Redirect)
        return query_of(answer)["code"]

    def token(
        self, code: str, /, *more: tuple[str, str], client: Client = MHRS, without: str = "", **changed: str
    ) -> JsonAnswer:
        """Redeem a code as an honest client would, with these parameters changed, left out or added."""
        values = {"grant_type": "authorization_code", "code": code, "redirect_uri": CALLBACK, "code_verifier": VERIFIER}
        headers = dict(FORM)
        if client.auth_method is ClientAuthMethod.CLIENT_SECRET_BASIC:
            headers["authorization"] = basic(client.client_id, SECRET)
        else:
            values["client_id"] = client.client_id
        if client.auth_method is ClientAuthMethod.CLIENT_SECRET_POST:
            values["client_secret"] = SECRET
        return self.post((values | changed), *more, without=without, headers=headers)

    def post(
        self, values: dict[str, str], *more: tuple[str, str], headers: dict[str, str], without: str = ""
    ) -> JsonAnswer:
        pairs = [(name, value) for name, value in values.items() if name not in without.split()]
        return self.provider.token(self.uow, (*pairs, *more), headers, ORIGIN)

    def tokens(self, client: Client = MHRS, **request: Any) -> dict[str, Any]:
        """The body of a successful exchange."""
        answer = self.token(self.code(client, **request), client=client)
        assert answer.status == 200, answer.body
        return body_of(answer)

    def userinfo(self, token: str, method: str = "GET") -> JsonAnswer:
        return self.provider.userinfo(self.uow, method, {"authorization": f"Bearer {token}"})

    def events(self) -> list[tuple[Event, str | None]]:
        return [(row.event, row.reason) for row in self.uow.audit.rows]

    def read(self, token: str) -> tuple[dict[str, Any], dict[str, Any]]:
        """Header and claims of a token, verified with nothing but the published keys."""
        keys = KeySet.import_key_set(json.loads(self.provider.jwks().body))
        signed = jws.deserialize_compact(token, keys, registry=SIGNATURES)
        return signed.headers(), json.loads(signed.payload or b"")


def sid_at(client: Client) -> str:
    """What this client calls the session of `subject()`."""
    return session_identifier(client, "sid-1", b"salt")


def subject(assurance: Assurance = TWO_STEP) -> Subject:
    return Subject(citizen_id=CITIZEN.id, sid="sid-1", session_id="session-1", assurance=assurance)


def request_pairs(client: Client = MHRS, without: str = "", **changed: str) -> list[tuple[str, str]]:
    values = {
        "response_type": "code",
        "client_id": client.client_id,
        "redirect_uri": CALLBACK,
        "scope": "openid profile phone",
        "state": "st4te",
        "nonce": "n0nce",
        "code_challenge": CHALLENGE,
        "code_challenge_method": "S256",
    }
    return [(name, value) for name, value in (values | changed).items() if name not in without.split()]


def basic(client_id: str, secret: str) -> str:
    return "Basic " + base64.b64encode(f"{client_id}:{secret}".encode()).decode()


def query_of(answer: Redirect) -> dict[str, str]:
    """The parameters of a redirect; each comes once."""
    pairs = parse_qsl(urlsplit(answer.location).query, keep_blank_values=True, strict_parsing=True)
    assert len(dict(pairs)) == len(pairs)
    return dict(pairs)


def unsigned(claims: dict[str, Any]) -> str:
    """A token with `alg: none` under our key's id."""
    header = {"alg": "none", "kid": key("ES256").kid, "typ": "JWT"}
    parts = (base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode() for part in (header, claims))
    return ".".join((*parts, ""))


def body_of(answer: JsonAnswer) -> dict[str, Any]:
    body: dict[str, Any] = json.loads(answer.body)
    return body


def headers_of(answer: JsonAnswer) -> dict[str, str]:
    return {name.lower(): value for name, value in answer.headers}


def error_of(answer: Any) -> str:
    """The OAuth error of whatever answer this is; empty for success."""
    if isinstance(answer, JsonAnswer):
        return str(body_of(answer).get("error", ""))
    return getattr(answer, "error", None) or ""
