"""What the program is told from outside: one frozen value, read from `ESIK_*`.

A value that exists is safe to run with. Whatever is missing, unknown or unsafe raises UnsafeSettings with one line that
says what to do. Production mode is the default and refuses whatever belongs to the sandbox; sandbox mode
makes its own keys in the data directory and refuses a public address.
"""

import difflib
import hashlib
import os
from collections.abc import Callable, Mapping
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from idp import key_files
from idp.policy.passwords import PasswordPolicy, PasswordRules
from idp.protocol.issuer import Registration
from idp.settings_sources import PREFIX, MountedSecrets, SandboxKeys, UnsafeSettings
from idp.settings_values import Network, allowed_hosts, authorities, gateway, is_loopback, key, networks, origin

__all__ = ["Mode", "Network", "Settings", "UnsafeSettings", "is_loopback", "load"]

_OTHERS = ("ESIK_MHRS_", "ESIK_TEST_")
"""Prefixes that belong to the demo relying party and to the test suite."""


class Mode(StrEnum):
    PRODUCTION = "production"
    SANDBOX = "sandbox"


def _is_sandbox(data: Mapping[str, Any]) -> bool:
    return data.get("mode") is Mode.SANDBOX


Origin = Annotated[str, AfterValidator(origin)]
Key = Annotated[bytes, BeforeValidator(key), Field(repr=False)]


