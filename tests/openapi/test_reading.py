"""People can read the document in a sandbox, under the policy that every page has (C13), and nowhere else."""

import re
from pathlib import Path

import pytest

from idp.app import create_app
from tests.asgi import shared_loop
from tests.openapi.test_completeness import PRODUCTION
from tests.town import Town, settings


def test_every_script_and_style_is_a_file_of_ours(the_town: Town) -> None:
    shown = the_town.call("GET", "/docs")
    assert shown.status == 200
    assert "'unsafe-inline'" not in shown.headers["content-security-policy"]
    scripts = re.findall(r"<script([^>]*)>", shown.text)
    files = re.findall(r"""(?:src|href)="([^"]+)""", shown.text)
    assert len(scripts) == 2
    assert all(" src=" in script for script in scripts)
    assert all(file.startswith("/") and the_town.call("GET", file).status == 200 for file in files)


@pytest.mark.parametrize("path", ["/docs", "/docs/start.js", "/openapi.json"])
def test_it_is_not_there_in_production(sqlite_url: str, tmp_path: Path, path: str) -> None:
    app = create_app(settings(sqlite_url, tmp_path, **PRODUCTION))
    answer = shared_loop().call(app, "GET", f"https://giris.example.org{path}")
    app.state.store.close()
    assert answer.status == 404
