"""Changing second factors, told without HTTP: what is judged anew inside the transaction, and what follows from it."""

from collections.abc import Callable
from dataclasses import replace

import pyotp
import pytest

from idp.crypto.secrets import HouseSecrets
from idp.domain.audit import Event, Origin
from idp.domain.authenticator import Authenticator
from idp.domain.citizen import CitizenState
from idp.domain.errors import ProofRequired, TooBusy
from idp.domain.evidence import Method
from idp.factors import backup_code
from idp.journey import authenticators, backup_codes, consents, devices, disowning, passkey_setup, totp_setup
from idp.journey.security_settings import Visitor, visitor
from idp.journey.totp_setup import Added, WrongCode
from idp.policy.journey import Step
from tests.journey.house import ASKING, AYSE, BERK, CEM, START, Browser, House

ORIGIN = Origin(ip="192.0.2.1", user_agent="Firefox")


@pytest.fixture
def house() -> House:
    """Codes of letters need random values, and a browser that is proved a device too."""
    found = House()
    found.world = replace(found.world, secrets=HouseSecrets(b"journeys"))
    return found


@pytest.fixture
def ayse(house: House) -> Visitor:
    """Ayşe, who just proved two steps."""
    browser = house.browser("Ayşe")
    browser.log_in(AYSE)
    return visit(browser)


def visit(browser: Browser) -> Visitor:
    with browser.house.world.begin() as uow:
        return visitor(browser.house.world, uow, browser.handle, fresh=True)


def holds(house: House, method: Method, name: str = "", *, whose: str = AYSE.id, used: int | None = None) -> str:
    one = Authenticator(f"{method}-{name}", whose, method, name, START, handle=name, used_at=used)
    with house.world.begin() as uow:
        assert uow.authenticators.add(one, pyotp.random_base32() if method is Method.TOTP else "")
    return one.id


def held(house: House, method: Method, whose: str = AYSE.id) -> list[Authenticator]:
    return [one for one in house.rows.authenticators.values() if (one.citizen_id, one.method) == (whose, method)]


Change = Callable[[House, Visitor], object]

CHANGES: dict[str, Change] = {
    "begin an app": lambda house, who: totp_setup.begin(house.world, who, ORIGIN),
    "confirm an app": lambda house, who: totp_setup.confirm(house.world, who, "123456", "tr", ORIGIN),
    "begin a pairing": lambda house, who: devices.begin_pairing(house.world, who, ORIGIN),
    "reject a pairing": lambda house, who: devices.reject_pairing(house.world, who, ORIGIN),
    "begin a passkey": lambda house, who: passkey_setup.begin(house.world, who, ORIGIN),
    "finish a passkey": lambda house, who: passkey_setup.finish(
        house.world, who, answer="{}", name="x", lang="tr", origin=ORIGIN
    ),
    "make codes": lambda house, who: backup_codes.make(house.world, who, "tr", ORIGIN),
    "rename": lambda house, who: authenticators.rename(
        house.world, who, "passkey-k", Method.PASSKEY, "x", "tr", ORIGIN
    ),
    "remove": lambda house, who: authenticators.remove(house.world, who, "passkey-k", Method.PASSKEY, "tr", ORIGIN),
    "prefer": lambda house, who: authenticators.prefer(house.world, who, Method.PASSKEY, "tr", ORIGIN),
    "revoke": lambda house, who: consents.revoke(house.world, who, "mhrs", ORIGIN),
    "disown": lambda house, who: disowning.disown(house.world, who, "login", "tr", ORIGIN),
}
AT_ITS_OWN_LEVEL = {"prefer", "revoke", "disown"}
JUDGED_LATER = {"confirm an app", "finish a passkey"}
"""They find nothing that waits, and say so before anything would be changed."""


@pytest.mark.parametrize("name", sorted(CHANGES))
def test_a18_a19_stale_proofs_change_nothing(house: House, ayse: Visitor, name: str) -> None:
    holds(house, Method.PASSKEY, "k")
    house.clock.forward(301)
    before = house.rows.copy()
    stale = replace(ayse, fresh_level=None)
    with pytest.raises(ProofRequired):
        CHANGES[name](house, stale)
    assert house.rows.authenticators == before.authenticators
    assert house.rows.audit == before.audit


