"""The challenges of RFC 6750 §3 and RFC 9470 §3, read by a strict parser of RFC 9110 §11.6.1 (R-38, A24)."""

import re

import pytest

from relying_party_demo import challenge
from relying_party_demo.gate import Level, Reason, Refused, Requirement

METADATA = "http://localhost:8001/.well-known/oauth-protected-resource/api"
TOKEN = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"
QUOTED = r'"(?:[\t \x21\x23-\x5b\x5d-\x7e]|\\[\t \x21-\x7e])*"'
PARAMETER = re.compile(rf"({TOKEN})=({TOKEN}|{QUOTED})")


def parse(header):
    """The scheme and the parameters of a single challenge; raises ValueError for anything the grammar does not know."""
    scheme, space, rest = header.partition(" ")
    if not re.fullmatch(TOKEN, scheme) or not space:
        raise ValueError(f"malformed: {header}")
    parameters, position = {}, 0
    while True:
        found = PARAMETER.match(rest, position)
        if found is None or found[1].lower() in parameters:  # §11.2: a name occurs once
            raise ValueError(f"malformed: {rest[position:]}")
        value = found[2]
        parameters[found[1].lower()] = re.sub(r"\\(.)", r"\1", value[1:-1]) if value.startswith('"') else value
        position = found.end()
        if position == len(rest):
            return scheme, parameters
        if not rest.startswith(", ", position):
            raise ValueError(f"malformed: {rest[position:]}")
        position += 2


@pytest.mark.parametrize(
    "wrong",
    [
        "Bearer",
        "Bearer ",
        "Bearer =b",
        "Bearer a=b c",
        'a="b"',
        'Bearer a="b',
        'Bearer a="b",',
        'Bearer a="b" c="d"',
        'Bearer a="b", a="c"',
        'Bearer a="b", A="c"',
        'Bearer a="ü"',
        'Bearer a="b"\r\n',
    ],
)
def test_the_parser_is_strict(wrong):
    with pytest.raises(ValueError, match="malformed"):
        parse(wrong)


@pytest.mark.parametrize("right", ['Bearer a="b", max_age=5', r'Bearer a="\"b\"", B=c'])
def test_the_parser_reads_both_forms_of_a_value(right):
    assert len(parse(right)[1]) == 2


@pytest.mark.parametrize("reason", Reason)
@pytest.mark.parametrize("level", Level)
def test_r38_the_challenge_says_what_is_wanted_whatever_failed(reason, level):
    scheme, parameters = parse(challenge.login_refused(Refused(reason, Requirement(level, 300), "x", ()), METADATA))
    assert scheme == "Bearer"
    assert set(parameters) == {"error", "error_description", "acr_values", "max_age", "resource_metadata"}
    assert parameters["resource_metadata"] == METADATA
    assert parameters["error"] == "insufficient_user_authentication"
    assert parameters["acr_values"].split(" ") == [str(level)]
    assert parameters["max_age"] == "300"
    assert re.fullmatch(r"[\x20\x21\x23-\x5b\x5d-\x7e]+", parameters["error_description"])  # RFC 6750 §3


def test_r38_the_description_tells_strength_from_age():
    refusals = [Refused(reason, Requirement(Level.TWO_STEP, 300), None, ()) for reason in Reason]
    assert len({challenge.login_refused(refused, METADATA) for refused in refusals}) == 2


def test_the_other_challenges_are_well_formed_too():
    """RFC 6750 §3.1: no error code for who sent nothing; RFC 9728 §5.1: where to read on."""
    told = [
        parse(one(METADATA)) for one in (challenge.nothing_sent, challenge.token_refused, challenge.two_credentials)
    ]
    assert [scheme for scheme, _ in told] == ["Bearer"] * 3
    assert [parameters.get("error") for _, parameters in told] == [None, "invalid_token", "invalid_request"]
    assert {parameters["resource_metadata"] for _, parameters in told} == {METADATA}
    assert set(told[0][1]) == {"resource_metadata"}


