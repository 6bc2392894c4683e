"""The shapes of the JSON API. Every answer is an `Envelope`, as the real service's are (domain.md §5.1)."""

from datetime import date
from typing import Annotated, Generic, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

Data = TypeVar("Data")

Id = Annotated[int, Field(description="An id of the directory.", examples=[6])]


class Model(BaseModel):
    """Snake case here, camel case on the wire."""

    model_config = ConfigDict(frozen=True, alias_generator=to_camel, validate_by_name=True, serialize_by_alias=True)


class Message(Model):
    """One remark about an answer."""

    kodu: Annotated[str, Field(description="A code that never changes its meaning.", examples=["GNL1009"])]
    mesaj: Annotated[str, Field(description="The same for people, in `lang`.", examples=["İşlem başarılı."])]


class Envelope(Model, Generic[Data]):
    """Around every answer. `success` says whether it worked; the HTTP status says the same to machines."""

    lang: Annotated[Literal["tr", "en"], Field(description="The language of the messages.")]
    success: bool
    infos: list[Message] = []
    warnings: list[Message] = []
    errors: list[Message] = []
    data: Data | None = None


class Failure(Envelope[None]):
    """An answer that says why not: `success` is false, `errors` has one message, `data` is null."""


class SessionData(Model):
    """Who is logged in, and the token that every POST needs."""

    ad: Annotated[str, Field(description="The citizen's name; empty for an access token.", examples=["AYŞE ÖRNEK"])]
    giris_duzeyi: Annotated[str, Field(description="`acr` of the login.", examples=["urn:esik:acr:two-step"])]
    giris_yontemleri: Annotated[list[str], Field(description="`amr`.", examples=[["pwd", "sms", "mfa"]])]
    csrf_token: Annotated[
        str,
        Field(
            description="Send it as `X-CSRF-Token` with every POST; empty for an access token, which needs none.",
            examples=["c2FsdA.9f86"],
        ),
    ]


class Item(Model):
    """Something to choose from."""

    id: Id
    ad: Annotated[str, Field(examples=["Ankara"])]


class SlotData(Model):
    """One place in a doctor's day."""

    fk_slot_id: Annotated[str, Field(description="Send it to book.", examples=["611119-1764050400"])]
    baslangic_zamani: Annotated[str, Field(description="RFC 3339, +03:00.", examples=["2025-11-25T09:00:00+03:00"])]
    bitis_zamani: Annotated[str, Field(description="RFC 3339, +03:00.", examples=["2025-11-25T09:20:00+03:00"])]


class OfferData(Model):
    """A doctor and their free slots, soonest first."""

    hekim: Item
    hastane: Item
    klinik: Item
    slotlar: list[SlotData]


class AppointmentData(Model):
    """One booking of the citizen."""

    id: Annotated[str, Field(examples=["Zk3vTq1mXw0Yb7aL"])]
    durum: Annotated[
        Literal["waiting", "approved", "past", "cancelled", "lapsed"],
        Field(description="`waiting` must be approved until `onaySonu`; `lapsed` was not, and is cancelled."),
    ]
    hekim: Item
    hastane: Item
    klinik: Item
    baslangic_zamani: Annotated[str, Field(examples=["2025-11-25T09:00:00+03:00"])]
    bitis_zamani: Annotated[str, Field(examples=["2025-11-25T09:20:00+03:00"])]
    onay_sonu: Annotated[str, Field(description="Until when to approve.", examples=["2025-11-24T20:00:00+03:00"])]


class NamedDate(Model):
    """Something that was done on a day."""

    ad: Annotated[str, Field(description="In the language of the request.", examples=["Grip (influenza)"])]
    tarih: Annotated[date, Field(examples=["2024-10-14"])]


class VisitData(Model):
    """An examination."""

    tarih: Annotated[date, Field(examples=["2025-03-11"])]
    hekim: Item
    hastane: Item
    klinik: Item


class HealthSummaryData(Model):
    """Invented from beginning to end: it belongs to no real person."""

    uydurma: Annotated[Literal[True], Field(description="Says so to programs, in every answer.")]
    aciklama: Annotated[str, Field(description="Says so to people.", examples=["Bu bilgiler uydurmadır."])]
    kan_grubu: Annotated[str, Field(examples=["A Rh pozitif (A+)"])]
    alerjiler: Annotated[list[str], Field(examples=[["Polen"]])]
    kronik_hastaliklar: Annotated[list[str], Field(examples=[["Astım"]])]
    asilar: Annotated[list[NamedDate], Field(description="The newest first.")]
    son_muayeneler: Annotated[list[VisitData], Field(description="The newest first.")]
    dogrulama_sonu: Annotated[
        str,
        Field(
            description="The last second at which this login is fresh enough to ask again. RFC 3339, +03:00.",
            examples=["2025-11-25T09:05:00+03:00"],
        ),
    ]


class BookingRequest(Model):
    """Which slot to book."""

    model_config = ConfigDict(extra="forbid")

    fk_slot_id: Annotated[str, Field(max_length=40, examples=["611119-1764050400"])]