@pytest.mark.parametrize("name", sorted(set(CHANGES) - AT_ITS_OWN_LEVEL))
def test_a18_a19_the_password_alone_changes_no_factor(house: House, name: str) -> None:
    """Also where two-step login is off: the account's own level is not enough (R-61)."""
    browser = house.browser()
    browser.log_in(BERK)
    holds(house, Method.PASSKEY, "k", whose=BERK.id)
    with pytest.raises(ProofRequired):
        CHANGES[name](house, visit(browser))
    assert len(held(house, Method.PASSKEY, BERK.id)) == 1


def end_the_session(house: House, who: Visitor) -> None:
    with house.world.begin() as uow:
        uow.sessions.end(who.session.id, who.citizen.id, house.clock.now())


FALLS: dict[str, Callable[[House, Visitor], None]] = {
    "the session ended": end_the_session,
    "the account was closed": lambda house, who: house.change(AYSE, state=CitizenState.CLOSED),
    "the password changed": lambda house, who: house.change(AYSE, password_changed_at=START + 1),
    "the phone changed": lambda house, who: house.change(AYSE, phone_number=CEM.phone_number),
    "time went by": lambda house, who: house.clock.forward(301),
}


@pytest.mark.parametrize("fall", sorted(FALLS))
@pytest.mark.parametrize("name", sorted(set(CHANGES) - JUDGED_LATER))
def test_p7_what_fell_after_the_form_was_let_in_counts(house: House, ayse: Visitor, name: str, fall: str) -> None:
    """`visitor` is from before: session, citizen and proofs are judged anew in the transaction itself."""
    holds(house, Method.PASSKEY, "k")
    FALLS[fall](house, ayse)
    with pytest.raises(ProofRequired):
        CHANGES[name](house, ayse)
    assert len(held(house, Method.PASSKEY)) == 1
    assert house.rows.enrolments == {}


@pytest.mark.parametrize("fall", sorted(FALLS))
def test_p7_nor_does_the_right_code_of_an_app_register_it_then(house: House, ayse: Visitor, fall: str) -> None:
    seed = totp_setup.begin(house.world, ayse, ORIGIN).secret
    FALLS[fall](house, ayse)
    code = pyotp.TOTP(seed).at(house.clock.now())
    with pytest.raises(ProofRequired):
        totp_setup.confirm(house.world, ayse, code, "tr", ORIGIN)
    assert held(house, Method.TOTP) == []
    assert [one.consumed_at for one in house.rows.enrolments.values()] == [None]


def test_a_removed_proof_lets_no_second_change_in(house: House) -> None:
    """The proof was the app's; the app goes; the same visitor's next form needs a proof again."""
    holds(house, Method.TOTP)
    browser = house.browser()
    browser.arrive()
    browser.password(AYSE)
    browser.switch_to(Method.TOTP)
    with house.world.begin() as uow:
        code = pyotp.TOTP(uow.authenticators.secret_of("totp-")).at(house.clock.now())
    browser.answer(Method.TOTP, code)
    browser.finish()
    who = visit(browser)
    assert authenticators.remove(house.world, who, "totp-", Method.TOTP, "tr", ORIGIN) == "removed"
    holds(house, Method.PASSKEY, "k")
    with pytest.raises(ProofRequired):
        authenticators.remove(house.world, who, "passkey-k", Method.PASSKEY, "tr", ORIGIN)
    with pytest.raises(ProofRequired):
        visit(browser)


