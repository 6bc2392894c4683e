"""What an authenticated client sends about tokens is never answered with an exception either (design.md §6)."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idp.domain.client_metadata import GrantType
from tests.protocol.offline import AGENT, API, credentials, offline_tokens, offline_world
from tests.protocol.test_never_a_server_error import few, jwt_like, text
from tests.protocol.world import ISSUER, ORIGIN

names = st.sampled_from(
    ["grant_type", "refresh_token", "scope", "resource", "token", "token_type_hint", "client_id", "client_assertion"]
)
values = st.one_of(
    text,
    jwt_like,
    st.sampled_from([*GrantType, "openid", "offline_access", API, ISSUER, "refresh_token", "{access}", "{refresh}"]),
)


@pytest.mark.parametrize("verb", ["token", "introspect", "revoke"])
@few
@given(st.lists(st.tuples(names | text, values), max_size=8))
def test_d13_d17_requests_about_tokens(verb: str, sent: list[tuple[str, str]]) -> None:
    """Real tokens among the rest. What comes back is JSON, or nothing after a revocation."""
    world = offline_world()
    body = offline_tokens(world)
    real = {"{access}": body["access_token"], "{refresh}": body["refresh_token"]}
    headers, _ = credentials(AGENT)
    pairs = [(name, real.get(value, value)) for name, value in sent]
    answer = getattr(world.provider, verb)(world.uow, pairs, headers, ORIGIN)
    assert answer.status in {200, 400, 401}
    assert json.loads(answer.body) if answer.body else (verb, answer.status) == ("revoke", 200)
