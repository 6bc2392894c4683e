"""The README's program for testers, run as it stands there, against the demo."""

import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from tests.e2e.demo import Demo

README = Path(__file__).parents[2] / "README.md"


def test_the_readme_logs_in_with_two_steps(demo: Demo, restore_people: Callable[[], None]) -> None:
    """The reader's own service is MHRS here, which begins a login for whoever comes from the provider (DCR-14)."""
    restore_people()
    blocks = re.findall(r"```python\n(.*?)```", README.read_text(), re.DOTALL)
    (program,) = [block for block in blocks if "HTTPCookieProcessor" in block]
    for written, here in (
        ("http://localhost:8000", demo.idp),
        ("http://localhost:9999/login", f"{demo.mhrs}/oidc/initiate?iss={demo.idp}"),
    ):
        assert written in program
        program = program.replace(written, here)
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=False)
    assert (ran.returncode, ran.stdout.strip()) == (0, f"{demo.mhrs}/randevu"), ran.stderr
