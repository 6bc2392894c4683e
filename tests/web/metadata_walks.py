"""What each member of the metadata promises, tried: one function for a member, or for several of a kind."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from idp.domain.authorization_request import Prompt
from idp.domain.client import ClientAuthMethod
from idp.domain.client_metadata import GrantType
from idp.protocol.claims import CLAIMS, SCOPES
from idp.protocol.jose.client_keys import public_keys
from tests.people import Visitor
from tests.protocol.client_jwts import signed
from tests.stand_in import CALLBACK
from tests.town import IDP, Town
from tests.web.self_registered import SelfRegistered, opened, read

ENDPOINTS = ("authorization", "token", "userinfo", "introspection", "revocation", "end_session", "registration")


@dataclass(frozen=True)
class Walker:
    """The whole provider with every switch on, its metadata, and a citizen who is logged in with two steps."""

    town: Town
    document: dict[str, Any]
    citizen: Visitor

    def client(self, **metadata: Any) -> SelfRegistered:
        return SelfRegistered.with_metadata(self.town, self.citizen, **metadata)

    def check(self, client: SelfRegistered | None = None, **changed: str) -> dict[str, str]:
        return (client or self.client()).comes_back(**changed)


def issuer(walker: Walker, value: str) -> None:
    client = walker.client(id_token_signed_response_alg="ES256")
    assert read(walker.town, client.logs_in()["id_token"], "ES256")["iss"] == value == IDP


def endpoint(walker: Walker, value: str) -> None:
    """It answers, and not as an address does that nobody knows."""
    answers = [walker.town.call(method, value.removeprefix(IDP)) for method in ("GET", "POST")]
    assert any(answer.status not in {404, 405} for answer in answers)


def jwks_uri(walker: Walker, value: str) -> None:
    assert public_keys(walker.town.call("GET", value.removeprefix(IDP)).text, strict=True)


def response_types(walker: Walker, values: list[str]) -> None:
    for value in values:
        grant = "authorization_code" if value == "code" else "implicit"
        client = walker.client(response_types=[value], grant_types=[grant], application_type="native")
        back = client.comes_back(response_type=value)
        assert set(value.split()) <= {"token" if name == "access_token" else name for name in back}
    for hybrid in ("code id_token", "code token", "code id_token token", "token", "none"):
        assert walker.check(response_type=hybrid)["error"] == "unsupported_response_type"


def response_modes(walker: Walker, values: list[str]) -> None:
    client = walker.client()
    assert "code" in client.comes_back(response_mode="query")
    assert "code" in client.comes_back(response_mode="fragment")
    walker.citizen.open(f"/authorize?{urlencode(client.parameters(response_mode='form_post'))}")
    assert 'name="code"' in walker.citizen.page.body
    assert values == ["query", "fragment", "form_post"]
    assert client.comes_back(response_mode="query.jwt")["error"] == "invalid_request"


def grant_types(walker: Walker, values: list[str]) -> None:
    """Implicit has no token request; every other one is known there, and nothing else is."""
    client = walker.client(grant_types=["authorization_code", "refresh_token", "client_credentials"])
    for value in (*values, "password", "urn:ietf:params:oauth:grant-type:jwt-bearer"):
        error = json.loads(client.posts("/token", {"grant_type": value}).body).get("error")
        assert (error == "unsupported_grant_type") == (value not in values or value == "implicit"), value
    assert set(values) == {grant.value for grant in GrantType}


def scopes(walker: Walker, values: list[str]) -> None:
    client = walker.client(grant_types=["authorization_code", "refresh_token"])
    tokens = client.logs_in(scope=" ".join((*values, "unknown")), prompt="consent")
    assert set(tokens["scope"].split()) == set(values) == set(SCOPES)
    assert "refresh_token" in tokens


def subject_types(walker: Walker, values: list[str]) -> None:
    subjects = set()
    for value in values:
        client = walker.client(subject_type=value, id_token_signed_response_alg="ES256")
        subjects.add(read(walker.town, client.logs_in()["id_token"], "ES256")["sub"])
    assert len(subjects) == len(values) == 2


def id_token_signing(walker: Walker, values: list[str]) -> None:
    for value in values:
        client = walker.client(id_token_signed_response_alg=value)
        assert read(walker.town, client.logs_in()["id_token"], value)["aud"] == client.client_id


def userinfo_signing(walker: Walker, values: list[str]) -> None:
    for value in values:
        client = walker.client(userinfo_signed_response_alg=value)
        answer = client.userinfo(client.logs_in()["access_token"])
        assert answer.headers["content-type"] == "application/jwt"
        assert read(walker.town, answer.text, value)["aud"] == client.client_id


def id_token_encryption(walker: Walker, values: list[str]) -> None:
    for alg in values:
        for enc in walker.document["id_token_encryption_enc_values_supported"]:
            encryption = {"id_token_encrypted_response_alg": alg, "id_token_encrypted_response_enc": enc}
            client = walker.client(id_token_signed_response_alg="ES256", **encryption)
            inner = opened(client.logs_in()["id_token"], alg, enc)
            assert read(walker.town, inner, "ES256")["aud"] == client.client_id


def userinfo_encryption(walker: Walker, values: list[str]) -> None:
    for alg in values:
        for enc in walker.document["userinfo_encryption_enc_values_supported"]:
            client = walker.client(userinfo_encrypted_response_alg=alg, userinfo_encrypted_response_enc=enc)
            answer = client.userinfo(client.logs_in()["access_token"])
            assert json.loads(opened(answer.text, alg, enc))["name"]


def authentication(path: str) -> Callable[[Walker, list[str]], None]:
    """Every method is let in at this endpoint, and none that is not listed."""

    def walk(walker: Walker, values: list[str]) -> None:
        for method in ClientAuthMethod:
            client = walker.client(token_endpoint_auth_method=method.value)
            code = client.comes_back()["code"]
            fields = {"grant_type": "authorization_code", "code": code, "redirect_uri": CALLBACK, "token": "unknown"}
            error = json.loads(client.posts(path, fields).body or b"{}").get("error")
            assert (error == "invalid_client") == (method.value not in values), method

    return walk


def assertion_signing(walker: Walker, values: list[str]) -> None:
    for value in values:
        client = walker.client(token_endpoint_auth_method="private_key_jwt", token_endpoint_auth_signing_alg=value)
        assert client.logs_in(alg=value)["access_token"]


def challenge_methods(walker: Walker, values: list[str]) -> None:
    client = walker.client()
    for method in (*values, "plain"):
        assert ("code" in client.comes_back(code_challenge_method=method)) == (method in values)


def iss_parameter(walker: Walker, value: bool) -> None:
    assert value
    assert walker.check()["iss"] == walker.check(response_type="none")["iss"] == IDP


def claims_parameter(walker: Walker, value: bool) -> None:
    client = walker.client()
    tokens = client.logs_in(scope="openid", claims='{"userinfo":{"given_name":null}}')
    assert ("given_name" in json.loads(client.userinfo(tokens["access_token"]).body)) == value


def request_parameter(walker: Walker, value: bool) -> None:
    client = walker.client()
    inside = signed({"iss": client.client_id, "aud": IDP, "client_id": client.client_id, "state": "inside"})
    assert (client.comes_back(request=inside).get("state") == "inside") == value


def request_uri_parameter(walker: Walker, value: bool) -> None:
    """Only a registered one is fetched at all; tests/protocol/test_request_object.py has one that is."""
    assert value
    assert walker.check(request_uri="https://rp.example/object")["error"] == "invalid_request_uri"


def request_object_signing(walker: Walker, values: list[str]) -> None:
    for value in values:
        client = walker.client(request_object_signing_alg=value)
        inside = {"iss": client.client_id, "aud": IDP, "client_id": client.client_id, "state": value}
        assert client.comes_back(request=signed(inside, alg=value))["state"] == value


def claims(walker: Walker, values: list[str]) -> None:
    """Exactly what ID tokens and UserInfo can hold about a citizen or a login, the protocol's own frame aside."""
    client = walker.client(id_token_signed_response_alg="ES256")
    tokens = client.logs_in(scope=" ".join(SCOPES))
    told = json.loads(client.userinfo(tokens["access_token"]).body)
    in_token = read(walker.town, tokens["id_token"], "ES256")
    frame = {"iss", "aud", "exp", "iat", "nonce", "at_hash"}
    assert set(told) | (set(in_token) - frame) <= set(values)
    assert set(values) == {*CLAIMS, "sub", "auth_time", "acr", "amr", "sid"}


