"""What a citizen is told outside the browser, since whoever sits at the browser may be somebody else (R-64)."""

from dataclasses import replace

from idp.domain.citizen import Citizen
from idp.domain.evidence import Method
from idp.domain.message import Channel, Message
from idp.domain.phone_number import PhoneNumber
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
_METHODS = {
    Method.SMS: {"tr": "SMS ile Doğrulama", "en": "SMS"},
    Method.APP: {"tr": "Mobil Uygulama ile Doğrulama", "en": "mobile app"},
    Method.TOTP: {"tr": "Doğrulama uygulaması", "en": "authenticator app"},
    Method.PASSKEY: {"tr": "Geçiş anahtarı", "en": "passkey"},
}
_METHOD_ADDED = {
    "tr": "Hesabınıza doğrulama yöntemi eklendi: {method}. Siz değilseniz hemen hesabınızı kontrol edin. EMÜLATÖR",
    "en": "A verification method was added to your account: {method}. If it was not you, check it at once. EMULATOR",
}
_METHOD_REPLACED = {
    "tr": "Doğrulama yönteminiz değiştirildi: {method}. Siz değilseniz hemen hesabınızı kontrol edin. EMÜLATÖR",
    "en": "A verification method of yours was replaced: {method}. If it was not you, check it at once. EMULATOR",
}
_METHOD_REMOVED = {
    "tr": "Hesabınızdan doğrulama yöntemi kaldırıldı: {method}. Siz değilseniz hemen hesabınızı kontrol edin. EMÜLATÖR",
    "en": "A verification method was removed from your account: {method}. If it was not you, check it. EMULATOR",
}
_METHOD_RENAMED = {
    "tr": "Doğrulama yönteminizin adı değiştirildi: {method}. Siz değilseniz hemen hesabınızı kontrol edin. EMÜLATÖR",
    "en": "A verification method of yours was renamed: {method}. If it was not you, check your account. EMULATOR",
}
_METHOD_PREFERRED = {
    "tr": "Öncelikli doğrulama yönteminiz artık bu: {method}. Siz değilseniz şifrenizi değiştirin. EMÜLATÖR",
    "en": "Your first verification method is now: {method}. If it was not you, change your password. EMULATOR",
}
_BACKUP_CODES_MADE = {
    "tr": "Hesabınıza yeni yedek kodlar oluşturuldu, eskileri geçersiz. Siz değilseniz hesabınıza bakın. EMÜLATÖR",
    "en": "New backup codes were made for your account; old ones are void. If it was not you, check it. EMULATOR",
}
_LOGIN_DISOWNED = {
    "tr": "Geçmişinizdeki bir girişi siz yapmadığınızı bildirdiniz. Diğer oturumlar kapatıldı; şifrenizi değiştirin. "
    "EMÜLATÖR",
    "en": "You reported a login that was not yours. Other sessions were ended; change your password. EMULATOR",
}
_PASSWORD_CHANGED = {
    "tr": "Eşik şifreniz değiştirildi. Siz değilseniz hemen hesabınızı kontrol edin. EMÜLATÖR",
    "en": "Your Eşik password was changed. If it was not you, check your account at once. EMULATOR",
}
_PASSWORD_LOCKED = {
    "tr": "Hesabınıza art arda hatalı şifre girildi; yeni denemeler bekletiliyor. Tanıdığınız tarayıcıdan "
    "girebilirsiniz. EMÜLATÖR",
    "en": "Wrong passwords were entered for your account; further tries must wait. You can sign in from a browser "
    "you used before. EMULATOR",
}
_RECOVERY_BEGUN = {
    "tr": "Hesabınız için şifre yenileme istendi. Siz değilseniz gelen kodu kimseyle paylaşmayın. EMÜLATÖR",
    "en": "A new password was asked for your account. If it was not you, share the code with nobody. EMULATOR",
}
_NEW_DEVICE = {
    "tr": "Hesabınıza yeni bir tarayıcıdan giriş yapıldı. Siz değilseniz hemen şifrenizi değiştirin. EMÜLATÖR",
    "en": "Somebody signed in to your account from a new browser. If it was not you, change your password. EMULATOR",
}
_PHONE_CHANGED = {
    "tr": "Eşik hesabınızın telefonu değişti: sonu {nn}. Siz değilseniz hemen hesabınızı kontrol edin. EMÜLATÖR",
    "en": "The phone of your Eşik account was changed: it ends in {nn}. If it was not you, check it at once. EMULATOR",
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


def method_added(uow: UnitOfWork, citizen: Citizen, method: Method, lang: str, now: int) -> None:
    _tell(uow, citizen, _METHOD_ADDED[lang].format(method=_METHODS[method][lang]), now)


def method_replaced(uow: UnitOfWork, citizen: Citizen, method: Method, lang: str, now: int) -> None:
    _tell(uow, citizen, _METHOD_REPLACED[lang].format(method=_METHODS[method][lang]), now)


def method_removed(uow: UnitOfWork, citizen: Citizen, method: Method, lang: str, now: int) -> None:
    _tell(uow, citizen, _METHOD_REMOVED[lang].format(method=_METHODS[method][lang]), now)


def method_renamed(uow: UnitOfWork, citizen: Citizen, method: Method, lang: str, now: int) -> None:
    _tell(uow, citizen, _METHOD_RENAMED[lang].format(method=_METHODS[method][lang]), now)


def method_preferred(uow: UnitOfWork, citizen: Citizen, method: Method, lang: str, now: int) -> None:
    _tell(uow, citizen, _METHOD_PREFERRED[lang].format(method=_METHODS[method][lang]), now)


def backup_codes_made(uow: UnitOfWork, citizen: Citizen, lang: str, now: int) -> None:
    _tell(uow, citizen, _BACKUP_CODES_MADE[lang], now)


def login_disowned(uow: UnitOfWork, citizen: Citizen, lang: str, now: int) -> None:
    _tell(uow, citizen, _LOGIN_DISOWNED[lang], now)


def password_changed(uow: UnitOfWork, citizen: Citizen, lang: str, now: int) -> None:
    _tell(uow, citizen, _PASSWORD_CHANGED[lang], now)


def password_locked(uow: UnitOfWork, citizen: Citizen, lang: str, now: int) -> None:
    _tell(uow, citizen, _PASSWORD_LOCKED[lang], now)


def recovery_begun(uow: UnitOfWork, citizen: Citizen | None, lang: str, now: int) -> None:
    """None, for a number that nobody can recover, costs the same: a message to nobody, over as it is written (B15)."""
    if citizen is None:
        uow.outbox.put(Message(Channel.SMS, "", _RECOVERY_BEGUN[lang], None, created_at=now, expires_at=now))
    else:
        _tell(uow, citizen, _RECOVERY_BEGUN[lang], now)


def new_device(uow: UnitOfWork, citizen: Citizen, lang: str, now: int) -> None:
    _tell(uow, citizen, _NEW_DEVICE[lang], now)


def phone_changed(uow: UnitOfWork, citizen: Citizen, new: PhoneNumber, lang: str, now: int) -> None:
    """Told on the former phone, which `citizen` still has, and on the new one."""
    text = _PHONE_CHANGED[lang].format(nn=new.ending)
    _tell(uow, citizen, text, now)
    _tell(uow, replace(citizen, phone_number=new), text, now)


def two_step_disabled(uow: UnitOfWork, citizen: Citizen, lang: str, now: int) -> None:
    _tell(uow, citizen, _TWO_STEP_DISABLED[lang], now)


def two_step_enabled(uow: UnitOfWork, citizen: Citizen, lang: str, now: int) -> None:
    _tell(uow, citizen, _TWO_STEP_ENABLED[lang], now)


def _tell(uow: UnitOfWork, citizen: Citizen, text: str, now: int) -> None:
    phone = citizen.verified_phone
    if phone is not None:
        uow.outbox.put(Message(Channel.SMS, phone.value, text, None, created_at=now, expires_at=now + _LIFETIME))
