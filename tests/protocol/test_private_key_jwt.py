"""`private_key_jwt`: RFC 7521 §4.2, RFC 7523 §3, OpenID Connect Core §9 (TOKEN-04, TOKEN-05, TOKEN-17, AL-24, D07)."""

import time
import tracemalloc
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idp.domain.audit import Event
from idp.domain.client import Client, ClientAuthMethod
from idp.domain.client_metadata import ClientMetadata
from idp.protocol import discovery
from idp.protocol.client_auth import private_key_jwt
from idp.protocol.documents import DocumentNeeded
from idp.protocol.messages import JsonAnswer
from tests.protocol.client_jwts import KINDS, forged, jwks, public, signed
from tests.protocol.world import CALLBACK, FORM, ISSUER, MHRS, SECRET, VERIFIER, World, basic, body_of, error_of, key

URI = "https://rp.example/jwks"
KEYS = jwks(public("P-256", kid="ec"), public("RSA", kid="rsa"), public("Ed25519", kid="ed"))
SIGNING = replace(
    MHRS,
    client_id="signing",
    auth_method=ClientAuthMethod.PRIVATE_KEY_JWT,
    secret_hash=None,
    metadata=ClientMetadata(jwks=KEYS),
)
REMOTE = replace(SIGNING, client_id="remote", metadata=ClientMetadata(jwks_uri=URI))


@pytest.fixture
def world(world: World) -> World:
    for client in (SIGNING, REMOTE):
        world.uow.clients.add(client)
    return world


def claims(world: World, client: Client = SIGNING, **changed: Any) -> dict[str, Any]:
    """An ordinary assertion's. A claim given as None is left out."""
    now = world.clock.now()
    own = {"iss": client.client_id, "sub": client.client_id, "aud": f"{ISSUER}/token", "jti": "j-1"}
    return {name: value for name, value in (own | {"iat": now, "exp": now + 60} | changed).items() if value is not None}


def redeem(world: World, assertion: str, *, client: Client = SIGNING, **form: str) -> JsonAnswer:
    own = {
        "grant_type": "authorization_code",
        "code": world.code(client),
        "redirect_uri": CALLBACK,
        "code_verifier": VERIFIER,
        "client_assertion_type": private_key_jwt.ASSERTION_TYPE,
        "client_assertion": assertion,
    }
    return world.post(own | form, headers=FORM)


def refused(answer: JsonAnswer) -> bool:
    """The one answer to every failed authentication (R-09)."""
    assert answer.status == 401
    assert answer.body == b'{"error":"invalid_client","error_description":"Client authentication failed."}'
    return True


@pytest.mark.parametrize("alg", sorted(KINDS))
def test_token_04_each_algorithm_works(world: World, alg: str) -> None:
    """Those that are published, and the method under its own name (AL-23, AL-24)."""
    answer = redeem(world, signed(claims(world), alg=alg))
    assert answer.status == 200, answer.body
    assert body_of(answer)["access_token"]


@pytest.mark.parametrize("named", ["EdDSA", "Ed25519"])
@pytest.mark.parametrize("called", ["EdDSA", "Ed25519"])
def test_token_04_either_name_of_ed25519(world: World, named: str, called: str) -> None:
    """RFC 9864 §2.2 renames what is registered and published as EdDSA; libraries use both, in headers and in keys."""
    client = replace(
        SIGNING,
        metadata=ClientMetadata(
            jwks=jwks(public("Ed25519", kid="ed", alg=named)), token_endpoint_auth_signing_alg="EdDSA"
        ),
    )
    world.uow.clients.rows[client.client_id] = client
    assert redeem(world, signed(claims(world), alg=called, kid="ed")).status == 200


@pytest.mark.parametrize(
    "aud",
    [
        ISSUER,
        f"{ISSUER}/token",
        f"{ISSUER}/introspect",
        f"{ISSUER}/revoke",
        [ISSUER],
        ["https://other.example", f"{ISSUER}/token"],
    ],
)
def test_token_04_audiences(world: World, aud: object) -> None:
    assert redeem(world, signed(claims(world, aud=aud))).status == 200


@pytest.mark.parametrize(
    "aud",
    [
        None,
        "",
        f"{ISSUER}/",
        f"{ISSUER}/authorize",
        "https://other.example/token",
        f"{ISSUER}/token?x",
        [],
        [["x"]],
        [ISSUER, 7],
        {ISSUER: 1},
        7,
    ],
)
def test_token_05_d07_al_24_another_audience(world: World, aud: object) -> None:
    assert refused(redeem(world, signed(claims(world, aud=aud))))


