"""The JSON API, in the shape of the real one: the search chain, then booking. It is for citizens who logged in."""

from typing import Annotated

from fastapi import APIRouter, Depends, Header, Path, Query, Security
from starlette.requests import Request

from relying_party_demo import answers, appointments, csrf
from relying_party_demo.api_answers import PROTECTED, Texts, described_problem, done, time
from relying_party_demo.api_caller import COOKIE, TOKEN, Citizen, Login, check_proof, the_citizen
from relying_party_demo.api_models import (
    AppointmentData,
    BookingRequest,
    Envelope,
    Item,
    OfferData,
    SessionData,
    SlotData,
)
from relying_party_demo.appointments import Appointment
from relying_party_demo.booking import Search
from relying_party_demo.services import House, Services
from relying_party_demo.texts import Catalogue

_TOO_LARGE: dict[str, object] = {
    "description": "The body is larger than 16 KiB",
    "content": {"text/plain": {"example": "Content Too Large"}},
}
_FORGED = described_problem(
    answers.FORGED, "The cookie came, and `X-CSRF-Token` is missing or not this session's", "Sayfanın süresi doldu."
)
_TOO_MANY = described_problem(
    answers.TOO_MANY_SEARCHES, "Too many searches; see `Retry-After`", "Çok fazla arama yapıldı."
)
_CONFLICT = described_problem("ORN2002", "A rule says no; `kodu` tells which", "Bu saati az önce başkası aldı.")
_MISSING = described_problem("ORN2006", "There is no such slot or appointment for this citizen", "Randevu bulunamadı.")

router = APIRouter(
    prefix="/api",
    dependencies=[Security(COOKIE), Security(TOKEN), Depends(the_citizen)],
    responses=PROTECTED,
)

Province = Annotated[int, Query(ge=1, le=10**12, description="Id of a province, from `/api/iller`.", examples=[6])]
Clinic = Annotated[int, Query(ge=1, le=10**12, description="Id of a clinic, from `/api/klinikler`.", examples=[11])]
Hospital = Annotated[
    int, Query(ge=1, le=10**12, description="Id of a hospital, from `/api/hastaneler`.", examples=[611])
]
IdOrAny = Annotated[int, Query(ge=-1, le=10**12, description="-1 means any (farketmez).", examples=[-1])]
AppointmentId = Annotated[
    str, Path(description="From `/api/randevular`.", max_length=40, examples=["Zk3vTq1mXw0Yb7aL"])
]

Token = Annotated[
    str,
    Header(
        max_length=200,
        description="What `GET /api/oturum` told. Every POST with the cookie needs it.",
        examples=["c2FsdA.9f86"],
    ),
]


def the_proof(request: Request, services: House, citizen: Citizen, x_csrf_token: Token = "") -> None:
    """Every POST that comes with the cookie carries the token that `GET /api/oturum` gave."""
    check_proof(request, services, citizen, x_csrf_token)


Proof = Depends(the_proof)


@router.get(
    "/oturum", tags=["Oturum"], summary="Who is logged in, and the token for POSTs", response_description="In `data`"
)
def session(texts: Texts, citizen: Citizen, login: Login) -> Envelope[SessionData]:
    """The start of any session of a program: the name, how strong the login was, and the token that POSTs carry."""
    data = SessionData(
        ad=citizen.name,
        giris_duzeyi=login.level,
        giris_yontemleri=list(login.methods),
        csrf_token=csrf.issue_token(citizen.session_id) if citizen.session_id else "",
    )
    return done(texts, data)


@router.get("/iller", tags=["Arama"], summary="Provinces", response_description="In `data`")
def provinces(services: House, texts: Texts) -> Envelope[list[Item]]:
    """The first question of the search. İstanbul comes twice, as its two halves."""
    return done(texts, [Item(id=p.id, ad=p.name) for p in services.directory.provinces.values()])


@router.get("/ilceler", tags=["Arama"], summary="Districts of a province", response_description="In `data`")
def districts(services: House, texts: Texts, il: Province) -> Envelope[list[Item]]:
    """The districts of one province; an unknown province has none."""
    return done(texts, [Item(id=d.id, ad=d.name) for d in services.directory.districts_of(il)])


@router.get("/klinikler", tags=["Arama"], summary="Clinics", response_description="In `data`")
def clinics(services: House, texts: Texts) -> Envelope[list[Item]]:
    """Every clinic, in the language of the request."""
    found = services.directory.clinics.values()
    return done(texts, [Item(id=c.id, ad=c.name_in(texts.language)) for c in found])


@router.get("/hastaneler", tags=["Arama"], summary="Hospitals that have a clinic", response_description="In `data`")
def hospitals(services: House, texts: Texts, il: Province, klinik: Clinic, ilce: IdOrAny = -1) -> Envelope[list[Item]]:
    """The hospitals of a province, or of one district of it, that have this clinic."""
    found = services.directory.hospitals_for(il, _given(ilce), klinik)
    return done(texts, [Item(id=h.id, ad=h.name) for h in found])


