"""What relying parties hear when a login ends, as their servers would."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from idp.delivery.drain import Drain
from idp.delivery.guarded_http import NotFetched
from idp.delivery.lanes import LaneForEach
from idp.delivery.logout_gateway import LogoutGateway
from idp.domain.message import Channel
from idp.logout_calls import LogoutCalls
from tests.stand_in import StandIn
from tests.town import Town


@dataclass
class Servers:
    """Every relying party's server. Those in `moods` answer with that status, or not at all (None); others with 200."""

    moods: dict[str, int | None] = field(default_factory=dict)
    posts: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    def post_form(self, url: str, fields: Mapping[str, str]) -> int:
        self.posts.append((url, dict(fields)))
        status = self.moods.get(url, 200)
        if status is None:
            raise NotFetched("too slow")
        return status

    def close(self) -> None: ...


def registers(town: Town, client_id: str = "mhrs", **metadata: Any) -> None:
    """The client says of itself what it did not say before."""
    with town.store.begin() as uow:
        client = uow.clients.by_id(client_id)
        assert client is not None
        uow.clients.put(replace(client, metadata=replace(client.metadata, **metadata)))


def drain_of(town: Town, servers: Servers) -> Drain:
    calls = LogoutCalls(town.store, town.idp.state.house.provider, town.idp.state.house.obtain)
    gateway, lanes = LogoutGateway(calls, servers), LaneForEach(calls.party)
    return Drain(town.store.begin, Channel.LOGOUT, gateway, town.clock, lanes=lanes)


def told(town: Town) -> list[tuple[str, dict[str, Any]]]:
    """Where logout tokens arrive now, and their verified claims."""
    servers = Servers()
    drain = drain_of(town, servers)
    while drain.carry_one():
        pass
    assert all(fields.keys() == {"logout_token"} for _, fields in servers.posts)
    reader = StandIn(town)
    return [(url, reader.verified(fields["logout_token"])) for url, fields in servers.posts]
