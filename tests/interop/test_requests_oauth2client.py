"""requests_oauth2client discovers us, logs a citizen in, and validates the tokens."""

import json

import pytest
import requests
from requests_oauth2client import ClientSecretBasic, ClientSecretPost, IdToken, OAuth2Client, PublicApp

from tests.interop.provider import Provider

CALLBACK = "https://localhost:1/callback"
TWO_STEP = "urn:esik:acr:two-step"
_AUTHENTICATIONS = {
    "client_secret_basic": ClientSecretBasic,
    "client_secret_post": ClientSecretPost,
    "none": lambda client_id, _: PublicApp(client_id),
}
_OPTIONS = {"client_secret_basic": (), "client_secret_post": ("--post",), "none": ("--public",)}


@pytest.mark.parametrize("alg", ["RS256", "ES256"])
@pytest.mark.parametrize("method", sorted(_AUTHENTICATIONS))
def test_it_completes_the_flow_and_validates_the_tokens(idp: Provider, alg: str, method: str) -> None:
    client_id = f"requests-{method}-{alg}"
    secret = idp.add_client(client_id, "--redirect-uri", CALLBACK, "--id-token-alg", alg, *_OPTIONS[method])
    with requests.Session() as session:
        session.verify = str(idp.authority.certificate)
        session.trust_env = False  # a bundle that is named in the environment would come first
        client = OAuth2Client.from_discovery_endpoint(
            issuer=idp.issuer,
            auth=_AUTHENTICATIONS[method](client_id, secret),
            redirect_uri=CALLBACK,
            id_token_signed_response_alg=alg,
            session=session,
        )
        asked = client.authorization_request(
            scope="openid profile",
            acr_values=TWO_STEP,
            claims=json.dumps({"id_token": {"acr": {"essential": True, "values": [TWO_STEP]}}}),
        )
        with idp.citizen() as citizen:
            answered = asked.validate_callback(citizen.logs_in(asked.uri))
        tokens = client.authorization_code(answered, validate=True)
        assert isinstance(tokens.id_token, IdToken)
        assert (tokens.id_token.acr, tokens.id_token.iss) == (TWO_STEP, idp.issuer)
        claims = session.get(
            f"{idp.issuer}/userinfo", headers={"Authorization": f"Bearer {tokens.access_token}"}, timeout=10
        ).json()
    assert claims["sub"] == tokens.id_token.subject
    assert claims["given_name"] == "Ayşe"
