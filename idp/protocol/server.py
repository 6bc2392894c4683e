"""The protocol at a glance: what is checked where, in which order, and the verbs.

Each number is the place of a check in the tuple of its endpoint; `tests/protocol/test_check_matrix.py` keeps this true.

    check                       authorize   token   userinfo   logout
    form_encoded                                1
    sender_not_repeated                 1
    client                              2
    redirect_uri                        3
    nothing_else_repeated               4
    nothing_repeated                            2          1        1
    request_object                      5
    response_type                       6
    response_mode                       7
    state_and_nonce                     8
    scope                               9
    pkce                               10
    prompt                             11
    max_age                            12
    acr_values                         13
    claims_parameter                   14
    id_token_hint                      15                           2
    hints                              16
    post_logout_redirect_uri                                        3
    grant_type_known                            3
    client_authentication                       4
    code_present                                5
    code_used_up                                6
    redirect_uri_same                           7
    code_verifier_right                         8
    first_use                                   9
    grant_stands                               10
    token_presented                                        2
    token_believed                                         3
    scope_sufficient                                       4

Registered on Authlib's frame: the grant `authorization_code`; the client authentication methods
`client_secret_basic`, `client_secret_post` and `none`. `authorization/`, `grants/` and `client_auth/` hold the bodies.
"""

from idp.clock import Clock
from idp.domain.audit import Origin
from idp.domain.authorization_request import AuthorizationRequest
from idp.domain.client import Client
from idp.domain.grant import Subject
from idp.domain.logout import EndedLogin, LogoutCall
from idp.domain.session import Session
from idp.protocol import (
    authorization,
    authorization_response,
    discovery,
    end_session,
    front_channel_logout,
    logo,
    logout_token,
    responses,
    third_party_login,
    userinfo,
)
from idp.protocol.errors import JOURNEY_ERRORS
from idp.protocol.issuer import Issuer, Lifetimes, Options
from idp.protocol.keys import KeyRing
from idp.protocol.logo import Picture
from idp.protocol.messages import (
    Acceptable,
    Answer,
    Document,
    EndSession,
    ErrorPage,
    FormPost,
    Headers,
    JsonAnswer,
    LogoutReach,
    Pairs,
    Redirect,
)
from idp.protocol.ports import Keys, Secrets, UnitOfWork
from idp.protocol.registration import endpoint, management
from idp.protocol.responses import Callback
from idp.protocol.token_endpoint import TokenEndpoint

__all__ = ["Lifetimes", "OpenIDProvider", "Options"]


