"""A client that changes who it is (RFC 7592 §2.2) keeps nothing that citizens gave to who it was, on each database."""

import json
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from idp.domain.client import PkcePolicy
from idp.store.store import Store
from tests.asgi import Answer
from tests.people import AYSE, Visitor
from tests.protocol.registering import Registrant
from tests.stand_in import CALLBACK
from tests.town import IDP, Town
from tests.web.self_registered import SelfRegistered

OWN: dict[str, Any] = {
    "client_name": "Yürüyüş",
    "redirect_uris": [CALLBACK],
    "grant_types": ["authorization_code", "refresh_token"],
    "scope": "openid profile offline_access",
}
ELSEWHERE = "https://victim.example/anything"


def registered(town: Town, citizen: Visitor) -> SelfRegistered:
    """With a citizen logged in, who gave it everything it asked for."""
    client = SelfRegistered.with_metadata(town, citizen, **OWN)
    citizen.open(f"/authorize?{urlencode(client.parameters())}")
    citizen.two_steps(AYSE)
    citizen.approves()
    return client


def tokens_of(client: SelfRegistered) -> dict[str, Any]:
    return client.logs_in(scope=OWN["scope"], prompt="consent")


def puts(client: SelfRegistered, **changed: Any) -> Answer:
    body = OWN | {"client_id": client.client_id, "jwks": client.told["jwks"]} | changed
    headers = (
        ("content-type", "application/json"),
        ("authorization", f"Bearer {client.told['registration_access_token']}"),
    )
    path = f"{IDP}/register/{client.client_id}"
    return client.town.loop.call(client.town.idp, "PUT", path, headers, json.dumps(body).encode())


def refreshed(client: SelfRegistered, tokens: dict[str, Any]) -> Answer:
    return client.posts("/token", {"grant_type": "refresh_token", "refresh_token": tokens["refresh_token"]})


@pytest.mark.parametrize(
    "changed",
    [
        {"redirect_uris": [ELSEWHERE]},
        {"redirect_uris": [CALLBACK, ELSEWHERE], "subject_type": "public"},
        {"subject_type": "public"},
        {"client_name": "Nüfus"},
        {"client_name#en": "Registry"},
    ],
)
def test_r_74_r_16_who_is_somebody_else_keeps_nothing(any_town: Town, changed: dict[str, Any]) -> None:
    """Core §8.1, §12.2: else a client would be told the `sub` that another host knows a citizen by, by what it was
    granted at its own; and would use a consent to another name or place."""
    citizen = Visitor(any_town)
    client = registered(any_town, citizen)
    tokens = tokens_of(client)
    assert client.userinfo(tokens["access_token"]).status == 200

    assert puts(client, **changed).status == 200
    assert client.userinfo(tokens["access_token"]).status == 401
    answer = refreshed(client, tokens)
    assert (answer.status, json.loads(answer.body)["error"]) == (400, "invalid_grant")
    uri = (changed.get("redirect_uris") or [CALLBACK])[0]
    page = citizen.open(f"/authorize?{urlencode(client.parameters(redirect_uri=uri))}")
    assert page.by_testid("page-consent") is not None


def test_r_16_who_stays_the_same_keeps_what_it_has(any_town: Town) -> None:
    citizen = Visitor(any_town)
    client = registered(any_town, citizen)
    tokens = tokens_of(client)
    assert puts(client, redirect_uris=[CALLBACK, f"{CALLBACK}/second"], tos_uri=CALLBACK).status == 200
    assert client.userinfo(tokens["access_token"]).status == 200
    assert refreshed(client, tokens).status == 200
    assert citizen.open(f"/authorize?{urlencode(client.parameters())}").url.startswith(CALLBACK)


def test_r_16_nobody_else_loses_anything(any_town: Town) -> None:
    citizen = Visitor(any_town)
    client, other = registered(any_town, citizen), SelfRegistered.with_metadata(any_town, citizen, **OWN)
    tokens = tokens_of(other)
    assert puts(client, client_name="Başka").status == 200
    assert other.userinfo(tokens["access_token"]).status == 200


def test_r_74_what_an_operator_decided_is_not_taken_back(any_town: Town) -> None:
    client = SelfRegistered.with_metadata(any_town, Visitor(any_town), **OWN)
    with any_town.store.begin() as uow:
        present = uow.clients.by_id(client.client_id)
        assert present is not None
        uow.clients.put(replace(present, pkce=PkcePolicy.REQUIRED, resources=("https://api.example/",)))
    assert puts(client).status == 200
    with any_town.store.read() as uow:
        kept = uow.clients.by_id(client.client_id)
    assert kept is not None
    assert (kept.pkce, kept.resources) == (PkcePolicy.REQUIRED, ("https://api.example/",))


def test_e05_r_78_changes_are_counted_even_in_a_sandbox(any_town: Town) -> None:
    """Good and bad ones: each may have something fetched, and kept. Each client has its own count."""
    client, other = (SelfRegistered.with_metadata(any_town, Visitor(any_town), **OWN) for _ in range(2))
    for number in range(20):
        bad = {"sector_identifier_uri": f"https://site.example/{number}"}
        assert puts(client, **(bad if number % 2 else {})).status == (400 if number % 2 else 200)
    refused = puts(client)
    assert (refused.status, json.loads(refused.body)["error"]) == (429, "temporarily_unavailable")
    assert 0 < int(refused.headers["retry-after"]) <= 3600
    assert puts(other).status == 200


@pytest.fixture
def its_store(postgresql_store: Store) -> Store:
    return postgresql_store


@pytest.fixture
def registrant(its_store: Store) -> Registrant:
    """A client in a real database, as it was read before an operator came."""
    made = Registrant()
    made.registers()
    with its_store.begin() as uow:
        uow.clients.add(made.client)
    return made


def test_e07_a_put_does_not_switch_a_client_on_again(its_store: Store, registrant: Registrant) -> None:
    """`esik client disable`, committed between what a PUT reads and what it writes."""
    with its_store.begin() as put:
        former = put.clients.by_id(registrant.client_id)
        assert former is not None
        with its_store.begin() as operator:
            assert operator.clients.disable(registrant.client_id, former.created_at + 1)
        assert not put.clients.replace(replace(former, name="new"))
    with its_store.read() as uow:
        assert uow.clients.by_id(registrant.client_id) == replace(former, disabled=True)


def test_e07_who_changes_a_client_holds_it(its_store: Store, registrant: Registrant) -> None:
    """Neither an operator, nor another PUT, nor a grant comes between what is read and what is written."""
    with its_store.begin() as put, its_store.engine.connect() as another:
        assert put.clients.hold(registrant.client_id) == registrant.client
        granting = text("SELECT 1 FROM clients WHERE client_id = :one FOR KEY SHARE NOWAIT")
        with pytest.raises(DBAPIError, match="could not obtain lock"):
            another.execute(granting, {"one": registrant.client_id})


def test_e07_who_is_granted_something_is_not_changed_meanwhile(its_store: Store, registrant: Registrant) -> None:
    """A PUT would end what it can see, and not the grant of a login that ends in this moment."""
    with its_store.begin() as login, its_store.engine.connect() as another:
        assert login.clients.share(registrant.client_id) == registrant.client
        changing = text("SELECT 1 FROM clients WHERE client_id = :one FOR UPDATE NOWAIT")
        with pytest.raises(DBAPIError, match="could not obtain lock"):
            another.execute(changing, {"one": registrant.client_id})
        assert login.clients.share("unknown") is None
