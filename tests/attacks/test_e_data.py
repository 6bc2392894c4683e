"""E01–E04: foreign ids, injected text, canaries, and what lies in the database."""

import io
import json
import logging
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import pytest

from idp.sandbox.personas import PERSONAS
from tests import town as towns
from tests.clock import FakeClock
from tests.people import AYSE, MEHMET, UNKNOWN, Visitor, login_id
from tests.stand_in import StandIn, came_back
from tests.town import IDP, MHRS_SECRET, PASSWORD, Town

INJECTIONS = [
    "' OR '1'='1",
    "'; DROP TABLE citizens; --",
    '" OR 1=1 --',
    "{{7*7}}",
    "${7*7}",
    "%s%s%n",
    "a\r\nSet-Cookie: x=y",
    "x\nlevel=info event=forged",
    "../../etc/passwd",
    "\x1b[31mred",
    "\u202e\u0000",
]


def test_e01_another_citizens_session_is_not_mine_to_end(victim: Visitor, attacker: Visitor) -> None:
    victim.logs_in_at_home(AYSE, two_step=True)
    victim.open("/hesabim/oturumlar")
    session_id = victim.browser.hidden("session_id")
    attacker.logs_in_at_home(MEHMET, two_step=False)
    attacker.open("/hesabim/oturumlar")
    fields = {"csrf_token": attacker.browser.hidden(), "session_id": session_id}
    attacker.browser.post(f"{IDP}/hesabim/oturumlar/kapat", fields)
    assert victim.open("/hesabim").h1.startswith("Hoş geldiniz")


def test_e01_fields_nobody_asked_for_are_ignored(victim: Visitor, mhrs: StandIn) -> None:
    page = victim.open(mhrs.asks(acr="urn:esik:acr:two-step", verified="true", is_admin="1", sub="x").url)
    fields = {
        "csrf_token": victim.browser.hidden(),
        "national_id": MEHMET.national_id,
        "password": PASSWORD,
        "acr": "urn:esik:acr:two-step",
        "two_step": "on",
        "verified": "true",
        "is_admin": "true",
        "evidence": "[]",
        "state": "finished",
        "version": "99",
    }
    assert victim.browser.post(page.url, fields).says("Giriş düzeyi: yalnızca şifre")


@pytest.mark.parametrize("text", INJECTIONS)
def test_e02_injected_text_has_no_effect(victim: Visitor, the_town: Town, mhrs: StandIn, text: str) -> None:
    page = victim.open(mhrs.asks(state=text, nonce=text, login_hint=text, ui_locales=text).url)
    assert page.status == 200 or came_back(page)["error"] == "invalid_request"
    page = victim.open(mhrs.asks().url)
    fields = {"csrf_token": victim.browser.hidden(), "national_id": text, "password": text}
    headers = {"user-agent": "".join(c for c in text if c.isascii() and c.isprintable())}
    assert victim.browser.post(page.url, fields, headers).status == 422
    victim.types_password(AYSE)
    login, token = login_id(victim.page), victim.browser.hidden()
    assert victim.browser.post(f"{IDP}/login/{login}/code", {"csrf_token": token, "code": text}).status in {422, 429}
    assert the_town.call("POST", "/token", {"grant_type": text, "code": text, "client_id": text}).status in {400, 401}
    assert the_town.call("GET", "/userinfo", headers={"authorization": f"Bearer {headers['user-agent']}"}).status == 401
    assert the_town.call("GET", f"/sandbox/v1/phones/{len(text)}/messages").status == 404
    with the_town.store.read() as uow:
        assert len(uow.citizens.every()) == len(PERSONAS)


def test_e02_one_record_is_one_line(sqlite_url: str, tmp_path: Path, clock: FakeClock) -> None:
    log = io.StringIO()
    with redirect_stderr(log), towns.town(sqlite_url, tmp_path, clock, log_level="info", log_format="json") as town:
        town.call("GET", "/x%0a%7B%22event%22:%22forged%22%7D", headers={"user-agent": "a"})
        town.call("GET", "/login/a%0ab/c%0dd")
    lines = log.getvalue().splitlines()
    assert len(lines) == 2
    assert all(json.loads(line)["event"] == "request" for line in lines)


