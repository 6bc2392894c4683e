"""npm `openid-client` as a relying party. It checks everything the specifications let a client check."""

from typing import Any

import pytest

from tests.interop.openid_client import OpenidClient, Refused
from tests.interop.provider import Provider

CALLBACK = "https://localhost:1/callback"
AFTER_LOGOUT = "https://localhost:1/"
TWO_STEP = "urn:esik:acr:two-step"


def discovered(relying_party: OpenidClient, idp: Provider, client_id: str, *options: str, **metadata: Any) -> None:
    """The relying party knows the provider, and an operator has told the provider of it."""
    secret = idp.add_client(client_id, "--redirect-uri", CALLBACK, *options)
    relying_party.call("discovery", issuer=idp.issuer, client_id=client_id, metadata=metadata, secret=secret)


def came_back(relying_party: OpenidClient, idp: Provider, jar: bool = False, **parameters: str) -> dict[str, Any]:
    """What the relying party has after a citizen's two steps."""
    asked = {"redirect_uri": CALLBACK, "scope": "openid profile"} | parameters
    address = relying_party.call("buildAuthorizationUrl", parameters=asked, jar=jar)["url"]
    with idp.citizen() as citizen:
        reached = citizen.logs_in(address)
        return relying_party.call("authorizationCodeGrant", url=reached, form=citizen.delivered or None)


@pytest.mark.parametrize("alg", ["RS256", "ES256"])
@pytest.mark.parametrize("method", ["client_secret_basic", "client_secret_post", "none"])
def test_it_logs_a_citizen_in(idp: Provider, relying_party: OpenidClient, method: str, alg: str) -> None:
    options = {"none": ["--public"], "client_secret_post": ["--post"]}.get(method, [])
    metadata = {"token_endpoint_auth_method": method, "id_token_signed_response_alg": alg}
    discovered(relying_party, idp, f"node-{method}-{alg}", "--id-token-alg", alg, *options, **metadata)
    tokens = came_back(relying_party, idp, acr_values=TWO_STEP, max_age="300")
    assert (tokens["claims"]["acr"], tokens["header"]["alg"]) == (TWO_STEP, alg)
    told = relying_party.call("fetchUserInfo", access_token=tokens["access_token"], sub=tokens["claims"]["sub"])
    assert told["given_name"] == "Ayşe"


def test_it_reads_a_posted_answer(idp: Provider, relying_party: OpenidClient) -> None:
    discovered(relying_party, idp, "node-form-post")
    tokens = came_back(relying_party, idp, response_mode="form_post")
    assert tokens["claims"]["iss"] == idp.issuer
