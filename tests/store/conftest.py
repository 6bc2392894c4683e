import pytest

from idp.store.store import Store
from tests.store.samples import furnish


@pytest.fixture
def furnished(store: Store) -> Store:
    """A store with one of each thing (`samples`)."""
    furnish(store)
    return store
