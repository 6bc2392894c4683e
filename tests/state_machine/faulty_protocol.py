"""A protocol in which one verb is wrong."""

from dataclasses import replace
from typing import Any

from idp.domain.authorization_request import AuthorizationRequest
from idp.domain.evidence import Method, Proof
from idp.domain.grant import Subject
from idp.domain.level import Level
from idp.protocol.messages import Acceptable


class Protocol:
    """The protocol's verbs, to be broken one at a time."""

    def __init__(self, real: Any) -> None:
        self._real = real
        self._wished: set[str | None] = set()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)

    def check(self, uow: Any, pairs: Any, origin: Any) -> Any:
        found = self._real.check(uow, pairs, origin)
        if isinstance(found, Acceptable) and "acr_values" in dict(pairs):
            self._wished.add(found.request.state)
        return found

    def wished(self, request: AuthorizationRequest) -> bool:
        return request.state in self._wished


class AcrFromRequest(Protocol):
    def respond(self, uow: Any, request: Any, client: Any, subject: Subject, origin: Any, **more: Any) -> Any:
        if self.wished(request):
            subject = replace(subject, assurance=replace(subject.assurance, acr=Level.TWO_STEP.acr))
        return self._real.respond(uow, request, client, subject, origin, **more)


class SsoUpgrade(Protocol):
    """What was asked for once is taken as proved by the session from then on."""

    def respond(self, uow: Any, request: Any, client: Any, subject: Subject, origin: Any, **more: Any) -> Any:
        session, citizen = uow.sessions.by_id(subject.session_id), uow.citizens.by_id(subject.citizen_id)
        if self.wished(request) and citizen.verified_phone is not None:
            phone = citizen.verified_phone.value
            never_shown = Proof(Method.SMS, citizen.id, "", phone, session.last_seen_at)
            uow.sessions.renew(replace(session, evidence=(*session.evidence, never_shown)), session.handle_hash)
        return self._real.respond(uow, request, client, subject, origin, **more)


class AuthTimeIsNow(Protocol):
    def respond(self, uow: Any, request: Any, client: Any, subject: Subject, origin: Any, **more: Any) -> Any:
        now = uow.sessions.by_id(subject.session_id).last_seen_at
        subject = replace(subject, assurance=replace(subject.assurance, auth_time=now))
        return self._real.respond(uow, request, client, subject, origin, **more)


class EssentialAcrIgnored(Protocol):
    def check(self, uow: Any, pairs: Any, origin: Any) -> Any:
        found = self._real.check(uow, pairs, origin)
        if isinstance(found, Acceptable):
            return replace(found, request=replace(found.request, essential_levels=None))
        return found
