"""One file for each grant: a tuple of checks that reads like the specification, then what is issued."""

from idp.protocol.grants.authorization_code import AuthorizationCodeGrant
from idp.protocol.grants.client_credentials import ClientCredentialsGrant
from idp.protocol.grants.refresh_token import RefreshTokenGrant

GRANTS = (AuthorizationCodeGrant, RefreshTokenGrant, ClientCredentialsGrant)
"""The grants that exist, in the order in which the frame asks them."""
