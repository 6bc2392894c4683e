"""Names that citizens give to their devices and passkeys."""

from typing import Literal

LONGEST_NAME = 60

NameFault = Literal["empty", "too_long", "unprintable"]


def name_fault(name: str) -> NameFault | None:
    """What is wrong with a name. Characters that nobody sees could make two names look alike."""
    bare = name.strip()
    if not bare:
        return "empty"
    if len(bare) > LONGEST_NAME:
        return "too_long"
    return None if bare.isprintable() else "unprintable"
