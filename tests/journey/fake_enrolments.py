"""The registrations that were begun in a world in memory."""

from dataclasses import replace

from idp.domain.enrolment import Enrolment
from idp.domain.evidence import Method
from tests.journey.rows import Table


class Enrolments(Table):
    def insert(self, enrolment: Enrolment) -> None:
        self.end(enrolment.citizen_id, enrolment.method)
        self.rows.enrolments[enrolment.id] = enrolment

    def current(self, citizen_id: str, session_id: str, method: Method) -> Enrolment | None:
        newest_first = reversed(self.rows.enrolments.values())
        begun = (one for one in newest_first if (one.citizen_id, one.method) == (citizen_id, method))
        newest = next(begun, None)
        return newest if newest is not None and newest.session_id == session_id else None

    def by_id(self, enrolment_id: str) -> Enrolment | None:
        return self.rows.enrolments.get(enrolment_id)

    def claim(self, code_mac: str, *, public_key: str, handle: str, name: str, now: int) -> Enrolment | None:
        for one in reversed(self.rows.enrolments.values()):
            is_live = self._live(one.id, now) is not None
            if is_live and one.method is Method.APP and one.code_mac == code_mac and one.claimed_at is None:
                claimed = replace(one, public_key=public_key, handle=handle, name=name, claimed_at=now)
                self.rows.enrolments[one.id] = claimed
                return claimed
        return None

    def count_try(self, enrolment_id: str, *, most: int, now: int) -> int | None:
        found = self._live(enrolment_id, now)
        if found is None or found.tries >= most:
            return None
        self.rows.enrolments[found.id] = replace(found, tries=found.tries + 1)
        return found.tries + 1

    def consume(self, enrolment_id: str, *, now: int, code_mac: str | None = None, handle: str | None = None) -> bool:
        found = self._live(enrolment_id, now)
        if found is None or code_mac not in (None, found.code_mac):
            return False
        if handle is not None and (found.claimed_at is None or found.handle != handle):
            return False
        self.rows.enrolments[found.id] = replace(found, consumed_at=now)
        return True

    def end(self, citizen_id: str, method: Method) -> None:
        begun = [one for one in self.rows.enrolments.values() if (one.citizen_id, one.method) == (citizen_id, method)]
        self.rows.dead_enrolments |= {one.id for one in begun}

    def _live(self, enrolment_id: str, now: int) -> Enrolment | None:
        found = self.rows.enrolments.get(enrolment_id)
        if found is None or found.consumed_at is not None or now >= found.expires_at:
            return None
        return None if found.id in self.rows.dead_enrolments else found
