"""Messages that leave the house.

They are rows of the outbox, written with the fact they tell of; here they are taken to whom they are for, once each,
in their time or not at all. A gateway that hangs or fails holds nobody up: the page was answered long ago.

    gateway         what a gateway is
    http_gateway    the operator's two, for SMS and for pushes, over HTTPS
    logout_gateway  the relying parties' servers, which are told when a login ends
    breaker         when to leave a failing gateway alone
    lanes           whom a failure holds up: everybody where one gateway takes all, or one relying party's host alone
    drain           the threads that carry, for each channel its own

What relying parties publish is fetched from here too, since it is the only door: whoever chose the address, one
guarded client judges it (SET-03).

    parties             whose a host is, and how many may wait for one party
    guarded_addresses   where the house may connect to
    guarded_names       asking what addresses a host has, without being bound to wait
    guarded_connection  one connection, pinned to a judged address
    guarded_http        the client
    documents           copies of key sets, request objects and redirect lists, kept in the store
"""
