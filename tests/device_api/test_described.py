"""What the device API really answers has the shape that its document tells."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from idp.app import create_app
from idp.testing.device import Device
from tests.asgi import Answer
from tests.device_api.phones import AccountPage, a_phone, another_number, asks, listing, post, the_one
from tests.openapi.samples import Json, faults
from tests.openapi.test_completeness import PRODUCTION
from tests.people import AYSE
from tests.town import Town, settings

PAIRINGS, PAIRING = "/device/v1/pairings", "/device/v1/pairings/{pairing_id}"
APPROVALS, DECISION = "/device/v1/approvals", "/device/v1/approvals/{approval_id}/decision"


@pytest.fixture(scope="module")
def document(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Json]:
    directory = tmp_path_factory.mktemp("document")
    app = create_app(settings(f"sqlite:///{directory / 'esik.sqlite3'}", directory))
    yield app.openapi()
    app.state.store.close()


@pytest.fixture
def phone(account: AccountPage) -> Device:
    return account.registers(a_phone(account.town))


def is_told(document: Json, path: str, method: str, answer: Answer, status: int) -> None:
    """Status, media type, body and the headers that the document names."""
    assert answer.status == status
    described = document["paths"][path][method]["responses"][str(status)]
    media_type = answer.headers["content-type"].partition(";")[0]
    assert faults(document, described["content"][media_type]["schema"], json.loads(answer.body)) == []
    for name, header in described.get("headers", {}).items():
        assert faults(document, header["schema"], answer.headers[name]) == []


def test_pairing(account: AccountPage, document: Json) -> None:
    town = account.town
    begun, code = account.begin()
    phone = a_phone(town)
    proof = phone.sign("esik-pairing+jwt", {"pairing_code": code, "jkt": phone.thumbprint}, names_key=False)
    body = {"pairing_code": code, "name": "Telefon", "public_key": phone.public_key, "proof": proof}
    assert faults(document, {"$ref": "#/components/schemas/PairingClaim"}, body) == []
    assert faults(document, {"$ref": "#/components/schemas/PairingClaim"}, body | {"x": 1}) != []
    assert faults(document, {"$ref": "#/components/schemas/PairingClaim"}, body | {"public_key": phone.key}) != []
    is_told(document, PAIRINGS, "post", post(town, PAIRINGS, b"{"), 422)
    is_told(document, PAIRINGS, "post", post(town, PAIRINGS, b"\xff"), 400)
    is_told(document, PAIRINGS, "post", post(town, PAIRINGS, b"x" * 20_000), 413)
    is_told(document, PAIRINGS, "post", post(town, PAIRINGS, body | {"proof": "x"}), 401)
    is_told(document, PAIRINGS, "post", post(town, PAIRINGS, body), 201)
    is_told(document, PAIRINGS, "post", post(town, PAIRINGS, body), 404)
    path = f"{PAIRINGS}/{begun.id}"
    signed = phone.sign("esik-device+jwt", {"htm": "GET", "htu": path, "jti": "1"}, names_key=False)
    headers = {"authorization": f"Device {signed}"}
    is_told(document, PAIRING, "get", town.call("GET", path, headers=headers), 200)
    account.confirm(phone.thumbprint)
    is_told(document, PAIRING, "get", town.call("GET", path, headers=headers), 200)
    is_told(document, PAIRING, "get", town.call("GET", path), 401)
    for _ in range(20):
        answer = post(town, PAIRINGS, body | {"proof": "x"})
    is_told(document, PAIRINGS, "post", answer, 429)


def test_approvals(account: AccountPage, phone: Device, document: Json) -> None:
    town = account.town
    headers = {"authorization": f"Device {listing(phone)}"}
    is_told(document, APPROVALS, "get", town.call("GET", APPROVALS, headers=headers), 200)
    browser = asks(town, AYSE)
    is_told(document, APPROVALS, "get", town.call("GET", APPROVALS, headers=headers), 200)
    is_told(document, APPROVALS, "get", town.call("GET", f"{APPROVALS}?wait=99", headers=headers), 422)
    is_told(document, APPROVALS, "get", town.call("GET", APPROVALS), 401)
    approval, number = the_one(phone).id, browser.number
    path = f"{APPROVALS}/{approval}/decision"
    for given, status in (("xx", 422), (another_number(number), 422), (number, 200), (number, 409)):
        claims = {"approval": approval, "verdict": "approved", "number": given}
        answer = post(town, path, {"decision": phone.sign("esik-approval+jwt", claims)})
        is_told(document, DECISION, "post", answer, status)
    is_told(document, DECISION, "post", post(town, path, {"decision": "x"}), 401)
    is_told(document, DECISION, "post", post(town, path, {}), 422)


def test_the_api_is_there_in_production_too(tmp_path: Path) -> None:
    app = create_app(settings(f"sqlite:///{tmp_path / 'esik.sqlite3'}", tmp_path, **PRODUCTION))
    assert {PAIRINGS, PAIRING, APPROVALS, DECISION} <= app.openapi()["paths"].keys()
    app.state.store.close()


def test_e05_a_wrong_method_is_a_problem_document(the_town: Town) -> None:
    for method, path in (("GET", PAIRINGS), ("POST", APPROVALS), ("DELETE", f"{PAIRINGS}/x"), ("GET", "/device/v1/x")):
        answer = the_town.call(method, path)
        assert answer.status in {404, 405}
        assert answer.headers["content-type"] == "application/problem+json"
