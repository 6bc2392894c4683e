"""Several at once for the same slot, or past the same limit: the store decides, not the order of the threads (L-01)."""

import threading

from relying_party_demo.booking import BookingRefusedError
from relying_party_demo.timetable import local_day


def race(booking, entries):
    """Let every (citizen, slot) book at the same moment; tells how each fared, sorted."""
    results = []
    start = threading.Barrier(len(entries))

    def book(subject, slot):
        start.wait()
        try:
            booking.book(subject, slot)
        except BookingRefusedError as error:
            results.append(str(error))
        else:
            results.append("booked")

    threads = [threading.Thread(target=book, args=entry) for entry in entries]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(results)


def test_of_eight_citizens_who_want_one_slot_exactly_one_gets_it(browser, app):
    browser.log_in()
    slot = browser.first_slots()[0]
    entries = [(f"racer-{number}", slot) for number in range(8)]
    assert race(app.state.services.booking, entries) == ["booked"] + ["slot_taken"] * 7


def test_one_citizen_cannot_race_past_the_limit_of_a_day(browser, app):
    browser.log_in()
    slots = browser.first_slots("il=6&klinik=14&ilce=61&hastane=611&hekim=611141")
    day = local_day(int(slots[0].split("-")[1]))
    entries = [("racer", slot) for slot in slots if local_day(int(slot.split("-")[1])) == day]
    assert len(entries) > 1
    assert race(app.state.services.booking, entries) == ["booked"] + ["clinic_limit"] * (len(entries) - 1)


def test_an_answer_of_the_provider_is_redeemed_by_one_request_only(browser, app):
    """L-01: the same callback, eight times at once."""
    callback = browser.provider.authorize(browser.begin())
    start = threading.Barrier(8)

    def come_back():
        start.wait()
        browser.get(callback)

    threads = [threading.Thread(target=come_back) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(request.url.path == "/token" for request in browser.provider.requests) == 1
