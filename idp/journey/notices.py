"""What a citizen is told outside the browser, since whoever sits at the browser may be somebody else (R-64)."""

from idp.domain.citizen import Citizen
from idp.domain.evidence import Method
from idp.domain.message import Channel, Message
from idp.journey.ports import UnitOfWork

_LIFETIME = 86_400

_FACTOR_PAUSED = {
    "tr": "Hesabınızda art arda hatalı doğrulama kodu girildi. Siz değilseniz şifrenizi değiştirin. EMÜLATÖR",
    "en": "Wrong verification codes were entered for your account. If it was not you, change your password. EMULATOR",
}
_BACKUP_CODE_USED = {
    "tr": "Hesabınıza yedek kodla giriş yapıldı. Kalan yedek kod: {n}. Siz değilseniz şifrenizi değiştirin. EMÜLATÖR",
    "en": "A backup code was used for your account. Codes left: {n}. If it was not you, change your password. EMULATOR",
}
_DEVICE_ADDED = {
    "tr": "Hesabınıza yeni bir mobil cihaz kaydedildi. Siz değilseniz hemen hesabınızı kontrol edin. EMÜLATÖR",
    "en": "A new mobile device was registered for your account. If it was not you, check it at once. EMULATOR",
}
_NOT_ME = {
    "tr": "Bir girişi siz olmadığınızı söyleyerek durdurdunuz. Şifreniz bilinmiş olabilir; hemen değiştirin. EMÜLATÖR",
    "en": "You stopped a login that was not yours. Somebody may know your password: change it at once. EMULATOR",
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


def backup_code_used(uow: UnitOfWork, citizen: Citizen, lang: str, now: int) -> None:
    held = uow.authenticators.of_citizen(citizen.id)
    left = sum(one.method is Method.BACKUP_CODE and one.is_usable for one in held)
    _tell(uow, citizen, _BACKUP_CODE_USED[lang].format(n=left), now)


def device_added(uow: UnitOfWork, citizen: Citizen, lang: str, now: int) -> None:
    _tell(uow, citizen, _DEVICE_ADDED[lang], now)


def not_me(uow: UnitOfWork, citizen: Citizen, lang: str, now: int) -> None:
    _tell(uow, citizen, _NOT_ME[lang], now)


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
