"""Reading, replacing and removing a registered client: RFC 7592."""

from dataclasses import replace
from typing import Any

import pytest

from idp.crypto.secrets import sha256_hex
from idp.domain.audit import Event
from idp.domain.client import ConsentPolicy, PkcePolicy
from idp.domain.level import Level
from idp.protocol.claims import SCOPES
from idp.protocol.messages import JsonAnswer
from tests.protocol.registering import CERTIFICATION, EVERYTHING, JSON, JWKS, MINIMAL, OURS, Registrant
from tests.protocol.world import MHRS, ORIGIN, body_of, headers_of


@pytest.fixture
def registrant() -> Registrant:
    made = Registrant()
    made.registers(EVERYTHING | {"token_endpoint_auth_method": "client_secret_basic"})
    return made


def sendable(told: dict[str, Any]) -> dict[str, Any]:
    """What was told, without what a PUT must leave out."""
    return {name: value for name, value in told.items() if name not in OURS}


def is_401(answer: JsonAnswer) -> bool:
    assert (answer.status, body_of(answer)["error"]) == (401, "invalid_token")
    assert headers_of(answer)["www-authenticate"].startswith('Bearer realm="register", error="invalid_token"')
    assert headers_of(answer)["cache-control"] == "no-store"
    return True


def test_dcr_10_reading_gives_the_same_metadata(registrant: Registrant) -> None:
    answer = registrant.reads()
    assert answer.status == 200
    assert headers_of(answer)["content-type"] == "application/json"
    secret = ("client_secret", "client_secret_expires_at")
    assert body_of(answer) == {name: value for name, value in registrant.told.items() if name not in secret}


def test_dcr_14_initiate_login_uri_is_echoed(registrant: Registrant) -> None:
    assert registrant.told["initiate_login_uri"] == body_of(registrant.reads())["initiate_login_uri"]


def test_dcr_12_what_was_told_sent_back_changes_nothing(registrant: Registrant) -> None:
    before = registrant.client
    told = registrant.replaces(sendable(registrant.told))
    assert registrant.client == before
    assert told == registrant.told


ALONE = sorted(
    EVERYTHING.keys()
    - {"redirect_uris", "jwks", "grant_types", "token_endpoint_auth_method", "token_endpoint_auth_signing_alg"}
)
"""Members that nothing else in there needs."""


@pytest.mark.parametrize("name", ALONE)
def test_dcr_12_al_33_what_is_left_out_is_gone(registrant: Registrant, name: str) -> None:
    with_it = name.removesuffix("alg") if name.endswith("encrypted_response_alg") else name
    told = registrant.replaces({one: value for one, value in EVERYTHING.items() if not one.startswith(with_it)})
    default = Registrant(registrant.world).registers(MINIMAL | {"redirect_uris": EVERYTHING["redirect_uris"]})
    expected = "A128CBC-HS256" if name.endswith("_enc") else default.get(name)
    if name == "scope":
        expected = " ".join(SCOPES)  # more than the default's: this one refreshes
    assert told.get(name) == expected


def test_dcr_12_the_whole_record_is_replaced(registrant: Registrant) -> None:
    told = registrant.replaces(MINIMAL)
    fresh = Registrant(registrant.world)
    fresh.registers(MINIMAL)
    assert told.keys() == fresh.told.keys() - {"client_secret", "client_secret_expires_at"}
    kept = {"client_id": "", "registration_token_hash": "", "secret_hash": "x", "sector_identifier": ""}
    assert replace(registrant.client, **kept) == replace(fresh.client, **kept)


def test_what_an_operator_decided_stays(registrant: Registrant) -> None:
    rows = registrant.world.uow.clients.rows
    rows[registrant.client_id] = replace(
        registrant.client,
        minimum_level=Level.TWO_STEP,
        consent=ConsentPolicy.ALWAYS,
        return_origins=("https://x.example",),
    )
    registrant.world.clock.advance(60)
    registrant.replaces(MINIMAL)
    kept = registrant.client
    assert (kept.minimum_level, kept.consent) == (Level.TWO_STEP, ConsentPolicy.ALWAYS)
    assert kept.return_origins == ("https://x.example",)
    assert kept.created_at == registrant.told["client_id_issued_at"]


def test_the_secret_stays_while_one_is_needed(registrant: Registrant) -> None:
    secret_hash = registrant.client.secret_hash
    posting = registrant.replaces(MINIMAL | {"token_endpoint_auth_method": "client_secret_post"})
    assert registrant.client.secret_hash == secret_hash
    assert "client_secret" not in posting

    public = registrant.replaces(MINIMAL | {"token_endpoint_auth_method": "none"})
    assert (registrant.client.secret_hash, registrant.client.pkce) == (None, PkcePolicy.REQUIRED)
    assert not public.keys() & {"client_secret", "client_secret_expires_at"}

    signing = registrant.replaces(MINIMAL | {"token_endpoint_auth_method": "private_key_jwt", "jwks": JWKS})
    assert "client_secret" not in signing

    again = registrant.replaces(MINIMAL)
    assert registrant.client.secret_hash == sha256_hex(again["client_secret"]) != secret_hash
    assert again["client_secret_expires_at"] == 0


