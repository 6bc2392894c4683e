"""The demo as people run it, `esik demo`, and a real Chromium to walk through it."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.e2e.demo import Demo

_CHROMIUM = os.environ.get("ESIK_TEST_CHROMIUM", "/usr/bin/chromium")
_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """A real Chromium for the tests of one file: its driver keeps an event loop running, which others cannot have."""
    if not Path(_CHROMIUM).exists():
        reason = f"no Chromium at {_CHROMIUM}: apt-get install chromium, or set ESIK_TEST_CHROMIUM"
        if os.environ.get("ESIK_TEST_REQUIRE") == "1":
            pytest.fail(reason)
        pytest.skip(reason)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=_CHROMIUM, args=_FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """Both programs on free ports with a data directory of their own; stopped as a person would, by Ctrl-C."""
    ports = _free_ports(2)
    data_dir = tmp_path_factory.mktemp("demo") / "data"
    command = [sys.executable, "-c", "from idp.cli import main; main()", "demo", "--no-progress"]
    command += ["--port", str(ports[0]), "--rp-port", str(ports[1]), "--data-dir", str(data_dir)]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("ESIK_")}
    log = (data_dir.parent / "log").open("w+")
    process = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
    try:
        for port in ports:
            _wait_for(f"http://localhost:{port}/readyz", process, log.name)
        yield Demo(f"http://localhost:{ports[0]}", f"http://localhost:{ports[1]}", data_dir)
    finally:
        process.send_signal(signal.SIGINT)
        assert process.wait(30) == 0
        log.close()


@pytest.fixture
def persona(demo: Demo) -> Callable[[str], dict[str, str]]:
    """A sample person by the id that the control API gives."""
    people = demo.personas()
    return lambda persona_id: people[persona_id]


def _free_ports(count: int) -> list[int]:
    probes = [socket.socket() for _ in range(count)]
    try:
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        return [probe.getsockname()[1] for probe in probes]
    finally:
        for probe in probes:
            probe.close()


def _wait_for(url: str, process: "subprocess.Popen[bytes]", log: str) -> None:
    for _ in range(600):
        assert process.poll() is None, Path(log).read_text()
        try:
            with urllib.request.urlopen(url, timeout=2):
                return
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.1)
    pytest.fail(f"{url} does not answer:\n{Path(log).read_text()}")
