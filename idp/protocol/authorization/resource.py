"""`resource` names protected resources that exist (RFC 8707 §2). It may come more than once."""

from idp.protocol.authorization.asked import Asked
from idp.protocol.tokens import protected_resources


def resource(asked: Asked) -> None:
    asked.resource = protected_resources.known(asked.issuer, asked.clients, asked.client, asked.every("resource"))
