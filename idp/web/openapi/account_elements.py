"""How the account pages are described: what a page answers, and what a form on it takes."""

from collections.abc import Mapping, Sequence

from idp.web.openapi.elements import Json, operation, page, redirect
from idp.web.openapi.page_elements import HERE, LATER, LISTS, NOT_OURS, SHOWN, our_form

FRESH = "Needs proofs at most five minutes old, at the level the account has."
FRESH_TWICE = "Needs proofs of two steps at most five minutes old, whatever the level of the account."
WRONG = {422: page("The same page again: it says what is missing or wrong.")}
MISSING = {404: page("The citizen has none of this id; another citizen's looks the same.")}

_LOG_IN = {"log in first": f"{HERE}/password"}


def shown(
    operation_id: str,
    summary: str,
    description: str,
    *,
    parameters: Sequence[Json] = (),
    more: Mapping[int, Json] | None = None,
) -> Json:
    answers = SHOWN | {303: redirect("A login, or a fresher one, comes first.", _LOG_IN)}
    every = answers | LISTS | LATER | dict(more or {})
    return _operation(operation_id, summary, description, every, parameters=parameters)


def leads_to(operation_id: str, summary: str, target: str, *, parameters: Sequence[Json] = ()) -> Json:
    description = "For addresses that people keep or reload."
    answers = {303: redirect("There.", {"there": target})} | LATER
    return _operation(operation_id, summary, description, answers, parameters=parameters)


def sent(
    operation_id: str,
    summary: str,
    description: str,
    fields: Mapping[str, Json],
    example: Mapping[str, str],
    leads_to: str,
    more: Mapping[int, Json] | None = None,
    *,
    needs: str = FRESH,
    parameters: Sequence[Json] = (),
) -> Json:
    answers = {303: redirect("Done; or a login comes first.", {"done": leads_to} | _LOG_IN)} | NOT_OURS | LATER
    body = our_form(fields, example)
    every = answers | dict(more or {})
    return _operation(operation_id, summary, f"{description} {needs}", every, body=body, parameters=parameters)


def _operation(
    operation_id: str,
    summary: str,
    description: str,
    answers: Mapping[int, Json],
    *,
    body: Json | None = None,
    parameters: Sequence[Json] = (),
) -> Json:
    return operation(
        operation_id,
        summary,
        description,
        answers,
        tag="account pages",
        parameters=parameters,
        body=body,
        security=[{"sessionCookie": []}],
    )
