"""The database that the server runs on: keys, clients, citizens, and codes that wait to be redeemed."""

import base64
import hashlib
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from idp.app import connect, provider_of
from idp.clock import SystemClock
from idp.crypto.hashing import Argon2Hasher
from idp.crypto.secrets import sha256_hex
from idp.domain.audit import Origin
from idp.domain.authorization_request import AuthorizationRequest
from idp.domain.citizen import Citizen
from idp.domain.client import Client, ConsentPolicy
from idp.domain.client_metadata import ClientMetadata, GrantType
from idp.domain.evidence import Assurance
from idp.domain.grant import Subject
from idp.domain.level import Level
from idp.domain.national_id import NationalId
from idp.domain.phone_number import PhoneNumber
from idp.domain.session import Session
from idp.protocol.jose.keys import new_key
from idp.settings import Settings
from idp.store import migrate
from idp.store.store import Store

PASSWORD = "Esik-Deneme-1"
CLIENT_SECRET = "the-benchmark-client-has-a-long-secret-too"
REDIRECT_URI = "http://localhost:8001/oidc/callback"
VERIFIER = "the-benchmark-uses-one-verifier-for-every-code-1234"
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()
CITIZENS = 40
ALGORITHMS = ("ES256", "RS256")
_GRANTS = (GrantType.AUTHORIZATION_CODE, GrantType.REFRESH_TOKEN, GrantType.CLIENT_CREDENTIALS)


def client_id(alg: str) -> str:
    return f"bench-{alg.lower()}"


def national_ids() -> list[NationalId]:
    """Valid numbers of the visible synthetic pattern `98765…`, without the sample people's own."""
    found = []
    for nine in range(987655000, 987655000 + CITIZENS):
        digits = [int(character) for character in str(nine)]
        tenth = (7 * sum(digits[0::2]) - sum(digits[1::2])) % 10
        found.append(NationalId.parse(f"{nine}{tenth}{(sum(digits) + tenth) % 10}"))
    return found


def phone_number(index: int) -> PhoneNumber:
    return PhoneNumber.parse(f"0500000{index + 1000:04d}")


def prepare(settings: Settings) -> None:
    """Migrate an empty database and fill it: one password hash serves all, so that only logins hash."""
    Path(settings.data_dir).mkdir(exist_ok=True)
    migrate.upgrade(settings.database_url)
    store, now = connect(settings), SystemClock().now()
    password_hash = Argon2Hasher().hash(PASSWORD)
    try:
        with store.begin() as uow:
            for alg in ALGORITHMS:
                uow.keys.add(new_key(alg, now))
                uow.clients.add(_client(alg, now))
            for index, number in enumerate(national_ids()):
                uow.citizens.add(_citizen(index, number, password_hash, now))
                uow.sessions.insert(_session(index, now))
    finally:
        store.close()


def codes(settings: Settings, alg: str, how_many: int, *scope: str) -> list[str]:
    """Fresh authorization codes, as the provider itself issues them, for further scopes too."""
    store = connect(settings)
    try:
        return _issued(settings, store, alg, how_many, scope)
    finally:
        store.close()


def _issued(settings: Settings, store: Store, alg: str, how_many: int, more: tuple[str, ...]) -> list[str]:
    provider, now = provider_of(settings, store, SystemClock()), SystemClock().now()
    request = AuthorizationRequest(
        client_id=client_id(alg),
        redirect_uri=REDIRECT_URI,
        scope=("openid", "profile", *more),
        nonce="bench",
        code_challenge=CHALLENGE,
    )
    assurance = Assurance(Level.TWO_STEP.acr, ("pwd", "sms", "mfa"), now)
    locations = []
    with store.begin() as uow:
        client = uow.clients.by_id(client_id(alg))
        if client is None:
            raise LookupError(client_id(alg))
        for number in range(how_many):
            index = number % CITIZENS
            subject = Subject(f"citizen-{index}", f"sid-{index}", f"session-{index}", assurance)
            answer = provider.respond(uow, request, client, subject, Origin())
            locations.append(getattr(answer, "location", ""))
    return [parse_qs(urlsplit(location).query)["code"][0] for location in locations]


def _client(alg: str, now: int) -> Client:
    return Client(
        client_id=client_id(alg),
        name=f"Benchmark {alg}",
        redirect_uris=(REDIRECT_URI,),
        secret_hash=sha256_hex(CLIENT_SECRET),
        id_token_alg=alg,
        scopes=("openid", "profile", "phone", "offline_access"),
        metadata=ClientMetadata(grant_types=_GRANTS),
        consent=ConsentPolicy.NEVER,
        created_at=now,
    )


def _citizen(index: int, number: NationalId, password_hash: str, now: int) -> Citizen:
    return Citizen(
        id=f"citizen-{index}",
        national_id=number,
        given_name="Deneme",
        family_name=f"Örnek {index}",
        password_hash=password_hash,
        password_changed_at=now,
        created_at=now,
        phone_number=phone_number(index),
        phone_verified_at=now,
        two_step=True,
    )


def _session(index: int, now: int) -> Session:
    return Session(
        id=f"session-{index}",
        handle_hash=sha256_hex(f"handle-{index}"),
        sid=f"sid-{index}",
        citizen_id=f"citizen-{index}",
        evidence=(),
        created_at=now,
        last_seen_at=now,
        expires_at=now + 8 * 3600,
    )