def test_every_endpoint_that_clients_authenticate_at_is_an_audience() -> None:
    names = {"token_endpoint", "introspection_endpoint", "revocation_endpoint"}
    assert {path for name, path in discovery.PATHS.items() if name in names} <= set(private_key_jwt.ENDPOINTS)


@pytest.mark.parametrize(
    "header", [{"typ": None}, {"typ": "client-authentication+jwt"}, {"kid": "ec"}, {"x5t": "AAAA"}]
)
def test_headers_that_are_fine(world: World, header: dict[str, Any]) -> None:
    assert redeem(world, signed(claims(world), **header)).status == 200


@pytest.mark.parametrize(
    "changed",
    [
        {"iss": None},
        {"iss": "other"},
        {"sub": None},
        {"sub": "remote"},
        {"sub": ["signing"]},
        {"sub": "unknown", "iss": "unknown"},
        {"sub": "mhrs", "iss": "mhrs"},
        {"sub": "public", "iss": "public"},
        {"sub": "\ud800", "iss": "\ud800"},
        {"jti": None},
        {"jti": ""},
        {"jti": 7},
        {"jti": "\ud800"},
        {"jti": "j" * 1025},
        {"exp": None},
        {"exp": "soon"},
        {"exp": True},
        {"exp": 10**400},
        {"iat": "now"},
        {"nbf": []},
    ],
    ids=str,
)
def test_d07_al_24_claims_that_are_wrong(world: World, changed: dict[str, Any]) -> None:
    assert refused(redeem(world, signed(claims(world, **changed))))
    assert world.events()[-1] == (Event.CLIENT_REFUSED, "client_not_authenticated")


@pytest.mark.parametrize(
    ("changed", "accepted"),
    [
        ({"exp": 1}, True),
        ({"exp": 1.5}, True),
        ({"exp": 0}, False),
        ({"exp": -1}, False),
        ({"exp": 3600}, True),
        ({"exp": 3601}, False),
        ({"iat": 10}, True),
        ({"iat": 30}, True),
        ({"iat": 61}, False),
        ({"nbf": 8}, True),
        ({"nbf": 61}, False),
        ({"iat": -100_000}, True),
    ],
    ids=str,
)
def test_set_05_al_24_the_times_of_an_assertion(world: World, changed: dict[str, Any], accepted: bool) -> None:
    """Seconds from now. A little ahead of our clock is accepted, more than 60 is not; no end is far away."""
    now = world.clock.now()
    answer = redeem(world, signed(claims(world, **{name: now + value for name, value in changed.items()})))
    assert answer.status == 200 if accepted else refused(answer)


def test_token_05_d07_a_jti_is_good_once(world: World) -> None:
    """R-09."""
    assertion = signed(claims(world))
    assert redeem(world, assertion).status == 200
    assert refused(redeem(world, assertion))
    assert refused(redeem(world, signed(claims(world, exp=world.clock.now() + 90))))
    assert redeem(world, signed(claims(world, jti="j-2"))).status == 200


def test_a_jti_is_the_clients_own(world: World) -> None:
    other = replace(SIGNING, client_id="other")
    world.uow.clients.add(other)
    for client in (SIGNING, other):
        assert redeem(world, signed(claims(world, client)), client=client).status == 200


def test_nobody_uses_up_the_jti_of_another(world: World) -> None:
    """Only a proved signature spends it."""
    assert refused(redeem(world, signed(claims(world), number=1)))
    assert not world.uow.spent.rows
    assert redeem(world, signed(claims(world))).status == 200
    ((name, expires_at),) = world.uow.spent.rows.items()
    assert (name.split(":")[0], expires_at) == ("assertion", world.clock.now() + 60)


def test_d07_the_assertion_of_another_client(world: World) -> None:
    """Its `client_id` in the form must be the one that signed (AL-24)."""
    assert refused(redeem(world, signed(claims(world)), client_id="remote"))
    assert redeem(world, signed(claims(world)), client_id="signing").status == 200


def test_token_05_two_methods_at_once(world: World) -> None:
    answer = redeem(world, signed(claims(world)), client_secret=SECRET)
    assert (answer.status, error_of(answer)) == (400, "invalid_request")
    form = {"client_assertion": signed(claims(world)), "client_assertion_type": private_key_jwt.ASSERTION_TYPE}
    halves: tuple[dict[str, Any], ...] = (form, {"client_assertion": "x"}, {"client_assertion_type": "x"})
    for half in halves:
        answer = world.token(world.code(), **half)
        assert (answer.status, error_of(answer)) == (400, "invalid_request")


