"""What a page tells whoever looks at it: which login it belongs to, what it asks, and what its form carries."""

import html
import json
import re

from tests.browser import Page
from tests.stand_in import CALLBACK, came_back
from tests.state_machine.ghost import LIFE
from tests.town import IDP

ACCOUNT = f"{IDP}/hesabim"
METHOD_AT = {"code": "sms", "app": "app", "totp": "totp", "passkey": "passkey", "backup-code": "backup_code"}
"""The second factor that each step asks for."""

_STEPS = {"app-approval": "app", "choose-method": "method", "phone-unverified": "two-step-off"}
_LOGIN = re.compile(rf"{IDP}/login/([^/?]+)/")
_PAGE = re.compile(r'data-testid="page-([a-z-]+)"')
_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
_SHOWN = re.compile(r'name="shown" value="([^"]+)"')
_CREATE = re.compile(r'data-passkey-create="([^"]+)"')
_ROWS = re.compile(r"/gecis-anahtarlari/([\w-]+)/kaldir")
_OPTIONS = re.compile(r'data-passkey-get="([^"]+)"')
_NUMBER = re.compile(r'data-testid="approval-number">(\d\d)<.*?data-countdown="(\d+)"', re.DOTALL)


def kind(page: Page) -> str | None:
    """The template's name; None where the page is not one of the provider's."""
    found = _PAGE.search(page.body)
    return found[1] if found else None


def place(page: Page) -> tuple[str, str] | None:
    """The login that a page belongs to, and its step; None for every other page."""
    login, shown = _LOGIN.match(page.url), kind(page)
    if not login or shown in {None, "error"}:
        return None
    return login[1], _STEPS.get(str(shown), str(shown))


def token(page: Page) -> str | None:
    found = _TOKEN.search(page.body)
    return found[1] if found else None


def consent_shown(page: Page) -> str | None:
    """What the page that asks for consent says of itself."""
    found = _SHOWN.search(page.body)
    return found[1] if found else None


def challenge(page: Page) -> str | None:
    """What a passkey is asked to sign here."""
    found = _OPTIONS.search(page.body)
    return str(json.loads(html.unescape(found[1]))["challenge"]) if found else None


def creation(page: Page) -> str | None:
    """What a browser is asked when a passkey is added, as JSON."""
    found = _CREATE.search(page.body)
    return html.unescape(found[1]) if found else None


def passkey_rows(page: Page) -> list[str]:
    """What the list of passkeys calls each of them."""
    return _ROWS.findall(page.body)


def approval(page: Page, now: int) -> tuple[str, int] | None:
    """The two digits to be entered on the device, and since when they are asked for."""
    found = _NUMBER.search(page.body)
    return (found[1], now + int(found[2]) - LIFE["app"]) if found else None


def is_at_relying_party(page: Page) -> bool:
    return page.url.startswith(CALLBACK)


def is_at_account(page: Page) -> bool:
    """A page that only its owner sees."""
    return page.url.startswith(ACCOUNT) and page.status in {200, 422} and kind(page) not in {"error", "logged-out"}


def was_cancelled(page: Page) -> bool:
    return is_at_relying_party(page) and came_back(page).get("error") in {
        "access_denied",
        "unmet_authentication_requirements",
    }
