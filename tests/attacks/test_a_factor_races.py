"""L-08: second factors added, removed and made anew at the same instant, over two nodes, on each database."""

import re
from collections.abc import Iterator
from functools import partial
from itertools import cycle, islice

import pytest

from idp.domain.evidence import Method
from tests.asgi import Answer
from tests.attacks.at_once import at_once
from tests.people import Person
from tests.town import Town, another_node
from tests.web.account_holder import CODES, PASSKEYS, TOTP_ADD, TOTP_REMOVE, AccountHolder, key_of

FOUR = 4
ROUNDS = 2
NURTEN = Person("98765430620", "+905000000006")
"""Backup codes alone: whatever she adds is her only lasting method."""


@pytest.fixture
def nodes(any_town: Town) -> Iterator[list[Town]]:
    """Four places to send to: two nodes in turn, on one database."""
    with another_node(any_town) as second:
        yield list(islice(cycle((any_town, second)), FOUR))


def _sent(node: Town, holder: AccountHolder, path: str, fields: dict[str, str]) -> Answer:
    cookie = "; ".join(f"{name}={value}" for name, value in holder.browser.cookies.items())
    return node.call("POST", path, fields, {"cookie": cookie})


def _all_at_once(nodes: list[Town], holder: AccountHolder, forms: list[tuple[str, dict[str, str]]]) -> list[Answer]:
    holder.open("/hesabim/sifre")
    token = {"csrf_token": holder.browser.hidden()}
    return at_once(
        [partial(_sent, node, holder, path, token | fields) for node, (path, fields) in zip(nodes, forms, strict=True)]
    )


def test_l08_of_several_right_codes_at_once_one_app_comes(any_town: Town, nodes: list[Town]) -> None:
    for _ in range(ROUNDS):
        ayse = AccountHolder(any_town).comes_in()
        before, told = ayse.held(Method.TOTP), len(ayse.told("Doğrulama uygulaması. Siz değilseniz"))
        secret = ayse.secret()
        answers = _all_at_once(nodes, ayse, [(TOTP_ADD, {"code": ayse.code_of(secret)})] * FOUR)
        assert {answer.status for answer in answers} == {303}
        [app] = ayse.held(Method.TOTP)
        assert app not in before
        assert len(ayse.told("Doğrulama uygulaması. Siz değilseniz")) == told + 1
        any_town.clock.advance(61)


def test_l08_b04_of_many_wrong_codes_at_once_five_are_judged(any_town: Town, nodes: list[Town]) -> None:
    """Of one secret. Whoever goes on guesses at another one, and sees it."""
    ayse = AccountHolder(any_town).comes_in()
    secret = ayse.secret()
    wrong = f"{(int(ayse.code_of(secret)) + 1) % 10**6:06d}"
    for _ in range(2):
        answers = _all_at_once(nodes, ayse, [(TOTP_ADD, {"code": wrong})] * FOUR)
        assert {answer.status for answer in answers} == {422}
    with any_town.store.engine.begin() as connection:
        tries = [row[0] for row in connection.exec_driver_sql("SELECT tries FROM enrolments ORDER BY number")]
    assert (tries[0], max(tries)) == (5, 5)
    assert ayse.posts(TOTP_ADD, code=ayse.code_of(secret)).status == 422
    assert ayse.held(Method.TOTP) == []


def test_l08_sets_of_backup_codes_made_at_once_leave_one_set(any_town: Town, nodes: list[Town]) -> None:
    """And the codes that count are those of one answer, whole."""
    for _ in range(ROUNDS):
        ayse = AccountHolder(any_town).comes_in()
        answers = _all_at_once(nodes, ayse, [(CODES, {})] * FOUR)
        assert {answer.status for answer in answers} == {200}
        held = {one.handle for one in ayse.held(Method.BACKUP_CODE)}
        shown = [set(re.findall(r'data-testid="backup-code">(\w\w)', answer.text)) for answer in answers]
        assert len(ayse.held(Method.BACKUP_CODE)) == 10
        assert held in shown
        any_town.clock.advance(61)


def test_l08_of_two_last_methods_removed_at_once_one_stays(any_town: Town, nodes: list[Town]) -> None:
    """From two sessions of one citizen: each removal would be fine if the other had not been."""
    nurten = AccountHolder(any_town, NURTEN).gives_backup_code()
    for _ in range(ROUNDS):
        nurten.adds_passkey(key_of(any_town))
        nurten.sets_up_app() if not nurten.held(Method.TOTP) else None
        [key] = nurten.held(Method.PASSKEY)[:1]
        forms = [(TOTP_REMOVE, {"decision": "remove"}), (f"{PASSKEYS}/{key.id}/kaldir", {"decision": "remove"})] * 2
        answers = _all_at_once(nodes, nurten, forms)
        assert all(answer.status in {303, 422} for answer in answers)
        assert len(nurten.held(Method.TOTP)) + len(nurten.held(Method.PASSKEY)) == 1
        assert len(nurten.held(Method.BACKUP_CODE)) == 10


def test_l08_ten_passkeys_stay_ten(any_town: Town, nodes: list[Town]) -> None:
    """Two answers to one challenge at once, with nine there already."""
    ayse = AccountHolder(any_town).comes_in()
    for _ in range(9):
        ayse.adds_passkey(key_of(any_town))
    options = ayse.passkey_options()
    forms = [(f"{PASSKEYS}/ekle", {"credential": key_of(any_town).register(options), "name": "x"}) for _ in range(FOUR)]
    answers = _all_at_once(nodes, ayse, forms)
    assert all(answer.status in {303, 422} for answer in answers)
    assert len(ayse.held(Method.PASSKEY)) == 10