class OpenIDProvider:
    """The verbs. Synchronous, and safe to use from several threads.

    A unit of work is begun before a verb and committed after it, whatever the answer is: a refusal may have revoked
    a grant, and every refusal is an audit row. What the store or the key store raises passes through.
    """

    def __init__(
        self,
        *,
        issuer: str,
        keys: Keys,
        clock: Clock,
        secrets: Secrets,
        subject_salt: bytes,
        lifetimes: Lifetimes | None = None,
        options: Options | None = None,
    ) -> None:
        self._issuer = Issuer(
            identifier=issuer,
            keys=KeyRing(keys, clock),
            clock=clock,
            secrets=secrets,
            subject_salt=subject_salt,
            lifetimes=lifetimes or Lifetimes(),
            options=options or Options(),
        )
        self._token_endpoint = TokenEndpoint(self._issuer)
        self._discovery = discovery.document(issuer, self._issuer.options)

    def check(self, uow: UnitOfWork, pairs: Pairs, origin: Origin) -> Acceptable | Answer:
        """Judge an authorization request, from a query or a form. What is not Acceptable is the complete answer."""
        return authorization.check(self._issuer, uow, pairs, origin)

    def respond(
        self,
        uow: UnitOfWork,
        request: AuthorizationRequest,
        client: Client,
        subject: Subject,
        origin: Origin,
        *,
        login_id: str | None = None,
    ) -> Answer:
        """Answer a finished login with a code for one use within 60 seconds (AUTH-09, AUTH-12, R-06), or with tokens.

        ErrorPage if the client was disabled, or lost what the answer rests on, since the request was accepted. Raises
        DocumentNeeded.
        """
        return authorization_response.respond(self._issuer, uow, request, client, subject, origin, login_id)

    def refuse(self, request: AuthorizationRequest, error: str) -> Redirect | FormPost:
        """The error response for what a journey decided (AUTH-10, AUTH-27); writing it down is the journey's.

        `error` is one of `errors.JOURNEY_ERRORS`. Raises KeyError for another.
        """
        return responses.error(Callback.of(request, self._issuer.identifier), JOURNEY_ERRORS[error])

    def token(self, uow: UnitOfWork, pairs: Pairs, headers: Headers, origin: Origin) -> JsonAnswer:
        """Answer a POST to the token endpoint. `pairs` are the body's only: the query is never looked at."""
        return self._token_endpoint.respond(uow, pairs, headers, origin)

    def introspect(self, uow: UnitOfWork, pairs: Pairs, headers: Headers, origin: Origin) -> JsonAnswer:
        """Answer a POST to the introspection endpoint (RFC 7662). Raises DocumentNeeded."""
        return self._token_endpoint.introspect(uow, pairs, headers, origin)

    def revoke(self, uow: UnitOfWork, pairs: Pairs, headers: Headers, origin: Origin) -> JsonAnswer:
        """Answer a POST to the revocation endpoint (RFC 7009), true once it is committed. Raises DocumentNeeded."""
        return self._token_endpoint.revoke(uow, pairs, headers, origin)

    def userinfo(
        self, uow: UnitOfWork, method: str, headers: Headers, *, query: Pairs = (), form: Pairs = ()
    ) -> JsonAnswer:
        """Answer a GET or POST to the UserInfo endpoint. `form` is a form-encoded POST body, ignored with GET."""
        return userinfo.respond(self._issuer, uow, headers, query, form if method == "POST" else ())

    def end_session(self, uow: UnitOfWork, pairs: Pairs) -> EndSession | ErrorPage:
        """Judge a logout request, from a query or a form. Ask the citizen unless it `concerns` their session."""
        return end_session.judge(self._issuer, uow, pairs)

    def logout_reach(self, uow: UnitOfWork, session: Session, asked_by: Client | None = None) -> LogoutReach:
        """Whom the browser tells that this session ended, and whether somebody stays who cannot be told (LOGOUT-15)."""
        return front_channel_logout.reach(self._issuer, uow, session, asked_by)

    def logout_call(self, uow: UnitOfWork, ended: EndedLogin) -> LogoutCall | None:
        """What tells a relying party's server; None if it need not be told any more (LOGOUT-12, LOGOUT-13).

        Raises DocumentNeeded, and ProtocolError for a client without the key that it registered.
        """
        return logout_token.call(self._issuer, uow, ended)

    def initiate_login(self, client: Client) -> str | None:
        """Where a login of ours begins at the client, if it registered that (DCR-14)."""
        return third_party_login.address(self._issuer, client)

    def register(self, uow: UnitOfWork, headers: Headers, body: bytes, origin: Origin) -> JsonAnswer:
        """Answer a POST to the registration endpoint (RFC 7591 §3). Raises DocumentNeeded."""
        return endpoint.register(self._issuer, uow, headers, body, origin)

    def read_client(self, uow: UnitOfWork, client_id: str, headers: Headers, origin: Origin) -> JsonAnswer:
        """Show a registered client to the holder of its registration access token (RFC 7592 §2.1)."""
        return management.read(self._issuer, uow, client_id, headers, origin)

    def replace_client(
        self, uow: UnitOfWork, client_id: str, headers: Headers, body: bytes, origin: Origin
    ) -> JsonAnswer:
        """Register it anew, whole (RFC 7592 §2.2). Raises DocumentNeeded."""
        return management.replace(self._issuer, uow, client_id, headers, body, origin)

    def remove_client(self, uow: UnitOfWork, client_id: str, headers: Headers, origin: Origin) -> JsonAnswer:
        """Remove it with all that it was given (RFC 7592 §2.3)."""
        return management.remove(self._issuer, uow, client_id, headers, origin)

    def logo(self, uow: UnitOfWork, client_id: str, language: str) -> Picture | None:
        """A client's logo, to show on our own pages (AUTH-28). Raises DocumentNeeded."""
        return logo.logo(uow, client_id, language, self._issuer.clock)

    def discovery(self) -> Document:
        """The metadata, for both well-known addresses (DISC-01, DISC-10)."""
        return self._discovery

    def jwks(self) -> Document:
        """The public keys, made anew when a key changes (DISC-11, DISC-12)."""
        return self._issuer.keys.jwks()
