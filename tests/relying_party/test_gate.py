"""The gate: which tokens open MHRS (R-37, A24, domain.md J3b and §4)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relying_party_demo.gate import CLOCK_SKEW, Admitted, Level, Reason, Refused, Requirement, admit

NOW = 1_764_576_000
MAX_AGE = 8 * 3600


def judge(claims, required=Level.TWO_STEP, max_age=MAX_AGE, now=NOW):
    return admit(claims, Requirement(required, max_age), now)


def token(**changes):
    return {"acr": "urn:esik:acr:two-step", "amr": ["pwd", "sms", "mfa"], "auth_time": NOW - 60, **changes}


@pytest.mark.parametrize("required", Level)
@pytest.mark.parametrize("received", Level)
def test_levels_are_compared_by_rank(required, received):
    """domain.md §4 rule 3: a higher level satisfies a lower one."""
    order = ["urn:esik:acr:password", "urn:esik:acr:two-step", "urn:esik:acr:phishing-resistant"]
    verdict = judge(token(acr=str(received)), required)
    assert isinstance(verdict, Admitted) is (order.index(received) >= order.index(required))


def test_the_scale_is_exactly_this_one():
    assert [(level.rank, str(level)) for level in Level] == [
        (0, "urn:esik:acr:password"),
        (1, "urn:esik:acr:two-step"),
        (2, "urn:esik:acr:phishing-resistant"),
    ]


def test_an_admitted_login_tells_level_methods_and_time():
    assert judge(token()) == Admitted(Level.TWO_STEP, ("pwd", "sms", "mfa"), NOW - 60, NOW - 60 + MAX_AGE)


class Subtext(str):
    """Equal to a level, and yet not exactly a string."""


@pytest.mark.parametrize(
    ("acr", "reason"),
    [
        (None, Reason.ACR_MISSING),
        ("", Reason.ACR_UNKNOWN),
        (" urn:esik:acr:two-step", Reason.ACR_UNKNOWN),
        ("urn:esik:acr:two-step ", Reason.ACR_UNKNOWN),
        ("urn:esik:acr:two-step\n", Reason.ACR_UNKNOWN),
        ("urn:esik:acr:two-step\0", Reason.ACR_UNKNOWN),
        ("URN:ESIK:ACR:TWO-STEP", Reason.ACR_UNKNOWN),
        ("urn:esik:acr:Two-Step", Reason.ACR_UNKNOWN),
        ("urn:esik:acr:two_step", Reason.ACR_UNKNOWN),
        ("urn:esik:acr:two-step urn:esik:acr:phishing-resistant", Reason.ACR_UNKNOWN),
        ("two-step", Reason.ACR_UNKNOWN),
        ("urn:esik:acr:three-step", Reason.ACR_UNKNOWN),
        ("1", Reason.ACR_UNKNOWN),
        ("urn:esik:acr:password", Reason.ACR_TOO_LOW),
        (["urn:esik:acr:two-step"], Reason.ACR_NOT_A_STRING),
        ([], Reason.ACR_NOT_A_STRING),
        ({"value": "urn:esik:acr:two-step"}, Reason.ACR_NOT_A_STRING),
        ({"essential": True, "values": ["urn:esik:acr:two-step"]}, Reason.ACR_NOT_A_STRING),
        (2, Reason.ACR_NOT_A_STRING),
        (True, Reason.ACR_NOT_A_STRING),
        (b"urn:esik:acr:two-step", Reason.ACR_NOT_A_STRING),
        (Subtext("urn:esik:acr:two-step"), Reason.ACR_NOT_A_STRING),
    ],
)
def test_a24_every_other_acr_is_refused(acr, reason):
    verdict = judge(token(acr=acr))
    assert isinstance(verdict, Refused)
    assert verdict.reason is reason
    assert verdict.reason.claim == "acr"
    assert verdict.requirement == Requirement(Level.TWO_STEP, MAX_AGE)


def test_a_token_without_the_claim_is_refused_as_the_weakest():
    claims = token()
    del claims["acr"]
    wanted = Requirement(Level.TWO_STEP, MAX_AGE)
    assert judge(claims) == Refused(Reason.ACR_MISSING, wanted, None, ("pwd", "sms", "mfa"))
    assert isinstance(judge(claims, Level.PASSWORD), Refused)


@pytest.mark.parametrize("elsewhere", ["amr", "acr_values", "level", "vot", "loa"])
def test_the_level_is_read_from_nowhere_else(elsewhere):
    claims = token(acr="urn:esik:acr:password", **{elsewhere: "urn:esik:acr:two-step"})
    assert isinstance(judge(claims), Refused)


@pytest.mark.parametrize(
    ("auth_time", "reason"),
    [
        (None, Reason.AUTH_TIME_MISSING),
        (str(NOW), Reason.AUTH_TIME_INVALID),
        (float(NOW), Reason.AUTH_TIME_INVALID),
        (True, Reason.AUTH_TIME_INVALID),
        ([NOW], Reason.AUTH_TIME_INVALID),
        (0, Reason.AUTH_TIME_INVALID),
        (-NOW, Reason.AUTH_TIME_INVALID),
        (NOW + CLOCK_SKEW + 1, Reason.AUTH_TIME_INVALID),
        (10**30, Reason.AUTH_TIME_INVALID),
        (NOW - MAX_AGE - 1, Reason.AUTH_TIME_TOO_OLD),
    ],
)
def test_a24_auth_time_must_be_a_fresh_past_instant(auth_time, reason):
    verdict = judge(token(auth_time=auth_time))
    assert isinstance(verdict, Refused)
    assert verdict.reason is reason
    assert verdict.reason.claim == "auth_time"


@pytest.mark.parametrize("auth_time", [NOW, NOW + CLOCK_SKEW, NOW - MAX_AGE])
def test_auth_time_limits_are_inclusive(auth_time):
    assert isinstance(judge(token(auth_time=auth_time)), Admitted)


@pytest.mark.parametrize(("age", "counts"), [(0, True), (299, True), (300, True), (301, False), (86_400, False)])
def test_r35_three_hundred_seconds_count_and_one_more_does_not(age, counts):
    verdict = judge(token(auth_time=NOW - age), max_age=300)
    assert isinstance(verdict, Admitted) is counts
    if counts:
        assert isinstance(judge(token(auth_time=NOW - age), max_age=300, now=verdict.counts_until), Admitted)
        assert isinstance(judge(token(auth_time=NOW - age), max_age=300, now=verdict.counts_until + 1), Refused)


@pytest.mark.parametrize("ahead", [1, CLOCK_SKEW])
def test_r35_a_provider_whose_clock_runs_ahead_buys_no_time(ahead):
    """Its future is our present: what is kept of the login lasts as long as that of an honest clock."""
    assert judge(token(auth_time=NOW + ahead), max_age=300) == judge(token(auth_time=NOW), max_age=300)


@pytest.mark.parametrize("behind", [1, 300, 301])
def test_r35_a_provider_whose_clock_runs_behind_gets_no_grace(behind):
    assert isinstance(judge(token(auth_time=NOW - behind), max_age=300), Admitted) is (behind <= 300)


def test_r35_iat_makes_nothing_fresh():
    assert isinstance(judge(token(auth_time=NOW - 301, iat=NOW), max_age=300), Refused)


@pytest.mark.parametrize("amr", [None, "pwd", 7, {"a": 1}, [1, None, ""]])
def test_amr_only_informs(amr):
    assert judge(token(amr=amr)) == Admitted(Level.TWO_STEP, (), NOW - 60, NOW - 60 + MAX_AGE)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
LEVEL_TEXT = st.sampled_from([str(level) for level in Level])


@given(st.fixed_dictionaries({}, optional={"acr": JSON | LEVEL_TEXT, "amr": JSON, "auth_time": JSON}))
def test_the_gate_judges_anything_and_admits_only_the_exact_values(claims):
    """Whatever the token holds: no exception, and in only with an exact level and a whole, past instant."""
    verdict = judge(claims)
    strong = type(claims.get("acr")) is str and claims["acr"] in {Level.TWO_STEP, Level.PHISHING_RESISTANT}
    when = claims.get("auth_time")
    fresh = type(when) is int and NOW - MAX_AGE <= when <= NOW + CLOCK_SKEW
    assert isinstance(verdict, Admitted) is (strong and fresh)
    if isinstance(verdict, Admitted):
        assert verdict.auth_time <= NOW
    if isinstance(verdict, Refused):
        assert verdict.received is None or len(verdict.received) <= 80


@given(LEVEL_TEXT, st.text(max_size=3), st.text(max_size=3))
def test_nothing_may_be_added_to_a_level(level, before, after):
    verdict = judge(token(acr=before + level + after))
    assert isinstance(verdict, Admitted) is (before + after == "" and level != Level.PASSWORD)


@given(
    acr=LEVEL_TEXT | st.none() | st.text(max_size=8) | st.lists(LEVEL_TEXT, max_size=2),
    age=st.integers(-2 * CLOCK_SKEW, 1000),
    required=st.sampled_from(Level),
    max_age=st.integers(1, 600),
)
def test_r35_r37_level_and_age_must_both_suffice(acr, age, required, max_age):
    """Against a second, plainer reading of the rule."""
    order = ["urn:esik:acr:password", "urn:esik:acr:two-step", "urn:esik:acr:phishing-resistant"]
    strong = isinstance(acr, str) and acr in order and order.index(acr) >= order.index(required)
    fresh = -CLOCK_SKEW <= age <= max_age
    verdict = judge(token(acr=acr, auth_time=NOW - age), required, max_age)
    assert isinstance(verdict, Admitted) is (strong and fresh)
    if isinstance(verdict, Refused):
        assert verdict.reason.claim == ("auth_time" if strong else "acr")
