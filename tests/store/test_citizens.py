from dataclasses import replace

import pytest

from idp.domain.citizen import CitizenState
from idp.domain.evidence import Method
from idp.domain.phone_number import PhoneNumber
from idp.domain.profile import Address, Profile
from idp.journey.ports import Begin
from idp.store import citizen_profile
from idp.store.citizens import KEPT_FORMER_PASSWORDS
from idp.store.codec import Unreadable
from idp.store.store import Store
from tests.store.samples import CITIZEN, CLIENT, GRANT, LOGIN, NOW, OTHER_CITIZEN, SESSION

NEW_PHONE = PhoneNumber.parse("+905000000009")


def test_a_citizen_comes_back_as_stored(store: Store) -> None:
    bare = replace(
        OTHER_CITIZEN, password_hash=None, birthdate=None, phone_number=None, phone_verified_at=None, two_step=False
    )
    full = replace(CITIZEN, preferred_method=Method.PASSKEY, last_method=Method.APP, must_change_password=True)
    with store.begin() as work:
        assert work.citizens.add(full)
        assert work.citizens.add(bare)
    with store.read() as work:
        assert work.citizens.by_id("ada") == full
        assert work.citizens.by_national_id(CITIZEN.national_id) == full
        assert work.citizens.by_id("can") == bare
        assert work.citizens.every() == (full, bare)
        assert work.citizens.by_id("nobody") is None


@pytest.mark.parametrize(
    "profile",
    [
        Profile(),
        Profile(email="a@example.org"),
        Profile(email="a@example.org", email_verified=True, updated_at=NOW, address=Address(locality="Çankaya")),
        Profile("Gül", "n", "u", "p", "i", "w", "g", "z", "l", "e", False, Address("f", "s", "l", "r", "p", "c"), 1),
    ],
)
def test_uinfo_03_a_profile_comes_back_as_stored(store: Store, profile: Profile) -> None:
    """And `reset` replaces the whole of it."""
    with store.begin() as work:
        assert work.citizens.add(replace(CITIZEN, profile=Profile(nickname="former")))
        assert work.citizens.reset(replace(CITIZEN, profile=profile)) == "ada"
    with store.read() as work:
        assert work.citizens.by_id("ada") == replace(CITIZEN, profile=profile)


@pytest.mark.parametrize("stored", ["[]", "x", '{"mail":"a"}', '{"email":7}', '{"updated_at":true}', '{"address":[]}'])
def test_a_profile_this_version_did_not_write_is_not_half_read(stored: str) -> None:
    with pytest.raises(Unreadable):
        citizen_profile.load(stored)


def test_ids_no_database_can_hold_are_simply_unknown(furnished: Store) -> None:
    """B06, E02: NUL and half surrogate pairs are a defined answer on every database, never an error."""
    with furnished.begin() as work:
        for hostile in ("a\0b", "\ud800", "\n"):
            assert work.citizens.by_id(hostile) is None
            assert work.clients.by_id(hostile) is None
            assert work.logins.by_id(hostile, LOGIN.browser_hash) is None
            assert work.sessions.by_id(hostile) is None
            assert not work.sessions.end(hostile, "ada", NOW)
            assert work.logins.end(hostile) is None
            assert work.authenticators.by_id(hostile) is None
            assert not work.authenticators.rename(hostile, "ada", "x")
            assert not work.authenticators.remove(hostile, "ada")
            assert work.enrolments.by_id(hostile) is None
            assert not work.enrolments.consume(hostile, now=NOW)
            assert work.enrolments.count_try(hostile, most=3, now=NOW) is None
            assert not work.challenges.consume(hostile, code_mac="", citizen_id="ada", now=NOW)
            assert not work.challenges.consume_approved(hostile, citizen_id="ada", now=NOW)
            assert work.challenges.count_try(hostile, most=3, now=NOW) is None
            assert not work.consents.revoke("ada", hostile, NOW)
            assert work.grants.standing(hostile) is None
            assert work.outbox.inbox(hostile) == ()
            assert work.outbox.inbox("+905000000001", after=hostile) == ()


def test_id_and_national_id_are_unique(store: Store) -> None:
    with store.begin() as work:
        assert work.citizens.add(CITIZEN)
        assert not work.citizens.add(replace(CITIZEN, id="another"))
        assert not work.citizens.add(replace(OTHER_CITIZEN, id="ada"))
        assert work.citizens.every() == (CITIZEN,)


