"""Registering: RFC 7591 §3, OpenID Connect Registration §3."""

import json
from typing import Any

import pytest

from idp.crypto.secrets import sha256_hex
from idp.domain.audit import Event
from idp.domain.client import Client, ClientAuthMethod, ConsentPolicy, PkcePolicy
from idp.domain.level import Level
from idp.policy.subject import subject_identifier
from idp.protocol.claims import SCOPES
from idp.protocol.issuer import Registration
from idp.protocol.registration.document import document
from tests.protocol.memory import InitialAccessTokens
from tests.protocol.registering import CERTIFICATION, EVERYTHING, JSON, JWKS, MINIMAL, Registrant, open_world
from tests.protocol.world import ISSUER, World, body_of, headers_of

TOKEN = "t" * 43


@pytest.fixture
def registrant() -> Registrant:
    return Registrant()


def with_tokens(uses: int = 1) -> Registrant:
    world = open_world(registration=Registration.TOKEN)
    world.uow.initial_access_tokens.uses[sha256_hex(TOKEN)] = uses
    return Registrant(world)


def presenting(token: str = TOKEN) -> dict[str, str]:
    return {**JSON, "authorization": f"Bearer {token}"}


def test_dcr_01_everything_comes_back_as_stored_with_defaults_filled_in(registrant: Registrant) -> None:
    answer = registrant.posts(MINIMAL)
    told = body_of(answer)
    assert answer.status == 201
    assert headers_of(answer)["content-type"] == "application/json"
    assert headers_of(answer)["cache-control"] == "no-store"
    assert "error" not in told
    assert told["client_id_issued_at"] == registrant.world.clock.now()
    assert document(registrant.world.uow.clients.rows[told["client_id"]]).items() <= told.items()
    assert {
        "application_type": "web",
        "grant_types": ["authorization_code"],
        "response_types": ["code"],
        "response_modes": ["query", "fragment", "form_post"],
        "token_endpoint_auth_method": "client_secret_basic",
        "id_token_signed_response_alg": "RS256",
        "subject_type": "pairwise",
        "require_auth_time": False,
        "backchannel_logout_session_required": False,
        "frontchannel_logout_session_required": False,
        "client_name": "rp.example",
    }.items() <= told.items()


@pytest.mark.parametrize("method", ["client_secret_basic", "client_secret_post"])
def test_dcr_02_a_secret_comes_with_its_expiry(registrant: Registrant, method: str) -> None:
    told = registrant.registers(token_endpoint_auth_method=method)
    assert told["client_secret_expires_at"] == 0
    assert registrant.client.secret_hash == sha256_hex(told["client_secret"])
    assert told["client_secret"] not in repr(registrant.world.uow.clients.rows)


@pytest.mark.parametrize(("method", "more"), [("none", {}), ("private_key_jwt", {"jwks": JWKS})])
def test_dcr_02_al_32_no_secret_for_who_needs_none(registrant: Registrant, method: str, more: dict[str, Any]) -> None:
    told = registrant.registers(token_endpoint_auth_method=method, **more)
    assert not told.keys() & {"client_secret", "client_secret_expires_at"}
    assert registrant.client.secret_hash is None


def test_dcr_03_management_comes_with_it_and_only_its_digest_is_kept(registrant: Registrant) -> None:
    told = registrant.registers()
    assert told["registration_client_uri"] == f"{ISSUER}/register/{told['client_id']}"
    assert registrant.client.registration_token_hash == sha256_hex(told["registration_access_token"])


def test_dcr_04_al_09_the_minimal_request_of_certification(registrant: Registrant) -> None:
    told = registrant.registers(CERTIFICATION)
    assert told["scope"].split(" ") == [scope for scope in SCOPES if scope != "offline_access"]
    assert told.items() >= {name: value for name, value in CERTIFICATION.items() if name != "jwks"}.items()
    refreshing = registrant.registers(CERTIFICATION, grant_types=["authorization_code", "refresh_token"])
    assert refreshing["scope"].split(" ") == list(SCOPES)


@pytest.mark.parametrize("host", ["localhost", "localhost.emobix.co.uk:8443", "10.0.0.7:1", "[2001:db8::1]:9000"])
def test_dcr_04_https_with_any_host_and_port(registrant: Registrant, host: str) -> None:
    registrant.registers(redirect_uris=[f"https://{host}/test/a/esik/callback"])


