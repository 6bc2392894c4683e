from dataclasses import replace
from typing import Any

import pytest

from idp.domain.evidence import Method
from idp.journey.ports import Begin
from idp.store.store import Store
from tests.store.samples import CITIZEN, ENROLMENT, NOW

PHONE = replace(ENROLMENT, id="phone", method=Method.SMS, destination="+905000000009", code_mac="s" * 64)
SEED = replace(ENROLMENT, id="seed", method=Method.TOTP, code_mac="", secret="JBSWY3DPEHPK3PXP")
SHOWN: dict[str, Any] = {"public_key": '{"kty":"EC"}', "handle": "thumbprint", "name": "Telefonum", "now": NOW + 9}
CLAIMED = replace(ENROLMENT, public_key='{"kty":"EC"}', handle="thumbprint", name="Telefonum", claimed_at=NOW + 9)


@pytest.mark.parametrize("one", [ENROLMENT, PHONE, SEED, CLAIMED], ids=["device", "phone", "totp", "claimed"])
def test_it_comes_back_to_the_session_that_began_it(begin: Begin, one: object) -> None:
    """A14: another session, and another citizen's, find nothing."""
    assert isinstance(one, type(ENROLMENT))
    with begin() as work:
        work.enrolments.insert(one)
        assert work.enrolments.current("ada", "session-1", one.method) == one
        assert work.enrolments.by_id(one.id) == one
        assert work.enrolments.current("ada", "session-2", one.method) is None
        assert work.enrolments.current("can", "session-1", one.method) is None
        assert work.enrolments.current("ada", "session-1", Method.PASSKEY) is None
        assert work.enrolments.by_id("nothing") is None


def test_only_the_newest_of_a_citizen_and_method_lives(begin: Begin) -> None:
    """A06: whichever session began it."""
    newer = replace(ENROLMENT, id="enrolment-0", session_id="session-2", code_mac="q" * 64)
    with begin() as work:
        for one in (PHONE, replace(ENROLMENT, id="cans", citizen_id="can", code_mac="c" * 64), ENROLMENT, newer):
            work.enrolments.insert(one)
        assert work.enrolments.current("ada", "session-1", Method.APP) is None
        assert work.enrolments.current("ada", "session-2", Method.APP) == newer
        assert work.enrolments.claim(ENROLMENT.code_mac, **SHOWN) is None
        assert not work.enrolments.consume(ENROLMENT.id, now=NOW)
        assert work.enrolments.count_try(ENROLMENT.id, most=3, now=NOW) is None
        assert work.enrolments.consume(newer.id, now=NOW)
        assert not work.enrolments.consume(ENROLMENT.id, now=NOW), "the earlier one does not come back to life"
        assert work.enrolments.consume("phone", now=NOW)
        assert work.enrolments.consume("cans", now=NOW)


def test_a_pairing_code_is_shown_once(begin: Begin) -> None:
    with begin() as work:
        work.enrolments.insert(ENROLMENT)
        assert work.enrolments.claim("x" * 64, **SHOWN) is None
        assert work.enrolments.claim(ENROLMENT.code_mac, **SHOWN) == CLAIMED
        assert work.enrolments.claim(ENROLMENT.code_mac, **SHOWN | {"handle": "a thief's"}) is None
        assert work.enrolments.by_id(ENROLMENT.id) == CLAIMED


def test_a_pairing_code_is_live(begin: Begin) -> None:
    """B07, A08"""
    with begin() as work:
        work.enrolments.insert(ENROLMENT)
        assert work.enrolments.claim(ENROLMENT.code_mac, **SHOWN | {"now": ENROLMENT.expires_at}) is None
        work.enrolments.end("ada", Method.SMS)
        work.enrolments.end("can", Method.APP)
        assert work.enrolments.claim(ENROLMENT.code_mac, **SHOWN | {"now": ENROLMENT.expires_at - 1}) is not None
        again = replace(ENROLMENT, id="again")
        work.enrolments.insert(again)
        work.enrolments.end("ada", Method.APP)
        assert work.enrolments.claim(ENROLMENT.code_mac, **SHOWN) is None
        used = replace(ENROLMENT, id="used")
        work.enrolments.insert(used)
        assert work.enrolments.consume("used", now=NOW)
        assert work.enrolments.claim(ENROLMENT.code_mac, **SHOWN) is None


def test_a_code_sent_by_sms_pairs_no_device(begin: Begin) -> None:
    with begin() as work:
        work.enrolments.insert(PHONE)
        assert work.enrolments.claim(PHONE.code_mac, **SHOWN) is None