class Settings(BaseSettings):
    """Everything that may differ between two installations. Lengths of time are in seconds.

    `docs/operate/settings.md` says the same for operators. Raises UnsafeSettings, or pydantic's ValidationError for a
    single unreadable value; `load` turns both into UnsafeSettings. Making one reads no variable: that is `load`.
    """

    model_config = SettingsConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    mode: Mode = Mode.PRODUCTION
    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=1, le=65535)] = 8000
    issuer: Origin = Field(default_factory=lambda data: f"http://localhost:{data.get('port', 8000)}")
    trusted_proxies: Annotated[tuple[Network, ...], BeforeValidator(networks)] = ()
    force_public_sandbox: bool = False
    mhrs_url: Origin = "http://localhost:8001"
    """Where the front page of the sandbox finds the demo relying party."""

    data_dir: Path = Path(".data")
    database_url: Annotated[str, Field(repr=False)] = Field(
        default_factory=lambda data: f"sqlite:///{data.get('data_dir', Path('.data')).absolute() / 'esik.sqlite3'}"
    )
    encryption_key: Key = b""
    """32 bytes that seal signing keys and message texts at rest."""
    encryption_key_file: Path | None = None
    secret_key: Key = b""
    """At least 32 bytes from which the keys of every digest are derived, pairwise `sub` values included."""
    secret_key_file: Path | None = None

    sms_gateway_url: Annotated[str, AfterValidator(gateway)] | None = None
    sms_gateway_token: SecretStr | None = None
    sms_gateway_token_file: Path | None = None
    sms_gateway_timeout: Annotated[float, Field(gt=0, le=3)] = 3.0
    push_gateway_url: Annotated[str, AfterValidator(gateway)] | None = None
    push_gateway_token: SecretStr | None = None
    push_gateway_token_file: Path | None = None
    push_gateway_timeout: Annotated[float, Field(gt=0, le=3)] = 3.0

    password_policy: PasswordPolicy = Field(
        default_factory=lambda data: PasswordPolicy.EDEVLET if _is_sandbox(data) else PasswordPolicy.MODERN
    )
    password_days: Annotated[int, Field(ge=0, le=3650)] = Field(
        default_factory=lambda data: 180 if data.get("password_policy") is PasswordPolicy.EDEVLET else 0
    )
    """How old a password may grow before it must be changed at a login; 0 for any age (R-51)."""

    persona_password: Annotated[str, Field(min_length=8)] = "Esik-Deneme-1"
    """The one password of all sample people. It is public: it opens nothing outside the sandbox."""
    sms_code_digits: Annotated[int, Field(ge=6, le=10)] = 6
    sms_code_seconds: Annotated[int, Field(ge=30, le=600)] = 180
    approval_seconds: Annotated[int, Field(ge=30, le=300)] = 120
    """How long a request on registered devices waits for its answer."""
    sms_quotas: bool = Field(default_factory=lambda data: not _is_sandbox(data))
    login_seconds: Annotated[int, Field(ge=60, le=3600)] = 600
    enabling_seconds: Annotated[int, Field(ge=60, le=7200)] = 1800

    implicit: bool = False
    """Whether the response types `id_token` and `id_token token` exist, for clients that registered them."""
    registration: Registration = Field(
        default_factory=lambda data: Registration.OPEN if _is_sandbox(data) else Registration.OFF
    )
    """Who may register a client at `/register`."""
    refresh_grace: Annotated[int, Field(ge=0, le=5)] = 5
    refresh_idle_seconds: Annotated[int, Field(ge=60)] = 7 * 86_400
    refresh_total_seconds: Annotated[int, Field(ge=60)] = 30 * 86_400
    fetch_allow: Annotated[frozenset[str], BeforeValidator(allowed_hosts)] = frozenset()
    """Hosts and networks that are fetched from although they are not public; in a sandbox also http origins."""
    fetch_ca_file: Annotated[Path, AfterValidator(authorities)] | None = None
    """Further certificate authorities that a fetched host's certificate may come from, PEM."""
    key_days: Annotated[int, Field(ge=0, le=3650)] = 90
    """How long a signing key signs until the next one takes its place; 0: until `esik keys rotate`."""

    log_level: Literal["debug", "info", "warning", "error"] = "info"
    log_format: Literal["json", "console"] = Field(
        default_factory=lambda data: "console" if _is_sandbox(data) else "json"
    )

    @property
    def is_sandbox(self) -> bool:
        return self.mode is Mode.SANDBOX

    @property
    def is_https(self) -> bool:
        return self.issuer.startswith("https://")

    @property
    def issuer_host(self) -> str:
        return urlsplit(self.issuer).hostname or ""

    @property
    def password_rules(self) -> PasswordRules:
        return PasswordRules(self.password_policy, self.password_days * 86_400 or None)

    @property
    def is_public_sandbox(self) -> bool:
        """A sandbox that strangers can reach, forced by the operator: the start-up message says so."""
        return self.is_sandbox and not is_loopback(self.issuer_host)

    @property
    def encryption_key_id(self) -> str:
        """The name under which sealed values know this key; it tells nothing about the key."""
        return hashlib.sha256(b"esik:key-id" + self.encryption_key).hexdigest()[:12]

    @property
    def is_sqlite(self) -> bool:
        return self.database_url.startswith("sqlite")

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """First what the caller says, which for `load` is the environment, then key files; no `.env` is ever read."""
        return init_settings, MountedSecrets(settings_cls), SandboxKeys(settings_cls)

    @model_validator(mode="after")
    def _refuse_what_is_unsafe(self) -> Self:
        rules = _SANDBOX_RULES if self.is_sandbox else _PRODUCTION_RULES
        for is_broken, advice in (*rules, *_COMMON_RULES):
            if is_broken(self):
                raise UnsafeSettings(advice)
        return self


def load(environ: Mapping[str, str] = os.environ, **given: Any) -> Settings:
    """The settings that the environment gives; `given` comes before it. Raises UnsafeSettings for anything wrong."""
    try:
        return Settings(**(_named_in(environ) | given))
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        reason = first["msg"].removeprefix("Value error, ")
        raise UnsafeSettings(f"{PREFIX}{str(first['loc'][0]).upper()}: {reason}") from None


