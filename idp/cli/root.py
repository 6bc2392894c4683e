"""The root of the command line."""

import importlib
import sys
from typing import Any, NoReturn

import typer
from typer.core import TyperGroup

from idp.cli.stop import Stop
from idp.domain.errors import OutOfService
from idp.settings_sources import UnsafeSettings

COMMANDS = ("demo", "serve", "migrate", "seed", "keys", "client", "citizen", "openapi", "doctor")


class _Commands(TyperGroup):
    """Imports a command's file when the command is looked up."""

    def list_commands(self, ctx: Any) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        if cmd_name not in COMMANDS:
            return None
        command = typer.main.get_command(importlib.import_module(f"idp.cli.{cmd_name}").app)
        command.name = cmd_name
        return command

    def main(self, *args: Any, **kwargs: Any) -> Any:
        try:
            return super().main(*args, **kwargs)
        except (Stop, UnsafeSettings, OutOfService) as error:  # their texts are for the operator
            _give_up(str(error))


def _give_up(reason: str) -> NoReturn:
    typer.echo(f"esik: {' '.join(reason.split())}", err=True)
    sys.exit(1)


app = typer.Typer(cls=_Commands, add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False)


@app.callback()
def esik() -> None:
    """Eşik: an OpenID Connect provider that emulates e-Devlet's two-step login.

    Begin with: esik demo
    """


def main() -> None:
    app()
