"""The account pages in every state, filled with the longest names there are (pages.md §4.8)."""

from dataclasses import replace

from idp.web import views as v
from idp.web.i18n import Duration, Text
from idp.web.qr import inline_svg

NOW = 1_795_390_000
DAY = 86_400
DEVICE = "Chromium 156, Linux"
LONG_RP = "Örnek İl Sağlık Müdürlüğü Randevu ve Bilgilendirme Hizmetleri Koordinatörlüğü (MHRS emülatörü)"
LONG_NAME = "Şükriye Nur İlgün Iğdırlıçöl-Örnek adlı kişinin evdeki büyük ekranlı tableti (mutfak)"
HERE = "/hesabim/iki-asamali-giris"
DEVICES = "/hesabim/cihazlar"
PASSKEYS = "/hesabim/gecis-anahtarlari"
OPTIONS = (
    '{"rp":{"id":"esik.test","name":"Eşik"},"user":{"id":"YQ","name":"Ayşe Örnek","displayName":"Ayşe Örnek"},'
    '"challenge":"AAAA","pubKeyCredParams":[{"type":"public-key","alg":-7}],"excludeCredentials":[]}'
)
CODES = tuple(f"{place:02d}JRK4MWQX7TBHN{place:1d}"[:16].ljust(16, "Z") for place in range(10, 20))


def wrong(field: str, problem: v.Problem, **values: int | str | Duration) -> tuple[v.FieldError, ...]:
    return (v.FieldError(field, problem, values),)


def row(
    method: v.Method,
    *,
    detail: str | None = None,
    active: bool = True,
    preferred: bool = False,
    used: int | None = None,
) -> v.MethodRow:
    value = method.name.lower()
    return v.MethodRow(
        method=method,
        detail=detail,
        active=active,
        preferred=preferred,
        last_used_at=used,
        extension=method in (v.Method.TOTP, v.Method.PASSKEY),
        add=None if active else f"{HERE}/{value}/ekle",
        manage=f"{HERE}/{value}" if active else None,
        prefer=f"{HERE}/oncelikli" if active and not preferred and method is not v.Method.BACKUP_CODE else None,
        value=value,
    )


ALL_METHODS = (
    row(v.Method.SMS, detail="02", preferred=True, used=NOW - DAY),
    row(v.Method.APP, detail=f"Telefonum, {LONG_NAME}", used=NOW - 3 * DAY),
    row(v.Method.TOTP),
    row(v.Method.PASSKEY, detail="Evdeki bilgisayar", used=NOW - 40 * DAY),
    row(v.Method.BACKUP_CODE, detail="8"),
)
ONE_METHOD = (
    row(v.Method.SMS, detail="02", preferred=True, used=NOW - DAY),
    *(row(method, active=False) for method in (v.Method.APP, v.Method.TOTP, v.Method.PASSKEY, v.Method.BACKUP_CODE)),
)

