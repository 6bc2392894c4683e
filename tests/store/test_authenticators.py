from dataclasses import replace

import pytest

from idp.domain.evidence import Method
from idp.journey.ports import Begin
from idp.store.store import Store
from tests.store.samples import BACKUP_CODE, CITIZEN, DEVICE, NOW, TOTP

PASSKEY = replace(TOTP, id="passkey-1", method=Method.PASSKEY, handle="c" * 1364, public_key="cose", counter=0)


def test_they_come_back_as_stored_oldest_first(begin: Begin) -> None:
    used = replace(BACKUP_CODE, last_used_at=NOW + 5, used_at=NOW + 5)
    with begin() as work:
        for one in (used, TOTP, DEVICE, replace(DEVICE, id="cans", citizen_id="can")):
            assert work.authenticators.add(one)
        assert work.authenticators.of_citizen("ada") == (DEVICE, TOTP, used)
        assert work.authenticators.of_citizen("nobody") == ()
        assert work.authenticators.by_id("totp-1") == TOTP
        assert work.authenticators.by_id("totp-2") is None


def test_a_secret_is_asked_for_by_itself(begin: Begin) -> None:
    """R-57: no list of factors carries a seed."""
    with begin() as work:
        work.authenticators.add(TOTP, "JBSWY3DPEHPK3PXP")
        work.authenticators.add(DEVICE)
        assert work.authenticators.secret_of("totp-1") == "JBSWY3DPEHPK3PXP"
        for without in ("device-1", "nothing"):
            with pytest.raises(KeyError):
                work.authenticators.secret_of(without)


@pytest.mark.parametrize("one", [DEVICE, TOTP, PASSKEY, BACKUP_CODE], ids=lambda one: str(one.method))
def test_of_one_handle_a_citizen_has_one(begin: Begin, one: object) -> None:
    """L-08 in sequence; a second one replaces nothing."""
    assert isinstance(one, type(DEVICE))
    with begin() as work:
        assert work.authenticators.add(one, "the first")
        assert not work.authenticators.add(replace(one, id="again"), "the second")
        assert work.authenticators.by_id("again") is None
        assert work.authenticators.secret_of(one.id) == "the first"
        assert work.authenticators.add(replace(one, id="cans", citizen_id="can"))
        assert work.authenticators.add(replace(one, id="another", handle="another"))


def test_an_id_is_never_taken_over(begin: Begin) -> None:
    with begin() as work:
        assert work.authenticators.add(DEVICE)
        assert not work.authenticators.add(replace(DEVICE, citizen_id="can", handle="another"))
        assert work.authenticators.by_id("device-1") == DEVICE


def test_a_counter_only_grows(begin: Begin) -> None:
    """B05: each time step once."""
    with begin() as work:
        work.authenticators.add(TOTP)
        assert not work.authenticators.advance("totp-1", 99, NOW + 9)
        assert not work.authenticators.advance("totp-1", 100, NOW + 9)
        assert work.authenticators.by_id("totp-1") == TOTP
        assert work.authenticators.advance("totp-1", 101, NOW + 9)
        assert not work.authenticators.advance("totp-1", 101, NOW + 10)
        assert work.authenticators.by_id("totp-1") == replace(TOTP, counter=101, last_used_at=NOW + 9)
        assert not work.authenticators.advance("nothing", 1, NOW)


def test_a_backup_code_is_used_once(begin: Begin) -> None:
    with begin() as work:
        work.authenticators.add(BACKUP_CODE)
        assert work.authenticators.use_up("code-1", NOW + 9)
        used = replace(BACKUP_CODE, used_at=NOW + 9, last_used_at=NOW + 9)
        assert not work.authenticators.use_up("code-1", NOW + 10)
        assert not work.authenticators.touch("code-1", NOW + 10)
        assert not work.authenticators.advance("code-1", 7, NOW + 10)
        assert work.authenticators.of_citizen("ada") == (used,), "it stays: a proof made with it stands"
        assert not work.authenticators.use_up("nothing", NOW)


def test_a_use_is_noted(begin: Begin) -> None:
    with begin() as work:
        work.authenticators.add(DEVICE)
        assert work.authenticators.touch("device-1", NOW + 9)
        assert work.authenticators.by_id("device-1") == replace(DEVICE, last_used_at=NOW + 9)
        assert not work.authenticators.touch("nothing", NOW)


def test_only_its_citizen_renames_or_removes_it(begin: Begin) -> None:
    """A12"""
    with begin() as work:
        work.authenticators.add(DEVICE)
        assert not work.authenticators.rename("device-1", "can", "Benim")
        assert not work.authenticators.remove("device-1", "can")
        assert work.authenticators.by_id("device-1") == DEVICE
        assert work.authenticators.rename("device-1", "ada", "Yeni telefonum")
        assert work.authenticators.by_id("device-1") == replace(DEVICE, name="Yeni telefonum")
        assert work.authenticators.remove("device-1", "ada")


def test_what_is_removed_proves_nothing(begin: Begin) -> None:
    """L-17: a factor that is removed between question and answer."""
    with begin() as work:
        work.authenticators.add(TOTP, "seed")
        assert work.authenticators.remove("totp-1", "ada")
        assert not work.authenticators.remove("totp-1", "ada")
        assert not work.authenticators.rename("totp-1", "ada", "x")
        assert not work.authenticators.advance("totp-1", 999, NOW)
        assert not work.authenticators.touch("totp-1", NOW)
        assert not work.authenticators.use_up("totp-1", NOW)
        with pytest.raises(KeyError):
            work.authenticators.secret_of("totp-1")
        assert work.authenticators.add(replace(TOTP, id="totp-2"))


def test_all_of_one_method_are_removed(begin: Begin) -> None:
    with begin() as work:
        work.authenticators.add(DEVICE)
        work.authenticators.add(BACKUP_CODE)
        work.authenticators.add(replace(BACKUP_CODE, id="code-2", handle="CD", used_at=NOW))
        work.authenticators.add(replace(BACKUP_CODE, id="cans", citizen_id="can"))
        assert work.authenticators.remove_all("ada", Method.BACKUP_CODE) == 2
        assert work.authenticators.remove_all("ada", Method.BACKUP_CODE) == 0
        assert work.authenticators.of_citizen("ada") == (DEVICE,)
        assert len(work.authenticators.of_citizen("can")) == 1


def test_a_name_that_no_database_can_hold(furnished: Store) -> None:
    """B06"""
    hostile = "a\0\ud800" + "x" * 999
    with furnished.begin() as work:
        work.authenticators.add(replace(DEVICE, name=hostile))
        stored = work.authenticators.by_id("device-1")
        assert stored is not None
        assert stored.name == "a\ufffd\ufffd" + "x" * 397
        assert work.authenticators.rename("device-1", "ada", hostile)
        assert work.authenticators.by_id("device-1") == stored


def test_they_go_with_their_citizen(furnished: Store) -> None:
    with furnished.begin() as work:
        work.authenticators.add(DEVICE)
        work.authenticators.add(TOTP, "seed")
        work.authenticators.add(replace(DEVICE, id="cans", citizen_id="can"))
        assert work.citizens.reset(CITIZEN) == "ada"
        assert work.authenticators.of_citizen("ada") == ()
        assert len(work.authenticators.of_citizen("can")) == 1
