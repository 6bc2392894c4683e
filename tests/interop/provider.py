"""`esik serve` as an operator runs it, behind nginx: a process of its own, an https issuer, sample people."""

import json
import os
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.cli.esik import Program, run
from tests.interop.authority import Authority
from tests.interop.child import child, wait_until_it_listens
from tests.interop.citizen import Citizen
from tests.interop.nginx import Site, nginx
from tests.ports import free_port

_SERVE = [sys.executable, "-c", "from idp.cli import main; main()", "serve", "--prepare"]
TREE = Path(__file__).parents[2]


@dataclass(frozen=True)
class Provider:
    """A running provider. `environment` is what a command needs to work on the same house, `process` tells its log."""

    issuer: str
    authority: Authority
    environment: dict[str, str]
    process: Program

    def citizen(self, *sites: str) -> Citizen:
        """Somebody at a fresh browser, which also goes to these origins."""
        return Citizen(self.issuer, self.authority.trusted, *sites)

    def metadata(self) -> dict[str, Any]:
        """What discovery says."""
        address = f"{self.issuer}/.well-known/openid-configuration"
        with urllib.request.urlopen(address, timeout=10, context=self.authority.trusted) as answer:
            return dict(json.load(answer))

    def register(self, **metadata: Any) -> dict[str, Any]:
        """Register at the registration endpoint, as whoever may (RFC 7591 §3). Answers what it became."""
        asked = urllib.request.Request(
            self.metadata()["registration_endpoint"],
            data=json.dumps(metadata).encode(),
            headers={"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(asked, timeout=10, context=self.authority.trusted) as answer:
            return dict(json.load(answer))

    def add_client(self, client_id: str, *options: str) -> str:
        """Register through the command line, as an operator does. Answers the secret, empty for a public client."""
        added = run("client", "add", client_id, "--name", "Yabancı", *options, env=self.environment)
        assert added.exit_code == 0, added.output
        shown = dict(line.split(":", 1) for line in added.stdout.splitlines() if ":" in line)
        return "" if "--public" in options else shown["client_secret"].strip()


@contextmanager
def provider(authority: Authority, data_dir: Path, nginx_folder: Path) -> Iterator[Provider]:
    """Serve `https://localhost:<port>`, on a free port."""
    port, inner = free_port(), free_port()
    issuer = f"https://localhost:{port}"
    environment = {
        "ESIK_MODE": "sandbox",
        "ESIK_ISSUER": issuer,
        "ESIK_PORT": str(inner),
        "ESIK_DATA_DIR": str(data_dir),
        "ESIK_TRUSTED_PROXIES": "127.0.0.1",
        "ESIK_IMPLICIT": "true",
        "ESIK_FETCH_ALLOW": "localhost",
        "ESIK_FETCH_CA_FILE": str(authority.certificate),
        "ESIK_LOG_LEVEL": "info",
    }
    with (
        child(_SERVE, env=clean_environment() | environment, cwd=TREE) as serving,
        nginx((Site(port, inner),), authority, nginx_folder, clean_environment()),
    ):
        wait_until_it_listens(serving, inner)
        yield Provider(issuer, authority, environment, serving)


def clean_environment() -> dict[str, str]:
    """This process's environment without settings of Eşik, and without a proxy."""
    return {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("ESIK_") and not name.lower().endswith("_proxy")
    }
