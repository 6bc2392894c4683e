"""A bounded load on a provider started for it, on loopback, and a table of what came out.

server     the provider on one core, with real or no hashing
stage      the database that it runs on: citizens, clients, codes waiting to be redeemed
load       requests over kept-alive connections, timed one by one
scenarios  what is measured
run        all of it: `make bench`
"""
