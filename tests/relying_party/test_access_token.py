"""The API as a resource server: tokens for it, and for nothing else (RFC 9068, RFC 6750, R-08, R-38, A24, D12)."""

import base64
import json

import httpx2
import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from joserfc import jwt
from joserfc.jwk import OctKey
from starlette.testclient import TestClient

from tests.relying_party.test_challenge import METADATA, parse

RESOURCE = "http://localhost:8001/api"


def signed_anyhow(key, token, header):
    """The claims of `token` under a header that the library would not write."""

    def part(value):
        return base64.urlsafe_b64encode(value).rstrip(b"=")

    head = {"alg": "ES256", "typ": "at+jwt", "kid": "k1", **header}
    text = b".".join((part(json.dumps(head).encode()), token.split(".")[1].encode()))
    r, s = decode_dss_signature(key.private_key.sign(text, ec.ECDSA(hashes.SHA256())))
    return b".".join((text, part(r.to_bytes(32) + s.to_bytes(32)))).decode()


@pytest.fixture
def program(app):
    """A client without cookies: asks with an access token, or with nothing."""
    http = TestClient(app, base_url="http://localhost:8001")

    def call(token=None, path="/oturum", method="GET", **options):
        headers = httpx2.Headers(options.pop("headers", {}))
        if token is not None:
            headers["authorization"] = f"Bearer {token}"
        return http.request(method, f"/api{path}", headers=headers, **options)

    yield call
    http.close()


def challenged(answer, code, error):
    assert answer.status_code == 401
    assert [one["kodu"] for one in answer.json()["errors"]] == [code]
    scheme, parameters = parse(answer.headers["www-authenticate"])
    assert scheme == "Bearer"
    assert parameters["resource_metadata"] == METADATA
    assert parameters.get("error") == error
    return parameters


class TestWhatItOpens:
    def test_a_token_for_this_api_is_taken(self, provider, program):
        answer = program(provider.access_token())
        assert answer.status_code == 200
        assert answer.headers["cache-control"] == "no-store"
        assert answer.json()["data"] == {
            "ad": "",
            "girisDuzeyi": "urn:esik:acr:two-step",
            "girisYontemleri": ["pwd", "sms", "mfa"],
            "csrfToken": "",
        }

    @pytest.mark.parametrize("aud", [RESOURCE, [RESOURCE], ["http://localhost:8000", RESOURCE]])
    def test_its_audience_may_be_a_list(self, provider, program, aud):
        assert program(provider.access_token(aud=aud)).status_code == 200

    @pytest.mark.parametrize("scheme", ["Bearer", "bEARER", "BEARER"])
    def test_the_spelling_of_the_scheme_does_not_matter(self, provider, program, scheme):
        """RFC 9110 §11.1."""
        answer = program(headers={"authorization": f"{scheme} {provider.access_token()}"})
        assert answer.status_code == 200

    @pytest.mark.parametrize("typ", ["at+jwt", "AT+JWT", "application/at+jwt"])
    def test_its_type_in_every_spelling(self, provider, program, typ):
        assert program(provider.access_token(header={"typ": typ})).status_code == 200

    def test_a_post_needs_no_csrf_token(self, provider, program):
        """No browser adds an access token by itself, so nobody can have it sent unwittingly."""
        token = provider.access_token()
        slot = program(token, "/slotlar?il=6&klinik=14").json()["data"][0]["slotlar"][0]["fkSlotId"]
        booked = program(token, "/randevular", "POST", json={"fkSlotId": slot})
        assert booked.status_code == 200
        held = booked.json()["data"]["id"]
        assert program(token, f"/randevular/{held}/onay", "POST").json()["data"]["durum"] == "approved"
        assert program(token, f"/randevular/{held}/iptal", "POST").json()["data"]["durum"] == "cancelled"

    def test_the_citizen_is_the_one_of_the_browser(self, browser, provider, program):
        """`sub` is pairwise by sector, and both clients are of one: what was booked here is seen there."""
        browser.log_in()
        browser.book(browser.first_slots()[0])
        assert len(program(provider.access_token(), "/randevular").json()["data"]) == 1

    def test_a_citizen_never_seen_has_nothing_booked(self, provider, program):
        assert program(provider.access_token(sub="new here"), "/randevular").json()["data"] == []

    def test_the_sensitive_part_opens_to_a_fresh_one(self, provider, program):
        assert program(provider.access_token(), "/saglik-ozeti").json()["data"]["uydurma"] is True


