"""Relying parties that register themselves (RFC 7591; OpenID Connect Registration 1.0) and care for it (RFC 7592).

`members` reads what was sent, and says no to what is known but not supported. Each subject has a file of checks, run in
the order of `judgement.CHECKS`, which put what they find into `Wanted`. `record` makes a client of it, `document` shows
a client as metadata again, `quota` counts, `identity` says whether a changed client is still the same to citizens, and
`endpoint` and `management` are the verbs.

Every member is honoured or refused. Only members that no specification here names are left out of the answer
(RFC 7591 §2). This package knows no route and no fetching: a document it needs raises `DocumentNeeded`.
"""
