"""The provider as a process of its own. No setting turns hashing off: this composes the app with a hasher that does."""

import argparse
import os
from pathlib import Path

import uvicorn

from idp.app import create_app
from idp.settings import Mode, Settings, load

HOST = "127.0.0.1"


class NoHasher:
    """Accepts and makes hashes without any work, so that everything else can be seen."""

    def matches(self, password: str, password_hash: str | None) -> bool:
        return password_hash is not None

    def hash(self, password: str) -> str:
        return "none"

    def is_weaker_than_policy(self, password_hash: str) -> bool:
        return False


def settings(data_dir: Path, port: int) -> Settings:
    return load({}, mode=Mode.SANDBOX, data_dir=data_dir, port=port, log_level="warning")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--data-dir", type=Path, required=True)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--core", type=int, required=True)
    parser.add_argument("--hashing", action="store_true")
    options = parser.parse_args()
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {options.core})
    app = create_app(settings(options.data_dir, options.port), hasher=None if options.hashing else NoHasher())
    uvicorn.run(
        app,
        host=HOST,
        port=options.port,
        log_level="warning",
        access_log=False,
        server_header=False,
        proxy_headers=False,
    )


if __name__ == "__main__":
    main()