def test_e03_nothing_secret_is_in_any_log_or_answer(sqlite_url: str, tmp_path: Path, clock: FakeClock) -> None:
    """A whole journey with wrong turns, then every log line and every answer is searched for what must not be there."""
    log, records = io.StringIO(), _Records()
    logging.getLogger().addHandler(records)
    wrong, new = "Kanarya-Yanlis-71", "Kanarya-Yepyeni-72"
    secrets = {wrong, new, MHRS_SECRET}
    try:
        with (
            redirect_stderr(log),
            redirect_stdout(log),
            towns.town(sqlite_url, tmp_path, clock, log_level="debug", log_format="json", sms_code_digits=10) as town,
        ):
            visitor, answers = _wander(town, wrong, new, secrets)
    finally:
        logging.getLogger().removeHandler(records)
    written = log.getvalue() + records.text
    assert '"event": "request"' in written, "there is a log to search"
    numbers = {AYSE.national_id, MEHMET.national_id, UNKNOWN.national_id, AYSE.phone, AYSE.phone.removeprefix("+90")}
    for secret in secrets | numbers | {value for value in visitor.browser.cookies.values() if len(value) > 20}:
        assert secret not in written, secret
    for secret in secrets:
        assert not any(secret in text for text in answers), secret


def _wander(town: Town, wrong: str, new: str, secrets: set[str]) -> tuple[Visitor, list[str]]:
    service, visitor = StandIn(town), Visitor(town)
    asked = service.asks(login_hint=AYSE.national_id)
    answers = [visitor.open(asked.url).body]
    answers.append(visitor.types_password(UNKNOWN, wrong).body)
    answers.append(visitor.types_password(AYSE, wrong).body)
    answers.append(visitor.types_password(AYSE).body)
    answers.append(visitor.types_wrong_code(AYSE).body)
    secrets.add(town.last_code(AYSE.phone))
    answers.append(visitor.reads_and_types_code(AYSE).body)
    code = came_back(visitor.approves())["code"]
    first = service.redeem(code, asked.verifier)
    secrets |= {code, asked.verifier}
    service.userinfo(json.loads(first.body)["access_token"])
    service.redeem(code, asked.verifier)
    service.redeem(code, "w" * 43, client_secret=MHRS_SECRET)
    answers.append(visitor.open("/hesabim/sifre").body)
    visitor.browser.fill("Yeni şifre", new).fill("Yeni şifre (tekrar)", new)
    answers.append(visitor.press("Şifreyi değiştir").body)
    for path in ("/hesabim/oturumlar", "/hesabim/giris-gecmisi", "/nowhere", f"/login/{asked.state}"):
        answers.append(visitor.open(path).body)
    town.store.close()
    answers.append(visitor.open("/hesabim").body)
    return visitor, answers


class _Records(logging.Handler):
    """Everything that any library writes."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.text = ""

    def emit(self, record: logging.LogRecord) -> None:
        self.text += record.getMessage() + "\n"


def test_casdoor_cve_2026_90942_e04_the_database_alone_is_worth_nothing(
    sqlite_url: str, tmp_path: Path, clock: FakeClock
) -> None:
    """With the real hasher's work left out: what argon2 leaves behind is `tests/crypto`."""
    with towns.town(sqlite_url, tmp_path, clock, sms_code_digits=10) as town:
        service, visitor = StandIn(town), Visitor(town)
        asked = service.asks()
        visitor.open(asked.url)
        visitor.types_password(AYSE)
        sms = town.last_code(AYSE.phone)
        visitor.types_code(sms)
        code = came_back(visitor.approves())["code"]
        tokens = json.loads(service.redeem(code, asked.verifier).body)
        with town.store.read() as uow:
            private = [json.loads(key.private_jwk)["d"] for key in uow.keys.every()]
    dump = b"".join(path.read_bytes() for path in tmp_path.glob("esik.db*"))
    assert AYSE.national_id.encode() in dump, "the dump holds what was stored"
    cookies = [value for name, value in visitor.browser.cookies.items() if name != "lang"]
    for secret in (code, asked.verifier, tokens["access_token"], tokens["id_token"], MHRS_SECRET, *private, *cookies):
        assert secret.encode() not in dump
    assert sms.encode() not in dump
