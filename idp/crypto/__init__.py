"""Secrets: random values and keyed digests, sealing at rest, password hashing behind a bounded gate.

Nothing here knows what is being protected; each piece takes its key and gives a value.
"""
