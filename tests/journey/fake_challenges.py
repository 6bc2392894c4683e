"""The challenges and approvals of a world in memory."""

from dataclasses import replace

from idp.domain.challenge import Challenge, Verdict
from idp.domain.evidence import Method
from tests.journey.rows import Table


class Challenges(Table):
    def insert(self, challenge: Challenge) -> None:
        self.rows.dead_challenges |= {one.id for one in self.rows.challenges.values() if _replaces(challenge, one)}
        self.rows.challenges[challenge.id] = challenge

    def current(self, login_id: str, method: Method) -> Challenge | None:
        newest_first = reversed(self.rows.challenges.values())
        return next((one for one in newest_first if (one.login_id, one.method) == (login_id, method)), None)

    def approval_of(self, citizen_id: str, now: int) -> Challenge | None:
        newest_first = reversed(self.rows.challenges.values())
        asked = (one for one in newest_first if (one.citizen_id, one.method) == (citizen_id, Method.APP))
        newest = next(asked, None)
        return newest if newest is not None and newest.verdict is None and self._live(newest.id, now) else None

    def count_try(self, challenge_id: str, *, most: int, now: int) -> int | None:
        found = self._live(challenge_id, now)
        if found is None or found.tries >= most:
            return None
        self.rows.challenges[found.id] = replace(found, tries=found.tries + 1)
        return found.tries + 1

    def decide(
        self, challenge_id: str, *, citizen_id: str, code_mac: str | None, verdict: Verdict, decided_by: str, now: int
    ) -> bool:
        found = self._live(challenge_id, now, citizen_id)
        if found is None or found.method is not Method.APP or found.verdict is not None:
            return False
        if code_mac is not None and found.code_mac != code_mac:
            return False
        self.rows.challenges[found.id] = replace(found, verdict=verdict, decided_at=now, decided_by=decided_by)
        return True

    def consume(self, challenge_id: str, *, code_mac: str, citizen_id: str, now: int) -> bool:
        found = self._live(challenge_id, now, citizen_id)
        if found is None or found.method is Method.APP or found.code_mac != code_mac:
            return False
        self.rows.challenges[found.id] = replace(found, consumed_at=now)
        return True

    def consume_approved(self, challenge_id: str, *, citizen_id: str, now: int) -> bool:
        found = self._live(challenge_id, now, citizen_id)
        if found is None or found.method is not Method.APP or found.verdict is not Verdict.APPROVED:
            return False
        self.rows.challenges[found.id] = replace(found, consumed_at=now)
        return True

    def end_all(self, login_id: str) -> None:
        self.rows.dead_challenges |= {one.id for one in self.rows.challenges.values() if one.login_id == login_id}

    def _live(self, challenge_id: str, now: int, citizen_id: str | None = None) -> Challenge | None:
        found = self.rows.challenges.get(challenge_id)
        if found is None or found.consumed_at is not None or now >= found.expires_at:
            return None
        if found.id in self.rows.dead_challenges or citizen_id not in (None, found.citizen_id):
            return None
        return found


def _replaces(new: Challenge, old: Challenge) -> bool:
    if new.method is not old.method:
        return False
    return new.login_id == old.login_id or (new.method is Method.APP and new.citizen_id == old.citizen_id)
