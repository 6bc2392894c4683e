"""The command `esik`.

    root, stop   the command itself: finds subcommands, turns expected failures into one line
    opened       settings, store and the checks that come before anything else
    prepare      migrating, keys, sample people
    serving      the server: limits, signals
    …            one file for each command or group of commands

A command's file is imported only when the command is called, so that `esik demo` is quick to start. Expected failures
end with one line on standard error and a non-zero status; a traceback means a fault of ours.
"""

from idp.cli.root import main

__all__ = ["main"]
