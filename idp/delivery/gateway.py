"""What carries a message out of the house."""

from typing import Protocol

from idp.domain.message import Message


class NotAccepted(Exception):
    """The gateway did not take the message this time; another try may succeed. The text is for the log."""


class Refused(Exception):
    """The gateway will never take this message, such as one to a number, or a device, it does not know.

    The text is for the log.
    """


class Gateway(Protocol):
    def send(self, message: Message) -> None:
        """Hand the message over, within seconds. Safe to repeat: `message.id` names it for good.

        Raises NotAccepted or Refused. Called from several threads.
        """
        ...

    def close(self) -> None:
        """Let go of connections. Nothing is sent afterwards."""
        ...
