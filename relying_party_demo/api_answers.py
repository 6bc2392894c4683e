"""What all operations of the JSON API share: the envelope, its language, the cookie, and how errors are described."""

from typing import Annotated, TypeVar

from fastapi import Depends
from fastapi.security import APIKeyCookie
from starlette.requests import Request

from relying_party_demo import answers
from relying_party_demo.api_models import Envelope, Failure, Message
from relying_party_demo.services import House, the_language
from relying_party_demo.texts import Catalogue
from relying_party_demo.timetable import local

Data = TypeVar("Data")

COOKIE = APIKeyCookie(
    name="mhrs_session",
    scheme_name="session",
    description="The cookie of a login by browser; on https its name is `__Host-mhrs_session`.",
    auto_error=False,
)


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


INVALID = described_problem(answers.INVALID_INPUT, "A parameter is missing or not of its type", "İstek anlaşılamadı.")
