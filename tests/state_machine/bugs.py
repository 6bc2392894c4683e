"""Faults that the machine must find, each named as in security.md §8 with the property that must fail.

Each is a whole provider with one faulty part put in its place: a second factor, a verb of the store, a verb of the
protocol (`faulty_factors`, `faulty_store`, `faulty_protocol`). Where a decision is a plain function that nothing passes
in, one named function is replaced (`_swapped`, `faulty_decisions`). `rt_reuse` and `refresh_renews_auth_time` come with
what they break.

Each needs a witness (`witnesses`); `search` finds one.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import fields, replace
from typing import Any
from unittest.mock import patch

from idp.domain.evidence import Method
from idp.factors.app_approval import AppApproval
from idp.journey import (
    approvals,
    asking,
    authenticators,
    devices,
    leave,
    new_password,
    password,
    phone_change,
    security_settings,
)
from idp.journey.security_settings import Visitor
from idp.policy import assurance, throttle
from idp.web import conclusion
from idp.web.house import House as WebHouse
from tests.state_machine import faulty_decisions, faulty_factors, faulty_protocol, faulty_store
from tests.state_machine.house import House

_Composed = Callable[[WebHouse], WebHouse]
_Swapped = Callable[[], AbstractContextManager[Any]]
_Fault = _Composed | tuple[_Swapped, ...]


def _with_factors(**kinds: Callable[..., Any]) -> _Composed:
    """Each in the place of the honest one of its method."""

    def composed(home: WebHouse) -> WebHouse:
        faulty = {}
        for name, kind in kinds.items():
            real: Any = home.world.factors[Method(name)]
            faulty[Method(name)] = kind(**{part.name: getattr(real, part.name) for part in fields(real)})
        return replace(home, world=replace(home.world, factors={**home.world.factors, **faulty}))

    return composed


def _with_protocol(kind: Callable[[Any], Any]) -> _Composed:
    return lambda home: replace(home, provider=kind(home.provider))


def _with_store(sabotage: Callable[[Any], None]) -> _Composed:
    def composed(home: WebHouse) -> WebHouse:
        store = faulty_store.FaultyStore(home.store, sabotage)
        return replace(home, store=store, world=replace(home.world, begin=store.begin))

    return composed


def _swapped(where: Any, name: str, make: Callable[[], Any]) -> _Swapped:
    return lambda: patch.object(where, name, make())


def _in(table: dict[Any, Any], key: Any, value: Any) -> _Swapped:
    return lambda: patch.dict(table, {key: value})


BUGS: dict[str, tuple[str, _Fault]] = {
    "acr_from_request": ("P1", _with_protocol(faulty_protocol.AcrFromRequest)),
    "sso_upgrade": ("P1", _with_protocol(faulty_protocol.SsoUpgrade)),
    "browser_wide_2fa": ("P1", (_swapped(conclusion, "finish", faulty_decisions.browser_wide_finish),)),
    "user_switch_keeps_2fa": ("P1", (_swapped(password, "_named", faulty_decisions.proofs_move_to),)),
    "restart_keeps_proof": (
        "P1",
        (
            _swapped(leave, "end", faulty_decisions.ending_keeps_proofs),
            _swapped(password, "_named", faulty_decisions.named_with_kept_proofs),
        ),
    ),
    "method_switch_keeps_proof": (
        "P1",
        _with_factors(totp=faulty_factors.HalfDoneTotp, sms=faulty_factors.HalfDoneSms),
    ),
    "push_without_number": (
        "P1",
        (_swapped(AppApproval, "number_mac", lambda: faulty_factors.AnyNumberApproval.number_mac),),
    ),
    "approval_of_another_login": ("P1", _with_factors(app=faulty_factors.AnyLoginsApproval)),
    "denied_approval_still_opens": ("P1", (_swapped(approvals, "_stop", faulty_decisions.refusing_is_approving),)),
    "removed_factor_still_proves": ("P1", (_swapped(assurance, "standing", faulty_decisions.everything_stands),)),
    "passkey_floor_satisfied_by_sms": (
        "P1",
        (_in(assurance._SECOND_FACTOR_LEVEL, Method.SMS, assurance.level_with(Method.PASSKEY)),),
    ),
    "recovery_logs_in": ("P1", (_swapped(new_password, "save", faulty_decisions.recovery_ends_as_a_visit),)),
    "former_phone_still_proves": ("P1", (_swapped(assurance, "still_stands", faulty_decisions.every_phone_stands),)),
    "former_phones_code_opens": ("P1", _with_factors(sms=faulty_factors.AnyPhonesSms)),
    "otp_cross_txn": ("P2", _with_factors(sms=faulty_factors.AnyLoginsSms)),
    "otp_reuse": ("P2", _with_factors(sms=faulty_factors.UsedCodesSms)),
    "passkey_challenge_cross_txn": ("P2", _with_factors(passkey=faulty_factors.AnyLoginsPasskey)),
    "backup_code_reuse": ("P2", _with_store(faulty_store.backup_codes_are_never_used_up)),
    "totp_step_not_monotonic": ("P2", _with_factors(totp=faulty_factors.StandingStillTotp)),
    "expired_pairing_is_claimed": ("P2", _with_store(faulty_store.pairings_never_expire)),
    "expired_pairing_is_confirmed": ("P2", (_swapped(devices, "PAIRING_SECONDS", lambda: 3600),)),
    "superseded_pairing_is_claimed": ("P2", _with_store(faulty_store.older_pairings_live_on)),
    "code_reuse": ("P2", _with_store(faulty_store.codes_can_be_used_again)),
    "resend_resets_counter": ("P3", _with_factors(sms=faulty_factors.ResettingSms)),
    "count_rolled_back_on_error": ("P3", _with_factors(sms=faulty_factors.ForgetfulSms)),
    "switching_resets_counter": ("P3", (_swapped(asking, "_chosen", faulty_decisions.choosing_clears_counters),)),
    "approvals_never_pause": ("P3", (_swapped(throttle, "approval_asking", lambda: lambda *_, **__: ()),)),
    "auth_time_is_now": ("P4", _with_protocol(faulty_protocol.AuthTimeIsNow)),
    "essential_acr_ignored": ("P5", _with_protocol(faulty_protocol.EssentialAcrIgnored)),
    "no_browser_binding": ("P6", _with_store(faulty_store.logins_belong_to_everybody)),
    "lock_not_checked_at_redeem": ("P7", _with_store(faulty_store.locks_are_not_looked_at)),
    "logout_ends_nothing": ("P7", _with_store(faulty_store.sessions_never_end)),
    "disowning_ends_nothing": ("P7", _with_store(faulty_store.other_sessions_live_on)),
    "consent_taken_back_still_opens": ("P7", _with_store(faulty_store.grants_outlive_consents)),
    "renaming_not_written_down": ("P8", _with_store(faulty_store.new_names_are_not_audited)),
    "end_not_written_down": ("P8", _with_store(faulty_store.finished_logins_are_not_audited)),
    "stale_session_changes_settings": ("P9", (_swapped(assurance, "fresh_level", faulty_decisions.never_stale),)),
    "adding_needs_no_second_step": (
        "P9",
        (
            _swapped(security_settings, "visitor", faulty_decisions.visitor_at_any_level),
            _swapped(Visitor, "reaches", faulty_decisions.reaching_any_level),
        ),
    ),
    "phone_changes_by_any_proof": ("P9", (_swapped(phone_change, "is_proved", faulty_decisions.any_fresh_proof),)),
    "recovery_switches_two_step_off": (
        "P10",
        (_swapped(new_password, "_bring_back", faulty_decisions.recovery_switches_off),),
    ),
    "last_method_removed": ("P10", (_swapped(authenticators, "may_remain", lambda: lambda *_: True),)),
}
"""What each breaks, and how it comes in."""


@contextmanager
def seeded(home: House, bug: str) -> Iterator[str]:
    """The application with this fault in it; the property that must fail."""
    broken, fault = BUGS[bug]
    app = home.town.idp
    honest = app.state.house
    with ExitStack() as swaps:
        home.on_restart.append(faulty_decisions.forget)
        swaps.callback(home.on_restart.clear)
        if isinstance(fault, tuple):
            for swap in fault:
                swaps.enter_context(swap())
        else:
            app.state.house = fault(honest)
            swaps.callback(setattr, app.state, "house", honest)
        yield broken
