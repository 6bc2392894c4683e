"""`esik citizen`: adding, masking, closing."""

import re
from collections.abc import Mapping

import pytest

from idp.domain.citizen import Citizen
from tests.cli.esik import run, store_of

ADD_CITIZEN = ("citizen", "add", "--national-id", "98765430316", "--given-name", "Ali", "--family-name", "Deneme")


def stored_citizens(env: Mapping[str, str]) -> tuple[Citizen, ...]:
    with store_of(env) as store, store.read() as uow:
        return uow.citizens.every()


def test_a_citizen_gets_a_password_that_is_shown_once(demo_house: dict[str, str]) -> None:
    added = run(*ADD_CITIZEN, "--phone", "0500 000 00 21", "--verified", "--two-step", env=demo_house)
    assert added.exit_code == 0, added.output
    password = re.search(r"^password: (\S+)$", added.stdout, re.MULTILINE)
    assert password is not None
    (one,) = stored_citizens(demo_house)
    assert one.two_step
    assert one.verified_phone is not None
    assert password[1] not in repr(one)
    assert (one.password_hash or "").startswith("$argon2id$")


def test_a_citizen_is_asked_for_what_was_left_out(demo_house: dict[str, str]) -> None:
    added = run("citizen", "add", "--password-stdin", env=demo_house, stdin="98765430316\nAli\nDeneme\nUzun-Deneme-9\n")
    assert added.exit_code == 0, added.output
    assert stored_citizens(demo_house)[0].name == "Ali Deneme"


@pytest.mark.parametrize(
    ("arguments", "stdin", "says"),
    [
        (("--two-step",), None, "--verified"),
        (("--two-step", "--phone", "05000000021"), None, "--verified"),
        (("--phone", "0212 123 45 67"), None, "--phone"),
        (("--birthdate", "14.03.1988"), None, "--birthdate"),
        (("--password-stdin",), "kisa\n", "too_short"),
        (("--national-id", "98765430317"), None, "checksum"),
        (("--national-id", "12345678950"), None, "9876543"),
    ],
)
def test_a_citizen_that_cannot_be_is_refused(
    demo_house: dict[str, str], arguments: tuple[str, ...], stdin: str | None, says: str
) -> None:
    result = run(*ADD_CITIZEN, *arguments, env=demo_house, stdin=stdin)
    assert result.exit_code == 1
    assert says in result.stderr
    assert stored_citizens(demo_house) == ()


def test_r80_citizens_are_listed_with_masked_numbers(seeded_house: dict[str, str]) -> None:
    said = run("citizen", "list", env={**seeded_house, "COLUMNS": "200"}).stdout
    assert "987******70" in said
    assert "98765430170" not in said
    assert "5000000001" not in said


def test_e07_disabling_a_citizen_closes_the_account_and_is_audited(seeded_house: dict[str, str]) -> None:
    ayse = next(one for one in stored_citizens(seeded_house) if one.given_name == "Ayşe")
    assert run("citizen", "disable", ayse.id, env=seeded_house).exit_code == 0
    assert not next(one for one in stored_citizens(seeded_house) if one.id == ayse.id).is_active
    again = run("citizen", "disable", ayse.id, env=seeded_house)
    assert again.exit_code == 1


def test_a_closed_account_is_opened_again_once(seeded_house: dict[str, str]) -> None:
    ayse = next(one for one in stored_citizens(seeded_house) if one.given_name == "Ayşe")
    assert run("citizen", "enable", ayse.id, env=seeded_house).exit_code == 1, "it is open"
    run("citizen", "disable", ayse.id, env=seeded_house)
    assert run("citizen", "enable", ayse.id, env=seeded_house).exit_code == 0
    assert next(one for one in stored_citizens(seeded_house) if one.id == ayse.id) == ayse
    for nobody in (
        "nobody",
        "\n",
        "-2YBF6SK9912RfnD68yR4bYmmQjfdqc_OyIB-E7y_RM",
        "-h",
    ):  # an id may begin with a hyphen
        assert run("citizen", "enable", nobody, env=seeded_house).exit_code == 1


def test_a_first_password_must_be_changed(demo_house: dict[str, str]) -> None:
    assert run(*ADD_CITIZEN, "--first-password", env=demo_house).exit_code == 0
    assert stored_citizens(demo_house)[0].must_change_password
