"""The rules of an appointment (domain.md §5.2), on a clock that stands still, and as pages."""

from datetime import date, timedelta

import pytest

from relying_party_demo.appointments import (
    Appointment,
    Refusal,
    Rules,
    Status,
    approval_deadline,
    refuse_approving,
    refuse_booking,
    refuse_cancelling,
    status,
)
from relying_party_demo.directory import Directory
from relying_party_demo.timetable import instant_at, local, local_day, slots_of

MONDAY = 1_764_576_000
RULES = Rules(approval_hour=20, cancel_minutes_before=80, per_clinic_per_day=1, per_hospital_per_day=2)
WEDNESDAY_TEN = instant_at(date(2025, 12, 3), 10 * 60)
DEADLINE = instant_at(date(2025, 12, 2), 20 * 60)


def appointment(**changes):
    fields = {
        "id": "a",
        "doctor_id": 1,
        "hospital_id": 10,
        "clinic_id": 11,
        "starts_at": WEDNESDAY_TEN,
        "booked_at": MONDAY,
        "approve_until": DEADLINE,
        **changes,
    }
    return Appointment(**fields)


class TestTime:
    def test_turkey_is_three_hours_ahead_all_year(self):
        assert local(MONDAY).isoformat() == "2025-12-01T11:00:00+03:00"
        assert local(instant_at(date(2026, 7, 1), 0)).isoformat() == "2026-07-01T00:00:00+03:00"

    def test_the_deadline_is_eight_in_the_evening_of_the_day_before(self):
        assert approval_deadline(WEDNESDAY_TEN, RULES) == DEADLINE

    @pytest.mark.parametrize("now", [MONDAY, MONDAY + 13 * 3600, MONDAY + 5 * 86400])
    def test_slots_are_on_weekdays_from_tomorrow_for_fifteen_days(self, now):
        today = local_day(now)
        for doctor in list(Directory().doctors)[:40]:
            slots = list(slots_of(doctor, now=now, days=15, minutes=20))
            assert slots == sorted(slots)
            for slot in slots:
                moment = local(slot.starts_at)
                assert timedelta(days=1) <= moment.date() - today <= timedelta(days=15)
                assert moment.weekday() < 5
                assert moment.minute in {0, 20, 40} if moment.hour < 13 else moment.minute in {30, 50, 10}

    def test_a_slot_does_not_move_while_time_passes(self):
        before = set(slots_of(60111, now=MONDAY, days=15, minutes=20))
        after = set(slots_of(60111, now=MONDAY + 86400, days=15, minutes=20))
        tomorrow = local_day(MONDAY) + timedelta(days=1)
        assert {slot for slot in before if local_day(slot.starts_at) != tomorrow} <= after


class TestDirectory:
    directory = Directory()

    def test_every_start_offers_the_same(self):
        assert Directory().doctors == self.directory.doctors

    def test_every_search_down_to_the_district_finds_a_doctor(self):
        for district in self.directory.districts.values():
            for clinic_id in self.directory.clinics:
                hospitals = self.directory.hospitals_for(district.province_id, district.id, clinic_id)
                assert any(self.directory.doctors_for(hospital.id, clinic_id) for hospital in hospitals)

    def test_istanbul_has_two_halves_and_nothing_claims_to_be_real(self):
        names = [province.name for province in self.directory.provinces.values()]
        assert "İstanbul (Avrupa)" in names
        assert "İstanbul (Anadolu)" in names
        assert all(hospital.name.startswith("Örnek ") for hospital in self.directory.hospitals.values())

    def test_names_are_unique_where_they_are_chosen(self):
        for hospital in self.directory.hospitals.values():
            for clinic_id in self.directory.clinics:
                names = [doctor.name for doctor in self.directory.doctors_for(hospital.id, clinic_id)]
                assert len(names) == len(set(names))


