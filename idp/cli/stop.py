"""How a command gives up."""


class Stop(Exception):
    """The command cannot go on. The text is one line for the operator, and says what to do."""
