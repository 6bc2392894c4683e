"""Every account page."""

from fastapi import APIRouter

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

router = APIRouter(tags=["account pages"], include_in_schema=False)
for part in _PARTS:
    router.include_router(part.router)
