"""Where keys come from when no variable holds them: a mounted file, or the sandbox's own data directory."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from pydantic.fields import FieldInfo
from pydantic_settings import PydanticBaseSettingsSource

from idp import key_files

PREFIX = "ESIK_"


class UnsafeSettings(Exception):
    """The program must not start like this. The text is one line for the operator and holds no secret."""


class _KeySource(PydanticBaseSettingsSource):
    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:
        return None, field_name, False  # values come all at once, from __call__


class MountedSecrets(_KeySource):
    """`ESIK_…_FILE`: a secret that an orchestrator mounted."""

    def __call__(self) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for name in ("encryption_key", "secret_key", "sms_gateway_token", "push_gateway_token"):
            path = self.current_state.get(f"{name}_file")
            if path is None:
                continue
            if name in self.current_state:
                raise UnsafeSettings(f"{PREFIX}{name.upper()} and {PREFIX}{name.upper()}_FILE: set one of them")
            found[name] = _usable(name, partial(key_files.read, Path(path)))
        return found


class SandboxKeys(_KeySource):
    """Sandbox mode makes the keys that nobody gave, once, in the data directory."""

    def __call__(self) -> dict[str, Any]:
        if self.current_state.get("mode") != "sandbox":
            return {}
        directory = Path(self.current_state.get("data_dir", ".data"))
        missing = [name for name in ("encryption_key", "secret_key") if name not in self.current_state]
        return {name: _usable(name, partial(key_files.made_once, directory, name)) for name in missing}


def _usable(name: str, obtained: Callable[[], str]) -> str:
    try:
        return obtained()
    except key_files.UnusableKey as error:
        raise UnsafeSettings(f"{PREFIX}{name.upper()} {error}") from None
