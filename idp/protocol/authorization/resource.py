"""`resource` names protected resources that exist (RFC 8707 §2). It may come more than once."""

from idp.protocol import protected_resources
from idp.protocol.authorization.asked import Asked


def resource(asked: Asked) -> None:
    asked.resource = protected_resources.known(asked.issuer, asked.clients, asked.every("resource"))