def test_dcr_08_al_31_everything_is_stored_and_returned(registrant: Registrant) -> None:
    told = registrant.registers(EVERYTHING)
    assert EVERYTHING.items() <= told.items()
    assert told["userinfo_encrypted_response_enc"] == "A128CBC-HS256"
    assert document(registrant.client).items() <= told.items()


def test_set_01_what_nobody_vouches_for(registrant: Registrant) -> None:
    """PKCE is optional for a confidential client, since no metadata can ask for it; the rest is not negotiable."""
    registrant.registers()
    assert registrant.client.pkce is PkcePolicy.OPTIONAL
    assert (registrant.client.consent, registrant.client.minimum_level) == (ConsentPolicy.ASK, Level.PASSWORD)
    registrant.registers(token_endpoint_auth_method="none")
    assert registrant.client.pkce is PkcePolicy.REQUIRED
    assert registrant.client.auth_method is ClientAuthMethod.NONE


def test_r_17_nobody_chooses_an_id(registrant: Registrant) -> None:
    first, second = (registrant.registers(client_id="citizen-1", client_secret="mine") for _ in range(2))
    assert first["client_id"] != second["client_id"]
    assert first["client_id"].startswith("client-")
    assert len(first["client_id"]) > len(subject_identifier(registrant.client, "citizen-1", b"salt"))
    assert first["client_secret"] != "mine"


def test_r_74_e01_unknown_members_are_left_out(registrant: Registrant) -> None:
    sent = {"minimum_level": 3, "consent": "never", "pkce": "optional", "home_uri": "x", "disabled": False, "x": {}}
    told = registrant.registers(token_endpoint_auth_method="none", **sent)
    assert not told.keys() & sent.keys()
    assert (registrant.client.consent, registrant.client.pkce) == (ConsentPolicy.ASK, PkcePolicy.REQUIRED)


def test_null_counts_as_left_out(registrant: Registrant) -> None:
    told = registrant.registers(MINIMAL | dict.fromkeys(EVERYTHING.keys() - MINIMAL.keys()))
    assert told.keys() == registrant.registers(MINIMAL).keys()


def test_where_registration_is_off_nobody_registers() -> None:
    """SET-11"""
    for world in (World(), open_world(registration=Registration.OFF)):
        answer = Registrant(world).posts(MINIMAL, presenting())
        assert (answer.status, body_of(answer)["error"]) == (403, "access_denied")
        assert "registration_endpoint" not in json.loads(world.provider.discovery().body)


@pytest.mark.parametrize("registration", [Registration.OPEN, Registration.TOKEN])
def test_disc_09_the_endpoint_is_published_where_it_is(registration: Registration) -> None:
    published = json.loads(open_world(registration=registration).provider.discovery().body)
    assert published["registration_endpoint"] == f"{ISSUER}/register"


def test_set_11_an_initial_access_token_is_good_for_its_uses() -> None:
    registrant = with_tokens(uses=2)
    for _ in range(2):
        assert registrant.posts(MINIMAL, presenting()).status == 201
    assert registrant.posts(MINIMAL, presenting()).status == 401


def test_a_refused_registration_costs_no_use() -> None:
    registrant = with_tokens()
    assert registrant.posts({"redirect_uris": ["javascript:alert(1)"]}, presenting()).status == 400
    assert registrant.posts(MINIMAL, presenting()).status == 201


def test_the_last_use_may_be_gone_by_the_time_it_counts() -> None:
    class TakenMeanwhile(InitialAccessTokens):
        def use(self, token_hash: str, now: int) -> bool:
            return False

    registrant = with_tokens()
    registrant.world.uow.initial_access_tokens = TakenMeanwhile(registrant.world.uow.initial_access_tokens.uses)
    assert registrant.posts(MINIMAL, presenting()).status == 401
    assert not any(client.registration_token_hash for client in registrant.world.uow.clients.rows.values())


def test_dcr_12_a_wrong_initial_access_token() -> None:
    answer = with_tokens().posts(MINIMAL, presenting("x"))
    assert (answer.status, body_of(answer)["error"]) == (401, "invalid_token")
    assert headers_of(answer)["www-authenticate"].startswith('Bearer realm="register", error="invalid_token"')


@pytest.mark.parametrize("authorization", ["", "Bearer", "Bearer  ", "Basic dDp0", TOKEN])
def test_dcr_12_without_a_token_the_challenge_is_bare(authorization: str) -> None:
    """No `invalid_token`: who shows no token should be told no error code (RFC 6750 §3.1), whatever else was wrong."""
    answer = with_tokens().posts(MINIMAL, {**JSON, "authorization": authorization})
    assert (answer.status, body_of(answer)) == (401, {})
    assert headers_of(answer)["www-authenticate"] == 'Bearer realm="register"'


