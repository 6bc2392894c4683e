"""MHRS, the hospital appointment demo: a relying party that insists on two-step login.

It is a service like any other that trusts an OpenID provider: it imports nothing of `idp`, reads the level of a login
from signed tokens and from nowhere else, and refuses whoever did not pass both steps (security.md R-37).

```
app           composition root        settings, clock   what comes from outside
gate          is this login enough?   pure
id_token, logout_token, access_token  is this token genuine, and for us?   pure
provider      discovery and keys      oidc              the code flow, on Authlib's client
login_flow    to the provider         callback          and back
initiated_login                       a login that begins elsewhere      backchannel_logout   one that ends there
api_caller    by cookie or by token   challenge         what the API answers whom it does not let in (RFC 9470)
resource_metadata                     what the API says about itself (RFC 9728)
store         the SQLite file         logins, sessions, logouts, searches, appointment_book   its tables, one file each
directory     who works where         timetable         when                 appointments   the booking rules, pure
booking       one thing a citizen does with an appointment          health     an invented health summary, pure
login_pages, appointment_pages, health_pages, api, health_api, system             HTTP in, HTTP out
```
"""
