"""Which redirect URIs may be registered (RFC 6749 §3.1.2; RFC 8252 §7; OpenID Connect Registration §2)."""

import string
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idp.protocol.errors import WIRE, Reason
from idp.protocol.registration import addresses
from tests.protocol.registering import Registrant, open_world

INEXACT = [
    "https://rp.example/cb#fragment",
    "https://rp.example/cb#",
    "https://user@rp.example/cb",
    "https://user:secret@rp.example/cb",
    "https://@rp.example/cb",
    "https://rp.example:8443@evil.example/cb",
    "https://*.rp.example/cb",
    "https://rp.example/*",
    "https://rp.example:0/cb",
    "https://rp.example:65536/cb",
    "https://rp.example:/cb",
    "https://rp.example:x/cb",
    "https://RP.example/cb",
    "HTTPS://rp.example/cb",
    "https://rp.examplé/cb",
    "https://rp.example/ı",
    "https://rp.example\\@evil.example/cb",
    "https://rp.example/cb\\..",
    "https://rp.example/%zz",
    "https://rp.example/%",
    "https://rp.example/[cb]",
    "https://[::1/cb",
    "https://[::g]/cb",
    "https://[::1]x/cb",
    "https://-rp.example/cb",
    "https:///cb",
    "https:/rp.example/cb",
    "https:rp.example",
    "https://",
    "//rp.example/cb",
    "/cb",
    "cb",
    ":",
]
NOT_HTTPS = [
    "http://rp.example/cb",
    "http://localhost.rp.example/cb",
    "http://127.0.0.2/cb",
    "http://127.1/cb",
    "javascript:alert(1)",
    "javascript://rp.example/%0aalert(1)",
    "data:text/html,x",
    "vbscript:x",
    "file:///etc/passwd",
    "ftp://rp.example/cb",
    "urn:ietf:wg:oauth:2.0:oob",
    "myapp:/cb",
    "about:blank",
    "blob:https://rp.example/x",
]
LOOPBACK = ["http://localhost/cb", "http://localhost:51004/cb", "http://127.0.0.1:0080/cb", "http://[::1]:7/cb"]
OWN_SCHEME = ["org.example.app:/cb", "org.example.app://cb/x?y=1", "com.example-1.app:cb"]

INEXACT_ERROR = ("invalid_redirect_uri", f"redirect_uris: {WIRE[Reason.REDIRECT_URI_INEXACT][1]}")
SCHEME_ERROR = ("invalid_redirect_uri", f"redirect_uris: {WIRE[Reason.REDIRECT_URI_SCHEME][1]}")


@pytest.fixture
def registrant() -> Registrant:
    return Registrant()


@pytest.mark.parametrize("application_type", ["web", "native"])
@pytest.mark.parametrize("uri", INEXACT)
def test_dcr_05_dcr_13_d01_not_exact(registrant: Registrant, uri: str, application_type: str) -> None:
    refused = registrant.is_refused(redirect_uris=["https://ok.example/", uri], application_type=application_type)
    assert refused == INEXACT_ERROR


@pytest.mark.parametrize("application_type", ["web", "native"])
@pytest.mark.parametrize("uri", NOT_HTTPS)
def test_dcr_13_al_32_d01_other_schemes(registrant: Registrant, uri: str, application_type: str) -> None:
    assert registrant.is_refused(redirect_uris=[uri], application_type=application_type) == SCHEME_ERROR


@pytest.mark.parametrize("uri", LOOPBACK)
def test_r_01_loopback_is_for_native_clients_and_sandboxes(registrant: Registrant, uri: str) -> None:
    assert registrant.is_refused(redirect_uris=[uri]) == SCHEME_ERROR
    assert registrant.registers(redirect_uris=[uri], application_type="native")["redirect_uris"] == [uri]
    sandbox = Registrant(open_world(allows_loopback=True))
    assert sandbox.registers(redirect_uris=[uri])["redirect_uris"] == [uri]


@pytest.mark.parametrize("uri", OWN_SCHEME)
def test_an_own_scheme_is_for_native_clients(registrant: Registrant, uri: str) -> None:
    """RFC 8252 §7.1: a reversed domain name, so that it has a dot."""
    assert registrant.is_refused(redirect_uris=[uri]) == SCHEME_ERROR
    registrant.registers(redirect_uris=[uri], application_type="native")


