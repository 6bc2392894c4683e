from idp.store.store import Store
from tests.store.samples import NOW


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


def test_a_device_is_known_to_one_citizen(furnished: Store) -> None:
    """§6.2 rule 5"""
    with furnished.begin() as work:
        assert not work.devices.is_known("d", "ada")
        work.devices.remember("d", "ada", NOW)
        work.devices.remember("d", "ada", NOW + 1)
        assert work.devices.is_known("d", "ada")
        assert not work.devices.is_known("d", "can")
        assert not work.devices.is_known("e", "ada")