settings = v.TwoStepSettingsPage(submit=HERE, two_step=True, phone_ending="02", app_devices=2, methods=ALL_METHODS)
devices = v.DevicesPage(
    add=f"{DEVICES}/ekle",
    rows=tuple(
        v.RegisteredRow(
            id=f"d{place}",
            name=name,
            added_at=NOW - 90 * DAY,
            last_used_at=used,
            rename=f"{DEVICES}/d{place}/ad",
            remove=f"{DEVICES}/d{place}/kaldir",
        )
        for place, (name, used) in enumerate((("Telefonum", NOW - 600), (LONG_NAME, None)))
    ),
)
passkeys = v.PasskeysPage(
    add=f"{PASSKEYS}/ekle",
    rows=(
        v.RegisteredRow(
            id="p1",
            name="Evdeki bilgisayar",
            added_at=NOW - 90 * DAY,
            last_used_at=NOW - 600,
            rename=f"{PASSKEYS}/p1/ad",
            remove=f"{PASSKEYS}/p1/kaldir",
        ),
    ),
)
pairing = v.DevicePairingPage(
    qr_svg=inline_svg("esik:eslestir?kod=7KQ29MXA4TWH"),
    pairing_code="7KQ29MXA",
    valid_until=NOW + 290,
    now=NOW,
    check=f"{DEVICES}/ekle",
    confirm=f"{DEVICES}/onayla",
    reject=f"{DEVICES}/reddet",
    phone_url="/telefon/1",
)
claimed = replace(pairing, claimed=v.ClaimedDevice(name="Telefonum", fingerprint="9f3c71d20ab4e865"))
totp = v.TotpSetupPage(
    submit=f"{HERE}/uygulama",
    qr_svg=inline_svg("otpauth://totp/E%C5%9Fik:987******70?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=E%C5%9Fik"),
    secret="JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP",
    account="Eşik: Ayşe Örnek",
    digits=6,
    cancel=HERE,
)
passkey = v.PasskeyAddPage(submit=f"{PASSKEYS}/ekle", options=OPTIONS, cancel=PASSKEYS)
codes = v.BackupCodesPage(left=8, made_at=NOW - 40 * DAY, make="/hesabim/yedek-kodlar")
remove = v.RemoveMethodPage(submit=f"{HERE}/totp/kaldir", method=v.Method.TOTP, name=None, last=False, back=HERE)
rename = v.RenameDevicePage(submit=f"{DEVICES}/d1/ad", name="Telefonum", back=DEVICES)
phone_change = v.PhoneChangePage(submit="/hesabim/telefon", phone_ending="02", back=HERE)
phone_code = v.PhoneChangeCodePage(
    submit="/hesabim/telefon/kod",
    resend="/hesabim/telefon/kod/yeniden",
    number="0500 *** ** 05",
    digits=6,
    valid_until=NOW + 170,
    now=NOW,
    phone_url="/telefon/1",
    back=HERE,
)
consents = v.ConsentsPage(
    revoke="/hesabim/izinler/geri-cek",
    rows=(
        v.ConsentRow(
            client_id="mhrs",
            service="Örnek Randevu (MHRS emülatörü)",
            items=(v.ConsentLabel.NAME, v.ConsentLabel.NATIONAL_ID),
            given_at=NOW - 12 * DAY,
            visit="https://mhrs.test/start?iss=https%3A%2F%2Fesik.test",
        ),
        v.ConsentRow(
            client_id="long", service=LONG_RP, items=tuple(v.ConsentLabel), given_at=NOW - 200 * DAY, offline=True
        ),
    ),
)
stranger = v.HistoryRow(
    NOW - 7200,
    v.LoginOutcome.SUCCEEDED,
    (v.Method.PASSWORD, v.Method.SMS),
    DEVICE,
    "2001:db8:****",
    LONG_RP,
    not_me="/hesabim/giris-gecmisi/r1/ben-degildim",
)
history = v.HistoryPage(
    rows=(
        stranger,
        *(
            v.HistoryRow(
                NOW - 3600 * place,
                None,
                (v.Method.PASSKEY,) if event is v.AccountEvent.METHOD_ADDED else (),
                DEVICE,
                "127.0.0.*",
                LONG_RP if event is v.AccountEvent.CONSENT_REVOKED else None,
                event=event,
                not_me=f"/hesabim/giris-gecmisi/e{place}/ben-degildim",
            )
            for place, event in enumerate(v.AccountEvent, 3)
        ),
    )
)
not_me = v.NotMePage(submit="/hesabim/giris-gecmisi/r1/ben-degildim", row=stranger, back="/hesabim/giris-gecmisi")
home = v.AccountHomePage(
    citizen_name="Ayşe Örnek",
    two_step=True,
    sessions=2,
    password_changed_at=NOW - 100 * DAY,
    last_login_at=NOW - DAY,
    methods=tuple(method for method in v.Method if method is not v.Method.PASSWORD),
    codes_left=8,
    password_due_at=NOW + 80 * DAY,
)

