"""`acr_values` and a voluntary `acr` claim: OpenID Connect Core §3.1.2.1 and §5.5.1.1 (AUTH-22, R-31, A10)."""

import json
from typing import Any

import pytest

from idp.domain.level import Level
from idp.protocol.messages import Redirect
from tests.protocol.world import World, query_of

P, T, X = Level.PASSWORD, Level.TWO_STEP, Level.PHISHING_RESISTANT


def claim(**acr: Any) -> str:
    return json.dumps({"id_token": {"acr": acr}})


@pytest.mark.parametrize(
    ("acr_values", "wished"),
    [
        (X.acr, (X,)),
        (f"{T.acr} {X.acr}", (T, X)),
        (f"{X.acr} {P.acr} {T.acr}", (X, P, T)),
        (f"{T.acr} {T.acr} {P.acr} {T.acr}", (T, P)),
        (f"  {T.acr}   {P.acr} ", (T, P)),
        (f"1 2 urn:mace:incommon:iap:silver {X.acr}", (X,)),
    ],
)
def test_core_3_1_2_1_levels_are_wished_for_in_their_order(
    world: World, acr_values: str, wished: tuple[Level, ...]
) -> None:
    request = world.accepted(acr_values=acr_values)
    assert request.wished_levels == wished
    assert request.essential_levels is None


def test_without_the_parameter_nothing_is_wished_for(world: World) -> None:
    assert world.accepted().wished_levels == ()
    assert world.accepted(acr_values="").wished_levels == ()


@pytest.mark.parametrize(
    "acr_values",
    [
        "1 2",
        T.acr.upper(),
        f"{T.acr}\t",
        f"{T.acr}\n{X.acr}",
        f"{T.acr}\u00a0{X.acr}",
        f"{T.acr},{X.acr}",
        "\ud800",
        "\0",
        "urn:esik:acr:two\uff0dstep",
    ],
)
def test_auth_22_core_15_1_an_unknown_value_is_never_an_error(world: World, acr_values: str) -> None:
    assert world.accepted(acr_values=acr_values).wished_levels == ()


def test_e05_of_a_huge_list_the_beginning_is_heard(world: World) -> None:
    assert world.accepted(acr_values="x " * 31 + X.acr).wished_levels == (X,)
    assert world.accepted(acr_values="x " * 32 + X.acr).wished_levels == ()
    assert world.accepted(acr_values=f"{X.acr} " + "x " * 100_000).wished_levels == (X,)
    assert world.accepted(acr_values="x" * 1_000_000).wished_levels == ()


def test_auth_03_a_repeated_acr_values_is_refused(world: World) -> None:
    answer = world.check(("acr_values", X.acr), acr_values=T.acr)
    assert isinstance(answer, Redirect)
    assert query_of(answer)["error"] == "invalid_request"


@pytest.mark.parametrize(
    ("acr", "wished"),
    [
        ({"value": X.acr}, (X,)),
        ({"value": X.acr, "essential": False}, (X,)),
        ({"values": [T.acr, X.acr, T.acr]}, (T, X)),
        ({"values": ["1", P.acr]}, (P,)),
        ({"value": "1"}, ()),
    ],
)
def test_core_5_5_1_1_a_voluntary_acr_claim_is_a_wish_too(
    world: World, acr: dict[str, Any], wished: tuple[Level, ...]
) -> None:
    request = world.accepted(claims=claim(**acr))
    assert (request.wished_levels, request.essential_levels) == (wished, None)


@pytest.mark.parametrize(
    ("acr", "wished", "essential"),
    [
        ({"value": T.acr}, (T,), None),
        ({"value": "1"}, (), None),
        ({"values": [T.acr, P.acr], "essential": True}, (), (P, T)),
        ({"value": "1", "essential": True}, (), ()),
        ({"essential": True}, (X,), None),
        ({}, (X,), None),
    ],
)
def test_core_5_5_1_1_a_claim_with_values_is_heard_instead_of_the_parameter(
    world: World, acr: dict[str, Any], wished: tuple[Level, ...], essential: tuple[Level, ...] | None
) -> None:
    """The clause leaves it open. The claim is the more exact of the two, and an essential one is no wish."""
    request = world.accepted(acr_values=X.acr, claims=claim(**acr))
    assert (request.wished_levels, request.essential_levels) == (wished, essential)


@pytest.mark.parametrize("place", ["userinfo", "other"])
def test_an_acr_named_elsewhere_is_no_wish(world: World, place: str) -> None:
    assert world.accepted(claims=json.dumps({place: {"acr": {"value": X.acr}}})).wished_levels == ()


@pytest.mark.parametrize("acr", [{"value": [X.acr]}, {"value": 3}, {"values": [X.acr, None]}])
def test_d16_a_voluntary_acr_of_another_type_is_refused(world: World, acr: dict[str, Any]) -> None:
    answer = world.check(claims=claim(**acr))
    assert isinstance(answer, Redirect)
    assert query_of(answer)["error"] == "invalid_request"
