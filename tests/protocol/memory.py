"""What a unit of work holds, in memory, with the same verbs as the store."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

from idp.domain.audit import AuditRow
from idp.domain.citizen import Citizen
from idp.domain.client import Client
from idp.domain.document import FetchedDocument
from idp.domain.grant import Grant, GrantStanding, RefreshToken
from idp.domain.signing_key import SigningKey
from idp.domain.throttle import Count, Quota, Refused, Reserved


class Clients:
    def __init__(self, clients: Iterable[Client]) -> None:
        self.rows = {client.client_id: client for client in clients}
        self.asked_for: list[str] = []

    def by_id(self, client_id: str) -> Client | None:
        self.asked_for.append(client_id)
        return self.rows.get(client_id)

    def add(self, client: Client) -> bool:
        return self.rows.setdefault(client.client_id, client) is client

    def put(self, client: Client) -> None:
        self.rows[client.client_id] = client

    def hold(self, client_id: str) -> Client | None:
        return self.rows.get(client_id)

    def share(self, client_id: str) -> Client | None:
        return self.rows.get(client_id)

    def replace(self, client: Client) -> bool:
        present = self.rows.get(client.client_id)
        if present is None or present.disabled or present.registration_token_hash is None:
            return False
        if present.registration_token_hash != client.registration_token_hash:
            return False
        kept = ("minimum_level", "consent", "return_origins", "resources", "disabled", "created_at")
        self.rows[client.client_id] = replace(client, **{name: getattr(present, name) for name in kept})
        return True

    def remove(self, client_id: str) -> bool:
        return self.rows.pop(client_id, None) is not None

    def operators(self) -> tuple[Client, ...]:
        return tuple(client for client in self.rows.values() if client.resources and not client.disabled)


class Citizens:
    def __init__(self, citizens: Iterable[Citizen]) -> None:
        self.rows = {citizen.id: citizen for citizen in citizens}

    def by_id(self, citizen_id: str) -> Citizen | None:
        return self.rows.get(citizen_id)


class Grants:
    def __init__(self, citizens: Citizens) -> None:
        self.rows: dict[str, Grant] = {}
        self.ended_sessions: set[str] = set()
        self.forgotten_sessions: set[str] = set()
        self.spent: dict[str, int] = {}
        self._citizens = citizens

    def insert(self, grant: Grant) -> None:
        self.rows[grant.id] = grant

    def consume_code(self, code_hash: str, client_id: str, now: int) -> Grant | None:
        found = self.by_code(code_hash)
        if found is None or found.client_id != client_id or now >= found.code_expires_at:
            return None
        if found.code_consumed_at is not None or found.revoked_at is not None:
            return None
        self.rows[found.id] = replace(found, code_consumed_at=now)
        return self.rows[found.id]

    def by_code(self, code_hash: str) -> Grant | None:
        return next((grant for grant in self.rows.values() if grant.code_hash == code_hash), None)

    def standing(self, grant_id: str, named: str = "") -> GrantStanding | None:
        found = self.rows.get(grant_id)
        if found is None:
            return None
        citizen = self._citizens.by_id(found.subject.citizen_id)
        session = found.subject.session_id
        ended = session in self.ended_sessions
        return GrantStanding(
            found,
            citizen,
            session_is_live=not ended and session not in self.forgotten_sessions,
            session_has_ended=ended,
            is_spent=named in self.spent,
        )

    def revoke(self, grant_id: str, now: int) -> bool:
        if self.rows[grant_id].revoked_at is not None:
            return False
        self.rows[grant_id] = replace(self.rows[grant_id], revoked_at=now)
        return True

    def clients_of(self, session_id: str) -> tuple[str, ...]:
        own = (grant for grant in self.rows.values() if grant.subject.session_id == session_id)
        return tuple(sorted({grant.client_id for grant in own}))


class Consents:
    """`given` names citizen and client."""

    def __init__(self, grants: Grants) -> None:
        self.given: set[tuple[str, str]] = set()
        self._grants = grants

    def withdraw(self, client_id: str, now: int) -> None:
        self.given = {one for one in self.given if one[1] != client_id}
        for grant in list(self._grants.rows.values()):
            if grant.client_id == client_id:
                self._grants.revoke(grant.id, now)


class Audit:
    def __init__(self) -> None:
        self.rows: list[AuditRow] = []

    def append(self, row: AuditRow) -> None:
        self.rows.append(row)


class Keys:
    """Stored keys that count how often they are read."""

    def __init__(self, *keys: SigningKey) -> None:
        self.rows = list(keys)
        self.revision = 1
        self.reads = 0

    def published(self, now: int) -> tuple[SigningKey, ...]:
        self.reads += 1
        return tuple(row for row in self.rows if row.published_until is None or row.published_until > now)

    def version(self) -> int:
        return self.revision

    def hold(self) -> None:
        """Nobody else is here."""

    def every(self) -> tuple[SigningKey, ...]:
        return tuple(self.rows)

    def add(self, key: SigningKey) -> bool:
        if any(row.kid == key.kid or (row.alg, row.state) == (key.alg, key.state) for row in self.rows):
            return False
        self.rows.append(key)
        self.revision += 1
        return True

    def rotate(self, active_kid: str, next_key: SigningKey, published_until: int) -> bool:
        states = {(row.kid, row.alg): row.state for row in self.rows}
        if states.get((active_kid, next_key.alg)) != "active":
            return False
        for number, row in enumerate(self.rows):
            if row.kid == active_kid:
                self.rows[number] = replace(row, state="retired", published_until=published_until)
            elif (row.alg, row.state) == (next_key.alg, "next"):
                self.rows[number] = replace(row, state="active")
        self.rows.append(next_key)
        self.revision += 1
        return True

    def remove(self, kid: str) -> bool:
        left = [row for row in self.rows if row.kid != kid]
        was_there = len(left) < len(self.rows)
        self.rows[:] = left
        self.revision += was_there
        return was_there


class RefreshTokens:
    def __init__(self, grants: Grants) -> None:
        self.rows: dict[str, RefreshToken] = {}
        self._grants = grants

    def insert(self, token: RefreshToken) -> None:
        unused = [row for row in self.rows.values() if row.grant_id == token.grant_id and row.used_at is None]
        assert not unused, "a grant has at most one unused refresh token"
        self.rows[token.token_hash] = token

    def by_hash(self, token_hash: str) -> RefreshToken | None:
        return self.rows.get(token_hash)

    def use_up(self, token_hash: str, client_id: str, now: int) -> RefreshToken | None:
        found = self.rows.get(token_hash)
        if found is None or found.used_at is not None or now >= found.expires_at:
            return None
        grant = self._grants.rows[found.grant_id]
        if grant.client_id != client_id or grant.revoked_at is not None:
            return None
        self.rows[token_hash] = replace(found, used_at=now)
        return self.rows[token_hash]


class Spent:
    def __init__(self, rows: dict[str, int]) -> None:
        self.rows = rows

    def spend(self, name: str, expires_at: int) -> bool:
        if name in self.rows:
            return False
        self.rows[name] = expires_at
        return True

    def is_spent(self, name: str) -> bool:
        return name in self.rows


class Documents:
    """Copies of documents; a test puts what a client publishes into `rows`, as if it had been fetched."""

    def __init__(self) -> None:
        self.rows: dict[str, FetchedDocument] = {}
        self.out_of_reach: frozenset[str] = frozenset()

    def by_uri(self, uri: str) -> FetchedDocument | None:
        return self.rows.get(uri)

    def publish(self, uri: str, body: str | None, now: int) -> None:
        self.rows[uri] = FetchedDocument(uri, body, None if body is None else now, now, now)


class InitialAccessTokens:
    """`uses` is by the token's hash."""

    def __init__(self, uses: dict[str, int] | None = None) -> None:
        self.uses: dict[str, int] = {} if uses is None else uses

    def is_usable(self, token_hash: str, now: int) -> bool:
        return self.uses.get(token_hash, 0) > 0

    def use(self, token_hash: str, now: int) -> bool:
        left = self.uses.get(token_hash, 0)
        self.uses[token_hash] = max(0, left - 1)
        return left > 0


class Throttles:
    """Quotas, counted without forgetting; a test may say in `most` that it is enough sooner."""

    def __init__(self) -> None:
        self.counted: list[tuple[Count, ...]] = []
        self.most: int | None = None

    def reserve(self, counts: tuple[Count, ...], now: int) -> Reserved | Refused:
        so_far = Counter(count for taken in self.counted for count in taken)
        for count in counts:
            assert isinstance(count.limit, Quota)
            if so_far[count] >= (count.limit.most if self.most is None else self.most):
                return Refused(count.limit.scope, now + 60)
        self.counted.append(counts)
        return Reserved(tuple(so_far[count] + 1 for count in counts), (None,) * len(counts))


class UnitOfWork:
    def __init__(self, clients: Iterable[Client], citizens: Iterable[Citizen]) -> None:
        self.clients = Clients(clients)
        self.citizens = Citizens(citizens)
        self.grants = Grants(self.citizens)
        self.refresh_tokens = RefreshTokens(self.grants)
        self.spent = Spent(self.grants.spent)
        self.documents = Documents()
        self.initial_access_tokens = InitialAccessTokens()
        self.throttles = Throttles()
        self.consents = Consents(self.grants)
        self.audit = Audit()
