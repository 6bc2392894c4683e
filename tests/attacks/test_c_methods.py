"""A03, B06, B09, C02, C03, C05, C08, C12, C13, E05 and E07 for every form of the second step."""

import json
from collections.abc import Callable
from urllib.parse import urlencode

import pytest

from tests.attacks.methods import (
    ELIF,
    EVERY,
    PASSKEY,
    TOTP,
    TYPED,
    Means,
    chooses,
    events,
    is_through,
    named,
    totp_code,
)
from tests.clock import FakeClock
from tests.people import Visitor, login_id
from tests.stand_in import CALLBACK, StandIn, came_back, went_back
from tests.town import IDP, MHRS, Town

FORMS = ("totp", "passkey", "backup-code", "app", "method", "other", "resend", "passkey-needed", "new-password")
FOREIGN = (
    {"sec-fetch-site": "cross-site", "origin": "https://evil.example"},
    {"sec-fetch-site": "same-site", "origin": MHRS},
    {"sec-fetch-site": "none"},
    {"origin": "https://evil.example"},
    {"origin": "null"},
)
LONE_SURROGATE, FULL_WIDTH, ARABIC = "%ED%A0%80", "%EF%BC%91" * 6, "%D9%A1" * 6
NO_ANSWERS = (
    "{}=",
    "{}=%20%09%0D%0A%20",
    "{}=%00%00%00%00%00%00",
    f"{{}}={LONE_SURROGATE}",
    f"{{}}={FULL_WIDTH}",
    f"{{}}={ARABIC}",
    "{}=%F0%9F%98%80%F0%9F%98%80",
    "{}=%C4%B1%C4%B1%C4%B1%C4%B1%C4%B1%C4%B1%C4%B1%C4%B1%C4%B1%C4%B1%C4%B1%C4%B1%C4%B1%C4%B1%C4%B1%C4%B1",
    "{}=1.0e05",
    "{}=-12345",
    "{}=0x1234",
    "{}=123456&{}=123456",
    "{}[]=123456",
    "{}=" + "1" * 60_000,
    "{}=" + "%00" * 20_000,
    "{}=" + "[" * 19_000,
    "{}=" + "%7B%22a%22:" * 1500,
    "{}=null",
    "{}=%7B%22id%22:1,%22rawId%22:%5B%5D,%22response%22:null,%22type%22:%7B%7D%7D",
)


@pytest.mark.parametrize("means", TYPED, ids=named)
def test_a03_b06_what_cannot_be_an_answer_is_a_4xx_and_loses_nothing(any_town: Town, means: Means) -> None:
    """Empty, blank, NUL, surrogates, other scripts' digits, doubled, huge, deep, of another type; no form at all."""
    visitor = means.at_the_step(any_town)
    token = urlencode({"csrf_token": visitor.browser.hidden()})
    for body in NO_ANSWERS:
        answer = _raw(visitor, means.step, f"{token}&{body.replace('{}', means.field)}".encode())
        assert answer == 422, body[:40]
    for content_type in ("application/json", "text/plain", "", "multipart/form-data; boundary=x"):
        parts = f'--x\r\ncontent-disposition: form-data; name="{means.field}"; filename="f"\r\n\r\n123456\r\n--x--\r\n'
        for content in (f"{token}&{means.field}=123456", json.dumps({means.field: "123456"}), parts):
            assert _raw(visitor, means.step, content.encode(), content_type) == 403
    assert _raw(visitor, means.step, f"{token}&{means.field}={'x' * 70_000}".encode()) == 413
    assert _raw(visitor, means.step, f"{token}&{'a=b&' * 300}".encode()) == 400
    assert events(any_town, "factor.refused", "factor.proved") == []
    assert is_through(means.succeeds(visitor))


@pytest.mark.parametrize("value", ["", "sms\x00", "SMS", "passwort", "password", "x" * 60_000, "\udcff", "1", "app"])
def test_a03_b06_a_method_that_is_none_is_a_422_and_keeps_the_step(the_town: Town, value: str) -> None:
    visitor = TOTP.at_the_step(the_town)
    fields = {"csrf_token": visitor.browser.hidden(), "method": value}
    body = urlencode(fields, errors="surrogateescape").encode()
    assert _raw(visitor, "method", body) == 422
    assert is_through(TOTP.succeeds(visitor))


