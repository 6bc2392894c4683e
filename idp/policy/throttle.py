"""How often something may be tried: the limits and which of them count for what.

Everything is counted in the database before it is judged. A right answer gives back its own reservation and no more;
nothing else but a completed login clears a streak.
"""

from idp.domain.evidence import Method
from idp.domain.throttle import Count, Quota, Streak

_MINUTE, _HOUR, _DAY = 60, 3600, 86_400

PASSWORD = Streak("password", (0,) * 4 + (1, 2, 4, 8, 16, 32, 64, 128, 256, 512) + (900,) * 36)
"""Wrong passwords of one account: five tries without waiting, then growing waits; at 50 only known devices may try."""

LONG_WAITS_FROM = PASSWORD.waits.index(900) + 1
"""The wrong password after which every further try waits for a quarter of an hour."""

PASSWORD_KNOWN_DEVICE = Streak("password.device", (0,) * 10)
"""A known device's own budget, so that strangers cannot lock the owner out."""

PAUSE_SECONDS = 15 * _MINUTE
FACTOR = Streak("factor", (0, 0, 0, 0, PAUSE_SECONDS) * 4)
"""Wrong codes of one account and one method: every fifth pauses the method, and 20 in a row disable it."""

FACTOR_DAY = Quota("factor.day", most=10, window=_DAY)
ALL_FACTORS = Streak("factors", ((0,) * 9 + (PAUSE_SECONDS,)) * 4)
ALL_FACTORS_DAY = Quota("factors.day", most=20, window=_DAY)

SMS_RESEND_SECONDS = 60
SMS_ACCOUNT_MINUTE = Quota("sms.account.minute", most=1, window=SMS_RESEND_SECONDS)
SMS_ACCOUNT_HOUR = Quota("sms.account.hour", most=5, window=_HOUR)
SMS_ACCOUNT_DAY = Quota("sms.account.day", most=10, window=_DAY)
SMS_NUMBER_HOUR = Quota("sms.number.hour", most=5, window=_HOUR)
SMS_ADDRESS_HOUR = Quota("sms.address.hour", most=20, window=_HOUR)
SMS_SERVICE_DAY = Quota("sms.service.day", most=20_000, window=_DAY)

CODE_TRIES = 3
"""Wrong guesses after which one sent code, or one approval's number, is dead."""

ASK_AGAIN_SECONDS = {Method.SMS: SMS_RESEND_SECONDS, Method.APP: 20}
"""How long a question stands before the same login may ask it anew."""

APPROVALS = Quota("approval.account", most=3, window=10 * _MINUTE)
APPROVALS_UNANSWERED = Streak("approval.unanswered", (0,) * 5)
"""Approvals asked for since the last complete login: the fifth is the last until another method succeeds (B17)."""

PAIRING_CLAIMS = Quota("pairing.address", most=20, window=10 * _MINUTE)
PAIRING_CLAIMS_SERVICE = Quota("pairing.service", most=2000, window=10 * _MINUTE)

REGISTRATION_ADDRESS_HOUR = Quota("registration.address", most=20, window=_HOUR)
REGISTRATION_SERVICE_HOUR = Quota("registration.service", most=500, window=_HOUR)
REGISTRATION_TOKEN_HOUR = Quota("registration.token", most=40, window=_HOUR)
REGISTRATION_CLIENT_HOUR = Quota("registration.client", most=20, window=_HOUR)

ADDRESS_MINUTE = Quota("login.address", most=60, window=_MINUTE)
NETWORK_MINUTE = Quota("login.network", most=600, window=_MINUTE)
SERVICE_MINUTE = Quota("login.service", most=3000, window=_MINUTE)


def password_attempt(national_id: str) -> tuple[Count, ...]:
    return (Count(PASSWORD, national_id),)


def password_attempt_from_known_device(national_id: str, device: str) -> tuple[Count, ...]:
    return (Count(PASSWORD_KNOWN_DEVICE, f"{national_id}|{device}"),)


def factor_attempt(citizen_id: str, method: str) -> tuple[Count, ...]:
    """The counters of one guess at a second factor, in the fixed order in which they are always taken."""
    own = f"{citizen_id}|{method}"
    return (
        Count(FACTOR, own),
        Count(FACTOR_DAY, own),
        Count(ALL_FACTORS, citizen_id),
        Count(ALL_FACTORS_DAY, citizen_id),
    )


def factor_streaks(citizen_id: str, *methods: str) -> tuple[Count, ...]:
    """The streaks that a completed login clears: of the methods it used, over all methods, of unanswered approvals.

    In the order in which guesses take them; none where no method was used.
    """
    if not methods:
        return ()
    own = tuple(Count(FACTOR, f"{citizen_id}|{method}") for method in sorted(methods))
    return (*own, Count(ALL_FACTORS, citizen_id), Count(APPROVALS_UNANSWERED, citizen_id))


def sms_sending(citizen_id: str, phone_number: str, address: str) -> tuple[Count, ...]:
    """The counters of one sent SMS, in their fixed order."""
    return (
        Count(SMS_ACCOUNT_MINUTE, citizen_id),
        Count(SMS_ACCOUNT_HOUR, citizen_id),
        Count(SMS_ACCOUNT_DAY, citizen_id),
        Count(SMS_NUMBER_HOUR, phone_number),
        Count(SMS_ADDRESS_HOUR, address),
        Count(SMS_SERVICE_DAY, "all"),
    )


def approval_asking(citizen_id: str, *, quotas: bool) -> tuple[Count, ...]:
    """The counters of one approval that reaches the citizen's devices, in their fixed order."""
    unanswered = Count(APPROVALS_UNANSWERED, citizen_id)
    return (Count(APPROVALS, citizen_id), unanswered) if quotas else (unanswered,)


def pairing_claim(address: str) -> tuple[Count, ...]:
    """The counters of one pairing code that a device shows, in their fixed order."""
    return (Count(PAIRING_CLAIMS, address), Count(PAIRING_CLAIMS_SERVICE, "all"))


def registration(address: str | None) -> tuple[Count, ...]:
    """The counters of one client that registers itself, in their fixed order."""
    service = Count(REGISTRATION_SERVICE_HOUR, "all")
    return (service,) if address is None else (Count(REGISTRATION_ADDRESS_HOUR, address), service)


def registration_by_token(token_hash: str) -> tuple[Count, ...]:
    """The counter of one client that registers itself with an initial access token."""
    return (Count(REGISTRATION_TOKEN_HOUR, token_hash),)


def registration_change(client_id: str, address: str | None) -> tuple[Count, ...]:
    """The counters of one change that a client makes to its registration, in their fixed order."""
    own = Count(REGISTRATION_CLIENT_HOUR, client_id)
    return (own,) if address is None else (own, Count(REGISTRATION_ADDRESS_HOUR, address))


def login_post(address: str, network: str) -> tuple[Count, ...]:
    """The counters of one posted form, in their fixed order; what the two are is `policy.addresses.counted`."""
    return (Count(ADDRESS_MINUTE, address), Count(NETWORK_MINUTE, network), Count(SERVICE_MINUTE, "all"))
