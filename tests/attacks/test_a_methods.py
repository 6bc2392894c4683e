"""A01–A09, A20, A23 where the second step is TOTP, a passkey or a backup code, or one of several to choose from."""

import pytest

from idp.domain.evidence import Method
from idp.policy.journey import Step
from idp.sandbox import credentials
from tests.attacks.methods import (
    BACKUP_CODE,
    ELIF,
    EVERY,
    KEREM,
    NURTEN,
    PASSKEY,
    TOTP,
    TYPED,
    Means,
    approve,
    assertion,
    backup_codes,
    chooses,
    equip,
    events,
    figures,
    is_through,
    named,
    passkey,
    question,
    totp_code,
)
from tests.clock import FakeClock
from tests.people import MEHMET, Visitor, login_id
from tests.stand_in import PASSWORD_ACR, TWO_STEP_ACR, StandIn, came_back, essential_acr, went_back
from tests.town import IDP, PASSWORD, Town

ADDRESSES = ("", *(f"/{step}" for step in Step), "/method", "/other", "/resend")
LATER_FORMS = ("consent", "account", "two-step-off", "two-step-on", "new-password", "passkey-needed", "enabling")


@pytest.mark.parametrize("means", EVERY, ids=named)
def test_a01_after_the_password_no_address_leads_past_the_second_step(any_town: Town, means: Means) -> None:
    visitor = means.at_the_step(any_town)
    login, token = login_id(visitor.page), visitor.browser.hidden()
    for address in ADDRESSES:
        page = visitor.open(f"/login/{login}{address}")
        assert page.url.endswith(f"/{means.step}"), address
    others = {one.step for one in EVERY} | {"code"}
    for name in (*LATER_FORMS, *(others - {means.step})):
        fields = {"csrf_token": token, "decision": "approve", "accept_terms": "yes", "new_password": "Yeni-Sifre-123"}
        page = visitor.browser.post(f"{IDP}/login/{login}/{name}", {**fields, "code": "123456", "credential": "{}"})
        assert not went_back(page)
        assert visitor.open(f"/login/{login}").url.endswith(f"/{means.step}"), name
    assert came_back(visitor.open(StandIn(any_town).asks(prompt="none").url))["error"] == "login_required"
    assert visitor.open("/hesabim").h1 == "Giriş yapın"
    assert events(any_town, "factor.proved", "session.started") == []


@pytest.mark.parametrize("means", TYPED, ids=named)
def test_a02_a_right_answer_without_the_password_is_refused_and_tells_nothing(any_town: Town, means: Means) -> None:
    owner, thief = means.at_the_step(any_town), Visitor(any_town)
    answers = []
    for answer in (means.right(owner), means.wrong(owner)):
        page = thief.open(StandIn(any_town).asks().url)
        fields = {"csrf_token": thief.browser.hidden(), means.field: answer}
        page = thief.browser.post(f"{IDP}/login/{login_id(page)}/{means.step}", fields)
        answers.append((page.status, page.h1, page.url.rpartition("/")[2]))
    assert set(answers) == {(200, "Giriş yapın", "password")}
    assert figures(any_town, "factor") == [], "nobody without the password counts against the owner (B12)"
    assert is_through(means.succeeds(owner)), "and it was not used up"


@pytest.mark.parametrize("means", TYPED, ids=named)
def test_a03_an_empty_or_missing_field_is_no_progress(any_town: Town, means: Means) -> None:
    visitor = means.at_the_step(any_town)
    address = f"{IDP}/login/{login_id(visitor.page)}/{means.step}"
    for fields in ({}, {means.field: ""}, {"answer": "123456"}, {means.field.upper(): "123456"}):
        page = visitor.browser.post(address, {"csrf_token": visitor.browser.hidden(), **fields})
        assert (page.status, page.url) == (422, address)
    assert is_through(means.succeeds(visitor)), "and nothing was lost"


