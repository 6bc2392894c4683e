"""The copy of a relying party's logo: AUTH-28, SET-13."""

import base64
from dataclasses import replace

import pytest

from idp.domain.client import Client
from idp.protocol.documents import DocumentNeeded
from tests.protocol.world import MHRS, World

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 8
LOGO = "https://rp.example/logo"
TURKISH = "https://rp.example/logo-tr"


def data_url(body: bytes, kind: str = "image/png") -> str:
    return f"data:{kind};base64,{base64.b64encode(body).decode()}"


@pytest.fixture
def world() -> World:
    world = World()
    metadata = replace(MHRS.metadata, logo_uri=LOGO, localized={"logo_uri#tr-TR": TURKISH})
    world.uow.clients.rows["mhrs"] = replace(MHRS, metadata=metadata)
    return world


@pytest.mark.parametrize(
    ("begins", "kind"),
    [
        (PNG, "image/png"),
        (b"\xff\xd8\xff\xe0", "image/jpeg"),
        (b"GIF89a", "image/gif"),
        (b"RIFF\0\0\0\0WEBP", "image/webp"),
    ],
)
def test_auth_28_a_picture_is_what_it_begins_as(world: World, begins: bytes, kind: str) -> None:
    """Whatever its server calls it."""
    world.uow.documents.publish(LOGO, data_url(begins), world.clock.now())
    picture = world.provider.logo(world.uow, "mhrs", "en")
    assert picture is not None
    assert (picture.body, picture.media_type) == (begins, kind)


@pytest.mark.parametrize(
    "copy",
    [
        None,
        "",
        "<svg xmlns='http://www.w3.org/2000/svg'/>",
        data_url(b"<svg/>", "image/svg+xml"),
        data_url(b"<script>"),
        data_url(PNG, "text/html"),
        data_url(PNG) + "*",
        "data:image/png;base64,",
    ],
)
def test_set_13_nothing_else_is_shown(world: World, copy: str | None) -> None:
    world.uow.documents.publish(LOGO, copy, world.clock.now())
    assert world.provider.logo(world.uow, "mhrs", "en") is None


def test_each_language_may_have_its_own(world: World) -> None:
    with pytest.raises(DocumentNeeded) as needed:
        world.provider.logo(world.uow, "mhrs", "tr")
    assert needed.value.uri == TURKISH
    with pytest.raises(DocumentNeeded) as needed:
        world.provider.logo(world.uow, "mhrs", "en")
    assert needed.value.uri == LOGO


@pytest.mark.parametrize("client_id", ["nobody", "disabled", "posting", "\0", ""])
def test_clients_without_one(world: World, client_id: str) -> None:
    assert world.provider.logo(world.uow, client_id, "tr") is None


def test_what_a_client_tells_in_a_language() -> None:
    """RFC 7591 §2.2"""
    localized = {"client_name#en-GB": "Clinic", "client_name#EN": "Surgery", "tos_uri#tr": "https://rp.example/tr"}
    client: Client = replace(MHRS, metadata=replace(MHRS.metadata, localized=localized, tos_uri="https://rp.example/"))
    assert client.called("en") in {"Clinic", "Surgery"}
    assert client.called("tr") == "MHRS"
    assert client.told("tos_uri", "tr") == "https://rp.example/tr"
    assert client.told("tos_uri", "en") == "https://rp.example/"
    assert client.told("policy_uri", "en") is None
