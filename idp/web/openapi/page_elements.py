"""How pages for people are described: what any of them may answer, and what every form of ours carries."""

from collections.abc import Mapping

from idp.web import csrf
from idp.web.openapi.elements import RETRY_AFTER, Json, form, page, text

LOGIN_ID = "4MhU0n8rGzJt2c1b7YwXq9KdVfLsPeR3oAiTzQk5mN6"
HERE = f"/login/{LOGIN_ID}"
"""A login, as examples name it, and where it is."""

SHOWN = {200: page("The page.")}
LISTS = {400: page("More than 200 parameters in the query.")}
TOO_LARGE = {413: page("The form is larger than 64 KiB.")}
TOO_MUCH = {400: page("More than 200 fields in the form, or parameters in the query.")} | TOO_LARGE
"""What no form of ours is."""
NOT_OURS = {403: page("The form came from no page of ours.")} | TOO_MUCH
LATER = {503: page("Too busy, or the database does not answer.", headers=RETRY_AFTER)}


def our_form(fields: Mapping[str, Json] | None = None, example: Mapping[str, str] | None = None) -> Json:
    """A form of one of our pages: `fields`, and the token that the page gave it."""
    token = {csrf.FIELD: text("From the page that the form is on.", minLength=1)}
    return form(token | dict(fields or {}), required=(csrf.FIELD,), example={csrf.FIELD: "…"} | dict(example or {}))
