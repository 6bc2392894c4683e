"""A registered device, as a program: it is paired with an account, and approves or refuses its logins.

    phone = Device.pair("http://localhost:8000", "ABCD-EFGH", "Test phone")
    print(phone.fingerprint)                 # compare it on the account page, and confirm there
    phone.wait_until_registered()
    (approval,) = phone.pending(wait=25)
    phone.approve(approval.id, "07")         # the number that the browser shows

Keep `phone.key` and `phone.device_id`, and the same device comes back another day:

    phone = Device("http://localhost:8000", key=kept_key, device_id=kept_id)

It speaks the device API, and nothing else: `docs/integrate/device-api.md`.
"""

import json
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, Self

import httpx2
from joserfc import jws
from joserfc.jwk import ECKey
from joserfc.util import urlsafe_b64decode

from idp.clock import SystemClock

_PREFIX = "/device/v1"
_LONGEST_WAIT = 25
_MARGIN_SECONDS = 10.0


class DeviceProblem(Exception):
    """The provider did not do what was asked. `title` is the problem's own (RFC 9457)."""

    def __init__(self, status: int, title: str) -> None:
        super().__init__(f"{status} {title}")
        self.status = status
        self.title = title


class NotRegistered(DeviceProblem):
    """The provider does not know this key: never registered, or removed by the citizen (401)."""


class NotWaiting(DeviceProblem):
    """No such approval waits: over, decided, or replaced by a newer one (409)."""


class WrongNumber(DeviceProblem):
    """The browser shows another number (422). At no `tries_left` the approval is dead."""

    def __init__(self, status: int, title: str, tries_left: int) -> None:
        super().__init__(status, title)
        self.tries_left = tries_left


@dataclass(frozen=True, slots=True)
class Approval:
    """A login that asks for a yes. `service` is None where the account pages ask; `recovery`: a forgotten password."""

    id: str
    service: str | None
    account: bool
    recovery: bool
    browser: str
    place: str
    asked_at: datetime
    expires_at: datetime