def test_the_token_is_judged_before_the_metadata() -> None:
    assert with_tokens().posts(b"nonsense", presenting("x")).status == 401


def test_open_registration_is_counted_before_it_is_judged() -> None:
    registrant = Registrant()
    registrant.world.uow.throttles.most = 1
    assert registrant.posts({}).status == 400
    answer = registrant.posts(MINIMAL)
    assert (answer.status, body_of(answer)["error"]) == (429, "temporarily_unavailable")
    assert headers_of(answer)["retry-after"] == "60"
    limits = [count.limit.scope for count in registrant.world.uow.throttles.counted[0]]
    assert limits == ["registration.address", "registration.service"]


def test_set_06_no_stranger_is_counted_in_a_sandbox() -> None:
    sandbox = Registrant(open_world(registration_quotas=False))
    sandbox.registers()
    assert sandbox.world.uow.throttles.counted == []


def test_e05_r_78_an_initial_access_token_is_tried_so_often() -> None:
    """Good or bad, before it is judged: a refused one uses it up in no other way, and may have something fetched."""
    guarded = with_tokens()
    statuses = [guarded.posts({}, presenting()).status for _ in range(41)]
    assert statuses == [400] * 40 + [429]
    assert {count.limit.scope for (count,) in guarded.world.uow.throttles.counted} == {"registration.token"}


def test_e05_r_78_changes_are_counted_by_client_and_address() -> None:
    registrant = Registrant()
    registrant.registers()
    registrant.world.uow.throttles.counted.clear()
    statuses = [registrant.puts({"client_id": "another"}).status for _ in range(21)]
    assert statuses == [400] * 20 + [429]
    limits = [count.limit.scope for count in registrant.world.uow.throttles.counted[0]]
    assert limits == ["registration.client", "registration.address"]
    assert registrant.puts(MINIMAL, token="x" * 43).status == 401, "whose token is wrong counts for nobody"
    assert registrant.reads().status == 200


def test_what_is_written_down(registrant: Registrant) -> None:
    registrant.registers()
    registrant.is_refused(redirect_uris=[])
    assert registrant.world.events() == [
        (Event.CLIENT_REGISTERED, None),
        (Event.REGISTRATION_REFUSED, "redirect_uris_missing"),
    ]
    made = registrant.world.uow.audit.rows[0]
    assert (made.client_id, made.ok) == (registrant.client_id, True)


@pytest.mark.parametrize("content_type", ["", "text/json", "application/x-www-form-urlencoded", "application/jsonx"])
def test_another_type_of_body(registrant: Registrant, content_type: str) -> None:
    answer = registrant.posts(MINIMAL, {"content-type": content_type})
    assert (answer.status, body_of(answer)["error"]) == (415, "invalid_client_metadata")


def test_json_by_any_spelling(registrant: Registrant) -> None:
    assert registrant.posts(MINIMAL, {"content-type": "Application/JSON; charset=utf-8"}).status == 201


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"null",
        b'"x"',
        b"{",
        b"\xff{}",
        b"\xef\xbb\xbf{}",
        b'{"redirect_uris": ["https://a.example/"], "redirect_uris": ["https://b.example/"]}',
        b'{"jwks": {"keys": [], "keys": []}}',
        b'{"default_max_age": NaN}',
        b'{"x": 1e999}',
        b'{"x": ' + b"9" * 5000 + b"}",
        b'{"x": ' + b"[" * 9 + b"]" * 9 + b"}",
        b'{"x": ' + b"[" * 30000 + b"]" * 30000 + b"}",
    ],
)
def test_what_is_not_one_strict_json_object(registrant: Registrant, body: bytes) -> None:
    answer = registrant.posts(body)
    assert answer.status == 400
    assert body_of(answer) == {
        "error": "invalid_client_metadata",
        "error_description": "The body must be one JSON object, no member twice.",
    }


def test_a_client_fits_the_record(registrant: Registrant) -> None:
    registrant.registers(EVERYTHING)
    assert isinstance(registrant.client, Client)
    assert registrant.client.home_uri == "https://rp.example/"
    assert registrant.client.metadata.localized == {
        "client_name#tr": "Sınama",
        "policy_uri#en": "https://rp.example/en/privacy",
    }
