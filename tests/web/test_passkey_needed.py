"""A login that waits for a passkey the citizen is still to add, in another tab of the same browser (J4, A09, A18)."""

import pytest

from idp.domain.evidence import Method
from tests.attacks.methods import PHISHING_RESISTANT_ACR
from tests.people import AYSE, login_id
from tests.stand_in import StandIn, essential_acr
from tests.town import IDP, Town
from tests.web.account_holder import PASSKEYS, AccountHolder, key_of

DEMANDS = {"claims": essential_acr(PHISHING_RESISTANT_ACR)}


@pytest.mark.parametrize(
    ("lang", "says"),
    [
        ("tr", "orada yeniden giriş yapmanız istenir"),
        ("en", "the new tab asks you to sign in again"),
    ],
)
def test_the_page_says_what_will_happen_in_the_other_tab(the_town: Town, lang: str, says: str) -> None:
    ayse = AccountHolder(the_town)
    ayse.open(StandIn(the_town).asks(**DEMANDS).url)
    page = ayse.types_password(AYSE)
    steps = ayse.open(f"{page.url}?lang={lang}").by_testid("passkey-steps")
    assert steps is not None
    assert says in steps.text


def test_a09_a18_nothing_is_lent_to_the_other_tab_and_one_button_goes_on(the_town: Town, mhrs: StandIn) -> None:
    """The waiting login's password opens no account; the account's proofs finish no login but with the passkey."""
    ayse, asked = AccountHolder(the_town), mhrs.asks(**DEMANDS)
    ayse.open(asked.url)
    page = ayse.types_password(AYSE)
    waiting = {"csrf_token": ayse.browser.hidden(), "decision": "continue"}
    assert page.by_testid("add-passkey") is not None
    assert ayse.open(f"{PASSKEYS}/ekle").h1 == "Giriş yapın", "both steps anew"
    assert ayse.types_password(AYSE).h1 == "Doğrulama kodunu girin"
    ayse.reads_and_types_code(AYSE)
    assert ayse.browser.post(page.url, waiting).says("Hesabınızda etkin bir geçiş anahtarı yok.")
    key = key_of(the_town)
    ayse.adds_passkey(key)
    assert len(ayse.held(Method.PASSKEY)) == 1
    back = ayse.browser.post(page.url, waiting)
    assert (login_id(back), back.h1) == (login_id(page), "Geçiş anahtarınızı kullanın")
    ayse.posts_to_form(credential=key.sign_in(ayse.offered_passkeys()))
    claims = mhrs.tokens(ayse.approves(), asked).claims
    assert claims["acr"] == PHISHING_RESISTANT_ACR


def test_whoever_has_the_account_open_is_asked_for_nothing_again(the_town: Town) -> None:
    ayse = AccountHolder(the_town).comes_in()
    page = ayse.open(StandIn(the_town).asks(**DEMANDS).url)
    assert page.url.startswith(f"{IDP}/login/")
    assert page.by_testid("passkey-steps") is not None
    assert ayse.open(f"{PASSKEYS}/ekle").h1 == "Geçiş anahtarı ekleyin"
