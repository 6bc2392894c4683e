"""The demo as people run it, `esik demo`, and a real Chromium to walk through it."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from idp.app import connect
from idp.cli import prepare
from idp.clock import SystemClock
from idp.crypto.hashing import Argon2Hasher
from idp.crypto.secrets import HouseSecrets
from idp.sandbox import seeding
from idp.settings import Settings, load
from idp.store.store import Store
from tests.browser_ways import teach
from tests.e2e.demo import Demo
from tests.ports import free_port

_CHROMIUM = os.environ.get("ESIK_TEST_CHROMIUM", "/usr/bin/chromium")
_WITHOUT = (
    # What Playwright takes out, since the last of these flags is the only one that counts.
    *("AvoidCorsURLLoaderRestartOnRedirect", "AvoidUnnecessaryBeforeUnloadCheckSync", "DestroyProfileOnBrowserClose"),
    *("HttpsFirstBalancedModeAutoEnable", "HttpsUpgrades", "LensOverlay", "MediaRouter", "PaintHolding"),
    *("AimEnabled", "NetworkTimeServiceQuerying", "OptimizationHints", "PreconnectToSearch"),
    "ThirdPartyStoragePartitioning",
    # Pages of the browser's own that nobody sees: they are most of what a new window costs.
    *("PreloadTopChromeWebUI", "SpareRendererForSitePerProcess", "WebUIOmniboxAimPopup", "WebUIOmniboxPopup"),
)
_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    f"--disable-features={','.join(_WITHOUT)}",
]


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """A real Chromium for the tests of one file: its driver keeps an event loop running, which others cannot have."""
    if not Path(_CHROMIUM).exists():
        reason = f"no Chromium at {_CHROMIUM}: apt-get install chromium, or set ESIK_TEST_CHROMIUM"
        if os.environ.get("ESIK_TEST_REQUIRE") == "1":
            pytest.fail(reason)
        pytest.skip(reason)
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        teach(patch)
        browser = playwright.chromium.launch(executable_path=_CHROMIUM, args=_FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """Both programs on free ports with a data directory of their own; stopped as a person would, by Ctrl-C."""
    ports = (free_port(), free_port())
    data_dir = tmp_path_factory.mktemp("demo") / "data"
    command = [sys.executable, "-c", "from idp.cli import main; main()", "demo", "--no-progress"]
    command += ["--port", str(ports[0]), "--rp-port", str(ports[1]), "--data-dir", str(data_dir)]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("ESIK_")}
    with (data_dir.parent / "errors").open("w+") as errors:
        process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=errors, text=True)
        try:
            _read_until_it_runs(process, Path(errors.name))
            yield Demo(f"http://localhost:{ports[0]}", f"http://localhost:{ports[1]}", data_dir)
        finally:
            process.send_signal(signal.SIGINT)
            process.communicate(timeout=30)
        assert process.returncode == 0


@pytest.fixture(scope="session")
def restore_people(demo: Demo) -> Iterator[Callable[[], None]]:
    """Does in this process what `esik seed --reset` does to the demo, which restores every sample person."""
    settings = load(demo.environment, mhrs_url=demo.mhrs)
    store, hasher = connect(settings), HashedOnce()
    try:
        yield lambda: _seed(settings, store, hasher)
    finally:
        store.close()


@pytest.fixture
def persona(demo: Demo, restore_people: Callable[[], None]) -> Callable[[str], dict[str, str]]:
    """A sample person by the id that the control API gives, as new: whatever an earlier test did to them is undone."""
    restore_people()
    people = demo.personas()
    return lambda persona_id: people[persona_id]


class HashedOnce(Argon2Hasher):
    """Sample people share a password: one hash of it is as good for all of them, and for every test."""

    def __init__(self) -> None:
        self._made: dict[str, str] = {}
        super().__init__()

    def hash(self, password: str) -> str:
        if password not in self._made:
            self._made[password] = super().hash(password)
        return self._made[password]


def _seed(settings: Settings, store: Store, hasher: Argon2Hasher) -> None:
    plan = seeding.Plan(
        persona_password=settings.persona_password,
        password_policy=settings.password_policy,
        mhrs_url=settings.mhrs_url,
        client_secrets=prepare.client_secrets(settings.data_dir),
    )
    secrets = HouseSecrets(settings.secret_key)
    seeding.seed(store, hasher, secrets, plan, SystemClock().now(), reset=True)


def _read_until_it_runs(process: "subprocess.Popen[str]", errors: Path) -> None:
    """The demo says its last line when both programs answer."""
    assert process.stdout is not None
    if not any(line.startswith("Ctrl-C") for line in process.stdout):
        pytest.fail(f"the demo did not start:\n{errors.read_text()}")
