"""The JSON API and its envelope (domain.md §5.1)."""

import pytest
from openapi_spec_validator import validate

READS = ["/oturum", "/iller", "/ilceler?il=6", "/klinikler", "/hastaneler?il=6&klinik=14", "/randevular"]
READS += ["/hekimler?hastane=611&klinik=14", "/slotlar?il=6&klinik=14"]
MEMBERS = ["lang", "success", "infos", "warnings", "errors", "data"]


def failure(answer, status, code):
    body = answer.json()
    assert answer.status_code == status
    assert list(body) == MEMBERS
    assert body["success"] is False
    assert body["data"] is None
    assert [error["kodu"] for error in body["errors"]] == [code]
    return body["errors"][0]["mesaj"]


@pytest.mark.parametrize("path", [*READS, "/yok"])
def test_without_a_session_it_is_lgn1004(browser, path):
    answer = browser.get(f"/api{path}")
    failure(answer, *((404, "ORN1003") if path == "/yok" else (401, "LGN1004")))


@pytest.mark.parametrize("path", READS)
def test_every_answer_wears_the_envelope(browser, api, path):
    browser.log_in()
    body = api("GET", path).json()
    assert list(body) == MEMBERS
    assert body["success"] is True
    assert body["infos"] == [{"kodu": "GNL1009", "mesaj": "İşlem başarılı."}]
    assert body["data"] is not None


def test_the_chain_from_province_to_booking(browser, api):
    browser.log_in()
    province = next(item for item in api("GET", "/iller").json()["data"] if item["ad"] == "Ankara")
    district = api("GET", f"/ilceler?il={province['id']}").json()["data"][0]
    clinic = api("GET", "/klinikler").json()["data"][0]
    where = f"il={province['id']}&ilce={district['id']}&klinik={clinic['id']}"
    hospital = api("GET", f"/hastaneler?{where}").json()["data"][0]
    doctor = api("GET", f"/hekimler?hastane={hospital['id']}&klinik={clinic['id']}").json()["data"][0]
    found = api("GET", f"/slotlar?{where}&hastane={hospital['id']}&hekim={doctor['id']}").json()["data"]
    assert [offer["hekim"] for offer in found] == [doctor]
    slot = found[0]["slotlar"][0]
    booked = api("POST", "/randevular", json={"fkSlotId": slot["fkSlotId"]}).json()["data"]
    assert booked["durum"] == "waiting"
    assert booked["baslangicZamani"] == slot["baslangicZamani"]
    assert booked["baslangicZamani"].endswith("+03:00")
    assert api("POST", f"/randevular/{booked['id']}/onay").json()["data"]["durum"] == "approved"
    assert api("POST", f"/randevular/{booked['id']}/iptal").json()["data"]["durum"] == "cancelled"
    assert [item["durum"] for item in api("GET", "/randevular").json()["data"]] == ["cancelled"]
    failure(api("POST", f"/randevular/{booked['id']}/iptal"), 409, "ORN2007")


def test_any_is_minus_one(browser, api):
    browser.log_in()
    everything = api("GET", "/slotlar?il=6&klinik=14").json()["data"]
    assert everything == api("GET", "/slotlar?il=6&klinik=14&ilce=-1&hastane=-1&hekim=-1").json()["data"]
    assert len({offer["hastane"]["id"] for offer in everything}) > 1


def test_messages_follow_the_language(browser, api):
    browser.log_in()
    body = api("GET", "/klinikler", headers={"accept-language": "en"}).json()
    assert body["lang"] == "en"
    assert body["data"][0]["ad"] == "Paediatrics"


