"""B03, B04, L-04, L-36: a recovery in eight requests at once, over two nodes; and anything at all in its forms."""

from collections.abc import Iterator
from functools import partial

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from idp.domain.audit import Event
from tests.asgi import Answer
from tests.attacks.at_once import at_once
from tests.clock import FakeClock
from tests.people import MEHMET, UNKNOWN, Visitor, another_code, login_id
from tests.recovering import NEW, Forgetful, citizen_of, events, identify
from tests.town import PASSWORD, Town, another_node

EIGHT = 8


@pytest.fixture
def nodes(any_town: Town) -> Iterator[list[Town]]:
    with another_node(any_town) as second:
        yield [any_town, second] * (EIGHT // 2)


def test_b03_of_eight_wrong_codes_at_once_no_more_are_judged_than_the_limit(any_town: Town, nodes: list[Town]) -> None:
    visitor = Forgetful(any_town)
    visitor.forgets(MEHMET)
    wrong = another_code(any_town.last_code(MEHMET.phone))
    answers = at_once([partial(_posts, node, visitor, "recovery-code", {"code": wrong}) for node in nodes])
    assert all(answer.status in {422, 429} for answer in answers)
    assert sum(answer.status == 422 for answer in answers) <= 5
    assert visitor.types_code(any_town.last_code(MEHMET.phone)).status == 429


def test_b04_l36_eight_right_codes_at_once_are_one_proof_and_nobody_is_charged(
    any_town: Town, nodes: list[Town]
) -> None:
    visitor = Forgetful(any_town)
    visitor.forgets(MEHMET)
    fields = {"code": any_town.last_code(MEHMET.phone)}
    answers = at_once([partial(_posts, node, visitor, "recovery-code", fields) for node in nodes])
    assert all(answer.status in {303, 429} for answer in answers)
    assert events(any_town).count(Event.FACTOR_PROVED) == 1


def test_two_recoveries_at_once_leave_one_new_password(any_town: Town, nodes: list[Town], clock: FakeClock) -> None:
    ready = []
    for _ in nodes:
        one = Forgetful(any_town)
        one.forgets(MEHMET)
        one.reads_and_types_code(MEHMET)
        ready.append(one)
    clock.advance(1)
    identify(any_town, MEHMET)
    for one in ready:
        assert one.press("Doğruladım, devam et").h1 == "Yeni şifre belirleyin"
    clock.advance(1)
    answers = at_once(
        [
            partial(_posts, node, one, "new-password", _typed(f"Mavi.Vapur-{place}x"))
            for place, (node, one) in enumerate(zip(nodes, ready, strict=True))
        ]
    )
    assert all(answer.status in {303, 409} for answer in answers)
    assert events(any_town).count(Event.PASSWORD_CHANGED) == 1
    assert citizen_of(any_town, MEHMET).password_hash in {f"plain:Mavi.Vapur-{place}x" for place in range(EIGHT)}


def test_one_recovery_sent_eight_times_sets_one_password(any_town: Town, nodes: list[Town], clock: FakeClock) -> None:
    owner = Forgetful(any_town)
    owner.forgets(MEHMET)
    owner.reads_and_types_code(MEHMET)
    owner.is_identified(MEHMET)
    answers = at_once([partial(_posts, node, owner, "new-password", _typed(NEW)) for node in nodes])
    assert all(answer.status in {303, 409, 422} for answer in answers)
    assert events(any_town).count(Event.PASSWORD_CHANGED) == 1
    assert owner.open(owner.page.url).h1 == "Şifreniz değiştirildi"


def test_a_recovery_against_a_login_leaves_no_session_of_the_old_password(
    any_town: Town, nodes: list[Town], clock: FakeClock
) -> None:
    """Whichever comes first: a session that began with the old password is over when the recovery is done."""
    owner = Forgetful(any_town)
    owner.forgets(MEHMET)
    owner.reads_and_types_code(MEHMET)
    owner.is_identified(MEHMET)
    stranger = Visitor(any_town)
    stranger.open("/hesabim")
    login = {"national_id": MEHMET.national_id, "password": PASSWORD}
    doings = [
        partial(_posts, nodes[0], owner, "new-password", _typed(NEW)),
        *(partial(_posts, node, stranger, "password", login) for node in nodes[1:]),
    ]
    answers = at_once(doings)
    assert all(answer.status < 500 for answer in answers)
    for answer in answers[1:]:
        stranger.browser.cookies |= _cookies(answer)
    assert stranger.open("/hesabim").h1 == "Giriş yapın"


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(data=st.data())
def test_no_text_in_a_form_of_a_recovery_is_a_fault_or_a_way_in(the_town: Town, data: st.DataObject) -> None:
    """A03, B06: anything at all in every field of every form, at the step it belongs to and at the others."""
    visitor = Forgetful(the_town, address="127.0.0.1")
    visitor.forgets(data.draw(st.sampled_from((MEHMET, UNKNOWN))))
    texts = st.one_of(st.text(max_size=30), st.from_regex(r"[0-9]{6}", fullmatch=True), st.just("x" * 5000))
    for step in data.draw(st.lists(st.sampled_from(FORMS), min_size=1, max_size=6)):
        fields = {name: data.draw(texts) for name in ("code", "national_id", "new_password", "new_password_repeat")}
        answer = _posts(the_town, visitor, step, {name: _encodable(text) for name, text in fields.items()})
        assert answer.status < 500
    assert citizen_of(the_town, MEHMET).password_hash == f"plain:{PASSWORD}"


FORMS = ("recovery-code", "recovery-resend", "recovery-identity", "new-password", "totp", "other", "method")


def _encodable(text: str) -> str:
    return text.encode("utf-8", "replace").decode()


def _typed(new: str) -> dict[str, str]:
    return {"new_password": new, "new_password_repeat": new}


def _posts(node: Town, visitor: Visitor, step: str, fields: dict[str, str]) -> Answer:
    token = visitor.browser.hidden()
    cookie = "; ".join(f"{name}={value}" for name, value in visitor.browser.cookies.items())
    path = f"/login/{login_id(visitor.page)}/{step}"
    return node.call("POST", path, {"csrf_token": token, **fields}, {"cookie": cookie})


def _cookies(answer: Answer) -> dict[str, str]:
    sent = (header.partition(";")[0].partition("=") for header in answer.headers.all("set-cookie"))
    return {name: value for name, _, value in sent if value}
