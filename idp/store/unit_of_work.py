"""One database transaction, with an object for each noun."""

from sqlalchemy import Connection

from idp.store.audit import Audit
from idp.store.authenticators import Authenticators
from idp.store.challenges import Challenges
from idp.store.citizens import Citizens
from idp.store.clients import Clients
from idp.store.consents import Consents
from idp.store.devices import Devices
from idp.store.documents import Documents
from idp.store.enrolments import Enrolments
from idp.store.grants import Grants
from idp.store.initial_access_tokens import InitialAccessTokens
from idp.store.keys import Keys
from idp.store.logins import Logins
from idp.store.outbox import Outbox
from idp.store.protection import Mac, Sealer
from idp.store.purge import purge
from idp.store.refresh_tokens import RefreshTokens
from idp.store.sessions import Sessions
from idp.store.spent import Spent
from idp.store.throttles import Throttles


class UnitOfWork:
    """The verbs of the store inside one transaction. `Store.begin` makes it, commits it and rolls it back."""

    __slots__ = (
        *("_connection", "audit", "authenticators", "challenges", "citizens", "clients", "consents", "devices"),
        *("documents", "enrolments", "grants", "initial_access_tokens", "keys", "logins", "outbox", "refresh_tokens"),
        *("sessions", "spent", "throttles"),
    )

    def __init__(self, connection: Connection, sealer: Sealer, mac: Mac) -> None:
        self._connection = connection
        self.audit = Audit(connection)
        self.authenticators = Authenticators(connection, sealer)
        self.challenges = Challenges(connection)
        self.citizens = Citizens(connection)
        self.clients = Clients(connection)
        self.consents = Consents(connection)
        self.devices = Devices(connection)
        self.documents = Documents(connection)
        self.enrolments = Enrolments(connection, sealer)
        self.grants = Grants(connection)
        self.initial_access_tokens = InitialAccessTokens(connection)
        self.keys = Keys(connection, sealer)
        self.logins = Logins(connection)
        self.outbox = Outbox(connection, sealer)
        self.refresh_tokens = RefreshTokens(connection)
        self.sessions = Sessions(connection, self.clients, self.outbox)
        self.spent = Spent(connection)
        self.throttles = Throttles(connection, mac)

    def purge(self, now: int, batch: int = 500) -> int:
        """Delete what nobody can use any more, at most `batch` rows of each kind; how many went in all."""
        return purge(self._connection, now, batch)
