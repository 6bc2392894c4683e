"""A document that a relying party publishes, as it was last fetched."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class FetchedDocument:
    """`body` and `fetched_at` are None until it was fetched once. `tried_at`: the last attempt, whatever came of it."""

    uri: str
    body: str | None = field(repr=False)
    fetched_at: int | None
    tried_at: int
