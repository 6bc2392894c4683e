"""What a page's policy says of where the browser goes back to (SET-13, C13)."""

from urllib.parse import urlencode

import pytest

from idp.web.callback import origin_of
from tests.people import Visitor
from tests.town import Town
from tests.web.self_registered import SelfRegistered


@pytest.mark.parametrize(
    ("uri", "source"),
    [
        ("https://rp.example:8443/cb?x=1", "https://rp.example:8443"),
        ("http://127.0.0.1:9000/cb", "http://127.0.0.1:9000"),
        ("http://[::1]:9000/cb", "http:"),
        ("com.example.app:/cb", "com.example.app:"),
        ("com.example.app://x;sandbox/cb", "com.example.app:"),
    ],
)
def test_set_13_c13_what_a_policy_calls_an_address(uri: str, source: str) -> None:
    assert origin_of(uri) == source


def test_c13_an_apps_login_page_allows_its_scheme(the_town: Town) -> None:
    uri = "com.example.app://callback/done"
    visitor = Visitor(the_town)
    client = SelfRegistered.with_metadata(the_town, visitor, application_type="native", redirect_uris=[uri])
    page = visitor.open(f"/authorize?{urlencode(client.parameters(redirect_uri=uri))}")
    assert page.headers["content-security-policy"].endswith("form-action 'self' com.example.app:")
