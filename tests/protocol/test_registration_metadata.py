"""Every member of client metadata: honoured or refused (OpenID Connect Registration §2; RFC 7591 §2)."""

from typing import Any

import pytest

from idp.protocol.claims import SCOPES
from idp.protocol.errors import WIRE, Reason
from idp.protocol.registration import unsupported
from tests.protocol.registering import EC_JWKS, EC_KEY, JWKS, RSA_KEY, Registrant, open_world

_R = Reason
LONG = "https://rp.example/" + "x" * 2048


@pytest.fixture
def registrant() -> Registrant:
    return Registrant()


def words(reason: Reason, member: str = "") -> tuple[str, str]:
    code, text = WIRE[reason]
    return code, f"{member}: {text}" if member else text


@pytest.mark.parametrize("name", ["client_name", "software_id", "software_version", "client_name#tr"])
@pytest.mark.parametrize("value", ["", " ", "x" * 256, "a\nb", "a\0b", "\ud800", "a\u202eb", 7, True, [], {}])
def test_r_74_e02_texts(registrant: Registrant, name: str, value: Any) -> None:
    """Nothing unprintable, and nothing that turns the direction of what citizens read."""
    assert registrant.is_refused(**{name: value}) == words(_R.METADATA_TEXT, name.partition("#")[0])


@pytest.mark.parametrize(
    "name",
    [
        "redirect_uris",
        "grant_types",
        "response_types",
        "response_modes",
        "contacts",
        "request_uris",
        "default_acr_values",
    ],
)
@pytest.mark.parametrize("value", ["x", {}, 1, [1], [None], [["x"]], ["x"] * 51])
def test_r_74_lists(registrant: Registrant, name: str, value: Any) -> None:
    assert registrant.is_refused(**{name: value}) == words(_R.METADATA_LIST, name)


@pytest.mark.parametrize(
    "name", ["require_auth_time", "backchannel_logout_session_required", "dpop_bound_access_tokens"]
)
@pytest.mark.parametrize("value", ["true", 1, [], "false"])
def test_r_74_flags(registrant: Registrant, name: str, value: Any) -> None:
    assert registrant.is_refused(**{name: value}) == words(_R.METADATA_FLAG, name)


@pytest.mark.parametrize("value", ["1", 1.5, -1, True, 2**31, []])
def test_r_74_seconds(registrant: Registrant, value: Any) -> None:
    assert registrant.is_refused(default_max_age=value) == words(_R.METADATA_SECONDS, "default_max_age")


def test_a_default_max_age_of_zero_is_one(registrant: Registrant) -> None:
    assert registrant.registers(default_max_age=0)["default_max_age"] == 0


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("application_type", "mobile"),
        ("token_endpoint_auth_method", "client_secret_jwt"),
        ("token_endpoint_auth_method", "tls_client_auth"),
        ("token_endpoint_auth_signing_alg", "HS256"),
        ("token_endpoint_auth_signing_alg", "none"),
        ("id_token_signed_response_alg", "none"),
        ("id_token_signed_response_alg", "HS256"),
        ("userinfo_signed_response_alg", "none"),
        ("request_object_signing_alg", "none"),
        ("id_token_encrypted_response_alg", "RSA1_5"),
        ("userinfo_encrypted_response_enc", "A192GCM"),
        ("subject_type", "ephemeral"),
        ("grant_types", ["authorization_code", "password"]),
        ("grant_types", ["urn:openid:params:grant-type:ciba"]),
        ("grant_types", ["implicit"]),
        ("response_types", ["id_token"]),
        ("response_types", ["code id_token"]),
        ("response_types", ["code", "token"]),
        ("response_types", [" code"]),
        ("default_acr_values", ["1", "2"]),
    ],
)
def test_r_09_r_76_what_discovery_does_not_list(registrant: Registrant, name: str, value: Any) -> None:
    assert registrant.is_refused(jwks=JWKS, **{name: value}) == words(_R.METADATA_VALUE, name)


@pytest.mark.parametrize("name", unsupported.MEMBERS)
def test_known_but_not_served_is_refused_and_never_ignored(registrant: Registrant, name: str) -> None:
    assert registrant.is_refused(**{name: "x"}) == words(_R.METADATA_UNSUPPORTED, name)


@pytest.mark.parametrize("name", unsupported.SWITCHES)
def test_a_switch_for_what_is_not_served_may_only_be_off(registrant: Registrant, name: str) -> None:
    assert registrant.is_refused(**{name: True}) == words(_R.METADATA_UNSUPPORTED, name)
    assert name not in registrant.registers(**{name: False})


