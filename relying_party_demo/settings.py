"""What MHRS is told from outside: one frozen value, read from `ESIK_MHRS_*`."""

from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from relying_party_demo.gate import Level, Requirement


def _origin_only(address: str) -> str:
    parts = urlsplit(address)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError("must be an http or https address")
    if parts.path or parts.query or parts.fragment or parts.username:
        raise ValueError("must be an origin such as http://localhost:8001, without path or trailing slash")
    return address


def _issuer(address: str) -> str:
    parts = urlsplit(address)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment or parts.username:
        raise ValueError("must be an http or https address without query and fragment")
    if address.endswith("/"):
        raise ValueError("must not end in a slash")
    return address


def _safe_transport(address: str) -> str:
    parts = urlsplit(address)
    if parts.scheme == "http" and parts.hostname not in {"localhost", "127.0.0.1", "::1"}:
        raise ValueError("must be https: plain http is for the loopback addresses of the demo only")
    return address


BrowserOrigin = Annotated[str, AfterValidator(_origin_only), AfterValidator(_safe_transport)]
Issuer = Annotated[str, AfterValidator(_issuer), AfterValidator(_safe_transport)]
Positive = Annotated[int, Field(gt=0)]


class Settings(BaseSettings):
    """Everything that may differ between two installations. Times are seconds unless the name says otherwise."""

    model_config = SettingsConfigDict(env_prefix="ESIK_MHRS_", frozen=True, extra="ignore")

    issuer: Issuer = "http://localhost:8000"
    client_id: Annotated[str, Field(min_length=1)] = "mhrs"
    client_secret: SecretStr
    base_url: BrowserOrigin = "http://localhost:8001"
    back_channel_url: Annotated[str, AfterValidator(_origin_only)] | None = None
    """Where MHRS itself reaches the provider, when that differs from the address the browser uses."""
    required_level: Level = Level.TWO_STEP
    max_authentication_age: Positive = 8 * 3600
    """How old the oldest proof of a login may be; sent as `max_age`."""
    health_summary_max_age: Annotated[int, Field(ge=60)] = 300
    """The same for the health summary, the one sensitive action."""
    database: Path = Path(".data/mhrs.sqlite3")

    login_lifetime: Annotated[int, Field(ge=30 * 60)] = 35 * 60
    """Outlives the provider's own transaction, which lasts 30 minutes while two-step login is switched on (J4)."""
    session_idle: Positive = 30 * 60
    session_total: Positive = 8 * 3600
    searches_per_minute: Positive = 30

    booking_days: Positive = 15
    slot_minutes: Annotated[int, Field(ge=5, le=60)] = 20
    approval_hour: Annotated[int, Field(ge=0, le=23)] = 20
    """Local hour of the day before, until which an appointment must be approved."""
    cancel_minutes_before: Positive = 80
    per_clinic_per_day: Positive = 1
    per_hospital_per_day: Positive = 2

    @property
    def for_entry(self) -> Requirement:
        """What every page and operation behind the login wants."""
        return Requirement(self.required_level, self.max_authentication_age)

    @property
    def for_health_summary(self) -> Requirement:
        """Two steps whatever the entry wants, and never less than the entry."""
        return Requirement(
            max(self.required_level, Level.TWO_STEP, key=lambda level: level.rank),
            min(self.max_authentication_age, self.health_summary_max_age),
        )

    @property
    def redirect_uri(self) -> str:
        return f"{self.base_url}/oidc/callback"

    @property
    def post_logout_redirect_uri(self) -> str:
        return f"{self.base_url}/"

    @property
    def resource(self) -> str:
        """The API as a resource (RFC 8707 §2): what an access token for it names in `aud`."""
        return f"{self.base_url}/api"

    @property
    def resource_metadata(self) -> str:
        """Where the API describes itself (RFC 9728 §3.1)."""
        return f"{self.base_url}/.well-known/oauth-protected-resource/api"

    @property
    def issuer_origin(self) -> str:
        parts = urlsplit(self.issuer)
        return f"{parts.scheme}://{parts.netloc}"

    @property
    def provider_settings_page(self) -> str:
        """Where a citizen switches two-step login on."""
        return f"{self.issuer}/hesabim/guvenlik"

    @property
    def is_https(self) -> bool:
        return self.base_url.startswith("https://")
