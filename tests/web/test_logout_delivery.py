"""From the end of a session to a relying party's server, through the threads of a running provider (LOGOUT-12, -14)."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from queue import Queue
from urllib.parse import parse_qs

import pytest
from joserfc import jwe
from joserfc.jwk import RSAKey
from starlette.testclient import TestClient

from idp.delivery.drain import Drain
from idp.delivery.gateway import NotAccepted
from idp.domain.client_metadata import Encryption
from idp.domain.logout import EndedLogin
from idp.domain.message import Channel
from idp.logout_calls import LogoutCalls
from tests.clock import FakeClock
from tests.people import AYSE, Visitor
from tests.stand_in import StandIn
from tests.told import registers
from tests.town import MHRS, Town, town

Heard = Queue[tuple[str, str, dict[str, list[str]]]]


@contextmanager
def server(heard: Heard) -> Iterator[str]:
    """A relying party's server on this machine: its origin."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"])).decode()
            heard.put((self.path, self.headers["content-type"], parse_qs(body)))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: object) -> None: ...

    listening = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=listening.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield f"http://localhost:{listening.server_port}"
    finally:
        listening.shutdown()
        thread.join()
        listening.server_close()


def test_logout_12_logout_14_a_server_on_this_machine_is_told(
    sqlite_url: str, tmp_path: Path, clock: FakeClock
) -> None:
    """SET-03: in a sandbox, where the operator names its origin; the person is back before anybody was told."""
    heard: Heard = Queue()
    with server(heard) as origin, town(sqlite_url, tmp_path, clock, fetch_allow=origin) as place:
        registers(place, backchannel_logout_uri=f"{origin}/told?tenant=7")
        with TestClient(place.idp):
            citizen, mhrs = Visitor(place), StandIn(place)
            asked = mhrs.asks()
            citizen.open(asked.url)
            citizen.two_steps(AYSE)
            tokens = mhrs.tokens(citizen.approves(), asked)
            page = citizen.open(f"/logout?id_token_hint={tokens.id_token}&post_logout_redirect_uri={MHRS}/")
            assert page.url == f"{MHRS}/"
            path, content_type, fields = heard.get(timeout=20)
            assert (path, content_type) == ("/told?tenant=7", "application/x-www-form-urlencoded")
            assert fields.keys() == {"logout_token"}
            assert mhrs.verified(fields["logout_token"][0])["sid"] == tokens.claims["sid"]


def test_who_carries_logouts_is_woken_by_a_logout_and_by_nothing_else(
    sqlite_url: str, tmp_path: Path, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each look takes SQLite's one write lock: a code by SMS is no reason for it."""
    woken: list[Channel] = []
    monkeypatch.setattr(Drain, "nudge", lambda drain: woken.append(drain.channel))
    with town(sqlite_url, tmp_path, clock) as place:
        registers(place, backchannel_logout_uri="https://rp.example/out")
        citizen, mhrs = Visitor(place), StandIn(place)
        asked = mhrs.asks()
        citizen.open(asked.url)
        citizen.two_steps(AYSE)
        tokens = mhrs.tokens(citizen.approves(), asked)
        assert woken == []
        citizen.open(f"/logout?id_token_hint={tokens.id_token}")
        assert woken == [Channel.LOGOUT]


def test_bcl_2_4_keys_that_are_published_elsewhere_are_asked_for_and_waited_for(the_town: Town) -> None:
    """Without them nothing is sent: not in the clear."""
    uri, key = "https://rp.example/jwks", RSAKey.generate_key(2048, {"kid": "k1", "use": "enc"})
    registers(
        the_town,
        backchannel_logout_uri="https://rp.example/out",
        id_token_encryption=Encryption("RSA-OAEP-256"),
        jwks_uri=uri,
    )
    asked: list[str] = []
    calls = LogoutCalls(the_town.store, the_town.idp.state.house.provider, asked.append)
    with pytest.raises(NotAccepted, match="mhrs: its keys cannot be had"):
        calls(EndedLogin("mhrs", "c", "s"))
    assert set(asked) == {uri}
    now = the_town.clock.now()
    with the_town.store.begin() as uow:
        uow.documents.may_try(uri, now, 60)
        uow.documents.give_up(uri, now, now)
    with pytest.raises(NotAccepted, match="mhrs: encryption_key"):
        calls(EndedLogin("mhrs", "c", "s"))
    with the_town.store.begin() as uow:
        uow.documents.keep(uri, json.dumps({"keys": [key.as_dict(private=False)]}), now)
    call = calls(EndedLogin("mhrs", "c", "s"))
    assert call is not None
    assert jwe.decrypt_compact(call.token, key, algorithms=["RSA-OAEP-256", "A128CBC-HS256"]).plaintext


def test_logout_14_clients_of_one_owner_are_one_party(the_town: Town) -> None:
    """D15: names below a registered one cost nothing."""
    calls = LogoutCalls(the_town.store, the_town.idp.state.house.provider, lambda _: None)
    registers(the_town, "mhrs", backchannel_logout_uri="https://a.rp.example/out")
    registers(the_town, "mhrs-floor", backchannel_logout_uri="https://B.rp.example:8443/out?x")
    assert calls.party("mhrs") == calls.party("mhrs-floor") == "rp.example"
    registers(the_town, "mhrs", backchannel_logout_uri=None)
    assert [calls.party(client_id) for client_id in ("mhrs", "gone")] == ["", ""]


def test_a_key_of_ours_that_is_missing_holds_up_this_client_alone(the_town: Town) -> None:
    registers(the_town, backchannel_logout_uri="https://rp.example/out")
    with the_town.store.begin() as uow:
        client = uow.clients.by_id("mhrs")
        assert client is not None
        uow.clients.put(replace(client, id_token_alg="RS1"))
    calls = LogoutCalls(the_town.store, the_town.idp.state.house.provider, lambda _: None)
    with pytest.raises(NotAccepted, match="mhrs: no active signing key for RS1"):
        calls(EndedLogin("mhrs", "c", "s"))