def test_a04_another_citizens_password_in_the_same_login_inherits_no_proof(the_town: Town, clock: FakeClock) -> None:
    """Elif's method is paused, so the login asks for a password; Nurten's leads to Nurten's own second step."""
    visitor, asked = Visitor(the_town), StandIn(the_town).asks()
    visitor.open(asked.url)
    visitor.types_password(ELIF)
    for _ in range(5):
        TOTP.fails(visitor)
    clock.advance(1)
    assert visitor.types_password(NURTEN).h1 == "Yedek kodunuzu girin"
    assert visitor.browser.post(visitor.page.url, _code(visitor, totp_code(the_town))).status == 422
    page = visitor.browser.post(visitor.page.url.replace("backup-code", "totp"), _code(visitor, totp_code(the_town)))
    assert page.url.endswith("/backup-code"), "Elif's method is none of Nurten's"
    BACKUP_CODE.succeeds(visitor)
    claims = StandIn(the_town).tokens(visitor.approves(), asked).claims
    assert claims["amr"] == ["pwd", "otp", "mfa"]
    with the_town.store.read() as uow:
        finished = [row for row in uow.audit.of_citizen(_id(the_town, NURTEN.national_id), 50) if row.ok]
    assert [row.event for row in finished][:1] == ["login.finished"]


def test_a04_a_question_that_was_put_to_one_citizen_is_not_answered_for_another(the_town: Town) -> None:
    """Kerem's passkey challenge is still the login's newest when Elif, who has a passkey too, gives the password."""
    equip(the_town, ELIF, Method.PASSKEY)
    visitor = PASSKEY.at_the_step(the_town)
    kerems = question(visitor.page)
    _pause_passkey(visitor)
    visitor.types_password(ELIF)
    for signer in (KEREM, ELIF):
        answer = passkey(the_town, signer).sign_in(kerems)
        login = login_id(visitor.page)
        fields = {"csrf_token": visitor.browser.hidden(), "credential": answer}
        assert visitor.browser.post(f"{IDP}/login/{login}/passkey", fields).url.endswith("/totp")
    chooses(visitor, "passkey")
    for signer in (KEREM, ELIF):
        assert PASSKEY.answers(visitor, passkey(the_town, signer).sign_in(kerems)).status == 422
    assert events(the_town, "factor.proved") == []


def test_a05_what_belongs_to_another_citizen_proves_nothing(any_town: Town) -> None:
    """Another's code, another's paper, another's key over the right challenge, and fields that name another."""
    equip(any_town, ELIF, Method.PASSKEY, Method.BACKUP_CODE)
    equip(any_town, KEREM, Method.TOTP)
    named_too = {"citizen_id": "x", "national_id": ELIF.national_id, "credential_id": "x", "user": "x", "method": "sms"}
    visitor = TOTP.at_the_step(any_town)
    page = visitor.browser.post(visitor.page.url, _code(visitor, totp_code(any_town, person=KEREM)) | named_too)
    assert page.says("Kod hatalı.")
    nurten = BACKUP_CODE.at_the_step(any_town)
    for code in (backup_codes(ELIF)[0], f"{backup_codes()[0][:2]}{backup_codes(ELIF)[0][2:]}"):
        page = nurten.browser.post(nurten.page.url, _code(nurten, code) | named_too)
        assert page.says("Yedek kod hatalı")
    kerem = PASSKEY.at_the_step(any_town)
    assert credentials.passkey("totp").credential_id not in kerem.page.body
    assert PASSKEY.answers(kerem, assertion(kerem, person=ELIF)).status == 422
    assert events(any_town, "factor.proved") == []


@pytest.mark.parametrize("of", ["another login", "an earlier question", "a cancelled login", "another citizen"])
def test_a06_only_the_newest_question_of_this_login_is_answered(any_town: Town, of: str) -> None:
    first = PASSKEY.at_the_step(any_town)
    answer = assertion(first)
    visitor = first
    if of == "an earlier question":
        first.browser.post(first.page.url.replace("/passkey", "/resend"), {"csrf_token": first.browser.hidden()})
    elif of == "another citizen":
        equip(any_town, ELIF, Method.PASSKEY)
        visitor = TOTP.at_the_step(any_town)
        chooses(visitor, "passkey")
    else:
        if of == "a cancelled login":
            first.press("Vazgeç")
        visitor = PASSKEY.at_the_step(any_town)
    page = PASSKEY.answers(visitor, answer)
    assert (page.status, page.url.rpartition("/")[2]) == (422, "passkey")
    assert events(any_town, "factor.proved") == []
    assert is_through(PASSKEY.answers(visitor, assertion(visitor, person=ELIF if "citizen" in of else KEREM)))


