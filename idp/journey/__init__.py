"""What a citizen does, one file for each thing: begin, password, second factor, consent, finish, settings, logout.

Each verb loads, asks `policy`, acts and saves. It knows no HTTP and no SQL: the world comes in through `ports`. A
guess is counted in a short transaction of its own before it is judged, and nothing is hashed inside a transaction.
"""
