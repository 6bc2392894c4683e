"""The records of the house and their own invariants.

Frozen values, standard library only: nothing here reads a clock, a database, a request or a setting. Every instant
is a whole number of seconds since the epoch, UTC. Both halves of the house, the citizen's journey and the protocol,
speak in these records.
"""