class TestStatus:
    @pytest.mark.parametrize(
        ("held", "now", "expected"),
        [
            (appointment(), MONDAY, Status.WAITING),
            (appointment(), DEADLINE - 1, Status.WAITING),
            (appointment(), DEADLINE, Status.LAPSED),
            (appointment(), WEDNESDAY_TEN + 1, Status.LAPSED),
            (appointment(approved_at=MONDAY), DEADLINE, Status.APPROVED),
            (appointment(approved_at=MONDAY), WEDNESDAY_TEN - 1, Status.APPROVED),
            (appointment(approved_at=MONDAY), WEDNESDAY_TEN, Status.PAST),
            (appointment(ended_at=MONDAY, ended_by="citizen"), WEDNESDAY_TEN + 1, Status.CANCELLED),
            (appointment(ended_at=DEADLINE, ended_by="no_approval"), WEDNESDAY_TEN, Status.LAPSED),
        ],
    )
    def test_the_clock_decides(self, held, now, expected):
        assert status(held, now) is expected

    def test_approving_ends_at_the_deadline(self):
        assert refuse_approving(appointment(), DEADLINE - 1) is None
        assert refuse_approving(appointment(), DEADLINE) is Refusal.TOO_LATE_TO_APPROVE
        assert refuse_approving(appointment(approved_at=MONDAY), WEDNESDAY_TEN) is Refusal.ENDED

    def test_cancelling_ends_eighty_minutes_before(self):
        held = appointment(approved_at=MONDAY)
        assert refuse_cancelling(held, RULES, WEDNESDAY_TEN - 80 * 60) is None
        assert refuse_cancelling(held, RULES, WEDNESDAY_TEN - 80 * 60 + 1) is Refusal.TOO_LATE_TO_CANCEL
        assert refuse_cancelling(held, RULES, WEDNESDAY_TEN) is Refusal.ENDED

    @pytest.mark.parametrize(
        ("held", "refusal"),
        [
            ([], None),
            ([appointment()], Refusal.CLINIC_LIMIT),
            ([appointment(clinic_id=12, hospital_id=20)], Refusal.SAME_TIME),
            ([appointment(clinic_id=12, starts_at=WEDNESDAY_TEN + 1200)], None),
            (
                [
                    appointment(clinic_id=12, starts_at=WEDNESDAY_TEN + 1200),
                    appointment(clinic_id=13, starts_at=WEDNESDAY_TEN + 2400),
                ],
                Refusal.HOSPITAL_LIMIT,
            ),
            ([appointment(starts_at=WEDNESDAY_TEN + 86400, approve_until=DEADLINE + 86400)], None),
            ([appointment(ended_at=MONDAY, ended_by="citizen")], None),
            ([appointment(approve_until=MONDAY)], None),
        ],
    )
    def test_how_many_a_day(self, held, refusal):
        assert refuse_booking(appointment(id="b"), held, RULES, MONDAY) is refusal