class TestWhatIsRefused:
    @pytest.mark.parametrize(
        "changes",
        [
            {"iss": "http://localhost:8000/"},
            {"iss": None},
            {"aud": "http://localhost:8000"},
            {"aud": "mhrs"},
            {"aud": f"{RESOURCE}/"},
            {"aud": RESOURCE + "x"},
            {"aud": {RESOURCE: 1}},
            {"aud": []},
            {"aud": [["x", RESOURCE]]},
            {"aud": None},
            {"exp": None},
            {"exp": 1},
            {"exp": "9999999999"},
            {"iat": None},
            {"iat": 9999999999},
            {"nbf": 9999999999},
            {"sub": None},
            {"sub": ""},
            {"sub": ["citizen-1"]},
            {"client_id": None},
            {"client_id": 7},
            {"jti": None},
            {"scope": ["openid"]},
            {"cnf": {"jkt": "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I"}},
        ],
        ids=str,
    )
    def test_a24_a_wrong_claim_opens_nothing(self, provider, program, changes):
        challenged(program(provider.access_token(**changes)), "ORN1006", "invalid_token")

    def test_d12_an_id_token_is_no_access_token(self, browser, app, program):
        browser.log_in()
        with app.state.services.store.transaction() as connection:
            (id_token,) = connection.execute("SELECT id_token FROM session").fetchone()
        challenged(program(id_token), "ORN1006", "invalid_token")

    @pytest.mark.parametrize("typ", [None, "JWT", "logout+jwt", "dpop+jwt"])
    def test_d12_nor_is_any_other_kind_whatever_its_audience(self, provider, program, typ):
        """An ID token whose `aud` were our address would still be none."""
        challenged(program(provider.access_token(header={"typ": typ})), "ORN1006", "invalid_token")

    def test_d12_an_access_token_makes_no_login(self, browser, provider):
        """A24: not even one that names MHRS as its audience and carries the nonce of the login."""

        def token(request):
            nonce = provider.asked[-1]["nonce"]
            answer = provider.token(request).json()
            return httpx2.Response(200, json={**answer, "id_token": provider.access_token(aud="mhrs", nonce=nonce)})

        provider.answers["/token"] = token
        assert 'data-outcome="failed"' in browser.log_in().text

    @pytest.mark.parametrize("where", ["?access_token=", "?token="])
    def test_d12_a_token_in_the_query_is_not_looked_at(self, provider, program, where):
        """R-03."""
        challenged(program(path=f"/oturum{where}{provider.access_token()}"), "LGN1004", None)

    def test_d13_another_algorithm_or_another_key(self, provider, program, key_of):
        shared = OctKey.import_key({"kty": "oct", "k": provider.key.as_dict(private=False)["x"]})
        claims = {"iss": "http://localhost:8000", "sub": "citizen-1", "aud": RESOURCE}
        forged = jwt.encode({"alg": "HS256", "kid": "k1", "typ": "at+jwt"}, claims, shared, algorithms=["HS256"])
        challenged(program(forged), "ORN1006", "invalid_token")
        provider.signing_key = key_of("k1")
        challenged(program(provider.access_token()), "ORN1006", "invalid_token")

    @pytest.mark.parametrize(
        "header",
        [
            {"crit": ["unknown"], "unknown": 1},
            {"crit": ["b64"], "b64": False},
            {"alg": "none"},
            {"alg": "es256"},
            {"kid": ["k1"]},
            {"kid": "../k1"},
            {"kid": "x" * 50_000},
        ],
        ids=lambda header: str(header)[:40],
    )
    def test_d13_a_hostile_header_opens_nothing(self, provider, program, header):
        challenged(program(signed_anyhow(provider.key, provider.access_token(), header)), "ORN1006", "invalid_token")

    def test_d13_the_same_token_under_an_honest_header_is_taken(self, provider, program):
        assert program(signed_anyhow(provider.key, provider.access_token(), {})).status_code == 200

    @pytest.mark.parametrize("member", ["jwk", "x5c", "jku", "x5u"])
    def test_d13_a_key_in_the_header_is_not_used(self, provider, program, key_of, member):
        stranger = key_of("k1")
        offered = {"jwk": stranger.as_dict(private=False), "x5c": ["MIIB"]}.get(member, "https://evil.example/keys")
        token = signed_anyhow(stranger, provider.access_token(), {member: offered})
        challenged(program(token), "ORN1006", "invalid_token")
        assert {request.url.host for request in provider.requests} == {"localhost"}

    @pytest.mark.parametrize(
        "credentials",
        ["Bearer", "Bearer ", "Bearer a b", "Bearer x", "Bearer a.b.c", 'Bearer "x"', "Bearer é", "bearer\tx"],
    )
    def test_what_is_no_token_is_refused_without_a_fault(self, program, credentials):
        answer = program(headers={b"authorization": credentials.encode("latin-1")})
        assert answer.status_code == 401

    @pytest.mark.parametrize("credentials", ["Basic bWhyczp4", "DPoP eyJ", ""])
    def test_another_scheme_is_nothing_at_all(self, program, credentials):
        challenged(program(headers={"authorization": credentials}), "LGN1004", None)

    def test_the_citizen_reads_it_in_both_languages(self, program):
        told = [program("x", headers={"accept-language": one}).json()["errors"][0]["mesaj"] for one in ("tr", "en")]
        assert told == [
            "Erişim belirteci geçersiz veya bu API için değil.",
            "The access token is not valid, or not one for this API.",
        ]

    def test_without_the_providers_keys_it_is_503(self, provider, program):
        provider.answers["/jwks"] = lambda _: httpx2.Response(500)
        answer = program(provider.access_token())
        assert answer.status_code == 503
        assert answer.headers["retry-after"] == "10"
        assert answer.json()["errors"][0]["kodu"] == "ORN1007"


