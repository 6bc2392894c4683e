"""The virtual phones in every state that the server draws (pages.md §4.11). What a script shows is in `tests/phone`."""

import json
from dataclasses import replace

from idp.web import views as v
from idp.web.views.sandbox import MESSAGES_DELETED, PhoneDevice, SmsDelay

NOW = 1_795_390_000
LONG_NAME = "Şükriye Nur İlgün Iğdırlıçöl-Örnek"
CODE = "482913 Eşik doğrulama kodunuz. Kimseyle paylaşmayın. EMÜLATÖR\n@localhost #482913"
MESSAGES = (
    v.PhoneMessage("02", CODE, NOW - 20, "482913", NOW + 160),
    v.PhoneMessage("01", "İki aşamalı giriş açıldı. EMÜLATÖR", NOW - 900),
    v.PhoneMessage("00", "119027 Eşik doğrulama kodunuz. EMÜLATÖR", NOW - 4000, "119027", NOW - 3820),
)
SAMPLE_KEY = {"id": "a device", "private_key": {"kty": "EC", "crv": "P-256", "x": "AA", "y": "AA", "d": "AA"}}

phone = v.PhonePage(
    owner="Ayşe Örnek",
    number="0500 000 00 01",
    messages=MESSAGES,
    now=NOW,
    live="/sandbox/v1/phones/%2B905000000001/messages/wait",
    refresh="/telefon/1",
    phones="/telefon",
    verified=True,
    verify="/telefon/1/dogrula",
    clear="/telefon/1/mesajlari-sil",
    device=PhoneDevice(number="+905000000001", issuer="http://esik.test"),
    manifest="/telefon/1/uygulama.webmanifest",
    delays=tuple(SmsDelay(one, f"/telefon/1?gecikme={one}", current=one == 15) for one in (0, 5, 15, 30, 60)),
)

SANDBOX_SAMPLES: dict[str, v.Page] = {
    "phones": v.PhonesPage(
        rows=(
            v.PhoneRow(
                "Ayşe Örnek",
                "0500 000 00 01",
                "/telefon/1",
                2,
                verified=True,
                last_message_at=NOW,
                last_message="123456",
            ),
            v.PhoneRow(LONG_NAME, "0500 000 00 11", "/telefon/11", 0, verified=False),
        )
    ),
    "phones-empty": v.PhonesPage(rows=()),
    "phone": phone,
    "phone-empty": replace(phone, messages=(), clear=None, notice=MESSAGES_DELETED),
    "phone-unverified-owner": replace(phone, owner=LONG_NAME, messages=(), verified=False, clear=None),
    "phone-sample-key": replace(
        phone, device=PhoneDevice("+905000000003", "http://esik.test", json.dumps(SAMPLE_KEY), asked_first=True)
    ),
    "phone-of-nobody": replace(phone, owner=None, number="0500 000 00 42", verified=False, verify=None, device=None),
}