def test_a07_each_answer_belongs_to_its_own_method(any_town: Town) -> None:
    """Elif's SMS code at the TOTP page and the reverse; a method that is not asked judges nothing."""
    visitor = TOTP.at_the_step(any_town)
    chooses(visitor, "sms")
    sms = any_town.last_code(ELIF.phone)
    assert visitor.types_code(totp_code(any_town)).says("Kod hatalı. Kalan deneme: 2.")
    chooses(visitor, "totp")
    assert TOTP.answers(visitor, sms).says("Kod hatalı.")
    page = visitor.browser.post(visitor.page.url.replace("/totp", "/code"), _code(visitor, sms))
    assert page.url.endswith("/totp"), "the SMS code is right, but nobody asks for it here"
    assert figures(any_town, "factor") == [1, 1]
    chooses(visitor, "sms")
    assert len(any_town.messages(ELIF.phone)) == 1, "within a minute the first code stands"
    assert visitor.types_code(sms).h1.endswith("şu bilgileri alacak")


def test_a07_an_assertion_does_not_outlive_a_change_of_method(any_town: Town) -> None:
    visitor = PASSKEY.at_the_step(any_town)
    answer = assertion(visitor)
    chooses(visitor, "sms")
    fields = {"csrf_token": visitor.browser.hidden(), "credential": answer}
    assert visitor.browser.post(visitor.page.url.replace("/code", "/passkey"), fields).url.endswith("/code")
    assert visitor.browser.post(visitor.page.url, fields | {"code": answer}).status == 422
    chooses(visitor, "passkey")
    assert PASSKEY.answers(visitor, answer).status == 422


def test_a07_a_denial_or_approval_on_the_device_answers_no_other_method(any_town: Town) -> None:
    """The approval was given for this login, but the login asks for a code now."""
    visitor = EVERY[-1].at_the_step(any_town)
    number = visitor.page.by_testid("approval-number")
    assert number is not None
    approve(any_town, number.text)
    chooses(visitor, "sms")
    for path, value in (("code", number.text), ("app", "1")):
        fields = {"csrf_token": visitor.browser.hidden(), "code": value, "approval": value}
        page = visitor.browser.post(f"{IDP}/login/{login_id(visitor.page)}/{path}", fields)
        assert page.url.endswith("/code")
    assert events(any_town, "factor.proved") == []


@pytest.mark.parametrize("means", TYPED, ids=named)
def test_a08_language_back_and_cancel_add_nothing(any_town: Town, means: Means) -> None:
    visitor = means.at_the_step(any_town)
    login = login_id(visitor.page)
    visitor.browser.follow("English")
    visitor.open(f"/login/{login}/password?lang=en")
    assert visitor.browser.follow("Türkçe").url.startswith(f"{IDP}/login/{login}/{means.step}")
    assert is_through(means.succeeds(visitor))
    assert came_back(visitor.press("Vazgeç"))["error"] == "access_denied"
    assert visitor.open(StandIn(any_town).asks().url).h1 == "Giriş yapın"
    assert "sid" not in visitor.browser.cookies


@pytest.mark.parametrize("means", TYPED, ids=named)
def test_a09_two_tabs_share_a_session_and_no_flags(any_town: Town, means: Means) -> None:
    mhrs, floor = StandIn(any_town), StandIn(any_town, "mhrs-floor")
    visitor = Visitor(any_town)
    visitor.open(floor.asks().url)
    tab = visitor.types_password(means.person)
    first = mhrs.asks()
    visitor.open(first.url)
    visitor.types_password(means.person)
    means.succeeds(visitor)
    assert mhrs.tokens(visitor.approves(), first).claims["amr"] == list(means.amr)
    assert visitor.open(tab.url).url.endswith(means.step), "its own login proved only the password"
    again = floor.asks()
    visitor.open(again.url)
    assert floor.tokens(visitor.approves(), again).claims["amr"] == list(means.amr)


