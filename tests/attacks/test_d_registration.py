"""D01, D15, E01, E02, R-74: hostile registrations, on each database."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from idp.app import StoredKeys
from idp.clock import Clock
from idp.crypto.secrets import HouseSecrets, sha256_hex
from idp.domain.audit import Origin
from idp.protocol.issuer import Registration
from idp.protocol.messages import JsonAnswer
from idp.protocol.server import OpenIDProvider, Options
from tests.asgi import Answer
from tests.attacks.at_once import at_once
from tests.clock import FakeClock
from tests.people import AYSE, Visitor
from tests.stand_in import CALLBACK, StandIn, went_back
from tests.town import IDP, Town, town

METADATA: dict[str, Any] = {"client_name": "Deneme", "redirect_uris": [CALLBACK]}
JSON = {"content-type": "application/json"}
HOSTILE_TEXTS = [
    "'; DROP TABLE clients; --",
    '"><script>alert(1)</script>',
    "{{ 7 * 7 }}",
    "%(client_id)s ${x}",
    "Klinik İğ ı 𐍈",
]


def sent(the_town: Town, method: str, path: str, body: Any = None, token: str = "") -> Answer:
    headers = tuple({**JSON, **({"authorization": f"Bearer {token}"} if token else {})}.items())
    raw = b"" if body is None else json.dumps(body).encode()
    return the_town.loop.call(the_town.idp, method, f"{IDP}{path}", headers, raw)


def registered(the_town: Town, **more: Any) -> dict[str, Any]:
    answer = sent(the_town, "POST", "/register", METADATA | more)
    assert answer.status == 201, answer.text
    told: dict[str, Any] = json.loads(answer.body)
    return told


def self_registered(the_town: Town) -> int:
    with the_town.store.read() as uow:
        return sum(one.registration_token_hash is not None for one in uow.clients.every())


@pytest.mark.parametrize("name", HOSTILE_TEXTS)
def test_e02_every_text_field_is_only_text(any_town: Town, name: str) -> None:
    told = registered(any_town, client_name=name, software_id=name, contacts=[name])
    assert told["client_name"] == name
    path = told["registration_client_uri"].removeprefix(IDP)
    again = json.loads(sent(any_town, "GET", path, token=told["registration_access_token"]).body)
    assert (again["client_name"], again["software_id"], again["contacts"]) == (name, name, [name])
    page = Visitor(any_town).open(StandIn(any_town, told["client_id"]).asks().url)
    assert page.status == 200
    assert "<script>alert" not in page.body
    assert self_registered(any_town) == 1


@pytest.mark.parametrize("name", ["a\r\nSet-Cookie: x=1", "a\0b", "\ud800", "a\u2028b", "\u202egnp.exe"])
def test_e02_what_no_text_may_hold(any_town: Town, name: str) -> None:
    assert sent(any_town, "POST", "/register", METADATA | {"client_name": name}).status == 400
    assert self_registered(any_town) == 0


def test_e01_nobody_promotes_a_client(any_town: Town) -> None:
    extra = {"consent": "never", "minimum_level": 0, "scopes": ["x"], "resources": ["https://api.example/"], "id": 1}
    told = registered(any_town, **extra)
    with any_town.store.read() as uow:
        client = uow.clients.by_id(told["client_id"])
    assert client is not None
    assert (client.consent, client.resources) == ("ask", ())
    assert not told.keys() & extra.keys()


def test_e01_one_client_cannot_touch_another(any_town: Town) -> None:
    mine, yours = registered(any_town), registered(any_town)
    path = yours["registration_client_uri"].removeprefix(IDP)
    token = mine["registration_access_token"]
    stolen = METADATA | {"client_id": yours["client_id"], "redirect_uris": ["https://evil.example/"]}
    answers = [sent(any_town, "GET", path, token=token), sent(any_town, "PUT", path, stolen, token)]
    answers += [sent(any_town, "DELETE", path, token=token), sent(any_town, "GET", "/register/mhrs", token=token)]
    assert {(answer.status, answer.body) for answer in answers} == {(401, answers[0].body)}
    assert sent(any_town, "GET", path, token=yours["registration_access_token"]).status == 200


@pytest.mark.parametrize(
    "other",
    [f"{CALLBACK}/", f"{CALLBACK}?x=1", "https://evil.example/cb", CALLBACK.upper(), f"{CALLBACK}#x"],
)
def test_d01_only_what_was_registered_is_redirected_to(any_town: Town, other: str) -> None:
    told = registered(any_town)
    page = Visitor(any_town).open(StandIn(any_town, told["client_id"]).asks(redirect_uri=other).url)
    assert (page.status, went_back(page)) == (400, False)


@pytest.mark.parametrize(
    "uri",
    [
        "https://127.0.0.1/s",
        "https://169.254.169.254/s",
        "https://[::1]/s",
        "https://10.0.0.1/s",
        "https://localhost/s",
    ],
)
def test_d15_no_sector_is_read_from_where_we_live(any_town: Town, uri: str) -> None:
    answer = sent(any_town, "POST", "/register", METADATA | {"sector_identifier_uri": uri})
    assert (answer.status, json.loads(answer.body)["error"]) == (400, "invalid_client_metadata")
    assert self_registered(any_town) == 0


@pytest.mark.parametrize("uri", ["https://localhost:1/cb", "http://localhost:8001/cb", "https://127.0.0.1/cb"])
def test_r_80_whoever_is_answered_on_loopback_is_not_of_the_services_there(any_town: Town, uri: str) -> None:
    """Core §8.1: its `sub` is no other client's, and MHRS's API on the same machine takes no token of its own."""
    told = registered(any_town, redirect_uris=[uri])
    with any_town.store.read() as uow:
        others = {one.sector for one in uow.clients.every() if one.client_id != told["client_id"]}
        client = uow.clients.by_id(told["client_id"])
        resources = [uri for one in uow.clients.operators() for uri in one.resources]
    assert client is not None
    assert "localhost" in others
    assert client.sector == client.client_id
    assert resources
    asked = {"response_type": "code", "client_id": client.client_id, "redirect_uri": uri, "scope": "openid"}
    for resource in resources:
        answer = any_town.call("GET", f"/authorize?{urlencode(asked | {'resource': resource})}")
        assert "error=invalid_target" in answer.headers["location"]


@pytest.fixture
def guarded_town(database_url: str, tmp_path: Path, clock: FakeClock) -> Iterator[Town]:
    with town(database_url, tmp_path, clock, registration=Registration.TOKEN) as opened:
        yield opened


def test_one_use_of_an_initial_access_token_makes_one_client(guarded_town: Town, clock: Clock) -> None:
    """Many at once: one statement decides, in the transaction that adds the client."""
    now = clock.now()
    with guarded_town.store.begin() as uow:
        uow.initial_access_tokens.insert(sha256_hex("iat"), note="", uses=1, now=now, expires_at=now + 60)
    provider: OpenIDProvider = guarded_town.idp.state.house.provider
    body, headers = json.dumps(METADATA).encode(), {**JSON, "authorization": "Bearer iat"}

    def registers() -> int:
        with guarded_town.store.begin() as uow:
            return provider.register(uow, headers, body, Origin()).status

    statuses = at_once([registers] * 4)
    assert sorted(statuses) == [201, 401, 401, 401]
    assert self_registered(guarded_town) == 1


def production(the_town: Town, **options: Any) -> OpenIDProvider:
    """A provider as in production, with open registration, on the town's own database."""
    return OpenIDProvider(
        issuer=IDP,
        keys=StoredKeys(the_town.store),
        clock=the_town.clock,
        secrets=HouseSecrets(b"production"),
        subject_salt=b"salt",
        options=Options(registration=Registration.OPEN, **options),
    )


