"""Seeding makes what is missing, leaves alone what people changed, and restores on request."""

from dataclasses import replace

import pytest

from idp.crypto.secrets import HouseSecrets, sha256_hex
from idp.domain.authenticator import Authenticator
from idp.domain.citizen import Citizen
from idp.domain.client import Client, ClientAuthMethod, ConsentPolicy, PkcePolicy
from idp.domain.client_metadata import GrantType
from idp.domain.evidence import Method
from idp.domain.level import Level
from idp.domain.national_id import NationalId
from idp.domain.throttle import Refused
from idp.policy import throttle
from idp.policy.passwords import PasswordPolicy
from idp.sandbox.personas import PERSONAS
from idp.sandbox.seeding import Plan, Seeded, UnfitPersonaPassword, seed
from idp.store.store import Store
from tests.clock import FakeClock
from tests.town import PlainHasher

PLAN = Plan(
    persona_password="Esik-Deneme-1",
    password_policy=PasswordPolicy.EDEVLET,
    mhrs_url="http://localhost:8001",
    client_secrets={"mhrs": "one secret", "mhrs-floor": "another secret"},
)
AYSE, MEHMET, ZEYNEP = (NationalId(number) for number in ("98765430170", "98765430248", "98765430798"))
CAN, NURTEN = (NationalId(number) for number in ("98765430316", "98765430620"))


def seeded(store: Store, clock: FakeClock, plan: Plan = PLAN, *, reset: bool = False) -> Seeded:
    return seed(store, PlainHasher(), HouseSecrets(b"seed"), plan, clock.now(), reset=reset)


def citizen(store: Store, number: NationalId) -> Citizen:
    with store.read() as uow:
        found = uow.citizens.by_national_id(number)
    assert found is not None
    return found


def registered(store: Store, number: NationalId) -> tuple[Authenticator, ...]:
    with store.read() as uow:
        return uow.authenticators.of_citizen(citizen(store, number).id)


def everything(store: Store) -> tuple[object, ...]:
    with store.read() as uow:
        people = uow.citizens.every()
        held = tuple(uow.authenticators.of_citizen(one.id) for one in people)
        return people, held, uow.clients.every(), uow.clients.version()


def client(store: Store, client_id: str) -> Client:
    with store.read() as uow:
        found = uow.clients.by_id(client_id)
    assert found is not None
    return found


def test_seeding_makes_everybody_and_every_client(store: Store, clock: FakeClock) -> None:
    assert seeded(store, clock) == Seeded(personas=len(PERSONAS), clients=3)
    with store.read() as uow:
        people = {one.national_id: one for one in uow.citizens.every()}
    for persona in PERSONAS:
        one = people[persona.national_id]
        assert persona.as_citizen(one.id, one.password_hash, clock.now()) == one
        assert {held.method for held in registered(store, persona.national_id)} == set(persona.holds)
        assert len(one.id) == 43, "opaque and random, not made from the number"


def test_a_second_time_changes_nothing(store: Store, clock: FakeClock) -> None:
    seeded(store, clock)
    before = everything(store)
    clock.advance(3600)
    assert seeded(store, clock) == Seeded(personas=0, clients=0)
    assert everything(store) == before


def test_methods_that_people_changed_stay_until_reset(store: Store, clock: FakeClock) -> None:
    seeded(store, clock)
    before = registered(store, NURTEN), registered(store, CAN)
    own = Authenticator(id="own", citizen_id=citizen(store, CAN).id, method=Method.TOTP, name="", created_at=1)
    with store.begin() as uow:
        uow.authenticators.use_up(before[0][0].id, clock.now())
        uow.authenticators.remove_all(citizen(store, CAN).id, Method.APP)
        uow.authenticators.add(own, "JBSWY3DPEHPK3PXP")
    seeded(store, clock)
    assert registered(store, CAN) == (own,)
    assert not registered(store, NURTEN)[0].is_usable
    seeded(store, clock, reset=True)
    assert (registered(store, NURTEN), registered(store, CAN)) == before


def test_a_persona_of_a_newer_version_is_added_to_an_older_database(sqlite_store: Store, clock: FakeClock) -> None:
    people = [one for one in PERSONAS if one.national_id != CAN]
    with sqlite_store.begin() as uow:
        for persona in people:
            uow.citizens.add(persona.as_citizen(persona.id, PlainHasher().hash(PLAN.persona_password), clock.now()))
    assert seeded(sqlite_store, clock).personas == 1
    assert [one.method for one in registered(sqlite_store, CAN)] == [Method.APP]


def test_what_people_changed_stays_until_reset(sqlite_store: Store, clock: FakeClock) -> None:
    seeded(sqlite_store, clock)
    mehmet = citizen(sqlite_store, MEHMET)
    with sqlite_store.begin() as uow:
        uow.citizens.set_two_step(mehmet.id, True)
        uow.citizens.set_password(
            mehmet.id, password_hash="plain:other", expected_hash=mehmet.password_hash or "", now=clock.now() + 1
        )
    seeded(sqlite_store, clock)
    assert citizen(sqlite_store, MEHMET).two_step
    clock.advance(60)
    assert seeded(sqlite_store, clock, reset=True).personas == len(PERSONAS)
    assert citizen(sqlite_store, MEHMET) == replace(
        mehmet,
        password_changed_at=clock.now(),
        created_at=mehmet.created_at + 60,
        phone_verified_at=mehmet.created_at + 60,
    )


