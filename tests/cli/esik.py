"""Running the command `esik`: in this process for what it says, as a program for how it lives and ends."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import structlog
from typer.testing import CliRunner, Result

from idp.app import connect
from idp.cli.root import app
from idp.protocol.jose.algorithms import SIGNING
from idp.settings import load
from idp.store.store import Store
from tests.quick_keys import quick_key

KEY = "q5jYzQmW0k1rZ2xkqvS8n6hT4uG9eLb3cD7fXaPoIiE"
OTHER_KEY = "Zr8W2mTq0Yx5Vn1Lc7Kd4Hs9Jg3Fb6AoEuPiRtQwXyM"
PRODUCTION: Mapping[str, str] = {
    "ESIK_ISSUER": "https://giris.example.org",
    "ESIK_ENCRYPTION_KEY": KEY,
    "ESIK_SECRET_KEY": OTHER_KEY,
    "ESIK_SMS_GATEWAY_URL": "https://sms.example.org/send",
    "ESIK_SMS_GATEWAY_TOKEN": "token",
}
_PROGRAM = [sys.executable, "-c", "from idp.cli import main; main()"]
_LONGEST_SECONDS = 90


def sandbox(directory: Path) -> dict[str, str]:
    return {"ESIK_MODE": "sandbox", "ESIK_DATA_DIR": str(directory)}


def run(*arguments: str, env: Mapping[str, str], stdin: str | None = None) -> Result:
    """Call the command in this process. It logs to the runner's own stream, which is gone afterwards."""
    logging_before = structlog.get_config()
    try:
        return CliRunner().invoke(app, list(arguments), env=dict(env), input=stdin, prog_name="esik")
    finally:
        structlog.configure(**logging_before)


@dataclass
class Program:
    """The command as a process of its own. Its output is collected while it runs."""

    process: "subprocess.Popen[str]"
    lines: list[str] = field(default_factory=list)
    _news: threading.Condition = field(default_factory=threading.Condition)

    def read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            with self._news:
                self.lines.append(line.rstrip())
                self._news.notify_all()
        with self._news:
            self._news.notify_all()

    @property
    def output(self) -> str:
        return "\n".join(self.lines)

    def wait_for(self, words: str) -> None:
        """Until it has said so."""
        with self._news:
            said = self._news.wait_for(
                lambda: words in self.output or self.process.poll() is not None, _LONGEST_SECONDS
            )
        assert said, f"not said in time: {words}\n{self.output}"
        assert words in self.output, self.output

    def rests(self, seconds: float = 0.1) -> bool:
        """Give it a moment; True if it ended meanwhile."""
        try:
            self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            return False
        return True

    def end(self, number: signal.Signals = signal.SIGTERM) -> int:
        self.process.send_signal(number)
        return self.process.wait(_LONGEST_SECONDS)


@contextmanager
def program(*arguments: str, env: Mapping[str, str], cwd: Path) -> Iterator[Program]:
    """Start the command; whatever happens, it is gone afterwards."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("ESIK_")}
    process = subprocess.Popen(
        [*_PROGRAM, *arguments],
        env={**own, **env},
        cwd=cwd,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
    )
    running = Program(process)
    reader = threading.Thread(target=running.read)
    reader.start()
    try:
        yield running
    finally:
        if process.poll() is None:
            process.terminate()
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        reader.join()
        assert process.stdout is not None
        process.stdout.close()


@dataclass(frozen=True)
class Ended:
    """How a program ended: status, standard error, and the processor seconds it took."""

    status: int
    error: str
    seconds: float


def ended(*arguments: str, env: Mapping[str, str], cwd: Path) -> Ended:
    """Run the command to its end. Processor time is measured, since other tests share the machine."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("ESIK_")}
    log = cwd / "stderr.txt"
    with (
        log.open("wb") as errors,
        subprocess.Popen(
            [*_PROGRAM, *arguments], env={**own, **env}, cwd=cwd, stdin=subprocess.DEVNULL, stdout=errors, stderr=errors
        ) as process,
    ):
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    return Ended(process.returncode, log.read_text("utf-8"), usage.ru_utime + usage.ru_stime)


@contextmanager
def store_of(env: Mapping[str, str]) -> Iterator[Store]:
    """The store that these variables name, to look at what a command did."""
    store = connect(load(env))
    try:
        yield store
    finally:
        store.close()


def with_keys(env: Mapping[str, str]) -> Mapping[str, str]:
    """The same house, with signing keys that are quick to make."""
    with store_of(env) as store, store.begin() as uow:
        for alg in SIGNING:
            for number, state in enumerate(("active", "next")):
                uow.keys.add(replace(quick_key(alg, number), state=state, created_at=1_700_000_000))
    return env
