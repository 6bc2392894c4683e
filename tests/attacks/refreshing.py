"""A relying party that refreshes, asks about tokens and ends them, over HTTP; and logins that let it."""

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from idp.domain.client import ClientAuthMethod
from idp.domain.client_metadata import ClientMetadata, GrantType
from tests.asgi import Answer
from tests.people import MEHMET, Person, Visitor
from tests.stand_in import CALLBACK, StandIn, basic, came_back
from tests.town import Town

SCOPE = "openid profile offline_access"
PUBLIC = "mhrs-script"


class Refresher(StandIn):
    """One client at one node. The public one has no secret and names itself."""

    def at(self, node: Town) -> "Refresher":
        """The same client at another node."""
        return Refresher(node, self.client_id, self.secret)

    def refresh(self, token: str, **more: str) -> Answer:
        return self.sends("/token", {"grant_type": "refresh_token", "refresh_token": token} | more)

    def refreshed(self, token: str) -> dict[str, Any]:
        answer = self.refresh(token)
        assert answer.status == 200, answer.text
        return dict(json.loads(answer.body))

    def introspect(self, token: str) -> Answer:
        return self.sends("/introspect", {"token": token})

    def revoke(self, token: str) -> Answer:
        return self.sends("/revoke", {"token": token})

    def exchange(self, code: str, verifier: str) -> Answer:
        """Redeem a code in the way of this client."""
        own = {"grant_type": "authorization_code", "code": code, "code_verifier": verifier}
        return self.sends("/token", own | {"redirect_uri": CALLBACK})

    def sends(self, path: str, fields: Mapping[str, str]) -> Answer:
        if self.client_id == PUBLIC:
            return self.town.call("POST", path, {**fields, "client_id": PUBLIC})
        return self.town.call("POST", path, fields, {"authorization": basic(self.client_id, self.secret)})


def public_client(town: Town) -> Refresher:
    """A browser client beside the sample ones."""
    with town.store.begin() as uow:
        mhrs = uow.clients.by_id("mhrs")
        assert mhrs is not None
        grants = (GrantType.AUTHORIZATION_CODE, GrantType.REFRESH_TOKEN)
        uow.clients.put(
            replace(
                mhrs,
                client_id=PUBLIC,
                secret_hash=None,
                auth_method=ClientAuthMethod.NONE,
                metadata=ClientMetadata(grant_types=grants),
            )
        )
    return Refresher(town, PUBLIC)


def offline_code(visitor: Visitor, client: StandIn, person: Person = MEHMET) -> tuple[str, str]:
    """A login with `offline_access`, up to the code and its verifier. Who is logged in is asked for consent only."""
    asked = client.asks(scope=SCOPE, prompt="consent")
    visitor.open(asked.url)
    if visitor.page.by_testid("page-password") is not None:
        visitor.types_password(person)
    if visitor.page.by_testid("page-consent") is None:
        visitor.reads_and_types_code(person)
    visitor.approves()
    return came_back(visitor.page)["code"], asked.verifier


def offline_login(visitor: Visitor, client: Refresher, person: Person = MEHMET) -> dict[str, Any]:
    """A login with `offline_access`, and what its code gave."""
    answer = client.exchange(*offline_code(visitor, client, person))
    assert answer.status == 200, answer.text
    body: dict[str, Any] = json.loads(answer.body)
    assert "refresh_token" in body
    return body


def error_of(answer: Answer) -> str:
    return str(json.loads(answer.body).get("error", ""))


def is_over(client: Refresher, body: Mapping[str, Any]) -> bool:
    """Whether neither the access token nor the refresh token of an answer is good. Uses nothing up."""
    if client.userinfo(body["access_token"]).status != 401:
        return False
    tokens = (body["access_token"], body["refresh_token"])
    return client.client_id == PUBLIC or all(client.introspect(one).body == b'{"active":false}' for one in tokens)
