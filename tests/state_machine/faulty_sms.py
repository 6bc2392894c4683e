"""Second factors that are wrong in one way each."""

from typing import Any

from sqlalchemy import text

from idp.domain.throttle import Reserved
from idp.factors.second_factor import Asking, Waiting
from idp.factors.sms import Sms
from idp.policy import throttle

_LIVE = text("SELECT id FROM challenges WHERE citizen_id = :citizen AND consumed_at IS NULL AND expires_at > :now")
_USED = text("SELECT id FROM challenges WHERE citizen_id = :citizen AND consumed_at IS NOT NULL")


class AnyLoginsSms(Sms):
    """`otp_cross_txn`: a code proves every login of the citizen it was sent to."""

    __slots__ = ()

    def judge(self, uow: Any, waiting: Waiting, answer: str, asking: Asking) -> bool:
        return Sms.judge(self, uow, waiting, answer, asking) or _matches(self, uow, _LIVE, answer, asking)


class UsedCodesSms(Sms):
    """`otp_reuse`: a code that was used once proves again."""

    __slots__ = ()

    def judge(self, uow: Any, waiting: Waiting, answer: str, asking: Asking) -> bool:
        return Sms.judge(self, uow, waiting, answer, asking) or _matches(self, uow, _USED, answer, asking)


class ResettingSms(Sms):
    """`resend_resets_counter`: with a new code the counting starts afresh."""

    __slots__ = ()

    def start(self, uow: Any, asking: Asking) -> None:
        uow.throttles.clear(throttle.factor_attempt(asking.citizen.id, self.method))
        Sms.start(self, uow, asking)


class ForgetfulSms(Sms):
    """`count_rolled_back_on_error`: what a wrong answer cost is undone with it."""

    __slots__ = ()

    def judge(self, uow: Any, waiting: Waiting, answer: str, asking: Asking) -> bool:
        right = Sms.judge(self, uow, waiting, answer, asking)
        if not right:
            counts = throttle.factor_attempt(asking.citizen.id, self.method)
            uow.throttles.give_back(counts, Reserved((0,) * len(counts), (None,) * len(counts)))
        return right


def _matches(sms: Sms, uow: Any, which: Any, answer: str, asking: Asking) -> bool:
    parameters = {"citizen": asking.citizen.id, "now": asking.now}
    ids = uow.citizens._connection.execute(which, parameters).scalars().all()
    with_mac = text("SELECT count(*) FROM challenges WHERE id = :id AND code_mac = :mac")
    return any(
        uow.citizens._connection.execute(with_mac, {"id": one, "mac": sms.secrets.mac("sms", one, answer)}).scalar_one()
        for one in ids
    )
