"""Decisions that are wrong in one way each, made anew for every run."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from sqlalchemy import text

from idp.domain.audit import Event
from idp.domain.challenge import Verdict
from idp.domain.evidence import Evidence, Method, Proof
from idp.domain.level import Level
from idp.domain.login import AccountVisit, LoginState, PasswordRecovery
from idp.journey import asking, leave, new_password, password, security_settings
from idp.journey.approvals import Decided, NotWaiting, _record
from idp.journey.finish import finish as honest_finish
from idp.journey.standing import save
from idp.policy import assurance, throttle
from idp.policy.assurance import AMR
from idp.store.codec import dump_purpose

_TURN = text("UPDATE logins SET purpose = :purpose WHERE id = :id")
_TWO_STEP_AMR = (*AMR[Method.PASSWORD], *AMR[Method.SMS], "mfa")
_cancelled: dict[str, Evidence] = {}


def forget() -> None:
    """Between two runs, so that each is the same by itself."""
    _cancelled.clear()


def proofs_move_to() -> Callable[..., Any]:
    """`user_switch_keeps_2fa`: whoever gives a password takes over what was shown before."""

    def named(login: Any, citizen: Any) -> Any:
        phone = "" if citizen.verified_phone is None else citizen.verified_phone.value
        kept = tuple(
            replace(proof, citizen_id=citizen.id, login_id=login.id, credential=phone)
            for proof in login.evidence
            if proof.method is Method.SMS
        )
        return replace(login, citizen_id=citizen.id, session_id=None, evidence=kept)

    return named


def browser_wide_finish() -> Callable[..., Any]:
    """`browser_wide_2fa`: a browser in which two steps were shown once is taken for two-step ever after."""
    real, flagged = honest_finish, set()

    def finish(*given: Any, **named: Any) -> Any:
        done = real(*given, **named)
        if "mfa" in done.subject.assurance.amr:
            flagged.add(done.device)
            return done
        if done.device in flagged or named.get("device") in flagged:
            assured = replace(done.subject.assurance, acr=Level.TWO_STEP.acr, amr=_TWO_STEP_AMR)
            flagged.add(done.device)
            return replace(done, subject=replace(done.subject, assurance=assured))
        return done

    return finish


def ending_keeps_proofs() -> Callable[..., Any]:
    """`restart_keeps_proof`, first half: what a cancelled login had proved is remembered."""
    real = leave.end

    def end(world: Any, uow: Any, login: Any, *further: Any) -> None:
        _cancelled[login.citizen_id] = login.evidence
        real(world, uow, login, *further)

    return end


def named_with_kept_proofs() -> Callable[..., Any]:
    """`restart_keeps_proof`, second half: and goes into the citizen's next one."""
    real = password._named

    def named(login: Any, citizen: Any) -> Any:
        kept = [proof for proof in _cancelled.get(citizen.id, ()) if proof.method.is_second_factor]
        moved = tuple(replace(proof, login_id=login.id) for proof in kept)
        found = real(login, citizen)
        return replace(found, evidence=(*found.evidence, *moved))

    return named


def refusing_is_approving() -> Callable[..., Any]:
    """`denied_approval_still_opens`: any verdict at all is a yes."""

    def stop(uow: Any, asked: Any, citizen: Any, device: Any, verdict: Any, now: int, lang: str, origin: Any) -> Any:
        for event in (Event.APPROVAL_DENIED, Event.LOGIN_REFUSED):
            _record(uow, asked, event, now, origin)
        given = {"citizen_id": citizen.id, "code_mac": None, "decided_by": device.id, "now": now}
        done = uow.challenges.decide(asked.id, verdict=Verdict.APPROVED, **given)
        return Decided(verdict) if done else NotWaiting()

    return stop


def everything_stands() -> Callable[..., Any]:
    """`removed_factor_still_proves`: a proof is good for as long as its session."""

    def standing(evidence: Evidence, citizen: Any, _: Any) -> tuple[Proof, ...]:
        return tuple(proof for proof in evidence if proof.citizen_id == citizen.id)

    return standing


def every_phone_stands() -> Callable[..., Any]:
    """`former_phone_still_proves`: a proof by SMS is good, whatever the citizen's number is today."""
    real = assurance.still_stands
    return lambda proof, citizen, held: proof.method is Method.SMS or real(proof, citizen, held)


def any_fresh_proof() -> Callable[..., Any]:
    """`phone_changes_by_any_proof`: whatever opens the account pages lets another number in too."""
    return lambda world, uow, visitor: visitor.fresh


def choosing_clears_counters() -> Callable[..., Any]:
    """`switching_resets_counter`: whoever chooses a method may guess at it anew."""
    real = asking._chosen

    def chosen(world: Any, uow: Any, standing: Any, method: Method) -> Any:
        uow.throttles.clear(throttle.factor_attempt(standing.citizen.id, method))
        return real(world, uow, standing, method)

    return chosen


def never_stale() -> Callable[..., Any]:
    """`stale_session_changes_settings`: the session's level is enough, however old its proofs are."""
    return lambda evidence, citizen_id, now: assurance.level_of(evidence, citizen_id)


def visitor_at_any_level() -> Callable[..., Any]:
    """`adding_needs_no_second_step`, at the door: the account's own level will do."""
    real = security_settings.visitor
    return lambda world, uow, handle, *, fresh, level=Level.PASSWORD: real(world, uow, handle, fresh=fresh)


def reaching_any_level() -> Callable[..., Any]:
    """`adding_needs_no_second_step`, in the verbs."""
    return lambda self, level: self.fresh_level is not None and self.fresh_level >= self.own_level


def recovery_ends_as_a_visit() -> Callable[..., Any]:
    """`recovery_logs_in`, first half: with the new password, what was a recovery is a login."""
    real = save

    def saved(uow: Any, login: Any) -> Any:
        if not isinstance(login.purpose, PasswordRecovery):
            return real(uow, login)
        known = uow.citizens.by_id(login.citizen_id)
        proof = Proof(Method.PASSWORD, known.id, login.id, str(known.password_changed_at), known.password_changed_at)
        parameters = {"id": login.id, "purpose": dump_purpose(AccountVisit("/hesabim"))}
        uow.logins._connection.execute(_TURN, parameters)
        return real(uow, replace(login, state=LoginState.OPEN, evidence=(proof, *login.evidence)))

    return saved


def recovery_switches_off() -> Callable[..., Any]:
    """`recovery_switches_two_step_off`: for whoever has nothing left."""
    real = new_password._bring_back

    def bring_back(uow: Any, standing: Any, citizen: Any) -> None:
        real(uow, standing, citizen)
        uow.citizens.set_two_step(citizen.id, False)

    return bring_back
