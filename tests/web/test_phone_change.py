"""Another phone number, proved with the present one and with a code to the new one (R-56, A18, A19)."""

from functools import partial

import pytest

from idp.domain.audit import Event
from idp.domain.authenticator import Authenticator
from idp.domain.evidence import Method
from idp.domain.phone_number import PhoneNumber
from tests.asgi import Answer
from tests.attacks.at_once import at_once
from tests.browser import Page
from tests.clock import FakeClock
from tests.people import AYSE, EMRE, HATICE, MEHMET, Person, Visitor, another_code
from tests.recovering import citizen_of, events
from tests.town import Town

PHONE, CODE, AGAIN = "/hesabim/telefon", "/hesabim/telefon/kod", "/hesabim/telefon/kod/yeniden"
NEW, NEW_E164 = "0500 000 00 42", "+905000000042"
SEED = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


class Mover(Visitor):
    """Somebody with a new number. The verbs answer with the page that is shown afterwards."""

    def names(self, number: str = NEW) -> Page:
        self.open(PHONE)
        self.browser.fill("Yeni cep telefonu numarası", number)
        return self.press("Kodu gönder")


@pytest.fixture
def mover(the_town: Town) -> Mover:
    return Mover(the_town)


def test_a_number_is_changed_by_two_codes_and_both_numbers_are_told(mover: Mover, clock: FakeClock) -> None:
    elsewhere = Visitor(mover.town)
    elsewhere.logs_in_at_home(AYSE, two_step=True)
    clock.advance(61)
    mover.logs_in_at_home(AYSE, two_step=True)
    page = mover.names()
    assert page.h1 == "Doğrulama kodunu girin"
    assert page.says("+90 *** *** ** 42")
    assert NEW_E164 not in page.text
    page = mover.types_code(mover.town.last_code(NEW_E164))
    changed = citizen_of(mover.town, AYSE)
    assert changed.verified_phone is not None
    assert (changed.verified_phone.value, changed.two_step) == (NEW_E164, True)
    assert all("telefonu değişti" in mover.town.messages(phone)[0]["text"] for phone in (AYSE.phone, NEW_E164))
    assert elsewhere.open("/hesabim").h1 == "Giriş yapın", "other sessions are over"
    assert page.h1 == "Telefon numaranız değişti", "said before anything else is asked"
    assert page.says("sonu 42 ile biten")
    page = mover.browser.follow("Hesabıma devam et")
    assert page.h1 == "Doğrulama kodunu girin", "the new number is proved when next asked, and only then counts"
    mover.press("Kodu gönder")
    assert mover.types_code(mover.town.last_code(NEW_E164)).says("Telefon numaranız değişti.")


def test_l36_the_right_code_sent_twice_says_again_that_the_number_changed(mover: Mover) -> None:
    """The second form comes with a proof that the first one took away."""
    mover.logs_in_at_home(AYSE, two_step=True)
    mover.names()
    fields = {"csrf_token": mover.browser.hidden(), "code": mover.town.last_code(NEW_E164)}
    for _ in range(2):
        assert mover.browser.post(f"http://localhost:8000{CODE}", fields).h1 == "Telefon numaranız değişti"
    assert mover.open(f"{CODE}?lang=en").h1 == "Your phone number was changed"
    assert events(mover.town).count("phone.changed") == 1


def test_a18_the_page_that_says_it_opens_nothing_and_is_that_sessions_alone(mover: Mover, clock: FakeClock) -> None:
    """It is said for five minutes, to the session that did it, and no proof is lent for it."""
    mover.logs_in_at_home(AYSE, two_step=True)
    mover.names()
    mover.types_code(mover.town.last_code(NEW_E164))
    other = Mover(mover.town)
    assert other.open(CODE).h1 == "Giriş yapın"
    clock.advance(61)
    other.types_password(AYSE)
    other.press("Kodu gönder") if other.page.by_testid("send-form") else None
    assert other.types_code(mover.town.last_code(NEW_E164)).by_testid("phone-change-form") is not None
    clock.advance(240)
    assert mover.open(CODE).h1 != "Telefon numaranız değişti"


def test_r56_no_level_rises_by_the_code_to_the_new_number(mover: Mover) -> None:
    """The session keeps its password proof alone: it is too weak for the account until the new number is proved."""
    mover.logs_in_at_home(AYSE, two_step=True)
    mover.names()
    mover.types_code(mover.town.last_code(NEW_E164))
    for path in ("/hesabim", PHONE, "/hesabim/oturumlar"):
        assert mover.open(path).h1 == "Doğrulama kodunu girin"


