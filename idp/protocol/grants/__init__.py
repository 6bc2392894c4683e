"""One file for each grant: a tuple of checks that reads like the specification, then what is issued."""

from idp.protocol.grants.authorization_code import AuthorizationCodeGrant

GRANTS = (AuthorizationCodeGrant,)
"""The grants that exist, in the order in which the frame asks them."""