def _named_in(environ: Mapping[str, str]) -> dict[str, str]:
    """What `ESIK_*` variables say, by field; empty ones say nothing. A misspelt one would be a silent default."""
    known = {f"{PREFIX}{name.upper()}": name for name in Settings.model_fields}
    for name in sorted(environ):
        if name.startswith(PREFIX) and name not in known and not name.startswith(_OTHERS):
            close = difflib.get_close_matches(name, known, n=1)
            hint = f"; did you mean {close[0]}?" if close else "; see docs/operate/settings.md"
            raise UnsafeSettings(f"{name} is not a setting{hint}")
    return {field: environ[name] for name, field in known.items() if environ.get(name)}


_Rule = tuple[Callable[[Settings], bool], str]
_MAKE = "make one with: openssl rand -base64 32"

_PRODUCTION_RULES: tuple[_Rule, ...] = (
    (
        lambda s: "issuer" not in s.model_fields_set,
        "ESIK_ISSUER is missing: set it to the https address that browsers see, such as https://giris.example.org",
    ),
    (lambda s: not s.is_https, "ESIK_ISSUER: production mode needs https; for trying things out run: esik demo"),
    (
        lambda s: bool(s.model_fields_set & {"force_public_sandbox", "mhrs_url", "persona_password"}),
        "ESIK_FORCE_PUBLIC_SANDBOX, ESIK_MHRS_URL and ESIK_PERSONA_PASSWORD belong to sandbox mode: unset them",
    ),
    (lambda s: not s.encryption_key, f"ESIK_ENCRYPTION_KEY (or ESIK_ENCRYPTION_KEY_FILE) is missing; {_MAKE}"),
    (lambda s: not s.secret_key, f"ESIK_SECRET_KEY (or ESIK_SECRET_KEY_FILE) is missing; {_MAKE}"),
    (
        lambda s: s.sms_gateway_url is None or s.sms_gateway_token is None,
        "ESIK_SMS_GATEWAY_URL and ESIK_SMS_GATEWAY_TOKEN are missing: without a gateway no login code reaches anybody",
    ),
)

_SANDBOX_RULES: tuple[_Rule, ...] = (
    (
        lambda s: s.is_public_sandbox and not s.force_public_sandbox,
        "ESIK_ISSUER: a sandbox stays on this machine, since its passwords and codes are public; "
        "set ESIK_FORCE_PUBLIC_SANDBOX=true if you mean it",
    ),
    (
        lambda s: s.sms_gateway_url is not None or s.sms_gateway_token is not None,
        "ESIK_SMS_GATEWAY_URL: no message leaves a sandbox; unset it, and read codes on the virtual phone",
    ),
    (
        lambda s: s.push_gateway_url is not None or s.push_gateway_token is not None,
        "ESIK_PUSH_GATEWAY_URL: no message leaves a sandbox; unset it, devices there ask by themselves",
    ),
)

_COMMON_RULES: tuple[_Rule, ...] = (
    (
        lambda s: (s.push_gateway_url is None) != (s.push_gateway_token is None),
        "ESIK_PUSH_GATEWAY_URL and ESIK_PUSH_GATEWAY_TOKEN: set both, or neither",
    ),
    (
        lambda s: s.refresh_idle_seconds > s.refresh_total_seconds,
        "ESIK_REFRESH_IDLE_SECONDS must not be longer than ESIK_REFRESH_TOTAL_SECONDS",
    ),
    (
        lambda s: not s.is_sandbox and any("://" in host for host in s.fetch_allow),
        "ESIK_FETCH_ALLOW: only a sandbox fetches from an http origin; name a host or a network",
    ),
    (lambda s: len(s.encryption_key) != key_files.LEAST_BYTES, "ESIK_ENCRYPTION_KEY must hold exactly 32 bytes"),
    (
        lambda s: s.encryption_key == s.secret_key,
        f"ESIK_SECRET_KEY must differ from ESIK_ENCRYPTION_KEY; {_MAKE}",
    ),
    (
        lambda s: not s.database_url.startswith(("sqlite:///", "postgresql://", "postgresql+psycopg://")),
        "ESIK_DATABASE_URL must begin with sqlite:/// or postgresql://",
    ),
)
