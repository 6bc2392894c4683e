"""`python -m tests.fuzz TARGET [SECONDS]`: coverage-guided fuzzing of one target, on this machine only.

Stops by itself after the seconds (60 without a number), or at the first finding, which it names.
"""

import sys
import tempfile
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["idp"]):
    from tests.fuzz.targets import SEEDS, TARGETS

name, seconds = sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else "60"

with tempfile.TemporaryDirectory() as corpus:
    for number, seed in enumerate(SEEDS[name]):
        (Path(corpus) / str(number)).write_bytes(seed)
    options = [
        f"-max_total_time={seconds}",
        "-max_len=4096",
        "-timeout=5",
        f"-artifact_prefix={tempfile.gettempdir()}/",
    ]
    atheris.Setup([sys.argv[0], *options, corpus], TARGETS[name])
    atheris.Fuzz()
