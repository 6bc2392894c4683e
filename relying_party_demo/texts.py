"""Every word a person reads, in Turkish and English, and how dates and times are written.

Turkish suffixes are never glued to a variable (pages.md §1): the catalogue's sentences are built so as not to need it.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from relying_party_demo.timetable import local

DEFAULT_LANGUAGE = "tr"
LANGUAGES = ("tr", "en")


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The texts of one language. `catalogue("start.title")` gives a text; an unknown key raises `KeyError`."""

    language: str
    texts: Mapping[str, str]

    def __call__(self, key: str, **values: object) -> str:
        return self.texts[key].format(**values) if values else self.texts[key]

    def has(self, key: str) -> bool:
        return key in self.texts

    def time(self, instant: int) -> str:
        """The Turkish wall clock: 14.20 in Turkish, 14:20 in English."""
        return local(instant).strftime("%H:%M" if self.language == "en" else "%H.%M")

    def time_to_the_second(self, instant: int) -> str:
        """14.20.05 in Turkish, 14:20:05 in English."""
        return local(instant).strftime("%H:%M:%S" if self.language == "en" else "%H.%M.%S")

    def hour(self, hour: int) -> str:
        """A full hour of the wall clock."""
        return f"{hour:02}:00" if self.language == "en" else f"{hour:02}.00"

    def day(self, instant: int) -> str:
        """For example "24 Kasım 2026 Salı"."""
        moment = local(instant)
        return self("format.day", date=self.date_of(moment), weekday=self(f"weekday.{moment.weekday()}"))

    def date_of(self, day: date) -> str:
        """For example "24 Kasım 2026"."""
        return self("format.date", day=day.day, month=self(f"month.{day.month}"), year=day.year)

    def method(self, name: str) -> str:
        """An `amr` value in words, its own name behind it; a name we do not know stays as it is."""
        return f"{self(f'method.{name}')} ({name})" if self.has(f"method.{name}") else name


def load_catalogues() -> dict[str, Catalogue]:
    folder = Path(__file__).parent / "locales"
    return {
        language: Catalogue(language, _flat(tomllib.loads((folder / f"{language}.toml").read_text("utf-8"))))
        for language in LANGUAGES
    }


def choose_language(asked: str | None, remembered: str | None, accept_language: str) -> str:
    """The language of an answer: the link, then the cookie, then what the browser prefers, then Turkish."""
    for choice in (asked, remembered):
        if choice in LANGUAGES:
            return choice
    wishes = []
    for position, part in enumerate(accept_language.split(",")[:20]):
        name, _, quality = part.strip().partition(";q=")
        language = name.partition("-")[0].lower()
        if language in LANGUAGES and quality not in {"0", "0.0", "0.00", "0.000"}:
            wishes.append((-_weight(quality), position, language))
    return min(wishes)[2] if wishes else DEFAULT_LANGUAGE


def _weight(quality: str) -> float:
    try:
        return float(quality) if quality else 1.0
    except ValueError:
        return 0.0


def _flat(table: Mapping[str, object], prefix: str = "") -> dict[str, str]:
    texts: dict[str, str] = {}
    for key, value in table.items():
        if isinstance(value, Mapping):
            texts.update(_flat(value, f"{prefix}{key}."))
        else:
            texts[f"{prefix}{key}"] = str(value)
    return texts
