"""The dictionary for integrators has every error that a relying party can read, in its exact words."""

from pathlib import Path

import pytest

from idp.protocol.errors import WIRE, Reason

TEXT = (Path(__file__).parents[2] / "docs" / "integrate" / "errors.md").read_text("utf-8")


@pytest.mark.parametrize("reason", [reason for reason in Reason if WIRE[reason][0]])
def test_the_error_is_in_the_dictionary(reason: Reason) -> None:
    code, description = WIRE[reason]
    assert f"| {description} |" in TEXT
    assert f"`{code}`" in TEXT


def test_the_dictionary_tells_of_no_other_error() -> None:
    known = {description for _, description in WIRE.values()}
    told = {line.split(" | ")[0].removeprefix("| ") for line in TEXT.splitlines() if line.startswith("| ")}
    sentences = {one for one in told if one.endswith(".")}
    assert sentences <= known
