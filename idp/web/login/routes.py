"""Every route of a login."""

from idp.web.login import ending, first_step, new_password, recovery, second_step, two_step

_PARTS = (second_step, two_step, new_password, recovery, first_step, ending)

routes = [route for part in _PARTS for route in part.router.routes]
