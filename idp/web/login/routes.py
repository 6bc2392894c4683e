"""Every route of a login."""

from fastapi import APIRouter

from idp.web.login import ending, first_step, second_step, two_step

router = APIRouter(tags=["login pages"], include_in_schema=False)
for part in (second_step, two_step, first_step, ending):
    router.include_router(part.router)
