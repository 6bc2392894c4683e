"""SMS ile Doğrulama: a code sent to the phone that was verified with identity.

NIST SP 800-63B calls this kind "restricted": it is the weakest method, kept because citizens expect it.
"""

import hmac
from collections.abc import Callable
from dataclasses import dataclass, replace

from idp.domain.challenge import Challenge
from idp.domain.evidence import Method
from idp.domain.message import Channel, Message
from idp.factors import digits
from idp.factors.ports import Secrets, UnitOfWork
from idp.factors.second_factor import Asking, NotWaiting, Right, Waiting, Wrong
from idp.policy.throttle import CODE_TRIES

TEXT = {
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
    asks: bool = True
    is_guessed: bool = True

    def read(self, typed: str) -> str:
        return digits.read(typed, self.digits)

    def start(self, uow: UnitOfWork, asking: Asking) -> None:
        """Send a new code. The row and the message are written together; delivery is the outbox's work."""
        phone = asking.citizen.verified_phone
        if phone is None:
            raise ValueError("no verified phone: this factor is not active")
        code, challenge_id = self.secrets.code(self.digits), self.secrets.token()
        uow.challenges.insert(
            Challenge(
                id=challenge_id,
                login_id=asking.login_id,
                citizen_id=asking.citizen.id,
                method=self.method,
                destination=phone.value,
                code_mac=self._mac(challenge_id, code),
                created_at=asking.now,
                expires_at=asking.now + self.lifetime,
            )
        )
        uow.outbox.put(self.message(phone.value, code, asking.lang, asking.now))

    def message(self, destination: str, code: str, lang: str, now: int) -> Message:
        """The text of one code, which dies with it. Also what a change of the phone number sends."""
        return Message(
            channel=Channel.SMS,
            destination=destination,
            text=f"{TEXT[lang].format(code=code)}\n@{self.host} #{code}",
            code=code,
            created_at=now,
            expires_at=now + self.lifetime,
        )

    def waiting(self, uow: UnitOfWork, asking: Asking) -> Waiting | NotWaiting:
        challenge = uow.challenges.current(asking.login_id, self.method)
        if challenge is None:
            return "none"
        if challenge.consumed_at is not None or challenge.tries >= CODE_TRIES:
            return "used_up"
        if asking.now >= challenge.expires_at:
            return "expired"
        return Waiting(challenge.id, challenge.expires_at, CODE_TRIES - challenge.tries)

    def count(self, uow: UnitOfWork, waiting: Waiting, now: int) -> Waiting | None:
        counted = uow.challenges.count_try(waiting.id, most=CODE_TRIES, now=now)
        return None if counted is None else replace(waiting, tries_left=CODE_TRIES - counted)

    def weigh(self, uow: UnitOfWork, answer: str, asking: Asking) -> Callable[[], bool]:
        return lambda: True  # one comparison, made by the statement that uses the code up

    def judge(self, uow: UnitOfWork, waiting: Waiting, answer: str, asking: Asking) -> Right | Wrong:
        challenge, phone = uow.challenges.current(asking.login_id, self.method), asking.citizen.verified_phone
        if challenge is None or phone is None or challenge.destination != phone.value:
            return Wrong()  # it was sent to a phone that is no longer the citizen's
        is_right = uow.challenges.consume(
            waiting.id, code_mac=self._mac(waiting.id, answer), citizen_id=asking.citizen.id, now=asking.now
        )
        return Right(phone.value) if is_right else Wrong()

    def was_right(self, uow: UnitOfWork, answer: str, asking: Asking) -> bool:
        challenge = uow.challenges.current(asking.login_id, self.method)
        if challenge is None or challenge.consumed_at is None:
            return False
        return hmac.compare_digest(challenge.code_mac, self._mac(challenge.id, answer))

    def _mac(self, challenge_id: str, code: str) -> str:
        return self.secrets.mac("sms", challenge_id, code)
