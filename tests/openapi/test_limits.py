"""What has too many fields, or is too large, is refused as the document tells, at every form and every page of it."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

import pytest

from idp.web.forms import MOST_BYTES
from tests.asgi import Answer
from tests.clock import FakeClock
from tests.databases import copy_sqlite
from tests.openapi.samples import FORM, Json, operations
from tests.openapi.test_truth import has_a_told_body
from tests.people import AYSE, Visitor, login_id
from tests.town import Town, town

DOCUMENT = json.loads((Path(__file__).parents[2] / "openapi" / "idp.json").read_text("utf-8"))
WAIT = {"/sandbox/v1/phones/{phone_number}/messages/wait", "/login/{login_id}/app/events"}
"""They answer when something comes, and nothing does here."""
Fields = list[tuple[str, str]]
TOO_MANY: Fields = [(f"a{number}", "x") for number in range(201)]
TOO_LARGE: Fields = [("a", "x" * MOST_BYTES)]


def takes_form(operation: Json) -> bool:
    return FORM in operation.get("requestBody", {}).get("content", {})


FORMS = [path for path, _, operation in operations(DOCUMENT) if takes_form(operation)]
SHOWN = [path for path, method, _ in operations(DOCUMENT) if method == "get" and path not in WAIT]


@dataclass(frozen=True)
class Caller:
    """A browser in which Ayşe is logged in, and a login stands at its first page."""

    town: Town
    cookie: str
    login_id: str

    def sends(self, path: str, fields: Fields) -> Answer:
        return self.town.call("POST", self._address(path), fields, {"cookie": self.cookie})

    def asks(self, path: str, parameters: Fields) -> Answer:
        asked = f"{self._address(path)}?{urlencode(parameters)}"
        return self.town.call("GET", asked, headers={"cookie": self.cookie})

    def _address(self, path: str) -> str:
        return path.format_map(_Names(login_id=self.login_id, phone_number=AYSE.phone, step="password"))


class _Names(dict[str, str]):
    """What stands in a path; any other name is of nothing that there is."""

    def __missing__(self, _: str) -> str:
        return "x"


@pytest.fixture(scope="module")
def caller(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Caller]:
    folder = tmp_path_factory.mktemp("limits")
    with town(copy_sqlite(sqlite_template, folder), folder, FakeClock()) as opened:
        ayse, somebody = Visitor(opened), Visitor(opened)
        ayse.logs_in_at_home(AYSE, two_step=True)
        begun = login_id(somebody.open("/hesabim"))
        cookies = ayse.browser.cookies | somebody.browser.cookies
        yield Caller(opened, "; ".join(f"{name}={value}" for name, value in cookies.items()), begun)


@pytest.mark.parametrize("path", FORMS)
def test_a_form_of_too_many_fields(caller: Caller, path: str) -> None:
    answer = caller.sends(path, TOO_MANY)
    assert answer.status == 400
    has_a_told_body(DOCUMENT, path, "post", answer)


@pytest.mark.parametrize("path", FORMS)
def test_a_form_that_is_too_large(caller: Caller, path: str) -> None:
    answer = caller.sends(path, TOO_LARGE)
    assert answer.status == 413
    has_a_told_body(DOCUMENT, path, "post", answer)


@pytest.mark.parametrize("path", SHOWN)
def test_a_query_of_too_many_parameters(caller: Caller, path: str) -> None:
    """Not everything reads its query: whatever the answer is, the document has it."""
    assert str(caller.asks(path, TOO_MANY).status) in DOCUMENT["paths"][path]["get"]["responses"]


def test_there_are_forms_of_every_kind() -> None:
    kinds = {path.split("/")[1] for path in FORMS}
    assert {"authorize", "token", "userinfo", "logout", "login", "hesabim", "telefon"} <= kinds
