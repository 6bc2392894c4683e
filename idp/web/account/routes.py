"""Every account page."""

from idp.web.account import (
    authenticator_app,
    backup_codes,
    consents,
    devices,
    disowning,
    home,
    passkeys,
    password,
    phone,
    sessions,
    two_step,
)

_PARTS = (
    *(home, two_step, password, phone, sessions),
    *(devices, passkeys, authenticator_app, backup_codes, consents, disowning),
)

routes = [route for part in _PARTS for route in part.router.routes]
