"""How numbers and times read, and which language is chosen (pages.md §1)."""

import pytest

from idp.web.i18n import Duration, Translator, choose_language

TURKISH, ENGLISH = Translator("tr"), Translator("en")
LATE_EVENING_UTC = 1_767_217_920  # 2025-12-31T21:52:00Z, already the next year in Turkey


@pytest.mark.parametrize(
    ("seconds", "turkish", "english"),
    [
        (-5, "0 saniye", "0 seconds"),
        (1, "1 saniye", "1 second"),
        (30, "30 saniye", "30 seconds"),
        (60, "1 dakika", "1 minute"),
        (64, "64 saniye", "64 seconds"),
        (120, "2 dakika", "2 minutes"),
        (121, "3 dakika", "3 minutes"),
        (900, "15 dakika", "15 minutes"),
        (5399, "90 dakika", "90 minutes"),
        (7200, "2 saat", "2 hours"),
        (7201, "3 saat", "3 hours"),
    ],
)
def test_durations_are_never_rounded_down(seconds: int, turkish: str, english: str) -> None:
    assert TURKISH.duration(seconds) == turkish
    assert ENGLISH.duration(seconds) == english


def test_instants_are_shown_as_in_turkey() -> None:
    assert TURKISH.time_of_day(LATE_EVENING_UTC) == "00.52"
    assert ENGLISH.time_of_day(LATE_EVENING_UTC) == "00:52"
    assert TURKISH.day(LATE_EVENING_UTC) == "1 Ocak 2026"
    assert ENGLISH.moment(LATE_EVENING_UTC) == "1 January 2026 00:52"


def test_values_are_written_by_what_they_are() -> None:
    said = ENGLISH.t("code.notice.too_early", duration=Duration(1))
    assert said == "Wait 1 second for a new code."
    assert TURKISH.t("code.error.wrong", n=2) == "Kod hatalı. Kalan deneme: 2."


def test_a_missing_key_or_value_is_a_fault() -> None:
    with pytest.raises(KeyError):
        TURKISH.t("no.such.key")
    with pytest.raises(KeyError):
        TURKISH.t("step.for_rp")


def test_values_are_never_read_as_templates() -> None:
    """E02: a name with braces stays a name."""
    assert ENGLISH.t("step.for_rp", rp="{rp.__class__}") == "You are signing in to {rp.__class__}."


@pytest.mark.parametrize(
    ("ui_locales", "cookie", "accept_language", "chosen"),
    [
        ((), None, None, "tr"),
        (("en",), "tr", "tr", "en"),
        (("se", "tr-TR"), "en", "en", "tr"),
        (("se",), "en", "tr", "en"),
        (("EN-gb",), None, None, "en"),
        ((), None, "en-US,en;q=0.9,tr;q=0.8", "en"),
        ((), None, "de, tr;q=0.4, en;q=0.7", "en"),
        ((), None, "fr, en;q=0", "tr"),
        ((), None, "en;q=2, en;q=x, en;level=1, *", "tr"),
        ((), "xx", "", "tr"),
        ((), "../../en", "en" + "," * 5000, "en"),
        (("english",), None, None, "tr"),
    ],
)
def test_the_language_follows_the_service_then_the_choice_then_the_browser(
    ui_locales: tuple[str, ...], cookie: str | None, accept_language: str | None, chosen: str
) -> None:
    """AUTH-21: an unknown language is never an error."""
    assert choose_language(ui_locales, cookie, accept_language) == chosen
