"""The foreign parts: where they are on this machine, and what is said of one that is not.

`python -m tests.interop.parts` puts the npm packages of `package-lock.json` into a cache outside the tree, which is all
that is ever fetched for these tests; `make interop` does so before the first of them. ESIK_TEST_CACHE names another
place for it. Where a part is absent its tests are skipped with the reason; with ESIK_TEST_REQUIRE=1 they fail.
"""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NoReturn

import pytest

HERE = Path(__file__).parent
_MANIFEST, _LOCK = HERE / "package.json", HERE / "package-lock.json"
_APACHE_MODULES = Path("/usr/lib/apache2/modules")
_INSTALL = ["ci", "--ignore-scripts", "--omit-lockfile-registry-resolved", "--no-audit", "--no-fund"]


def program(name: str, package: str) -> str:
    """Where a program is, also one that only root has on its path."""
    found = shutil.which(name) or shutil.which(name, path="/usr/sbin:/sbin")
    return found or absent(f"no {name}: apt-get install {package}")


def apache_modules() -> Path:
    """The folder of Apache's modules, mod_auth_openidc among them."""
    if not (_APACHE_MODULES / "mod_auth_openidc.so").exists():
        absent("no mod_auth_openidc: apt-get install apache2-bin libapache2-mod-auth-openidc")
    return _APACHE_MODULES


def node_modules() -> Path:
    """The folder of the npm packages."""
    modules = _npm_folder() / "node_modules"
    return (
        modules if _is_complete() else absent("no npm packages: run make interop, which installs them, with npm there")
    )


def absent(reason: str) -> NoReturn:
    if os.environ.get("ESIK_TEST_REQUIRE") == "1":
        pytest.fail(reason)
    pytest.skip(reason)


def install() -> str:
    """Install what npm brings, once for each version of the lock. Answers what was done."""
    npm, folder = shutil.which("npm"), _npm_folder()
    if _is_complete():
        return f"The npm packages are in {folder}."
    if npm is None:
        return "No npm here: the clients that are written in JavaScript are left out (apt-get install npm)."
    folder.mkdir(parents=True, exist_ok=True)
    for part in (_MANIFEST, _LOCK):
        shutil.copy(part, folder)
    subprocess.run([npm, *_INSTALL], cwd=folder, check=True, stdin=subprocess.DEVNULL)
    _mark(folder).touch()
    return f"The npm packages are now in {folder}."


def _npm_folder() -> Path:
    """Named by what is in it, so that another lock finds another folder."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "esik-tests"
    contents = hashlib.sha256(_MANIFEST.read_bytes() + _LOCK.read_bytes()).hexdigest()[:16]
    return Path(os.environ.get("ESIK_TEST_CACHE") or cache) / f"npm-{contents}"


def _mark(folder: Path) -> Path:
    return folder / ".complete"


def _is_complete() -> bool:
    return _mark(_npm_folder()).exists()


if __name__ == "__main__":
    sys.stdout.write(f"{install()}\n")