def test_no_software_statement_is_trusted(registrant: Registrant) -> None:
    assert registrant.is_refused(software_statement="e30.e30.x")[0] == "unapproved_software_statement"


FITTING: list[tuple[dict[str, Any], list[str], list[str]]] = [
    ({}, ["authorization_code"], ["code"]),
    ({"grant_types": ["authorization_code", "refresh_token"]}, ["authorization_code", "refresh_token"], ["code"]),
    ({"grant_types": ["client_credentials"]}, ["client_credentials"], []),
    ({"grant_types": ["client_credentials"], "response_types": []}, ["client_credentials"], []),
    ({"response_types": ["code", "code"]}, ["authorization_code"], ["code"]),
]
UNFIT: list[dict[str, Any]] = [
    {"grant_types": []},
    {"response_types": []},
    {"grant_types": ["refresh_token"]},
    {"grant_types": ["refresh_token", "client_credentials"]},
    {"grant_types": ["client_credentials"], "response_types": ["code"]},
    {"grant_types": ["authorization_code"], "response_types": []},
]


@pytest.mark.parametrize(("sent", "grants", "responses"), FITTING)
def test_dcr_13_grants_and_responses_that_fit(
    registrant: Registrant, sent: dict[str, Any], grants: list[str], responses: list[str]
) -> None:
    told = registrant.registers(**sent)
    assert (told["grant_types"], told["response_types"]) == (grants, responses)


@pytest.mark.parametrize("sent", UNFIT)
def test_dcr_13_grants_and_responses_that_do_not_fit(registrant: Registrant, sent: dict[str, Any]) -> None:
    assert registrant.is_refused(**sent) == words(_R.GRANTS_UNFIT)


def test_auth_29_implicit_types_where_an_operator_allows_them() -> None:
    registrant = Registrant(open_world(implicit=True))
    told = registrant.registers(response_types=["token id_token", "id_token"])
    assert (told["grant_types"], told["response_types"]) == (["implicit"], ["id_token token", "id_token"])
    both = registrant.registers(grant_types=["authorization_code", "implicit"], response_types=["code", "id_token"])
    assert both["response_types"] == ["code", "id_token"]
    for unfit in (
        {"grant_types": ["implicit"]},
        {"grant_types": ["implicit"], "response_types": ["code"]},
        {"grant_types": ["authorization_code"], "response_types": ["code", "id_token"]},
    ):
        assert registrant.is_refused(**unfit) == words(_R.GRANTS_UNFIT)
    assert registrant.is_refused(response_types=["code id_token"]) == words(_R.METADATA_VALUE, "response_types")


def test_r_05_modes_that_leave_a_way_to_answer() -> None:
    registrant = Registrant(open_world(implicit=True))
    assert registrant.registers(response_modes=["form_post", "query"])["response_modes"] == ["form_post", "query"]
    alone = {"grant_types": ["client_credentials"], "response_types": []}
    assert registrant.registers(**alone, response_modes=[])["response_modes"] == []
    unfit = words(_R.RESPONSE_MODES_UNFIT, "response_modes")
    assert registrant.is_refused(response_modes=[]) == unfit
    assert registrant.is_refused(response_types=["id_token"], response_modes=["query"]) == unfit
    assert registrant.is_refused(response_modes=["jwt"]) == words(_R.METADATA_VALUE, "response_modes")


def test_r_05_form_04_no_form_is_posted_to_an_apps_own_scheme() -> None:
    registrant = Registrant(open_world(implicit=True))
    app = {"application_type": "native", "redirect_uris": ["com.example.app:/cb"]}
    unfit = words(_R.RESPONSE_MODES_UNFIT, "response_modes")
    assert registrant.is_refused(**app, response_modes=["form_post"]) == unfit
    assert registrant.is_refused(**app, response_types=["id_token"], response_modes=["form_post", "query"]) == unfit
    registrant.registers(**app, response_modes=["form_post", "query"])
    uris = [*app["redirect_uris"], "http://127.0.0.1/cb"]
    registrant.registers(**app | {"redirect_uris": uris}, response_modes=["form_post"])


def test_a_public_client_has_no_credentials(registrant: Registrant) -> None:
    refused = registrant.is_refused(token_endpoint_auth_method="none", grant_types=["client_credentials"])
    assert refused == words(_R.AUTH_METHOD_UNFIT, "token_endpoint_auth_method")


@pytest.mark.parametrize(
    ("sent", "scope"),
    [
        ({"scope": "openid"}, "openid"),
        ({"scope": "phone email openid unheard_of"}, "openid phone"),
        ({"scope": "openid offline_access"}, "openid"),
    ],
)
def test_scopes_are_those_that_exist(registrant: Registrant, sent: dict[str, Any], scope: str) -> None:
    told = registrant.registers(**sent)["scope"]
    assert [one for one in told.split(" ") if one != "email"] == scope.split(" ")


