import threading
from dataclasses import replace

import pytest
from sqlalchemy import text

from idp.domain.client import ClientAuthMethod, ConsentPolicy
from idp.domain.level import Level
from idp.store.store import Store
from tests.store.samples import CLIENT, GRANT, NOW, SESSION

PUBLIC = replace(
    CLIENT,
    client_id="native",
    secret_hash=None,
    auth_method=ClientAuthMethod.NONE,
    home_uri="https://native.test",
    created_at=CLIENT.created_at + 1,
)


def test_a_client_comes_back_as_registered(store: Store) -> None:
    with store.begin() as work:
        assert work.clients.add(CLIENT)
        assert work.clients.add(PUBLIC)
        assert not work.clients.add(replace(CLIENT, name="Impostor"))
    with store.read() as work:
        assert work.clients.by_id("mhrs") == CLIENT
        assert work.clients.by_id("MHRS") is None
        assert work.clients.every() == (CLIENT, PUBLIC)


def test_disabling_and_enabling(furnished: Store) -> None:
    with furnished.begin() as work:
        assert work.clients.disable("mhrs", NOW)
        assert not work.clients.disable("mhrs", NOW)
        assert work.clients.by_id("mhrs") == replace(CLIENT, disabled=True)
        assert work.clients.enable("mhrs", NOW)
        assert not work.clients.enable("mhrs", NOW)
        assert not work.clients.disable("unknown", NOW)


def test_r_71_e07_disabling_revokes_what_the_client_was_granted_and_nothing_else(furnished: Store) -> None:
    """Once: what was revoked before keeps its time, and enabling gives nothing back."""
    before = replace(GRANT, id="before", code_hash="before", revoked_at=NOW)
    foreign = replace(GRANT, id="foreign", code_hash="foreign", client_id="native")
    with furnished.begin() as work:
        work.clients.add(PUBLIC)
        work.grants.insert(before)
        work.grants.insert(foreign)
        assert work.clients.disable("mhrs", NOW + 1)
        assert not work.clients.disable("mhrs", NOW + 2)
        assert work.clients.enable("mhrs", NOW)
    with furnished.read() as work:
        found = [work.grants.standing(one) for one in (GRANT.id, before.id, foreign.id)]
    assert [one.grant.revoked_at for one in found if one is not None] == [NOW + 1, NOW, None]


def test_r_71_e07_a_grant_that_is_just_being_made_is_revoked_too(furnished: Store) -> None:
    """Who makes one shares the client until it is there; who disables the client waits for that, and sees it."""

    def disable() -> None:
        with furnished.begin() as work:
            assert work.clients.disable("mhrs", NOW + 1)

    other = threading.Thread(target=disable)
    with furnished.begin() as work:
        assert work.clients.share("mhrs") == CLIENT
        other.start()
        other.join(0.5)  # it must not get through in any time
        work.grants.insert(replace(GRANT, id="late", code_hash="late"))
    other.join(20)
    with furnished.read() as work:
        late = work.grants.standing("late")
    assert late is not None
    assert late.grant.revoked_at == NOW + 1


def test_a_floor_is_set_without_touching_anything_else(furnished: Store) -> None:
    with furnished.begin() as work:
        assert work.clients.set_floor("mhrs", Level.PHISHING_RESISTANT)
        assert not work.clients.set_floor("mhrs", Level.PHISHING_RESISTANT)
        assert work.clients.by_id("mhrs") == replace(CLIENT, minimum_level=Level.PHISHING_RESISTANT)
        assert not work.clients.set_floor("unknown", Level.PASSWORD)


def test_the_protected_resources_of_enabled_clients(furnished: Store) -> None:
    """RFC 8707: what may be named as `resource`."""
    with furnished.begin() as work:
        work.clients.add(replace(PUBLIC, resources=()))
        assert {one.client_id for one in work.clients.operators()} == {CLIENT.client_id}
        work.clients.put(replace(PUBLIC, resources=("https://native.test/api",)))
        assert {uri for one in work.clients.operators() for uri in one.resources} == {
            *CLIENT.resources,
            "https://native.test/api",
        }
        work.clients.disable("mhrs", NOW)
        assert {uri for one in work.clients.operators() for uri in one.resources} == {"https://native.test/api"}


def test_the_version_grows_with_every_change_and_only_then(store: Store) -> None:
    """E07: what a cache compares, so that a disabled client is refused by every node."""
    versions = []
    with store.begin() as work:
        for change in (
            work.clients.version,
            lambda: work.clients.add(CLIENT),
            lambda: work.clients.put(replace(CLIENT, name="Renamed")),
            lambda: work.clients.disable("mhrs", NOW),
            lambda: work.clients.enable("mhrs", NOW),
            lambda: work.clients.set_floor("mhrs", Level.PHISHING_RESISTANT),
        ):
            change()
            versions.append(work.clients.version())
        work.clients.add(CLIENT)
        work.clients.enable("mhrs", NOW)
        work.clients.by_id("mhrs")
        assert work.clients.version() == versions[-1]
        assert work.clients.by_id("mhrs") == replace(CLIENT, name="Renamed", minimum_level=Level.PHISHING_RESISTANT)
    assert versions == sorted(set(versions))


