"""The registered second factors of a world in memory."""

from dataclasses import replace

from idp.domain.authenticator import Authenticator
from idp.domain.evidence import Method
from tests.journey.rows import Table


class Authenticators(Table):
    def of_citizen(self, citizen_id: str) -> tuple[Authenticator, ...]:
        own = [one for one in self.rows.authenticators.values() if one.citizen_id == citizen_id]
        return tuple(sorted(own, key=lambda one: (one.created_at, one.id)))

    def by_id(self, authenticator_id: str) -> Authenticator | None:
        return self.rows.authenticators.get(authenticator_id)

    def secret_of(self, authenticator_id: str) -> str:
        return self.rows.secrets[authenticator_id]

    def add(self, authenticator: Authenticator, secret: str = "") -> bool:
        taken = {(one.citizen_id, one.method, one.handle) for one in self.rows.authenticators.values()}
        if (authenticator.citizen_id, authenticator.method, authenticator.handle) in taken:
            return False
        if authenticator.id in self.rows.authenticators:
            return False
        self.rows.authenticators[authenticator.id] = authenticator
        if secret:
            self.rows.secrets[authenticator.id] = secret
        return True

    def rename(self, authenticator_id: str, citizen_id: str, name: str) -> bool:
        found = self._own(authenticator_id, citizen_id)
        if found is not None:
            self.rows.authenticators[found.id] = replace(found, name=name)
        return found is not None

    def remove(self, authenticator_id: str, citizen_id: str) -> bool:
        found = self._own(authenticator_id, citizen_id)
        if found is not None:
            del self.rows.authenticators[found.id]
            self.rows.secrets.pop(found.id, None)
        return found is not None

    def remove_all(self, citizen_id: str, method: Method) -> int:
        return sum(self.remove(one.id, citizen_id) for one in self.of_citizen(citizen_id) if one.method is method)

    def advance(self, authenticator_id: str, counter: int, now: int) -> bool:
        found = self._usable(authenticator_id)
        if found is None or found.counter >= counter:
            return False
        self.rows.authenticators[found.id] = replace(found, counter=counter, last_used_at=now)
        return True

    def touch(self, authenticator_id: str, now: int) -> bool:
        found = self._usable(authenticator_id)
        if found is not None:
            self.rows.authenticators[found.id] = replace(found, last_used_at=now)
        return found is not None

    def use_up(self, authenticator_id: str, now: int) -> bool:
        found = self._usable(authenticator_id)
        if found is not None:
            self.rows.authenticators[found.id] = replace(found, used_at=now, last_used_at=now)
        return found is not None

    def _own(self, authenticator_id: str, citizen_id: str) -> Authenticator | None:
        found = self.rows.authenticators.get(authenticator_id)
        return found if found is not None and found.citizen_id == citizen_id else None

    def _usable(self, authenticator_id: str) -> Authenticator | None:
        found = self.rows.authenticators.get(authenticator_id)
        return found if found is not None and found.is_usable else None