def test_of_the_same_code_the_newest_is_claimed(begin: Begin) -> None:
    with begin() as work:
        work.enrolments.insert(ENROLMENT)
        work.enrolments.insert(replace(ENROLMENT, id="cans", citizen_id="can"))
        claimed = work.enrolments.claim(ENROLMENT.code_mac, **SHOWN)
        assert claimed is not None
        assert claimed.id == "cans"
        assert work.enrolments.by_id(ENROLMENT.id) == ENROLMENT


def test_it_is_used_once(begin: Begin) -> None:
    with begin() as work:
        work.enrolments.insert(PHONE)
        assert work.enrolments.consume("phone", now=NOW + 9, code_mac=PHONE.code_mac)
        assert not work.enrolments.consume("phone", now=NOW + 9, code_mac=PHONE.code_mac)
        assert work.enrolments.count_try("phone", most=3, now=NOW + 9) is None
        assert work.enrolments.by_id("phone") == replace(PHONE, consumed_at=NOW + 9)


@pytest.mark.parametrize(
    "wrong", [{"code_mac": "x" * 64}, {"code_mac": ""}, {"now": PHONE.expires_at}, {"handle": ""}], ids=repr
)
def test_it_is_used_with_the_right_code_in_time(begin: Begin, wrong: dict[str, Any]) -> None:
    """A05, B07"""
    right: dict[str, Any] = {"now": PHONE.expires_at - 1, "code_mac": PHONE.code_mac}
    with begin() as work:
        work.enrolments.insert(PHONE)
        assert not work.enrolments.consume("phone", **right | wrong)
        assert work.enrolments.by_id("phone") == PHONE
        assert work.enrolments.consume("phone", **right)


def test_a_device_is_confirmed_by_the_key_that_claimed(begin: Begin) -> None:
    """A14: the citizen says yes to the device that was on the page, and to no other."""
    with begin() as work:
        work.enrolments.insert(ENROLMENT)
        assert not work.enrolments.consume(ENROLMENT.id, now=NOW, handle="thumbprint"), "not claimed"
        assert not work.enrolments.consume(ENROLMENT.id, now=NOW, handle=""), "not claimed"
        work.enrolments.claim(ENROLMENT.code_mac, **SHOWN)
        assert not work.enrolments.consume(ENROLMENT.id, now=NOW, handle="another")
        assert not work.enrolments.consume(ENROLMENT.id, now=NOW, handle="thumbprint", code_mac="x" * 64)
        assert work.enrolments.consume(ENROLMENT.id, now=NOW, handle="thumbprint")
        assert not work.enrolments.consume(ENROLMENT.id, now=NOW, handle="thumbprint")


def test_tries_are_counted_up_to_the_limit(begin: Begin) -> None:
    """B01"""
    with begin() as work:
        work.enrolments.insert(PHONE)
        counted = [work.enrolments.count_try("phone", most=3, now=NOW) for _ in range(5)]
        assert counted == [1, 2, 3, None, None]
        assert work.enrolments.count_try("phone", most=9, now=PHONE.expires_at) is None
        assert work.enrolments.count_try("nothing", most=9, now=NOW) is None


def test_an_ended_one_is_dead(begin: Begin) -> None:
    """A08"""
    with begin() as work:
        work.enrolments.insert(PHONE)
        work.enrolments.insert(ENROLMENT)
        work.enrolments.end("ada", Method.SMS)
        assert not work.enrolments.consume("phone", now=NOW)
        assert work.enrolments.count_try("phone", most=3, now=NOW) is None
        assert work.enrolments.consume(ENROLMENT.id, now=NOW), "another method's is untouched"


def test_a_name_that_no_database_can_hold(furnished: Store) -> None:
    """B06"""
    with furnished.begin() as work:
        work.enrolments.insert(ENROLMENT)
        claimed = work.enrolments.claim(ENROLMENT.code_mac, **SHOWN | {"name": "a\0\ud800" + "x" * 999})
        assert claimed is not None
        assert claimed.name == "a\ufffd\ufffd" + "x" * 397


def test_they_go_with_their_citizen(furnished: Store) -> None:
    with furnished.begin() as work:
        work.enrolments.insert(ENROLMENT)
        work.enrolments.insert(replace(ENROLMENT, id="cans", citizen_id="can"))
        assert work.citizens.reset(CITIZEN) == "ada"
        assert work.enrolments.by_id(ENROLMENT.id) is None
        assert work.enrolments.by_id("cans") is not None
