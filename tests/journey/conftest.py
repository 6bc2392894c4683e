"""A fresh house for each story."""

import pytest

from tests.journey.house import Browser, House


@pytest.fixture
def house() -> House:
    return House()


@pytest.fixture
def browser(house: House) -> Browser:
    return house.browser()
