"""A citizen, a client and a login to start from; tests replace what they are about."""

from idp.domain.authenticator import Authenticator
from idp.domain.authorization_request import AuthorizationRequest
from idp.domain.citizen import Citizen
from idp.domain.client import Client
from idp.domain.evidence import Method, Proof
from idp.domain.login import Login, Requirement
from idp.domain.national_id import NationalId
from idp.domain.phone_number import PhoneNumber

NOW = 1_800_000_000
LOGIN_ID = "this-login"
AYSE = Citizen(
    id="ayse",
    national_id=NationalId.parse("98765430170"),
    given_name="AYŞE",
    family_name="ÖRNEK",
    password_hash="$hash$",
    password_changed_at=0,
    created_at=0,
    birthdate="1984-05-17",
    phone_number=PhoneNumber.parse("05000000001"),
    phone_verified_at=0,
)
MHRS = Client(client_id="mhrs", name="MHRS", redirect_uris=("https://mhrs.example/cb",), secret_hash="00")
REQUEST = AuthorizationRequest(client_id="mhrs", redirect_uri="https://mhrs.example/cb", scope=("openid", "profile"))
LOGIN = Login(
    id=LOGIN_ID,
    browser_hash="browser",
    purpose=REQUEST,
    requirement=Requirement(),
    created_at=NOW,
    expires_at=NOW + 600,
)


def proof(
    method: Method, *, age: int = 0, citizen_id: str = AYSE.id, login_id: str = LOGIN_ID, credential: str = ""
) -> Proof:
    return Proof(method, citizen_id, login_id, credential=credential, proved_at=NOW - age)


def held(method: Method, *, name: str = "", citizen_id: str = AYSE.id, used_at: int | None = None) -> Authenticator:
    return Authenticator(f"{method}{name}", citizen_id, method, name, created_at=0, handle=name, used_at=used_at)
