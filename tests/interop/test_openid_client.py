"""npm `openid-client` at clients that an operator made. It checks everything that a client can check."""

from urllib.parse import parse_qsl, urlsplit

import pytest

from tests.interop.openid_client import Refused
from tests.interop.relying_party import AFTER_LOGOUT, RelyingParty

STATE = "a+b c/ç&=%41"
TWO_STEP = "urn:esik:acr:two-step"


@pytest.mark.parametrize("alg", ["RS256", "ES256"])
@pytest.mark.parametrize("method", ["client_secret_basic", "client_secret_post", "none"])
def test_token_03_it_logs_a_citizen_in(relying_party: RelyingParty, method: str, alg: str) -> None:
    options = {"none": ["--public"], "client_secret_post": ["--post"]}.get(method, [])
    metadata = {"token_endpoint_auth_method": method, "id_token_signed_response_alg": alg}
    relying_party.is_added(f"node-{method}-{alg}", "--id-token-alg", alg, *options, **metadata)
    tokens = relying_party.logs_in(acr_values=TWO_STEP, max_age="300")
    assert (tokens["claims"]["acr"], tokens["header"]["alg"]) == (TWO_STEP, alg)
    assert relying_party.userinfo(tokens)["given_name"] == "Ayşe"


def test_form_01_it_reads_a_posted_answer(relying_party: RelyingParty) -> None:
    relying_party.is_added("node-form-post")
    tokens = relying_party.logs_in(response_mode="form_post")
    assert tokens["claims"]["iss"] == relying_party.idp.issuer


def test_auth_14_it_hears_that_nobody_is_logged_in(relying_party: RelyingParty) -> None:
    relying_party.is_added("node-none")
    address = relying_party.sends(prompt="none")
    with relying_party.idp.citizen() as citizen, pytest.raises(Refused, match="login_required"):
        relying_party.call("authorizationCodeGrant", url=citizen.open(address).url)


def test_logout_02_it_ends_the_session_at_the_provider(relying_party: RelyingParty) -> None:
    relying_party.is_added("node-logout", "--post-logout-redirect-uri", AFTER_LOGOUT)
    idp = relying_party.idp
    with idp.citizen() as citizen:
        tokens = relying_party.call("authorizationCodeGrant", url=citizen.logs_in(relying_party.sends()))
        asked = {
            "id_token_hint": tokens["id_token"],
            "post_logout_redirect_uri": AFTER_LOGOUT,
            "state": STATE,
        }
        leaving = relying_party.call("buildEndSessionUrl", parameters=asked)["url"]
        back = urlsplit(citizen.open(leaving).url)
        assert back._replace(query="").geturl() == AFTER_LOGOUT
        assert parse_qsl(back.query) == [("state", STATE)]
        assert citizen.open(f"{idp.issuer}/hesabim").url != f"{idp.issuer}/hesabim"
