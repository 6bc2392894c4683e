"""A document that a relying party publishes, as it was last fetched."""

from dataclasses import dataclass, field

LONGEST_FETCH_SECONDS = 6


@dataclass(frozen=True, slots=True)
class FetchedDocument:
    """`body` and `fetched_at` are None until it was fetched once.

    `tried_at` is when the last attempt began, whatever came of it; `ended_at` is None while it runs.
    """

    uri: str
    body: str | None = field(repr=False)
    fetched_at: int | None
    tried_at: int
    ended_at: int | None = None

    @property
    def last_at(self) -> int:
        """The last that was heard of it: a host that takes its time until we give up has just been tried."""
        return self.tried_at if self.ended_at is None else self.ended_at

    def is_being_fetched(self, now: int) -> bool:
        """Whether somebody is at it: an attempt that began longer ago than any lasts was lost with its process."""
        return self.ended_at is None and 0 <= now - self.tried_at < LONGEST_FETCH_SECONDS
