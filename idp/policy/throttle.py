"""How often something may be tried: the limits and which of them count for what.

Everything is counted in the database before it is judged. A right answer gives back its own reservation and no more;
nothing else but a completed login clears a streak.
"""

from idp.domain.throttle import Count, Quota, Streak

_MINUTE, _HOUR, _DAY = 60, 3600, 86_400

PASSWORD = Streak("password", (0,) * 4 + (1, 2, 4, 8, 16, 32, 64, 128, 256, 512) + (900,) * 36)
"""Wrong passwords of one account: five tries without waiting, then growing waits; at 50 only known devices may try."""

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
"""Wrong guesses after which one sent code is dead."""

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


def factor_streaks(citizen_id: str, method: str) -> tuple[Count, ...]:
    """The streaks that a completed login clears: of the method it used, and the one over all methods."""
    return (Count(FACTOR, f"{citizen_id}|{method}"), Count(ALL_FACTORS, citizen_id))


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


def login_post(address: str, network: str) -> tuple[Count, ...]:
    """The counters of one posted form, in their fixed order; what the two are is `policy.addresses.counted`."""
    return (Count(ADDRESS_MINUTE, address), Count(NETWORK_MINUTE, network), Count(SERVICE_MINUTE, "all"))
