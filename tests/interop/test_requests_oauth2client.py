"""A relying party nobody here wrote: requests_oauth2client discovers us, logs a citizen in, validates the tokens."""

import json
from collections.abc import Callable
from typing import Any

import pytest
import requests
from playwright.sync_api import Browser, Route
from requests_oauth2client import ClientSecretBasic, ClientSecretPost, IdToken, OAuth2Client, PublicApp

from tests.cli.esik import run
from tests.e2e.demo import Demo, Person

pytestmark = pytest.mark.timeout(240)

Persona = Callable[[str], dict[str, Any]]
CALLBACK = "http://localhost:65500/callback"
_AUTHENTICATIONS = {
    "client_secret_basic": ClientSecretBasic,
    "client_secret_post": ClientSecretPost,
    "none": lambda client_id, _: PublicApp(client_id),
}
TWO_STEP = "urn:esik:acr:two-step"


@pytest.mark.parametrize("alg", ["RS256", "ES256"])
@pytest.mark.parametrize("method", sorted(_AUTHENTICATIONS))
def test_it_completes_the_flow_and_validates_the_tokens(
    demo: Demo, chromium: Browser, persona: Persona, alg: str, method: str
) -> None:
    client_id = f"foreign-{method}-{alg}"
    secret = _registered(demo, client_id, alg, method)
    client = OAuth2Client.from_discovery_endpoint(
        issuer=demo.idp,
        auth=_AUTHENTICATIONS[method](client_id, secret),
        redirect_uri=CALLBACK,
        id_token_signed_response_alg=alg,
        testing=True,
    )
    asked = client.authorization_request(
        scope="openid profile",
        acr_values=TWO_STEP,
        claims=json.dumps({"id_token": {"acr": {"essential": True, "values": [TWO_STEP]}}}),
    )
    answered = asked.validate_callback(_logged_in(demo, chromium, persona("two-step-sms"), asked.uri))
    tokens = client.authorization_code(answered, validate=True)
    assert isinstance(tokens.id_token, IdToken)
    assert (tokens.id_token.acr, tokens.id_token.iss) == (TWO_STEP, demo.idp)
    claims: dict[str, Any] = requests.get(
        f"{demo.idp}/userinfo", headers={"Authorization": f"Bearer {tokens.access_token}"}, timeout=10
    ).json()
    assert claims["sub"] == tokens.id_token.subject
    assert claims["given_name"] == "Ayşe"


def _registered(demo: Demo, client_id: str, alg: str, method: str) -> str:
    """Register through the command line, as an operator does; the secret is shown once, in its output."""
    command = ["client", "add", client_id]
    command += ["--name", "Foreign", "--redirect-uri", CALLBACK, "--id-token-alg", alg, "--consent", "never"]
    command += {"none": ["--public"], "client_secret_post": ["--post"]}.get(method, [])
    added = run(*command, env=demo.environment)
    assert added.exit_code == 0, added.output
    return dict(line.split(maxsplit=1) for line in added.stdout.splitlines()).get("client_secret:", "")


def _logged_in(demo: Demo, chromium: Browser, citizen: dict[str, Any], uri: str) -> str:
    """Where the browser ends after a two-step login."""
    person = Person.at(demo, chromium)
    reached: list[str] = []

    def catch(route: Route) -> None:
        reached.append(route.request.url)
        route.fulfill(body="back at the service", content_type="text/plain")

    person.page.route(f"{CALLBACK}**", catch)
    person.page.goto(uri)
    person.give_password(citizen)
    person.give_code(citizen)
    person.page.wait_for_url(f"{CALLBACK}**")
    person.leave()
    return reached[0]
