"""What a service registered for people to look at is on the pages of its logins: AUTH-28, SET-13."""

import base64
from dataclasses import replace
from typing import Any

import pytest

from tests.browser import Page
from tests.people import AYSE, Visitor
from tests.stand_in import StandIn
from tests.town import Town

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 8
LOGO, POLICY, TERMS = (f"https://rp.example/{what}" for what in ("logo.png", "gizlilik", "kosullar"))


def tells(the_town: Town, **metadata: Any) -> None:
    with the_town.store.begin() as uow:
        client = uow.clients.by_id("mhrs")
        assert client is not None
        uow.clients.put(replace(client, metadata=replace(client.metadata, **metadata)))


def shown(page: Page) -> dict[str, str]:
    """Address of the logo and of the two links, by their marks."""
    marks = {"service-logo": "src", "step-policy": "href", "step-terms": "href"}
    found = {mark: page.by_testid(mark) for mark in marks}
    return {mark: one.attributes[marks[mark]] for mark, one in found.items() if one is not None}


def test_auth_28_the_login_page_and_the_consent_page(the_town: Town, citizen: Visitor, mhrs: StandIn) -> None:
    tells(the_town, logo_uri=LOGO, policy_uri=POLICY, tos_uri=TERMS)
    told = {"service-logo": "/client-logo/tr/mhrs", "step-policy": POLICY, "step-terms": TERMS}
    page = citizen.open(mhrs.asks().url)
    assert shown(page) == told
    assert "img-src 'self'" in page.headers["content-security-policy"]
    assert shown(citizen.two_steps(AYSE)) == told


def test_auth_28_in_the_language_of_the_page(the_town: Town, mhrs: StandIn) -> None:
    localized = {"client_name#en": "Clinic", "policy_uri#en": "https://rp.example/privacy"}
    tells(the_town, policy_uri=POLICY, localized=localized)
    english = Visitor(the_town, language="en").open(mhrs.asks().url)
    assert shown(english) == {"step-policy": "https://rp.example/privacy"}
    assert "Clinic" in english.body
    turkish = Visitor(the_town).open(mhrs.asks().url)
    assert shown(turkish) == {"step-policy": POLICY}
    assert "Clinic" not in turkish.body


def test_who_registered_nothing_shows_nothing(citizen: Visitor, mhrs: StandIn) -> None:
    assert shown(citizen.open(mhrs.asks().url)) == {}


def test_set_13_the_logo_is_our_copy(the_town: Town) -> None:
    tells(the_town, logo_uri=LOGO)
    with the_town.store.begin() as uow:
        uow.documents.keep(LOGO, f"data:image/png;base64,{base64.b64encode(PNG).decode()}", the_town.clock.now())
    answer = the_town.call("GET", "/client-logo/tr/mhrs")
    assert (answer.status, answer.headers["content-type"], answer.body) == (200, "image/png", PNG)
    assert answer.headers["content-security-policy"] == "default-src 'none'; sandbox"
    assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("path", ["/client-logo/tr/mhrs", "/client-logo/tr/nobody", "/client-logo/xx/%00"])
def test_no_logo(the_town: Town, path: str) -> None:
    answer = the_town.call("GET", path)
    assert (answer.status, answer.body) == (404, b"")


def test_d15_a_logo_of_this_machine_is_not_fetched(the_town: Town) -> None:
    tells(the_town, logo_uri="https://127.0.0.1:1/logo.png")
    assert the_town.call("GET", "/client-logo/tr/mhrs").status == 404


def test_auth_28_rfc_7591_2_2_every_page_calls_it_by_its_name_in_the_language_of_the_page(
    the_town: Town, citizen: Visitor, mhrs: StandIn
) -> None:
    """The question before a logout, the goodbye, the account's lists and dead ends too, with its start page."""
    uris = {"client_uri": "https://rp.example/", "client_uri#en": "https://rp.example/en"}
    localized = {"client_name#en": "Clinic", "client_uri#en": uris["client_uri#en"]}
    tells(the_town, client_uri=uris["client_uri"], localized=localized)
    late = Visitor(the_town)
    over = late.open(mhrs.asks().url).url.removesuffix("/password")
    the_town.clock.advance(the_town.settings.login_seconds)
    asked = mhrs.asks()
    citizen.open(asked.url)
    citizen.two_steps(AYSE)
    tokens = mhrs.tokens(citizen.approves(), asked)
    other = Visitor(the_town)  # whose login the hint is not about, so that they are asked
    other.open(mhrs.asks().url)
    other.two_steps(AYSE)
    for lang, name, start in (("tr", "Örnek Randevu", uris["client_uri"]), ("en", "Clinic", uris["client_uri#en"])):
        for path in ("/hesabim/izinler", "/hesabim/giris-gecmisi"):
            assert name in main(citizen.open(f"{path}?lang={lang}")), (path, lang)
        assert name in main(other.open(f"/logout?id_token_hint={tokens.id_token}&lang={lang}")), lang
        end = late.open(f"{over}?lang={lang}")
        assert name in main(end)
        assert f'href="{start}"' in end.body
    gone = citizen.open(f"/logout?id_token_hint={tokens.id_token}&lang=en")
    assert "Clinic" in main(gone)
    assert f'href="{uris["client_uri#en"]}"' in gone.body


def main(page: Page) -> str:
    return page.body.partition("<main")[2]
