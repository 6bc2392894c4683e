"""The sample people. Their numbers pass every check and follow one visible pattern; their names are invented.

They share one public password, and the keys of those who hold more are published too, so they are worth nothing
outside the sandbox; `esik serve` in production mode refuses a database in which they can log in.
"""

from idp.domain.citizen import CitizenState
from idp.domain.evidence import Method
from idp.domain.national_id import NationalId
from idp.domain.phone_number import PhoneNumber
from idp.domain.profile import Address, Profile
from idp.sandbox.persona import Persona

PHONE_BLOCK = "+9050000000"
"""How the phone numbers of sample people begin; two digits follow. No official fictional range is known."""

_DAY = 86_400


def _phone(ending: int) -> PhoneNumber:
    return PhoneNumber(f"{PHONE_BLOCK}{ending:02d}")


PERSONAS: tuple[Persona, ...] = (
    Persona(
        id="two-step-sms",
        national_id=NationalId("98765430170"),
        given_name="Ayşe",
        family_name="Örnek",
        birthdate="1988-03-14",
        phone=_phone(1),
        verified=True,
        two_step=True,
        note={"tr": "İki aşamalı giriş açık", "en": "Two-step login on"},
    ),
    Persona(
        id="two-step-off",
        national_id=NationalId("98765430248"),
        given_name="Mehmet",
        family_name="Deneme",
        birthdate="1979-11-02",
        phone=_phone(2),
        verified=True,
        note={
            "tr": "İki aşamalı giriş kapalı; telefonu doğrulanmış, giriş sırasında açabilir",
            "en": "Two-step login off; phone verified, so it can be switched on during a login",
        },
    ),
    Persona(
        id="no-phone",
        national_id=NationalId("98765431092"),
        given_name="Hatice",
        family_name="Örnek",
        birthdate="1951-07-21",
        note={"tr": "İki aşamalı giriş kapalı; telefonu yok", "en": "Two-step login off; has no phone"},
    ),
    Persona(
        id="unverified-phone",
        national_id=NationalId("98765431542"),
        given_name="Emre",
        family_name="Deneme",
        birthdate="1997-09-30",
        phone=_phone(16),
        note={
            "tr": "İki aşamalı giriş kapalı; telefonu doğrulanmamış, sanal telefonda doğrulanabilir",
            "en": "Two-step login off; phone not verified, which the virtual phone can do",
        },
    ),
    Persona(
        id="app",
        national_id=NationalId("98765430316"),
        given_name="Can",
        family_name="Örnek",
        birthdate="1992-08-11",
        phone=_phone(3),
        verified=True,
        two_step=True,
        holds=(Method.APP,),
        preferred=Method.APP,
        note={
            "tr": "Kayıtlı cihazı var: girişi sanal telefonunda onaylar",
            "en": "Has a registered device: approves on the virtual phone",
        },
    ),
    Persona(
        id="totp",
        national_id=NationalId("98765430484"),
        given_name="Elif",
        family_name="Deneme",
        birthdate="1995-02-27",
        phone=_phone(4),
        verified=True,
        two_step=True,
        holds=(Method.TOTP,),
        preferred=Method.TOTP,
        note={
            "tr": "Doğrulama uygulaması kurulu: 30 saniyede bir değişen kod",
            "en": "Has an authenticator app: a code that changes every 30 seconds",
        },
    ),
    Persona(
        id="passkey",
        national_id=NationalId("98765430552"),
        given_name="Kerem",
        family_name="Örnek",
        birthdate="1983-10-05",
        phone=_phone(5),
        verified=True,
        two_step=True,
        holds=(Method.PASSKEY,),
        preferred=Method.PASSKEY,
        note={
            "tr": "Geçiş anahtarı var: kimlik avına dayanıklı giriş",
            "en": "Has a passkey: phishing-resistant login",
        },
    ),
    Persona(
        id="backup-codes",
        national_id=NationalId("98765430620"),
        given_name="Nurten",
        family_name="Deneme",
        birthdate="1958-06-03",
        phone=_phone(6),
        two_step=True,
        holds=(Method.BACKUP_CODE,),
        note={
            "tr": "Telefonunu kaybetmiş: ikinci adımı yalnızca yedek kodlarıyla geçer",
            "en": "Lost the phone: backup codes are the only second step left",
        },
    ),
    Persona(
        id="paused",
        national_id=NationalId("98765430798"),
        given_name="Zeynep",
        family_name="Deneme",
        birthdate="1990-01-25",
        phone=_phone(7),
        verified=True,
        two_step=True,
        paused=True,
        note={
            "tr": "Hatalı kodlardan sonra ikinci adım 15 dakika duraklatılmış",
            "en": "Second step paused for 15 minutes after wrong codes",
        },
    ),
    Persona(
        id="first-password",
        national_id=NationalId("98765430866"),
        given_name="Burak",
        family_name="Deneme",
        birthdate="2004-03-29",
        phone=_phone(8),
        verified=True,
        two_step=True,
        must_change_password=True,
        note={
            "tr": "İlk şifresini kullanıyor: girişte değiştirmesi gerekir; iki aşamalı giriş açık",
            "en": "Still has the first password: must change it at login; two-step login on",
        },
    ),
    Persona(
        id="old-password",
        national_id=NationalId("98765430934"),
        given_name="Fatma",
        family_name="Örnek",
        birthdate="1971-12-16",
        phone=_phone(9),
        verified=True,
        two_step=True,
        password_age=200 * _DAY,
        note={
            "tr": "Şifresi altı aydan eski: girişte değiştirmesi gerekir; iki aşamalı giriş açık",
            "en": "Password older than six months: must change it at login; two-step login on",
        },
    ),
    Persona(
        id="closed",
        national_id=NationalId("98765431238"),
        given_name="Mustafa",
        family_name="Örnek",
        birthdate="1965-05-19",
        state=CitizenState.CLOSED,
        note={"tr": "Hesabı kapatılmış: giriş yapamaz", "en": "Account closed: cannot log in"},
    ),
    Persona(
        id="long-name",
        national_id=NationalId("98765431160"),
        given_name="Şükriye Nur İlgün",
        family_name="Iğdırlıçöl-Örnek",
        birthdate="1984-12-08",
        phone=_phone(11),
        verified=True,
        two_step=True,
        note={
            "tr": "Uzun ad, bütün Türkçe harfler; iki aşamalı giriş açık",
            "en": "Long name with every Turkish letter; two-step login on",
        },
    ),
    Persona(
        id="foreigner",
        national_id=NationalId("99000000110"),
        given_name="Zoë",
        family_name="Sample-Nyström",
        birthdate="1993-06-17",
        phone=_phone(14),
        verified=True,
        two_step=True,
        note={
            "tr": "Yabancı kimlik numarası (99…), Türkçe olmayan ad; iki aşamalı giriş açık",
            "en": "Foreigner's number (99…), non-Turkish name; two-step login on",
        },
    ),
    Persona(
        id="every-claim",
        national_id=NationalId("98765431474"),
        given_name="Deniz",
        family_name="Örnek",
        birthdate="2001-04-23",
        phone=_phone(15),
        verified=True,
        profile=Profile(
            middle_name="Can",
            nickname="Deno",
            preferred_username="deniz.ornek",
            profile="https://deniz.example/hakkinda",
            picture="https://deniz.example/resim.png",
            website="https://deniz.example/",
            gender="male",
            zoneinfo="Europe/Istanbul",
            locale="tr-TR",
            email="deniz.ornek@example.org",
            email_verified=True,
            address=Address(
                formatted="Örnek Sokak No: 1\n06000 Çankaya / Ankara\nTürkiye",
                street_address="Örnek Sokak No: 1",
                locality="Çankaya",
                region="Ankara",
                postal_code="06000",
                country="Türkiye",
            ),
        ),
        note={
            "tr": "Bütün kullanıcı bilgileri dolu; iki aşamalı giriş kapalı",
            "en": "A value for every claim; two-step login off",
        },
    ),
)

SYNTHETIC = ("9876543",)
"""How the numbers of sample people begin that an operator may add to a sandbox."""


def is_synthetic(national_id: NationalId) -> bool:
    """Whether a number belongs to the sandbox's block: seeded, or of the visible pattern."""
    return national_id.value.startswith(SYNTHETIC) or persona_of(national_id) is not None


def persona_of(national_id: NationalId) -> Persona | None:
    return next((one for one in PERSONAS if one.national_id == national_id), None)


def is_sandbox_phone(number: PhoneNumber) -> bool:
    """Whether a number is of the block that sample people have, +90 500 000 00 NN (domain.md §6.2)."""
    return number.value.startswith(PHONE_BLOCK)
