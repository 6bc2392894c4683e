"""The pages of the second step and of recovery in every state they have."""

from dataclasses import replace

from idp.web import views as v
from idp.web.i18n import Duration, Text
from idp.web.qr import inline_svg

NOW = 1_795_390_000
RP = "Örnek Randevu (MHRS emülatörü)"
LONG_RP = "Örnek İl Sağlık Müdürlüğü Randevu ve Bilgilendirme Hizmetleri Koordinatörlüğü (MHRS emülatörü)"
RULES = {
    "edevlet": (
        Text(v.PasswordRule.LENGTH, {"n": 8}),
        Text(v.PasswordRule.CLASSES),
        Text(v.PasswordRule.PERSONAL),
        Text(v.PasswordRule.HISTORY, {"n": 3}),
        Text(v.PasswordRule.COMMON),
    ),
    "modern": (
        Text(v.PasswordRule.LENGTH, {"n": 15}),
        Text(v.PasswordRule.PERSONAL),
        Text(v.PasswordRule.COMMON),
    ),
}
REQUEST_OPTIONS = (
    '{"challenge":"c2FtcGxlLWNoYWxsZW5nZS1zYW1wbGUtY2hhbGxlbmdl","rpId":"localhost","timeout":60000,'
    '"userVerification":"preferred","allowCredentials":[{"id":"AQIDBA","type":"public-key"}]}'
)
CANCEL, OTHER = "/login/x/cancel", "/login/x/other-method"


def wrong(field: str, problem: v.Problem, **values: int | str | Duration) -> tuple[v.FieldError, ...]:
    return (v.FieldError(field, problem, values),)


SMS = v.MethodOption(method=v.Method.SMS, value="sms", phone_ending="01", last_used=True)
APP = v.MethodOption(method=v.Method.APP, value="app")
OPTIONS = (
    SMS,
    APP,
    v.MethodOption(method=v.Method.TOTP, value="totp", extension=True),
    v.MethodOption(method=v.Method.PASSKEY, value="passkey", extension=True),
    v.MethodOption(method=v.Method.BACKUP_CODE, value="backup_code", codes_left=7),
)
sms = v.CodePage(
    submit="/login/x/second-factor",
    resend="/login/x/resend",
    cancel=CANCEL,
    other=OTHER,
    rp_name=RP,
    phone_ending="01",
    digits=6,
    valid_until=NOW + 160,
    now=NOW,
)
choose = v.ChooseMethodPage(submit="/login/x/choose-method", cancel=CANCEL, rp_name=RP, options=OPTIONS)
app = v.AppApprovalPage(
    submit="/login/x/app",
    resend="/login/x/resend",
    cancel=CANCEL,
    other=OTHER,
    rp_name=RP,
    number="07",
    valid_until=NOW + 118,
    now=NOW,
    events="/login/x/events",
    qr_svg=inline_svg("https://localhost:8000/telefon/onay#0f8d6a2c-94f5-4d0e-8a44-1f0d2a6f5d7e"),
    phone_url="/telefon/1",
)
totp = v.TotpPage(submit="/login/x/totp", cancel=CANCEL, other=OTHER, rp_name=RP, digits=6)
passkey = v.PasskeyPage(
    submit="/login/x/passkey",
    resend="/login/x/resend",
    cancel=CANCEL,
    other=OTHER,
    rp_name=RP,
    options=REQUEST_OPTIONS,
)
backup_code = v.BackupCodePage(submit="/login/x/backup-code", cancel=CANCEL, other=OTHER, rp_name=RP)
needed = v.PasskeyNeededPage(submit="/login/x/passkey-needed", rp_name=RP, add_url="/hesabim/gecis-anahtarlari")
new_password = v.NewPasswordPage(
    submit="/login/x/new-password",
    cancel=CANCEL,
    rp_name=RP,
    reason=v.NewPasswordReason.EXPIRED,
    rules=RULES["edevlet"],
    policy="edevlet",
)
start = v.RecoveryStartPage(submit="/sifremi-unuttum", cancel=CANCEL, rp_name=RP)
code = v.RecoveryCodePage(
    submit="/sifremi-unuttum/kod",
    resend="/sifremi-unuttum/yeniden",
    cancel=CANCEL,
    digits=6,
    valid_until=NOW + 170,
    now=NOW,
    phone_url="/telefon",
)
identity = v.RecoveryIdentityPage(submit="/sifremi-unuttum/kimlik", phone_url="/telefon/1", cancel=CANCEL)

