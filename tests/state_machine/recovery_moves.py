"""A forgotten password: the number, the code from the phone, what else is asked, a new password. It logs nobody in."""

from tests.people import Person
from tests.state_machine.account_moves import AccountMoves
from tests.state_machine.attempts import fault_of_question, using
from tests.state_machine.ghost import PASSWORD, Broken, Txn
from tests.state_machine.pages import METHOD_AT, place, token
from tests.state_machine.walk import REACHED
from tests.town import IDP

FORGOTTEN = f"{IDP}/sifremi-unuttum"


class RecoveryMoves(AccountMoves):
    def forget(self, browser: int, person: Person) -> Txn | None:
        """A recovery, as far as the page that asks for the code."""
        given = token(self._open(browser, FORGOTTEN)) or ""
        page = self._post(browser, FORGOTTEN, {"csrf_token": given, "national_id": person.national_id})
        where = place(page)
        if where is None:
            return None
        txn = Txn(where[0], browser, None, None, PASSWORD, renew=True, max_age=None, session=None, sought=person)
        self.txns.append(txn)
        self._shown(txn, page)
        self._collect(txn)
        return txn

    def code_of_recovery(self, txn: Txn, *, right: bool) -> None:
        newest, person = txn.newest("sms"), txn.sought
        if person is None or (newest is None and right):
            return
        value = newest.value if newest is not None and right else "000000"
        page = self._submit(txn, "recovery-code", {"code": value})
        if self.went_on(txn, page, "recovery-code"):
            fault = fault_of_question(newest, "sms", person, self.now)
            if fault is not None or newest is None or newest.value != value:
                raise Broken(*(fault or ("P1", "a recovery went on with a wrong code")))
            using(newest)()
            txn.person = person
            txn.show(self.accounts[person].of("sms")[-1], self.now)
        self._shown(txn, page)
        self._collect(txn)

    def new_password(self, txn: Txn) -> None:
        """Set where the recovery stands at it; everything that the citizen has must have been asked before."""
        person = txn.sought
        if person is None:
            return
        chosen = f"Esik-Yenisi-{self.now}"
        fields = {"new_password": chosen, "new_password_repeat": chosen}
        page = self._submit(txn, "new-password", fields)
        if self.went_on(txn, page, "new-password", "password"):
            self._judge_recovery(txn, person)
            self._password_is(person, chosen)
            self._end_sessions(person)
            self._forgive(person, {proof.method for proof in txn.proofs})
            txn.proofs.clear()
            REACHED("recovered")
        self._shown(txn, page)
        self._collect(txn)

    def _judge_recovery(self, txn: Txn, person: Person) -> None:
        shown = {proof.method for proof in txn.counting(self.now)}
        others = any(self.accounts[person].of(method) for method in METHOD_AT.values() if method != "sms")
        if person in self.closed:
            raise Broken("P7", "a closed account got a new password")
        if "sms" not in shown or (others and shown == {"sms"}):
            raise Broken("P10", "a recovery did without the second factor")
