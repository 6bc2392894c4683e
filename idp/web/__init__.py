"""HTTP in, HTTP out. Thin: a route reads a request, calls one verb, and turns its outcome into a page or a redirect.

No decision is made here: what comes next is `policy.journey`'s, what a request may do is `protocol`'s, what a person
reads is in the catalogues.
"""