SECOND_STEP_SAMPLES: dict[str, v.Page] = {
    "choose-method": choose,
    "choose-method-one-paused": replace(
        choose, rp_name=LONG_RP, options=(replace(SMS, paused_for=900, last_used=False), *OPTIONS[1:])
    ),
    "choose-method-none-open": replace(choose, options=(replace(SMS, paused_for=900), replace(APP, paused_for=60))),
    "choose-method-paused": replace(choose, paused_for=900),
    "choose-method-nothing": replace(choose, errors=wrong("method", v.Problem.NO_METHOD)),
    "choose-method-gone": replace(choose, errors=wrong("method", v.Problem.METHOD_GONE)),
    "password-forgot": v.PasswordPage(submit="/login/x/password", rp_name=RP, forgot="/sifremi-unuttum"),
    "code-other": sms,
    "code-other-unsent": replace(sms, valid_until=None, sent=False),
    "code-other-paused": replace(sms, paused_for=900),
    "app-approval": app,
    "app-approval-alone": replace(app, rp_name=LONG_RP, other=None, qr_svg=None, phone_url=None),
    "app-approval-resent": replace(app, notice=Text(v.Notice.APPROVAL_SENT)),
    "app-approval-resent-early": replace(
        app, notice=Text(v.Notice.APPROVAL_TOO_EARLY, {"duration": Duration(47)}), rp_name=None
    ),
    "app-approval-early": replace(app, errors=wrong("approval", v.Problem.NOT_APPROVED_YET)),
    "app-approval-unsent": replace(app, sent=False, valid_until=None, number=""),
    "app-approval-expired": replace(
        app, valid_until=NOW - 1, number="", errors=wrong("approval", v.Problem.APPROVAL_EXPIRED)
    ),
    "app-approval-denied": replace(
        app, valid_until=None, number="", errors=wrong("approval", v.Problem.APPROVAL_DENIED)
    ),
    "app-approval-paused": replace(app, paused_for=900),
    "app-approval-too-many": replace(app, paused_for=86_400, too_many_sent=True),
    "app-approval-paused-alone": replace(app, paused_for=900, other=None),
    "totp": totp,
    "totp-alone": replace(totp, rp_name=None, other=None, cancel=None),
    "totp-wrong": replace(totp, errors=wrong("code", v.Problem.WRONG_CODE, n=2)),
    "totp-used": replace(totp, errors=wrong("code", v.Problem.TOTP_USED)),
    "totp-paused": replace(totp, paused_for=900),
    "passkey": passkey,
    "passkey-alone": replace(passkey, rp_name=LONG_RP, other=None),
    "passkey-unready": replace(passkey, ready=False, options=""),
    "passkey-expired": replace(passkey, ready=False, options="", errors=wrong("credential", v.Problem.PASSKEY_EXPIRED)),
    "passkey-failed": replace(passkey, errors=wrong("credential", v.Problem.PASSKEY_FAILED)),
    "passkey-paused": replace(passkey, paused_for=900),
    "backup-code": backup_code,
    "backup-code-empty": replace(backup_code, errors=wrong("code", v.Problem.EMPTY_BACKUP_CODE)),
    "backup-code-wrong": replace(backup_code, other=None, errors=wrong("code", v.Problem.WRONG_BACKUP_CODE)),
    "backup-code-paused": replace(backup_code, paused_for=900),
    "passkey-needed": needed,
    "passkey-needed-none": replace(needed, rp_name=LONG_RP, errors=wrong("decision", v.Problem.NO_PASSKEY_YET)),
    "new-password-expired": new_password,
    "new-password-first": replace(
        new_password, reason=v.NewPasswordReason.FIRST, rp_name=LONG_RP, rules=RULES["modern"], policy="modern"
    ),
    "new-password-recovery": replace(
        new_password,
        reason=v.NewPasswordReason.RECOVERY,
        rp_name=None,
        errors=wrong("new_password", v.Problem.NO_DIGIT) + wrong("new_password", v.Problem.NO_SYMBOL),
    ),
    "recovery-start": start,
    "recovery-start-wrong": replace(
        start, national_id="1234", errors=wrong("national_id", v.Problem.NATIONAL_ID_LENGTH)
    ),
    "recovery-code": code,
    "recovery-code-resent": replace(code, notice=Text(v.Notice.RECOVERY_CODE_SENT)),
    "recovery-code-wrong": replace(
        code, valid_until=None, phone_url=None, errors=wrong("code", v.Problem.WRONG_RECOVERY_CODE)
    ),
    "recovery-identity": identity,
    "recovery-identity-production": replace(identity, phone_url=None, cancel=None),
    "recovery-identity-none": replace(identity, errors=wrong("identity", v.Problem.NOT_IDENTIFIED_YET)),
    "recovery-done": v.RecoveryDonePage(login_url="/login/x"),
}
