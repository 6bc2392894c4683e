"""Messages that leave the house.

They are rows of the outbox, written with the fact they tell of; here they are taken to the operator's gateway, once
each, in their time or not at all. A gateway that hangs or fails holds nobody up: the page was answered long ago.

    gateway       what a gateway is
    http_gateway  the operator's two, for SMS and for pushes, over HTTPS
    breaker       when to leave a failing gateway alone
    drain         the threads that carry, for each channel its own
"""
