"""The store fits every shape that the rest of the house asks for, though it imports none of them."""

import inspect
from typing import TYPE_CHECKING, Any

import pytest

from idp.delivery import drain
from idp.factors import ports as factor_ports
from idp.journey import ports as journey_ports
from idp.protocol import ports as protocol_ports
from idp.store.store import Store
from idp.store.unit_of_work import UnitOfWork

if TYPE_CHECKING:

    def proved_by_mypy(work: UnitOfWork, store: Store) -> None:
        _journey: journey_ports.UnitOfWork = work
        _factor: factor_ports.UnitOfWork = work
        _protocol: protocol_ports.UnitOfWork = work
        _keys: protocol_ports.Keys = work.keys
        _outbox: drain.Outbox = work.outbox
        _begin: journey_ports.Begin = store.begin


def _verbs(port: type) -> dict[str, Any]:
    return {
        name: member for name, member in vars(port).items() if not name.startswith("_") and inspect.isfunction(member)
    }


@pytest.mark.parametrize(
    "ports", [journey_ports, factor_ports, protocol_ports], ids=lambda module: str(module.__name__)
)
def test_each_verb_of_each_port_has_its_very_parameters(ports: Any, store: Store) -> None:
    with store.read() as work:
        nouns = [name for name in vars(ports.UnitOfWork) if isinstance(vars(ports.UnitOfWork)[name], property)]
        assert nouns
        for noun in nouns:
            port = inspect.signature(vars(ports.UnitOfWork)[noun].fget).return_annotation
            stored = type(getattr(work, noun))
            for verb, asked in _verbs(port).items():
                given = inspect.signature(vars(stored)[verb]).parameters
                for name, parameter in inspect.signature(asked).parameters.items():
                    assert (given[name].kind, given[name].default) == (parameter.kind, parameter.default), (noun, verb)
