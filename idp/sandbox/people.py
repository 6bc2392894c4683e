"""`/sandbox/v1/personas`: the sample people as they are now, with everything a test program needs to act as them."""

from typing import Annotated, Literal, cast

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request

from idp.domain.authenticator import Authenticator
from idp.domain.citizen import Citizen
from idp.domain.evidence import Method
from idp.sandbox import credentials
from idp.sandbox.persona import Persona
from idp.sandbox.personas import PERSONAS
from idp.sandbox.registered import methods
from idp.sandbox.world import sandbox

router = APIRouter(prefix="/sandbox/v1", tags=["sandbox"])

SecondStep = Literal["app", "sms", "passkey", "totp", "backup_code"]


class SampleDevice(BaseModel):
    """A registered device, for a client of the device API."""

    id: Annotated[str, Field(description="The device's id: the `kid` of what it signs.")]
    private_key: Annotated[dict[str, str], Field(description="P-256, a private JWK (RFC 7517).")]


class SamplePasskey(BaseModel):
    """A WebAuthn credential, for a browser's virtual authenticator. Bytes are base64url without padding."""

    credential_id: str
    private_key: Annotated[str, Field(description="P-256, PKCS#8 in DER.")]
    user_handle: str
    rp_id: Annotated[str, Field(description="The issuer's host.")]
    sign_count: Annotated[int, Field(description="As it stands now: an answer must count higher.")]


class Credentials(BaseModel):
    """As seeded, and public like the password. Null, or empty, for what the person was not given."""

    totp_secret: Annotated[str | None, Field(description="Base32; SHA-1, six digits, 30 seconds.")] = None
    backup_codes: Annotated[list[str], Field(description="All ten, those used up included.")]
    device: SampleDevice | None = None
    passkey: SamplePasskey | None = None


class PersonaRecord(BaseModel):
    """A sample person as they are now: `two_step` and `methods` follow what was changed in the account pages."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "id": "totp",
                    "national_id": "98765430484",
                    "password": "Esik-Deneme-1",
                    "phone_number": "+905000000004",
                    "two_step": True,
                    "methods": ["totp", "sms"],
                    "credentials": {
                        "totp_secret": "MAXV7TVH4UDFKYHTQDSTSCNY65DHTUDT",
                        "backup_codes": [],
                        "device": None,
                        "passkey": None,
                    },
                    "note": "Has an authenticator app: a code that changes every 30 seconds",
                }
            ]
        }
    )

    id: Annotated[str, Field(description="A stable name for test programs.")]
    national_id: Annotated[str, Field(description="T.C. kimlik number, made up, with right check digits.")]
    password: Annotated[str, Field(description="As seeded. It is the same for everybody and public.")]
    phone_number: Annotated[str | None, Field(description="E.164; null without a phone.")]
    two_step: Annotated[bool, Field(description="Whether two-step login is switched on.")]
    methods: Annotated[
        list[SecondStep],
        Field(
            description="The second steps this person can take, in the order in which a login offers them. "
            "A login asks for one where `two_step` is on."
        ),
    ]
    credentials: Credentials
    note: Annotated[str, Field(description="What the person is for.")]


@router.get("/personas", summary="List the sample people")
def personas(request: Request) -> list[PersonaRecord]:
    home, records = sandbox(request), []
    with home.store.read() as uow:
        for persona in PERSONAS:
            citizen = uow.citizens.by_national_id(persona.national_id)
            if citizen is not None:
                held = uow.authenticators.of_citizen(citizen.id)
                records.append(_record(persona, citizen, held, home.persona_password, home.rp_id))
    return records


def _record(
    persona: Persona, citizen: Citizen, held: tuple[Authenticator, ...], password: str, rp_id: str
) -> PersonaRecord:
    return PersonaRecord(
        id=persona.id,
        national_id=citizen.national_id.value,
        password=password,
        phone_number=None if citizen.phone_number is None else citizen.phone_number.value,
        two_step=citizen.two_step,
        methods=[cast(SecondStep, method.value) for method in methods(citizen, held)],
        credentials=_credentials(persona, held, rp_id),
        note=persona.note["en"],
    )


def _credentials(persona: Persona, held: tuple[Authenticator, ...], rp_id: str) -> Credentials:
    holds = persona.holds
    return Credentials(
        totp_secret=credentials.totp_secret(persona.id) if Method.TOTP in holds else None,
        backup_codes=list(credentials.backup_codes(persona.id)) if Method.BACKUP_CODE in holds else [],
        device=_device(persona.id) if Method.APP in holds else None,
        passkey=_passkey(persona.id, held, rp_id) if Method.PASSKEY in holds else None,
    )


def _device(persona_id: str) -> SampleDevice:
    device = credentials.device(persona_id)
    return SampleDevice(id=device.id, private_key=device.private_key)


def _passkey(persona_id: str, held: tuple[Authenticator, ...], rp_id: str) -> SamplePasskey:
    passkey = credentials.passkey(persona_id)
    return SamplePasskey(
        credential_id=passkey.credential_id,
        private_key=passkey.private_key,
        user_handle=passkey.user_handle,
        rp_id=rp_id,
        sign_count=next((one.counter for one in held if one.handle == passkey.credential_id), 0),
    )
