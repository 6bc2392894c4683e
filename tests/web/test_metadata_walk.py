"""DISC-09, D17: what is advertised works, and what works is advertised. One walk for every member of the metadata.

`WALKS` names each member; a member without a walk fails `test_every_member_is_walked`, so none can be published alone.
"""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from tests.clock import FakeClock
from tests.databases import copy_sqlite
from tests.people import AYSE, Visitor
from tests.town import town
from tests.web import metadata_walks as walk
from tests.web.metadata_walks import ENDPOINTS, Walker
from tests.web.self_registered import SelfRegistered


@pytest.fixture(scope="module")
def walker(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Walker]:
    folder = tmp_path_factory.mktemp("walk")
    with town(copy_sqlite(sqlite_template, folder), folder, FakeClock(), implicit=True) as opened_town:
        citizen = Visitor(opened_town)
        document = json.loads(opened_town.call("GET", "/.well-known/openid-configuration").body)
        first = SelfRegistered.with_metadata(opened_town, citizen)
        citizen.open(f"/authorize?{urlencode(first.parameters())}")
        citizen.two_steps(AYSE)
        citizen.approves()
        yield Walker(opened_town, document, citizen)


WALKS: dict[str, Callable[[Walker, Any], None]] = {
    "issuer": walk.issuer,
    **dict.fromkeys((f"{name}_endpoint" for name in ENDPOINTS), walk.endpoint),
    "jwks_uri": walk.jwks_uri,
    "response_types_supported": walk.response_types,
    "response_modes_supported": walk.response_modes,
    "grant_types_supported": walk.grant_types,
    "scopes_supported": walk.scopes,
    "subject_types_supported": walk.subject_types,
    "id_token_signing_alg_values_supported": walk.id_token_signing,
    "id_token_encryption_alg_values_supported": walk.id_token_encryption,
    "id_token_encryption_enc_values_supported": lambda walker, _: walk.id_token_encryption(walker, ["ECDH-ES"]),
    "userinfo_signing_alg_values_supported": walk.userinfo_signing,
    "userinfo_encryption_alg_values_supported": walk.userinfo_encryption,
    "userinfo_encryption_enc_values_supported": lambda walker, _: walk.userinfo_encryption(walker, ["ECDH-ES"]),
    "token_endpoint_auth_methods_supported": walk.authentication("/token"),
    "introspection_endpoint_auth_methods_supported": walk.authentication("/introspect"),
    "revocation_endpoint_auth_methods_supported": walk.authentication("/revoke"),
    **dict.fromkeys(
        (f"{name}_endpoint_auth_signing_alg_values_supported" for name in ("token", "introspection", "revocation")),
        walk.assertion_signing,
    ),
    "code_challenge_methods_supported": walk.challenge_methods,
    "authorization_response_iss_parameter_supported": walk.iss_parameter,
    "claims_parameter_supported": walk.claims_parameter,
    "request_parameter_supported": walk.request_parameter,
    "request_uri_parameter_supported": walk.request_uri_parameter,
    "require_request_uri_registration": walk.request_uri_parameter,
    "request_object_signing_alg_values_supported": walk.request_object_signing,
    "claims_supported": walk.claims,
    "claim_types_supported": walk.claim_types,
    "acr_values_supported": walk.acr_values,
    "prompt_values_supported": walk.prompts,
    "display_values_supported": walk.displays,
    "ui_locales_supported": walk.ui_locales,
    **dict.fromkeys(("backchannel_logout_supported", "frontchannel_logout_supported"), walk.logout_is_told),
    **dict.fromkeys(
        ("backchannel_logout_session_supported", "frontchannel_logout_session_supported"), walk.session_is_told
    ),
}


def test_disc_09_d17_every_member_is_walked(walker: Walker) -> None:
    assert walker.document.keys() == WALKS.keys()


@pytest.mark.parametrize("member", WALKS)
def test_disc_09_d17_the_member_is_true(walker: Walker, member: str) -> None:
    WALKS[member](walker, walker.document[member])
