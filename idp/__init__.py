"""Eşik: an OpenID Connect provider whose login takes two steps, and whose `acr` says so truthfully.

The house, from the ground up (an arrow is "may import"; `tests/test_architecture.py` enforces it):

    app ──► everything
    web, sandbox ──► journey ──► factors ──► policy ──► domain
         └─────────► protocol ─────────────► policy ──► domain
    store, delivery, crypto ──► domain        only app wires them to a port

`journey` (what a citizen does) and `protocol` (what a relying party asks) never import each other: they meet in
`web`, two calls in one route, and in `domain`, the records they share.
"""
