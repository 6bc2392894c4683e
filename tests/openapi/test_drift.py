"""The files in `openapi/` are what the programs answer; `esik openapi` writes them."""

import json
from pathlib import Path

import pytest

from tests.openapi.conftest import described
from tests.openapi.samples import Json

FILES = Path(__file__).parents[2] / "openapi"


@pytest.mark.parametrize(("file", "program"), [("idp.json", "provider"), ("relying_party.json", "relying_party")])
def test_the_file_is_up_to_date(file: str, program: str, request: pytest.FixtureRequest) -> None:
    written = json.loads((FILES / file).read_text("utf-8"))
    answered = request.getfixturevalue(f"{program}_document")
    assert written == answered, "the description changed: run esik openapi"


def test_the_document_does_not_depend_on_where_it_is_made(provider_document: Json, tmp_path: Path) -> None:
    again = json.dumps(described(tmp_path))
    assert again == json.dumps(provider_document)
    assert str(tmp_path) not in again