def test_reset_clears_the_counters(sqlite_store: Store, clock: FakeClock) -> None:
    """domain.md §3.6: `esik seed --reset` restores a seeded persona that strangers locked."""
    seeded(sqlite_store, clock)
    password, ayse = throttle.password_attempt(AYSE.value), citizen(sqlite_store, AYSE).id
    guesses = [throttle.factor_attempt(ayse, method) for method in Method if method.is_second_factor]
    counted = [password, *guesses, throttle.approval_asking(ayse, quotas=True)]
    with sqlite_store.begin() as uow:
        for counts in counted:
            for _ in range(5):
                uow.throttles.reserve(counts, clock.now())
            assert isinstance(uow.throttles.refusal(counts, clock.now()), Refused)
    seeded(sqlite_store, clock, reset=True)
    with sqlite_store.read() as uow:
        assert [uow.throttles.refusal(counts, clock.now()) for counts in counted] == [None] * len(counted)


def test_another_persona_password_is_taken_up(sqlite_store: Store, clock: FakeClock) -> None:
    seeded(sqlite_store, clock)
    assert seeded(sqlite_store, clock, replace(PLAN, persona_password="Baska-Deneme-2")).personas == len(PERSONAS)
    assert citizen(sqlite_store, AYSE).password_hash == "plain:Baska-Deneme-2"


@pytest.mark.parametrize(
    "password", ["kisa-A1", "esik-deneme-1", "ESIK-DENEME-1", "Esik-Deneme", "EsikDeneme1", "Sifrem1."]
)
def test_a_persona_password_obeys_the_rules_before_anything_is_changed(
    sqlite_store: Store, clock: FakeClock, password: str
) -> None:
    with pytest.raises(UnfitPersonaPassword):
        seeded(sqlite_store, clock, replace(PLAN, persona_password=password))
    with sqlite_store.read() as uow:
        assert uow.citizens.every() == ()


def test_one_second_step_is_paused_for_a_quarter_of_an_hour(sqlite_store: Store, clock: FakeClock) -> None:
    for _ in range(5):  # however often the sandbox was started
        seeded(sqlite_store, clock)
    counts = throttle.factor_attempt(citizen(sqlite_store, ZEYNEP).id, "sms")
    with sqlite_store.read() as uow:
        assert uow.throttles.refusal(counts, clock.now()) == Refused("factor", clock.now() + 900)
        assert uow.throttles.refusal(counts, clock.now() + 900) is None


def test_mhrs_is_registered_without_a_floor_and_with_it(sqlite_store: Store, clock: FakeClock) -> None:
    """domain.md J3: two registered clients."""
    seeded(sqlite_store, clock)
    plain, floor = client(sqlite_store, "mhrs"), client(sqlite_store, "mhrs-floor")
    assert (plain.minimum_level, floor.minimum_level) == (Level.PASSWORD, Level.TWO_STEP)
    for one, secret in ((plain, "one secret"), (floor, "another secret")):
        assert one.auth_method is ClientAuthMethod.CLIENT_SECRET_BASIC
        assert one.secret_hash == sha256_hex(secret)
        assert one.pkce is PkcePolicy.REQUIRED
        assert one.id_token_alg == "ES256"
        assert one.consent is ConsentPolicy.ASK
        assert one.redirect_uris == ("http://localhost:8001/oidc/callback",)
        assert one.sector_identifier == "localhost"
        assert one.resources == ("http://localhost:8001/api",)
        assert one.metadata.backchannel_logout_uri == "http://localhost:8001/oidc/backchannel-logout"
        assert one.metadata.backchannel_logout_session_required
        assert one.metadata.initiate_login_uri == "http://localhost:8001/oidc/initiate"


def test_the_mobile_app_of_mhrs_is_public_and_of_its_sector(sqlite_store: Store, clock: FakeClock) -> None:
    """Its `sub` is the one that MHRS's API knows (OpenID Connect Core §8.1)."""
    seeded(sqlite_store, clock)
    service, app = client(sqlite_store, "mhrs"), client(sqlite_store, "mhrs-mobil")
    assert app.auth_method is ClientAuthMethod.NONE
    assert app.pkce is PkcePolicy.REQUIRED
    assert app.minimum_level is Level.TWO_STEP
    assert app.may(GrantType.REFRESH_TOKEN)
    assert app.resources == ()
    assert app.sector == service.sector


def test_mhrs_at_another_address_is_registered_anew(sqlite_store: Store, clock: FakeClock) -> None:
    seeded(sqlite_store, clock)
    assert seeded(sqlite_store, clock, replace(PLAN, mhrs_url="http://localhost:9001")).clients == 2
    assert client(sqlite_store, "mhrs").redirect_uris == ("http://localhost:9001/oidc/callback",)


def test_a_disabled_client_stays_disabled_until_reset(sqlite_store: Store, clock: FakeClock) -> None:
    seeded(sqlite_store, clock)
    with sqlite_store.begin() as uow:
        uow.clients.disable("mhrs", clock.now())
    seeded(sqlite_store, clock)
    assert client(sqlite_store, "mhrs").disabled
    seeded(sqlite_store, clock, reset=True)
    assert not client(sqlite_store, "mhrs").disabled
