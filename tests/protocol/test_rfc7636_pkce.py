"""RFC 7636 with S256 alone, and the downgrades of RFC 9700 §2.1.1 and §4.8 (D06, R-04)."""

import pytest

from idp.domain.client import Client
from idp.protocol.messages import Redirect
from tests.protocol.world import CHALLENGE, LENIENT, MHRS, POSTING, PUBLIC, VERIFIER, World, error_of, query_of

WITHOUT = "code_challenge code_challenge_method"


def refused(answer: object) -> str:
    assert isinstance(answer, Redirect)
    return query_of(answer)["error"]


@pytest.mark.parametrize("client", [MHRS, POSTING, PUBLIC], ids=lambda client: client.client_id)
def test_auth_26_required_of_every_client_by_default(world: World, client: Client) -> None:
    assert refused(world.check(client=client, without=WITHOUT)) == "invalid_request"


def test_auth_26_optional_only_where_the_client_says_so(world: World) -> None:
    assert world.accepted(LENIENT, without=WITHOUT).code_challenge is None
    assert world.token(world.code(LENIENT, without=WITHOUT), client=LENIENT, without="code_verifier").status == 200


@pytest.mark.parametrize("method", ["plain", "s256", "S512", ""])
@pytest.mark.parametrize("client", [MHRS, LENIENT], ids=lambda client: client.client_id)
def test_auth_26_al_14_only_s256_and_always_named(world: World, client: Client, method: str) -> None:
    assert refused(world.check(client=client, code_challenge_method=method)) == "invalid_request"
    assert refused(world.check(client=client, without="code_challenge_method")) == "invalid_request"


def test_a_method_without_a_challenge_is_refused(world: World) -> None:
    assert refused(world.check(client=LENIENT, without="code_challenge")) == "invalid_request"


@pytest.mark.parametrize("challenge", ["a" * 42, "a" * 44, "a" * 42 + "=", "a" * 42 + ".", "a" * 43 + "\n", "ı" * 43])
def test_a_challenge_is_43_base64url_characters(world: World, challenge: str) -> None:
    assert refused(world.check(code_challenge=challenge)) == "invalid_request"


@pytest.mark.parametrize(
    "verifier",
    [
        "w" * 43,
        CHALLENGE,
        "v" * 42,
        "v" * 44,
        "v" * 129,
        "v" * 43 + "\n",
        "v" * 42 + "é",
        VERIFIER.upper(),
        "\udce9" * 43,
    ],
)
def test_token_11_al_15_a_wrong_or_malformed_verifier_is_invalid_grant(world: World, verifier: str) -> None:
    assert error_of(world.token(world.code(), code_verifier=verifier)) == "invalid_grant"


def test_token_11_al_15_a_missing_verifier_is_invalid_grant(world: World) -> None:
    assert error_of(world.token(world.code(), without="code_verifier")) == "invalid_grant"
    assert error_of(world.token(world.code(PUBLIC), client=PUBLIC, without="code_verifier")) == "invalid_grant"


def test_token_12_a_verifier_without_a_challenge_is_invalid_request(world: World) -> None:
    """RFC 9700 §4.8: nothing may strip the challenge on its way here."""
    assert error_of(world.token(world.code(LENIENT, without=WITHOUT), client=LENIENT)) == "invalid_request"


def test_a_guess_at_the_verifier_costs_the_code(world: World) -> None:
    code = world.code(PUBLIC)
    assert error_of(world.token(code, client=PUBLIC, code_verifier="w" * 43)) == "invalid_grant"
    assert error_of(world.token(code, client=PUBLIC)) == "invalid_grant"


def test_the_longest_verifier_works(world: World) -> None:
    """RFC 7636 §4.1: 43 to 128 unreserved characters; the vector of Appendix B."""
    challenge, verifier = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM", "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
    assert world.token(world.code(code_challenge=challenge), code_verifier=verifier).status == 200