class Device:
    """One device at one provider. `key` is a private P-256 JWK; without one a new key is made.

    `issuer` is needed only where it is not `base_url`. `client` brings transport, proxies or certificates; `now` gives
    seconds since the epoch, `pause` waits for some. Raises httpx2.HTTPError where the provider cannot be reached.
    """

    def __init__(
        self,
        base_url: str,
        *,
        key: Mapping[str, Any] | None = None,
        device_id: str | None = None,
        issuer: str | None = None,
        client: httpx2.Client | None = None,
        now: Callable[[], int] | None = None,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        self._base_url = base_url.rstrip("/")
        self._issuer = issuer or self._base_url
        self._key = ECKey.generate_key("P-256", auto_kid=False) if key is None else ECKey.import_key(dict(key))
        self._client = client or httpx2.Client(timeout=_LONGEST_WAIT + _MARGIN_SECONDS)
        self._now = now or SystemClock().now
        self._pause = pause
        self._pairing_id: str | None = None
        self.device_id = device_id

    @classmethod
    def pair(cls, base_url: str, pairing_code: str, name: str, **given: Any) -> Self:
        """Show the pairing code of an account page. `given` is what the class takes. Raises DeviceProblem."""
        device = cls(base_url, **given)
        device.claim(pairing_code, name)
        return device

    @property
    def key(self) -> dict[str, Any]:
        """The private key as a JWK, to be kept as a secret."""
        return dict(self._key.as_dict(private=True))

    @property
    def public_key(self) -> dict[str, Any]:
        return {name: self._key.as_dict(private=False)[name] for name in ("kty", "crv", "x", "y")}

    @property
    def thumbprint(self) -> str:
        """RFC 7638, base64url of SHA-256."""
        return str(self._key.thumbprint())

    @property
    def fingerprint(self) -> str:
        """What a person compares with the account page: `C6BD 7B5C 45D8 8201`."""
        letters = urlsafe_b64decode(self.thumbprint.encode())[:8].hex().upper()
        return " ".join(letters[start : start + 4] for start in range(0, len(letters), 4))

    def claim(self, pairing_code: str, name: str) -> None:
        """Show a pairing code. Raises DeviceProblem: 404 for one that nobody waits for, 429 for too many."""
        code = pairing_code.replace("-", "").replace(" ", "").upper()
        proof = self.sign("esik-pairing+jwt", {"pairing_code": code, "jkt": self.thumbprint}, names_key=False)
        body = {"pairing_code": pairing_code, "name": name, "public_key": self.public_key, "proof": proof}
        answer = self._client.post(f"{self._base_url}{_PREFIX}/pairings", json=body)
        self._pairing_id = _read(answer)["pairing_id"]

    def status(self) -> str:
        """How the pairing stands: `claimed`, `registered`, `refused` or `expired`. Raises DeviceProblem."""
        if self._pairing_id is None:
            return "registered" if self.device_id else "expired"
        answer = self._get(f"{_PREFIX}/pairings/{self._pairing_id}", names_key=False)
        self.device_id = answer["device_id"] or self.device_id
        return str(answer["status"])

    def wait_until_registered(self, timeout: float = 300.0, every: float = 1.0) -> str:
        """The device id, once the citizen said yes. Raises DeviceProblem when they said no or time is over."""
        for _ in range(max(1, int(timeout / every))):
            status = self.status()
            if status == "registered" and self.device_id:
                return self.device_id
            if status != "claimed":
                raise NotRegistered(401, f"the pairing is {status}")
            self._pause(every)
        raise NotRegistered(401, "nobody confirmed the pairing in time")

    def pending(self, wait: int = 0) -> tuple[Approval, ...]:
        """What waits for a verdict, at most one; asked for `wait` seconds, at most 25. Raises NotRegistered."""
        found = self._get(f"{_PREFIX}/approvals", query=f"?wait={wait}")["approvals"]
        return tuple(_approval(one) for one in found)

    def approve(self, approval_id: str, number: str) -> None:
        """Say yes with the browser's two digits. Raises WrongNumber, NotWaiting, NotRegistered."""
        self._decide(approval_id, {"verdict": "approved", "number": number})

    def deny(self, approval_id: str) -> None:
        """Say no: the login ends. Raises NotWaiting, NotRegistered."""
        self._decide(approval_id, {"verdict": "denied"})

    def not_me(self, approval_id: str) -> None:
        """Say that it is somebody else: the login ends, and the citizen is warned. Raises NotWaiting, NotRegistered."""
        self._decide(approval_id, {"verdict": "not_me"})

    def sign(self, typ: str, claims: Mapping[str, object], *, names_key: bool = True) -> str:
        """A compact JWS of these claims for this provider and this moment. Raises NotRegistered without a device id."""
        if names_key and self.device_id is None:
            raise NotRegistered(401, "nobody confirmed the pairing yet")
        header = {"alg": "ES256", "typ": typ} | ({"kid": self.device_id} if names_key else {})
        payload = {"aud": self._issuer, "iat": self._now(), **claims}
        return jws.serialize_compact(header, json.dumps(payload), self._key, ["ES256"])

    def close(self) -> None:
        """Let go of connections."""
        self._client.close()

    def _decide(self, approval_id: str, claims: Mapping[str, object]) -> None:
        signed = self.sign("esik-approval+jwt", {"approval": approval_id, **claims})
        path = f"{_PREFIX}/approvals/{approval_id}/decision"
        _read(self._client.post(f"{self._base_url}{path}", json={"decision": signed}))

    def _get(self, path: str, *, query: str = "", names_key: bool = True) -> dict[str, Any]:
        claims = {"htm": "GET", "htu": path, "jti": secrets.token_urlsafe(16)}
        signed = self.sign("esik-device+jwt", claims, names_key=names_key)
        headers = {"Authorization": f"Device {signed}"}
        return _read(self._client.get(f"{self._base_url}{path}{query}", headers=headers))


def _approval(record: Mapping[str, Any]) -> Approval:
    """Members that a later provider adds are passed over."""
    instants = {name: datetime.fromisoformat(record[name]) for name in ("asked_at", "expires_at")}
    return Approval(**{one.name: record[one.name] for one in fields(Approval)} | instants)


def _read(answer: httpx2.Response) -> dict[str, Any]:
    if answer.status_code < 300:
        return dict(answer.json())
    is_problem = answer.headers.get("content-type", "").startswith("application/problem+json")
    problem = dict(answer.json()) if is_problem else {}
    title = str(problem.get("title", "no problem document"))
    if "tries_left" in problem:
        raise WrongNumber(answer.status_code, title, int(problem["tries_left"]))
    raise {401: NotRegistered, 409: NotWaiting}.get(answer.status_code, DeviceProblem)(answer.status_code, title)
