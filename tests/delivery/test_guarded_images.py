"""The logos of services come through the guarded client like every document (AUTH-28, SET-13)."""

from contextlib import closing
from pathlib import Path

import pytest

from idp.delivery.guarded_http import LONGEST_BODY, GuardedHttp, NotFetched
from tests.publisher import HOST, answering, ca_file, publisher

PNG = b"\x89PNG\r\n\x1a\n\xff\xfe\0"


def fetched(tmp_path: Path, body: bytes, content_type: str) -> str:
    client = GuardedHttp(frozenset({HOST}), ca_file(tmp_path), resolver=lambda _host, _port: ["127.0.0.1"])
    script = answering(body, "200 OK", f"Content-Type: {content_type}")
    with publisher(script, tmp_path) as server, closing(client):
        return client.get(server.url("/logo"))


@pytest.mark.parametrize("content_type", ["image/png", "Image/PNG; q=1"])
def test_auth_28_an_image_comes_as_text(tmp_path: Path, content_type: str) -> None:
    assert fetched(tmp_path, PNG, content_type) == "data:image/png;base64,iVBORw0KGgr//gA="


@pytest.mark.parametrize("content_type", ["image/svg+xml", "application/octet-stream", "text/plain"])
def test_other_bodies_must_be_text(tmp_path: Path, content_type: str) -> None:
    with pytest.raises(NotFetched):
        fetched(tmp_path, PNG, content_type)


def test_set_03_an_image_may_be_no_longer_than_a_document(tmp_path: Path) -> None:
    with pytest.raises(NotFetched, match="too long"):
        fetched(tmp_path, PNG + b"\0" * LONGEST_BODY, "image/png")
