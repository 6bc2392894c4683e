"""Mobil Uygulama ile Doğrulama: the citizen enters the browser's number on a registered device, whose key signs it.

Two digits are fewer than NIST SP 800-63B §3.1.3 wants across channels; the strength lies in the device's key and in
how few requests reach it.
"""

from collections.abc import Callable
from dataclasses import dataclass

from idp.domain.challenge import Challenge, Verdict
from idp.domain.evidence import Method
from idp.domain.message import Channel, Message
from idp.factors.ports import Secrets, UnitOfWork
from idp.factors.second_factor import Asking, NotWaiting, Right, Waiting, Wrong
from idp.policy.throttle import CODE_TRIES

PUSH = "approval"
"""All that a push says: the device asks for the rest, signed with its key."""


@dataclass(frozen=True, slots=True)
class AppApproval:
    """`lifetime` (seconds) of a request; `pushes` tells whether devices are woken by a push gateway."""

    secrets: Secrets
    lifetime: int = 120
    pushes: bool = False
    method: Method = Method.APP
    asks: bool = True
    is_guessed: bool = False

    def read(self, typed: str) -> str:
        return ""  # the browser has nothing to say: the answer comes from the device

    def start(self, uow: UnitOfWork, asking: Asking) -> None:
        """Ask every registered device of the citizen; an earlier request of the same citizen is dead."""
        challenge_id = self.secrets.token()
        uow.challenges.insert(
            Challenge(
                id=challenge_id,
                login_id=asking.login_id,
                citizen_id=asking.citizen.id,
                method=self.method,
                code_mac=self.number_mac(challenge_id, self.number(challenge_id)),
                created_at=asking.now,
                expires_at=asking.now + self.lifetime,
                ip=asking.origin.ip,
                user_agent=asking.origin.user_agent,
            )
        )
        for device in self._devices(uow, asking.citizen.id) if self.pushes else ():
            uow.outbox.put(
                Message(Channel.PUSH, device, PUSH, None, created_at=asking.now, expires_at=asking.now + self.lifetime)
            )

    def number(self, challenge_id: str) -> str:
        """The two digits of a request, which only the browser that asks may show. Derived, so nowhere stored."""
        return f"{int(self.secrets.mac('approval number', challenge_id)[:8], 16) % 100:02d}"

    def number_mac(self, challenge_id: str, number: str) -> str:
        return self.secrets.mac("approval", challenge_id, number)

    def waiting(self, uow: UnitOfWork, asking: Asking) -> Waiting | NotWaiting:
        challenge = uow.challenges.current(asking.login_id, self.method)
        if challenge is None:
            return "none"
        if challenge.verdict in {Verdict.DENIED, Verdict.NOT_ME}:
            return "denied"
        if challenge.consumed_at is not None or (challenge.verdict is None and challenge.tries >= CODE_TRIES):
            return "used_up"
        if asking.now >= challenge.expires_at:
            return "expired"
        return Waiting(challenge.id, challenge.expires_at, CODE_TRIES - challenge.tries)

    def count(self, uow: UnitOfWork, waiting: Waiting, now: int) -> Waiting | None:
        return waiting  # tries are counted where numbers are entered: on the device

    def weigh(self, uow: UnitOfWork, answer: str, asking: Asking) -> Callable[[], bool]:
        return lambda: True

    def was_right(self, uow: UnitOfWork, answer: str, asking: Asking) -> bool:
        challenge = uow.challenges.current(asking.login_id, self.method)
        return challenge is not None and challenge.consumed_at is not None

    def judge(self, uow: UnitOfWork, waiting: Waiting, answer: str, asking: Asking) -> Right | Wrong:
        challenge = uow.challenges.current(asking.login_id, self.method)
        if challenge is None or challenge.id != waiting.id or challenge.verdict is not Verdict.APPROVED:
            return Wrong("unanswered")
        device = challenge.decided_by
        if device is None or device not in self._devices(uow, asking.citizen.id):
            return Wrong("removed")  # between its answer and this one
        used = uow.challenges.consume_approved(challenge.id, citizen_id=asking.citizen.id, now=asking.now)
        if used:
            return Right(device)
        return Wrong("unanswered" if self.was_right(uow, answer, asking) else "wrong")  # the same form, sent twice

    def _devices(self, uow: UnitOfWork, citizen_id: str) -> tuple[str, ...]:
        return tuple(one.id for one in uow.authenticators.of_citizen(citizen_id) if one.method is self.method)
