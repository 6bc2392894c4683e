"""Every account page."""

from fastapi import APIRouter

from idp.web.account import home, password, sessions, two_step

router = APIRouter(tags=["account pages"], include_in_schema=False)
for part in (home, two_step, password, sessions):
    router.include_router(part.router)
