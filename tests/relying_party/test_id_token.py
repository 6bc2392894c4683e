"""Which ID tokens are genuine (R-37, A24, OIDC Core §3.1.3.7), through the whole callback."""

import base64
import hashlib
import json

import httpx2
import pytest
from hypothesis import given
from hypothesis import strategies as st
from joserfc import jwt
from joserfc.jwk import KeySet, OctKey, RSAKey

from relying_party_demo.id_token import Expected, InvalidTokenError, verify


def paths(provider):
    return [request.url.path for request in provider.requests]


def refuses(browser):
    page = browser.log_in()
    return (
        'data-outcome="failed"' in page.text and page.status_code == 400 and "mhrs_session" not in browser.http.cookies
    )


@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "http://localhost:8000/"},
        {"iss": "https://localhost:8000"},
        {"iss": None},
        {"iss": ["http://localhost:8000"]},
        {"aud": "mhrs-floor"},
        {"aud": "MHRS"},
        {"aud": ["mhrs"]},
        {"aud": ["mhrs", "other"]},
        {"aud": None},
        {"azp": "other"},
        {"sub": None},
        {"sub": ""},
        {"sub": 7},
        {"sub": "x" * 256},
        {"nonce": None},
        {"nonce": "another"},
        {"nonce": ["another"]},
        {"exp": None},
        {"exp": "9999999999"},
        {"exp": 9999999999.5},
        {"exp": True},
        {"iat": None},
        {"iat": "1"},
        {"at_hash": "AAAAAAAAAAAAAAAAAAAAAA"},
        {"nbf": 9999999999},
    ],
    ids=str,
)
def test_a24_a_wrong_claim_makes_no_login(browser, claims):
    """AL-38: a right signature says nothing about the claims, and a list that contains a value is not that value."""
    browser.provider.claims = claims
    assert refuses(browser)


@pytest.mark.parametrize(("ago", "is_valid"), [(29, True), (30, False), (3600, False)])
def test_exp_with_thirty_seconds_of_grace(browser, clock, ago, is_valid):
    browser.provider.claims = {"exp": clock.instant - ago}
    assert refuses(browser) is not is_valid


@pytest.mark.parametrize(("ahead", "is_valid"), [(0, True), (60, True), (61, False)])
def test_iat_at_most_a_minute_ahead(browser, clock, ahead, is_valid):
    browser.provider.claims = {"iat": clock.instant + ahead}
    assert refuses(browser) is not is_valid


def test_a_right_at_hash_is_accepted(browser):
    half = hashlib.sha256(b"access-token").digest()[:16]
    browser.provider.claims = {"at_hash": base64.urlsafe_b64encode(half).rstrip(b"=").decode(), "azp": "mhrs"}
    assert not refuses(browser)


@pytest.mark.parametrize(
    "header", [{"typ": "at+jwt"}, {"typ": "application/at+jwt"}, {"typ": "logout+jwt"}, {"kid": ""}]
)
def test_a24_another_kind_of_token_is_no_id_token(browser, header):
    browser.provider.header = header
    assert refuses(browser)


@pytest.mark.parametrize("typ", ["JWT", "jwt"])
def test_the_usual_types_pass(browser, typ):
    browser.provider.header = {"typ": typ}
    assert not refuses(browser)


def _part(value):
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def test_a24_an_unsigned_token_is_refused(browser):
    def token(request):
        answer = browser.provider.token(request).json()
        asked = browser.provider.asked[-1]
        claims = {"iss": "http://localhost:8000", "sub": "c", "aud": "mhrs", "nonce": asked["nonce"]}
        claims |= {"iat": browser.provider.clock.now(), "exp": browser.provider.clock.now() + 60}
        answer["id_token"] = f"{_part({'alg': 'none', 'kid': 'k1'})}.{_part(claims)}."
        return httpx2.Response(200, json=answer)

    browser.provider.answers["/token"] = token
    assert refuses(browser)


def test_a_token_signed_by_a_stranger_under_our_kid_is_refused(browser, key_of):
    browser.provider.signing_key = key_of("k1")
    assert refuses(browser)


def test_a_new_key_is_fetched_once(browser, make_browser, key_of):
    """OIDC Core §10.1.1: the provider rotated."""
    browser.log_in()
    browser.provider.key = key_of("k2")
    assert not refuses(make_browser())
    assert paths(browser.provider).count("/jwks") == 2


def test_an_unknown_key_is_asked_for_once_and_then_refused(browser, key_of):
    browser.provider.signing_key = key_of("nobody")
    assert refuses(browser)
    assert paths(browser.provider).count("/jwks") == 2


EXPECTED = Expected("https://op.example", "mhrs", "n", "a")
CLAIMS = {"iss": "https://op.example", "sub": "s", "aud": "mhrs", "nonce": "n", "iat": 1000, "exp": 2000}


class TestAlone:
    """`verify` by itself, for what a provider with an ES256 key cannot be made to send."""

    def test_a_genuine_token_gives_its_claims(self, key_of):
        key = key_of("k")
        token = jwt.encode({"alg": "ES256", "kid": "k"}, CLAIMS, key, algorithms=["ES256"])
        assert verify(token, KeySet([key]), EXPECTED, 1500) == CLAIMS

    @pytest.mark.parametrize("alg", ["RS256", "PS256", "HS256"])
    def test_no_header_chooses_another_algorithm(self, alg):
        key = OctKey.generate_key(256, {"kid": "k"}) if alg == "HS256" else RSAKey.generate_key(2048, {"kid": "k"})
        token = jwt.encode({"alg": alg, "kid": "k"}, CLAIMS, key, algorithms=[alg])
        with pytest.raises(InvalidTokenError, match="ES256"):
            verify(token, KeySet([key]), EXPECTED, 1500)

    def test_a_key_for_encryption_signs_nothing(self, key_of):
        key = key_of("k")
        other = type(key).import_key({**key.as_dict(private=True), "use": "enc"})
        token = jwt.encode({"alg": "ES256", "kid": "k"}, CLAIMS, key, algorithms=["ES256"])
        with pytest.raises(InvalidTokenError):
            verify(token, KeySet([other]), EXPECTED, 1500)

    @given(st.text(max_size=200) | st.lists(st.from_regex(r"[\w-]{0,30}", fullmatch=True), max_size=5).map(".".join))
    def test_garbage_is_refused_in_our_words(self, text):
        with pytest.raises(InvalidTokenError):
            verify(text, KeySet([]), EXPECTED, 1500)

    @given(
        st.dictionaries(
            st.sampled_from(["alg", "kid", "typ", "crit", "b64", "zip"]),
            st.none() | st.integers() | st.text() | st.lists(st.text()),
        )
    )
    def test_strange_headers_are_refused_in_our_words(self, header):
        with pytest.raises(InvalidTokenError):
            verify(f"{_part(header)}.{_part(CLAIMS)}.AAAA", KeySet([]), EXPECTED, 1500)
