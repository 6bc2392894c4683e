"""Words, numbers and times in the language of the person (pages.md §1).

Owns the two message catalogues, the choice between them, and how durations and instants read. Knows nothing of HTML.
A text is a catalogue key with values. It becomes words only when a page is rendered, so views stay free of language.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from functools import cache
from pathlib import Path
from typing import Literal

Language = Literal["tr", "en"]
LANGUAGES: tuple[Language, ...] = ("tr", "en")

# Turkey has kept UTC+3 all year since 2016; a fixed offset needs no time zone database on the host.
_ISTANBUL = timezone(timedelta(hours=3), "Europe/Istanbul")
_CATALOGUES = Path(__file__).parent / "locales"


@dataclass(frozen=True, slots=True)
class Duration:
    """A length of time in whole seconds, shown as "30 saniye" or "2 minutes"."""

    seconds: int


Value = str | int | Duration


@dataclass(frozen=True, slots=True)
class Text:
    """A catalogue key and the values its sentence needs. A value never receives a Turkish suffix (pages.md §1)."""

    key: str
    values: Mapping[str, Value] = field(default_factory=dict)


class Translator:
    """One language's catalogue. Raises `KeyError` for an unknown key, and for a value the sentence needs and lacks."""

    def __init__(self, lang: Language) -> None:
        self.lang: Language = lang
        self._catalogue = catalogue(lang)

    def t(self, key: str, /, **values: Value) -> str:
        return self._catalogue[key].format_map({name: self._shown(value) for name, value in values.items()})

    def text(self, text: Text) -> str:
        return self.t(text.key, **text.values)

    def duration(self, seconds: int) -> str:
        """Rounded up, never down: whoever waits as long as the page says is always let through."""
        seconds = max(0, seconds)
        if seconds >= 5400:
            return self._counted("hour", -(-seconds // 3600))
        if seconds > 90 or (seconds >= 60 and seconds % 60 == 0):
            return self._counted("minute", -(-seconds // 60))
        return self._counted("second", seconds)

    def time_of_day(self, at: int) -> str:
        """An instant (seconds since the epoch) as the clocks in Turkey show it: "14.32" or "14:32"."""
        moment = datetime.fromtimestamp(at, _ISTANBUL)
        return self.t("time.of_day", hour=f"{moment.hour:02d}", minute=f"{moment.minute:02d}")

    def day(self, at: int) -> str:
        """The date in Turkey at an instant: "23 Kasım 2026"."""
        moment = datetime.fromtimestamp(at, _ISTANBUL)
        return self.t("time.day", day=moment.day, month=self.t(f"time.month.{moment.month}"), year=moment.year)

    def moment(self, at: int) -> str:
        """Date and time in Turkey: "23 Kasım 2026 14.32"."""
        return self.t("time.moment", day=self.day(at), time=self.time_of_day(at))

    def _counted(self, unit: str, count: int) -> str:
        return self.t(f"time.{unit}.{'one' if count == 1 else 'other'}", n=count)

    def _shown(self, value: Value) -> str:
        return self.duration(value.seconds) if isinstance(value, Duration) else str(value)


@cache
def catalogue(lang: Language) -> Mapping[str, str]:
    """All texts of one language by dotted key, read once per process. Turkish is the original; keys are equal.

    One file for each part of the house. Raises ValueError where two files give the same key.
    """
    texts: dict[str, str] = {}
    for file in sorted((_CATALOGUES / lang).glob("*.toml")):
        for key, text in _flattened("", tomllib.loads(file.read_text("utf-8"))):
            if texts.setdefault(key, text) is not text:
                raise ValueError(f"{key} stands twice in the {lang} catalogue")
    return texts


def _flattened(prefix: str, table: Mapping[str, object]) -> list[tuple[str, str]]:
    flat: list[tuple[str, str]] = []
    for name, entry in table.items():
        if isinstance(entry, dict):
            flat += _flattened(f"{prefix}{name}.", entry)
        else:
            flat.append((prefix + name, str(entry)))
    return flat


def choose_language(ui_locales: tuple[str, ...], cookie: str | None, accept_language: str | None) -> Language:
    """The first language we speak among: the service's `ui_locales` (OIDC Core §3.1.2.1), the person's earlier choice,
    and the browser's preference; otherwise Turkish. Never an error: unknown and malformed values are passed over.
    """
    wishes = [*ui_locales, cookie or "", *_by_preference(accept_language or "")]
    return next((lang for wish in wishes if (lang := spoken(wish))), "tr")


def spoken(tag: str) -> Language | None:
    """The language of ours that a BCP 47 tag names, if any."""
    primary = tag.strip().split("-", 1)[0].lower()
    return next((lang for lang in LANGUAGES if lang == primary), None)


def _by_preference(header: str) -> list[str]:
    # RFC 9110 §12.4.2, §12.5.4: no weight means 1, weight 0 means "not this one"; equal weights keep their order.
    weighted: list[tuple[float, str]] = []
    for part in header[:1000].split(","):
        tag, _, parameters = part.partition(";")
        weight = _weight(parameters)
        if weight > 0:
            weighted.append((weight, tag))
    return [tag for _, tag in sorted(weighted, key=lambda pair: -pair[0])]


def _weight(parameters: str) -> float:
    name, _, value = parameters.strip().partition("=")
    if not name:
        return 1.0
    try:
        weight = float(value)
    except ValueError:
        return 0.0
    return weight if name.strip().lower() == "q" and 0.0 <= weight <= 1.0 else 0.0
