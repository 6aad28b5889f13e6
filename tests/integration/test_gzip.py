"""JSON answers over 1 KiB are packed for clients that ask for it."""

import gzip
import json

import httpx
import pytest

from harness import DEADLINE


@pytest.fixture(scope="module")
def crowded(server, api):
    """A room of one user with enough said in it, and the address of its history."""
    user = api.register()
    room = api.room(user)
    for number in range(8):
        api.say(user, room, f"message {number} " + "слово 字 " * 20)
    return user, f"/rooms/{room}/messages/"


def raw(server, path, user, encoding, method="GET"):
    headers = {"Authorization": f"Bearer {user.token}", "Accept-Encoding": encoding}
    with httpx.Client(base_url=server.http, timeout=DEADLINE) as client:
        with client.stream(method, path, headers=headers) as answer:
            return answer, b"".join(answer.iter_raw())


@pytest.mark.parametrize("encoding", ["gzip", "deflate, gzip, br", "GZIP"])
def test_a_long_answer_is_packed_where_that_is_asked_for(server, crowded, encoding):
    user, path = crowded
    answer, body = raw(server, path, user, encoding)
    assert answer.headers["content-encoding"] == "gzip"
    assert "Accept-Encoding" in answer.headers.get_list("vary")
    assert int(answer.headers["content-length"]) == len(body)
    plain, text = raw(server, path, user, "identity")
    assert "content-encoding" not in plain.headers and "Accept-Encoding" in plain.headers.get_list("vary")
    assert gzip.decompress(body) == text and len(body) < len(text) / 2
    assert len(json.loads(text)["items"]) == 8


def test_a_head_tells_the_length_of_what_a_get_would_bring(server, crowded):
    user, path = crowded
    _, body = raw(server, path, user, "gzip")
    answer, nothing = raw(server, path, user, "gzip", method="HEAD")
    assert (int(answer.headers["content-length"]), nothing) == (len(body), b"")


@pytest.mark.parametrize("encoding", ["", "br", "identity", "gzip;q=0"])
def test_nothing_is_packed_where_nobody_asks(server, crowded, encoding):
    user, path = crowded
    answer, body = raw(server, path, user, encoding)
    assert "content-encoding" not in answer.headers and json.loads(body)["items"]


def test_a_short_answer_goes_as_it_is(server, alice):
    answer, body = raw(server, "/token/check", alice, "gzip")
    assert "content-encoding" not in answer.headers and "vary" not in answer.headers
    assert json.loads(body)["valid"] is True


def test_a_document_of_the_api_is_packed_with_a_tag_of_its_own(server, alice):
    packed, body = raw(server, "/openapi.json", alice, "gzip")
    plain, text = raw(server, "/openapi.json", alice, "identity")
    assert packed.headers["content-encoding"] == "gzip" and gzip.decompress(body) == text
    assert packed.headers["etag"] != plain.headers["etag"]
    assert packed.headers.get_list("vary").count("Accept-Encoding") == 1
    with httpx.Client(base_url=server.http, timeout=DEADLINE) as client:
        again = client.get("/openapi.json", headers={"If-None-Match": packed.headers["etag"]})
    assert again.status_code == 304
