"""Every route of a login."""

from fastapi import APIRouter

from idp.web.login import ending, first_step, new_password, recovery, second_step, two_step

router = APIRouter(tags=["login pages"], include_in_schema=False)
for part in (second_step, two_step, new_password, recovery, first_step, ending):
    router.include_router(part.router)