def test_dcr_13_a_redirect_flow_needs_one(registrant: Registrant) -> None:
    missing = ("invalid_redirect_uri", f"redirect_uris: {WIRE[Reason.REDIRECT_URIS_MISSING][1]}")
    assert registrant.is_refused({}) == registrant.is_refused(redirect_uris=[]) == missing
    assert registrant.registers({"grant_types": ["client_credentials"]})["redirect_uris"] == []


@pytest.mark.parametrize("uri", ["https://localhost/cb", "https://localhost:1/cb", *LOOPBACK])
@pytest.mark.parametrize("grants", [["implicit"], ["authorization_code", "implicit"]])
def test_dcr_13_a_web_client_gets_no_tokens_on_localhost(uri: str, grants: list[str]) -> None:
    """Registration §2, `application_type`: https only, and not `localhost`. In a sandbox too; native clients may."""
    responses = ["id_token"] if grants == ["implicit"] else ["code", "id_token"]
    asked = {"redirect_uris": ["https://rp.example/cb", uri], "grant_types": grants, "response_types": responses}
    sandbox = Registrant(open_world(implicit=True, allows_loopback=True))
    refused = ("invalid_redirect_uri", f"redirect_uris: {WIRE[Reason.REDIRECT_URI_IMPLICIT][1]}")
    assert sandbox.is_refused(**asked, subject_type="public") == refused
    sandbox.registers(**asked, subject_type="public", application_type="native")
    sandbox.registers(redirect_uris=[uri])


@pytest.mark.parametrize("uri", ["https://rp.example/cb", "https://localhost.example/cb"])
def test_auth_29_a_web_client_gets_tokens_at_its_own_host(uri: str) -> None:
    registrant = Registrant(open_world(implicit=True))
    assert registrant.registers(redirect_uris=[uri], response_types=["id_token"])["redirect_uris"] == [uri]


def test_auth_06_a_query_may_be_registered(registrant: Registrant) -> None:
    uris = ["https://rp.example/cb", "https://rp.example/cb?tenant=7&x=%C4%B1"]
    assert registrant.registers(redirect_uris=uris)["redirect_uris"] == uris


@pytest.mark.parametrize("uri", [*INEXACT[:4], "http://rp.example/out", "javascript:alert(1)"])
def test_where_a_logout_ends_is_judged_alike(registrant: Registrant, uri: str) -> None:
    assert registrant.is_refused(post_logout_redirect_uris=[uri])[1].startswith("post_logout_redirect_uris: ")


pieces = st.sampled_from(
    [
        *string.punctuation,
        *"aZ0ı é\0\n\t\r",
        "https",
        "http",
        "://",
        "rp.example",
        "localhost",
        "%2e",
        "[::1]",
        "javascript:",
    ]
)


@given(st.lists(pieces, max_size=12).map("".join) | st.text(max_size=40))
def test_d01_whatever_is_accepted_is_read_as_browsers_read_it(uri: str) -> None:
    parts = addresses.read(uri)
    if parts is None or not addresses.is_web(parts, loopback=True):
        return
    assert uri.isascii() and uri.isprintable() and not set(uri) & set(' #*\\"<>^`{|}')
    assert parts.hostname and parts.username is None and "@" not in parts.netloc
    assert uri == parts.geturl() or uri == parts.geturl() + "?"
    scheme, host, port = addresses.origin(parts)
    assert (scheme, host) == (urlsplit(uri).scheme, urlsplit(uri).hostname)
    assert port is not None and 0 < port < 65536
    assert scheme == "https" or host in {"localhost", "127.0.0.1", "::1"}


@given(st.lists(pieces, max_size=8).map("".join))
def test_d01_an_own_scheme_is_never_one_that_runs_something(uri: str) -> None:
    parts = addresses.read(uri)
    if parts is not None and addresses.is_own_scheme(parts):
        assert "." in parts.scheme


@pytest.mark.parametrize("authority", ["x;sandbox", "x,default-src", "x;upgrade-insecure-requests;", "u@x", "X", "x:y"])
def test_c13_set_13_an_own_scheme_has_no_stranger_authority(registrant: Registrant, authority: str) -> None:
    """It would be part of a page's policy."""
    uri = f"com.example.app://{authority}/cb"
    assert registrant.is_refused(application_type="native", redirect_uris=[uri]) == INEXACT_ERROR


@pytest.mark.parametrize("uri", ["com.example.app:/cb", "com.example.app:///cb", "com.example.app://cb/x"])
def test_an_own_scheme_in_each_of_its_forms(registrant: Registrant, uri: str) -> None:
    assert registrant.registers(application_type="native", redirect_uris=[uri])["redirect_uris"] == [uri]
