"""What is measured: single endpoints, and whole two-step logins as a browser and a service make them."""

import base64
import html
import json
import re
from collections.abc import Sequence
from urllib.parse import parse_qs, urlencode, urlsplit

from bench import stage
from bench.load import Answer, Connection, Job


class Unexpected(Exception):
    """The server answered something else than the scenario is about: the run means nothing."""


def get(path: str, headers: Sequence[tuple[str, str]] = ()) -> Job:
    async def job(connection: Connection, _: int) -> None:
        _expect(await connection.request("GET", path, headers=headers), 200)

    return job


def exchange(alg: str, codes: Sequence[str]) -> Job:
    async def job(connection: Connection, number: int) -> None:
        await _redeem(connection, alg, codes[number])

    return job


async def access_token(connection: Connection, code: str) -> str:
    return str((await _redeem(connection, "ES256", code))["access_token"])


def refresh(codes: Sequence[str]) -> Job:
    """Each connection goes on with the refresh token that it got last."""
    newest: dict[Connection, str] = {}
    left = list(codes)

    async def job(connection: Connection, _: int) -> None:
        if connection not in newest:
            newest[connection] = str((await _redeem(connection, "ES256", left.pop()))["refresh_token"])
        fields = {"grant_type": "refresh_token", "refresh_token": newest[connection]}
        newest[connection] = str((await _post(connection, "/token", fields, "ES256"))["refresh_token"])

    return job


def client_credentials() -> Job:
    async def job(connection: Connection, _: int) -> None:
        await _post(connection, "/token", {"grant_type": "client_credentials"}, "ES256")

    return job


def introspect(token: str) -> Job:
    async def job(connection: Connection, _: int) -> None:
        if (await _post(connection, "/introspect", {"token": token}, "ES256"))["active"] is not True:
            raise Unexpected("the token is not active")

    return job


def whole_login(alg: str) -> Job:
    """Authorize, password, code from the virtual phone, callback, token: a new browser each time."""
    people = stage.national_ids()
    query = urlencode(
        {
            "response_type": "code",
            "client_id": stage.client_id(alg),
            "redirect_uri": stage.REDIRECT_URI,
            "scope": "openid profile",
            "state": "bench",
            "nonce": "bench",
            "code_challenge": stage.CHALLENGE,
            "code_challenge_method": "S256",
        }
    )

    async def job(connection: Connection, number: int) -> None:
        index = number % stage.CITIZENS
        cookies: dict[str, str] = {}
        answer = _kept(_expect(await connection.request("GET", f"/authorize?{query}"), 303), cookies)
        page = answer.headers["location"]
        fields = {"national_id": people[index].value, "password": stage.PASSWORD}
        page = await _send(connection, page, fields, cookies)
        phone = stage.phone_number(index).value
        inbox = await connection.request("GET", f"/sandbox/v1/phones/{phone}/messages")
        page = await _send(connection, page, {"code": json.loads(inbox.body)[0]["code"]}, cookies)
        await _redeem(connection, alg, parse_qs(urlsplit(page).query)["code"][0])

    return job


async def _send(connection: Connection, page: str, fields: dict[str, str], cookies: dict[str, str]) -> str:
    """Open a page, send its first form, and answer where that leads."""
    headers = [("cookie", "; ".join(f"{name}={value}" for name, value in cookies.items()))]
    shown = _kept(_expect(await connection.request("GET", page, headers=headers), 200), cookies)
    token = re.search(r'name="csrf_token" value="([^"]*)"', shown.body.decode())
    if token is None:
        raise Unexpected("a page without a form")
    body = urlencode({"csrf_token": html.unescape(token.group(1)), **fields}).encode()
    answer = _kept(_expect(await connection.request("POST", page, body, headers), 303), cookies)
    return answer.headers["location"]


async def _redeem(connection: Connection, alg: str, code: str) -> dict[str, object]:
    fields = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": stage.REDIRECT_URI,
        "code_verifier": stage.VERIFIER,
    }
    return await _post(connection, "/token", fields, alg)


async def _post(connection: Connection, path: str, fields: dict[str, str], alg: str) -> dict[str, object]:
    """A form from the client that registered this algorithm."""
    basic = base64.b64encode(f"{stage.client_id(alg)}:{stage.CLIENT_SECRET}".encode()).decode()
    headers = [("authorization", f"Basic {basic}")]
    answer = _expect(await connection.request("POST", path, urlencode(fields).encode(), headers), 200)
    told: dict[str, object] = json.loads(answer.body)
    return told


def _kept(answer: Answer, cookies: dict[str, str]) -> Answer:
    for line in answer.headers.get("set-cookie", "").splitlines():
        name, _, value = line.partition(";")[0].partition("=")
        cookies[name] = value
    return answer


def _expect(answer: Answer, status: int) -> Answer:
    if answer.status != status:
        raise Unexpected(f"{answer.status} instead of {status}: {answer.body[:300]!r}")
    return answer