class TestTooWeakOrTooOld:
    """R-38, RFC 9470 §3."""

    @pytest.mark.parametrize(
        "acr",
        [
            "urn:esik:acr:password",
            None,
            "",
            " urn:esik:acr:two-step",
            "URN:ESIK:ACR:TWO-STEP",
            ["urn:esik:acr:two-step"],
        ],
        ids=str,
    )
    def test_a24_r38_a_weak_login_is_told_what_is_wanted(self, provider, program, acr):
        """AL-38: a list is no level, even of one that would do."""
        parameters = challenged(program(provider.access_token(acr=acr)), "LGN1004", "insufficient_user_authentication")
        assert parameters["acr_values"] == "urn:esik:acr:two-step"
        assert parameters["max_age"] == "28800"

    @pytest.mark.parametrize("auth_time", [1, None, "1", 9999999999], ids=str)
    def test_a24_r38_an_old_login_too(self, provider, program, auth_time):
        token = provider.access_token(auth_time=auth_time)
        parameters = challenged(program(token), "LGN1004", "insufficient_user_authentication")
        assert parameters["error_description"] == "A more recent login is required"

    def test_r35_a_new_token_does_not_make_an_old_login_young(self, provider, program, clock):
        token = provider.access_token(auth_time=clock.instant - 301)
        assert program(token).status_code == 200
        parameters = challenged(program(token, "/saglik-ozeti"), "ORN1005", "insufficient_user_authentication")
        assert parameters["max_age"] == "300"

    def test_a_client_by_itself_is_nobodys_login(self, provider, program):
        """RFC 6749 §4.4: the token of client credentials has neither `acr` nor `auth_time`."""
        token = provider.access_token(sub="mhrs-mobil", acr=None, amr=None, auth_time=None)
        challenged(program(token), "LGN1004", "insufficient_user_authentication")


class TestBothAtOnce:
    def test_a_cookie_and_a_token_are_400(self, browser, provider):
        """RFC 6750 §2: one method in one request."""
        browser.log_in()
        answer = browser.get("/api/oturum", authorization=f"Bearer {provider.access_token()}")
        assert answer.status_code == 400
        assert answer.json()["errors"][0]["kodu"] == "ORN1001"
        _, parameters = parse(answer.headers["www-authenticate"])
        assert parameters["error"] == "invalid_request"
        assert parameters["resource_metadata"] == METADATA

    def test_even_if_one_of_them_is_worthless(self, browser):
        browser.log_in()
        for credentials in ("Bearer x", "Basic x", ""):
            assert browser.get("/api/oturum", authorization=credentials).status_code == 400

    def test_two_tokens_are_400(self, provider, program):
        token = f"Bearer {provider.access_token()}"
        assert program(headers=[("authorization", token), ("authorization", token)]).status_code == 400

    def test_the_cookie_alone_still_needs_its_csrf_token(self, browser):
        browser.log_in()
        assert browser.http.post("/api/randevular", json={"fkSlotId": "x"}).status_code == 403
