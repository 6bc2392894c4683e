"""R-16: the page that asks for consent tells all that a yes covers, and the yes counts only for what it told."""

import json
from typing import Any
from urllib.parse import urlencode

import pytest

from idp.domain.scopes import CLAIMS_OF_SCOPE
from idp.web.claims_shown import LABELS
from tests.browser import Page
from tests.people import AYSE, HATICE, MEHMET, Visitor, login_id
from tests.stand_in import CALLBACK, StandIn, came_back
from tests.town import IDP, Town
from tests.web.self_registered import SelfRegistered

OURS = ("registration_access_token", "registration_client_uri", "client_secret_expires_at", "client_id_issued_at")


def changes(client: SelfRegistered, **members: Any) -> None:
    """RFC 7592 §2.2."""
    token = client.told["registration_access_token"]
    sent = {name: value for name, value in client.told.items() if name not in OURS} | members
    headers = (("content-type", "application/json"), ("authorization", f"Bearer {token}"))
    body = json.dumps(sent).encode()
    answer = client.town.loop.call(
        client.town.idp, "PUT", f"{IDP}/register/{client.client_id}", headers, body, address="127.0.0.1"
    )
    assert answer.status == 200, answer.text


def asks(client: SelfRegistered, **changed: str) -> Page:
    return client.citizen.open(f"/authorize?{urlencode(client.parameters(**changed))}")


@pytest.fixture
def clinic(the_town: Town, citizen: Visitor) -> SelfRegistered:
    citizen.logs_in_at_home(AYSE, two_step=True)
    return SelfRegistered.with_metadata(the_town, citizen, client_name="Sağlık Ocağı", subject_type="pairwise")


@pytest.mark.parametrize(
    "changed",
    [
        {"client_name": "Kumar Evi"},
        {"client_name#tr": "Kumar Evi"},
        {"subject_type": "public"},
        {"logo_uri": "https://kumar.example/logo.png"},
        {"redirect_uris": [CALLBACK, "http://localhost:8001/baska"]},
    ],
)
def test_r_16_who_becomes_somebody_else_while_the_page_is_open_gets_nothing(
    clinic: SelfRegistered, citizen: Visitor, changed: dict[str, Any]
) -> None:
    assert asks(clinic).h1.startswith("Sağlık Ocağı")
    changes(clinic, **changed)
    page = citizen.approves()
    assert (page.status, page.url.startswith(f"{IDP}/login/")) == (422, True)
    notice = page.by_testid("notice")
    assert notice is not None
    assert notice.text.startswith("Bu hizmet az önce değiştiği için onayınız kaydedilmedi.")
    assert notice.attributes["class"] == "notice bad", "it does not look like something done"
    told = changed.get("client_name", changed.get("client_name#tr", "Sağlık Ocağı"))
    assert page.h1.startswith(told)
    assert came_back(asks(clinic, prompt="none"))["error"] == "consent_required"


def test_r_16_whoever_looks_again_may_say_yes(clinic: SelfRegistered, citizen: Visitor) -> None:
    asks(clinic)
    changes(clinic, client_name="Diş Kliniği")
    citizen.approves()
    assert "code" in came_back(citizen.approves())
    assert "code" in came_back(asks(clinic, prompt="none"))


@pytest.mark.parametrize("shown", [{}, {"shown": ""}, {"shown": "é"}, {"shown": "0" * 64}, {"shown": "A" * 10_000}])
def test_r_16_a_yes_to_no_page_of_ours_is_asked_again(citizen: Visitor, mhrs: StandIn, shown: dict[str, str]) -> None:
    citizen.open(mhrs.asks().url)
    page = citizen.types_password(MEHMET)
    fields = {"csrf_token": citizen.browser.hidden(), "decision": "approve"} | shown
    page = citizen.browser.post(f"{IDP}/login/{login_id(page)}/consent", fields)
    assert (page.status, page.by_testid("notice") is not None) == (422, True)
    assert "code" in came_back(citizen.approves())


def test_r_16_what_has_no_value_yet_is_told(citizen: Visitor, mhrs: StandIn) -> None:
    """A yes holds for a phone that is added later."""
    citizen.open(mhrs.asks(scope="openid phone").url)
    page = citizen.types_password(HATICE)
    later = page.by_testid("consent-not-yet")
    assert later is not None
    assert later.text == "Henüz yok; eklendiğinde bu hizmet bunları da alır: Cep telefonu."
    citizen.approves()
    citizen.open("/hesabim/izinler")
    consent = citizen.page.by_testid("consent")
    assert consent is not None
    assert "Cep telefonu" in consent.text


def test_r_16_a_whole_name_stands_for_its_parts(citizen: Visitor, mhrs: StandIn) -> None:
    """And nothing is told to be missing that nobody asked for."""
    citizen.open(mhrs.asks(scope="openid", claims='{"userinfo":{"name":null,"given_name":null}}').url)
    page = citizen.types_password(MEHMET)
    assert page.by_testid("consent-not-yet") is None
    assert [element.text for element in page.all("dt")] == ["Ad soyad"]


def test_r_16_every_claim_has_a_label_or_is_said_with_another() -> None:
    silent = {"email_verified", "phone_number_verified", "updated_at"}
    assert {name for names in CLAIMS_OF_SCOPE.values() for name in names} == LABELS.keys() | silent


def test_auth_15_r_16_a_claim_of_a_scope_that_was_given_is_not_asked_again(citizen: Visitor, mhrs: StandIn) -> None:
    citizen.open(mhrs.asks().url)
    citizen.two_steps(AYSE)
    citizen.approves()
    for scope in ("openid profile", "openid"):
        named = mhrs.asks(scope=scope, claims='{"userinfo":{"name":null}}', prompt="none")
        assert "code" in came_back(citizen.open(named.url))
    more = mhrs.asks(claims='{"userinfo":{"phone_number":null}}', prompt="none")
    assert came_back(citizen.open(more.url))["error"] == "consent_required"


@pytest.mark.parametrize("place", ["userinfo", "id_token"])
@pytest.mark.parametrize("sub", [{"value": "nobody"}, {"values": ["nobody", "else"]}])
def test_auth_23_a_demanded_subject_that_is_another_is_login_required(
    citizen: Visitor, mhrs: StandIn, place: str, sub: dict[str, Any]
) -> None:
    citizen.open(mhrs.asks().url)
    citizen.two_steps(AYSE)
    citizen.approves()
    asked = mhrs.asks(claims=json.dumps({place: {"sub": sub}}), prompt="none")
    assert came_back(citizen.open(asked.url))["error"] == "login_required"
