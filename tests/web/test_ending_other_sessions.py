"""R-61: adding a second step offers to end the other sessions, replacing one ends them."""

from collections.abc import Callable

import pytest

from tests.clock import FakeClock
from tests.device_api.phones import a_phone
from tests.people import AYSE
from tests.recovering import events
from tests.town import IDP, Town
from tests.web.account_holder import DEVICES, TWO_STEP, AccountHolder, key_of

END_ALL = "/hesabim/oturumlar/hepsini-kapat"
LABEL = "Diğer oturumları sonlandır"


def _pairs_a_device(holder: AccountHolder) -> None:
    shown = holder.open(f"{DEVICES}/ekle").by_testid("pairing-code")
    assert shown is not None
    a_phone(holder.town).claim(shown.text, "Telefon")
    holder.open(f"{DEVICES}/ekle")
    holder.press("Evet, bu benim cihazım")


def _keeps_codes(holder: AccountHolder) -> None:
    """Not beside the codes themselves: whoever went on from there would lose them."""
    holder.makes_codes()
    assert holder.page.by_testid("end-others") is None
    holder.browser.follow("Kodları sakladım, devam et")


ADDED: dict[str, Callable[[AccountHolder], object]] = {
    "totp": lambda holder: holder.sets_up_app(),
    "passkey": lambda holder: holder.adds_passkey(key_of(holder.town)),
    "device": _pairs_a_device,
    "backup codes": _keeps_codes,
}
EVERY_WAY = pytest.mark.parametrize("add", ADDED.values(), ids=list(ADDED))


@pytest.fixture
def elsewhere(the_town: Town, clock: FakeClock) -> AccountHolder:
    """Another browser in which Ayşe's account is open."""
    other = AccountHolder(the_town).comes_in()
    clock.advance(61)
    return other


@EVERY_WAY
def test_r61_whoever_added_a_method_is_offered_to_end_the_other_sessions(
    the_town: Town, elsewhere: AccountHolder, add: Callable[[AccountHolder], object]
) -> None:
    ayse = AccountHolder(the_town).comes_in()
    add(ayse)
    assert elsewhere.is_in(), "adding alone ends none"
    assert ayse.press(LABEL).says("Diğer oturumlarınız sonlandırıldı.")
    assert ayse.page.url.startswith(f"{IDP}/hesabim/oturumlar?")
    assert not elsewhere.is_in()
    assert ayse.is_in()
    assert events(the_town).count("session.ended") == 1


@EVERY_WAY
def test_r61_without_another_session_nothing_is_offered(the_town: Town, add: Callable[[AccountHolder], object]) -> None:
    ayse = AccountHolder(the_town).comes_in()
    add(ayse)
    assert ayse.page.by_testid("notice") is not None
    assert ayse.page.by_testid("end-others") is None


def test_r61_a_replaced_method_ended_them_already(the_town: Town, elsewhere: AccountHolder) -> None:
    ayse = AccountHolder(the_town).comes_in()
    for _ in range(2):
        ayse.sets_up_app()
        the_town.clock.advance(30)
    assert not elsewhere.is_in()
    assert ayse.page.by_testid("end-others") is None


@pytest.mark.parametrize("what", ["kaldirildi", "tercih", "adlandirildi", "sonlandi", "", "x"])
def test_nothing_else_that_was_done_offers_it(the_town: Town, elsewhere: AccountHolder, what: str) -> None:
    ayse = AccountHolder(the_town).comes_in()
    assert ayse.open(f"{TWO_STEP}?tamam={what}").by_testid("end-others") is None


def test_a19_stale_proofs_and_forged_forms_end_nothing(
    the_town: Town, elsewhere: AccountHolder, clock: FakeClock
) -> None:
    """C03: the same freshness and the same token as on the page of sessions."""
    ayse = AccountHolder(the_town).comes_in()
    ayse.sets_up_app()
    token = ayse.browser.hidden()
    assert ayse.browser.post(f"{IDP}{END_ALL}", {"csrf_token": "x", "keep": "this"}).status == 403
    clock.advance(301)
    assert ayse.browser.post(f"{IDP}{END_ALL}", {"csrf_token": token, "keep": "this"}).h1 == "Giriş yapın"
    assert elsewhere.is_in()


@pytest.mark.parametrize("keep", ["", "all", "THIS", "this "])
def test_only_the_offered_word_keeps_this_session(the_town: Town, keep: str) -> None:
    ayse = AccountHolder(the_town, AYSE).comes_in()
    ayse.posts(END_ALL, keep=keep)
    assert not ayse.is_in()
