"""`esik keys`: listing and rotating."""

from collections.abc import Mapping

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


def test_a_forgotten_key_is_published_no_longer(demo_house: dict[str, str]) -> None:
    run("keys", "rotate", "--alg", "ES256", "--forget", env=with_keys(demo_house))
    with store_of(demo_house) as store, store.read() as uow:
        published = {key.kid for key in uow.keys.published(2_000_000_000)}
    assert keys(demo_house)["ES256", "retired"] not in published


def test_rotating_what_is_not_there_says_so(demo_house: dict[str, str]) -> None:
    result = run("keys", "rotate", "--alg", "ES256", env=demo_house)
    assert result.exit_code == 1
    assert "no ES256 key" in result.stderr


def test_no_private_key_is_ever_shown(demo_house: dict[str, str]) -> None:
    assert '"d"' not in run("keys", "list", env=with_keys(demo_house)).output