def registering(
    the_town: Town, provider: OpenIDProvider, ip: str, metadata: dict[str, Any] | None = None
) -> JsonAnswer:
    body = json.dumps({"redirect_uris": ["https://rp.example/cb"]} if metadata is None else metadata).encode()
    with the_town.store.begin() as uow:
        return provider.register(uow, JSON, body, Origin(ip=ip))


def test_open_registration_is_limited_by_address_and_hour(any_town: Town, clock: FakeClock) -> None:
    """A refused one counts too, and neighbours in one IPv6 /64 are one address."""
    provider = production(any_town)
    for number in range(20):
        answer = registering(any_town, provider, f"2001:db8::{number:x}", {} if number % 2 else None)
        assert answer.status == (400 if number % 2 else 201)
    refused = registering(any_town, provider, "2001:db8::ffff")
    assert refused.status == 429
    assert 0 < int(dict(refused.headers)["Retry-After"]) <= 3600
    assert registering(any_town, provider, "2001:db8:0:1::1").status == 201
    clock.advance(3600)
    assert registering(any_town, provider, "2001:db8::1").status == 201


def test_a_client_that_is_switched_off_cannot_switch_itself_on(any_town: Town) -> None:
    told = registered(any_town)
    with any_town.store.begin() as uow:
        uow.clients.disable(told["client_id"], any_town.clock.now())
    path, token = told["registration_client_uri"].removeprefix(IDP), told["registration_access_token"]
    for method in ("GET", "PUT", "DELETE"):
        body = METADATA | {"client_id": told["client_id"]}
        assert sent(any_town, method, path, body, token).status == 401
    with any_town.store.read() as uow:
        client = uow.clients.by_id(told["client_id"])
    assert client is not None
    assert client.disabled


def test_no_secret_is_at_rest(any_town: Town) -> None:
    """R-09: neither of the client nor of whoever manages it."""
    told = registered(any_town)
    with any_town.store.read() as uow:
        client = uow.clients.by_id(told["client_id"])
    assert client is not None
    shown = repr(replace(client)) + str(client.secret_hash) + str(client.registration_token_hash)
    assert told["client_secret"] not in shown
    assert told["registration_access_token"] not in shown


def test_dcr_11_e07_a_client_that_goes_takes_everything_with_it(any_town: Town) -> None:
    """Tokens that were given, codes that were not redeemed, and logins that are under way."""
    told = registered(any_town)
    client = StandIn(any_town, told["client_id"], told["client_secret"])
    citizen, second = Visitor(any_town), Visitor(any_town, address="198.51.100.7")
    asked = client.asks()
    citizen.open(asked.url)
    citizen.two_steps(AYSE)
    tokens = client.tokens(citizen.approves(), asked)
    assert client.userinfo(tokens.access_token).status == 200
    second.open(client.asks().url)

    path = told["registration_client_uri"].removeprefix(IDP)
    assert sent(any_town, "DELETE", path, token=told["registration_access_token"]).status == 204
    assert client.userinfo(tokens.access_token).status == 401
    page = second.types_password(AYSE)
    assert 400 <= page.status < 500
    assert not went_back(page)
    assert Visitor(any_town).open(client.asks().url).status == 400
