"""Geçiş anahtarı (WebAuthn): a key that answers only at our own origin. The one method that phishing cannot use.

Our own extension: e-Devlet is not known to offer it. The library checks a signature; which credential may answer, that
a challenge is used once, and what a falling counter means are decided here (WebAuthn §7.2).
"""

import base64
import binascii
from collections.abc import Callable
from dataclasses import dataclass

from webauthn import generate_authentication_options, options_to_json, verify_authentication_response
from webauthn.helpers import parse_authentication_credential_json, parse_authenticator_data, parse_client_data_json
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticationCredential,
    PublicKeyCredentialDescriptor,
    UserVerificationRequirement,
)

from idp.domain.authenticator import Authenticator
from idp.domain.challenge import Challenge
from idp.domain.evidence import Method
from idp.factors.ports import Secrets, UnitOfWork
from idp.factors.second_factor import Asking, NotAnAnswer, NotWaiting, Right, Waiting, Wrong
from idp.policy.throttle import CODE_TRIES

MOST_CHARACTERS = 20_000
UNACCEPTABLE = (WebAuthnException, ValueError, KeyError, TypeError, AttributeError, IndexError, OverflowError)
"""What the library raises for answers that are no answers; some of it only by accident."""


@dataclass(frozen=True, slots=True)
class Passkey:
    """`rp_id` is the issuer's host, `origin` its origin; `lifetime` (seconds) of a challenge."""

    secrets: Secrets
    rp_id: str
    origin: str
    lifetime: int = 300
    method: Method = Method.PASSKEY
    asks: bool = True
    is_guessed: bool = True

    def read(self, typed: str) -> str:
        if not typed:
            raise NotAnAnswer("empty")
        if len(typed) > MOST_CHARACTERS or _parsed(typed) is None:
            raise NotAnAnswer("malformed")
        return typed

    def start(self, uow: UnitOfWork, asking: Asking) -> None:
        """A fresh challenge: 256 random bits, for this login and citizen."""
        challenge_id = self.secrets.token()
        uow.challenges.insert(
            Challenge(
                id=challenge_id,
                login_id=asking.login_id,
                citizen_id=asking.citizen.id,
                method=self.method,
                code_mac=self._mac(challenge_id),
                created_at=asking.now,
                expires_at=asking.now + self.lifetime,
            )
        )

    def options(self, uow: UnitOfWork, waiting: Waiting, asking: Asking) -> str:
        """What the browser is asked, as JSON: this challenge, and the citizen's own credentials only."""
        held = self._held(uow, asking)
        return options_to_json(
            generate_authentication_options(
                rp_id=self.rp_id,
                challenge=decoded(waiting.id),
                timeout=self.lifetime * 1000,
                allow_credentials=[PublicKeyCredentialDescriptor(id=decoded(one.handle)) for one in held],
                user_verification=UserVerificationRequirement.PREFERRED,
            )
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
        return None if counted is None else Waiting(waiting.id, waiting.expires_at, CODE_TRIES - counted)

    def weigh(self, uow: UnitOfWork, answer: str, asking: Asking) -> Callable[[], bool]:
        """The signature, over the newest challenge of this login, by a key of this citizen."""
        challenge, held = uow.challenges.current(asking.login_id, self.method), self._meant(uow, answer, asking)
        if challenge is None or held is None:
            return lambda: False
        return lambda: self._is_signed(answer, challenge.id, held)

    def was_right(self, uow: UnitOfWork, answer: str, asking: Asking) -> bool:
        challenge, credential = uow.challenges.current(asking.login_id, self.method), _parsed(answer)
        if challenge is None or challenge.consumed_at is None or credential is None:
            return False
        return _challenge_of(credential) == challenge.id

    def judge(self, uow: UnitOfWork, waiting: Waiting, answer: str, asking: Asking) -> Right | Wrong:
        held, credential = self._meant(uow, answer, asking), _parsed(answer)
        if held is None or credential is None or _challenge_of(credential) != waiting.id:
            return Wrong()  # what was weighed is no longer what is waited for
        used = uow.challenges.consume(
            waiting.id, code_mac=self._mac(waiting.id), citizen_id=asking.citizen.id, now=asking.now
        )
        if not used:
            return Wrong()
        data = parse_authenticator_data(credential.response.authenticator_data)
        if data.sign_count > 0 or held.counter > 0:
            if not uow.authenticators.advance(held.id, data.sign_count, asking.now):
                return Wrong("counter_fell")  # a copy of the key may be about
        elif not uow.authenticators.touch(held.id, asking.now):
            return Wrong()
        return Right(held.id, "user_verified" if data.flags.uv else "user_present")

    def _is_signed(self, answer: str, challenge_id: str, held: Authenticator) -> bool:
        try:
            verify_authentication_response(
                credential=answer,
                expected_challenge=decoded(challenge_id),
                expected_rp_id=self.rp_id,
                expected_origin=self.origin,
                credential_public_key=decoded(held.public_key),
                credential_current_sign_count=0,  # the store judges it, atomically
                require_user_verification=False,  # the password came first
            )
        except UNACCEPTABLE:
            return False
        return True

    def _held(self, uow: UnitOfWork, asking: Asking) -> tuple[Authenticator, ...]:
        return tuple(one for one in uow.authenticators.of_citizen(asking.citizen.id) if one.method is self.method)

    def _meant(self, uow: UnitOfWork, answer: str, asking: Asking) -> Authenticator | None:
        credential = _parsed(answer)
        if credential is None:
            return None
        return next((one for one in self._held(uow, asking) if one.handle == encoded(credential.raw_id)), None)

    def _mac(self, challenge_id: str) -> str:
        return self.secrets.mac("passkey", challenge_id)


def decoded(text: str) -> bytes:
    """base64url without padding. Raises ValueError."""
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _parsed(answer: str) -> AuthenticationCredential | None:
    """An assertion made by a page of ours: our library's shape, and not from inside a frame of somebody else's."""
    try:
        credential = parse_authentication_credential_json(answer)
        client_data = parse_client_data_json(credential.response.client_data_json)
        parse_authenticator_data(credential.response.authenticator_data)
    except (*UNACCEPTABLE, binascii.Error, RecursionError):
        return None
    return None if client_data.cross_origin else credential


def _challenge_of(credential: AuthenticationCredential) -> str:
    return encoded(parse_client_data_json(credential.response.client_data_json).challenge)