def test_the_app_is_added_with_the_step_of_its_first_code(house: House, ayse: Visitor) -> None:
    """S-15: so that code is used up before anybody could log in with it."""
    seed = totp_setup.begin(house.world, ayse, ORIGIN).secret
    now = house.clock.now()
    assert totp_setup.confirm(house.world, ayse, pyotp.TOTP(seed).at(now + 30), "tr", ORIGIN) == Added(replaced=False)
    [app] = held(house, Method.TOTP)
    assert app.counter == now // 30 + 1
    with house.world.begin() as uow:
        assert not uow.authenticators.advance(app.id, now // 30 + 1, now)
        assert uow.authenticators.secret_of(app.id) == seed


def test_tries_are_counted_for_one_secret(house: House, ayse: Visitor) -> None:
    seed = totp_setup.begin(house.world, ayse, ORIGIN).secret
    wrong = f"{(int(pyotp.TOTP(seed).at(house.clock.now())) + 1) % 10**6:06d}"
    left = [totp_setup.confirm(house.world, ayse, wrong, "tr", ORIGIN) for _ in range(5)]
    assert left == [WrongCode(n) for n in (4, 3, 2, 1, 0)]
    right = pyotp.TOTP(seed).at(house.clock.now())
    assert totp_setup.confirm(house.world, ayse, right, "tr", ORIGIN) == "over"
    assert totp_setup.begin(house.world, ayse, ORIGIN).secret != seed
    assert len(house.audit(Event.ENROLMENT_REFUSED)) == 5
    assert len(house.audit(Event.ENROLMENT_BEGUN)) == 2


def test_a_secret_of_another_session_is_not_confirmed(house: House, ayse: Visitor) -> None:
    seed = totp_setup.begin(house.world, ayse, ORIGIN).secret
    other = house.browser("other")
    house.clock.forward(61)
    other.log_in(AYSE)
    code = pyotp.TOTP(seed).at(house.clock.now())
    assert totp_setup.confirm(house.world, visit(other), code, "tr", ORIGIN) == "over"


def test_r58_codes_are_hashed_outside_a_transaction_and_found_by_their_first_letters(
    house: House, ayse: Visitor
) -> None:
    """The house's hasher complains where it is asked inside one."""
    codes = backup_codes.make(house.world, ayse, "tr", ORIGIN)
    assert len(codes) == backup_code.HOW_MANY
    assert {one.handle for one in held(house, Method.BACKUP_CODE)} == {code[:2] for code in codes}
    stored = set(house.rows.secrets.values())
    assert not stored & set(codes)
    assert all(f"strong:{code[2:]}" in stored for code in codes)


def test_a_full_house_makes_no_codes_and_voids_none(house: House, ayse: Visitor) -> None:
    backup_codes.make(house.world, ayse, "tr", ORIGIN)
    before = held(house, Method.BACKUP_CODE)
    house.hasher.full = True
    with pytest.raises(TooBusy):
        backup_codes.make(house.world, ayse, "tr", ORIGIN)
    assert held(house, Method.BACKUP_CODE) == before


def test_a_first_set_ends_no_session_and_a_second_one_does(house: House, ayse: Visitor) -> None:
    other = house.browser("other")
    house.clock.forward(61)
    other.log_in(AYSE)
    backup_codes.make(house.world, ayse, "tr", ORIGIN)
    assert other.session() is not None
    backup_codes.make(house.world, ayse, "tr", ORIGIN)
    assert other.session() is None


@pytest.mark.parametrize(
    ("two_step", "phone", "others", "goes"),
    [
        (True, True, (), True),
        (True, False, (), False),
        (True, False, (Method.BACKUP_CODE,), False),
        (True, False, (Method.APP,), True),
        (True, False, (Method.TOTP,), True),
        (False, False, (), True),
    ],
)
def test_the_last_method_stays_while_two_step_login_is_on(
    house: House, ayse: Visitor, two_step: bool, phone: bool, others: tuple[Method, ...], goes: bool
) -> None:
    """Backup codes run out, so they are not what an account can rest on."""
    for method in (Method.PASSKEY, *others):
        holds(house, method, "k")
    citizen = replace(AYSE, two_step=two_step, phone_verified_at=START if phone else None)
    left = [one for one in house.rows.authenticators.values() if one.method is not Method.PASSKEY]
    assert authenticators.may_remain(citizen, left) is goes


def test_a_preference_falls_with_the_last_of_its_method_only(house: House, ayse: Visitor) -> None:
    for name in ("a", "b"):
        holds(house, Method.PASSKEY, name)
    assert authenticators.prefer(house.world, ayse, Method.PASSKEY, "tr", ORIGIN)
    assert authenticators.remove(house.world, ayse, "passkey-a", Method.PASSKEY, "tr", ORIGIN) == "removed"
    assert house.citizen(AYSE).preferred_method is Method.PASSKEY
    assert authenticators.remove(house.world, ayse, "passkey-b", Method.PASSKEY, "tr", ORIGIN) == "removed"
    assert house.citizen(AYSE).preferred_method is None
    assert authenticators.remove(house.world, ayse, "passkey-b", Method.PASSKEY, "tr", ORIGIN) == "gone"
    assert len(house.notices(AYSE)) == 3
    assert len(house.audit(Event.AUTHENTICATOR_REMOVED)) == 2


@pytest.mark.parametrize(
    ("method", "lang", "says"),
    [
        (Method.PASSKEY, "tr", "yönteminizin adı değiştirildi: Geçiş anahtarı."),
        (Method.APP, "tr", "yönteminizin adı değiştirildi: Mobil Uygulama ile Doğrulama."),
        (Method.PASSKEY, "en", "was renamed: passkey."),
        (Method.APP, "en", "was renamed: mobile app."),
    ],
)
def test_r61_a_new_name_is_told_and_written_down_once(
    house: House, ayse: Visitor, method: Method, lang: str, says: str
) -> None:
    """The same name again changes nothing; nor does a name that cannot be."""
    one = holds(house, method, "k")
    assert authenticators.rename(house.world, ayse, one, method, " Tablet ", lang, ORIGIN) is True
    (told,) = house.notices(AYSE)
    assert says in told
    assert "Tablet" not in told, "nobody writes messages with it"
    assert authenticators.rename(house.world, ayse, one, method, "Tablet", lang, ORIGIN) is True
    assert authenticators.rename(house.world, ayse, one, method, "", lang, ORIGIN) == "empty"
    assert authenticators.rename(house.world, ayse, "gone", method, "x", lang, ORIGIN) is False
    assert house.notices(AYSE) == [told]
    assert len(house.audit(Event.AUTHENTICATOR_RENAMED)) == 1


def test_r61_a_new_preference_is_told_and_written_down_once(house: House, ayse: Visitor) -> None:
    holds(house, Method.PASSKEY, "k")
    assert authenticators.prefer(house.world, ayse, Method.PASSKEY, "en", ORIGIN)
    assert not authenticators.prefer(house.world, ayse, Method.PASSKEY, "en", ORIGIN)
    (told,) = house.notices(AYSE)
    assert "Your first verification method is now: passkey." in told
    (row,) = house.audit(Event.AUTHENTICATOR_PREFERRED)
    assert row.method == Method.PASSKEY


@pytest.mark.parametrize("method", [Method.BACKUP_CODE, Method.SMS, Method.PASSWORD])
def test_neither_phone_nor_codes_are_removed_one_by_one(house: House, ayse: Visitor, method: Method) -> None:
    one = holds(house, Method.BACKUP_CODE, "AA")
    assert authenticators.remove(house.world, ayse, one, method, "tr", ORIGIN) == "gone"
    assert len(held(house, Method.BACKUP_CODE)) == 1


def test_e01_another_citizens_factor_is_gone_for_everybody_else(house: House, ayse: Visitor) -> None:
    one = holds(house, Method.PASSKEY, "k", whose=CEM.id)
    assert authenticators.remove(house.world, ayse, one, Method.PASSKEY, "tr", ORIGIN) == "gone"
    assert authenticators.rename(house.world, ayse, one, Method.PASSKEY, "x", "tr", ORIGIN) is False
    assert [one.name for one in held(house, Method.PASSKEY, CEM.id)] == ["k"]


def test_a_consent_taken_back_is_asked_for_again(house: House) -> None:
    """R-16."""
    browser = house.browser()
    browser.arrive(ASKING)
    browser.password(AYSE)
    browser.code(house.codes(AYSE)[-1])
    assert browser.step() is Step.CONSENT
    browser.approve()
    browser.finish()
    assert browser.arrive(ASKING) is Step.FINISH
    assert consents.revoke(house.world, visit(browser), ASKING.client_id, ORIGIN)
    assert not consents.revoke(house.world, visit(browser), ASKING.client_id, ORIGIN)
    assert browser.arrive(ASKING) is Step.CONSENT
    assert len(house.audit(Event.CONSENT_REVOKED)) == 1


def test_a_login_is_disowned_from_another_session_only(house: House) -> None:
    intruder, owner = house.browser("intruder"), house.browser("owner")
    intruder.log_in(AYSE)
    house.clock.forward(61)
    owner.log_in(AYSE)
    assert not disowning.disown(house.world, visit(owner), owner.login_id, "tr", ORIGIN)
    assert disowning.disown(house.world, visit(owner), intruder.login_id, "tr", ORIGIN)
    assert intruder.session() is None
    assert owner.session() is not None
    assert [row.login_id for row in house.audit(Event.ALARM_RAISED)] == [intruder.login_id]
