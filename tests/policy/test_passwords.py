"""Password rules: `edevlet` (domain.md §3.2) and `modern` (R-50, R-51)."""

import unicodedata
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idp.policy.common_passwords import COMMON
from idp.policy.passwords import HISTORY, MOST_CHARACTERS, PasswordFault, PasswordPolicy, faults, fold
from tests.policy.samples import AYSE

MOST_BYTES = 1024
"""What the hasher takes (security.md §6.5)."""
EDEVLET, MODERN = PasswordPolicy.EDEVLET, PasswordPolicy.MODERN
F = PasswordFault


def found(password: str, policy: PasswordPolicy) -> set[PasswordFault]:
    return set(faults(password, AYSE, policy))


@pytest.mark.parametrize("password", ["Kırmızı.42kedi", "aB3~aB3~", "Yol2ıİşĞ{x}", "Z9'zzzzz"])
def test_edevlet_takes_a_password_of_four_classes(password: str) -> None:
    assert found(password, EDEVLET) == set()


@pytest.mark.parametrize(
    ("password", "fault"),
    [
        ("aB3~aB3", F.TOO_SHORT),
        ("AB3~AB3~", F.NO_LOWER),
        ("ab3~ab3~", F.NO_UPPER),
        ("aBc~aBc~", F.NO_DIGIT),
        ("aB3caB3c", F.NO_SYMBOL),
        ("çĞ3~ıÖşÜ3~", F.NO_LOWER),
        ("çĞ3~ıÖşÜ3~", F.NO_UPPER),
        ("İB3~İB3~", F.NO_LOWER),
        ("ıb3~ıb3~", F.NO_UPPER),
        ("aB\u0663~aB\u0663~", F.NO_DIGIT),
        ("aB3§aB3§", F.NO_SYMBOL),
        ("aB3[aB3]", F.NO_SYMBOL),
        ("aB3 aB3 ", F.NO_SYMBOL),
        ("x98765430170Y~", F.HOLDS_NATIONAL_ID),
        ("Ab~5000000001", F.HOLDS_PHONE_NUMBER),
        ("Ab~1984xyz", F.HOLDS_BIRTH_YEAR),
    ],
)
def test_edevlet_names_what_is_missing(password: str, fault: PasswordFault) -> None:
    """Only ASCII letters and digits count for the classes; `İ` is no `i` and `ı` no `I`."""
    assert fault in found(password, EDEVLET)


def test_each_symbol_of_the_official_list_is_a_symbol() -> None:
    assert [one for one in """.,:;-_*?!="^+%&/()<>#${}'~""" if F.NO_SYMBOL in found(f"aB3aB3aB{one}", EDEVLET)] == []


def test_modern_asks_for_length_and_no_classes() -> None:
    assert found("kırmızı kedi ve mavi köpek", MODERN) == set()
    assert found("dört kelime ya", MODERN) == {F.TOO_SHORT}
    assert found("on beş harf var", MODERN) == set()


@pytest.mark.parametrize("policy", list(PasswordPolicy))
@pytest.mark.parametrize(
    "password",
    [
        "Parola1!",
        "PAROLA123456789!",
        "Şifre123456789!?",
        "ŞİFREM1!",
        "S\u0327I\u0307FREM1!",
        "\uff30arola1!",
        "İSTANBUL1.",
        "Istanbul2026!!!!",
        "ıstanbul1!",
        "Galatasaray1905!",
        "Mustafakemal1881.",
        "Qwertyuiop1!",
        "EDevletKapisi.1",
        "Password1234567!",
    ],
)
def test_r51_a_common_word_does_not_become_a_secret_by_a_tail_or_by_turkish_letters(
    password: str, policy: PasswordPolicy
) -> None:
    assert F.COMMON in found(password, policy)


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("İĞDIR", "igdir"),
        ("Iğdır", "igdir"),
        ("DİYARBAKIR", "diyarbakir"),
        ("ÇÖĞÜŞ çöğüş", "cogus cogus"),
        ("I\u0307", "i"),
        ("ı", "i"),
    ],
)
def test_turkish_capitals_fold_to_one_letter(text: str, folded: str) -> None:
    """domain.md §6.3: `'İ'.lower()` gives two code points, which no blocklist has."""
    assert fold(text) == folded


def test_the_blocklist_is_folded_as_it_is_looked_up() -> None:
    assert [word for word in COMMON if fold(word) != word] == []


@pytest.mark.parametrize("policy", list(PasswordPolicy))
@pytest.mark.parametrize("character", ["\0", "\n", "\x7f", "\x85", "\ud800"])
def test_b06_what_no_keyboard_makes_is_refused(character: str, policy: PasswordPolicy) -> None:
    assert F.UNREADABLE in found(f"aB3~aB3~aB3~aB3~{character}", policy)


