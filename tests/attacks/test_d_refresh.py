"""D10, D11, D17, A16, R-71: refresh tokens that were stolen, reused or revoked, and what ends them, over HTTP."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from idp.domain.audit import Event
from idp.domain.errors import OutOfService
from tests.attacks.refreshing import PUBLIC, SCOPE, Refresher, error_of, offline_login, public_client
from tests.attacks.statements import counted
from tests.clock import FakeClock
from tests.people import AYSE, MEHMET, Visitor, came_in
from tests.stand_in import StandIn
from tests.town import Town
from tests.web.account_holder import CONSENTS, AccountHolder

DAY = 86_400


@pytest.fixture
def client(any_town: Town) -> Refresher:
    return Refresher(any_town)