def test_a18_a_password_alone_changes_no_number(mover: Mover) -> None:
    """Two-step login is off: the page says what to prove, and the forms lead back to it."""
    mover.logs_in_at_home(MEHMET, two_step=False)
    page = mover.open(PHONE)
    assert page.by_testid("phone-proof") is not None
    for path in (PHONE, CODE, AGAIN):
        fields = {"csrf_token": mover.browser.hidden(), "phone_number": NEW, "code": "000000"}
        assert mover.browser.post(f"http://localhost:8000{path}", fields).by_testid("phone-proof") is not None
    assert mover.town.api.get(f"/sandbox/v1/phones/{NEW_E164}/messages").status_code == 404
    assert citizen_of(mover.town, MEHMET).phone_number == PhoneNumber(MEHMET.phone)


def test_another_second_factor_is_not_enough_and_the_right_one_can_be_shown(mover: Mover, clock: FakeClock) -> None:
    """A fresh proof by TOTP does not hold the phone; a login that asks anew, by SMS this time, does."""
    import pyotp

    town = mover.town
    holder = citizen_of(town, AYSE)
    with town.store.begin() as uow:
        uow.authenticators.add(Authenticator("t", holder.id, Method.TOTP, "Telefonum", clock.now()), SEED)
        uow.citizens.prefer_method(holder.id, Method.TOTP)
    mover.open("/hesabim")
    mover.types_password(AYSE)
    mover.browser.fill("6 haneli kod", pyotp.TOTP(SEED).at(clock.now()))
    assert mover.press("Doğrula").h1 == "Hoş geldiniz, Ayşe Örnek"
    assert mover.open(PHONE).by_testid("phone-proof") is not None
    mover.press("Devam et")
    mover.types_password(AYSE)
    mover.press("Başka bir yöntem seç")
    mover.browser.fill("SMS ile Doğrulama", True)
    mover.press("Devam et")
    page = mover.reads_and_types_code(AYSE)
    assert page.by_testid("phone-change-form") is not None
    assert mover.names().h1 == "Doğrulama kodunu girin"


def test_a_passkey_is_enough(mover: Mover, clock: FakeClock) -> None:
    """As far as the session's proofs say so: the ceremony itself is tested where passkeys are."""
    from dataclasses import replace

    from idp.domain.evidence import Proof

    town = mover.town
    mover.logs_in_at_home(AYSE, two_step=True)
    holder = citizen_of(town, AYSE)
    with town.store.begin() as uow:
        uow.authenticators.add(Authenticator("p", holder.id, Method.PASSKEY, "Anahtar", clock.now(), handle="h"))
        (session,) = uow.sessions.of_citizen(holder.id, clock.now())
        kept = tuple(one for one in session.evidence if one.method is Method.PASSWORD)
        passkey = Proof(Method.PASSKEY, holder.id, "a login", "p", clock.now())
        assert uow.sessions.renew(replace(session, evidence=(*kept, passkey)), session.handle_hash)
    assert mover.names().h1 == "Doğrulama kodunu girin"
    assert mover.types_code(town.last_code(NEW_E164)).h1 == "Telefon numaranız değişti"
    assert mover.browser.follow("Hesabıma devam et").says("Telefon numaranız değişti."), (
        "the proof stands: none is asked"
    )


@pytest.mark.parametrize("person", [HATICE, EMRE], ids=["no-phone", "unverified"])
def test_without_a_verified_phone_only_identity_helps(mover: Mover, person: Person) -> None:
    mover.logs_in_at_home(person, two_step=False)
    page = mover.open(PHONE)
    assert page.by_testid("phone-unverified") is not None
    fields = {"csrf_token": _token(mover), "phone_number": NEW}
    assert mover.browser.post(f"http://localhost:8000{PHONE}", fields).by_testid("phone-unverified") is not None
    assert mover.town.api.get(f"/sandbox/v1/phones/{NEW_E164}/messages").status_code == 404


@pytest.mark.parametrize(
    ("number", "says"),
    [
        ("", "Geçerli bir cep telefonu numarası girin."),
        ("0212 123 45 67", "Geçerli bir cep telefonu numarası girin."),
        ("٠٥٠٠٠٠٠٠٠٤٢", "Geçerli bir cep telefonu numarası girin."),
        ("x" * 5000, "Geçerli bir cep telefonu numarası girin."),
        ("0500 000 00 01", "Bu numara zaten kayıtlı."),
        ("+90 500 000 00 01", "Bu numara zaten kayıtlı."),
    ],
)
def test_a_number_that_cannot_be_is_refused_and_kept(mover: Mover, number: str, says: str) -> None:
    mover.logs_in_at_home(AYSE, two_step=True)
    page = mover.names(number)
    assert (page.status, page.says(says)) == (422, True)