@pytest.mark.parametrize("policy", list(PasswordPolicy))
def test_r50_length_has_an_end_that_is_far_away(policy: PasswordPolicy) -> None:
    long = "aB3~" * (MOST_CHARACTERS // 4)
    assert MOST_CHARACTERS >= 64
    assert found(long, policy) == set()
    assert found(f"{long}x", policy) == {F.TOO_LONG}


def test_r50_length_is_counted_in_what_is_hashed() -> None:
    """NFKC is applied before hashing: eight letters with loose accents are eight letters, not sixteen."""
    assert F.TOO_SHORT in found("a\u0301" * 8, MODERN)


@pytest.mark.parametrize("policy", list(PasswordPolicy))
def test_r51_full_width_digits_of_the_own_number_are_the_own_number(policy: PasswordPolicy) -> None:
    """After NFKC this is the T.C. kimlik number itself."""
    disguised = "".join(chr(0xFEE0 + ord(digit)) for digit in AYSE.national_id.value)
    assert F.HOLDS_NATIONAL_ID in found(f"aB~{disguised}xyz", policy)


@given(st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc"]), min_size=15, max_size=MOST_CHARACTERS))
def test_b06_whatever_will_do_can_be_hashed(password: str) -> None:
    if not found(password, MODERN):
        assert len(unicodedata.normalize("NFKC", password).encode()) <= MOST_BYTES


def test_b06_a_letter_that_grows_in_normal_form_cannot_break_the_hasher() -> None:
    """U+FDFA becomes eighteen characters: a few of them are longer than anything that is hashed."""
    assert F.TOO_LONG in found("\ufdfa" * 250, MODERN)


@given(st.text(max_size=40), st.sampled_from(PasswordPolicy))
def test_no_text_breaks_the_rules(password: str, policy: PasswordPolicy) -> None:
    assert set(faults(password, AYSE, policy)) <= set(PasswordFault) - {F.REUSED}


def test_a_citizen_without_phone_and_birthdate_has_only_the_number() -> None:
    bare = replace(AYSE, phone_number=None, phone_verified_at=None, birthdate=None)
    assert faults("Ab~1984xyz5000000001", bare, EDEVLET) == ()
    assert faults("Ab~98765430170xyz", bare, EDEVLET) == (F.HOLDS_NATIONAL_ID,)


def test_faults_come_in_the_order_of_the_rules() -> None:
    assert faults("", AYSE, EDEVLET) == (F.TOO_SHORT, F.NO_LOWER, F.NO_UPPER, F.NO_DIGIT, F.NO_SYMBOL)


def test_history_is_the_last_three() -> None:
    assert HISTORY == 3


ORDINARY = sorted(word for word in COMMON if len(word) >= 4)
LEET = str.maketrans("aeiost", "@31057")


@pytest.mark.parametrize("policy", list(PasswordPolicy))
@pytest.mark.parametrize(
    "password",
    [
        "1905Galatasaray!!!",
        "2026!Istanbul.2026",
        "P4r0l4!2026....",
        "G@l4t@s@r4y1905!",
        "s1fr3S1fr3!12345",
        "Ankara-Ankara-Ankara1",
        "Sifresifresifre1!",
        "1q2w3e4r5t6Y7u8!",
        "Qwertyuiop12345.",
        "Asdfghjkl!123456",
        "fgğıodRNHPQW1234!",
        "1qaz2wsx3edC4rfv!",
        "AAAAaaaa1111....!",
        "Abcdefghijk1234!",
        "0987654321Poiuy!",
    ],
)
def test_r51_a_disguised_word_and_a_run_of_keys_are_no_secrets(password: str, policy: PasswordPolicy) -> None:
    """Years before it, l33t, doubling, walks over the Q and the F keyboard, the number pad, the alphabet."""
    assert F.COMMON in found(password, policy)


@given(st.sampled_from(ORDINARY), st.text("0123456789!.*-_", max_size=6), st.text("0123456789!.*-_", max_size=6))
def test_r51_what_stands_before_or_behind_a_common_word_adds_nothing(word: str, ahead: str, behind: str) -> None:
    assert F.COMMON in found(f"{ahead}{word}{behind}", MODERN)
    assert F.COMMON in found(f"{ahead}{word.title()}{word}{behind}", MODERN)


@given(st.sampled_from(ORDINARY), st.integers(1930, 2030))
def test_r51_l33t_and_a_year_add_nothing(word: str, year: int) -> None:
    assert F.COMMON in found(f"{word.translate(LEET)}{year}!", MODERN)


@given(st.integers(0, 2**80 - 1))
def test_a_random_password_is_never_taken_for_a_word(number: int) -> None:
    """Twenty hexadecimal digits, in groups of five."""
    text = f"{number:020x}"
    assert F.COMMON not in found("-".join(text[start : start + 5] for start in range(0, 20, 5)) + "kYxqz", MODERN)


@given(st.text(max_size=300))
def test_b06_no_text_breaks_the_search_for_words(text: str) -> None:
    faults(text, AYSE, MODERN)


@pytest.mark.parametrize("policy", list(PasswordPolicy))
@pytest.mark.parametrize(
    ("password", "fault"),
    [
        ("Xy~07103456789ab", F.HOLDS_NATIONAL_ID),
        ("Xy~987-654-301-70ab", F.HOLDS_NATIONAL_ID),
        ("Xy~987 654 301 70ab", F.HOLDS_NATIONAL_ID),
        ("Xy~1000000005abcd", F.HOLDS_PHONE_NUMBER),
        ("Xy~500 000 00 01abcd", F.HOLDS_PHONE_NUMBER),
        ("Xy~4891kedievleri", F.HOLDS_BIRTH_YEAR),
        ("Xy~19.84kedievleri", F.HOLDS_BIRTH_YEAR),
        ("Xy~17/05/1984kedi", F.HOLDS_BIRTH_YEAR),
    ],
)
def test_own_numbers_are_found_backwards_and_with_separators(
    password: str, fault: PasswordFault, policy: PasswordPolicy
) -> None:
    assert fault in found(password, policy)


def test_digits_with_letters_between_them_are_no_number() -> None:
    assert F.HOLDS_BIRTH_YEAR not in found("a1b9c8d4efghxyzq~K", EDEVLET)