def test_token_14_offline_access_comes_with_its_grant(registrant: Registrant) -> None:
    told = registrant.registers(scope="openid offline_access", grant_types=["authorization_code", "refresh_token"])
    assert told["scope"] == " ".join(one for one in ("openid", "offline_access") if one in SCOPES)


@pytest.mark.parametrize("scope", ["profile", "unheard_of", "openid  profile", " openid"])
def test_al_09_a_login_needs_openid(registrant: Registrant, scope: str) -> None:
    assert registrant.is_refused(scope=scope) == words(_R.SCOPE_UNFIT, "scope")


def test_dcr_13_jwks_or_jwks_uri(registrant: Registrant) -> None:
    uri = "https://rp.example/jwks"
    assert registrant.registers(jwks_uri=uri)["jwks_uri"] == uri
    assert registrant.is_refused(jwks=JWKS, jwks_uri=uri) == words(_R.KEYS_TWICE)


@pytest.mark.parametrize(
    "jwks",
    [
        {},
        {"keys": []},
        {"keys": "x"},
        "x",
        [],
        7,
        {"keys": [RSA_KEY.as_dict(private=True)]},
        {"keys": [EC_KEY.as_dict(private=True)]},
        {"keys": [{"kty": "oct", "k": "c2VjcmV0"}]},
        {"keys": [{"kty": "RSA", "n": "AQAB", "e": "AQAB"}]},
        {"keys": [{"kty": "XYZ"}]},
    ],
)
def test_dcr_13_d13_only_public_keys_that_are_of_use(registrant: Registrant, jwks: Any) -> None:
    assert registrant.is_refused(jwks=jwks) == words(_R.KEYS_UNUSABLE, "jwks")


def test_private_key_jwt_needs_a_key_that_can_sign_so(registrant: Registrant) -> None:
    asked = {"token_endpoint_auth_method": "private_key_jwt"}
    missing = words(_R.KEYS_MISSING, "token_endpoint_auth_method")
    assert registrant.is_refused(**asked) == missing
    assert registrant.is_refused(**asked, jwks=EC_JWKS, token_endpoint_auth_signing_alg="RS256") == missing
    registrant.registers(**asked, jwks=EC_JWKS, token_endpoint_auth_signing_alg="ES256")
    registrant.registers(**asked, jwks_uri="https://rp.example/jwks")


@pytest.mark.parametrize("name", ["id_token_encrypted_response", "userinfo_encrypted_response"])
def test_an_answer_is_encrypted_to_a_key_of_the_client(registrant: Registrant, name: str) -> None:
    alg, enc = f"{name}_alg", f"{name}_enc"
    assert registrant.is_refused(**{alg: "ECDH-ES"}) == words(_R.KEYS_MISSING, alg)
    assert registrant.is_refused(jwks=JWKS, **{alg: "ECDH-ES"}) == words(_R.KEYS_MISSING, alg)
    assert registrant.is_refused(jwks=EC_JWKS, **{enc: "A256GCM"}) == words(_R.ENCRYPTION_ALG_MISSING, enc)
    told = registrant.registers(jwks=EC_JWKS, **{alg: "ECDH-ES"})
    assert (told[alg], told[enc]) == ("ECDH-ES", "A128CBC-HS256")


ADDRESSES = (
    *("client_uri", "logo_uri", "policy_uri", "tos_uri", "jwks_uri", "initiate_login_uri"),
    *("backchannel_logout_uri", "frontchannel_logout_uri", "sector_identifier_uri", "tos_uri#tr"),
)


@pytest.mark.parametrize("name", ADDRESSES)
@pytest.mark.parametrize(
    "uri",
    ["http://rp.example/x", "http://localhost/x", "javascript:alert(1)", "//rp.example", "rp.example", "https:", LONG],
)
def test_dcr_06_addresses_are_https(registrant: Registrant, name: str, uri: str) -> None:
    """`initiate_login_uri` above all (DCR-06); a number of characters past 2048 is no address either."""
    code, text = registrant.is_refused(**{name: uri})
    assert code == "invalid_client_metadata"
    assert text.startswith(f"{name.partition('#')[0]}: ")


@pytest.mark.parametrize("name", [name for name in ADDRESSES if name != "sector_identifier_uri"])
def test_dcr_13_a_sandbox_may_stay_on_this_machine(name: str) -> None:
    sandbox = Registrant(open_world(allows_loopback=True))
    uris = ["http://localhost:9000/cb"]
    told = sandbox.registers(redirect_uris=uris, **{name: "http://localhost:9000/x"})
    assert told[name] == "http://localhost:9000/x"
    assert sandbox.is_refused(redirect_uris=uris, **{name: "http://rp.example/x"})[0] == "invalid_client_metadata"


