"""A throw-away PostgreSQL server for one test run, shared by all its worker processes.

The first worker starts this file as a process of its own. It makes a cluster that listens on no network, only on a
socket in a private directory, says `ready`, and waits for an exclusive lock on the file `users`, which every worker
holds shared for as long as it lives. The kernel frees a lock when its process ends, however that happens, so the
cluster ends with the last worker, even a killed one.
"""

import contextlib
import fcntl
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

USER = "esik"
_SETTINGS = (
    *("listen_addresses=", "fsync=off", "full_page_writes=off", "synchronous_commit=off", "max_connections=200"),
    *("shared_buffers=32MB", "unix_socket_permissions=0777", "log_min_messages=fatal"),
)


def binaries() -> Path | None:
    """Where `initdb` is: on the path, where pg_config says, or where Debian and others put it."""
    found = shutil.which("initdb")
    if found is not None:
        return Path(found).resolve().parent
    places = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: path.parent.name.zfill(4), reverse=True)
    if (pg_config := shutil.which("pg_config")) is not None:
        told = subprocess.run([pg_config, "--bindir"], capture_output=True, text=True, check=True).stdout.strip()
        places.insert(0, Path(told))
    return next((place for place in places if (place / "initdb").exists()), None)


def join() -> tuple[Path, Any]:
    """Join the cluster of this test run, starting it if it is not there; the socket's directory, and the held lock.

    The caller keeps the lock's file open for as long as it needs the cluster. Raises RuntimeError if it does not start.
    """
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID", str(os.getpid()))[:12]
    root = Path(tempfile.gettempdir()) / f"esik-{os.getuid()}-{run}"  # short: a socket's path has 107 bytes at most
    while True:
        root.mkdir(mode=0o711, exist_ok=True)
        users = (root / "users").open("a")
        fcntl.flock(users, fcntl.LOCK_SH)
        with contextlib.suppress(FileNotFoundError), (root / "start").open("a") as turn:
            fcntl.flock(turn, fcntl.LOCK_EX)
            if (root / "users").stat().st_ino == os.fstat(users.fileno()).st_ino:  # not the one just being removed
                if not (root / "ready").exists():
                    _start(root)
                return root, users
        users.close()


def _start(root: Path) -> None:
    server = subprocess.Popen(
        [sys.executable, __file__, str(root)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,  # Ctrl-C ends the workers; the cluster follows by itself
    )
    assert server.stdout is not None
    said = server.stdout.readline()
    if said.strip() != "ready":
        said += server.stdout.read()
        server.stdout.close()
        server.wait()
        raise RuntimeError(f"PostgreSQL did not start: {said}")
    server.stdout.close()
    server.returncode = 0  # it outlives this process on purpose; nobody waits for it


def _as_unprivileged() -> dict[str, Any]:
    """PostgreSQL refuses to run as root."""
    if os.getuid() != 0:
        return {}
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            account = pwd.getpwnam(name)
            return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
    raise RuntimeError("neither of the accounts postgres and nobody exists")


def _serve(root: Path) -> None:
    place = binaries()
    assert place is not None
    account = _as_unprivileged()
    data = root / "data"
    data.mkdir(mode=0o700)
    sockets = root / "s"
    sockets.mkdir(mode=0o711)
    if account:
        os.chown(data, account["user"], account["group"])
        os.chown(sockets, account["user"], account["group"])
    options = " ".join(f"-c {setting}" for setting in _SETTINGS) + f" -k {sockets}"

    def call(program: str, *arguments: str) -> None:
        subprocess.run(
            [place / program, "-D", data, *arguments], cwd=root, check=True, stdout=subprocess.DEVNULL, **account
        )

    call("initdb", "-U", USER, "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
    with (root / "users").open("a") as users:
        try:
            call("pg_ctl", "-w", "-t", "30", "-l", str(data / "log"), "-o", options, "start")
            (root / "ready").touch()
            sys.stdout.write("ready\n")
            sys.stdout.flush()
            null = os.open(os.devnull, os.O_WRONLY)
            os.dup2(null, 1)
            os.dup2(null, 2)
            fcntl.flock(users, fcntl.LOCK_EX)
        finally:
            with contextlib.suppress(subprocess.CalledProcessError):
                call("pg_ctl", "-w", "-m", "immediate", "stop")
            shutil.rmtree(root, ignore_errors=True)


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    _serve(Path(sys.argv[1]))