def test_token_05_only_the_registered_method(world: World) -> None:
    for client in (SIGNING, REMOTE):
        answer = world.post(
            {"grant_type": "authorization_code", "code": "x"},
            headers=FORM | {"authorization": basic(client.client_id, SECRET)},
        )
        assert refused(answer)
    world.uow.clients.put(replace(MHRS, metadata=ClientMetadata(jwks=KEYS)))
    assert refused(redeem(world, signed(claims(world, MHRS)), client=MHRS))
    assert refused(world.post({"grant_type": "authorization_code", "code": "x", "client_id": "signing"}, headers=FORM))


@pytest.mark.parametrize("kind", ["", "urn:ietf:params:oauth:client-assertion-type:saml2-bearer", "jwt-bearer"])
def test_the_assertion_type_is_exact(world: World, kind: str) -> None:
    assert refused(redeem(world, signed(claims(world)), client_assertion_type=kind))
    assert refused(redeem(world, "", client_assertion_type=private_key_jwt.ASSERTION_TYPE))


def test_dcr_08_only_the_registered_algorithm(world: World) -> None:
    metadata = ClientMetadata(jwks=KEYS, token_endpoint_auth_signing_alg="PS256")
    world.uow.clients.put(replace(SIGNING, metadata=metadata))
    assert refused(redeem(world, signed(claims(world), alg="RS256")))
    assert refused(redeem(world, signed(claims(world))))
    assert redeem(world, signed(claims(world), alg="PS256")).status == 200


def test_a_disabled_client_is_nobody(world: World) -> None:
    assertion = signed(claims(world))
    code = world.code(SIGNING)
    world.uow.clients.put(replace(SIGNING, disabled=True))
    form = {"client_assertion": assertion, "client_assertion_type": private_key_jwt.ASSERTION_TYPE}
    assert refused(world.post({"grant_type": "authorization_code", "code": code} | form, headers=FORM))


def test_token_17_a_new_key_behind_jwks_uri(world: World) -> None:
    """The verb asks for the document, and runs again when somebody has fetched it; nothing was changed before."""
    with pytest.raises(DocumentNeeded) as needed:
        redeem(world, signed(claims(world, REMOTE), kid="a"), client=REMOTE)
    assert needed.value.uri == URI
    world.uow.documents.publish(URI, jwks(public("P-256", kid="a")), world.clock.now())
    assert redeem(world, signed(claims(world, REMOTE), kid="a"), client=REMOTE).status == 200

    world.clock.advance(61)
    rotated = signed(claims(world, REMOTE, jti="j-2"), number=1, kid="b")
    with pytest.raises(DocumentNeeded):
        redeem(world, rotated, client=REMOTE)
    world.uow.documents.publish(URI, jwks(public("P-256", 1, kid="b")), world.clock.now())
    assert redeem(world, rotated, client=REMOTE).status == 200
    assert refused(redeem(world, signed(claims(world, REMOTE, jti="j-3"), kid="a"), client=REMOTE))


def test_token_17_a_host_that_does_not_answer_refuses_nobody_for_a_day(world: World) -> None:
    world.uow.documents.publish(URI, jwks(public("P-256", kid="a")), world.clock.now())
    world.clock.advance(86_000)
    kept = world.uow.documents.rows[URI]
    world.uow.documents.rows[URI] = replace(kept, tried_at=world.clock.now(), ended_at=world.clock.now())
    assert redeem(world, signed(claims(world, REMOTE), kid="a"), client=REMOTE).status == 200


def test_keys_that_cannot_be_had_are_no_server_error(world: World) -> None:
    for body in (None, "<html>", '{"keys": "x"}'):
        world.uow.documents.publish(URI, body, world.clock.now())
        assert refused(redeem(world, signed(claims(world, REMOTE)), client=REMOTE))


def test_req_06_al_25_an_assertion_without_kid(world: World) -> None:
    several = ClientMetadata(jwks=jwks(public("P-256"), public("P-256", 1), public("P-256", 2)))
    world.uow.clients.put(replace(SIGNING, metadata=several))
    assert redeem(world, signed(claims(world), number=2)).status == 200
    assert refused(redeem(world, signed(claims(world, jti="j-2"), number=3)))


