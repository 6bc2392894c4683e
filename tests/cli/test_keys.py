"""`esik keys`: listing, rotating and revoking."""

from collections.abc import Mapping
from dataclasses import replace

import pytest

from idp.clock import SystemClock
from idp.protocol.jose.keys import new_key
from tests.cli.esik import run, store_of, with_keys


def keys(env: Mapping[str, str]) -> dict[tuple[str, str], str]:
    said = run("keys", "list", env={**env, "COLUMNS": "200"}).stdout.splitlines()[1:]
    return {(row[1], row[2]): row[0] for row in (line.split() for line in said) if row}


def test_rotating_a_key_promotes_the_next_one(demo_house: dict[str, str]) -> None:
    before = keys(with_keys(demo_house))
    assert run("keys", "rotate", "--alg", "ES256", env=demo_house).exit_code == 0
    after = keys(demo_house)
    assert after["ES256", "active"] == before["ES256", "next"]
    assert after["ES256", "retired"] == before["ES256", "active"]
    assert after["ES256", "next"] not in before.values()
    assert {name: kid for name, kid in after.items() if name[0] == "RS256"} == {
        name: kid for name, kid in before.items() if name[0] == "RS256"
    }


def test_every_algorithm_rotates(demo_house: dict[str, str]) -> None:
    before = keys(with_keys(demo_house))
    result = run("keys", "rotate", env=demo_house)
    assert result.exit_code == 0, result.output
    after = keys(demo_house)
    for alg in ("RS256", "PS256", "ES256", "EdDSA"):
        assert after[alg, "active"] == before[alg, "next"]


def test_l_20_a_key_that_nobody_can_know_yet_does_not_sign(demo_house: dict[str, str]) -> None:
    before = keys(with_keys(demo_house))
    assert run("keys", "rotate", "--alg", "ES256", env=demo_house).exit_code == 0
    after = keys(demo_house)
    again = run("keys", "rotate", "--alg", "ES256", env=demo_house)
    assert again.exit_code == 1
    assert "more seconds before it may sign" in again.stderr
    assert keys(demo_house) == after != before


def test_l_20_an_algorithm_that_must_wait_keeps_no_other_one_back(demo_house: dict[str, str]) -> None:
    before = keys(with_keys(demo_house))
    assert run("keys", "rotate", "--alg", "RS256", env=demo_house).exit_code == 0
    between = keys(demo_house)
    result = run("keys", "rotate", env=demo_house)
    after = keys(demo_house)
    assert result.exit_code == 1
    assert "the next RS256 key" in result.stderr
    assert after["RS256", "active"] == between["RS256", "active"]
    for alg in ("PS256", "ES256", "EdDSA"):
        assert after[alg, "active"] == before[alg, "next"]
        assert f"{alg}: now signing with {after[alg, 'active']}" in result.stdout


def test_rotating_what_is_not_there_names_each(demo_house: dict[str, str]) -> None:
    result = run("keys", "rotate", env=demo_house)
    assert result.exit_code == 1
    for alg in ("RS256", "PS256", "ES256", "EdDSA"):
        assert f"no {alg} key" in result.stderr


def test_rotating_knows_its_algorithms(demo_house: dict[str, str]) -> None:
    result = run("keys", "rotate", "--alg", "HS256", env=with_keys(demo_house))
    assert (result.exit_code, "RS256, PS256, ES256, EdDSA" in result.stderr) == (1, True)


def test_l_20_a_revoked_key_is_gone_and_the_next_one_signs_at_once(demo_house: dict[str, str]) -> None:
    """Even where the next key is too young for a rotation."""
    with store_of(with_keys(demo_house)) as store, store.begin() as uow:
        (following,) = (key for key in uow.keys.every() if (key.alg, key.state) == ("EdDSA", "next"))
        young = replace(new_key("EdDSA", SystemClock().now()), state="next")
        uow.keys.remove(following.kid)
        uow.keys.add(young)
    before = keys(demo_house)
    result = run("keys", "revoke", before["EdDSA", "active"], env=demo_house)
    assert result.exit_code == 0, result.output
    after = keys(demo_house)
    assert after["EdDSA", "active"] == young.kid
    assert after["EdDSA", "next"] not in before.values()
    assert before["EdDSA", "active"] not in after.values()


@pytest.mark.parametrize("kid", ["no-such-key", "-begins-with-a-hyphen"])
def test_revoking_what_is_not_there_says_so(demo_house: dict[str, str], kid: str) -> None:
    before = keys(with_keys(demo_house))
    result = run("keys", "revoke", kid, env=demo_house)
    assert (result.exit_code, f"there is no key {kid}" in result.stderr) == (1, True)
    assert keys(demo_house) == before


def test_rotating_what_is_not_there_says_so(demo_house: dict[str, str]) -> None:
    result = run("keys", "rotate", "--alg", "ES256", env=demo_house)
    assert result.exit_code == 1
    assert "no ES256 key" in result.stderr


def test_no_private_key_is_ever_shown(demo_house: dict[str, str]) -> None:
    assert '"d"' not in run("keys", "list", env=with_keys(demo_house)).output