def test_a09_a_password_tab_of_a_citizen_who_switches_on_elsewhere_gets_no_second_step(the_town: Town) -> None:
    """Mehmet's code is asked for a password alone; what another browser proves raises nothing here."""
    mhrs = StandIn(the_town)
    asked, visitor = mhrs.asks(), Visitor(the_town)
    visitor.open(asked.url)
    visitor.types_password(MEHMET)
    page = visitor.approves()
    with the_town.store.begin() as uow:
        uow.citizens.set_two_step(_id(the_town, MEHMET.national_id), True)
    assert mhrs.tokens(page, asked).claims["acr"] == PASSWORD_ACR
    demanded = mhrs.asks(claims=essential_acr(TWO_STEP_ACR))
    assert not went_back(visitor.open(demanded.url))


@pytest.mark.parametrize("means", [TOTP, PASSKEY], ids=named)
def test_authentik_cve_2026_49448_a20_half_logged_in_over_every_route(the_town: Town, means: Means) -> None:
    visitor = means.at_the_step(the_town)
    login, token = login_id(visitor.page), visitor.browser.hidden()
    fields = {"csrf_token": token, "decision": "approve", "two_step": "off", "new_password": PASSWORD, "code": "000000"}
    paths = {path for route in the_town.idp.routes if (path := getattr(route, "path", None)) is not None}
    for path in sorted(paths):
        filled = path.replace("{login_id}", login).replace("{step}", "finish").replace("{name}", "base.css")
        if "{" in filled or filled.startswith("/sandbox") or filled.endswith(("/cancel", "/resend", "/events")):
            continue
        for page in (visitor.open(filled), visitor.browser.post(f"{IDP}{filled}", fields)):
            assert page.status < 500, path
            assert not went_back(page) or "code" not in came_back(page), path
            assert not page.says("Hoş geldiniz"), path
            assert "sid" not in visitor.browser.cookies, path
    assert events(the_town, "factor.proved", "session.started", "authenticator.added") == []


def test_a23_no_seed_no_code_and_no_foreign_credential_in_any_answer(the_town: Town) -> None:
    """In pages, headers and addresses from the password to the consent, with a wrong answer on the way."""
    equip(the_town, ELIF, Method.BACKUP_CODE)
    secrets = [credentials.totp_secret("totp"), *backup_codes(ELIF), *backup_codes(NURTEN), totp_code(the_town)]
    secrets += [code[2:] for code in backup_codes(ELIF)]
    visitor = TOTP.at_the_step(the_town)
    seen = [visitor.page, TOTP.fails(visitor), chooses(visitor, "backup_code")]
    seen += [visitor.browser.post(visitor.page.url, _code(visitor, "Z" * 16)), chooses(visitor, "totp")]
    seen.append(TOTP.answers(visitor, totp_code(the_town)))
    texts = [page.body for page in seen] + [f"{hop.url} {dict(hop.headers)}" for hop in visitor.browser.hops]
    assert not [secret for secret in secrets if any(secret in text for text in texts)]


def _code(visitor: Visitor, code: str) -> dict[str, str]:
    return {"csrf_token": visitor.browser.hidden(), "code": code}


def _pause_passkey(visitor: Visitor) -> None:
    """Three wrong answers end a question, two more pause the method."""
    for _ in range(3):
        PASSKEY.fails(visitor)
    visitor.press("İsteği başlat")
    for _ in range(2):
        PASSKEY.fails(visitor)
    assert visitor.page.h1 == "Giriş yapın"


def _id(town: Town, national_id: str) -> str:
    with town.store.read() as uow:
        return next(one.id for one in uow.citizens.every() if one.national_id.value == national_id)