@pytest.mark.parametrize("headers", FOREIGN, ids=[" ".join(one.values()) for one in FOREIGN])
def test_c03_no_form_of_the_second_step_is_taken_from_elsewhere(the_town: Town, headers: dict[str, str]) -> None:
    """With the right token, and a right answer in every field."""
    for means in TYPED:
        visitor = means.at_the_step(the_town)
        login, token = login_id(visitor.page), visitor.browser.hidden()
        fields = {"csrf_token": token, means.field: means.right(visitor), "method": "sms", "decision": "continue"}
        for name in FORMS:
            page = visitor.browser.post(f"{IDP}/login/{login}/{name}", fields, headers)
            assert (page.status, went_back(page)) == (403, False), name
        assert visitor.open(f"/login/{login}").url.endswith(means.step)
    assert events(the_town, "factor.proved", "factor.method_chosen") == []
    assert the_town.messages(ELIF.phone) == []


def test_c03_a_token_that_is_none_or_of_another_login_opens_no_form(the_town: Town) -> None:
    other = PASSKEY.at_the_step(the_town)
    for means in TYPED:
        visitor = means.at_the_step(the_town)
        for token in ("", "x", "é" * 107, "A" * 43 + "0" * 64, other.browser.hidden()):
            for name in FORMS:
                fields = {"csrf_token": token, means.field: means.right(visitor), "method": "sms"}
                page = visitor.browser.post(f"{IDP}/login/{login_id(visitor.page)}/{name}", fields)
                assert page.status == 403, (name, token)
                visitor.open(f"/login/{login_id(visitor.page)}")
    assert events(the_town, "factor.proved") == []


def test_c03_c12_a_get_of_a_form_changes_nothing(the_town: Town) -> None:
    visitor = TOTP.at_the_step(the_town)
    login, token, code = login_id(visitor.page), visitor.browser.hidden(), totp_code(the_town)
    before = events(the_town)
    for name in FORMS:
        query = urlencode({"csrf_token": token, "code": code, "method": "sms", "decision": "approve"})
        assert visitor.open(f"/login/{login}/{name}?{query}").url.startswith(f"{IDP}/login/{login}/totp")
        for method in ("PUT", "DELETE", "PATCH"):
            assert the_town.call(method, f"/login/{login}/{name}").status == 405
    assert events(the_town) == before
    assert the_town.messages(ELIF.phone) == []


@pytest.mark.parametrize("means", TYPED, ids=named)
def test_dex_cve_2022_39222_c02_another_browser_neither_answers_nor_resumes(any_town: Town, means: Means) -> None:
    """The attacker knows the address, and even the right answer; the victim knows the attacker's address."""
    victim, attacker = means.at_the_step(any_town), Visitor(any_town, address="198.51.100.66")
    attacker.open(StandIn(any_town).asks().url)
    login, right = login_id(victim.page), means.right(victim)
    own = next(value for name, value in attacker.browser.cookies.items() if name.startswith("txn-"))
    token = attacker.browser.hidden()
    for planted in (None, own, "x", login):
        if planted is not None:
            attacker.browser.cookies[f"txn-{login[:12]}"] = planted
        for name in FORMS:
            fields = {"csrf_token": token, means.field: right, "method": "sms"}
            assert attacker.browser.post(f"{IDP}/login/{login}/{name}", fields).status in {403, 410}
        assert attacker.open(f"/login/{login}/{means.step}").status == 410
    assert is_through(means.answers(victim, right)), "and the victim lost nothing"
    assert attacker.open(f"/login/{login}").status == 410


