"""OAuth 2.0 and OpenID Connect, on Authlib's frame with our own checks. Knows no FastAPI and no SQL.

`server` shows the protocol at a glance. A request comes in as plain pairs and headers; an answer goes out as a plain
value (`messages`). Every check is one small function with its clause beside it, run in the order of one tuple.
"""
