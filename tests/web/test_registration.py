"""`/register` over HTTP: the routes, their bodies, and a client that registers itself, logs a citizen in, and goes."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from idp.clock import Clock
from idp.crypto.secrets import sha256_hex
from idp.protocol.issuer import Registration
from tests.asgi import Answer
from tests.clock import FakeClock
from tests.people import AYSE, Visitor
from tests.stand_in import CALLBACK, StandIn
from tests.town import IDP, Town, town

METADATA: dict[str, Any] = {"client_name": "Deneme", "redirect_uris": [CALLBACK]}


def sent(
    the_town: Town, method: str, path: str, body: bytes | dict[str, Any] = b"", token: str = "", **headers: str
) -> Answer:
    given = {"content-type": "application/json", **headers}
    if token:
        given["authorization"] = f"Bearer {token}"
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return the_town.loop.call(the_town.idp, method, f"{IDP}{path}", tuple(given.items()), raw)


def registered(the_town: Town, **more: Any) -> dict[str, Any]:
    answer = sent(the_town, "POST", "/register", METADATA | more)
    assert answer.status == 201, answer.text
    told: dict[str, Any] = json.loads(answer.body)
    return told


def managed(the_town: Town, method: str, told: dict[str, Any], body: dict[str, Any] | None = None) -> Answer:
    path = told["registration_client_uri"].removeprefix(IDP)
    return sent(the_town, method, path, body or b"", told["registration_access_token"])


def test_dcr_01_dcr_03_a_client_registers(the_town: Town) -> None:
    answer = sent(the_town, "POST", "/register", METADATA)
    told = json.loads(answer.body)
    assert (answer.status, answer.headers["content-type"]) == (201, "application/json")
    assert answer.headers["cache-control"] == "no-store"
    assert told["registration_client_uri"] == f"{IDP}/register/{told['client_id']}"
    assert "access-control-allow-origin" not in answer.headers


def test_a_registered_client_logs_citizens_in_and_disappears_with_all_it_was_given(the_town: Town) -> None:
    """DCR-11: its tokens die with it."""
    told = registered(the_town)
    client, citizen = StandIn(the_town, told["client_id"], told["client_secret"]), Visitor(the_town)
    asked = client.asks(code_challenge=None, code_challenge_method=None, nonce=None)
    citizen.open(asked.url)
    citizen.two_steps(AYSE)
    page = citizen.approves()
    code = page.url.partition("code=")[2].partition("&")[0]
    tokens = json.loads(client.redeem(code, "", code_verifier=None).body)
    assert client.userinfo(tokens["access_token"]).status == 200

    assert managed(the_town, "DELETE", told).status == 204
    assert client.userinfo(tokens["access_token"]).status == 401
    assert client.redeem(code, "").status == 401
    assert managed(the_town, "GET", told).status == 401
    with the_town.store.read() as uow:
        assert uow.clients.by_id(told["client_id"]) is None


def test_dcr_10_dcr_12_reading_and_replacing(the_town: Town) -> None:
    told = registered(the_town, initiate_login_uri="https://rp.example/start")
    read = managed(the_town, "GET", told)
    assert (read.status, json.loads(read.body)["initiate_login_uri"]) == (200, "https://rp.example/start")
    replaced = managed(the_town, "PUT", told, METADATA | {"client_id": told["client_id"], "client_name": "Başka"})
    assert replaced.status == 200
    assert "initiate_login_uri" not in json.loads(replaced.body)
    assert json.loads(managed(the_town, "GET", told).body)["client_name"] == "Başka"


def test_a_change_is_obeyed_at_once(the_town: Town) -> None:
    """Nothing keeps an old copy of a client: the next request is judged by what is registered now."""
    told = registered(the_town)
    client, visitor = StandIn(the_town, told["client_id"]), Visitor(the_town)
    assert visitor.open(client.asks().url).status == 200
    managed(the_town, "PUT", told, {"client_id": told["client_id"], "redirect_uris": ["https://rp.example/other"]})
    assert Visitor(the_town).open(client.asks().url).status == 400


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [("GET", "/register", "POST"), ("PUT", "/register", "POST"), ("POST", "/register/x", "DELETE, GET, HEAD, PUT")],
)
def test_other_methods(the_town: Town, method: str, path: str, allowed: str) -> None:
    answer = sent(the_town, method, path, METADATA)
    assert (answer.status, json.loads(answer.body)) == (405, {"error": "invalid_request"})
    assert sorted(answer.headers["allow"].split(", ")) == allowed.split(", ")


def test_a_body_past_64_kib(the_town: Town) -> None:
    for method, path in (("POST", "/register"), ("PUT", "/register/x")):
        answer = sent(the_town, method, path, b"{" + b" " * 65_536)
        assert (answer.status, json.loads(answer.body)["error"]) == (413, "invalid_request")


def test_a_form_is_no_registration(the_town: Town) -> None:
    answer = the_town.call("POST", "/register", {"client_name": "x"})
    assert (answer.status, json.loads(answer.body)["error"]) == (415, "invalid_client_metadata")


def test_two_tokens_are_none(the_town: Town) -> None:
    """R-03: also where none is needed."""
    told = registered(the_town)
    path = told["registration_client_uri"].removeprefix(IDP)
    headers = (("authorization", f"Bearer {told['registration_access_token']}"),) * 2
    twice = {"error": "invalid_request", "error_description": "The Authorization header was sent more than once."}
    for method, where in (("GET", path), ("PUT", path), ("DELETE", path), ("POST", "/register")):
        answer = the_town.loop.call(the_town.idp, method, f"{IDP}{where}", headers, b"")
        assert (answer.status, json.loads(answer.body)) == (400, twice)
        assert "www-authenticate" not in answer.headers
        with the_town.store.engine.begin() as connection:
            last = connection.exec_driver_sql("SELECT event, reason FROM audit ORDER BY id DESC LIMIT 1").one()
        assert tuple(last) == ("registration.refused", "authorization_repeated")


@pytest.mark.parametrize("client_id", ["mhrs", "client-x", "%00", "%ff", "x" * 300, "a'b", "%F0%9F%98%80"])
def test_e01_clients_of_others_are_not_there(the_town: Town, client_id: str) -> None:
    answer = sent(the_town, "GET", f"/register/{client_id}", token="x" * 43)
    assert (answer.status, json.loads(answer.body)["error"]) == (401, "invalid_token")
    assert answer.headers["www-authenticate"].startswith("Bearer ")


def test_dcr_07_what_a_sector_publishes_is_fetched_before_anything_is_stored(the_town: Town) -> None:
    """Nobody fetches in this town, so the document cannot be had."""
    more = {"sector_identifier_uri": "https://sector.example/uris.json"}
    answer = sent(the_town, "POST", "/register", METADATA | more)
    assert answer.status in {400, 503}
    with the_town.store.read() as uow:
        assert not any(one.metadata.sector_identifier_uri for one in uow.clients.every())


@pytest.fixture
def guarded_town(sqlite_url: str, tmp_path: Path, clock: FakeClock) -> Iterator[Town]:
    with town(sqlite_url, tmp_path, clock, registration=Registration.TOKEN) as opened:
        yield opened


def give_token(the_town: Town, clock: Clock, token: str, uses: int = 1) -> None:
    with the_town.store.begin() as uow:
        now = clock.now()
        uow.initial_access_tokens.insert(sha256_hex(token), note="", uses=uses, now=now, expires_at=now + 60)


def test_set_11_with_an_initial_access_token(guarded_town: Town, clock: FakeClock) -> None:
    give_token(guarded_town, clock, "iat")
    assert sent(guarded_town, "POST", "/register", METADATA).status == 401
    assert sent(guarded_town, "POST", "/register", METADATA, "other").status == 401
    assert sent(guarded_town, "POST", "/register", {}, "iat").status == 400
    assert sent(guarded_town, "POST", "/register", METADATA, "iat").status == 201
    assert sent(guarded_town, "POST", "/register", METADATA, "iat").status == 401


def test_an_initial_access_token_runs_out(guarded_town: Town, clock: FakeClock) -> None:
    give_token(guarded_town, clock, "iat", uses=5)
    clock.advance(60)
    assert sent(guarded_town, "POST", "/register", METADATA, "iat").status == 401


def test_where_registration_is_off(sqlite_url: str, tmp_path: Path, clock: FakeClock) -> None:
    with town(sqlite_url, tmp_path, clock, registration=Registration.OFF) as closed:
        assert sent(closed, "POST", "/register", METADATA).status == 403
        published = json.loads(closed.call("GET", "/.well-known/openid-configuration").body)
        assert "registration_endpoint" not in published


def test_the_query_says_nothing(the_town: Town) -> None:
    told = registered(the_town)
    query = urlencode({"access_token": told["registration_access_token"]})
    path = told["registration_client_uri"].removeprefix(IDP)
    answer = sent(the_town, "GET", f"{path}?{query}")
    assert (answer.status, json.loads(answer.body)) == (401, {})