@pytest.mark.parametrize("means", EVERY, ids=named)
def test_c05_c08_c13_the_pages_of_the_second_step_are_framed_cached_and_answered_nowhere_else(
    the_town: Town, means: Means
) -> None:
    visitor = means.at_the_step(the_town)
    pages = [visitor.page, means.fails(visitor), chooses(visitor, "nothing")]
    for page in pages:
        policy = dict(part.strip().split(" ", 1) for part in page.headers["content-security-policy"].split(";"))
        assert policy["form-action"].split() == ["'self'", CALLBACK.partition("/oidc")[0]]
        assert policy["frame-ancestors"] == "'none'"
        assert page.headers["cache-control"] == "no-store"
        assert page.headers["x-frame-options"] == "DENY"


GONE: dict[str, Callable[[Means], str]] = {
    "citizen closed": lambda m: f"UPDATE citizens SET state = 'closed' WHERE national_id = '{m.person.national_id}'",
    "citizen deleted": lambda m: f"DELETE FROM citizens WHERE national_id = '{m.person.national_id}'",
    "authenticator removed": lambda m: f"DELETE FROM authenticators WHERE method = '{m.method}'",
    "client disabled": lambda _: "UPDATE clients SET disabled = true WHERE client_id = 'mhrs-floor'",
    "client deleted": lambda _: "DELETE FROM clients WHERE client_id = 'mhrs-floor'",
    "two-step login off": lambda m: (
        f"UPDATE citizens SET two_step = false WHERE national_id = '{m.person.national_id}'"
    ),
}


@pytest.mark.parametrize("gone", GONE)
@pytest.mark.parametrize("means", TYPED, ids=named)
@pytest.mark.parametrize("after", ["the question", "the answer", "the code"])
def test_b09_e07_what_is_gone_between_two_steps_ends_the_login_at_the_next(
    the_town: Town, clock: FakeClock, means: Means, gone: str, after: str
) -> None:
    """At a service that demands two steps: no code once anything it rests on is gone; and no token for one."""
    floor, visitor = StandIn(the_town, "mhrs-floor"), Visitor(the_town)
    asked = floor.asks()
    visitor.open(asked.url)
    visitor.types_password(means.person)
    right = means.right(visitor)
    if after != "the question":
        assert is_through(means.answers(visitor, right))
    code = came_back(visitor.approves())["code"] if after == "the code" else ""
    with the_town.store.engine.begin() as connection:
        connection.exec_driver_sql(GONE[gone](means))
        connection.exec_driver_sql("UPDATE revisions SET number = number + 1")
    clock.advance(10)
    if after == "the code":
        status = floor.redeem(code, asked.verifier).status
        still_good = gone in {"authenticator removed", "two-step login off"}  # what was proved in time was proved
        assert status == (200 if still_good else 401 if "client" in gone else 400)
        return
    page = means.answers(visitor, right) if after == "the question" else visitor.approves()
    proved_in_time = gone == "two-step login off" and after == "the answer"
    assert page.status < 500
    assert (went_back(page) and "code" in came_back(page)) is proved_in_time
    assert ("sid" in visitor.browser.cookies) is proved_in_time


def test_r40_a_removed_method_leaves_the_others_and_says_so(the_town: Town) -> None:
    visitor = TOTP.at_the_step(the_town)
    page, code = visitor.page, totp_code(the_town)
    with the_town.store.engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM authenticators WHERE method = 'totp'")
    assert TOTP.answers(visitor, code).url.endswith("/code"), "the one method that is left"
    assert visitor.page.by_testid("code-unsent") is not None
    visitor.browser.page = page
    visitor.open(f"/login/{login_id(page)}")
    visitor.press("Kodu gönder")
    assert is_through(visitor.reads_and_types_code(ELIF))


def _raw(visitor: Visitor, what: str, body: bytes, content_type: str = "application/x-www-form-urlencoded") -> int:
    """The status of one posted body, byte for byte."""
    cookie = "; ".join(f"{name}={value}" for name, value in visitor.browser.cookies.items())
    url = f"{IDP}/login/{login_id(visitor.page)}/{what}"
    headers = (("cookie", cookie), ("content-type", content_type))
    return visitor.town.loop.call(visitor.town.idp, "POST", url, headers, body).status
