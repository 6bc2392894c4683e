"""The only SQL of the identity provider.

    engine        how SQLite and PostgreSQL differ, and how a unit of work is run on each
    tables        what is stored
    unit_of_work  one transaction, with a verb-bearing object for each noun
    …             one file per noun; its verbs are atomic and named for what they mean

Correctness never rests on an isolation level or on check-then-act: whatever may happen once is one statement whose
row count, or returned row, decides. Statements are built once, when their module is imported, so that SQLAlchemy
compiles each of them once per database. Nothing here decides a policy, reads a clock or knows a request.
"""
