"""For each seeded bug, the few moves that reach the property's failure with it, and reach nothing without it.

They are moves of the machine, as `search` prints them: every property is judged after every move, as in any walk.
"""

from collections.abc import Callable

from tests.people import AYSE, MEHMET
from tests.state_machine.house import NURTEN
from tests.state_machine.machine import LoginMachine

Witness = Callable[[LoginMachine], None]

WITNESSES: dict[str, Witness] = {}


def _witness(moves: Witness) -> Witness:
    """Of the bug that it is named for."""
    WITNESSES[moves.__name__] = moves
    return moves


# What a token says, and to whom.


@_witness
def acr_from_request(walk: LoginMachine) -> None:
    walk.whole_login(browser=0, client="mhrs", wish="wish-passkey", person=MEHMET, method="sms", gap=20)


@_witness
def sso_upgrade(walk: LoginMachine) -> None:
    walk.log_in_and_come_back(browser=0, person=MEHMET, method="sms", first="wish-passkey", second="nothing")


@_witness
def auth_time_is_now(walk: LoginMachine) -> None:
    walk.whole_login(browser=0, client="mhrs", wish="nothing", person=AYSE, method="sms", gap=20)


@_witness
def essential_acr_ignored(walk: LoginMachine) -> None:
    walk.whole_login(browser=0, client="mhrs", wish="demand", person=MEHMET, method="sms", gap=20)


@_witness
def passkey_floor_satisfied_by_sms(walk: LoginMachine) -> None:
    walk.whole_login(browser=0, client="passkey-floor", wish="nothing", person=AYSE, method="sms", gap=20)


@_witness
def code_reuse(walk: LoginMachine) -> None:
    walk.whole_login(browser=0, client="mhrs", wish="nothing", person=AYSE, method="sms", gap=20)
    walk.exchange(place=0, locks=False)


@_witness
def lock_not_checked_at_redeem(walk: LoginMachine) -> None:
    walk.whole_login(browser=0, client="mhrs", wish="nothing", person=AYSE, method="sms", gap=0)
    walk.exchange(place=0, locks=True)


@_witness
def logout_ends_nothing(walk: LoginMachine) -> None:
    walk.whole_login(browser=0, client="mhrs", wish="nothing", person=AYSE, method="sms", gap=20)
    walk.meanwhile(seconds=1, browser=0, person=AYSE, what="logout")


@_witness
def end_not_written_down(walk: LoginMachine) -> None:
    walk.whole_login(browser=0, client="mhrs", wish="nothing", person=AYSE, method="sms", gap=20)


# Whose login it is, and what was shown in it.


@_witness
def browser_wide_2fa(walk: LoginMachine) -> None:
    walk.whole_login(browser=0, client="mhrs", wish="nothing", person=AYSE, method="sms", gap=20)
    walk.whole_login(browser=0, client="mhrs", wish="prompt-login", person=MEHMET, method="sms", gap=20)


@_witness
def user_switch_keeps_2fa(walk: LoginMachine) -> None:
    walk.whole_login(browser=0, client="mhrs", wish="nothing", person=AYSE, method="sms", gap=20)
    walk.whole_login(browser=0, client="mhrs", wish="prompt-login", person=MEHMET, method="sms", gap=20)


@_witness
def restart_keeps_proof(walk: LoginMachine) -> None:
    walk.reuse(browser=0, person=AYSE, method="sms", which="cancelled")


@_witness
def method_switch_keeps_proof(walk: LoginMachine) -> None:
    walk.approval(browser=0, other="totp", verdict="approved", which="then another method")


@_witness
def no_browser_binding(walk: LoginMachine) -> None:
    walk.authorize(browser=0, client="mhrs", wish="nothing", person=AYSE, which="right", goes_on=False)
    walk.look(place=0, cancels=False)


# Answers to a second step.


@_witness
def otp_cross_txn(walk: LoginMachine) -> None:
    walk.reuse(browser=0, person=AYSE, method="sms", which="another login's")


@_witness
def otp_reuse(walk: LoginMachine) -> None:
    walk.reuse(browser=0, person=AYSE, method="sms", which="used")


@_witness
def passkey_challenge_cross_txn(walk: LoginMachine) -> None:
    walk.reuse(browser=0, person=AYSE, method="passkey", which="another login's")


