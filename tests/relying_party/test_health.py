"""The health summary: invented, marked as such, and always the same for one citizen."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relying_party_demo.directory import Directory
from relying_party_demo.health import BloodType, summary_of

DIRECTORY = Directory()


@given(st.text(min_size=1, max_size=255))
def test_it_follows_from_the_subject_alone(subject):
    summary = summary_of(subject, DIRECTORY)
    assert summary == summary_of(subject, Directory())
    assert len(set(summary.allergies)) == len(summary.allergies) <= 2
    assert len(set(summary.conditions)) == len(summary.conditions) <= 2
    assert len({one.vaccine for one in summary.vaccinations}) == 3
    assert len({one.doctor for one in summary.visits}) == 3
    for days in ([one.on for one in summary.vaccinations], [one.on for one in summary.visits]):
        assert days == sorted(days, reverse=True)
        assert all(date(2023, 1, 1) < day < date(2025, 10, 1) and day.weekday() < 5 for day in days)


def test_citizens_differ():
    summaries = [summary_of(f"citizen-{number}", DIRECTORY) for number in range(200)]
    assert len(set(summaries)) == 200
    assert {summary.blood_type for summary in summaries} == set(BloodType)
    assert {len(summary.allergies) for summary in summaries} == {0, 1, 2}
    assert {len(summary.conditions) for summary in summaries} == {0, 1, 2}


@pytest.mark.parametrize(
    ("language", "invented", "level", "until"),
    [
        ("tr", "Bu bilgiler uydurmadır.", "Giriş düzeyi", "saat 11.04.55 geçince sayılmaz"),
        ("en", "This information is invented.", "Login level", "counts until 11:04:55"),
    ],
)
def test_the_page_says_that_it_is_invented_and_until_when_the_proof_counts(browser, language, invented, level, until):
    browser.log_in()
    page = browser.get(f"/saglik-ozetim?dil={language}")
    assert page.status_code == 200
    assert invented in page.text
    assert level in page.text
    assert until in page.text
    assert page.headers["cache-control"] == "no-store"


def test_page_and_api_show_the_same(browser):
    browser.log_in()
    data = browser.get("/api/saglik-ozeti").json()["data"]
    page = browser.get("/saglik-ozetim").text
    assert f"<strong>{data['kanGrubu']}</strong>" in page
    for name in [*data["alerjiler"], *data["kronikHastaliklar"], *(one["ad"] for one in data["asilar"])]:
        assert name in page
    for visit in data["sonMuayeneler"]:
        assert visit["hekim"]["ad"] in page
        assert f'datetime="{visit["tarih"]}"' in page


@pytest.mark.parametrize("path", ["/randevu", "/randevularim"])
def test_the_way_to_it_is_in_the_menu_and_on_the_appointment_pages(browser, path):
    browser.log_in()
    page = browser.get(path)
    assert browser.links(page, "mhrs-nav-health") == browser.links(page, "mhrs-health-link") == ["/saglik-ozetim"]


def test_without_a_login_it_is_asked_for_first(browser):
    start = browser.get("/saglik-ozetim?bildirim=dogrulandi").headers["location"]
    assert start.startswith("/?bildirim=oturum")
    assert "mhrs-health" in browser.come_back(browser.begin(start)).text
