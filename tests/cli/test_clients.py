"""`esik client`: what is registered, what is refused, and a secret that is shown once."""

import re
from collections.abc import Mapping
from dataclasses import replace

import pytest

from idp.cli.floor import Floor
from idp.domain.client import Client, ClientAuthMethod, PkcePolicy
from idp.domain.level import Level
from tests.cli.esik import run, store_of


def stored_clients(env: Mapping[str, str]) -> dict[str, Client]:
    with store_of(env) as store, store.read() as uow:
        return {one.client_id: one for one in uow.clients.every()}


def listed(env: Mapping[str, str]) -> list[str]:
    return run("client", "list", env=env).stdout.splitlines()


def test_a_client_secret_is_shown_once_and_never_stored(demo_house: dict[str, str]) -> None:
    added = run(
        "client", "add", "portal", "--name", "Portal", "--redirect-uri", "https://p.example.org/cb", env=demo_house
    )
    assert added.exit_code == 0, added.output
    found = re.search(r"^client_secret: (\S{43})$", added.stdout, re.MULTILINE)
    assert found is not None
    assert found[1] not in run("client", "list", env=demo_house).output
    assert found[1] not in repr(stored_clients(demo_house))


def test_a_client_is_registered_as_asked(demo_house: dict[str, str]) -> None:
    added = run(
        *("client", "add", "portal", "--name", "Portal", "--redirect-uri", "https://p.example.org/cb"),
        *("--redirect-uri", "https://p.example.org/cb2", "--scope", "openid", "--scope", "kimlik"),
        *("--minimum-level", "two-step", "--id-token-alg", "ES256", "--consent", "never", "--post"),
        *("--pkce", "optional", "--subject-type", "public", "--home-uri", "https://p.example.org/"),
        *("--post-logout-redirect-uri", "https://p.example.org/out", "--return-origin", "https://q.example.org"),
        env=demo_house,
    )
    assert added.exit_code == 0, added.output
    one = stored_clients(demo_house)["portal"]
    assert one.redirect_uris == ("https://p.example.org/cb", "https://p.example.org/cb2")
    assert (one.minimum_level, one.scopes, one.id_token_alg) == (Level.TWO_STEP, ("openid", "kimlik"), "ES256")
    assert (one.auth_method, one.pkce) == (ClientAuthMethod.CLIENT_SECRET_POST, PkcePolicy.OPTIONAL)
    assert one.sector_identifier == "p.example.org"
    assert one.return_origins == ("https://q.example.org",)


def test_a_public_client_has_no_secret(demo_house: dict[str, str]) -> None:
    added = run(
        "client", "add", "app", "--name", "App", "--redirect-uri", "org.example.app:/cb", "--public", env=demo_house
    )
    assert "(none" in added.stdout
    assert stored_clients(demo_house)["app"].secret_hash is None


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--redirect-uri", "http://p.example.org/cb"), "https"),
        (("--redirect-uri", "https://p.example.org/cb#x"), "fragment"),
        (("--redirect-uri", "https://*.example.org/cb"), "exact"),
        (("--redirect-uri", "https://u@p.example.org/cb"), "exact"),
        (("--redirect-uri", "javascript:alert(1)"), "https"),
        (("--redirect-uri", "/cb"), "absolute"),
        (("--redirect-uri", "https://a.example/cb", "--redirect-uri", "https://b.example/cb"), "--sector"),
        (("--redirect-uri", "https://a.example/cb", "--scope", "email"), "--scope"),
        (("--redirect-uri", "https://a.example/cb", "--scope", "kimlik"), "openid"),
        (("--redirect-uri", "https://a.example/cb", "--public", "--pkce", "optional"), "PKCE"),
        (("--redirect-uri", "https://a.example/cb", "--return-origin", "https://a.example/x"), "origin"),
    ],
)
def test_a_client_that_would_be_unsafe_is_refused(
    demo_house: dict[str, str], arguments: tuple[str, ...], says: str
) -> None:
    result = run("client", "add", "portal", "--name", "Portal", *arguments, env=demo_house)
    assert result.exit_code == 1
    assert says in result.stderr
    assert stored_clients(demo_house) == {}


def test_a_client_id_is_taken_once(seeded_house: dict[str, str]) -> None:
    result = run("client", "add", "mhrs", "--name", "X", "--redirect-uri", "https://a.example/cb", env=seeded_house)
    assert result.exit_code == 1
    assert "already" in result.stderr


def test_a_client_is_disabled_once(seeded_house: dict[str, str]) -> None:
    assert run("client", "disable", "mhrs", env=seeded_house).exit_code == 0
    assert stored_clients(seeded_house)["mhrs"].disabled
    assert run("client", "disable", "mhrs", env=seeded_house).exit_code == 1
    assert run("client", "disable", "nobody", env=seeded_house).exit_code == 1


def test_a_client_is_enabled_again(seeded_house: dict[str, str]) -> None:
    assert run("client", "enable", "mhrs", env=seeded_house).exit_code == 1
    run("client", "disable", "mhrs", env=seeded_house)
    assert run("client", "enable", "mhrs", env=seeded_house).exit_code == 0
    assert not stored_clients(seeded_house)["mhrs"].disabled


def test_r_71_the_help_says_that_nothing_comes_back() -> None:
    """Shown in tests/attacks/test_d_refresh.py, over HTTP."""
    assert "stays revoked" in run("client", "enable", "--help", env={}).stdout
    assert "is revoked" in run("client", "disable", "--help", env={}).stdout


@pytest.mark.parametrize("level", list(Level))
def test_the_floor_of_a_client_is_set(seeded_house: dict[str, str], level: Level) -> None:
    """Every level that there is has a name here."""
    name = Floor.of(level)
    before = stored_clients(seeded_house)["mhrs"]
    changed = run("client", "floor", "mhrs", name, env=seeded_house)
    assert changed.exit_code == (1 if level == before.minimum_level else 0)
    assert stored_clients(seeded_house)["mhrs"] == replace(before, minimum_level=level)
    assert name in re.split(" {2,}", next(line for line in listed(seeded_house) if line.startswith(" mhrs ")))


def test_a_floor_that_is_none_or_of_nobody(seeded_house: dict[str, str]) -> None:
    assert "there is no client nobody" in run("client", "floor", "nobody", "two-step", env=seeded_house).stderr
    assert run("client", "floor", "mhrs", "highest", env=seeded_house).exit_code == 2