def test_two_step_is_switched_once(furnished: Store) -> None:
    with furnished.begin() as work:
        assert not work.citizens.set_two_step("ada", True)
        assert work.citizens.set_two_step("ada", False)
        assert not work.citizens.set_two_step("ada", False)
        assert work.citizens.by_id("ada") == replace(CITIZEN, two_step=False)
        assert work.citizens.close("ada")
        assert not work.citizens.set_two_step("ada", True)
        assert not work.citizens.set_two_step("nobody", True)


def test_a_password_is_replaced_only_where_it_is_the_expected_one(furnished: Store) -> None:
    with furnished.begin() as work:
        former = "$argon2id$first"
        assert not work.citizens.set_password("ada", password_hash="second", expected_hash="wrong", now=NOW + 9)
        assert work.citizens.set_password("ada", password_hash="second", expected_hash=former, now=NOW + 9)
        assert not work.citizens.set_password("ada", password_hash="third", expected_hash=former, now=NOW + 9)
        changed = work.citizens.by_id("ada")
        assert changed == replace(CITIZEN, password_hash="second", password_changed_at=NOW + 9)
        assert work.citizens.by_id("can") == OTHER_CITIZEN
        assert work.citizens.former_passwords("ada", 5) == ("$argon2id$first",)


def test_a_new_password_need_not_be_changed_again(begin: Begin) -> None:
    """A password from an envelope opens nothing but the page that changes it; a stronger hash of it changes nothing."""
    former = "$argon2id$first"
    with begin() as work:
        assert work.citizens.set_password("ada", password_hash="second", expected_hash=former, now=NOW + 9)
        changed = work.citizens.by_id("ada")
        assert changed is not None
        assert not changed.must_change_password


def test_an_envelope_password_stays_one_until_it_is_changed(store: Store) -> None:
    with store.begin() as work:
        work.citizens.add(replace(CITIZEN, must_change_password=True))
        assert work.citizens.upgrade_password_hash("ada", password_hash="b", expected_hash="$argon2id$first")
        assert not work.citizens.set_password("ada", password_hash="c", expected_hash="wrong", now=NOW)
        upgraded = work.citizens.by_id("ada")
        assert upgraded == replace(CITIZEN, password_hash="b", must_change_password=True)
        assert work.citizens.set_password("ada", password_hash="c", expected_hash="b", now=NOW)
        assert work.citizens.by_id("ada") == replace(CITIZEN, password_hash="c")


def test_a_phone_is_replaced_only_where_it_is_the_former_one(begin: Begin) -> None:
    former = CITIZEN.phone_number
    with begin() as work:
        assert not work.citizens.set_phone("ada", NEW_PHONE, former=NEW_PHONE, now=NOW + 9)
        assert not work.citizens.set_phone("ada", NEW_PHONE, former=None, now=NOW + 9)
        assert not work.citizens.set_phone("nobody", NEW_PHONE, former=former, now=NOW + 9)
        assert work.citizens.by_id("ada") == CITIZEN
        assert work.citizens.set_phone("ada", NEW_PHONE, former=former, now=NOW + 9)
        assert not work.citizens.set_phone("ada", NEW_PHONE, former=former, now=NOW + 10)
        assert work.citizens.by_id("ada") == replace(CITIZEN, phone_number=NEW_PHONE, phone_verified_at=NOW + 9)
        assert work.citizens.by_id("can") == OTHER_CITIZEN


def test_a_first_phone_replaces_none(store: Store) -> None:
    with store.begin() as work:
        work.citizens.add(replace(CITIZEN, phone_number=None, phone_verified_at=None))
        assert not work.citizens.set_phone("ada", NEW_PHONE, former=CITIZEN.phone_number, now=NOW)
        assert work.citizens.set_phone("ada", NEW_PHONE, former=None, now=NOW)
        assert work.citizens.close("ada")
        assert not work.citizens.set_phone("ada", NEW_PHONE, former=NEW_PHONE, now=NOW), "a closed account"


