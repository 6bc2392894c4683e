"""mozilla-django-oidc: a Django site behind nginx, with the library's own login, callback and logout views."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.interop.child import child, wait_until_it_listens
from tests.interop.nginx import Site, nginx
from tests.interop.provider import TREE, Provider, clean_environment
from tests.people import MEHMET
from tests.ports import free_port

_COMMAND = [sys.executable, "-c", "from tests.interop.django_site import main; main()"]


@contextmanager
def django_site(idp: Provider, folder: Path, alg: str, *, basic: bool) -> Iterator[str]:
    """Answers the origin of a site that was registered as such a client."""
    site = Site(free_port(), free_port())
    origin, client_id = f"https://localhost:{site.port}", f"django-{site.port}"
    options = ["--redirect-uri", f"{origin}/oidc/callback/", "--post-logout-redirect-uri", f"{origin}/"]
    secret = idp.add_client(client_id, *options, "--id-token-alg", alg, *([] if basic else ["--post"]))
    given = {
        "metadata": idp.metadata(),
        "client_id": client_id,
        "client_secret": secret,
        "alg": alg,
        "basic": basic,
        "port": site.behind,
    }
    env = clean_environment() | {
        "ESIK_TEST_DJANGO": json.dumps(given),
        "REQUESTS_CA_BUNDLE": str(idp.authority.certificate),
        "PYTHONPATH": str(TREE),
    }
    assert isinstance(site.behind, int)
    with child(_COMMAND, env=env, cwd=folder) as running, nginx((site,), idp.authority, folder, clean_environment()):
        wait_until_it_listens(running, site.behind)
        yield origin


@pytest.mark.parametrize(("alg", "basic"), [("RS256", False), ("ES256", True)], ids=["RS256 post", "ES256 basic"])
def test_a_citizen_logs_in_and_out(idp: Provider, folder: Path, alg: str, basic: bool) -> None:
    with django_site(idp, folder, alg, basic=basic) as origin, idp.citizen(origin) as citizen:
        assert citizen.logs_in(f"{origin}/oidc/authenticate/") == f"{origin}/"
        assert citizen.shown.h1 == "Hoş geldiniz Ayşe"
        citizen.press("Çıkış")
        assert citizen.now_at == f"{origin}/"
        assert citizen.shown.h1 == "Kimse yok"
        assert citizen.open(f"{idp.issuer}/hesabim").url != f"{idp.issuer}/hesabim"  # the provider's session ended too


def test_a_password_alone_is_refused_by_the_site(idp: Provider, folder: Path) -> None:
    with django_site(idp, folder, "RS256", basic=True) as origin, idp.citizen(origin) as citizen:
        citizen.open(f"{origin}/oidc/authenticate/")
        citizen.types_password(MEHMET)
        citizen.goes_on()
        assert (citizen.shown.status, citizen.shown.h1) == (403, "Reddedildi")