class TestRefusals:
    def test_a_post_needs_the_token_of_this_session(self, browser, make_browser, api):
        browser.log_in()
        other = make_browser()
        other.log_in()
        foreign = other.get("/api/oturum").json()["data"]["csrfToken"]
        for token in ("", "x", ".", foreign, "é.é".encode("latin-1").decode("latin-1")):
            answer = browser.http.post(
                "/api/randevular", json={"fkSlotId": "x"}, headers={b"x-csrf-token": token.encode()}
            )
            failure(answer, 403, "ORN1002")

    def test_a_post_from_another_site_is_refused_in_spite_of_the_token(self, browser, api):
        browser.log_in()
        token = browser.get("/api/oturum").json()["data"]["csrfToken"]
        for site in (
            {"sec-fetch-site": "cross-site"},
            {"sec-fetch-site": "same-site"},
            {"origin": "http://localhost:8000"},
        ):
            answer = browser.http.post(
                "/api/randevular", json={"fkSlotId": "x"}, headers={"x-csrf-token": token, **site}
            )
            failure(answer, 403, "ORN1002")

    @pytest.mark.parametrize(
        "path", ["/ilceler", "/ilceler?il=x", "/slotlar?il=6", "/slotlar?il=6&klinik=99999999999999999"]
    )
    def test_bad_input_is_422_in_the_envelope(self, browser, api, path):
        browser.log_in()
        failure(api("GET", path), 422, "ORN1001")

    @pytest.mark.parametrize("body", [b"", b"{", b"[]", b'{"fkSlotId":1}', b'{"fkSlotId":"x","more":1}', b"null"])
    def test_a_bad_body_is_422_in_the_envelope(self, browser, api, body):
        browser.log_in()
        answer = api("POST", "/randevular", content=body, headers={"content-type": "application/json"})
        failure(answer, 422, "ORN1001")

    def test_a_body_that_is_no_text_is_400(self, browser, api):
        browser.log_in()
        answer = api("POST", "/randevular", content=b"\xff", headers={"content-type": "application/json"})
        failure(answer, 400, "ORN1001")

    def test_a_body_that_is_too_large_is_413(self, browser, api):
        browser.log_in()
        answer = api("POST", "/randevular", content=b" " * 20_000, headers={"content-type": "application/json"})
        assert answer.status_code == 413

    def test_slots_and_appointments_that_are_not_there(self, browser, api):
        browser.log_in()
        failure(api("POST", "/randevular", json={"fkSlotId": "1-1"}), 404, "ORN2001")
        failure(api("POST", "/randevular/nothing/iptal"), 404, "ORN2006")

    def test_a_taken_slot_is_409(self, browser, make_browser, api):
        other = make_browser()
        other.provider.citizen = "citizen-2"
        other.log_in()
        slot = other.first_slots()[0]
        other.book(slot)
        other.provider.citizen = "citizen-1"
        browser.log_in()
        failure(api("POST", "/randevular", json={"fkSlotId": slot}), 409, "ORN2002")

    def test_too_many_searches_are_rnds1000(self, make_app, make_browser):
        browser = make_browser(make_app(searches_per_minute=1))
        browser.log_in()
        browser.get("/api/slotlar?il=6&klinik=14")
        answer = browser.get("/api/slotlar?il=6&klinik=14")
        failure(answer, 429, "RNDS1000")
        assert answer.headers["retry-after"] == "60"

    def test_the_wrong_method_is_405(self, browser):
        answer = browser.http.delete("/api/randevular")
        failure(answer, 405, "ORN1004")
        assert answer.headers["allow"]


class TestDescription:
    @pytest.fixture
    def schema(self, app):
        return app.openapi()

    def test_it_is_valid(self, schema):
        validate(schema)

    def test_every_operation_is_described_with_its_errors(self, schema):
        ids = set()
        for path, operations in schema["paths"].items():
            for operation in operations.values():
                ids.add(operation["operationId"])
                assert operation["summary"]
                assert operation["tags"]
                if path.startswith("/api/"):
                    assert {"200", "401", "422"} <= set(operation["responses"])
                    for status, answer in operation["responses"].items():
                        if status == "413":  # refused before anybody reads it
                            continue
                        media = answer["content"]["application/json"]
                        name = media["schema"]["$ref"].rpartition("/")[2]
                        assert (name == "Failure") is (status != "200")
                        assert status == "200" or media["example"]["errors"]
        assert len(ids) == sum(len(operations) for operations in schema["paths"].values())

    def test_all_need_cookie_or_access_token_and_posts_have_the_csrf_token_as_well(self, schema):
        for path, operations in schema["paths"].items():
            for method, operation in operations.items():
                if path.startswith("/api/"):
                    assert operation["security"] == [{"session": []}, {"access_token": []}]
                    headers = {one["name"] for one in operation.get("parameters", []) if one["in"] == "header"}
                    assert headers == ({"x-csrf-token"} if method == "post" else set())
