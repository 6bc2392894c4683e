"""`esik demo`: two programs that come up together, say what they are, and go together."""

import os
import re
import signal
import socket
from pathlib import Path
from urllib.request import urlopen

from idp.sandbox.personas import PERSONAS
from tests.cli.esik import Program, program
from tests.ports import free_port


def arguments(directory: Path) -> tuple[str, ...]:
    ports = ("--port", str(free_port()), "--rp-port", str(free_port()))
    return ("demo", *ports, "--data-dir", str(directory / "data"), "--no-progress")


def addresses(running: Program) -> list[str]:
    return re.findall(r"http://localhost:\d+(?=\s|$)", running.output)


def children(running: Program) -> list[int]:
    listing = Path(f"/proc/{running.process.pid}/task/{running.process.pid}/children")
    return [int(pid) for pid in listing.read_text().split()]


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_the_demo_comes_up_tells_everything_and_goes_quietly(tmp_path: Path) -> None:
    with program(*arguments(tmp_path), env={"COLUMNS": "160"}, cwd=tmp_path) as running:
        running.wait_for("Ctrl-C stops both")
        for persona in PERSONAS:
            assert persona.national_id.value in running.output
        assert "Esik-Deneme-1" in running.output
        assert "0500 000 00 01" in running.output
        for address in addresses(running):
            with urlopen(address, timeout=30) as answer:
                assert answer.status == 200
        started = children(running)
        assert len(started) == 2
        assert running.end(signal.SIGINT) == 0
        assert "Traceback" not in running.output
        assert not any(is_alive(pid) for pid in started)


def test_a_taken_port_is_one_clear_line(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        for option, other in (("--port", "--rp-port"), ("--rp-port", "--port")):
            with program("demo", option, str(port), other, str(free_port()), env={}, cwd=tmp_path) as running:
                assert running.process.wait(60) == 1
            assert len(running.lines) == 1, running.output
            assert f"port {port}" in running.output
            assert option in running.output
    assert not (tmp_path / ".data").exists()


def test_both_programs_need_ports_of_their_own(tmp_path: Path) -> None:
    with program("demo", "--port", "8123", "--rp-port", "8123", env={}, cwd=tmp_path) as running:
        assert running.process.wait(60) == 1
    assert "must differ" in running.output


def test_when_one_dies_the_other_is_stopped(tmp_path: Path) -> None:
    with program(*arguments(tmp_path), env={}, cwd=tmp_path) as running:
        running.wait_for("Ctrl-C stops both")
        provider, mhrs = children(running)
        os.kill(mhrs, signal.SIGKILL)
        assert running.process.wait(60) == 1
        assert not is_alive(provider)
    assert "MHRS stopped by itself" in running.output


def test_an_unsafe_setting_is_one_line(tmp_path: Path) -> None:
    with program(*arguments(tmp_path), env={"ESIK_SMS_CODE_DIGITS": "2"}, cwd=tmp_path) as running:
        assert running.process.wait(60) == 1
    assert running.output.startswith("esik: ESIK_SMS_CODE_DIGITS")
    assert len(running.lines) == 1
