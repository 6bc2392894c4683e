"""How a client gets tokens: grants, response types and modes that fit together (RFC 7591 §2.1; DCR-13, D08, R-05)."""

from idp.domain.client_metadata import ApplicationType, GrantType, ResponseMode, ResponseType
from idp.protocol.errors import Reason
from idp.protocol.issuer import Options, response_types
from idp.protocol.registration.members import MetadataRefused
from idp.protocol.registration.wanted import Wanted


def application_type(wanted: Wanted) -> None:
    sent = wanted.members.one_of("application_type", list(ApplicationType))
    wanted.learn(application_type=ApplicationType(sent or ApplicationType.WEB))


def grant_and_response_types(wanted: Wanted) -> None:
    """What is left out is what the other one needs; with neither, `authorization_code` and `code` (RFC 7591 §2)."""
    grants = wanted.members.some_of("grant_types", _grant_types(wanted.options))
    responses = _response_types(wanted)
    if grants is None:
        found = _needed(responses if responses is not None else (ResponseType.CODE,))
    else:
        found = tuple(GrantType(one) for one in grants)
    if responses is None:
        responses = (ResponseType.CODE,) if GrantType.AUTHORIZATION_CODE in found else ()
    flows = {GrantType.AUTHORIZATION_CODE, GrantType.IMPLICIT} & set(found)
    if not found or flows != set(_needed(responses)):
        raise MetadataRefused(Reason.GRANTS_UNFIT)
    if GrantType.REFRESH_TOKEN in found and GrantType.AUTHORIZATION_CODE not in found:
        raise MetadataRefused(Reason.GRANTS_UNFIT)  # nothing else gives one to refresh with
    wanted.learn(grant_types=found, response_types=responses)


def response_modes(wanted: Wanted) -> None:
    """All of them, unless the client says which it reads (R-05). One must be left that its answers can travel by.

    No form is posted to an app's own scheme (FORM-04).
    """
    sent = wanted.members.some_of("response_modes", list(ResponseMode))
    modes = tuple(ResponseMode) if sent is None else tuple(ResponseMode(one) for one in sent)
    takes_forms = any(uri.startswith(("https://", "http://")) for uri in wanted.redirect_uris)
    travel = set(modes) - (set() if takes_forms else {ResponseMode.FORM_POST})
    for one in wanted.metadata.response_types:
        if not travel - ({ResponseMode.QUERY} if one.is_implicit else set()):
            raise MetadataRefused(Reason.RESPONSE_MODES_UNFIT, "response_modes")
    wanted.learn(response_modes=modes)


def _grant_types(options: Options) -> list[str]:
    return [one.value for one in GrantType if options.implicit or one is not GrantType.IMPLICIT]


def _response_types(wanted: Wanted) -> tuple[ResponseType, ...] | None:
    """In whatever order their words are (RFC 6749 §3.1.1)."""
    sent = wanted.members.texts("response_types")
    if sent is None:
        return None
    found = tuple(dict.fromkeys(ResponseType.of(words) for words in sent))
    known = tuple(one for one in found if one is not None and one in response_types(wanted.options))
    if len(known) != len(found):
        raise MetadataRefused(Reason.METADATA_VALUE, "response_types")
    return known


def _needed(responses: tuple[ResponseType, ...]) -> tuple[GrantType, ...]:
    grants = (GrantType.IMPLICIT if one.is_implicit else GrantType.AUTHORIZATION_CODE for one in responses)
    return tuple(dict.fromkeys(grants))