def test_put_registers_or_replaces(store: Store) -> None:
    with store.begin() as work:
        work.clients.put(CLIENT)
        changed = replace(CLIENT, redirect_uris=("https://new.test/cb",), disabled=True)
        work.clients.put(changed)
        assert work.clients.every() == (changed,)


def test_r_74_a_client_writes_what_it_registers_itself_and_no_more(store: Store) -> None:
    """What an operator decides stays: the floor, when consent is asked, resources, origins, whether it is enabled."""
    own = replace(CLIENT, registration_token_hash="t" * 64)
    foreign = replace(
        own,
        minimum_level=Level.PASSWORD,
        consent=ConsentPolicy.NEVER,
        return_origins=(),
        resources=(),
        disabled=True,
        created_at=1,
    )
    with store.begin() as work:
        work.clients.add(own)
        before = work.clients.version()
        assert work.clients.replace(replace(foreign, name="Renamed", redirect_uris=("https://new.test/cb",)))
        assert work.clients.by_id("mhrs") == replace(own, name="Renamed", redirect_uris=("https://new.test/cb",))
        assert work.clients.version() > before


def test_r_74_only_an_enabled_client_with_its_own_token_is_replaced(store: Store) -> None:
    own = replace(PUBLIC, registration_token_hash="t" * 64)
    with store.begin() as work:
        operators = replace(CLIENT, registration_token_hash=None)
        work.clients.add(operators)
        work.clients.add(own)
        assert not work.clients.replace(operators)
        assert not work.clients.replace(replace(own, registration_token_hash="u" * 64))
        assert not work.clients.replace(replace(own, client_id="unknown"))
        assert work.clients.hold("native") == own
        work.clients.disable("native", NOW)
        assert not work.clients.replace(own)
        assert work.clients.hold("unknown") is None


def test_r_71_e07_enabling_brings_back_nothing_that_a_former_version_left(furnished: Store) -> None:
    """It only marked the client as disabled, and a node of it may do so during an upgrade."""
    with furnished.begin() as work:
        work.clients.put(replace(CLIENT, disabled=True))
    with furnished.begin() as work:
        assert work.clients.enable("mhrs", NOW + 5)
        standing = work.grants.standing(GRANT.id)
    assert standing is not None
    assert standing.grant.revoked_at == NOW + 5


@pytest.mark.parametrize("change", ["floor", "enable", "disable", "remove"])
def test_r_74_whoever_shares_the_client_keeps_it_as_it_is(furnished_postgresql: Store, change: str) -> None:
    """A login that is being finished: what an operator does comes before it or after it (L-05)."""
    furnished = furnished_postgresql
    done, begun = threading.Event(), threading.Event()
    with furnished.begin() as work:
        work.clients.put(replace(CLIENT, disabled=change == "enable"))

    def changes() -> None:
        with furnished.begin() as work:
            begun.set()
            match change:
                case "floor":
                    work.clients.set_floor("mhrs", Level.PHISHING_RESISTANT)
                case "enable":
                    work.clients.enable("mhrs", NOW)
                case "disable":
                    work.clients.disable("mhrs", NOW)
                case _:
                    work.clients.remove("mhrs")
            done.set()

    operator = threading.Thread(target=changes)
    with furnished.begin() as work:
        shared = work.clients.share("mhrs")
        operator.start()
        assert begun.wait(20)
        assert not done.wait(0.2)
        assert work.clients.by_id("mhrs") == shared
    operator.join(20)
    assert done.is_set()


def test_l05_grants_are_revoked_in_one_order(furnished_postgresql: Store) -> None:
    """ADR 0010: a logout and `disable` over the same grants, whose rows lie in another order than their ids."""
    furnished = furnished_postgresql
    subject = replace(GRANT.subject, session_id="other", sid="other")
    own = [
        replace(GRANT, id=one, code_hash=one, subject=subject, code_consumed_at=None, code_expires_at=NOW + 60)
        for one in ("ga", "gb")
    ]
    alone = (replace(GRANT.subject, session_id=f"s{n}", sid=f"s{n}") for n in range(1500))
    with furnished.begin() as work:
        work.sessions.insert(replace(SESSION, id="other", handle_hash="other", sid="other"))
        for one in alone:
            grant = replace(GRANT, id=one.sid, code_hash=one.sid, subject=one, code_consumed_at=None)
            work.grants.insert(grant)
        for grant in own:
            work.grants.insert(grant)
    for grant in reversed(own):  # two tabs, redeemed in the other order
        with furnished.begin() as work:
            assert work.grants.consume_code(grant.code_hash, "mhrs", NOW) is not None
    with furnished.engine.begin() as connection:
        connection.execute(text("ANALYZE grants"))
    said: dict[str, bool] = {}

    def logout() -> None:
        with furnished.begin() as work:
            said["logout"] = work.sessions.end("other", SESSION.citizen_id, NOW)

    def disable() -> None:
        with furnished.begin() as work:
            said["disable"] = work.clients.disable("mhrs", NOW)

    both = [threading.Thread(target=verb) for verb in (logout, disable)]
    with furnished.engine.begin() as connection:  # somebody holds one of them for a moment
        connection.execute(text("SELECT 1 FROM grants WHERE id = 'ga' FOR NO KEY UPDATE"))
        for one in both:
            one.start()
            one.join(0.3)
    for one in both:
        one.join(20)
    assert said == {"logout": True, "disable": True}
