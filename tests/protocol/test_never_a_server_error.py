"""Nothing a client sends is answered with an exception (design.md §6). Hypothesis looks for what would be."""

import base64
import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from idp.protocol.messages import Acceptable, EndSession, ErrorPage, FormPost, JsonAnswer, Redirect
from tests.protocol.world import CALLBACK, FORM, MHRS, ORIGIN, World, basic, request_pairs

few = settings(max_examples=150, derandomize=True)

NASTY = [
    "",
    " ",
    '"',
    "\\",
    "\x00",
    "\r\n",
    "ı",
    "\udce9",
    "%",
    "+",
    "none",
    "-1",
    "9" * 30,
    "{",
    "[]",
    "a.b.c",
    "code",
]
text = st.one_of(st.sampled_from(NASTY), st.text(max_size=40), st.text(st.characters(), max_size=40))
json_value = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["userinfo", "id_token", "acr", "sub", "name", "essential", "value", "values", "x"]), inner
        )
    ),
    max_leaves=12,
)
encoded = st.binary(max_size=60).map(lambda raw: base64.urlsafe_b64encode(raw).decode())
jwt_like = st.one_of(
    st.tuples(encoded, encoded, encoded).map(".".join),
    st.tuples(
        st.dictionaries(st.sampled_from(["alg", "kid", "typ", "crit", "b64"]), json_value).map(
            lambda header: base64.urlsafe_b64encode(json.dumps(header).encode()).rstrip(b"=").decode()
        ),
        encoded,
        encoded,
    ).map(".".join),
    text,
)
authorize_names = st.sampled_from(
    [
        *(name for name, _ in request_pairs()),
        *("prompt", "max_age", "claims", "id_token_hint", "acr_values", "login_hint", "ui_locales", "display"),
        *("response_mode", "request", "request_uri", "resource"),
    ]
)
token_names = st.sampled_from(
    ["grant_type", "code", "redirect_uri", "code_verifier", "client_id", "client_secret", "client_assertion"]
)


def _answered(world: World, pairs: list[tuple[str, str]]) -> None:
    answer = world.provider.check(world.uow, pairs, ORIGIN)
    assert isinstance(answer, Acceptable | Redirect | FormPost | ErrorPage)
    if isinstance(answer, Redirect):
        assert answer.location.startswith(CALLBACK + "?")
        assert answer.location.isascii()
        assert answer.location.isprintable()


@few
@given(st.dictionaries(authorize_names, text), st.lists(st.tuples(authorize_names | text, text), max_size=4))
def test_authorization_requests(changed: dict[str, Any], more: list[tuple[str, str]]) -> None:
    _answered(World(), [*request_pairs(**changed), *more])


@few
@given(json_value | st.dictionaries(st.sampled_from(["userinfo", "id_token"]), json_value))
def test_a14_d16_claims(claims: object) -> None:
    _answered(World(), request_pairs(claims=json.dumps(claims)))


@few
@given(jwt_like)
def test_d13_hints_and_tokens(token: str) -> None:
    world = World()
    _answered(world, request_pairs(id_token_hint=token))
    assert isinstance(world.provider.end_session(world.uow, [("id_token_hint", token)]), EndSession)
    assert world.userinfo(token).status == (400 if "\n" in token else 401)  # a line feed: the header came twice


@few
@given(st.lists(st.tuples(token_names | text, text), max_size=8), st.booleans())
def test_token_requests(pairs: list[tuple[str, str]], with_secret: bool) -> None:
    headers = FORM | ({"authorization": basic("mhrs", "s" * 43)} if with_secret else {})
    world = World()
    answer = world.provider.token(world.uow, pairs, headers, ORIGIN)
    assert answer.status in {400, 401}
    json.loads(answer.body)


@few
@given(
    text
    | st.binary(max_size=60).map(lambda raw: "Basic " + base64.b64encode(raw).decode())
    | st.tuples(text, text).map(
        lambda pair: "Basic " + base64.b64encode(":".join(pair).encode("utf-8", "surrogatepass")).decode()
    )
)
def test_basic_headers(authorization: str) -> None:
    world = World()
    pairs = [("grant_type", "authorization_code"), ("code", "x")]
    answer = world.provider.token(world.uow, pairs, FORM | {"authorization": authorization}, ORIGIN)
    expected = 400 if "\n" in authorization else 401
    assert answer.status == expected
    answer = world.provider.userinfo(world.uow, "GET", {"authorization": authorization})
    assert answer.status == expected


@few
@given(st.dictionaries(token_names, text))
def test_an_honest_exchange_with_something_changed(changed: dict[str, Any]) -> None:
    """Whatever comes of it, the code is never worth two answers."""
    world = World()
    code = world.code()
    answers: list[JsonAnswer] = [world.token(code, **changed), world.token(code), world.token(code)]
    assert [answer.status for answer in answers].count(200) <= 1
    assert MHRS.client_id in world.uow.clients.rows
