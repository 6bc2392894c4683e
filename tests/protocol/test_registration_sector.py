"""Whose `sub` values a self-registered client shares (OpenID Connect Core §8.1; Registration §5)."""

import pytest

from idp.domain.client import SubjectType
from idp.protocol.documents import DocumentNeeded
from idp.protocol.errors import WIRE, Reason
from tests.protocol.registering import Registrant, open_world

_R = Reason


@pytest.fixture
def registrant() -> Registrant:
    return Registrant()


def words(reason: Reason, member: str = "") -> tuple[str, str]:
    code, text = WIRE[reason]
    return code, f"{member}: {text}" if member else text


SECTOR = "https://sector.example/uris.json"
TWO_HOSTS = ["https://a.example/cb", "https://b.example/cb"]


def test_dcr_07_the_document_has_every_redirect_uri() -> None:
    registrant = Registrant()
    listed = '["https://a.example/cb", "https://b.example/cb", "x"]'
    registrant.world.uow.documents.publish(SECTOR, listed, registrant.world.clock.now())
    told = registrant.registers(redirect_uris=TWO_HOSTS, sector_identifier_uri=SECTOR, subject_type="pairwise")
    assert told["sector_identifier_uri"] == SECTOR
    assert registrant.client.sector == "sector.example"


@pytest.mark.parametrize(
    "body",
    [None, "", "[]", "{}", '["https://a.example/cb"]', '"x"', '{"a": 1}', "[" * 99999, '["https://a.example/cb", 1]'],
)
@pytest.mark.parametrize("subject_type", list(SubjectType))
def test_dcr_07_a_document_that_lacks_one(body: str | None, subject_type: str) -> None:
    registrant = Registrant()
    registrant.world.uow.documents.publish(SECTOR, body, registrant.world.clock.now())
    refused = registrant.is_refused(redirect_uris=TWO_HOSTS, sector_identifier_uri=SECTOR, subject_type=subject_type)
    assert refused == words(_R.SECTOR_LACKS, "sector_identifier_uri")


def test_dcr_07_the_document_is_asked_for_when_everything_else_is_right() -> None:
    """And asked for again where the copy is not good enough, but not at once."""
    registrant = Registrant()
    asked = {"redirect_uris": TWO_HOSTS, "sector_identifier_uri": SECTOR}
    registrant.is_refused(**asked, grant_types=["password"])
    with pytest.raises(DocumentNeeded):
        registrant.registers(**asked)
    registrant.world.uow.documents.publish(SECTOR, "[]", registrant.world.clock.now())
    registrant.is_refused(**asked)
    registrant.world.clock.advance(61)
    with pytest.raises(DocumentNeeded):
        registrant.registers(**asked)


@pytest.mark.parametrize("other", ["https://127.0.0.1/cb", "http://127.0.0.1/cb", "https://portal/cb"])
def test_dcr_07_several_hosts_are_several_whoever_they_belong_to(registrant: Registrant, other: str) -> None:
    uris = ["https://localhost/cb", other]
    assert registrant.is_refused(redirect_uris=uris, application_type="native") == words(_R.SECTOR_MISSING)


@pytest.mark.parametrize("own", ["http://127.0.0.1/cb", "https://localhost:1/cb", "org.example.app:/cb"])
def test_nobody_takes_the_sector_of_a_host_that_is_another_ones(registrant: Registrant, own: str) -> None:
    """Who is answered on loopback would else learn the `sub` values of that host's clients."""
    uris = [own, "https://mhrs.example/cb"]
    assert registrant.is_refused(redirect_uris=uris, application_type="native") == words(_R.SECTOR_MISSING)


def test_dcr_07_no_sector_without_anything_to_vouch_for(registrant: Registrant) -> None:
    """An empty set is a part of every list: a client without redirect URIs would take any host's sector."""
    alone = {"grant_types": ["client_credentials"], "response_types": []}
    refused = registrant.is_refused(alone, sector_identifier_uri=SECTOR)
    assert refused == words(_R.SECTOR_ALONE, "sector_identifier_uri")
    registrant.registers(alone)
    assert registrant.client.sector == registrant.client_id


def test_several_hosts_need_a_sector_or_public_subjects(registrant: Registrant) -> None:
    assert registrant.is_refused(redirect_uris=TWO_HOSTS) == words(_R.SECTOR_MISSING)
    registrant.registers(redirect_uris=TWO_HOSTS, subject_type="public")


@pytest.mark.parametrize(
    ("uris", "sector"),
    [
        (["https://a.example/1", "https://a.example:9000/2"], "a.example"),
        (["https://localhost.example/cb"], "localhost.example"),
        (["https://10.example/cb"], "10.example"),
        (["http://127.0.0.1/cb", "http://localhost/cb"], None),
        (["https://portal/cb"], None),
        (["https://localhost.localdomain/cb"], None),
        (["https://localhost/cb"], None),
        (["https://rp.localhost/cb"], None),
        (["https://127.0.0.1/cb"], None),
        (["https://[::1]/cb"], None),
        (["https://203.0.113.5:8443/cb"], None),
        (["https://[2001:db8::1]/cb"], None),
        (["https://[::ffff:192.0.2.1]/cb"], None),
        (["https://127.1/cb"], None),
        (["https://0x7f.0x1/cb"], None),
        (["https://2130706433/cb"], None),
        (["org.example.app://cb/x"], None),
    ],
)
def test_a_sector_is_a_host_of_its_own_or_the_client(
    registrant: Registrant, uris: list[str], sector: str | None
) -> None:
    """Core §8.1: two on loopback (https too), at an IP literal, or with schemes of their own share no `sub`."""
    registrant.registers(redirect_uris=uris, application_type="native")
    assert registrant.client.sector == (sector or registrant.client_id)


def test_dcr_07_a_document_on_loopback_joins_only_whom_it_lists() -> None:
    """Its host is a sector that others have: the services of a sandbox."""
    sandbox = Registrant(open_world(allows_loopback=True))
    for uri in ("http://localhost:9000/uris.json", "https://localhost/uris.json", "https://[::1]/uris.json"):
        sandbox.world.uow.documents.publish(uri, '["https://localhost:1/cb"]', sandbox.world.clock.now())
        sandbox.registers(redirect_uris=["https://localhost:1/cb"], sector_identifier_uri=uri)
        assert sandbox.client.sector == uri
