"""Names that people can see: a citizen who is asked for consent must read whom it is for (R-16, C03)."""

import re
import unicodedata

from idp.protocol.errors import Reason
from idp.protocol.registration.members import MetadataRefused

_INVISIBLE = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0100-\U000e01ef]"
)
"""Characters that show nothing (Unicode's Default_Ignorable_Code_Point, as far as any passes for printable), and the
empty braille cell."""

_MOST_MARKS = 4
"""On one letter: more than any script needs, and too few to reach into other lines."""


def require_readable(member: str, name: str) -> None:
    """Of printable text, judged as it looks (NFKC). Raises MetadataRefused."""
    looks = unicodedata.normalize("NFKC", name)
    kinds = "".join(unicodedata.category(one)[0] for one in looks)
    is_seen = any(kind in "LNPS" for kind in kinds)
    if not is_seen or _INVISIBLE.search(looks) or "M" * (_MOST_MARKS + 1) in kinds:
        raise MetadataRefused(Reason.NAME_UNSEEN, member)