class TestPages:
    def test_book_approve_and_cancel(self, browser):
        browser.log_in()
        slot = browser.first_slots()[0]
        assert browser.book(slot).headers["location"] == "/randevularim?bildirim=alindi"
        page = browser.get("/randevularim?bildirim=alindi")
        assert 'data-status="waiting"' in page.text
        assert "Randevunuz alındı." in page.text
        assert slot not in browser.first_slots()
        assert browser.press(page, "mhrs-approve").headers["location"] == "/randevularim?bildirim=onaylandi"
        page = browser.get("/randevularim")
        assert 'data-status="approved"' in page.text
        question = browser.get(browser.links(page, "mhrs-cancel")[0])
        assert 'data-status="approved"' in browser.get("/randevularim").text  # GET changes nothing
        assert browser.press(question, "mhrs-cancel-confirm").headers["location"] == "/randevularim?bildirim=iptal"
        assert 'data-status="cancelled"' in browser.get("/randevularim").text
        assert slot in browser.first_slots()

    def test_the_search_narrows_step_by_step(self, browser):
        browser.log_in()
        assert 'id="klinik"' not in browser.get("/randevu").text
        page = browser.get("/randevu?il=6")
        assert 'id="klinik"' in page.text
        assert 'id="hastane"' not in page.text
        page = browser.get("/randevu?il=6&ilce=61&klinik=14")
        assert 'id="hastane"' in page.text
        assert "mhrs-slot" in page.text
        assert 'id="hekim"' in browser.get("/randevu?il=6&ilce=61&klinik=14&hastane=611").text

    @pytest.mark.parametrize(
        ("query", "message"),
        [("il=", "İl seçin."), ("il=999", "İl seçin."), ("il=6&klinik=", "Klinik seçin."), ("il=٦", "İl seçin.")],
    )
    def test_an_empty_choice_is_said_beside_the_field_and_on_top(self, browser, query, message):
        browser.log_in()
        page = browser.get(f"/randevu?{query}")
        assert page.text.count(message) == 2
        assert "<title>Hata: Randevu al" in page.text
        assert 'aria-invalid="true"' in page.text

    def test_choices_that_no_longer_fit_are_dropped(self, browser):
        browser.log_in()
        page = browser.get("/randevu?il=35&ilce=61&klinik=14&hastane=611&hekim=611141")
        assert page.status_code == 200
        assert "mhrs-slot" in page.text
        assert 'id="hekim"' not in page.text

    @pytest.mark.parametrize("slot", ["", "1-1", "611141-1", "x", "611141-1764655200-1", "-", "6" * 400])
    def test_a_slot_that_is_not_offered_is_a_404_with_a_way_on(self, browser, slot):
        browser.log_in()
        page = browser.get(f"/randevu/onay?slot={slot}")
        assert page.status_code == 404
        assert "Bu saat artık sunulmuyor." in page.text

    def test_a_second_appointment_at_the_clinic_that_day_is_refused_in_place(self, browser):
        browser.log_in()
        first, second = browser.first_slots()[:2]
        browser.book(first)
        page = browser.book(second)
        assert page.status_code == 409
        assert "O gün bu klinikten randevunuz var." in page.text

    def test_an_unapproved_appointment_lapses_without_penalty_and_frees_its_slot(self, browser, make_browser, clock):
        browser.log_in()
        slot = next(slot for slot in browser.first_slots() if int(slot.split("-")[1]) > MONDAY + 2 * 86400)
        browser.book(slot)
        clock.instant = approval_deadline(int(slot.split("-")[1]), RULES)
        browser = make_browser()
        browser.log_in()
        assert 'data-status="lapsed"' in browser.get("/randevularim").text
        other = make_browser()
        browser.provider.citizen = "citizen-2"
        other.log_in()
        assert other.book(slot).headers["location"] == "/randevularim?bildirim=alindi"
        assert 'data-status="approved"' in other.get("/randevularim").text  # booked after the deadline

    def test_the_same_sub_is_the_same_citizen_and_nobody_else(self, browser, make_browser):
        browser.log_in()
        browser.book(browser.first_slots()[0])
        link = browser.links(browser.get("/randevularim"), "mhrs-cancel")[0]
        again = make_browser()
        again.log_in()
        assert "mhrs-appointment" in again.get("/randevularim").text
        stranger = make_browser()
        stranger.provider.citizen = "citizen-2"
        stranger.log_in()
        assert "mhrs-appointment" not in stranger.get("/randevularim").text.replace("mhrs-nav-appointments", "")
        assert stranger.get(link).status_code == 404

    def test_too_many_searches_are_slowed_per_citizen(self, make_app, make_browser, clock):
        app = make_app(searches_per_minute=2)
        browser = make_browser(app)
        browser.log_in()
        for _ in range(2):
            assert browser.get("/randevu?il=6&klinik=14").status_code == 200
        again = make_browser(app)
        again.log_in()
        page = again.get("/randevu?il=6&klinik=14")
        assert page.status_code == 429
        assert "60 saniye sonra" in page.text
        clock.instant += 60
        assert again.get("/randevu?il=6&klinik=14").status_code == 200
