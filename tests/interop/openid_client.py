"""Driving `openid_client.mjs`: the library runs in Node.js, the test says what it does next."""

import json
import queue
import shutil
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.interop import parts
from tests.interop.authority import Authority
from tests.interop.provider import clean_environment

_SCRIPT = Path(__file__).with_name("openid_client.mjs")
_LONGEST_SECONDS = 30
_OVER = json.dumps({"error": {"error": "over", "message": "the library's process has ended"}})


class Refused(Exception):
    """What the library threw: the error's code, and its text."""

    def __init__(self, error: str, message: str) -> None:
        super().__init__(f"{error}: {message}")
        self.error = error


@dataclass
class OpenidClient:
    """One relying party. `call` names the library's function."""

    process: "subprocess.Popen[str]"
    _answers: "queue.SimpleQueue[str]" = field(default_factory=queue.SimpleQueue)

    def call(self, verb: str, **given: Any) -> dict[str, Any]:
        """Raises Refused for what the library throws."""
        assert self.process.stdin is not None
        self.process.stdin.write(f"{json.dumps({'verb': verb, **given})}\n")
        self.process.stdin.flush()
        answer = json.loads(self._answers.get(timeout=_LONGEST_SECONDS))
        if "error" in answer:
            raise Refused(**answer["error"])
        result: dict[str, Any] = answer["result"]
        return result

    def read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self._answers.put(line)
        self._answers.put(_OVER)


@contextmanager
def openid_client(authority: Authority, folder: Path) -> Iterator[OpenidClient]:
    """Start the library; it trusts the authority as any Node.js program is told to, by a variable."""
    node, modules = parts.program("node", "nodejs"), parts.node_modules()
    (folder / "node_modules").symlink_to(modules)
    script = shutil.copy(_SCRIPT, folder)
    env = clean_environment() | {"NODE_EXTRA_CA_CERTS": str(authority.certificate)}
    with subprocess.Popen(
        [node, script], env=env, cwd=folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8"
    ) as process:
        assert process.stdin is not None
        running = OpenidClient(process)
        reader = threading.Thread(target=running.read)
        reader.start()
        try:
            yield running
        finally:
            process.stdin.close()  # the end of its input is the end of the script
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            reader.join()
