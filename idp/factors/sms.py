"""SMS ile Doğrulama: a code sent to the phone that was verified with identity.

NIST SP 800-63B calls this kind "restricted": it is the weakest method, kept because citizens expect it.
"""

import hmac
from dataclasses import dataclass, replace

from idp.domain.challenge import Challenge
from idp.domain.citizen import Citizen
from idp.domain.evidence import Method
from idp.domain.message import Channel, Message
from idp.factors.ports import Secrets, UnitOfWork
from idp.factors.second_factor import Asking, NotWaiting, Waiting
from idp.policy.throttle import CODE_TRIES

_TEXT = {
    "tr": "{code} Eşik doğrulama kodunuz. Kimseyle paylaşmayın. EMÜLATÖR",
    "en": "{code} is your Eşik verification code. Do not share it. EMULATOR",
}


@dataclass(frozen=True, slots=True)
class Sms:
    """`digits` and `lifetime` (seconds) of a code; the message's last line binds it to `host`, the issuer's."""

    secrets: Secrets
    host: str
    digits: int = 6
    lifetime: int = 180
    method: Method = Method.SMS

    def is_active(self, citizen: Citizen) -> bool:
        return citizen.verified_phone is not None

    def credential(self, citizen: Citizen) -> str:
        return _destination(citizen)

    def start(self, uow: UnitOfWork, asking: Asking) -> None:
        """Send a new code. The row and the message are written together; delivery is the outbox's work."""
        destination, code = _destination(asking.citizen), self.secrets.code(self.digits)
        challenge_id = self.secrets.token()
        expires_at = asking.now + self.lifetime
        uow.challenges.insert(
            Challenge(
                id=challenge_id,
                login_id=asking.login_id,
                citizen_id=asking.citizen.id,
                method=self.method,
                destination=destination,
                code_mac=self._mac(challenge_id, code),
                created_at=asking.now,
                expires_at=expires_at,
            )
        )
        uow.outbox.put(
            Message(
                channel=Channel.SMS,
                destination=destination,
                text=f"{_TEXT[asking.lang].format(code=code)}\n@{self.host} #{code}",
                code=code,
                created_at=asking.now,
                expires_at=expires_at,
            )
        )

    def waiting(self, uow: UnitOfWork, login_id: str, now: int) -> Waiting | NotWaiting:
        challenge = uow.challenges.current(login_id)
        if challenge is None:
            return "none"
        if challenge.consumed_at is not None or challenge.tries >= CODE_TRIES:
            return "used_up"
        if now >= challenge.expires_at:
            return "expired"
        return Waiting(challenge.id, challenge.destination, challenge.expires_at, CODE_TRIES - challenge.tries)

    def count(self, uow: UnitOfWork, waiting: Waiting, now: int) -> Waiting | None:
        counted = uow.challenges.count_try(waiting.id, most=CODE_TRIES, now=now)
        return None if counted is None else replace(waiting, tries_left=CODE_TRIES - counted)

    def judge(self, uow: UnitOfWork, waiting: Waiting, answer: str, asking: Asking) -> bool:
        if not self.is_active(asking.citizen) or waiting.credential != self.credential(asking.citizen):
            return False  # it was sent to a phone that is no longer the citizen's
        return uow.challenges.consume(
            waiting.id,
            code_mac=self._mac(waiting.id, answer),
            citizen_id=asking.citizen.id,
            now=asking.now,
        )

    def was_right(self, uow: UnitOfWork, login_id: str, answer: str) -> bool:
        challenge = uow.challenges.current(login_id)
        if challenge is None or challenge.consumed_at is None:
            return False
        return hmac.compare_digest(challenge.code_mac, self._mac(challenge.id, answer))

    def _mac(self, challenge_id: str, code: str) -> str:
        return self.secrets.mac("sms", challenge_id, code)


def _destination(citizen: Citizen) -> str:
    phone = citizen.verified_phone
    if phone is None:
        raise ValueError("no verified phone: this factor is not active")
    return phone.value
