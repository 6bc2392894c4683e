"""Every decision of the house, pure: records and a `now` in, a decision out.

No I/O, no clock, no framework, no third party. What a login needs next, what its evidence amounts to, who must wait,
which password will do: each is a table or a short function that a reader can check against the rule it cites.
"""
