"""E01–E08: foreign ids, injection, canaries, what lies in the database, floods, changes between steps, the audit."""

import io
import json
import logging
import tracemalloc
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import pytest

from tests import town as towns
from tests.clock import FakeClock
from tests.people import AYSE, MEHMET, UNKNOWN, Visitor, login_id
from tests.stand_in import StandIn, came_back, went_back
from tests.town import IDP, MHRS_SECRET, PASSWORD, Town

INJECTIONS = [
    "' OR '1'='1",
    "'; DROP TABLE citizens; --",
    "\" OR 1=1 --",
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
        assert len(uow.citizens.every()) == 9


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


def test_starlette_cve_2024_47874_e05_a_flood_is_refused_early(victim: Visitor, the_town: Town, mhrs: StandIn) -> None:
    page = victim.open(mhrs.asks().url)
    cookie = "; ".join(f"{name}={value}" for name, value in victim.browser.cookies.items())
    form = (("content-type", "application/x-www-form-urlencoded"), ("cookie", cookie))
    tracemalloc.start()
    try:
        for body in (b"password=" + b"x" * 10_000_000, b"a=b&" * 10_000, b"&" * 70_000, b"%" * 60_000):
            for url in (page.url, f"{IDP}/token", f"{IDP}/authorize", f"{IDP}/logout", f"{IDP}/userinfo"):
                answer = the_town.loop.call(the_town.idp, "POST", url, form, body)
                assert answer.status < 500, url
                assert answer.status >= 400 or not url.endswith(("password", "token", "userinfo")), url
        deep = "[" * 5000 + "]" * 5000
        assert came_back(victim.open(mhrs.asks(claims=deep).url))["error"] == "invalid_request"
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 50_000_000


def test_e05_a_long_query_or_header_is_no_fault(the_town: Town) -> None:
    for path in (f"/authorize?{'a=b&' * 5000}", f"/authorize?state={'x' * 200_000}", f"/{'x' * 50_000}"):
        assert 400 <= the_town.call("GET", path).status < 500
    headers = {"cookie": "; ".join(f"c{n}=v" for n in range(5000)), "accept-language": "tr," * 20_000}
    assert the_town.call("GET", "/", headers=headers).status == 200


def test_e06_production_has_no_sandbox_no_docs_and_no_samples(
    sqlite_url: str, tmp_path: Path, clock: FakeClock
) -> None:
    """What production refuses to start with is `tests/cli` and `tests/test_settings.py`."""
    from idp.app import create_app
    from idp.settings import Mode, load
    from tests.asgi import shared_loop
    from tests.town import PlainHasher

    settings = load(
        {},
        mode=Mode.PRODUCTION,
        issuer="https://giris.example.org",
        database_url=sqlite_url,
        data_dir=tmp_path,
        encryption_key=b"e" * 32,
        secret_key=b"s" * 32,
        sms_gateway_url="https://sms.example.org/send",
        sms_gateway_token="of-the-tests",
        log_level="error",
    )
    app = create_app(settings, clock=clock, hasher=PlainHasher())
    try:
        for path in (
            *("/docs", "/redoc", "/openapi.json", "/telefon", "/sandbox/v1/personas", "/metrics", "/debug"),
            f"/sandbox/v1/phones/{AYSE.phone}/messages",
        ):
            answer = shared_loop().call(app, "GET", f"https://giris.example.org{path}")
            assert answer.status == 404, path
        answer = shared_loop().call(app, "GET", "https://giris.example.org/authorize?client_id=x")
        assert answer.status == 400
        assert "developer-details" not in answer.text
        assert "max-age=63072000" in answer.headers["strict-transport-security"]
    finally:
        app.state.store.close()


@pytest.mark.parametrize("gone", ["citizen-closed", "citizen-deleted", "client-disabled", "client-deleted", "phone"])
@pytest.mark.parametrize("after", [0, 1, 2])
def test_e07_whoever_is_gone_between_two_steps_ends_the_login(
    victim: Visitor, mhrs: StandIn, gone: str, after: int
) -> None:
    victim.open(mhrs.asks().url)
    if after > 0:
        victim.types_password(AYSE)
        code = victim.town.last_code(AYSE.phone)
    if after > 1:
        victim.types_code(code)
    _remove(victim.town, gone)
    page = victim.types_password(AYSE) if after == 0 else victim.types_code(code) if after == 1 else victim.approves()
    assert page.status < 500
    assert not went_back(page) or "code" not in came_back(page)
    assert "sid" not in victim.browser.cookies


def _remove(town: Town, gone: str) -> None:
    with town.store.engine.begin() as connection:
        statement = {
            "citizen-closed": f"UPDATE citizens SET state = 'closed' WHERE national_id = '{AYSE.national_id}'",
            "citizen-deleted": f"DELETE FROM citizens WHERE national_id = '{AYSE.national_id}'",
            "client-disabled": "UPDATE clients SET disabled = true WHERE client_id = 'mhrs'",
            "client-deleted": "DELETE FROM clients WHERE client_id = 'mhrs'",
            "phone": f"UPDATE citizens SET phone_verified_at = NULL WHERE national_id = '{AYSE.national_id}'",
        }[gone]
        connection.exec_driver_sql(statement)
        connection.exec_driver_sql("UPDATE revisions SET number = number + 1")
    town.clock.advance(10)


def test_e08_the_audit_tells_the_whole_story(victim: Visitor, mhrs: StandIn, clock: FakeClock) -> None:
    """Who, what, when, from where, for which client, with what outcome, in the order it happened."""
    asked = mhrs.asks()
    victim.open(asked.url)
    victim.types_password(AYSE, "Yanlis-Sifre-1")
    victim.types_password(AYSE)
    victim.types_wrong_code(AYSE)
    victim.reads_and_types_code(AYSE)
    code = came_back(victim.approves())["code"]
    mhrs.redeem(code, asked.verifier)
    mhrs.redeem(code, asked.verifier)
    rows = [row for row in _rows(victim.town) if not row["event"].startswith(("citizen.", "client."))]
    assert [(row["event"], bool(row["ok"])) for row in rows] == [
        ("login.begun", True),
        ("password.refused", False),
        ("password.proved", True),
        ("factor.code_sent", True),
        ("factor.refused", False),
        ("factor.proved", True),
        ("consent.given", True),
        ("session.started", True),
        ("login.finished", True),
        ("code.issued", True),
        ("code.redeemed", True),
        ("code.replayed", False),
    ]
    for row in rows[:-2]:
        assert (row["ip"], row["client_id"], row["at"]) == ("203.0.113.7", "mhrs", clock.now())
        assert row["request_id"]
        assert row["login_id"]
    assert len({row["citizen_id"] for row in rows[1:-1]}) == 1


@pytest.mark.parametrize(
    ("tamper", "fault"),
    [
        ("UPDATE audit SET ok = true WHERE event = 'password.refused'", "altered"),
        ("UPDATE audit SET ip = '192.0.2.1' WHERE event = 'login.finished'", "altered"),
        ("DELETE FROM audit WHERE event = 'factor.proved'", "deleted"),
        ("DELETE FROM audit_chain WHERE number = (SELECT max(number) FROM audit_chain)", "link deleted"),
    ],
)
def test_e08_the_chain_names_what_was_changed(any_town: Town, clock: FakeClock, tamper: str, fault: str) -> None:
    visitor = Visitor(any_town)
    visitor.open("/hesabim")
    visitor.types_password(AYSE, "Yanlis-Sifre-1")
    visitor.two_steps(AYSE)
    with any_town.store.begin() as uow:
        uow.audit.seal(clock.now())
    with any_town.store.begin() as uow:
        assert uow.audit.verify_chain() is None
    with any_town.store.engine.begin() as connection:
        assert connection.exec_driver_sql(tamper).rowcount >= 1
    with any_town.store.begin() as uow:
        found = uow.audit.verify_chain()
    assert found is not None
    assert found.fault == fault


def _rows(town: Town) -> Iterator[dict[str, object]]:
    with town.store.engine.begin() as connection:
        rows = connection.exec_driver_sql("SELECT * FROM audit ORDER BY id").mappings().all()
    yield from (dict(row) for row in rows)
