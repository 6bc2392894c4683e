"""What a citizen is told outside the browser, since whoever sits at the browser may be somebody else (R-64)."""

from idp.domain.citizen import Citizen
from idp.domain.message import Channel, Message
from idp.journey.ports import UnitOfWork

_LIFETIME = 86_400

_FACTOR_PAUSED = {
    "tr": "Hesabınızda art arda hatalı doğrulama kodu girildi. Siz değilseniz şifrenizi değiştirin. EMÜLATÖR",
    "en": "Wrong verification codes were entered for your account. If it was not you, change your password. EMULATOR",
}
_PASSWORD_CHANGED = {
    "tr": "Eşik şifreniz değiştirildi. Siz değilseniz hemen hesabınızı kontrol edin. EMÜLATÖR",
    "en": "Your Eşik password was changed. If it was not you, check your account at once. EMULATOR",
}
_TWO_STEP_DISABLED = {
    "tr": "Hesabınızda iki aşamalı giriş kapatıldı. Siz değilseniz şifrenizi değiştirin. EMÜLATÖR",
    "en": "Two-step login was switched off for your account. If it was not you, change your password. EMULATOR",
}
_TWO_STEP_ENABLED = {
    "tr": "Hesabınızda iki aşamalı giriş açıldı. Siz değilseniz şifrenizi değiştirin. EMÜLATÖR",
    "en": "Two-step login was switched on for your account. If it was not you, change your password. EMULATOR",
}


def factor_paused(uow: UnitOfWork, citizen: Citizen, lang: str, now: int) -> None:
    _tell(uow, citizen, _FACTOR_PAUSED[lang], now)


def password_changed(uow: UnitOfWork, citizen: Citizen, lang: str, now: int) -> None:
    _tell(uow, citizen, _PASSWORD_CHANGED[lang], now)


def two_step_disabled(uow: UnitOfWork, citizen: Citizen, lang: str, now: int) -> None:
    _tell(uow, citizen, _TWO_STEP_DISABLED[lang], now)


def two_step_enabled(uow: UnitOfWork, citizen: Citizen, lang: str, now: int) -> None:
    _tell(uow, citizen, _TWO_STEP_ENABLED[lang], now)


def _tell(uow: UnitOfWork, citizen: Citizen, text: str, now: int) -> None:
    phone = citizen.verified_phone
    if phone is not None:
        uow.outbox.put(Message(Channel.SMS, phone.value, text, None, created_at=now, expires_at=now + _LIFETIME))
