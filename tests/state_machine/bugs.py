"""Faults that the machine must find, each named as in security.md §8 with the property that must fail.

Each is a whole provider with one faulty part put in its place: a second factor, a verb of the store, a verb of the
protocol. Where a decision is a plain function that nothing passes in, one named function is replaced (`_swapped`).
`restart_keeps_proof`, `rt_reuse`, `refresh_renews_auth_time`, `push_without_number` and their like come with what they
break.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import fields, replace
from typing import Any
from unittest.mock import patch

from idp.domain.authorization_request import AuthorizationRequest
from idp.domain.evidence import Method, Proof
from idp.domain.grant import Subject
from idp.domain.level import Level
from idp.factors.sms import Sms
from idp.journey import password
from idp.journey.finish import finish as honest_finish
from idp.policy.assurance import AMR
from idp.protocol.messages import Acceptable
from idp.web import conclusion
from idp.web.house import House as WebHouse
from tests.stand_in import TWO_STEP_ACR
from tests.state_machine import faulty_store
from tests.state_machine.faulty_sms import AnyLoginsSms, ForgetfulSms, ResettingSms, UsedCodesSms

_TWO_STEP_AMR = (*AMR[Method.PASSWORD], *AMR[Method.SMS], "mfa")


class Protocol:
    """The protocol's verbs, to be broken one at a time."""

    def __init__(self, real: Any) -> None:
        self._real = real
        self._wished: set[str | None] = set()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)

    def check(self, uow: Any, pairs: Any, origin: Any) -> Any:
        found = self._real.check(uow, pairs, origin)
        if isinstance(found, Acceptable) and dict(pairs).get("acr_values") == TWO_STEP_ACR:
            self._wished.add(found.request.state)
        return found

    def wished(self, request: AuthorizationRequest) -> bool:
        return request.state in self._wished


class AcrFromRequest(Protocol):
    def issue_code(self, uow: Any, request: Any, client: Any, subject: Subject, origin: Any, **more: Any) -> Any:
        if self.wished(request):
            subject = replace(subject, assurance=replace(subject.assurance, acr=Level.TWO_STEP.acr))
        return self._real.issue_code(uow, request, client, subject, origin, **more)


class SsoUpgrade(Protocol):
    """What was asked for once is taken as proved by the session from then on."""

    def issue_code(self, uow: Any, request: Any, client: Any, subject: Subject, origin: Any, **more: Any) -> Any:
        session, citizen = uow.sessions.by_id(subject.session_id), uow.citizens.by_id(subject.citizen_id)
        if self.wished(request):
            phone = citizen.verified_phone.value
            never_shown = Proof(Method.SMS, citizen.id, "", phone, session.last_seen_at)
            uow.sessions.renew(replace(session, evidence=(*session.evidence, never_shown)), session.handle_hash)
        return self._real.issue_code(uow, request, client, subject, origin, **more)


class AuthTimeIsNow(Protocol):
    def issue_code(self, uow: Any, request: Any, client: Any, subject: Subject, origin: Any, **more: Any) -> Any:
        now = uow.sessions.by_id(subject.session_id).last_seen_at
        subject = replace(subject, assurance=replace(subject.assurance, auth_time=now))
        return self._real.issue_code(uow, request, client, subject, origin, **more)


class EssentialAcrIgnored(Protocol):
    def check(self, uow: Any, pairs: Any, origin: Any) -> Any:
        found = self._real.check(uow, pairs, origin)
        if isinstance(found, Acceptable):
            return replace(found, request=replace(found.request, essential_levels=None))
        return found


def _proofs_move_to(login: Any, citizen: Any) -> Any:
    """`user_switch_keeps_2fa`: whoever gives a password takes over what was shown before."""
    phone = citizen.verified_phone.value
    kept = tuple(
        replace(proof, citizen_id=citizen.id, login_id=login.id, credential=phone)
        for proof in login.evidence
        if proof.method is Method.SMS
    )
    return replace(login, citizen_id=citizen.id, session_id=None, evidence=kept)


