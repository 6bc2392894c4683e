"""Every page in every state it has, filled with the longest names there are (pages.md §7)."""

from dataclasses import replace

from idp.web import views as v
from idp.web.i18n import Duration, Text
from idp.web.pages import Chrome
from tests.pages.samples_account import ACCOUNT_SAMPLES
from tests.pages.samples_sandbox import SANDBOX_SAMPLES
from tests.pages.samples_second_step import SECOND_STEP_SAMPLES

NOW = 1_795_390_000
LONG_NAME = "Şükriye Nur İlgün Iğdırlıçöl-Örnek"
LONG_RP = "Örnek İl Sağlık Müdürlüğü Randevu ve Bilgilendirme Hizmetleri Koordinatörlüğü (MHRS emülatörü)"
RP = "Örnek Randevu (MHRS emülatörü)"
DEVICE = "Chromium 156, Linux"
RULES = (
    Text(v.PasswordRule.LENGTH, {"n": 8}),
    Text(v.PasswordRule.CLASSES),
    Text(v.PasswordRule.PERSONAL),
    Text(v.PasswordRule.HISTORY, {"n": 3}),
    Text(v.PasswordRule.COMMON),
)
LINKS = v.SandboxLinks(
    demo="http://localhost:8001/",
    phones="/telefon",
    account="/hesabim",
    api_docs="/docs",
    discovery="/.well-known/openid-configuration",
)
PERSONAS = (
    v.PersonaRow(
        name="Ayşe Örnek",
        national_id="98765430170",
        password="Eşik-2026.",
        two_step=True,
        methods=(v.Method.SMS,),
        note="İki aşamalı giriş açık, SMS ile",
        phone_number="0500 000 00 01",
        phone_url="/telefon/1",
    ),
    v.PersonaRow(
        name=LONG_NAME,
        national_id="98765431160",
        password="Eşik-2026.",
        two_step=False,
        methods=(),
        note="Uzun ad; iki aşamalı giriş kapalı, doğrulanmış telefonu yok",
    ),
)
ABOUT = v.AboutService(logo="/client-logo/tr/rp", policy="https://rp.test/gizlilik", terms="https://rp.test/kosullar")
CHOICES = tuple(v.PersonaChoice(p.name, p.note, f"?ornek={i}") for i, p in enumerate(PERSONAS))

password = v.PasswordPage(submit="/login/x/password", cancel="/login/x/cancel", rp_name=RP)
code = v.CodePage(
    submit="/login/x/code",
    resend="/login/x/code/resend",
    cancel="/login/x/cancel",
    rp_name=RP,
    phone_ending="01",
    digits=6,
    valid_until=NOW + 160,
    now=NOW,
    phone_url="/telefon/1",
)
two_step_off = v.TwoStepOffPage(submit="/login/x/two-step-off", rp_name=RP, phone_ending="02")
settings = v.TwoStepSettingsPage(submit="/hesabim/iki-asamali-giris", two_step=False, phone_ending="02")
change = v.PasswordChangePage(submit="/hesabim/sifre", rules=RULES, changed_at=NOW - 9_000_000)
sessions = v.SessionsPage(
    end="/hesabim/oturumlar/kapat",
    end_all="/hesabim/oturumlar/hepsini-kapat",
    rows=(
        v.SessionRow("s1", DEVICE, "127.0.0.*", NOW - 600, NOW - 5, current=True),
        v.SessionRow("s2", "", "2001:db8:****", NOW - 90_000, NOW - 80_000),
    ),
)
history = v.HistoryPage(
    rows=(
        v.HistoryRow(NOW, v.LoginOutcome.SUCCEEDED, (v.Method.PASSWORD, v.Method.SMS), DEVICE, "127.0.0.*", LONG_RP),
        *(
            v.HistoryRow(NOW - 60 * i, outcome, (v.Method.PASSWORD,), "", "127.0.0.*")
            for i, outcome in enumerate(v.LoginOutcome, 1)
        ),
    )
)
phone = SANDBOX_SAMPLES["phone"]
home = v.AccountHomePage(
    citizen_name="Ayşe Örnek",
    two_step=True,
    sessions=2,
    password_changed_at=NOW - 9_000_000,
    last_login_at=NOW - 90_000,
)
consent = v.ConsentPage(
    submit="/login/x/consent",
    shown="5e" * 32,
    rp_name=RP,
    level=v.Level.TWO_STEP,
    items=(
        v.ConsentItem(v.ConsentLabel.NAME, "Ayşe Örnek"),
        v.ConsentItem(v.ConsentLabel.PHONE_NUMBER, "0500 *** ** 01"),
        v.ConsentItem(v.ConsentLabel.NATIONAL_ID, "987******70"),
    ),
)


