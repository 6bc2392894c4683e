"""How long a session lives (R-70), and what a relying party calls a citizen (Core §8)."""

from dataclasses import replace

import pytest

from idp.domain.client import Client, SubjectType
from idp.domain.session import Session
from idp.policy.session import IDLE_SECONDS, TOTAL_SECONDS, is_live
from idp.policy.subject import session_identifier, subject_identifier
from tests.policy.samples import MHRS, NOW

SESSION = Session("s", "hash", "sid", "ayse", (), NOW, NOW, NOW + TOTAL_SECONDS)
SALT = b"salt"


@pytest.mark.parametrize(
    ("session", "now", "live"),
    [
        (SESSION, NOW, True),
        (SESSION, NOW + IDLE_SECONDS - 1, True),
        (SESSION, NOW + IDLE_SECONDS, False),
        (replace(SESSION, last_seen_at=NOW + TOTAL_SECONDS - 1), NOW + TOTAL_SECONDS - 1, True),
        (replace(SESSION, last_seen_at=NOW + TOTAL_SECONDS - 1), NOW + TOTAL_SECONDS, False),
        (replace(SESSION, ended_at=NOW), NOW, False),
        (replace(SESSION, ended_at=NOW + 5), NOW, False),
    ],
)
def test_c10_a_session_lives_half_an_hour_unseen_and_eight_hours_in_all(session: Session, now: int, live: bool) -> None:
    assert (IDLE_SECONDS, TOTAL_SECONDS) == (1800, 28_800)
    assert is_live(session, now) is live


def client(name: str, **registered: object) -> Client:
    return replace(MHRS, client_id=name, redirect_uris=(f"https://{name}.example/cb",), **registered)  # type: ignore[arg-type]  # names are the record's


HOSPITAL, PHARMACY = (client(name, sector_identifier=f"{name}.example") for name in ("hospital", "pharmacy"))


def test_r80_a_subject_is_opaque_stable_and_different_in_each_sector() -> None:
    sub = subject_identifier(HOSPITAL, "ayse", SALT)
    assert sub == subject_identifier(HOSPITAL, "ayse", SALT)
    assert len(sub) == 43
    assert "ayse" not in sub
    others = {
        subject_identifier(PHARMACY, "ayse", SALT),
        subject_identifier(HOSPITAL, "berk", SALT),
        subject_identifier(HOSPITAL, "ayse", b"another salt"),
        subject_identifier(replace(HOSPITAL, subject_type=SubjectType.PUBLIC), "ayse", SALT),
    }
    assert len(others) == 4
    assert sub not in others


def test_core_8_a_subject_never_changes() -> None:
    """Relying parties keep their accounts under it: these two were computed once, and are right for ever."""
    public = replace(HOSPITAL, subject_type=SubjectType.PUBLIC)
    assert subject_identifier(HOSPITAL, "ayse", SALT) == "LJ34KT76fZgIAIUECK4Tn_ABFiNPF8mDPbajB_Kl6WY"
    assert subject_identifier(public, "ayse", SALT) == "zGeRKCwGDLKZ-0HVz6gsD1_9NXt0tahLPBIsct-JgIc"
    assert {len(subject_identifier(HOSPITAL, f"citizen {one}", SALT)) for one in range(300)} == {43}


def test_clients_of_one_sector_know_a_citizen_by_one_name() -> None:
    sister = replace(PHARMACY, sector_identifier=HOSPITAL.sector_identifier)
    assert subject_identifier(sister, "ayse", SALT) == subject_identifier(HOSPITAL, "ayse", SALT)


def test_public_clients_know_a_citizen_by_one_name() -> None:
    public = [replace(one, subject_type=SubjectType.PUBLIC) for one in (HOSPITAL, PHARMACY)]
    assert len({subject_identifier(one, "ayse", SALT) for one in public}) == 1


def test_without_a_sector_identifier_the_host_of_the_redirect_uri_is_the_sector() -> None:
    """Core §8.1: otherwise clients that registered no sector could link their citizens."""
    hospital, pharmacy = client("hospital"), client("pharmacy")
    assert subject_identifier(hospital, "ayse", SALT) != subject_identifier(pharmacy, "ayse", SALT)


def test_r80_a_session_is_called_differently_in_each_sector_and_never_like_a_citizen() -> None:
    """One value for all would join what pairwise subjects keep apart."""
    sid = session_identifier(HOSPITAL, "ayse", SALT)
    sister = replace(PHARMACY, sector_identifier=HOSPITAL.sector_identifier)
    assert sid == session_identifier(HOSPITAL, "ayse", SALT) == session_identifier(sister, "ayse", SALT)
    others = {
        session_identifier(PHARMACY, "ayse", SALT),
        session_identifier(HOSPITAL, "another", SALT),
        session_identifier(HOSPITAL, "ayse", b"another salt"),
        subject_identifier(HOSPITAL, "ayse", SALT),
    }
    assert len(others) == 4
    assert sid not in others