def hostile(world: World) -> list[str]:
    """D13: what JOSE libraries have fallen for."""
    body, own = claims(world), public("P-256", 1)
    good = signed(body)
    head, payload, signature = good.split(".")
    return [
        "",
        ".",
        "..",
        "...",
        f"{head}.{payload}",
        f"{head}.{payload}.",
        f"{good}.{signature}",
        f" {good}",
        f"{good}=",
        good.replace(".", ".\n", 1),
        good[:-4] + "AAAA",
        forged({"alg": "none"}, body),
        forged({"alg": "none"}, body, b"x"),
        forged({"alg": "NONE"}, body, b"x"),
        forged({"alg": "HS256"}, body, b"x" * 32),
        forged({"alg": "HS256", "kid": "rsa"}, body, b"x" * 32),
        forged({"alg": ""}, body, b"x"),
        forged({"alg": None}, body, b"x"),
        forged({"alg": ["ES256"]}, body, b"x"),
        forged({}, body, b"x"),
        forged([], body, b"x"),
        forged("alg", body, b"x"),
        forged(b"\xff\xfe", body, b"x"),
        forged(b'{"alg": "ES256", "alg": "none"}', body, b"x"),
        forged({"alg": "ES256"}, b'{"sub": "signing", "sub": "mhrs"}', b"x"),
        forged(b"[" * 1500, body, b"x"),
        forged({"alg": "ES256"}, b"[" * 20_000, b"x"),
        forged({"alg": "ES256", "pad": "x" * 20_000}, body, b"x"),
        forged({"alg": "ES256"}, body, b""),
        forged({"alg": "ES256"}, body, b"\0" * 64),
        forged({"alg": "EdDSA"}, body, b"\0" * 64),
        forged({"alg": "RS256"}, body, b"\0" * 256),
        forged({"alg": "PS256"}, body, b"\xff" * 5000),
        forged({"alg": "RSA-OAEP", "enc": "A256GCM"}, body, b"x"),
        signed(body, crit=["exp"], exp=1),
        signed(body, jwk=own),
        signed(body, number=1, jwk=own),
        signed(body, number=1, jku="https://evil.example/jwks"),
        signed(body, number=1, x5u="https://evil.example/cert"),
        signed(body, number=1, x5c=["AAAA"]),
        signed(body, zip="DEF"),
        signed(body, kid="../../etc/passwd"),
        signed(body, kid="' OR 1=1 --"),
        signed(body, kid="k" * 600),
        signed(body, typ="at+jwt"),
        signed(body, typ="logout+jwt"),
        signed(b"\xff"),
        signed("7"),
        signed([body]),
        signed(b'{"sub": NaN}'),
        signed(b'{"exp": 1e999}'),
        '{"payload": "", "signatures": []}',
        "ş." * 2,
        "\udce9.\udce9.\udce9",
        "A" * 1_000_000,
        ".".join(["A" * 300_000] * 3),
    ]


def test_d13_hostile_assertions_are_refused_at_once_and_cost_nothing(world: World) -> None:
    corpus = hostile(world)
    form = {"grant_type": "authorization_code", "client_assertion_type": private_key_jwt.ASSERTION_TYPE}
    world.post(form | {"client_assertion": corpus[0]}, headers=FORM)
    for assertion in corpus:
        tracemalloc.start()
        begun = time.process_time()
        answer = world.post(form | {"client_assertion": assertion}, headers=FORM)
        took, peak = time.process_time() - begun, tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert refused(answer), assertion[:80]
        assert took < 0.5, assertion[:80]  # < 100 ms, with room for the memory's own bookkeeping
        assert peak < 4_000_000, assertion[:80]
    assert not world.uow.spent.rows


def test_d12_d13_none_of_our_own_tokens_is_an_assertion(world: World) -> None:
    tokens = world.tokens()
    for token in (tokens["id_token"], tokens["access_token"]):
        assert refused(redeem(world, token))
    assert world.keys.rows[0] == key("ES256")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=5,
)


@given(
    changed=st.dictionaries(
        st.sampled_from(["iss", "sub", "aud", "exp", "iat", "nbf", "jti"]), JSON, min_size=1, max_size=3
    ),
    header=st.dictionaries(st.sampled_from(["alg", "typ", "kid", "crit", "jwk", "x"]), JSON, max_size=2),
)
def test_d13_any_signed_assertion_is_judged(changed: dict[str, Any], header: dict[str, Any]) -> None:
    """Fuzzing: whatever the key's owner, or anybody else, puts into one, the answer is 200, 400 or 401."""
    world = World()
    world.uow.clients.add(SIGNING)
    body = claims(world) | changed
    sent = signed(body) if not header else forged({"alg": "ES256"} | header, body, b"x" * 64)
    assert redeem(world, sent).status in {200, 401}


@given(st.text(max_size=60) | st.text("eyJ.A-_=", max_size=80) | st.binary(max_size=60).map(lambda raw: raw.hex()))
def test_d13_any_text_as_an_assertion(text: str) -> None:
    world = World()
    world.uow.clients.add(SIGNING)
    form = {"grant_type": "authorization_code", "client_assertion_type": private_key_jwt.ASSERTION_TYPE}
    answer = world.post(form | {"client_assertion": text}, headers=FORM)
    assert answer.status == 401