def test_the_code_has_three_tries_three_minutes_and_a_minute_between(mover: Mover, clock: FakeClock) -> None:
    mover.logs_in_at_home(AYSE, two_step=True)
    mover.names()
    wrong = another_code(mover.town.last_code(NEW_E164))
    assert mover.types_code(wrong).says("Kod hatalı. Kalan deneme: 2.")
    assert mover.types_code(wrong).says("Kod hatalı. Kalan deneme: 1.")
    assert mover.types_code(wrong).says("Bu kod artık kullanılamaz.")
    assert mover.types_code(mover.town.last_code(NEW_E164)).says("Bu kod artık kullanılamaz.")
    page = mover.press("Kodu yeniden gönder")
    assert (page.status, page.headers["retry-after"]) == (429, "60")
    clock.advance(60)
    assert mover.press("Kodu yeniden gönder").says("Yeni bir kod gönderdik.")
    clock.advance(180)
    assert mover.types_code(mover.town.last_code(NEW_E164)).says("Kodun süresi doldu.")
    clock.advance(1)
    mover.press("Kodu yeniden gönder")
    mover.types_code(mover.town.last_code(NEW_E164))
    assert citizen_of(mover.town, AYSE).phone_number == PhoneNumber(NEW_E164)


def test_b02_new_codes_do_not_make_more_guesses(mover: Mover, clock: FakeClock) -> None:
    """Ten wrong codes a day, over all numbers and logins."""
    refused = 0
    for _ in range(5):
        mover.open("/hesabim")
        if mover.page.h1 != "Hoş geldiniz, Ayşe Örnek":
            mover.two_steps(AYSE)
        clock.advance(301)
        mover.open(PHONE)
        mover.two_steps(AYSE)
        mover.names()
        wrong = another_code(mover.town.last_code(NEW_E164))
        refused += sum(mover.types_code(wrong).status == 429 for _ in range(3))
    assert refused == 5


def test_a19_proofs_that_grew_old_meanwhile_change_nothing(mover: Mover, clock: FakeClock) -> None:
    mover.logs_in_at_home(AYSE, two_step=True)
    mover.names()
    code = mover.town.last_code(NEW_E164)
    clock.advance(150)
    mover.open(CODE)
    clock.advance(20)
    assert mover.open(CODE).status == 200
    clock.advance(131)
    assert mover.types_code(code).h1 == "Giriş yapın"
    assert citizen_of(mover.town, AYSE).phone_number == PhoneNumber(AYSE.phone)


def test_another_sessions_change_cannot_be_finished_here(mover: Mover, the_town: Town, clock: FakeClock) -> None:
    mover.logs_in_at_home(AYSE, two_step=True)
    mover.names()
    clock.advance(61)
    other = Mover(the_town)
    other.logs_in_at_home(AYSE, two_step=True)
    assert other.open(CODE).url.endswith(PHONE)


def test_eight_right_codes_at_once_change_the_number_once(mover: Mover) -> None:
    mover.logs_in_at_home(AYSE, two_step=True)
    mover.names()
    fields = {"csrf_token": _token(mover), "code": mover.town.last_code(NEW_E164)}
    answers = at_once([partial(_post, mover, CODE, fields) for _ in range(8)])
    assert all(answer.status < 500 for answer in answers)
    assert events(mover.town).count(Event.PHONE_CHANGED) == 1


@pytest.mark.parametrize("path", [PHONE, CODE, AGAIN, f"{PHONE}/kanit"])
def test_c03_forms_from_elsewhere_change_nothing(mover: Mover, path: str) -> None:
    mover.logs_in_at_home(AYSE, two_step=True)
    mover.open(PHONE)
    fields = {"csrf_token": "of another site", "phone_number": NEW, "code": "000000"}
    assert mover.browser.post(f"http://localhost:8000{path}", fields).status == 403
    assert mover.open(path).status == 200


def _token(visitor: Visitor) -> str:
    """Any form of the session's pages will do."""
    if not any(e.attributes.get("name") == "csrf_token" for e in visitor.page.all("input")):
        here = visitor.page.url
        visitor.open("/hesabim/sifre")
        token = visitor.browser.hidden()
        visitor.open(here)
        return token
    return visitor.browser.hidden()


def _post(visitor: Visitor, path: str, fields: dict[str, str]) -> Answer:
    cookie = "; ".join(f"{name}={value}" for name, value in visitor.browser.cookies.items())
    return visitor.town.call("POST", path, fields, {"cookie": cookie})
