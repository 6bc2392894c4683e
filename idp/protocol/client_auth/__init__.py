"""Client authentication at the token endpoint (RFC 6749 §2.3; OpenID Connect Core §9), one file for each method.

Each method says whether a request presents it and whom it authenticates. Whatever goes wrong gives no client: one
uniform error comes of it, so that an unknown client and a wrong secret look alike (R-09, AL-26).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from idp.domain.client import Client, ClientAuthMethod
from idp.protocol.client_auth import client_secret_basic, client_secret_post, private_key_jwt, public
from idp.protocol.client_auth.credentials import Attempt, Credentials


@dataclass(frozen=True, slots=True)
class Method:
    """One way to authenticate. `is_presented` looks at the form of a request only, `authenticate` judges it."""

    is_presented: Callable[[Credentials], bool]
    authenticate: Callable[[Attempt], Client | None]


METHODS: Mapping[ClientAuthMethod, Method] = {
    ClientAuthMethod.CLIENT_SECRET_BASIC: Method(client_secret_basic.is_presented, client_secret_basic.authenticate),
    ClientAuthMethod.CLIENT_SECRET_POST: Method(client_secret_post.is_presented, client_secret_post.authenticate),
    ClientAuthMethod.PRIVATE_KEY_JWT: Method(private_key_jwt.is_presented, private_key_jwt.authenticate),
    ClientAuthMethod.NONE: Method(public.is_presented, public.authenticate),
}
"""The methods that exist."""


@dataclass(frozen=True, slots=True)
class AuthenticatedClient:
    """A client that proved itself by `method`: what may redeem a code. Only the frame's authentication makes one."""

    client: Client
    method: ClientAuthMethod

    def check_endpoint_auth_method(self, method: str, _endpoint: str) -> bool:
        """Whether this is the client's registered method (TOKEN-05). Authlib's frame asks."""
        return self.client.auth_method == method == self.method
