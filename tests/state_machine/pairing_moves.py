"""Showing a pairing code to a device: in time, and when it is too late."""

import re

from idp.testing.device import DeviceProblem
from tests.state_machine.belongings import Phone
from tests.state_machine.ghost import Broken, Txn
from tests.state_machine.oversight_moves import OversightMoves
from tests.state_machine.pages import ACCOUNT, token

PAIRING = f"{ACCOUNT}/cihazlar/ekle"
PAIRING_LIFE = 300
_CODE = re.compile(r'data-testid="pairing-code">([A-Z2-9 -]+)<')


class PairingMoves(OversightMoves):
    def shown_pairing_code(self, browser: int) -> str | None:
        """What the pairing page shows; None where five devices are registered, or it is not the page that is shown."""
        found = _CODE.search(self.browsers[browser].shown.body)
        return found[1] if found else None

    def show_dead_code(self, code: str, why: str) -> None:
        """To a device, which must not be let in by it."""
        try:
            self.home.device().claim(code, "Telefon")
        except DeviceProblem:
            return
        raise Broken("P2", f"a pairing code was taken that {why}")

    def confirm_dead_pairing(self, browser: int, device: Phone) -> None:
        """A device showed the code in time, and its owner says yes too late, with fresh proofs."""
        given = token(self.browsers[browser].shown) or ""
        self._post(browser, f"{PAIRING}/onayla", {"csrf_token": given, "handle": device.device.thumbprint})
        if "tamam=eklendi" in self._last_address(browser):
            raise Broken("P2", "a pairing was confirmed that had expired")

    def _claimed_by_a_device(self, browser: int, code: str) -> Phone | None:
        session = self.sessions[browser]
        if session is None:
            return None
        phone = Phone("app", session.person, device=self.home.device())
        phone.device.claim(code, "Telefon")
        self.show_dead_code(code, "another device had shown already")
        return phone

    def _show_the_code_to_a_device(self, browser: int) -> Txn | None:
        """And come back to the page, which then asks whether that device is one's own."""
        code = self.shown_pairing_code(browser)
        phone = None if code is None else self._claimed_by_a_device(browser, code)
        if phone is None:
            return None
        self._phone = phone
        return self.visit(browser, PAIRING)
