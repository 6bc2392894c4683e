"""E05–E08: floods, production mode, changes between two steps, and the audit."""

import tracemalloc
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.clock import FakeClock
from tests.people import AYSE, Visitor
from tests.stand_in import StandIn, came_back, went_back
from tests.town import IDP, Town


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


def _rows(town: Town) -> Iterator[dict[str, Any]]:
    with town.store.engine.begin() as connection:
        rows = connection.exec_driver_sql("SELECT * FROM audit ORDER BY id").mappings().all()
    yield from (dict(row) for row in rows)
