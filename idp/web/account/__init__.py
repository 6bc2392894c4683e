"""The citizen's own pages, under `/hesabim`. Whoever is not proved enough is sent to log in, and comes back.

`door` says who may see, open or send what; one file of routes for each part of the account, put together in `routes`.
"""
