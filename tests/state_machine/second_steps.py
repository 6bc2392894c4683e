"""The second step, at the browser and on the device."""

from idp.testing.device import DeviceProblem, WrongNumber
from tests.browser import Page
from tests.people import Person
from tests.state_machine.attempts import Attempt, Scene, attempt
from tests.state_machine.belongings import Phone
from tests.state_machine.ghost import LIFE, Broken, Question, Txn
from tests.state_machine.moves import Moves
from tests.state_machine.pages import METHOD_AT
from tests.state_machine.walk import REACHED

STEP_OF = {method: step for step, method in METHOD_AT.items()}
VERDICTS = ("approved", "wrong-number", "no-number", "denied", "not_me", "another-key")


class SecondSteps(Moves):
    """Asking, answering, choosing another method; deciding on a device."""

    def answer(self, txn: Txn, kind: str) -> bool:
        """Whether there was such an answer to give."""
        method = METHOD_AT.get(txn.step or "")
        given = None if method is None else self._attempt(txn, method, kind)
        if method is None or given is None or txn.person is None:
            return False
        step, person = txn.step or "", txn.person
        page = self._submit(txn, step, given.fields)
        # Only switching two-step login on may lead to another second step; else the method was lost meanwhile.
        others = (step,) if txn.enabling else (*METHOD_AT, "method")
        if self._is_asked(txn, person) and self.went_on(txn, page, *others, "password", "recovery-code"):
            self._judge_accepted(txn, person, method, given)
            self._accepted(txn, step, given.fields)
        else:
            self._note_refused(person, method, given, page)
        self._shown(txn, page)
        self._collect(txn)
        return True

    def _is_asked(self, txn: Txn, person: Person) -> bool:
        """Whether a second step is still needed here: switched off meanwhile, the login goes on without any answer."""
        return self.accounts[person].two_step or txn.enabling or txn.sought is not None

    def _attempt(self, txn: Txn, method: str, kind: str) -> Attempt | None:
        if txn.person is None:
            return None
        others = [other for other in self.txns if other is not txn]
        latest = self.approvals[txn.person][-1] if self.approvals[txn.person] else None
        scene = Scene(txn, txn.person, self.accounts, others, latest, self.now)
        return attempt(scene, method, kind)

    def _judge_accepted(self, txn: Txn, person: Person, method: str, given: Attempt) -> None:
        if person in self.closed:
            raise Broken("P7", "a closed account passed the second step")
        if given.fault is not None:
            raise Broken(*given.fault)
        if method != "app":
            self._judge_limits(person, method)
        given.used()
        txn.show(given.credential, self.now)
        if txn.enabling and method == "sms":
            txn.enabling = False
            self._switched_on(person)
        REACHED(f"proved by {method}")

    def _note_refused(self, person: Person, method: str, given: Attempt, page: Page) -> None:
        if page.status == 429:
            REACHED("paused")
            return
        is_judged = given.question is None or given.question.lives(method, self.now)
        if page.status != 422 or method == "app" or not is_judged:
            return
        if given.question is not None:
            given.question.wrong_tries += 1
        self._count_wrong(person, method)

    def _switched_on(self, person: Person) -> None:
        if not self.accounts[person].two_step:
            self.accounts[person].two_step = True
            self.done.append(("two_step.enabled", person))
            REACHED("enabled")

    def ask_again(self, txn: Txn) -> None:
        """Another code, challenge or approval."""
        self._shown(txn, self._submit(txn, "resend", {}))
        self._collect(txn)

    def choose(self, txn: Txn, method: str) -> None:
        """Go on with this method: the form of the page that lists them, which may be sent from any second step."""
        self._shown(txn, self._submit(txn, "method", {"method": method}))
        self._collect(txn)

    def list_methods(self, txn: Txn) -> None:
        """To the page that lists them; nothing is sent, and nothing proved, by looking."""
        self._shown(txn, self._submit(txn, "other", {}))

    def come_to(self, txn: Txn, method: str) -> bool:
        """To the page of this method, with its question asked."""
        if txn.step in {*METHOD_AT, "method"} and txn.step != STEP_OF[method] and not txn.enabling:
            self.choose(txn, method)
        if txn.step != STEP_OF[method]:
            return False
        newest = txn.newest(method) if method in LIFE else None
        if method in LIFE and (newest is None or not newest.lives(method, self.now)):
            self.ask_again(txn)
        return txn.step == STEP_OF[method]

    # On the device.

    def decide(self, person: Person, verdict: str) -> None:
        """The person takes the device up and decides what waits there."""
        phones = self.accounts[person].of("app")
        if not phones:
            return
        try:
            waiting = phones[-1].device.pending()
        except DeviceProblem:
            if person not in self.closed:
                raise
            return
        if not waiting:
            return
        asked = self._asked(person)
        if asked.at != int(waiting[0].asked_at.timestamp()):
            raise Broken("P2", "a device was asked for something else than the newest page shows the number of")
        self._say(phones[-1], asked, waiting[0].id, verdict)

    def decide_again(self) -> None:
        """The last decision once more, by the same device: what it decided is over."""
        if self.last_decision is None:
            return
        phone, question, approval_id = self.last_decision
        self._say(phone, question, approval_id, "approved")

    def decide_with_a_removed_device(self, person: Person) -> None:
        """It still has its key, and knows what is asked from an earlier look."""
        removed = [one for one in self.accounts[person].dropped if isinstance(one, Phone)]
        if not removed:
            return
        try:
            waiting = removed[-1].device.pending()
        except DeviceProblem:
            return
        raise Broken("P7", f"a device that was removed was shown {len(waiting)} approvals")

    def _asked(self, person: Person) -> Question:
        if not self.approvals[person]:
            raise Broken("P2", "a device was asked for something that no login asked")
        return self.approvals[person][-1]

    def _say(self, phone: Phone, asked: Question, approval_id: str, verdict: str) -> None:
        numbers = {"wrong-number": f"{(int(asked.value) + 1) % 100:02d}", "no-number": ""}
        device = phone.device
        if verdict == "another-key":
            device = self.home.device(device_id=phone.device.device_id)
        before = (asked.verdict, asked.wrong_tries)
        try:
            if verdict in {"denied", "not_me"}:
                (device.deny if verdict == "denied" else device.not_me)(approval_id)
            else:
                device.approve(approval_id, numbers.get(verdict, asked.value))
        except WrongNumber:
            asked.wrong_tries += 1
            return
        except DeviceProblem as problem:
            assert problem.status < 500, problem
            return
        REACHED(f"decided {verdict}")
        self._judge_decision(phone, asked, verdict, before)
        self.last_decision = (phone, asked, approval_id)

    def _judge_decision(self, phone: Phone, asked: Question, verdict: str, before: tuple[str | None, int]) -> None:
        decided, wrong_tries = before
        if verdict in {*("wrong-number", "no-number", "another-key")} or not phone.stands:
            raise Broken("P1", f"an approval was accepted with {verdict}")
        if decided is not None or wrong_tries >= 3 or self.now >= asked.at + LIFE["app"]:
            raise Broken("P2", "a decision was accepted twice, or too late")
        if asked.person in self.closed:
            raise Broken("P7", "a closed account decided an approval")
        asked.verdict, asked.device = verdict, phone
        txn = next(one for one in self.txns if asked in one.questions["app"])
        if verdict == "approved":
            self.done.append(("approval.given", asked.person))
        else:
            is_over = txn.stopped or "login.finished" in txn.finals
            txn.finals |= {"approval.denied"} if is_over else {"approval.denied", "login.refused"}
            txn.stopped = True

    def right_fields(self, txn: Txn) -> dict[str, str]:
        """What would be right at this login's page, for somebody who should not be there."""
        method = METHOD_AT.get(txn.step or "")
        given = None if method is None else self._attempt(txn, method, "right")
        if txn.step == "password" and txn.person is not None:
            return {"password": self.accounts[txn.person].password.text}
        return {} if given is None else given.fields