ACCOUNT_SAMPLES: dict[str, v.Page] = {
    "account-home-all": home,
    "account-home-codes-gone": replace(home, methods=(v.Method.SMS,), codes_left=0),
    "methods-all": settings,
    "methods-one": replace(settings, app_devices=0, methods=ONE_METHOD, notice=Text(v.Notice.METHOD_REMOVED)),
    "methods-none": replace(
        settings,
        two_step=False,
        phone_ending=None,
        app_devices=0,
        methods=(row(v.Method.SMS, active=False), *ONE_METHOD[1:]),
        phone_url="/telefon/1",
    ),
    "methods-begin-with-app": replace(settings, two_step=False, chosen=True, chosen_method="app"),
    "methods-added": replace(settings, notice=Text(v.Notice.METHOD_ADDED)),
    "methods-preferred": replace(settings, notice=Text(v.Notice.METHOD_PREFERRED)),
    "devices": devices,
    "devices-none": replace(devices, rows=()),
    "devices-renamed": replace(devices, notice=Text(v.Notice.DEVICE_RENAMED)),
    "devices-too-many": replace(devices, errors=wrong("add", v.Problem.TOO_MANY_DEVICES, n=5)),
    "passkeys": passkeys,
    "passkeys-none": replace(passkeys, rows=()),
    "passkeys-too-many": replace(passkeys, errors=wrong("add", v.Problem.TOO_MANY_PASSKEYS, n=10)),
    "pairing": pairing,
    "pairing-production": replace(pairing, phone_url=None),
    "pairing-expired": replace(pairing, valid_until=NOW),
    "pairing-refused": replace(pairing, valid_until=NOW - 1, errors=wrong("pairing_code", v.Problem.PAIRING_EXPIRED)),
    "pairing-claimed": claimed,
    "pairing-claimed-long": replace(claimed, claimed=v.ClaimedDevice(name=LONG_NAME, fingerprint="9f3c 71d2 0ab4")),
    "totp-setup": totp,
    "totp-setup-wrong": replace(totp, errors=wrong("code", v.Problem.WRONG_CODE, n=2)),
    "passkey-add": passkey,
    "passkey-add-refused": replace(passkey, errors=wrong("credential", v.Problem.PASSKEY_NOT_ACCEPTED)),
    "passkey-add-known": replace(
        passkey, name=LONG_NAME, errors=wrong("credential", v.Problem.PASSKEY_ALREADY_REGISTERED)
    ),
    "passkey-add-nameless": replace(passkey, errors=wrong("name", v.Problem.EMPTY_NAME)),
    "backup-codes": codes,
    "backup-codes-first": replace(codes, left=0, made_at=None),
    "backup-codes-new": replace(codes, left=10, made_at=NOW, codes=CODES, notice=Text(v.Notice.CODES_MADE)),
    "remove-method": remove,
    "remove-device": replace(remove, method=v.Method.APP, name=LONG_NAME),
    "remove-last": replace(remove, last=True),
    "remove-last-refused": replace(remove, last=True, errors=wrong("decision", v.Problem.LAST_METHOD)),
    "rename": rename,
    "rename-empty": replace(rename, name="", errors=wrong("name", v.Problem.EMPTY_NAME)),
    "rename-too-long": replace(rename, name=LONG_NAME, errors=wrong("name", v.Problem.NAME_TOO_LONG, n=40)),
    "phone-change": phone_change,
    "phone-proof": v.PhoneProofPage(prove="/hesabim/telefon/kanit", back=HERE),
    "phone-proof-unverified": v.PhoneProofPage(prove=None, back=HERE, phone_url="/telefon/1"),
    "phone-change-first": replace(phone_change, phone_ending=None),
    "phone-change-invalid": replace(
        phone_change, typed="0500 12", errors=wrong("phone_number", v.Problem.PHONE_NUMBER_INVALID)
    ),
    "phone-change-code": phone_code,
    "phone-change-code-wrong": replace(phone_code, errors=wrong("code", v.Problem.WRONG_CODE, n=1)),
    "phone-change-code-dead": replace(
        phone_code, valid_until=None, phone_url=None, errors=wrong("code", v.Problem.CODE_USED_UP)
    ),
    "phone-changed": v.PhoneChangedPage(phone_ending="42", go_on=f"{HERE}?tamam=telefon"),
    "consents": consents,
    "consents-none": replace(consents, rows=(), notice=Text(v.Notice.CONSENT_REVOKED)),
    "history-events": history,
    "not-me": not_me,
    "not-me-event": replace(not_me, row=history.rows[4]),
}
