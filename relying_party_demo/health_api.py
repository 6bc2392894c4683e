"""The health summary as an operation of the API: the one that wants a stronger or fresher login than the others."""

from typing import Annotated

from fastapi import APIRouter, Depends, Security

from relying_party_demo import answers, gate, health
from relying_party_demo.api_answers import PROTECTED, Texts, challenged, described_problem, done, time
from relying_party_demo.api_caller import COOKIE, TOKEN, Citizen, Presented
from relying_party_demo.api_models import Envelope, HealthSummaryData, Item, NamedDate, VisitData
from relying_party_demo.directory import Directory
from relying_party_demo.health import Visit
from relying_party_demo.services import House, StepUpNeededError
from relying_party_demo.texts import Catalogue

_STEP_UP_NEEDED = challenged(
    described_problem(
        answers.STEP_UP_NEEDED,
        "Nobody is logged in (`LGN1004`); or the access token is not one for this API (`ORN1006`); or the login is "
        "there and must be repeated (`ORN1005`): it is weaker than two steps, or its oldest proof is too old. The "
        "challenge says what is wanted. With the cookie, send the citizen's browser to `/saglik-ozetim`, which knows "
        "the way, then ask again; with an access token, begin a login of your own with these values",
        "Bu bilgi için kimliğinizi iki aşamada yeniden doğrulamanız gerekir.",
    ),
    'Bearer error="insufficient_user_authentication", error_description="A more recent login is required", '
    'acr_values="urn:esik:acr:two-step", max_age="300", '
    'resource_metadata="https://mhrs.example.org/.well-known/oauth-protected-resource/api"',
)


def the_fresh_login(services: House, caller: Presented) -> gate.Admitted:
    """The login, if it satisfies the health summary now, which never wants less than the rest of MHRS.

    Raises `StepUpNeededError` when it is too weak or too old.
    """
    verdict = gate.admit(caller.claims, services.settings.for_health_summary, services.clock.now())
    if isinstance(verdict, gate.Refused):
        raise StepUpNeededError(verdict)
    return verdict


FreshLogin = Annotated[gate.Admitted, Depends(the_fresh_login)]
router = APIRouter(
    prefix="/api",
    dependencies=[Security(COOKIE), Security(TOKEN)],
    responses={**PROTECTED, 401: _STEP_UP_NEEDED},
    tags=["Sağlık özeti"],
)


@router.get("/saglik-ozeti", summary="The citizen's health summary", response_description="In `data`")
def health_summary(services: House, texts: Texts, login: FreshLogin, citizen: Citizen) -> Envelope[HealthSummaryData]:
    """Blood type, allergies, chronic conditions, vaccinations and last examinations, all of them invented.

    It wants two steps or more, and proofs that are at most 300 seconds old.
    """
    directory = services.directory
    found = health.summary_of(citizen.subject, directory)
    data = HealthSummaryData(
        uydurma=True,
        aciklama=texts("health.invented"),
        kan_grubu=texts(f"blood.{found.blood_type}"),
        alerjiler=[texts(f"allergy.{one}") for one in found.allergies],
        kronik_hastaliklar=[texts(f"condition.{one}") for one in found.conditions],
        asilar=[NamedDate(ad=texts(f"vaccine.{one.vaccine}"), tarih=one.on) for one in found.vaccinations],
        son_muayeneler=[_visit(directory, texts, one) for one in found.visits],
        dogrulama_sonu=time(login.counts_until),
    )
    return done(texts, data)


def _visit(directory: Directory, texts: Catalogue, visit: Visit) -> VisitData:
    hospital, clinic = directory.hospitals[visit.doctor.hospital_id], directory.clinics[visit.doctor.clinic_id]
    return VisitData(
        tarih=visit.on,
        hekim=Item(id=visit.doctor.id, ad=visit.doctor.name),
        hastane=Item(id=hospital.id, ad=hospital.name),
        klinik=Item(id=clinic.id, ad=clinic.name_in(texts.language)),
    )
