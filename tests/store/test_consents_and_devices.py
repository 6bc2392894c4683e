from dataclasses import replace

from idp.domain.consent import Consent
from idp.journey.ports import Begin
from idp.store.store import Store
from tests.store.samples import CLIENT, GRANT, NOW


def test_saying_yes_to_more_loses_nothing(furnished: Store) -> None:
    """R-16"""
    with furnished.begin() as work:
        assert work.consents.given("ada", "mhrs") == frozenset()
        work.consents.add("ada", "mhrs", frozenset({"openid", "profile"}), NOW)
        work.consents.add("ada", "mhrs", frozenset({"profile", "claim:national_id"}), NOW)
        work.consents.add("ada", "mhrs", frozenset(), NOW)
        assert work.consents.given("ada", "mhrs") == {"openid", "profile", "claim:national_id"}
        assert work.consents.given("can", "mhrs") == frozenset()
        assert work.consents.given("ada", "another") == frozenset()


def test_a_name_that_cannot_be_stored_is_not_remembered(furnished: Store) -> None:
    """B06"""
    with furnished.begin() as work:
        work.consents.add("ada", "mhrs", frozenset({"openid", "claim:\0", "claim:\ud800"}), NOW)
        assert work.consents.given("ada", "mhrs") == {"openid"}


def test_what_was_given_is_listed_for_each_client_newest_first(begin: Begin) -> None:
    with begin() as work:
        assert work.consents.of_citizen("ada") == ()
        work.consents.add("ada", "mhrs", frozenset({"openid"}), NOW)
        work.consents.add("ada", "mhrs", frozenset({"profile"}), NOW + 5)
        work.consents.add("ada", "mhrs", frozenset({"openid"}), NOW + 9)
        work.consents.add("can", "mhrs", frozenset({"phone"}), NOW)
        mhrs = Consent("mhrs", frozenset({"openid", "profile"}), NOW + 5)
        assert work.consents.of_citizen("ada") == (mhrs,)


def test_clients_are_listed_apart(furnished: Store) -> None:
    with furnished.begin() as work:
        work.clients.add(replace(CLIENT, client_id="ebys"))
        work.consents.add("ada", "mhrs", frozenset({"openid"}), NOW)
        work.consents.add("ada", "ebys", frozenset({"openid"}), NOW + 1)
        listed = work.consents.of_citizen("ada")
        assert listed == (Consent("ebys", frozenset({"openid"}), NOW + 1), Consent("mhrs", frozenset({"openid"}), NOW))


def test_what_is_revoked_is_forgotten(begin: Begin) -> None:
    with begin() as work:
        assert not work.consents.revoke("ada", "mhrs", NOW), "there was nothing"
        work.consents.add("ada", "mhrs", frozenset({"openid", "profile"}), NOW)
        work.consents.add("can", "mhrs", frozenset({"openid"}), NOW)
        assert not work.consents.revoke("ada", "another", NOW)
        assert work.consents.revoke("ada", "mhrs", NOW)
        assert not work.consents.revoke("ada", "mhrs", NOW)
        assert work.consents.given("ada", "mhrs") == frozenset()
        assert work.consents.of_citizen("ada") == ()
        assert work.consents.given("can", "mhrs") == {"openid"}


def test_revoking_revokes_the_grants_of_that_citizen_and_client_only(furnished: Store) -> None:
    """R-71"""
    with furnished.begin() as work:
        work.clients.add(replace(CLIENT, client_id="ebys"))
        elsewhere = replace(GRANT, id="g2", code_hash="2", client_id="ebys")
        anothers = replace(GRANT, id="g3", code_hash="3", subject=replace(GRANT.subject, citizen_id="can"))
        for grant in (elsewhere, anothers):
            work.grants.insert(grant)
        work.consents.add("ada", "mhrs", frozenset({"openid"}), NOW)
        assert work.consents.revoke("ada", "mhrs", NOW + 1)
        assert work.grants.by_code(GRANT.code_hash) == replace(GRANT, revoked_at=NOW + 1)
        assert work.grants.by_code("2") == elsewhere
        assert work.grants.by_code("3") == anothers
        assert work.grants.consume_code(GRANT.code_hash, "mhrs", NOW + 2) is None


def test_a_device_is_known_to_one_citizen(furnished: Store) -> None:
    """§6.2 rule 5"""
    with furnished.begin() as work:
        assert not work.devices.is_known("d", "ada")
        work.devices.remember("d", "ada", NOW)
        work.devices.remember("d", "ada", NOW + 1)
        assert work.devices.is_known("d", "ada")
        assert not work.devices.is_known("d", "can")
        assert not work.devices.is_known("e", "ada")


def test_r_16_what_all_gave_to_one_client_is_forgotten(furnished: Store) -> None:
    with furnished.begin() as work:
        work.clients.add(replace(CLIENT, client_id="ebys"))
        work.grants.insert(replace(GRANT, id="other", client_id="ebys", code_hash="o" * 64))
        for citizen, client in (("ada", "mhrs"), ("can", "mhrs"), ("ada", "ebys")):
            work.consents.add(citizen, client, frozenset({"openid"}), NOW)
        work.consents.withdraw("mhrs", NOW + 1)
        work.consents.withdraw("mhrs", NOW + 2)
        assert not work.consents.given("ada", "mhrs") | work.consents.given("can", "mhrs")
        assert work.consents.given("ada", "ebys") == {"openid"}
        ended, other = work.grants.standing(GRANT.id), work.grants.standing("other")
        assert ended is not None
        assert other is not None
        assert (ended.grant.revoked_at, other.grant.revoked_at) == (NOW + 1, None)