def test_what_is_preferred_and_what_was_used_last(begin: Begin) -> None:
    with begin() as work:
        assert work.citizens.prefer_method("ada", Method.TOTP)
        assert not work.citizens.prefer_method("nobody", Method.TOTP)
        work.citizens.note_method("ada", Method.PASSKEY)
        work.citizens.note_method("ada", Method.PASSKEY)
        work.citizens.note_method("nobody", Method.PASSKEY)
        assert work.citizens.by_id("ada") == replace(CITIZEN, preferred_method=Method.TOTP, last_method=Method.PASSKEY)
        assert work.citizens.prefer_method("ada", None)
        work.citizens.note_method("ada", Method.SMS)
        assert work.citizens.by_id("ada") == replace(CITIZEN, last_method=Method.SMS)
        assert work.citizens.by_id("can") == OTHER_CITIZEN


def test_former_passwords_are_newest_first_and_not_kept_for_ever(furnished: Store) -> None:
    with furnished.begin() as work:
        present = "$argon2id$first"
        for number in range(KEPT_FORMER_PASSWORDS + 3):
            assert work.citizens.set_password("ada", password_hash=f"p{number}", expected_hash=present, now=NOW)
            present = f"p{number}"
        newest = [f"p{number}" for number in reversed(range(KEPT_FORMER_PASSWORDS + 2))]
        assert work.citizens.former_passwords("ada", 3) == tuple(newest[:3])
        assert work.citizens.former_passwords("ada", 100) == tuple(newest[:KEPT_FORMER_PASSWORDS])
        assert work.citizens.former_passwords("can", 100) == ()


def test_a_stronger_hash_of_the_same_password_leaves_no_history(furnished: Store) -> None:
    """E04: an upgrade applies to the expected hash only, so a weaker node cannot undo a change made meanwhile."""
    with furnished.begin() as work:
        assert not work.citizens.upgrade_password_hash("ada", password_hash="new", expected_hash="wrong")
        assert work.citizens.upgrade_password_hash("ada", password_hash="new", expected_hash="$argon2id$first")
        assert work.citizens.by_id("ada") == replace(CITIZEN, password_hash="new")
        assert work.citizens.former_passwords("ada", 5) == ()


def test_a_phone_is_verified_only_where_there_is_one(store: Store) -> None:
    with store.begin() as work:
        work.citizens.add(replace(CITIZEN, phone_verified_at=None))
        work.citizens.add(replace(OTHER_CITIZEN, phone_number=None, phone_verified_at=None))
        assert work.citizens.verify_phone("ada", NOW + 5)
        assert not work.citizens.verify_phone("can", NOW + 5)
        ada = work.citizens.by_id("ada")
        assert ada is not None
        assert ada.phone_verified_at == NOW + 5


def test_closing_and_reopening(furnished: Store) -> None:
    with furnished.begin() as work:
        assert work.citizens.close("ada")
        assert not work.citizens.close("ada")
        closed = work.citizens.by_id("ada")
        assert closed is not None
        assert closed.state is CitizenState.CLOSED
        assert work.citizens.reopen("ada")
        assert not work.citizens.reopen("ada")
        assert not work.citizens.reopen("nobody")


def test_reset_restores_a_persona_and_forgets_what_it_did(furnished: Store) -> None:
    """The stored id stays, so that the `sub` of a seeded persona does; other citizens keep everything."""
    with furnished.begin() as work:
        work.consents.add("ada", "mhrs", frozenset({"openid"}), NOW)
        work.consents.add("can", "mhrs", frozenset({"openid"}), NOW)
        work.devices.remember("d", "ada", NOW)
        work.citizens.set_password("ada", password_hash="x", expected_hash="$argon2id$first", now=NOW)
        again = replace(CITIZEN, id="a-new-id", phone_number=PhoneNumber.parse("5000000009"), two_step=False)
        assert work.citizens.reset(again) == "ada"
    with furnished.read() as work:
        assert work.citizens.by_id("ada") == replace(again, id="ada")
        assert work.citizens.by_id("a-new-id") is None
        assert work.logins.by_id(LOGIN.id, LOGIN.browser_hash) is not None, "an anonymous login is nobody's"
        assert work.sessions.by_id(SESSION.id) is None
        assert work.grants.standing(GRANT.id) is None
        assert work.consents.given("ada", "mhrs") == frozenset()
        assert work.consents.given("can", "mhrs") == frozenset({"openid"})
        assert not work.devices.is_known("d", "ada")
        assert work.citizens.former_passwords("ada", 9) == ()
    with furnished.begin() as work:
        newcomer = replace(CITIZEN, id="eda", national_id=type(CITIZEN.national_id).parse("10000000382"))
        assert work.citizens.reset(newcomer) == "eda"
        assert work.clients.by_id("mhrs") == CLIENT
