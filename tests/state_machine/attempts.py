"""Answers to a second step: right ones, and every kind that must not be accepted.

Each knows, from what the harness saw, which property would be broken if it were accepted.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.people import Person, another_code
from tests.state_machine.belongings import STEP_SECONDS, Account, BackupCode, Credential, Passkey, TotpApp
from tests.state_machine.ghost import LIFE, Question, Txn

KINDS = ("right", "wrong", "older", "another-login", "used", "foreign")
"""`older`: an earlier question's, or an earlier time step's. `foreign`: right for somebody else."""

Fault = tuple[str, str] | None


@dataclass(frozen=True)
class Attempt:
    """`fault` is the property that its acceptance breaks, and why; None where it may be accepted."""

    fields: dict[str, str]
    credential: Credential
    fault: Fault
    question: Question | None
    used: Callable[[], None]


def _nothing() -> None:
    pass


@dataclass(frozen=True)
class Scene:
    """What an attempt can be made of."""

    txn: Txn
    person: Person
    accounts: dict[Person, Account]
    others: list[Txn]
    latest_approval: Question | None
    now: int

    @property
    def account(self) -> Account:
        return self.accounts[self.person]

    def questions(self, method: str) -> list[Question]:
        """Of other logins of the same person."""
        return [one for other in self.others for one in other.questions[method] if one.person == self.person]

    def held(self, method: str) -> Any:
        found = self.account.of(method)
        return found[-1] if found else None

    def somebody_elses(self, method: str) -> Any:
        found = [one for person, other in self.accounts.items() if person != self.person for one in other.of(method)]
        return found[-1] if found else None


def attempt(scene: Scene, method: str, kind: str) -> Attempt | None:
    """None where there is no such answer now."""
    return _MAKERS[method](scene, kind)


def _sms(scene: Scene, kind: str) -> Attempt | None:
    own, others = scene.txn.questions["sms"], scene.questions("sms")
    newest = own[-1] if own else None
    used = [one.value for one in (*others, *own) if one.used]
    value = {
        "right": [newest.value] if newest else [],
        "wrong": [another_code(newest.value)] if newest else ["000000"],
        "older": [one.value for one in own[:-1]],
        "another-login": [one.value for one in others],
        "used": used,
    }.get(kind)
    held = scene.held("sms")
    if not value or held is None:
        return None
    fault = fault_of_question(newest, "sms", scene.person, scene.now)
    if newest is None or newest.value != value[-1]:
        fault = ("P1", "a wrong code was accepted") if kind == "wrong" else ("P2", "not the newest code of this login")
    return Attempt({"code": value[-1]}, held, fault, newest, using(newest))


def _totp(scene: Scene, kind: str) -> Attempt | None:
    app: TotpApp | None = scene.somebody_elses("totp") if kind == "foreign" else scene.held("totp")
    mine: TotpApp | None = scene.held("totp")
    if app is None or mine is None:
        return None
    present = scene.now // STEP_SECONDS
    step = {
        "right": present if app.last_step < present else present + 1,
        "wrong": present,
        "older": present - 2,
        "used": app.last_step,
    }.get(kind, present)
    if kind == "used" and not step:
        return None
    code = another_code(app.code(step)) if kind == "wrong" else app.code(step)
    if code in {mine.code(one) for one in (present - 1, present, present + 1) if one > mine.last_step} and (
        kind != "right"
    ):
        return None  # by chance it is a right one
    fault: Fault = None
    if kind in {"wrong", "foreign"}:
        fault = ("P1", "a wrong code was accepted")
    elif step <= app.last_step or abs(step - present) > 1:
        fault = ("P2", "a time step was accepted that was used, or is not now")
    return Attempt({"code": code}, mine, fault, None, lambda: setattr(mine, "last_step", step))


def _backup_code(scene: Scene, kind: str) -> Attempt | None:
    usable = scene.held("backup_code")
    used = [one for one in scene.account.held if isinstance(one, BackupCode) and one.used]
    replaced = [one for one in scene.account.dropped if isinstance(one, BackupCode) and not one.used]
    code: BackupCode | None = {
        "right": usable,
        "used": used[-1] if used else None,
        "older": replaced[-1] if replaced else None,
        "foreign": scene.somebody_elses("backup_code"),
        "wrong": usable,
    }.get(kind)
    if code is None:
        return None
    text = code.text[:-1] + ("A" if code.text[-1] != "A" else "B") if kind == "wrong" else code.text
    fault: Fault = None
    if kind in {"wrong", "foreign"}:
        fault = ("P1", "a wrong backup code was accepted")
    elif code.used or not code.stands:
        fault = ("P2", "a backup code was accepted again, or one of a former set")
    return Attempt({"code": text}, code, fault, None, lambda: setattr(code, "used", True))


def _passkey(scene: Scene, kind: str) -> Attempt | None:
    own, others = scene.txn.questions["passkey"], scene.questions("passkey")
    newest, passkey = own[-1] if own else None, scene.held("passkey")
    used = [one for one in (*others, *own) if one.used]
    question = {
        "right": newest,
        "wrong": newest,
        "foreign": newest,
        "older": own[-2] if len(own) > 1 else None,
        "another-login": others[-1] if others else None,
        "used": used[-1] if used else None,
    }[kind]
    if question is None or not isinstance(passkey, Passkey):
        return None
    fault = fault_of_question(newest, "passkey", scene.person, scene.now)
    if question is not newest:
        fault = ("P2", "an answer to another challenge than this login's newest one was accepted")
    if kind in {"wrong", "foreign"}:
        fault = ("P1", "an answer that the key did not sign was accepted")
    answer = passkey.assertion(question.value, tampered=kind in {"wrong", "foreign"})
    return Attempt({"credential": answer}, passkey, fault, newest, using(newest))


def _app(scene: Scene, kind: str) -> Attempt | None:
    """The browser only says that it was approved; what counts is what the device said of this very question."""
    newest, device = scene.txn.newest("app"), scene.held("app")
    fault: Fault = None
    if newest is None or newest.verdict != "approved" or newest.device is None:
        fault = ("P1", "a login went on without an approval of its own")
    elif not newest.device.stands:
        fault = ("P1", "a login went on by the word of a device that was removed")
    elif newest.used or newest is not scene.latest_approval or scene.now >= newest.at + LIFE["app"]:
        fault = ("P2", "an approval was used twice, too late, or after a newer one")
    credential = device if newest is None or newest.device is None else newest.device
    return None if credential is None else Attempt({}, credential, fault, newest, using(newest))


def fault_of_question(newest: Question | None, method: str, person: Person, now: int) -> Fault:
    """What would be broken if an answer to this question were accepted now."""
    if newest is None or newest.person != person:
        return ("P2", "an answer was accepted, and nothing was asked of this person here")
    if newest.used:
        return ("P2", "an answer was accepted twice")
    if method == "sms" and newest.device is not None and not newest.device.stands:
        return ("P1", "a code that a former phone received was accepted")
    return None if newest.lives(method, now) else ("P2", "an answer to a dead question was accepted")


def using(question: Question | None) -> Callable[[], None]:
    return _nothing if question is None else lambda: setattr(question, "used", True)


_MAKERS: dict[str, Callable[[Scene, str], Attempt | None]] = {
    "sms": _sms,
    "app": _app,
    "totp": _totp,
    "passkey": _passkey,
    "backup_code": _backup_code,
}
