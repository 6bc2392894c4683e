"""R-16: what an earlier yes covers, and what a page shows of who asks."""

from dataclasses import replace
from types import MappingProxyType

import pytest

from idp.domain.authorization_request import AuthorizationRequest, RequestedClaims
from idp.domain.client import Client, SubjectType
from idp.policy.consent import covers, seen
from tests.policy.samples import MHRS, REQUEST

ABOUT = MHRS.metadata


def test_r_16_a_claim_of_a_given_scope_is_nothing_more() -> None:
    assert covers({"openid", "profile"}, {"openid", "claim:name", "claim:birthdate"})
    assert covers({"openid", "claim:name"}, {"openid", "claim:name"})


def test_r_16_everything_else_is_more() -> None:
    for asked in ({"phone"}, {"claim:phone_number"}, {"offline_access"}, {"claim:openid"}, {"name"}):
        assert not covers({"openid", "profile"}, asked)
    assert not covers({"openid", "claim:name"}, {"openid", "profile"})
    assert not covers(frozenset(), {"openid"})


@pytest.mark.parametrize(
    "changed",
    [
        replace(MHRS, name="Kumar Evi"),
        replace(MHRS, metadata=replace(ABOUT, localized=MappingProxyType({"client_name#tr": "Kumar Evi"}))),
        replace(MHRS, metadata=replace(ABOUT, logo_uri="https://kumar.example/logo.png")),
        replace(MHRS, metadata=replace(ABOUT, policy_uri="https://kumar.example/gizlilik")),
        replace(MHRS, metadata=replace(ABOUT, tos_uri="https://kumar.example/kosullar")),
        replace(MHRS, sector_identifier="kumar.example"),
        replace(MHRS, subject_type=SubjectType.PUBLIC),
        replace(MHRS, redirect_uris=(*MHRS.redirect_uris, "https://mhrs.example/other")),
    ],
)
def test_r_16_another_client_is_seen_as_another(changed: Client) -> None:
    assert seen(changed, REQUEST) != seen(MHRS, REQUEST)


@pytest.mark.parametrize(
    "changed",
    [
        replace(REQUEST, redirect_uri="https://mhrs.example/other"),
        replace(REQUEST, scope=("openid",)),
        replace(REQUEST, claims=RequestedClaims(userinfo=("phone_number",))),
    ],
)
def test_r_16_another_request_is_seen_as_another(changed: AuthorizationRequest) -> None:
    assert seen(MHRS, changed) != seen(MHRS, REQUEST)


def test_what_a_citizen_does_not_see_changes_nothing() -> None:
    quiet = replace(MHRS, secret_hash="11", resources=("https://api.example/",))
    assert seen(quiet, replace(REQUEST, state="other", nonce="other")) == seen(MHRS, REQUEST)