def claim_types(walker: Walker, values: list[str]) -> None:
    """Aggregated and distributed claims would come in these members (Core §5.6.2)."""
    client = walker.client()
    told = json.loads(client.userinfo(client.logs_in()["access_token"]).body)
    assert values == ["normal"]
    assert not {"_claim_names", "_claim_sources"} & told.keys()


def acr_values(walker: Walker, values: list[str]) -> None:
    client = walker.client(id_token_signed_response_alg="ES256")
    told = read(walker.town, client.logs_in(acr_values="urn:esik:acr:two-step")["id_token"], "ES256")
    assert told["acr"] in values
    essential = json.dumps({"id_token": {"acr": {"essential": True, "values": ["urn:esik:acr:unknown"]}}})
    assert client.comes_back(claims=essential)["error"] == "unmet_authentication_requirements"


def prompts(walker: Walker, values: list[str]) -> None:
    assert values == [prompt.value for prompt in Prompt]
    assert walker.check(prompt="create")["error"] == "invalid_request"
    first = walker.client()
    first.comes_back()
    assert "code" in first.comes_back(prompt="none")
    assert "code" in first.comes_back(prompt="consent")
    for value, heading in (("login", "Giriş yapın"), ("select_account", "Hesap seçin")):
        page = walker.citizen.open(f"/authorize?{urlencode(first.parameters(prompt=value))}")
        assert page.h1 == heading


def displays(walker: Walker, values: list[str]) -> None:
    assert all("code" in walker.check(display=value) for value in values)


def ui_locales(walker: Walker, values: list[str]) -> None:
    client = walker.client()
    for value in values:
        stranger = Visitor(walker.town, language="de")
        page = stranger.open(f"/authorize?{urlencode(client.parameters(ui_locales=value))}")
        assert f'<html lang="{value}"' in page.body


def logout_is_told(walker: Walker, value: bool) -> None:
    """A client may register for it; tests/web/test_logout.py shows it done."""
    told = walker.client(
        backchannel_logout_uri="https://rp.example/back", frontchannel_logout_uri=f"{CALLBACK}/front"
    ).told
    assert bool(told["backchannel_logout_uri"] and told["frontchannel_logout_uri"]) == value


def session_is_told(walker: Walker, value: bool) -> None:
    client = walker.client(id_token_signed_response_alg="ES256")
    assert ("sid" in read(walker.town, client.logs_in()["id_token"], "ES256")) == value
