"""What all operations of the JSON API share: the envelope, its language, and how errors are described."""

from typing import Annotated, Any, TypeVar

from fastapi import Depends
from starlette.requests import Request

from relying_party_demo import answers, challenge
from relying_party_demo.api_models import Envelope, Failure, Message
from relying_party_demo.services import House, the_language
from relying_party_demo.texts import Catalogue
from relying_party_demo.timetable import local

Data = TypeVar("Data")

_METADATA = "https://mhrs.example.org/.well-known/oauth-protected-resource/api"


def the_texts(request: Request, services: House) -> Catalogue:
    return the_language(request, services)


Texts = Annotated[Catalogue, Depends(the_texts)]


def done(texts: Catalogue, data: Data) -> Envelope[Data]:
    """The envelope of an answer that holds what was asked for."""
    remark = Message(kodu=answers.DONE, mesaj=texts("api.done"))
    return Envelope[Data](lang="en" if texts.language == "en" else "tr", success=True, infos=[remark], data=data)


def time(instant: int) -> str:
    """RFC 3339 with the Turkish offset."""
    return local(instant).isoformat()


def described_problem(code: str, description: str, text: str) -> dict[str, object]:
    """An error answer, as the API's description tells it."""
    example = {
        "lang": "tr",
        "success": False,
        "infos": [],
        "warnings": [],
        "errors": [{"kodu": code, "mesaj": text}],
        "data": None,
    }
    return {
        "model": Failure,
        "description": description,
        "content": {"application/json": {"example": example}},
    }


def challenged(problem: dict[str, object], example: str) -> dict[str, object]:
    """The same problem, with the `WWW-Authenticate` that comes with it."""
    header = {
        "description": "A challenge after RFC 6750 §3. `insufficient_user_authentication` (RFC 9470 §3) tells which "
        "level and which age, in seconds, a new login must reach; `resource_metadata` is the address of RFC 9728.",
        "schema": {"type": "string", "examples": [example]},
    }
    return {**problem, "headers": {"WWW-Authenticate": header}}


INVALID = described_problem(answers.INVALID_INPUT, "A parameter is missing or not of its type", "İstek anlaşılamadı.")
UNCLEAR = challenged(
    described_problem(
        answers.INVALID_INPUT,
        "An access token and the cookie of a session, or two tokens: which one is meant? Or the body is not UTF-8 "
        "text, and then there is no challenge",
        "İstek anlaşılamadı.",
    ),
    challenge.two_credentials(_METADATA),
)
LOGIN_NEEDED = challenged(
    described_problem(
        answers.LOGIN_NEEDED,
        "Nobody is logged in, or the login is too weak or too old (`LGN1004`); or the access token is not one for this "
        "API (`ORN1006`). The challenge tells them apart",
        "Oturumunuz sona erdi. Yeniden giriş yapın.",
    ),
    challenge.token_refused(_METADATA),
)
UNAVAILABLE = {
    **described_problem(
        answers.UNAVAILABLE,
        "An access token cannot be judged now: the provider's keys are out of reach",
        "Giriş hizmetine ulaşılamıyor. Biraz sonra yeniden deneyin.",
    ),
    "headers": {"Retry-After": {"description": "Seconds to wait.", "schema": {"type": "integer"}}},
}
PROTECTED: dict[int | str, dict[str, Any]] = {400: UNCLEAR, 401: LOGIN_NEEDED, 422: INVALID, 503: UNAVAILABLE}
"""What every operation behind the login may answer."""
