"""Records to put into a store, and many hands at once."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TypeVar

from idp.domain.authenticator import Authenticator
from idp.domain.authorization_request import AuthorizationRequest, Prompt, RequestedClaims
from idp.domain.challenge import Challenge
from idp.domain.citizen import Citizen
from idp.domain.client import Client
from idp.domain.client_metadata import (
    ApplicationType,
    ClientMetadata,
    Encryption,
    GrantType,
    ResponseMode,
    ResponseType,
)
from idp.domain.enrolment import Enrolment
from idp.domain.evidence import Assurance, Method, Proof
from idp.domain.grant import Grant, RefreshToken, Subject
from idp.domain.level import Level
from idp.domain.login import Login, Requirement
from idp.domain.national_id import NationalId
from idp.domain.phone_number import PhoneNumber
from idp.domain.session import Session
from idp.store.store import Store

T = TypeVar("T")

NOW = 1_700_000_000

CITIZEN = Citizen(
    id="ada",
    national_id=NationalId.parse("10000000146"),
    given_name="Ada",
    family_name="Işık",
    password_hash="$argon2id$first",
    password_changed_at=NOW,
    created_at=NOW,
    birthdate="1990-02-28",
    phone_number=PhoneNumber.parse("+905000000001"),
    phone_verified_at=NOW,
    two_step=True,
)
OTHER_CITIZEN = replace(CITIZEN, id="can", national_id=NationalId.parse("10000000214"))
CLIENT = Client(
    client_id="mhrs",
    name="MHRS",
    redirect_uris=("https://mhrs.test/cb", "https://mhrs.test/cb2"),
    secret_hash="ab" * 32,
    sector_identifier="mhrs.test",
    minimum_level=Level.TWO_STEP,
    return_origins=("https://return.test",),
    resources=("https://api.mhrs.test", "https://api.mhrs.test/v2"),
    metadata=ClientMetadata(
        grant_types=(GrantType.AUTHORIZATION_CODE, GrantType.REFRESH_TOKEN),
        response_types=(ResponseType.CODE, ResponseType.ID_TOKEN_TOKEN),
        response_modes=(ResponseMode.FORM_POST,),
        application_type=ApplicationType.NATIVE,
        contacts=("a@mhrs.test",),
        localized={"client_name#tr": "Işık"},
        jwks_uri="https://mhrs.test/jwks",
        id_token_encryption=Encryption("RSA-OAEP-256"),
        userinfo_signed_response_alg="PS256",
        default_max_age=60,
        require_auth_time=True,
    ),
    registration_token_hash="cd" * 32,
    created_at=NOW,
)
PROOF = Proof(Method.PASSWORD, "ada", "login-1", "v1", NOW)
REQUEST = AuthorizationRequest(
    client_id="mhrs",
    redirect_uri="https://mhrs.test/cb",
    scope=("openid", "profile"),
    state="s",
    nonce="n",
    code_challenge="c" * 43,
    prompt=frozenset({Prompt.LOGIN, Prompt.CONSENT}),
    max_age=60,
    wished_levels=(Level.PHISHING_RESISTANT,),
    essential_levels=(Level.TWO_STEP, Level.PHISHING_RESISTANT),
    claims=RequestedClaims(userinfo=("national_id",), id_token=("acr",)),
    login_hint="10000000146",
    ui_locales=("tr", "en"),
    response_type=ResponseType.ID_TOKEN,
    response_mode=ResponseMode.FORM_POST,
    resource=("https://api.mhrs.test",),
)
LOGIN = Login(
    id="login-1",
    browser_hash="b" * 64,
    purpose=REQUEST,
    requirement=Requirement(level=Level.TWO_STEP, max_age=60, wish=Level.PHISHING_RESISTANT, renew=True),
    created_at=NOW,
    expires_at=NOW + 600,
)
CHALLENGE = Challenge(
    id="challenge-1",
    login_id="login-1",
    citizen_id="ada",
    method=Method.SMS,
    destination="+905000000001",
    code_mac="m" * 64,
    created_at=NOW,
    expires_at=NOW + 180,
)
APPROVAL = replace(
    CHALLENGE,
    id="approval-1",
    method=Method.APP,
    destination="",
    ip="192.0.2.1",
    user_agent="Firefox",
)
DEVICE = Authenticator(
    id="device-1",
    citizen_id="ada",
    method=Method.APP,
    name="Telefonum",
    created_at=NOW,
    handle="thumbprint",
    public_key='{"kty":"EC"}',
)
TOTP = Authenticator(id="totp-1", citizen_id="ada", method=Method.TOTP, name="", created_at=NOW + 1, counter=100)
BACKUP_CODE = Authenticator(
    id="code-1", citizen_id="ada", method=Method.BACKUP_CODE, name="", created_at=NOW + 2, handle="AB"
)
ENROLMENT = Enrolment(
    id="enrolment-1",
    citizen_id="ada",
    session_id="session-1",
    method=Method.APP,
    created_at=NOW,
    expires_at=NOW + 300,
    code_mac="p" * 64,
)
SESSION = Session(
    id="session-1",
    handle_hash="h" * 64,
    sid="sid-1",
    citizen_id="ada",
    evidence=(PROOF, replace(PROOF, method=Method.SMS, credential="+905000000001")),
    created_at=NOW,
    last_seen_at=NOW,
    expires_at=NOW + 28_800,
    ip="192.0.2.1",
    user_agent="Test",
)
GRANT = Grant(
    id="grant-1",
    client_id="mhrs",
    subject=Subject("ada", "sid-1", "session-1", Assurance("urn:esik:acr:two-step", ("pwd", "sms", "mfa"), NOW)),
    scope=("openid", "profile"),
    redirect_uri="https://mhrs.test/cb",
    code_hash="f" * 64,
    code_expires_at=NOW + 60,
    created_at=NOW,
    expires_at=NOW + 660,
    nonce="nonce",
    code_challenge="c" * 43,
    claims=RequestedClaims(userinfo=("phone_number",)),
    resource=("https://api.mhrs.test",),
)
REFRESH_TOKEN = RefreshToken(
    token_hash="a" * 64, grant_id="grant-1", generation=1, created_at=NOW, expires_at=NOW + 600
)


def furnish(store: Store) -> None:
    """A citizen, a client, and one of each thing that a login leaves behind."""
    with store.begin() as work:
        assert work.citizens.add(CITIZEN)
        assert work.citizens.add(OTHER_CITIZEN)
        assert work.clients.add(CLIENT)
        work.logins.insert(LOGIN)
        work.challenges.insert(CHALLENGE)
        work.sessions.insert(SESSION)
        work.grants.insert(GRANT)


def at_once(hands: int, act: Callable[[int], T]) -> list[T]:
    """What `act(0)`, `act(1)` … answer when they all start at the same moment, each in a thread of its own."""
    barrier = threading.Barrier(hands, timeout=30)

    def wait_and_act(number: int) -> T:
        barrier.wait()
        return act(number)

    with ThreadPoolExecutor(hands) as pool:
        return list(pool.map(wait_and_act, range(hands)))
