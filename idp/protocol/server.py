"""The protocol at a glance: what is checked where, in which order, and the verbs.

Each number is the place of a check in the tuple of its endpoint; `tests/protocol/test_check_matrix.py` keeps this true.

    check                      authorize  code  refresh  credentials  introspect  revoke  userinfo  logout  register
    sender_not_repeated                1
    client                             2
    redirect_uri_outside               3
    nothing_else_repeated              4
    request_object                     5
    redirect_uri                       6
    response_type                      7
    response_mode                      8
    state_and_nonce                    9
    scope                             10                                                                          13
    resource                          11
    pkce                              12
    prompt                            13
    offline_access                    14
    max_age                           15
    acr_values                        16
    claims_parameter                  17
    id_token_hint                     18                                                                 2
    hints                             19
    registration_parameter            20
    form_encoded                             1        1            1           1       1
    nothing_repeated                         2        2            2           2       2         1       1
    grant_type_known                         3        3            3
    client_authentication                    4        4            4           3       3
    grant_type_registered                    5        5            5
    encryption_key_at_hand                   6        6
    code_present                             7
    code_used_up                             8
    redirect_uri_same                        9
    code_verifier_right                     10
    first_use                               11
    resource_within                         12       11
    grant_stands                            13
    token_present                                     7                        4       4
    token_known                                       8
    floor_reached                           14        9
    scope_within                                     10
    token_used_up                                    12
    scope_absent                                                   6
    resource_known                                                 7
    token_presented                                                                              2
    token_believed                                                                               3
    scope_sufficient                                                                             4
    authentication_sufficient                                                                    5
    post_logout_redirect_uri                                                                             3
    nothing_unsupported                                                                                            1
    application_type                                                                                               2
    grant_and_response_types                                                                                       3
    redirect_uris                                                                                                  4
    response_modes                                                                                                 5
    post_logout_redirect_uris                                                                                      6
    keys                                                                                                           7
    token_endpoint_auth_method                                                                                     8
    id_token                                                                                                       9
    userinfo                                                                                                      10
    request_objects                                                                                               11
    names_and_pages                                                                                               12
    every_login                                                                                                   14
    backchannel_logout                                                                                            15
    frontchannel_logout                                                                                           16
    subject_type                                                                                                  17

`code`, `refresh` and `credentials` are the token endpoint with its three grants; `register` judges metadata, new and
replaced. Registered on Authlib's frame: these grants, the endpoints `introspection` and `revocation`, and the client
authentication methods `client_secret_basic`, `client_secret_post`, `private_key_jwt` and `none`. `authorization/`,
`grants/`, `client_auth/` and `registration/` hold the bodies; `jose/`, `tokens/` and `logout/` what they work with.
"""

from idp.clock import Clock
from idp.domain.audit import Origin
from idp.domain.authorization_request import AuthorizationRequest
from idp.domain.client import Client
from idp.domain.grant import Subject
from idp.domain.logout import EndedLogin, LogoutCall
from idp.domain.session import Session
from idp.protocol import authorization, authorization_response, discovery, logo, responses, third_party_login, userinfo
from idp.protocol.errors import JOURNEY_ERRORS
from idp.protocol.issuer import Issuer, Lifetimes, Options
from idp.protocol.jose.keys import KeyRing
from idp.protocol.logo import Picture
from idp.protocol.logout import end_session, front_channel_logout, logout_token
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

    def concerns(self, judged: EndSession, sid: str) -> bool:
        """Whether the request's hint is for the session with this `sid`: only then may it end without a question."""
        return judged.client is not None and judged.sid == self._issuer.sid(judged.client, sid)

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
