"""Beginning a login at a relying party from our side (OpenID Connect Core §4)."""

from idp.domain.client import Client
from idp.protocol.issuer import Issuer
from idp.protocol.responses import with_parameters


def address(issuer: Issuer, client: Client) -> str | None:
    """The client's `initiate_login_uri` with `iss`; None if it has none, or may not log anybody in.

    No `login_hint`: the relying party asks us, and we know the browser's session. An identity number never travels in
    an address (DCR-14).
    """
    uri = client.metadata.initiate_login_uri
    return None if uri is None or client.disabled else with_parameters(uri, {"iss": issuer.identifier})
