"""The pages of a login: `/login/{id}` asks where it stands, `/login/{id}/{step}` shows that step and takes its form.

`door` lets only the login's own browser in; `shown` chooses the page of a step; one file of routes for each part of a
login, put together in `routes`. No route decides what comes next: each records one thing and asks again.
"""