def _browser_wide_finish() -> Callable[..., Any]:
    """`browser_wide_2fa`: a browser in which two steps were shown once is taken for two-step ever after."""
    real, flagged = honest_finish, set()

    def finish(*given: Any, **named: Any) -> Any:
        done = real(*given, **named)
        if "mfa" in done.subject.assurance.amr:
            flagged.add(done.device)
        known = named.get("device")
        if done.device in flagged or known in flagged:
            assurance = replace(done.subject.assurance, acr=Level.TWO_STEP.acr, amr=_TWO_STEP_AMR)
            flagged.add(done.device)
            return replace(done, subject=replace(done.subject, assurance=assurance))
        return done

    return finish


def _with_sms(kind: type[Sms]) -> Callable[[WebHouse], WebHouse]:
    def composed(home: WebHouse) -> WebHouse:
        real = home.world.sms
        faulty = kind(**{part.name: getattr(real, part.name) for part in fields(real)})
        return replace(home, world=replace(home.world, sms=faulty))

    return composed


def _with_protocol(kind: type[Protocol]) -> Callable[[WebHouse], WebHouse]:
    return lambda home: replace(home, provider=kind(home.provider))  # type: ignore[arg-type]  # stands in for it


def _with_store(sabotage: Callable[[Any], None]) -> Callable[[WebHouse], WebHouse]:
    def composed(home: WebHouse) -> WebHouse:
        store = faulty_store.FaultyStore(home.store, sabotage)
        return replace(home, store=store, world=replace(home.world, begin=store.begin))

    return composed


def _swapped(where: Any, name: str, make: Callable[[], Any]) -> Callable[[], AbstractContextManager[Any]]:
    return lambda: patch.object(where, name, make())


_Composed = Callable[[WebHouse], WebHouse]
_Swapped = Callable[[], AbstractContextManager[Any]]

BUGS: dict[str, tuple[str, _Composed | None, _Swapped | None]] = {
    "acr_from_request": ("P1", _with_protocol(AcrFromRequest), None),
    "sso_upgrade": ("P1", _with_protocol(SsoUpgrade), None),
    "browser_wide_2fa": ("P1", None, _swapped(conclusion, "finish", _browser_wide_finish)),
    "user_switch_keeps_2fa": ("P1", None, _swapped(password, "_named", lambda: _proofs_move_to)),
    "otp_cross_txn": ("P2", _with_sms(AnyLoginsSms), None),
    "otp_reuse": ("P2", _with_sms(UsedCodesSms), None),
    "code_reuse": ("P2", _with_store(faulty_store.codes_can_be_used_again), None),
    "resend_resets_counter": ("P3", _with_sms(ResettingSms), None),
    "count_rolled_back_on_error": ("P3", _with_sms(ForgetfulSms), None),
    "auth_time_is_now": ("P4", _with_protocol(AuthTimeIsNow), None),
    "essential_acr_ignored": ("P5", _with_protocol(EssentialAcrIgnored), None),
    "no_browser_binding": ("P6", _with_store(faulty_store.logins_belong_to_everybody), None),
    "lock_not_checked_at_redeem": ("P7", _with_store(faulty_store.locks_are_not_looked_at), None),
    "logout_ends_nothing": ("P7", _with_store(faulty_store.sessions_never_end), None),
    "end_not_written_down": ("P8", _with_store(faulty_store.finished_logins_are_not_audited), None),
}
"""What each breaks, and how it comes in."""


@contextmanager
def seeded(app: Any, bug: str) -> Iterator[str]:
    """The application with this fault in it; the property that must fail."""
    broken, compose, swap = BUGS[bug]
    honest = app.state.house
    app.state.house = honest if compose is None else compose(honest)
    try:
        with nullcontext() if swap is None else swap():
            yield broken
    finally:
        app.state.house = honest
