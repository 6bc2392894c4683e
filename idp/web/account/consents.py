"""What the citizen allowed services to receive, and taking it back."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from idp.domain.authorization_request import AuthorizationRequest, RequestedClaims
from idp.domain.citizen import Citizen
from idp.domain.consent import Consent
from idp.journey import consents
from idp.protocol import claims
from idp.protocol.server import OpenIDProvider
from idp.web.account.addresses import CONSENTS
from idp.web.account.door import Acting, Fields, Proved, done, notice, show
from idp.web.claims_shown import claims_shown
from idp.web.house import UnitOfWork, house, origin
from idp.web.i18n import Language
from idp.web.presentation import language, see_other
from idp.web.views import ConsentRow, ConsentsPage

_REVOKE = f"{CONSENTS}/geri-al"
_NAMED = "claim:"

router = APIRouter(include_in_schema=False)


@router.get(CONSENTS)
def consents_page(request: Request, visitor: Proved) -> Response:
    home, lang = house(request), language(request)
    with home.store.read() as uow:
        given = uow.consents.of_citizen(visitor.citizen.id)
        rows = tuple(_row(home.provider, uow, visitor.citizen, one, lang) for one in given)
    return show(request, visitor, ConsentsPage(rows=rows, revoke=_REVOKE, notice=notice(request)))


@router.post(_REVOKE)
def revoke(request: Request, visitor: Acting, fields: Fields) -> Response:
    """Take one consent back; a service that has none changes nothing (E01)."""
    revoked = consents.revoke(house(request).world, visitor, fields.get("client_id", ""), origin(request))
    return see_other(done(CONSENTS, "geri-alindi") if revoked else CONSENTS)


@router.get(_REVOKE)
def revoke_again(request: Request) -> Response:
    return see_other(CONSENTS)


def _row(provider: OpenIDProvider, uow: UnitOfWork, citizen: Citizen, consent: Consent, lang: Language) -> ConsentRow:
    client = uow.clients.by_id(consent.client_id)
    return ConsentRow(
        client_id=consent.client_id,
        service=consent.client_id if client is None else client.called(lang),
        items=tuple(item.label for item in claims_shown(_asked(consent), citizen)),
        given_at=consent.given_at,
        offline=claims.OFFLINE in consent.asked,
        visit=None if client is None else provider.initiate_login(client),
    )


def _asked(consent: Consent) -> AuthorizationRequest:
    """A request for all of it, so that the items read here as they read on the page that asked."""
    named = tuple(sorted(one.removeprefix(_NAMED) for one in consent.asked if one.startswith(_NAMED)))
    scope = tuple(sorted(one for one in consent.asked if not one.startswith(_NAMED)))
    return AuthorizationRequest(consent.client_id, "", scope, claims=RequestedClaims(userinfo=named))