def test_a_secret_that_was_sent_for_nothing_is_not_told(registrant: Registrant) -> None:
    told = registrant.replaces(
        MINIMAL | {"client_secret": registrant.told["client_secret"], "token_endpoint_auth_method": "none"}
    )
    assert "client_secret" not in told


@pytest.mark.parametrize("client_id", [None, "mhrs", "", 7, []])
def test_a_put_names_its_own_client(registrant: Registrant, client_id: Any) -> None:
    answer = registrant.puts({**MINIMAL, "client_id": client_id})
    assert (answer.status, body_of(answer)["error"]) == (400, "invalid_client_metadata")
    assert body_of(answer)["error_description"].startswith("client_id: ")


@pytest.mark.parametrize("secret", ["wrong", "", 7, ["x"], "ş"])
def test_a_put_may_name_the_present_secret_and_no_other(registrant: Registrant, secret: Any) -> None:
    answer = registrant.puts({**MINIMAL, "client_id": registrant.client_id, "client_secret": secret})
    assert (answer.status, body_of(answer)["error"]) == (400, "invalid_client_metadata")
    assert registrant.client.secret_hash == sha256_hex(registrant.told["client_secret"])


@pytest.mark.parametrize("name", OURS)
def test_a_put_says_nothing_that_is_ours_to_say(registrant: Registrant, name: str) -> None:
    answer = registrant.puts({**MINIMAL, "client_id": registrant.client_id, name: registrant.told[name]})
    assert answer.status == 400
    assert body_of(answer)["error_description"] == f"{name}: Is set here and must be left out."


@pytest.mark.parametrize(
    "bad", [{"redirect_uris": []}, {"id_token_signed_response_alg": "none"}, {"jwks": {"keys": []}}]
)
def test_a_refused_put_changes_nothing(registrant: Registrant, bad: dict[str, Any]) -> None:
    before = registrant.client
    assert registrant.puts({**MINIMAL, "client_id": registrant.client_id, **bad}).status == 400
    assert registrant.client == before


def test_dcr_11_removing_it(registrant: Registrant) -> None:
    answer = registrant.deletes()
    assert (answer.status, answer.body) == (204, b"")
    assert headers_of(answer) == {"cache-control": "no-store", "pragma": "no-cache"}
    assert registrant.client_id not in registrant.world.uow.clients.rows
    assert is_401(registrant.reads())
    assert is_401(registrant.puts(MINIMAL))
    assert is_401(registrant.deletes())


def test_dcr_12_a_wrong_token_and_an_unknown_client_look_alike(registrant: Registrant) -> None:
    wrong = registrant.reads("x" * 43)
    registrant.told = {**registrant.told, "client_id": "client-unknown"}
    unknown = registrant.reads()
    assert is_401(wrong)
    assert wrong == unknown


@pytest.mark.parametrize("token", ["ş", "x" * 10_000, "a b", "\0"])
def test_strange_tokens(registrant: Registrant, token: str) -> None:
    assert is_401(registrant.reads(token))


def test_dcr_12_without_a_token_the_challenge_is_bare(registrant: Registrant) -> None:
    uow, provider = registrant.world.uow, registrant.world.provider
    for answer in (
        provider.read_client(uow, registrant.client_id, JSON, ORIGIN),
        provider.replace_client(uow, registrant.client_id, JSON, b"{}", ORIGIN),
        provider.remove_client(uow, registrant.client_id, JSON, ORIGIN),
    ):
        assert (answer.status, body_of(answer)) == (401, {})
        assert headers_of(answer)["www-authenticate"] == 'Bearer realm="register"'


def test_the_token_of_one_client_is_no_other_ones(registrant: Registrant) -> None:
    other = Registrant(registrant.world)
    other.registers()
    assert is_401(registrant.reads(other.told["registration_access_token"]))


def test_clients_of_the_operator_are_not_managed_here(registrant: Registrant) -> None:
    registrant.told = {"client_id": MHRS.client_id, "registration_access_token": ""}
    assert is_401(registrant.reads("x"))
    assert is_401(registrant.deletes("-" * 64))


def test_a_client_that_was_switched_off_manages_nothing(registrant: Registrant) -> None:
    registrant.world.uow.clients.rows[registrant.client_id] = replace(registrant.client, disabled=True)
    assert is_401(registrant.reads())
    assert is_401(registrant.puts({**CERTIFICATION, "client_id": registrant.client_id}))
    assert is_401(registrant.deletes())


def test_a_put_with_another_type_of_body(registrant: Registrant) -> None:
    headers = {**registrant.headers(), "content-type": "text/plain"}
    answer = registrant.world.provider.replace_client(
        registrant.world.uow, registrant.client_id, headers, b"{}", ORIGIN
    )
    assert answer.status == 415


def test_what_is_written_down(registrant: Registrant) -> None:
    registrant.replaces(MINIMAL)
    registrant.reads("wrong")
    registrant.deletes()
    registrant.deletes()
    assert registrant.world.events()[1:] == [
        (Event.CLIENT_UPDATED, None),
        (Event.REGISTRATION_REFUSED, "management_token"),
        (Event.CLIENT_REMOVED, None),
        (Event.REGISTRATION_REFUSED, "management_token"),
    ]
    rows = registrant.world.uow.audit.rows
    assert [row.client_id for row in rows[1:]] == [registrant.client_id] * 3 + [None]
