"""What belongs to registration and its documents: spent names, copies, initial access tokens, client metadata."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idp.domain.client_metadata import (
    ApplicationType,
    ClientMetadata,
    Encryption,
    GrantType,
    ResponseMode,
    ResponseType,
)
from idp.domain.document import FetchedDocument
from idp.store.client_metadata import dump_metadata, load_metadata
from idp.store.codec import Unreadable
from idp.store.store import Store
from tests.store.samples import CLIENT, NOW, at_once

URI = "https://mhrs.test/jwks"
texts = st.text(max_size=20)
maybe = st.none() | texts
metadata = st.builds(
    ClientMetadata,
    grant_types=st.lists(st.sampled_from(GrantType)).map(tuple),
    response_types=st.lists(st.sampled_from(ResponseType)).map(tuple),
    response_modes=st.lists(st.sampled_from(ResponseMode)).map(tuple),
    application_type=st.sampled_from(ApplicationType),
    contacts=st.lists(texts).map(tuple),
    localized=st.dictionaries(texts, texts, max_size=3),
    jwks=maybe,
    id_token_encryption=st.none() | st.builds(Encryption, texts, texts),
    default_max_age=st.none() | st.integers(0, 10**6),
    require_auth_time=st.booleans(),
    software_id=maybe,
)


@given(metadata)
def test_metadata_is_read_as_written(one: ClientMetadata) -> None:
    assert load_metadata(dump_metadata(one)) == one


def test_only_what_differs_is_written() -> None:
    assert dump_metadata(ClientMetadata()) == "{}"


@pytest.mark.parametrize(
    "stored",
    [
        "[]",
        "no JSON",
        '{"of_a_later_version": 1}',
        '{"grant_types": ["unknown"]}',
        '{"contacts": "a"}',
        '{"default_max_age": true}',
        '{"default_max_age": -1}',
        '{"require_auth_time": 1}',
        '{"localized": []}',
        '{"localized": {"a": 1}}',
        '{"id_token_encryption": ["RSA-OAEP-256"]}',
        '{"jwks": "{}", "jwks_uri": "https://mhrs.test/jwks"}',
    ],
)
def test_anything_else_is_unreadable(stored: str) -> None:
    """A client is obeyed whole or not at all."""
    with pytest.raises(Unreadable):
        load_metadata(stored)


def test_a_removed_client_is_gone(furnished: Store) -> None:
    """DCR-11"""
    with furnished.begin() as work:
        before = work.clients.version()
        assert work.clients.remove(CLIENT.client_id)
        assert not work.clients.remove(CLIENT.client_id)
        assert work.clients.by_id(CLIENT.client_id) is None
        assert work.grants.standing("grant-1") is None, "with everything it was given"
        assert work.clients.version() != before


def test_a_name_is_spent_once(store: Store) -> None:
    """TOKEN-05: the jti of an assertion."""
    with store.begin() as work:
        assert not work.spent.is_spent("jti")
        assert work.spent.spend("jti", NOW + 60)
        assert not work.spent.spend("jti", NOW + 90)
        assert work.spent.is_spent("jti")
        work.purge(NOW + 60 + 3601)
        assert work.spent.spend("jti", NOW + 8000)


def test_of_many_at_once_one_spends_it(store: Store) -> None:
    def spend(_: int) -> bool:
        with store.begin() as work:
            return work.spent.spend("jti", NOW + 60)

    assert sum(at_once(8, spend)) == 1


def test_a_document_is_tried_seldom_and_kept(store: Store) -> None:
    """TOKEN-17: one fresh fetch, rate-limited; a copy stays when a later try fails."""
    with store.begin() as work:
        assert work.documents.by_uri(URI) is None
        assert work.documents.may_try(URI, NOW, 30)
        assert work.documents.by_uri(URI) == FetchedDocument(URI, None, None, NOW)
        assert not work.documents.may_try(URI, NOW + 29, 30)
        work.documents.keep(URI, json.dumps({"keys": []}), NOW + 1)
        assert work.documents.by_uri(URI) == FetchedDocument(URI, '{"keys": []}', NOW + 1, NOW, NOW + 1)
        assert work.documents.may_try(URI, NOW + 30, 30)
        assert work.documents.by_uri(URI) == FetchedDocument(URI, '{"keys": []}', NOW + 1, NOW + 30)
        work.documents.give_up(URI, NOW, NOW + 32)
        assert work.documents.by_uri(URI) == FetchedDocument(URI, '{"keys": []}', NOW + 1, NOW + 30)
        work.documents.give_up(URI, NOW + 30, NOW + 33)
        assert work.documents.by_uri(URI) == FetchedDocument(URI, '{"keys": []}', NOW + 1, NOW + 30, NOW + 33)
        assert work.documents.may_try(URI, NOW - 500, 30), "the clock was set back"


def test_of_many_at_once_one_may_try(store: Store) -> None:
    def may_try(_: int) -> bool:
        with store.begin() as work:
            return work.documents.may_try(URI, NOW, 30)

    assert sum(at_once(8, may_try)) == 1


def test_an_initial_access_token_has_its_uses_and_its_end(store: Store) -> None:
    """DCR-12"""
    with store.begin() as work:
        work.initial_access_tokens.insert("a" * 64, note="QA", uses=2, now=NOW, expires_at=NOW + 60)
        assert not work.initial_access_tokens.use("b" * 64, NOW)
        assert not work.initial_access_tokens.use("a" * 64, NOW + 60)
        assert [work.initial_access_tokens.use("a" * 64, NOW) for _ in range(3)] == [True, True, False]