@pytest.mark.parametrize(
    "name", ["jwks_uri", "initiate_login_uri", "backchannel_logout_uri", "frontchannel_logout_uri"]
)
def test_what_is_called_has_no_fragment(registrant: Registrant, name: str) -> None:
    assert registrant.is_refused(**{name: "https://rp.example/x#y"}) == words(_R.METADATA_FRAGMENT, name)


@pytest.mark.parametrize("uri", ["http://rp.example/r", "https://u@rp.example/r", "urn:x", "https://rp.example/r#a#b"])
def test_req_04_request_uris_are_https_and_may_carry_a_hash(registrant: Registrant, uri: str) -> None:
    assert registrant.is_refused(request_uris=[uri], jwks=JWKS) in (
        words(_R.METADATA_ADDRESS, "request_uris"),
        words(_R.METADATA_FRAGMENT, "request_uris"),
    )
    good = ["https://rp.example/r#hash", "https://rp.example/r"]
    assert registrant.registers(request_uris=good, jwks=JWKS)["request_uris"] == good


@pytest.mark.parametrize(
    "asked", [{"request_object_signing_alg": "RS256"}, {"request_uris": ["https://rp.example/request.jwt"]}]
)
def test_dcr_08_request_objects_need_a_key_that_can_sign_them(registrant: Registrant, asked: dict[str, Any]) -> None:
    """None is accepted unsigned, so that nothing could be obeyed of what is asked for here."""
    missing = words(_R.KEYS_MISSING, *asked)
    encrypting = {"keys": [RSA_KEY.as_dict(private=False, use="enc")]}
    assert registrant.is_refused(**asked) == missing
    assert registrant.is_refused(**asked, jwks=encrypting) == missing
    registrant.registers(**asked, jwks=JWKS)
    registrant.registers(**asked, jwks_uri="https://rp.example/jwks")
    both = {"request_uris": [], "request_object_signing_alg": "RS256"} | asked
    assert registrant.is_refused(**both, jwks=EC_JWKS) == words(_R.KEYS_MISSING, "request_object_signing_alg")


@pytest.mark.parametrize(
    "uri", ["https://other.example/out", "https://rp.example:444/out", "https://sub.rp.example/out"]
)
def test_the_frame_of_a_logout_is_on_an_origin_of_the_client(registrant: Registrant, uri: str) -> None:
    assert registrant.is_refused(frontchannel_logout_uri=uri) == words(_R.LOGOUT_ELSEWHERE, "frontchannel_logout_uri")
    registrant.registers(frontchannel_logout_uri="https://rp.example:443/out?x=1")


@pytest.mark.parametrize("tag", ["", "tr_TR", "ı", "tr-", "#tr", "x" * 9])
def test_language_tags(registrant: Registrant, tag: str) -> None:
    assert registrant.is_refused(**{f"client_name#{tag}": "A"}) == words(_R.METADATA_LANGUAGE, "client_name")


@pytest.mark.parametrize("tag", ["tr", "en-GB", "zh-Hant-TW"])
def test_names_in_other_languages(registrant: Registrant, tag: str) -> None:
    assert registrant.registers(**{f"client_name#{tag}": "A"})[f"client_name#{tag}"] == "A"


@pytest.mark.parametrize("name", ["client_name", "client_name#tr"])
@pytest.mark.parametrize(
    "text",
    ["\u3164", "\u2800", "\u115f\u1160", "\uffa0", "A\u3164", "A\ufe0f", "A\u034fB", "\u0301", "A" + "\u0301" * 200],
)
def test_r_16_c03_names_that_nobody_can_see(registrant: Registrant, name: str, text: str) -> None:
    assert registrant.is_refused(**{name: text}) == words(_R.NAME_UNSEEN, "client_name")


@pytest.mark.parametrize(
    "text", ["Sağlık", "Sag\u0306lık", "医院", "!", "7", "€", "مستشفى", "अस्पताल", "Việt", "🏥", "ก็ที่"]
)
def test_names_that_people_read(registrant: Registrant, text: str) -> None:
    assert registrant.registers(client_name=text)["client_name"] == text


def test_r_78_request_uris_are_few(registrant: Registrant) -> None:
    uris = [f"https://rp.example/{number}" for number in range(11)]
    assert registrant.is_refused(request_uris=uris) == words(_R.METADATA_MANY, "request_uris")
    assert registrant.registers(request_uris=uris[:10], jwks=JWKS)["request_uris"] == uris[:10]
