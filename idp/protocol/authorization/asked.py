"""An authorization request while it is being judged."""

from dataclasses import dataclass, field

from idp.domain.authorization_request import AuthorizationRequest, Prompt, RequestedClaims
from idp.domain.client import Client
from idp.domain.client_metadata import ResponseMode, ResponseType
from idp.domain.level import Level
from idp.protocol.issuer import Issuer, response_types
from idp.protocol.parameters import Parameters, is_storable
from idp.protocol.ports import Clients, UnitOfWork


@dataclass(slots=True)
class Asked:
    """What was sent, and what the checks have made of it so far. It lives for one call of the tuple and is no record.

    `known_client` is set by the check that finds it; later checks rely on `client`. Until `redirect_uri` is set
    nothing may be sent to the relying party, so an error becomes a page of ours. `parameters` are what was sent until
    a request object's were taken in.
    """

    parameters: Parameters
    issuer: Issuer
    uow: UnitOfWork
    known_client: Client | None = None
    redirect_uri: str | None = None
    scope: tuple[str, ...] = ()
    resource: tuple[str, ...] = ()
    code_challenge: str | None = None
    prompt: frozenset[Prompt] = frozenset()
    max_age: int | None = None
    wished_levels: tuple[Level, ...] = ()
    essential_levels: tuple[Level, ...] | None = None
    claims: RequestedClaims = field(default_factory=RequestedClaims)
    hinted_subjects: tuple[str, ...] = ()
    login_hint: str | None = None
    ui_locales: tuple[str, ...] = ()

    @property
    def client(self) -> Client:
        """Who asks. Raises ValueError before that was checked."""
        if self.known_client is None:
            raise ValueError("the client was not checked")
        return self.known_client

    @property
    def clients(self) -> Clients:
        return self.uow.clients

    def get(self, name: str) -> str | None:
        """A parameter's value; None if it was left out or sent without one."""
        return self.parameters.get(name)

    def every(self, name: str) -> tuple[str, ...]:
        """The values of a parameter that may come more than once."""
        return self.parameters.every(name)

    @property
    def state(self) -> str | None:
        """The exact `state`; None if it came twice, since then there is no one value to return."""
        return None if "state" in self.parameters.repeated else self.get("state")

    @property
    def response_type(self) -> ResponseType | None:
        """What is asked for; None for what does not exist, or came twice."""
        sent = None if "response_type" in self.parameters.repeated else self.get("response_type")
        found = None if sent is None else ResponseType.of(sent)
        return found if found in response_types(self.issuer.options) else None

    @property
    def is_implicit(self) -> bool:
        """Whether the answer holds tokens, which an address may carry in its fragment only."""
        return self.response_type is not None and self.response_type.is_implicit

    @property
    def takes_forms(self) -> bool:
        """Whether a browser can post a form to the redirect URI."""
        return self.redirect_uri is not None and self.redirect_uri.startswith(("https://", "http://"))

    @property
    def usual_mode(self) -> ResponseMode:
        """How to answer where nothing is said (Multiple Response Types §3)."""
        return ResponseMode.FRAGMENT if self.is_implicit else ResponseMode.QUERY

    @property
    def response_mode(self) -> ResponseMode:
        """How to answer. A refused request said so too: its error travels as the answer would have (FORM-02).

        A form cannot hold a `state` with control characters unchanged, an address can.
        """
        usual = self.usual_mode
        sent = self.get("response_mode")
        if "response_mode" in self.parameters.repeated or sent not in tuple(ResponseMode):
            return usual
        if sent == ResponseMode.FORM_POST:
            return ResponseMode.FORM_POST if self.takes_forms and is_storable(self.state or "") else usual
        return usual if sent == ResponseMode.QUERY else ResponseMode.FRAGMENT

    def accepted(self) -> AuthorizationRequest:
        """The record of a request that passed every check. Raises ValueError before that."""
        if self.redirect_uri is None:
            raise ValueError("the redirect URI was not checked")
        return AuthorizationRequest(
            client_id=self.client.client_id,
            redirect_uri=self.redirect_uri,
            scope=self.scope,
            state=self.state,
            nonce=self.get("nonce"),
            code_challenge=self.code_challenge,
            prompt=self.prompt,
            max_age=self.max_age,
            wished_levels=self.wished_levels,
            essential_levels=self.essential_levels,
            claims=self.claims,
            login_hint=self.login_hint,
            hinted_subjects=self.hinted_subjects,
            ui_locales=self.ui_locales,
            response_type=self.response_type or ResponseType.CODE,
            response_mode=self.response_mode,
            resource=self.resource,
        )
