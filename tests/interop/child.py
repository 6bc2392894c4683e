"""A program of somebody else's as a child of the test: bounded in time, ended by its process id, its words kept."""

import shutil
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.cli.esik import Program

_LONGEST_SECONDS = 900
"""After which a child ends itself, should the test that started it be gone."""
_MOST_LOOKS = 600


@contextmanager
def child(command: Sequence[str], *, env: Mapping[str, str], cwd: Path) -> Iterator[Program]:
    """The running program; it is gone afterwards, its own children too."""
    timeout = shutil.which("timeout")
    bound = [] if timeout is None else [timeout, "--kill-after=5", str(_LONGEST_SECONDS)]
    process = subprocess.Popen(
        [*bound, *command],
        env=dict(env),
        cwd=cwd,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        errors="replace",
    )
    running = Program(process)
    reader = threading.Thread(target=running.read)
    reader.start()
    try:
        yield running
    finally:
        process.terminate()
        try:
            process.wait(25)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        reader.join()
        assert process.stdout is not None
        process.stdout.close()
        sys.stdout.write(f"{command[0]} said:\n{running.output}\n")  # shown by pytest if the test fails


@contextmanager
def server_folder() -> Iterator[Path]:
    """A folder that a server can still read when it has given up root, which those of pytest are not."""
    with tempfile.TemporaryDirectory(prefix="esik-interop-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        yield folder


def wait_until_it_listens(running: Program, port: int) -> None:
    """Until a connection to this port of 127.0.0.1 is taken."""
    for _ in range(_MOST_LOOKS):
        assert not running.rests(), running.output
        with socket.socket() as trial:
            trial.settimeout(2)
            if trial.connect_ex(("127.0.0.1", port)) == 0:
                return
    raise AssertionError(f"nothing listens on port {port}\n{running.output}")
