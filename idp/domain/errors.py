"""What can go wrong, as one tree.

    EsikError
    ├── LoginOver                 the login cannot go on; the person starts again from the service
    │   ├── LoginNotFound         no such login for this browser (also: another browser's)
    │   ├── LoginExpired          its time is over
    │   └── LoginMovedOn          finished or changed meanwhile, in another tab
    ├── ProofRequired             an account action needs a fresher or stronger proof first
    ├── TooBusy                   the house is full; come back in `retry_after` seconds
    ├── TooManyRequests           this caller must wait `retry_after` seconds
    └── OutOfService              a dependency (the database) does not answer; nothing was changed

Refused guesses are not exceptions: they are outcomes that the journey returns, since a page must say what to do next.
Errors that a relying party reads are `idp.protocol.errors`.
"""


class EsikError(Exception):
    """The root. Its text is for the log; pages have their own words."""


class LoginOver(EsikError):
    """The login cannot go on."""


class LoginNotFound(LoginOver):
    """There is no such login in this browser."""


class LoginExpired(LoginOver):
    """The login's time is over."""


class LoginMovedOn(LoginOver):
    """The login was finished, or changed, by another request."""


class ProofRequired(EsikError):
    """The session's proofs are too old or too weak for this action."""


class _Later(EsikError):
    def __init__(self, retry_after: int) -> None:
        super().__init__(f"retry after {retry_after} s")
        self.retry_after = retry_after


class TooBusy(_Later):
    """The house is full."""


class TooManyRequests(_Later):
    """This caller asked too often."""


class OutOfService(EsikError):
    """A dependency does not answer. Nothing was changed; trying again is safe."""