@router.get("/hekimler", tags=["Arama"], summary="Doctors of a clinic in a hospital", response_description="In `data`")
def doctors(services: House, texts: Texts, hastane: Hospital, klinik: Clinic) -> Envelope[list[Item]]:
    """The doctors of one clinic in one hospital."""
    return done(texts, [Item(id=d.id, ad=d.name) for d in services.directory.doctors_for(hastane, klinik)])


@router.get(
    "/slotlar",
    tags=["Arama"],
    summary="Free slots, the soonest doctor first",
    response_description="In `data`",
    responses={429: _TOO_MANY},
)
def slots(
    services: House,
    texts: Texts,
    citizen: Citizen,
    il: Province,
    klinik: Clinic,
    ilce: IdOrAny = -1,
    hastane: IdOrAny = -1,
    hekim: IdOrAny = -1,
) -> Envelope[list[OfferData]]:
    """Free slots within the days that can be booked. Searching is limited to so many a minute; see 429."""
    wanted = Search(il, klinik, _given(ilce), _given(hastane), _given(hekim))
    data = []
    for doctor, free in services.booking.search(citizen.subject, wanted):
        hospital, clinic = (
            services.directory.hospitals[doctor.hospital_id],
            services.directory.clinics[doctor.clinic_id],
        )
        data.append(
            OfferData(
                hekim=Item(id=doctor.id, ad=doctor.name),
                hastane=Item(id=hospital.id, ad=hospital.name),
                klinik=Item(id=clinic.id, ad=clinic.name_in(texts.language)),
                slotlar=[
                    SlotData(
                        fk_slot_id=slot.id,
                        baslangic_zamani=time(slot.starts_at),
                        bitis_zamani=time(slot.starts_at + services.settings.slot_minutes * 60),
                    )
                    for slot in free
                ],
            )
        )
    return done(texts, data)


@router.get(
    "/randevular",
    tags=["Randevu"],
    summary="The citizen's appointments, soonest first",
    response_description="In `data`",
)
def my_appointments(services: House, texts: Texts, citizen: Citizen) -> Envelope[list[AppointmentData]]:
    """Upcoming, past and cancelled ones. Those that nobody approved in time are cancelled already."""
    return done(texts, [_appointment(services, texts, a) for a in services.booking.all_of(citizen.subject)])


@router.post(
    "/randevular",
    tags=["Randevu"],
    summary="Book a slot",
    response_description="In `data`",
    dependencies=[Proof],
    responses={403: _FORGED, 404: _MISSING, 409: _CONFLICT, 413: _TOO_LARGE},
)
def book(services: House, texts: Texts, citizen: Citizen, wanted: BookingRequest) -> Envelope[AppointmentData]:
    """Take a free slot. Of several people who want it at once, one gets it and the others get 409."""
    return done(texts, _appointment(services, texts, services.booking.book(citizen.subject, wanted.fk_slot_id)))


@router.post(
    "/randevular/{randevu_id}/onay",
    tags=["Randevu"],
    summary="Approve: the citizen will come",
    response_description="In `data`",
    dependencies=[Proof],
    responses={403: _FORGED, 404: _MISSING, 409: _CONFLICT},
)
def approve(services: House, texts: Texts, citizen: Citizen, randevu_id: AppointmentId) -> Envelope[AppointmentData]:
    """Say that the appointment will be kept; possible until 20.00 on the day before."""
    return done(texts, _appointment(services, texts, services.booking.approve(citizen.subject, randevu_id)))


@router.post(
    "/randevular/{randevu_id}/iptal",
    tags=["Randevu"],
    summary="Cancel",
    response_description="In `data`",
    dependencies=[Proof],
    responses={403: _FORGED, 404: _MISSING, 409: _CONFLICT},
)
def cancel(services: House, texts: Texts, citizen: Citizen, randevu_id: AppointmentId) -> Envelope[AppointmentData]:
    """Give the slot back; possible until shortly before it begins."""
    return done(texts, _appointment(services, texts, services.booking.cancel(citizen.subject, randevu_id)))


def _given(number: int) -> int | None:
    return None if number == -1 else number


def _appointment(services: Services, texts: Catalogue, held: Appointment) -> AppointmentData:
    directory = services.directory
    doctor, hospital = directory.doctors[held.doctor_id], directory.hospitals[held.hospital_id]
    clinic = directory.clinics[held.clinic_id]
    return AppointmentData(
        id=held.id,
        durum=appointments.status(held, services.clock.now()).value,
        hekim=Item(id=doctor.id, ad=doctor.name),
        hastane=Item(id=hospital.id, ad=hospital.name),
        klinik=Item(id=clinic.id, ad=clinic.name_in(texts.language)),
        baslangic_zamani=time(held.starts_at),
        bitis_zamani=time(held.starts_at + services.settings.slot_minutes * 60),
        onay_sonu=time(held.approve_until),
    )
