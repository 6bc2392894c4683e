"""What a relying party was told, and what was guessed, judged against what was seen."""

from tests.people import Person
from tests.state_machine.ghost import (
    AMR,
    LEVEL,
    MOST_WRONG,
    MOST_WRONG_OF_ALL,
    PAUSE,
    RANK,
    TWO_STEP,
    Broken,
    Issued,
)
from tests.state_machine.walk import REACHED, Walk


class Judging(Walk):
    def _judge_claims(self, code: Issued, claims: dict[str, object]) -> None:
        if self.home.subjects.get(str(claims["sub"])) != code.txn.person:
            raise Broken("P1", "the token names somebody else than who logged in")
        stated, proved = RANK[str(claims["acr"])], code.level
        if stated > proved:
            raise Broken("P1", f"the token says {claims['acr']}, and what was shown carries level {proved}")
        if code.guarded and proved < TWO_STEP:
            raise Broken("P10", "two-step login was on, and a token came without a second step")
        if proved < code.txn.demands:
            raise Broken("P5", f"level {code.txn.demands} was demanded, and the token says less")
        if code.txn.essential and stated != max(level for level in code.txn.essential if level <= proved):
            raise Broken("P5", "the token states another level than the highest one demanded that was shown")
        if not code.txn.essential and stated != proved:
            raise Broken("P1", "the token says less than was shown")
        if claims["auth_time"] != code.auth_time:
            raise Broken("P4", f"auth_time is {claims['auth_time']}, the oldest proof {code.auth_time}")
        if code.second is not None:
            self._judge_amr(code, claims["amr"])

    def _judge_amr(self, code: Issued, amr: object) -> None:
        """It names the factor that the level rests on; of two that were shown in one second, either."""
        assert code.second is not None and isinstance(amr, list)
        equal = [p.method for p in code.proofs if p.method in LEVEL and p.at == code.second.at]
        if set(amr) not in [{"pwd", "mfa", *AMR[method]} for method in equal]:
            raise Broken("P1", f"the token says {amr}, and {equal} was shown")
        REACHED(f"token by {code.second.method}")

    def _judge_limits(self, person: Person, method: str) -> None:
        """Before a right answer counts."""
        if len(self._recent_wrong(person, method)) >= MOST_WRONG:
            raise Broken("P3", "a right answer was accepted after the limit of wrong ones")
        if len(self._recent_wrong_of_all(person)) >= MOST_WRONG_OF_ALL:
            raise Broken("P3", "a right answer was accepted after the limit of wrong ones over all methods")

    def _count_wrong(self, person: Person, method: str) -> None:
        self.wrong[person].append((self.now, method))
        self.wrong_of_all[person].append(self.now)
        if len(self._recent_wrong(person, method)) > MOST_WRONG:
            raise Broken("P3", "more wrong answers were judged than the limit")
        if len(self._recent_wrong_of_all(person)) > MOST_WRONG_OF_ALL:
            raise Broken("P3", "more wrong answers were judged than the limit over all methods")

    def _recent_wrong(self, person: Person, method: str) -> list[int]:
        return [at for at, by in self.wrong[person] if by == method and at > self.now - PAUSE]

    def _recent_wrong_of_all(self, person: Person) -> list[int]:
        return [at for at in self.wrong_of_all[person] if at > self.now - PAUSE]

    def every_end_was_written_down(self) -> None:
        rows = self.home.audited()
        for txn in self.txns:
            missing = txn.finals - {event for event, login, _ in rows if login == txn.id}
            if missing:
                raise Broken("P8", f"the audit lacks {sorted(missing)}")
        written = [(event, person) for event, _, person in rows]
        for change in set(self.done):
            if written.count(change) < self.done.count(change):
                raise Broken("P8", f"the audit lacks a row for {change}")
