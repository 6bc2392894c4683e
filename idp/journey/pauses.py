"""Whether a second factor takes no answers now, and for how long."""

from idp.domain.evidence import Method
from idp.domain.throttle import Refused
from idp.journey.ports import UnitOfWork
from idp.policy import throttle


def pause_of(uow: UnitOfWork, citizen_id: str, method: Method, now: int) -> Refused | None:
    """Whether the method takes no answers now. For telling people, and for choosing what to ask them."""
    refused = uow.throttles.refusal(throttle.factor_attempt(citizen_id, method), now)
    if refused is None and method is Method.APP:
        refused = uow.throttles.refusal(throttle.approval_asking(citizen_id, quotas=False), now)
    return refused


def is_disabled(uow: UnitOfWork, citizen_id: str, method: Method, now: int) -> bool:
    """Whether no waiting helps any more (R-53)."""
    refused = pause_of(uow, citizen_id, method, now)
    return refused is not None and refused.until is None
