"""The drawing in `server` is true: every endpoint runs exactly the checks of its column, in their order."""

import pytest

from idp.protocol import authorization, introspection, revocation, server, token_endpoint, userinfo
from idp.protocol.grants import authorization_code, client_credentials, refresh_token
from idp.protocol.logout import end_session
from idp.protocol.registration import judgement

RUN = {
    "authorize": authorization.CHECKS,
    "code": (*token_endpoint.CHECKS, *authorization_code.CHECKS),
    "refresh": (*token_endpoint.CHECKS, *refresh_token.CHECKS),
    "credentials": (*token_endpoint.CHECKS, *client_credentials.CHECKS),
    "introspect": (*token_endpoint.FORM_CHECKS, *introspection.CHECKS),
    "revoke": (*token_endpoint.FORM_CHECKS, *revocation.CHECKS),
    "userinfo": userinfo.CHECKS,
    "logout": end_session.CHECKS,
    "register": judgement.CHECKS,
}


def drawn(docstring: str) -> dict[str, list[str]]:
    """Endpoint to check names, read from the table by the position of its numbers under the headings."""
    lines = docstring.splitlines()
    head = next(number for number, line in enumerate(lines) if line.split()[:1] == ["check"])
    rows = lines[head + 1 : lines.index("", head)]
    drawing = {}
    for endpoint in lines[head].split()[1:]:
        end = lines[head].index(endpoint) + len(endpoint)
        places = {}
        for row in rows:
            cell = row[end - len(endpoint) : end].strip()
            if cell:
                places[int(cell)] = row.split()[0]
        assert sorted(places) == list(range(1, len(places) + 1))
        drawing[endpoint] = [places[place] for place in sorted(places)]
    return drawing


@pytest.mark.parametrize("endpoint", RUN)
def test_the_matrix_is_what_runs(endpoint: str) -> None:
    assert drawn(server.__doc__ or "")[endpoint] == [check.__name__ for check in RUN[endpoint]]


def test_every_endpoint_is_drawn() -> None:
    assert drawn(server.__doc__ or "").keys() == RUN.keys()