def wrong(field: str, problem: v.Problem, **values: int | str | Duration) -> tuple[v.FieldError, ...]:
    return (v.FieldError(field, problem, values),)


SAMPLES: dict[str, v.Page] = {
    "password": password,
    "password-own-pages": replace(password, rp_name=None, cancel=None),
    "password-service": replace(password, rp_name=LONG_RP, about=ABOUT),
    "password-two-step": replace(password, rp_name=LONG_RP, requires_two_step=True, personas=CHOICES),
    "password-sample": replace(
        password,
        national_id="98765430170",
        sample_password="Eşik-2026.",
        personas=CHOICES,
        notice=Text(v.Notice.SAMPLE_FILLED),
    ),
    "password-again": replace(password, rp_name=None, cancel="/hesabim", reauthenticating_as="987******70"),
    "password-empty": replace(
        password,
        errors=wrong("national_id", v.Problem.EMPTY_NATIONAL_ID) + wrong("password", v.Problem.EMPTY_PASSWORD),
    ),
    "password-wrong": replace(
        password, national_id="98765430170", errors=wrong("password", v.Problem.WRONG_CREDENTIALS)
    ),
    "password-waiting": replace(
        password, national_id="98765430170", errors=wrong("password", v.Problem.MUST_WAIT, duration=Duration(512))
    ),
    "select-account": v.SelectAccountPage(
        submit="/login/x/account",
        citizen_name=LONG_NAME,
        national_id="987******60",
        rp_name=RP,
        cancel="/login/x/cancel",
    ),
    "code": code,
    "code-long": replace(code, rp_name=LONG_RP, phone_url=None),
    "code-enable": replace(code, purpose=v.CodePurpose.ENABLE),
    "code-confirm": replace(code, purpose=v.CodePurpose.CONFIRM, rp_name=None),
    "code-resent": replace(code, notice=Text(v.Notice.CODE_RESENT)),
    "code-too-early": replace(code, notice=Text(v.Notice.CODE_TOO_EARLY, {"duration": Duration(47)})),
    "code-wrong": replace(code, errors=wrong("code", v.Problem.WRONG_CODE, n=2)),
    "code-expired": replace(code, valid_until=NOW - 1, errors=wrong("code", v.Problem.CODE_EXPIRED)),
    "code-dead": replace(code, valid_until=None, errors=wrong("code", v.Problem.CODE_USED_UP)),
    "code-unsent": replace(code, valid_until=None, sent=False),
    "code-paused": replace(code, paused_for=900),
    "two-step-off": two_step_off,
    "two-step-off-terms": replace(
        two_step_off, rp_name=LONG_RP, errors=wrong("accept_terms", v.Problem.TERMS_NOT_ACCEPTED)
    ),
    "phone-unverified": v.PhoneUnverifiedPage(submit="/login/x/phone", rp_name=RP, phone_url="/telefon/1"),
    "phone-unverified-production": v.PhoneUnverifiedPage(submit="/login/x/phone", rp_name=LONG_RP),
    "two-step-on": v.TwoStepOnPage(submit="/login/x/two-step-on", rp_name=RP, cancel="/login/x/cancel"),
    "two-step-on-long": v.TwoStepOnPage(submit="/login/x/two-step-on", rp_name=LONG_RP),
    "consent": consent,
    "consent-long-name": replace(
        consent,
        rp_name=LONG_RP,
        items=(*consent.items, v.ConsentItem(v.ConsentLabel.BIRTHDATE, "01.01.1990")),
    ),
    "consent-service": replace(consent, about=ABOUT),
    "consent-offline": replace(consent, offline=True),
    "consent-not-yet": replace(
        consent,
        items=(
            *consent.items,
            v.ConsentItem(v.ConsentLabel.EMAIL, None),
            v.ConsentItem(v.ConsentLabel.PREFERRED_USERNAME, None),
            v.ConsentItem(v.ConsentLabel.ZONEINFO, None),
        ),
        notice=Text(v.Notice.CONSENT_CHANGED),
    ),
    **{
        f"error-{kind.name.lower().replace('_', '-')}": v.ErrorPage(
            kind=kind,
            reference="7KQ2-9MXA",
            rp_name=RP,
            return_url="https://rp.test/",
            retry="/hesabim" if kind in (v.ErrorKind.STALE_FORM, v.ErrorKind.FAULT) else None,
            wait=30,
        )
        for kind in v.ErrorKind
    },
    "error-developer": v.ErrorPage(
        kind=v.ErrorKind.BAD_REQUEST,
        reference="7KQ2-9MXA",
        developer=(
            ("error", "invalid_request"),
            ("error_description", "redirect_uri is not registered for this client"),
        ),
    ),
    "logout": v.LogoutPage(submit="/logout"),
    "logout-rp": v.LogoutPage(submit="/logout", rp_name=LONG_RP, hidden=(("state", "a\"b'<c>&%#\\"),)),
    "form-post": v.FormPostPage(
        action="https://rp.test/cb", fields=(("state", "a\"b'<c>&%#\\"), ("iss", "https://esik.test"))
    ),
    "logged-out": v.LoggedOutPage(),
    "scanned-pairing": v.ScannedPage(approves=False),
    "scanned-approval": v.ScannedPage(approves=True, phones="/telefon"),
    "logged-out-rp": v.LoggedOutPage(rp_name=LONG_RP, return_url="https://rp.test/", others_may_remain=True),
    "logged-out-frames": v.LoggedOutPage(
        rp_name=LONG_RP, return_url="https://rp.test/", goes_on=True, frames=("https://rp.test/out?iss=i&sid=s",)
    ),
    "start": v.StartPage(account="/hesabim", links=LINKS, personas=PERSONAS),
    "start-production": v.StartPage(account="/hesabim"),
    "home": home,
    "home-first": replace(home, citizen_name=LONG_NAME, two_step=False, last_login_at=None),
    "two-step-settings": settings,
    "two-step-settings-on": replace(settings, two_step=True, notice=Text(v.Notice.TWO_STEP_ON)),
    "two-step-settings-terms": replace(
        settings, chosen=True, errors=wrong("accept_terms", v.Problem.TERMS_NOT_ACCEPTED)
    ),
    "two-step-settings-phone": replace(
        settings,
        phone_ending=None,
        phone_url="/telefon/1",
        chosen=True,
        errors=wrong("method", v.Problem.PHONE_NOT_VERIFIED),
    ),
    "switch-off": v.SwitchOffPage(submit="/hesabim/iki-asamali-giris/kapat"),
    "password-change": change,
    "password-change-wrong": replace(
        change,
        errors=wrong("new_password", v.Problem.TOO_SHORT, n=8) + wrong("new_password", v.Problem.NO_SYMBOL),
    ),
    "sessions": sessions,
    "sessions-ended": replace(sessions, rows=sessions.rows[:1], notice=Text(v.Notice.SESSION_ENDED)),
    "history": history,
    "history-empty": v.HistoryPage(rows=()),
    **ACCOUNT_SAMPLES,
    **SANDBOX_SAMPLES,
    **SECOND_STEP_SAMPLES,
}


def chrome_for(name: str, lang: str) -> Chrome:
    """The frame a route would give: account pages know the citizen."""
    view = SAMPLES[name]
    own_pages = isinstance(view, v.SecurityPage | v.AccountHomePage)
    return Chrome(
        lang="en" if lang == "en" else "tr",
        csrf_token="csrf-token",
        other_language_url=f"?dil={'tr' if lang == 'en' else 'en'}",
        citizen_name=(LONG_NAME if name in ("home-first", "history") else "Ayşe Örnek") if own_pages else None,
        end_others="/hesabim/oturumlar/hepsini-kapat" if name == "methods-added" else None,
    )
