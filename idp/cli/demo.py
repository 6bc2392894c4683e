"""`esik demo`: both programs on this machine, ready to be clicked through."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Annotated, NoReturn

import typer
from rich.console import Console
from rich.table import Table

from idp import key_files
from idp.cli.stop import Stop
from idp.sandbox.personas import PERSONAS
from idp.settings import Settings, UnsafeSettings, load

app = typer.Typer(add_completion=False)

_HOST = "127.0.0.1"
_LOOK_SECONDS = 0.05
_MOST_LOOKS = 1200  # a minute: the very first start makes two RSA keys
_STOP_SECONDS = 5
_DECIDED_HERE = frozenset(
    f"ESIK_{name}" for name in ("MODE", "HOST", "PORT", "ISSUER", "DATA_DIR", "DATABASE_URL", "MHRS_URL")
)


@dataclass(frozen=True, slots=True)
class Program:
    """One of the two: what it is called, how it is started, where it answers."""

    name: str
    command: list[str]
    environment: Mapping[str, str]
    port: int


@app.command()
def demo(
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port of the identity provider.")] = 8000,
    rp_port: Annotated[int, typer.Option(min=1, max=65535, help="Port of MHRS, the demo relying party.")] = 8001,
    data_dir: Annotated[Path, typer.Option(help="Where database and keys are kept.")] = Path(".data"),
    no_progress: Annotated[
        bool, typer.Option("--no-progress", help="Plain lines instead of a moving display.")
    ] = False,
) -> None:
    """Start the identity provider and MHRS on this machine, with sample people to log in as.

    Nothing leaves the machine: codes arrive on a virtual phone. Ctrl-C stops both.
    """
    _require_free(port, rp_port)
    console = Console(highlight=False)
    settings = load(
        _inherited(),
        mode="sandbox",
        host=_HOST,
        port=port,
        issuer=f"http://localhost:{port}",
        data_dir=data_dir,
        mhrs_url=f"http://localhost:{rp_port}",
    )
    with _until_asked_to_stop(), _running(_programs(settings, rp_port)) as running:
        for program, process in running:
            _wait_for(program, process, console, moving=console.is_terminal and not no_progress)
        _tell(console, settings)
        _watch(running)


def _inherited() -> dict[str, str]:
    """The environment without what the demo decides itself."""
    return {name: value for name, value in os.environ.items() if name not in _DECIDED_HERE}


def _programs(settings: Settings, rp_port: int) -> tuple[Program, Program]:
    inherited = _inherited()
    data_dir = settings.data_dir.absolute()
    client_id = os.environ.get("ESIK_MHRS_CLIENT_ID", "mhrs")
    provider = {
        "ESIK_MODE": "sandbox",
        "ESIK_HOST": _HOST,
        "ESIK_PORT": str(settings.port),
        "ESIK_ISSUER": settings.issuer,
        "ESIK_DATA_DIR": str(data_dir),
        "ESIK_MHRS_URL": settings.mhrs_url,
        "ESIK_FETCH_ALLOW": ",".join(sorted({*settings.fetch_allow, settings.mhrs_url})),  # MHRS is told of logouts
        "ESIK_LOG_LEVEL": os.environ.get("ESIK_LOG_LEVEL", "warning"),
    }
    mhrs = {
        "ESIK_MHRS_ISSUER": settings.issuer,
        "ESIK_MHRS_CLIENT_ID": client_id,
        "ESIK_MHRS_CLIENT_SECRET": _client_secret(data_dir, client_id),
        "ESIK_MHRS_BASE_URL": settings.mhrs_url,
        "ESIK_MHRS_DATABASE": str(data_dir / "mhrs.sqlite3"),
    }
    uvicorn = ["-m", "uvicorn", "--factory", "relying_party_demo.app:app_from_environment", "--host", _HOST]
    quiet = ["--log-level", "warning", "--no-access-log", "--no-server-header", "--no-proxy-headers"]
    return (
        Program(
            "The identity provider",
            [sys.executable, "-c", "from idp.cli import main; main()", "serve", "--prepare"],
            inherited | provider,
            settings.port,
        ),
        Program(
            "MHRS",
            [sys.executable, *uvicorn, "--port", str(rp_port), *quiet, "--timeout-graceful-shutdown", "2"],
            inherited | mhrs,
            rp_port,
        ),
    )


def _client_secret(data_dir: Path, client_id: str) -> str:
    try:
        return key_files.made_once(data_dir, f"{client_id.replace('-', '_')}_client_secret")
    except key_files.UnusableKey as error:
        raise UnsafeSettings(f"the client secret {error}") from error


def _require_free(*ports: int) -> None:
    if len(set(ports)) < len(ports):
        raise Stop("--port and --rp-port must differ")
    for port, option in zip(ports, ("--port", "--rp-port"), strict=True):
        with socket.socket() as trial:
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                trial.bind((_HOST, port))
            except OSError as error:
                raise Stop(f"port {port}: {error.strerror}; choose another with {option}") from error


@contextmanager
def _until_asked_to_stop() -> Iterator[None]:
    """Ctrl-C, a closed terminal and a polite kill all end the demo, and none of them is a failure."""

    def stop(_: int, __: FrameType | None) -> NoReturn:
        raise KeyboardInterrupt

    former = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    try:
        yield
    except KeyboardInterrupt:
        typer.echo("Stopped.")
    finally:
        for number, handler in former.items():
            signal.signal(number, handler)


Running = tuple[tuple[Program, "subprocess.Popen[bytes]"], ...]


@contextmanager
def _running(programs: tuple[Program, ...]) -> Iterator[Running]:
    """Both programs, in sessions of their own, so that Ctrl-C reaches only us and they are stopped in order."""
    started: list[tuple[Program, subprocess.Popen[bytes]]] = []
    try:
        for program in programs:
            process = subprocess.Popen(  # noqa: S603 - our own interpreter and our own programs
                program.command, env=program.environment, stdin=subprocess.DEVNULL, start_new_session=True
            )
            started.append((program, process))
        yield tuple(started)
    finally:
        _stop([process for _, process in started])


def _stop(processes: list[subprocess.Popen[bytes]]) -> None:
    for process in processes:
        process.terminate()
    for process in processes:
        try:
            process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_for(program: Program, process: "subprocess.Popen[bytes]", console: Console, *, moving: bool) -> None:
    if not moving:
        typer.echo(f"Starting: {program.name} …")
        return _look_until_ready(program, process)
    with console.status(f"Starting: {program.name} …"):
        return _look_until_ready(program, process)


def _look_until_ready(program: Program, process: "subprocess.Popen[bytes]") -> None:
    for _ in range(_MOST_LOOKS):
        _require_alive(program, process)
        if _is_ready(program.port):
            return
        time.sleep(_LOOK_SECONDS)
    raise Stop(f"{program.name} does not answer; see its messages above")


def _is_ready(port: int) -> bool:
    connection = http.client.HTTPConnection(_HOST, port, timeout=2)
    try:
        connection.request("GET", "/readyz", headers={"Host": f"localhost:{port}"})
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


def _watch(running: Running) -> None:
    while True:
        for program, process in running:
            _require_alive(program, process)
        time.sleep(0.25)


def _require_alive(program: Program, process: "subprocess.Popen[bytes]") -> None:
    if process.poll() is not None:
        raise Stop(f"{program.name} stopped by itself (status {process.returncode}); see its messages above")


def _tell(console: Console, settings: Settings) -> None:
    people = Table(
        title=f"Sample people; everybody's password is {settings.persona_password}", title_justify="left", expand=False
    )
    for heading in ("T.C. Kimlik No", "Phone", "Second step", "What for"):
        people.add_column(heading, no_wrap=heading != "What for", overflow="fold")
    for one in PERSONAS:
        people.add_row(
            one.national_id.value,
            "none" if one.phone is None else one.phone.national,
            ", ".join(one.seeded_methods) if one.two_step else "off",
            f"{one.given_name} {one.family_name}: {one.note['en']}",
        )
    console.print()
    console.print(people)
    console.print(f"\n  MHRS, where to begin   [link={settings.mhrs_url}]{settings.mhrs_url}[/link]")
    console.print(f"  Phones                 [link={settings.issuer}/telefon]{settings.issuer}/telefon[/link]")
    console.print(f"  Identity provider      [link={settings.issuer}]{settings.issuer}[/link]")
    console.print(f"  API description        [link={settings.issuer}/docs]{settings.issuer}/docs[/link]\n")
    console.print("Ctrl-C stops both.")