@_witness
def backup_code_reuse(walk: LoginMachine) -> None:
    walk.reuse(browser=0, person=AYSE, method="backup_code", which="used")


@_witness
def totp_step_not_monotonic(walk: LoginMachine) -> None:
    walk.reuse(browser=0, person=AYSE, method="totp", which="used")


@_witness
def push_without_number(walk: LoginMachine) -> None:
    walk.approval(browser=0, other="sms", verdict="wrong-number", which="decided")


@_witness
def approval_of_another_login(walk: LoginMachine) -> None:
    walk.approval(browser=0, other="sms", verdict="approved", which="here and there")


@_witness
def denied_approval_still_opens(walk: LoginMachine) -> None:
    walk.approval(browser=0, other="sms", verdict="denied", which="decided")


# How often one may guess, or ask.


@_witness
def resend_resets_counter(walk: LoginMachine) -> None:
    walk.guess(browser=0, method="sms", other="totp", which="until paused")


@_witness
def count_rolled_back_on_error(walk: LoginMachine) -> None:
    walk.guess(browser=0, method="sms", other="totp", which="until paused")


@_witness
def switching_resets_counter(walk: LoginMachine) -> None:
    walk.guess(browser=0, method="totp", other="sms", which="with switching")


@_witness
def approvals_never_pause(walk: LoginMachine) -> None:
    walk.guess(browser=0, method="app", other="sms", which="ask")
    walk.guess(browser=0, method="app", other="sms", which="ask")


# The account.


@_witness
def removed_factor_still_proves(walk: LoginMachine) -> None:
    walk.lose_or_find(browser=0, person=AYSE, method="totp", right=True, which="-")


@_witness
def last_method_removed(walk: LoginMachine) -> None:
    walk.change_at_home(browser=0, person=NURTEN, by="totp", action="remove", method="totp", wait=0)


@_witness
def stale_session_changes_settings(walk: LoginMachine) -> None:
    walk.change_at_home(browser=0, person=AYSE, by="sms", action="prefer", method="totp", wait=301)


@_witness
def adding_needs_no_second_step(walk: LoginMachine) -> None:
    walk.lose_or_find(browser=0, person=MEHMET, method="passkey", right=True, which="+")


@_witness
def recovery_logs_in(walk: LoginMachine) -> None:
    walk.lose_or_find(browser=0, person=MEHMET, method="totp", right=True, which="?")


@_witness
def recovery_switches_two_step_off(walk: LoginMachine) -> None:
    walk.lose_or_find(browser=0, person=AYSE, method="totp", right=True, which="?")
    walk.whole_login(browser=0, client="mhrs", wish="prompt-login", person=AYSE, method="sms", gap=20)


@_witness
def former_phone_still_proves(walk: LoginMachine) -> None:
    walk.oversee(browser=0, person=AYSE, by="sms", which="phone")


@_witness
def former_phones_code_opens(walk: LoginMachine) -> None:
    walk.oversee(browser=0, person=AYSE, by="passkey", which="phone while a login waits")


@_witness
def phone_changes_by_any_proof(walk: LoginMachine) -> None:
    walk.oversee(browser=0, person=AYSE, by="totp", which="phone")


@_witness
def disowning_ends_nothing(walk: LoginMachine) -> None:
    walk.oversee(browser=0, person=AYSE, by="sms", which="disown")


@_witness
def consent_taken_back_still_opens(walk: LoginMachine) -> None:
    walk.oversee(browser=0, person=AYSE, by="sms", which="consent")


@_witness
def renaming_not_written_down(walk: LoginMachine) -> None:
    walk.change_at_home(browser=0, person=AYSE, by="sms", action="rename", method="app", wait=0)


@_witness
def expired_pairing_is_claimed(walk: LoginMachine) -> None:
    walk.pair_too_late(browser=0, person=AYSE, how="shown late")


@_witness
def expired_pairing_is_confirmed(walk: LoginMachine) -> None:
    walk.pair_too_late(browser=0, person=AYSE, how="confirmed late")


@_witness
def superseded_pairing_is_claimed(walk: LoginMachine) -> None:
    walk.pair_too_late(browser=0, person=AYSE, how="superseded")
