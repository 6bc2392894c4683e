"""What each command does and says."""

import re
import stat
from pathlib import Path

import pytest

from idp.cli.root import COMMANDS
from idp.sandbox.personas import PERSONAS
from tests.cli.esik import run, sandbox, with_keys


def test_help_names_every_command() -> None:
    said = run("--help", env={}).output
    assert [command for command in COMMANDS if not re.search(rf"^│ {command}\b", said, re.MULTILINE)] == []


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself(command: str) -> None:
    result = run(command, "--help", env={})
    assert result.exit_code == 0
    assert f"esik {command}" in result.output


def test_an_unknown_command_is_refused_with_usage() -> None:
    result = run("sevre", env={})
    assert result.exit_code == 2
    assert "No such command" in result.output


@pytest.mark.parametrize("command", ["migrate", "doctor", "serve", "keys list", "client list", "citizen list"])
def test_unsafe_settings_are_one_line_without_a_traceback(command: str) -> None:
    result = run(*command.split(), env={"ESIK_MODE": "production"})
    assert result.exit_code == 1
    assert result.stdout == ""
    assert re.fullmatch(r"esik: ESIK_ISSUER is missing: [^\n]+\n", result.stderr)


def test_migrate_makes_a_private_database_and_says_where_it_stands(tmp_path: Path) -> None:
    env = sandbox(tmp_path / "new")
    for _ in range(2):
        result = run("migrate", env=env)
        assert result.exit_code == 0, result.output
        assert "revision" in result.output
    assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o700
    assert stat.S_IMODE((tmp_path / "new" / "esik.sqlite3").stat().st_mode) == 0o600


@pytest.mark.parametrize("command", ["seed", "doctor", "serve", "keys list", "client list", "citizen list"])
def test_an_unmigrated_database_is_one_line_that_says_what_to_do(command: str, tmp_path: Path) -> None:
    result = run(*command.split(), env=sandbox(tmp_path))
    assert result.exit_code == 1
    assert "run: esik migrate" in result.stderr
    assert not (tmp_path / "esik.sqlite3").exists(), "looking must not make an empty database"


def test_seed_makes_people_and_restores_them(demo_house: dict[str, str]) -> None:
    assert f"restored: {len(PERSONAS)}" in run("seed", env=demo_house).output
    assert "restored: 0" in run("seed", env=demo_house).output
    assert f"restored: {len(PERSONAS)}" in run("seed", "--reset", env=demo_house).output


def test_seed_is_for_sandboxes(real_house: dict[str, str]) -> None:
    result = run("seed", env={**real_house, "ESIK_MODE": "production"})
    assert result.exit_code == 1
    assert "sandbox mode" in result.stderr


def test_seed_refuses_a_persona_password_that_breaks_the_rules(demo_house: dict[str, str]) -> None:
    result = run("seed", env={**demo_house, "ESIK_PERSONA_PASSWORD": "kolaysifre"})
    assert result.exit_code == 1
    assert "ESIK_PERSONA_PASSWORD" in result.stderr
    assert "kolaysifre" not in result.output


def test_the_doctor_finds_a_healthy_house_healthy(seeded_house: dict[str, str]) -> None:
    result = run("doctor", env=with_keys(seeded_house))
    assert result.exit_code == 0, result.output
    assert result.stdout.count("ok ") == 7


def test_the_doctor_names_what_is_wrong(demo_house: dict[str, str]) -> None:
    database = Path(demo_house["ESIK_DATABASE_URL"].removeprefix("sqlite:///"))
    database.chmod(0o644)
    result = run("doctor", env=demo_house)
    assert result.exit_code == 1
    assert "FAIL  files" in result.stdout
    assert "FAIL  keys" in result.stdout
    assert "not healthy: files, keys" in result.stderr


def test_the_doctor_knows_another_encryption_key(demo_house: dict[str, str], tmp_path: Path) -> None:
    with_keys(demo_house)
    result = run("doctor", env={**demo_house, "ESIK_ENCRYPTION_KEY": "Wm3Yt7Rb1Kx9Qd5Hn2Vs8Jc4Lg6Pf0ZaUeToIiEuOyA"})
    assert result.exit_code == 1
    assert "FAIL  keys: ESIK_ENCRYPTION_KEY is not the key" in result.stdout


def test_openapi_is_written_deterministically_and_drift_is_found(tmp_path: Path) -> None:
    target = tmp_path / "openapi"
    assert run("openapi", "--directory", str(target), env={}).exit_code == 0
    first = {file.name: file.read_bytes() for file in target.iterdir()}
    assert first.keys() == {"idp.json", "relying_party.json"}
    assert run("openapi", "--check", "--directory", str(target), env={}).exit_code == 0
    (target / "idp.json").write_text("{}")
    drifted = run("openapi", "--check", "--directory", str(target), env={})
    assert drifted.exit_code == 1
    assert "idp.json is not up to date; run: esik openapi" in drifted.stderr
    assert run("openapi", "--directory", str(target), env={}).exit_code == 0
    assert {file.name: file.read_bytes() for file in target.iterdir()} == first
