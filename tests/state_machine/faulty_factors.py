"""Second factors that are wrong in one way each."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from sqlalchemy import text

from idp.domain.throttle import Reserved
from idp.factors.app_approval import AppApproval
from idp.factors.passkey import Passkey, _challenge_of, _parsed
from idp.factors.second_factor import Asking, Right, Waiting, Wrong
from idp.factors.sms import Sms
from idp.factors.totp import Totp, _held, time_step
from idp.policy import throttle

_LIVE = text(
    "SELECT id FROM challenges WHERE method = 'sms' AND citizen_id = :citizen AND consumed_at IS NULL"
    " AND expires_at > :now"
)
_USED = text("SELECT id FROM challenges WHERE method = 'sms' AND citizen_id = :citizen AND consumed_at IS NOT NULL")
_APPROVED = text(
    "SELECT decided_by FROM challenges WHERE method = 'app' AND citizen_id = :citizen AND verdict = 'approved'"
    " AND consumed_at IS NULL AND expires_at > :now"
)
_APPROVED_HERE = text("SELECT count(*) FROM challenges WHERE login_id = :login AND verdict = 'approved'")


class AnyLoginsSms(Sms):
    """`otp_cross_txn`: a code proves every login of the citizen it was sent to."""

    __slots__ = ()

    def judge(self, uow: Any, waiting: Waiting, answer: str, asking: Asking) -> Right | Wrong:
        return _or_matches(self, Sms.judge(self, uow, waiting, answer, asking), uow, _LIVE, answer, asking)


class UsedCodesSms(Sms):
    """`otp_reuse`: a code that was used once proves again."""

    __slots__ = ()

    def judge(self, uow: Any, waiting: Waiting, answer: str, asking: Asking) -> Right | Wrong:
        return _or_matches(self, Sms.judge(self, uow, waiting, answer, asking), uow, _USED, answer, asking)


class AnyPhonesSms(Sms):
    """`former_phones_code_opens`: a code is right wherever it was sent."""

    __slots__ = ()

    def judge(self, uow: Any, waiting: Waiting, answer: str, asking: Asking) -> Right | Wrong:
        mac = self._mac(waiting.id, answer)
        phone = asking.citizen.verified_phone
        used = uow.challenges.consume(waiting.id, code_mac=mac, citizen_id=asking.citizen.id, now=asking.now)
        return Right(phone.value) if used and phone is not None else Wrong()


class ResettingSms(Sms):
    """`resend_resets_counter`: with a new code the counting starts afresh."""

    __slots__ = ()

    def start(self, uow: Any, asking: Asking) -> None:
        uow.throttles.clear(throttle.factor_attempt(asking.citizen.id, self.method))
        Sms.start(self, uow, asking)


class ForgetfulSms(Sms):
    """`count_rolled_back_on_error`: what a wrong answer cost is undone with it."""

    __slots__ = ()

    def judge(self, uow: Any, waiting: Waiting, answer: str, asking: Asking) -> Right | Wrong:
        judged = Sms.judge(self, uow, waiting, answer, asking)
        if isinstance(judged, Wrong):
            counts = throttle.factor_attempt(asking.citizen.id, self.method)
            uow.throttles.give_back(counts, Reserved((0,) * len(counts), (None,) * len(counts)))
        return judged


class StandingStillTotp(Totp):
    """`totp_step_not_monotonic`: a time step is taken as often as it is shown."""

    __slots__ = ()

    def judge(self, uow: Any, waiting: Waiting, answer: str, asking: Asking) -> Right | Wrong:
        held = _held(uow, asking)
        known = held is not None and time_step(uow.authenticators.secret_of(held.id), answer, asking.now) is not None
        return Right(held.id) if held is not None and known else Wrong()


class HalfDoneTotp(Totp):
    """`method_switch_keeps_proof`: an approval that was given before the switch makes any code right."""

    __slots__ = ()

    def judge(self, uow: Any, waiting: Waiting, answer: str, asking: Asking) -> Right | Wrong:
        approved = uow.citizens._connection.execute(_APPROVED_HERE, {"login": asking.login_id}).scalar_one()
        return Right(waiting.id) if approved else Totp.judge(self, uow, waiting, answer, asking)


class HalfDoneSms(Sms):
    """The same, where the switch was to SMS."""

    __slots__ = ()

    def judge(self, uow: Any, waiting: Waiting, answer: str, asking: Asking) -> Right | Wrong:
        approved = uow.citizens._connection.execute(_APPROVED_HERE, {"login": asking.login_id}).scalar_one()
        phone = asking.citizen.verified_phone
        return Right(phone.value) if approved and phone else Sms.judge(self, uow, waiting, answer, asking)


class AnyLoginsPasskey(Passkey):
    """`passkey_challenge_cross_txn`: the challenge of any login of the citizen will do."""

    __slots__ = ()

    def weigh(self, uow: Any, answer: str, asking: Asking) -> Callable[[], bool]:
        credential, held = _parsed(answer), self._meant(uow, answer, asking)
        if credential is None or held is None:
            return lambda: False
        return lambda: self._is_signed(answer, _challenge_of(credential), held)

    def judge(self, uow: Any, waiting: Waiting, answer: str, asking: Asking) -> Right | Wrong:
        credential = _parsed(answer)
        if credential is not None:
            waiting = replace(waiting, id=_challenge_of(credential))
        return Passkey.judge(self, uow, waiting, answer, asking)


class AnyNumberApproval(AppApproval):
    """`push_without_number`: whatever is entered on the device, or nothing, is the browser's number."""

    __slots__ = ()

    def number_mac(self, challenge_id: str, number: str) -> str:
        return self.secrets.mac("approval", challenge_id)


class AnyLoginsApproval(AppApproval):
    """`approval_of_another_login`: one approval of the citizen opens every login that waits for one."""

    __slots__ = ()

    def judge(self, uow: Any, waiting: Waiting, answer: str, asking: Asking) -> Right | Wrong:
        parameters = {"citizen": asking.citizen.id, "now": asking.now}
        device = uow.citizens._connection.execute(_APPROVED, parameters).scalars().first()
        return Wrong("unanswered") if device is None else Right(device)


def _or_matches(sms: Sms, judged: Right | Wrong, uow: Any, which: Any, answer: str, asking: Asking) -> Right | Wrong:
    phone = asking.citizen.verified_phone
    if isinstance(judged, Right) or phone is None:
        return judged
    ids = uow.citizens._connection.execute(which, {"citizen": asking.citizen.id, "now": asking.now}).scalars().all()
    with_mac = text("SELECT count(*) FROM challenges WHERE id = :id AND code_mac = :mac")
    matches = any(
        uow.citizens._connection.execute(with_mac, {"id": one, "mac": sms.secrets.mac("sms", one, answer)}).scalar_one()
        for one in ids
    )
    return Right(phone.value) if matches else judged
