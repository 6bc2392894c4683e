"""The views of the password, of choosing an account, of a new password, and of consent."""

from collections.abc import Mapping
from urllib.parse import urlencode

from starlette.requests import Request

from idp.domain.evidence import Method
from idp.domain.level import Level as DomainLevel
from idp.domain.login import PasswordRecovery
from idp.domain.national_id import InvalidNationalId, NationalId
from idp.journey.standing import Standing
from idp.policy.consent import seen
from idp.protocol.claims import OFFLINE
from idp.web.claims_shown import claims_shown
from idp.web.forms import query_pairs
from idp.web.house import House, Sample, UnitOfWork
from idp.web.i18n import Text
from idp.web.login.addresses import about, beside, citizen_of, forgotten, here, rp_name
from idp.web.login.refusal import Refusal
from idp.web.password_words import rules
from idp.web.presentation import language
from idp.web.views import (
    ConsentPage,
    Level,
    NewPasswordPage,
    NewPasswordReason,
    Notice,
    Page,
    PasswordPage,
    PersonaChoice,
    SelectAccountPage,
)

SAMPLE_PARAMETER = "ornek"
SOMEBODY_ELSE_PARAMETER = "baska"

LEVELS = {
    DomainLevel.PASSWORD: Level.PASSWORD,
    DomainLevel.TWO_STEP: Level.TWO_STEP,
    DomainLevel.PHISHING_RESISTANT: Level.PHISHING_RESISTANT,
}


def password(request: Request, home: House, _: UnitOfWork, standing: Standing, refusal: Refusal) -> Page:
    lang, asked = language(request), dict(query_pairs(request))
    sample = dict(zip(_places(home), home.samples, strict=True)).get(asked.get(SAMPLE_PARAMETER, ""))
    hint = standing.login.request.login_hint if standing.login.request is not None else None
    return PasswordPage(
        submit=here(standing),
        cancel=beside(standing, "cancel"),
        rp_name=rp_name(standing, lang),
        about=about(standing, lang),
        requires_two_step=standing.login.requirement.level > DomainLevel.PASSWORD,
        reauthenticating_as=_known(standing, asked, refusal, sample),
        forgot=forgotten(standing.login.id),
        somebody_else=f"{here(standing)}?{urlencode({SOMEBODY_ELSE_PARAMETER: 1})}",
        national_id=refusal.typed or (sample.national_id if sample is not None else _hinted(hint)),
        sample_password=sample.password if sample is not None and not refusal.errors else "",
        personas=tuple(
            PersonaChoice(
                name=choice.name,
                note=choice.note[lang],
                url=f"{here(standing)}?{urlencode({SAMPLE_PARAMETER: place})}",
            )
            for place, choice in zip(_places(home), home.samples, strict=True)
        ),
        errors=refusal.errors,
        notice=Text(Notice.SAMPLE_FILLED) if sample is not None and not refusal.errors else refusal.notice,
    )


def account(request: Request, home: House, uow: UnitOfWork, standing: Standing, _: Refusal) -> Page:
    citizen = citizen_of(standing)
    return SelectAccountPage(
        submit=here(standing),
        citizen_name=citizen.name,
        national_id=citizen.national_id.masked,
        cancel=beside(standing, "cancel"),
        rp_name=rp_name(standing, language(request)),
        about=about(standing, language(request)),
    )


def new_password(request: Request, home: House, _: UnitOfWork, standing: Standing, refusal: Refusal) -> Page:
    policy = home.world.passwords.policy
    return NewPasswordPage(
        submit=here(standing),
        reason=_why_new(standing),
        rules=rules(policy),
        policy=policy,
        cancel=beside(standing, "cancel"),
        rp_name=rp_name(standing, language(request)),
        errors=refusal.errors,
        notice=refusal.notice,
    )


def consent(request: Request, home: House, uow: UnitOfWork, standing: Standing, refusal: Refusal) -> Page:
    asked, reached, client = standing.login.request, standing.facts.reached, standing.client
    if asked is None or reached is None or client is None:
        raise ValueError("consent is asked for a relying party, of somebody who logged in")
    return ConsentPage(
        submit=here(standing),
        shown=seen(client, asked),
        rp_name=client.called(language(request)),
        about=about(standing, language(request)),
        items=claims_shown(asked, citizen_of(standing)),
        level=LEVELS[reached],
        offline=OFFLINE in asked.scope,
        notice=refusal.notice or _codes_left(uow, standing),
    )


def _codes_left(uow: UnitOfWork, standing: Standing) -> Text | None:
    """Told to whoever just used one up."""
    used = [proof for proof in standing.login.evidence if proof.method is Method.BACKUP_CODE]
    if not any(proof.login_id == standing.login.id for proof in used):
        return None
    held = uow.authenticators.of_citizen(citizen_of(standing).id)
    left = sum(one.method is Method.BACKUP_CODE and one.is_usable for one in held)
    return Text(Notice.BACKUP_CODES_LEFT, {"n": left})


def _why_new(standing: Standing) -> NewPasswordReason:
    if isinstance(standing.login.purpose, PasswordRecovery):
        return NewPasswordReason.RECOVERY
    return NewPasswordReason.FIRST if citizen_of(standing).must_change_password else NewPasswordReason.EXPIRED


def _places(home: House) -> list[str]:
    """What an address says instead of a person's number: the place in the list (R-80)."""
    return [str(place) for place in range(1, len(home.samples) + 1)]


def _hinted(login_hint: str | None) -> str:
    """A `login_hint` fills the form when it is a valid number; anything else is passed over (AUTH-21)."""
    try:
        return NationalId.parse(login_hint or "").value
    except InvalidNationalId:
        return ""


def _known(standing: Standing, asked: Mapping[str, str], refusal: Refusal, sample: Sample | None) -> str | None:
    """Who is asked for the password alone, masked; None where a number is asked too."""
    if standing.citizen is None or sample is not None or refusal.typed or SOMEBODY_ELSE_PARAMETER in asked:
        return None
    return standing.citizen.national_id.masked
