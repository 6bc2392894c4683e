"""What the API says about itself (RFC 9728)."""

PATH = "/.well-known/oauth-protected-resource/api"


def test_rfc_9728_the_metadata_stand_where_the_path_is_inserted(browser):
    answer = browser.get(PATH)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["cache-control"] == "public, max-age=3600"
    assert answer.json() == {
        "resource": "http://localhost:8001/api",
        "authorization_servers": ["http://localhost:8000"],
        "bearer_methods_supported": ["header"],
        "resource_name": "Örnek Randevu (MHRS emülatörü)",
        "resource_documentation": "http://localhost:8001/docs",
    }


def test_every_challenge_leads_there_and_back_to_the_resource(browser):
    """RFC 9728 §3.3, §5.2: a client compares `resource` with the address it asked."""
    told = browser.get("/api/oturum").headers["www-authenticate"]
    address = told.partition('resource_metadata="')[2].rstrip('"')
    assert address == f"http://localhost:8001{PATH}"
    resource = browser.get(address).json()["resource"]
    assert "http://localhost:8001/api/oturum".startswith(f"{resource}/")


def test_it_follows_the_settings(make_app, make_browser):
    browser = make_browser(make_app(base_url="https://mhrs.example", issuer="https://idp.example"))
    told = browser.get(PATH).json()
    assert told["resource"] == "https://mhrs.example/api"
    assert told["authorization_servers"] == ["https://idp.example"]


def test_the_origin_alone_is_no_resource(browser):
    """RFC 9728 §3.3: metadata whose `resource` is another address must not be used."""
    assert browser.get("/.well-known/oauth-protected-resource").status_code == 404