class TestOfTheApi:
    """`GET /api/saglik-ozeti`."""

    def test_nobody_logged_in_is_lgn1004_with_a_bare_challenge(self, browser):
        answer = browser.get("/api/saglik-ozeti")
        assert answer.status_code == 401
        assert answer.json()["errors"][0]["kodu"] == "LGN1004"
        assert parse(answer.headers["www-authenticate"]) == ("Bearer", {"resource_metadata": METADATA})

    def test_a_fresh_two_step_login_gets_it(self, browser):
        browser.log_in()
        answer = browser.get("/api/saglik-ozeti")
        assert answer.status_code == 200
        assert answer.json()["data"]["uydurma"] is True
        assert answer.json()["data"]["dogrulamaSonu"] == "2025-12-01T11:04:55+03:00"

    @pytest.mark.parametrize(("seconds", "status"), [(295, 200), (296, 401)])
    def test_r35_the_border_is_exact(self, browser, clock, seconds, status):
        """The fake provider's `auth_time` is five seconds before it answers."""
        browser.log_in()
        clock.instant += seconds
        assert browser.get("/api/saglik-ozeti").status_code == status

    def test_a24_r38_an_old_login_is_challenged_and_the_rest_goes_on(self, browser, clock):
        browser.log_in()
        clock.instant += 296
        answer = browser.get("/api/saglik-ozeti")
        assert answer.status_code == 401
        assert parse(answer.headers["www-authenticate"]) == (
            "Bearer",
            {
                "error": "insufficient_user_authentication",
                "error_description": "A more recent login is required",
                "acr_values": "urn:esik:acr:two-step",
                "max_age": "300",
                "resource_metadata": METADATA,
            },
        )
        body = answer.json()
        assert body["success"] is False
        assert body["data"] is None
        assert [one["kodu"] for one in body["errors"]] == ["ORN1005"]
        assert body["errors"][0]["mesaj"] == "Bu bilgi için kimliğinizi iki aşamada yeniden doğrulamanız gerekir."
        english = browser.get("/api/saglik-ozeti", **{"accept-language": "en"}).json()
        assert english["errors"][0]["mesaj"] == "For this you need to prove your identity again, in two steps."
        assert browser.get("/api/randevular").status_code == 200
        assert browser.first_slots()

    def test_a24_r38_a_weak_login_is_challenged(self, make_app, make_browser):
        """Where MHRS as a whole lets a password in, this action does not."""
        browser = make_browser(make_app(required_level="urn:esik:acr:password"))
        browser.provider.acr = "urn:esik:acr:password"
        browser.log_in()
        assert browser.get("/api/oturum").status_code == 200
        answer = browser.get("/api/saglik-ozeti")
        assert answer.status_code == 401
        _, parameters = parse(answer.headers["www-authenticate"])
        assert parameters["error_description"] == "A stronger login is required"
        assert parameters["acr_values"] == "urn:esik:acr:two-step"

    def test_a_login_too_old_for_all_of_mhrs_is_told_what_this_action_wants(
        self, browser, make_app, make_browser, clock
    ):
        browser = make_browser(make_app(max_authentication_age=600))
        browser.log_in()
        clock.instant += 601
        _, here = parse(browser.get("/api/saglik-ozeti").headers["www-authenticate"])
        _, elsewhere = parse(browser.get("/api/oturum").headers["www-authenticate"])
        assert (here["max_age"], elsewhere["max_age"]) == ("300", "600")

    @pytest.mark.parametrize("required", ["urn:esik:acr:two-step", "urn:esik:acr:phishing-resistant"])
    def test_a_phishing_resistant_login_satisfies_everything(self, make_app, make_browser, required):
        browser = make_browser(make_app(required_level=required))
        browser.provider.acr = "urn:esik:acr:phishing-resistant"
        browser.provider.amr = ["pwd", "swk", "user", "mfa"]
        browser.log_in()
        assert browser.get("/api/saglik-ozeti").status_code == 200
        assert "Oltalamaya dayanıklı" in browser.get("/saglik-ozetim").text
        assert "Phishing-resistant" in browser.get("/saglik-ozetim?dil=en").text
