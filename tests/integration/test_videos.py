"""Section 10, second half: videos as files and as links, their list, their bytes in ranges, their signed URLs."""

import subprocess
import time
import urllib.parse

import pytest

import expect
import media
from harness import soon
from media import add, added, mp4
from raw import Connection


@pytest.fixture(scope="module")
def film(api, alice, bob):
    """A video of alice's in a room where bob is a member and carol is not."""
    content = mp4(300_000)
    room = api.room(alice, bob)
    return room, content, added(api, alice, room, content, title="电影 & more")


def listed(api, user, room):
    answer = api.get(f"/rooms/{room}/videos", user=user)
    assert answer.status_code == 200, answer.text
    return answer.json()


# -- adding files --------------------------------------------------------------------


@pytest.mark.parametrize("content_type, head", [("video/mp4", mp4(32)), ("video/webm", b"\x1a\x45\xdf\xa3" + bytes(60)),
                                                ("video/ogg", b"OggS" + bytes(60)),
                                                ("Video/MP4; codecs=\"avc1.42E01E\"", mp4(32))])
def test_a_file_becomes_a_video_with_the_same_bytes(api, alice, content_type, head):
    room = api.room(alice)
    content = head + bytes(range(256)) * 1000
    answer = add(api, alice, room, content, title="a film", content_type=content_type)
    assert answer.status_code == 201, answer.text
    video = media.video(answer.json(), room_id=room, title="a film", kind="file", size=len(content),
                        content_type=content_type.split(";")[0].lower(), uploaded_by=alice.id)
    got = api.get(video["url"])
    assert (got.status_code, got.content) == (200, content)
    assert got.headers["content-type"] == video["content_type"]


def test_a_file_may_come_in_chunks(api, alice):
    room = api.room(alice)
    pieces = [mp4(40)] + [bytes([n]) * 10_000 for n in range(20)]
    video = added(api, alice, room, iter(pieces))
    assert api.get(video["url"]).content == b"".join(pieces)


def test_a_connection_lives_on_after_a_file(server, api, alice):
    room = api.room(alice)
    content = mp4(100_000)
    with Connection(server) as raw:
        for _ in range(2):
            raw.request(f"POST /rooms/{room}/videos?title=x HTTP/1.1", f"Authorization: Bearer {alice.token}",
                        "Content-Type: video/mp4", f"Content-Length: {len(content)}", body=content)
            assert raw.response().status_code == 201


def test_a_client_that_waits_is_let_go_on_where_the_file_is_wanted(server, api, alice, carol):
    room = api.room(alice)
    head = ("Content-Type: video/mp4", "Content-Length: 40", "Expect: 100-continue")
    with Connection(server) as raw:
        raw.request(f"POST /rooms/{room}/videos?title=x HTTP/1.1", f"Authorization: Bearer {alice.token}", *head)
        assert raw.response(has_body=False).status_code == 100
        raw.send(mp4(40))
        assert raw.response().status_code == 201
    with Connection(server) as raw:
        raw.request(f"POST /rooms/{room}/videos?title=x HTTP/1.1", f"Authorization: Bearer {carol.token}", *head)
        expect.problem(raw.response(), 403, "not_a_member")
        assert raw.ends()


@pytest.mark.parametrize("title", ["x", "界" * 200, "a\nb", " x "])
def test_a_title_comes_back_as_it_was_sent(api, alice, title):
    room = api.room(alice)
    assert added(api, alice, room, mp4(40), title=title)["title"] == title


@pytest.mark.parametrize("query", ["", "?title=", "?title=%20%20", "?title=" + "x" * 201, "?title=a%00b", "?title=%ff"])
def test_a_bad_title_is_422(api, alice, query):
    room = api.room(alice)
    answer = api.post(f"/rooms/{room}/videos{query}", user=alice, content=mp4(40),
                      headers={"Content-Type": "video/mp4"})
    expect.problem(answer, 422, "validation_failed", "query" if "%00" in query or "%ff" in query else "title")


@pytest.mark.parametrize("content_type, content", [
    ("text/plain", mp4(40)), ("video/x-flv", mp4(40)), ("application/octet-stream", bytes(40)), (None, mp4(40)),
    ("video/mp4", b"<!doctype html><script>alert(1)</script>"), ("video/mp4", b"OggS" + bytes(40)),
    ("video/webm", mp4(40)), ("video/ogg", bytes(40)), ("video/mp4", b"\0\0\0")])
def test_what_is_no_video_is_415_and_leaves_nothing(server, api, alice, content_type, content):
    room = api.room(alice)
    before = media.files(server)
    headers = {"Content-Type": content_type} if content_type else {}
    answer = api.post(f"/rooms/{room}/videos?title=x", user=alice, content=content, headers=headers)
    expect.problem(answer, 415, "unsupported_media_type")
    assert listed(api, alice, room)["total"] == 0
    soon(lambda: media.files(server) == before)


def test_an_empty_file_is_422(api, alice):
    room = api.room(alice)
    expect.problem(add(api, alice, room, b""), 422, "validation_failed", "body")


def test_strangers_and_the_unknown_are_refused(api, alice, carol):
    room = api.room(alice)
    expect.problem(add(api, carol, room, mp4(40)), 403, "not_a_member")
    expect.problem(add(api, None, room, mp4(40)), 401, "auth_required")
    expect.problem(add(api, "bad", room, mp4(40)), 401, "invalid_token")
    expect.problem(add(api, alice, 999_999, mp4(40)), 404, "room_not_found")
    expect.problem(add(api, alice, "x", mp4(40)), 422, "validation_failed", "room_id")
    expect.problem(api.get(f"/rooms/{room}/videos", user=carol), 403, "not_a_member")


def test_a_file_over_the_limit_is_413(start_server):
    server = start_server({"limits.video_bytes": 100_000})
    from clients import Api  # the session's own speaks to another server
    with Api(server) as api:
        user = api.register()
        room = api.room(user)
        assert add(api, user, room, mp4(100_000)).status_code == 201
        expect.problem(add(api, user, room, mp4(100_001)), 413, "payload_too_large")
        expect.problem(add(api, user, room, iter([mp4(60_000), bytes(60_000)])), 413, "payload_too_large")
        with Connection(server) as raw:
            raw.request(f"POST /rooms/{room}/videos?title=x HTTP/1.1", f"Authorization: Bearer {user.token}",
                        "Content-Type: video/mp4", "Content-Length: 100001", "Expect: 100-continue")
            expect.problem(raw.response(), 413, "payload_too_large")
        assert listed(api, user, room)["total"] == 1
        soon(lambda: len(media.files(server)) == 1)


def test_a_client_that_vanishes_leaves_nothing(server, api, alice):
    room = api.room(alice)
    before = media.files(server)
    with Connection(server) as raw:
        raw.request(f"POST /rooms/{room}/videos?title=x HTTP/1.1", f"Authorization: Bearer {alice.token}",
                    "Content-Type: video/mp4", "Content-Length: 1000000", body=mp4(500_000))
        soon(lambda: len(media.files(server)) == len(before) + 1)
    soon(lambda: media.files(server) == before)
    assert listed(api, alice, room)["total"] == 0


# -- adding links --------------------------------------------------------------------


@pytest.mark.parametrize("url", ["https://films.example/a.mp4?x=1#t=5", "http://127.0.0.1:8080/a", "HTTPS://a.example/"])
def test_a_link_becomes_a_video_and_leads_there(api, alice, bob, url):
    room = api.room(alice, bob)
    answer = api.post(f"/rooms/{room}/videos", user=bob, json={"title": "elsewhere", "url": url})
    assert answer.status_code == 201, answer.text
    video = media.video(answer.json(), kind="url", url=url, title="elsewhere", size=None, content_type=None,
                        uploaded_by=bob.id)
    led = api.get(f"/videos/{video['id']}/content", user=alice)
    assert (led.status_code, led.headers["location"]) == (302, url)


@pytest.mark.parametrize("body, fields", [
    ({}, ["title", "url"]), ({"title": "x"}, ["url"]), ({"url": "https://a.example/"}, ["title"]),
    ({"title": "", "url": "https://a.example/"}, ["title"]), ({"title": "x" * 201, "url": "https://a.example/"}, ["title"]),
    ({"title": 5, "url": 6}, ["title", "url"]), ({"title": "x", "url": "javascript:alert(1)"}, ["url"]),
    ({"title": "x", "url": "file:///etc/passwd"}, ["url"]), ({"title": "x", "url": "//a.example/"}, ["url"]),
    ({"title": "x", "url": "https://a.example/\r\nSet-Cookie: a=b"}, ["url"]),
    ({"title": "x", "url": "https://a.example/" + "x" * 2048}, ["url"])])
def test_a_bad_link_is_422(api, alice, body, fields):
    room = api.room(alice)
    expect.problem(api.post(f"/rooms/{room}/videos", user=alice, json=body), 422, "validation_failed", *fields)


def test_a_broken_document_is_400_and_a_long_one_413(api, alice):
    room = api.room(alice)
    headers = {"Content-Type": "application/json"}
    expect.problem(api.post(f"/rooms/{room}/videos", user=alice, content=b"{", headers=headers), 400, "bad_json")
    expect.problem(api.post(f"/rooms/{room}/videos", user=alice, content=b" " * 2_000_000, headers=headers), 413,
                   "payload_too_large")


# -- the list ------------------------------------------------------------------------


def test_the_list_shows_the_newest_first_in_pages(api, alice, bob):
    room = api.room(alice, bob)
    made = [added(api, alice, room, mp4(40, n), title=f"film {n}")["id"] for n in range(3)]
    assert [one["id"] for one in listed(api, bob, room)["items"]] == made[::-1]
    page = api.get(f"/rooms/{room}/videos", user=bob, params={"page": 2, "size": 2}).json()
    assert {k: page[k] for k in ("total", "page", "size")} == {"total": 3, "page": 2, "size": 2}
    assert [media.video(one)["id"] for one in page["items"]] == made[:1]


@pytest.mark.parametrize("brand, content_type", [
    (b"qt  ", "video/quicktime"), (b"M4V ", "video/x-m4v"), (b"3gp4", "video/3gpp"), (b"isom", "video/mp4")])
def test_films_of_telephones_are_taken_by_content(api, alice, brand, content_type):
    room = api.room(alice)
    content = mp4(40).replace(b"isom", brand, 1)
    for declared in ("video/mp4", "video/quicktime", "video/x-m4v", "video/3gpp", "application/octet-stream"):
        answer = media.add(api, alice, room, content, title="Кино", content_type=declared)
        assert answer.status_code == 201, answer.text
        video = media.video(answer.json(), content_type=content_type)
        got = api.get(video["url"])
        assert got.headers["content-type"] == content_type
        assert "filename*=UTF-8''%D0%9A%D0%B8%D0%BD%D0%BE." in got.headers["content-disposition"]


@pytest.mark.parametrize("params, field", [({"page": 0}, "page"), ({"size": 101}, "size"), ({"page": "x"}, "page")])
def test_a_page_out_of_range_is_422(api, alice, params, field):
    room = api.room(alice)
    expect.problem(api.get(f"/rooms/{room}/videos", user=alice, params=params), 422, "validation_failed", field)


# -- the bytes -----------------------------------------------------------------------


def test_members_get_the_bytes_with_their_token(api, bob, film):
    _, content, video = film
    got = api.get(f"/videos/{video['id']}/content", user=bob)
    assert (got.status_code, got.content) == (200, content)
    assert got.headers["accept-ranges"] == "bytes" and got.headers["content-disposition"].startswith("inline; filename=")
    assert got.headers["x-content-type-options"] == "nosniff"
    assert got.headers["etag"].startswith('"') and got.headers["last-modified"].endswith("GMT")


def test_everybody_else_is_refused(api, alice, carol, film):
    _, _, video = film
    path = f"/videos/{video['id']}/content"
    expect.problem(api.get(path), 401, "auth_required")
    expect.problem(api.get(path, user="bad"), 401, "invalid_token")
    expect.problem(api.get(path, user=carol), 403, "not_a_member")
    expect.problem(api.get("/videos/999999/content", user=alice), 404, "video_not_found")
    expect.problem(api.get("/videos/x/content", user=alice), 422, "validation_failed", "video_id")


def test_the_url_is_good_without_a_token_and_for_this_video_only(api, alice, bob, film):
    room, content, video = film
    other = added(api, alice, room, mp4(40))
    assert api.get(video["url"]).content == content
    query = video["url"].split("?")[1]
    expect.problem(api.get(f"/videos/{other['id']}/content?{query}"), 401, "invalid_token")
    parts = dict(urllib.parse.parse_qsl(query))
    assert time.time() < int(parts["expires"]) <= time.time() + 24 * 3600
    path = video["url"].split("?")[0]
    later = {**parts, "expires": str(int(parts["expires"]) + 1)}
    wrong = {**parts, "signature": parts["signature"][::-1]}
    for bad in (later, wrong, {"expires": parts["expires"]}, {"signature": parts["signature"]}, {**parts, "signature": ""},
                {**parts, "expires": "soon"}):
        expect.problem(api.get(path, params=bad), 401, "invalid_token")
    assert api.get(path, params=wrong, user=bob).status_code == 200, "a token is as good"


def test_the_url_is_made_anew_in_each_answer(api, bob, film):
    room, _, video = film
    again = video
    for _ in range(5000):  # it is another one as soon as the second is another one
        again = next(one for one in listed(api, bob, room)["items"] if one["id"] == video["id"])
        if again["url"] != video["url"]:
            break
    assert again["url"] != video["url"] and {**again, "url": ""} == {**video, "url": ""}


@pytest.mark.parametrize("field, first, last", [("bytes=0-0", 0, 0), ("bytes=100-199", 100, 199),
                                                ("bytes=299990-", 299_990, 299_999), ("bytes=-10", 299_990, 299_999),
                                                ("bytes=299999-500000", 299_999, 299_999), ("bytes=0-", 0, 299_999)])
def test_a_part_is_sent_as_206(api, film, field, first, last):
    _, content, video = film
    got = api.get(video["url"], headers={"Range": field})
    assert got.status_code == 206
    assert got.headers["content-range"] == f"bytes {first}-{last}/{len(content)}"
    assert got.content == content[first:last + 1]


@pytest.mark.parametrize("field", ["bytes=0-1,5-6", "bytes=5-4", "items=0-1", "bytes=x", "bytes"])
def test_a_range_that_is_several_or_malformed_gets_the_whole(api, film, field):
    _, content, video = film
    got = api.get(video["url"], headers={"Range": field})
    assert (got.status_code, got.content) == (200, content)


@pytest.mark.parametrize("field", ["bytes=300000-", "bytes=400000-500000", "bytes=-0"])
def test_a_range_behind_the_end_is_416(api, film, field):
    answer = api.get(film[2]["url"], headers={"Range": field})
    expect.problem(answer, 416, "range_not_satisfiable")
    assert answer.headers["content-range"] == "bytes */300000"


def test_conditions_decide_between_part_whole_and_nothing(api, film):
    _, _, video = film
    whole = api.get(video["url"])
    etag, date = whole.headers["etag"], whole.headers["last-modified"]
    part = {"Range": "bytes=0-9"}
    for extra, status in [({"If-Range": etag}, 206), ({"If-Range": '"other"'}, 200), ({"If-Range": "W/" + etag}, 200),
                          ({"If-Range": "Sun, 06 Nov 1994 08:49:37 GMT"}, 200), ({"If-None-Match": etag}, 304),
                          ({"If-None-Match": '"other"'}, 206), ({"If-Modified-Since": date}, 304)]:
        got = api.get(video["url"], headers={**part, **extra})
        assert got.status_code == status, extra
        assert got.headers["etag"] == etag
        if status == 304:
            assert got.content == b"" and "content-length" not in got.headers


def test_who_wants_another_version_gets_412(api, film):
    _, _, video = film
    whole = api.get(video["url"])
    etag, date = whole.headers["etag"], whole.headers["last-modified"]
    long_ago = "Sun, 06 Nov 1994 08:49:37 GMT"
    for wants, status in [({"If-Match": etag}, 200), ({"If-Match": "*"}, 200), ({"If-Match": f'"x", {etag}'}, 200),
                          ({"If-Match": '"x"'}, 412), ({"If-Match": "W/" + etag}, 412), ({"If-Match": "x"}, 412),
                          ({"If-Unmodified-Since": date}, 200), ({"If-Unmodified-Since": long_ago}, 412),
                          ({"If-Match": etag, "If-Unmodified-Since": long_ago}, 200),
                          ({"If-Match": '"x"', "If-None-Match": etag}, 412),
                          ({"If-Match": '"x"', "Range": "bytes=900000-"}, 412),
                          ({"If-Match": etag, "If-None-Match": etag}, 304),
                          ({"If-Match": etag, "Range": "bytes=0-1"}, 206)]:
        got = api.get(video["url"], headers=wants)
        assert got.status_code == status, wants
        if status == 412:
            expect.problem(got, 412, "bad_request")
        assert api.request("HEAD", video["url"], headers=wants).status_code == (200 if status == 206 else status), wants


def test_head_tells_all_but_the_bytes_and_the_connection_lives_on(server, film):
    _, content, video = film
    with Connection(server) as raw:
        raw.request(f"HEAD {video['url']} HTTP/1.1", "Range: bytes=0-9")
        told = raw.response(has_body=False)
        assert (told.status_code, told.headers["content-length"]) == (200, str(len(content)))
        raw.request(f"GET {video['url']} HTTP/1.1")
        assert raw.response().body == content
        raw.request(f"GET {video['url']} HTTP/1.1", "Range: bytes=7-8")
        assert raw.response().body == content[7:9]


def test_curl_takes_ranges_and_goes_on_with_a_broken_download(server, film, tmp_path):
    _, content, video = film
    url = server.http + video["url"]
    got = subprocess.run(["curl", "-sS", "--fail", "-r", "100-199", url], capture_output=True, check=True, timeout=30)
    assert got.stdout == content[100:200]
    target = tmp_path / "film.mp4"
    target.write_bytes(content[:123_456])
    subprocess.run(["curl", "-sS", "--fail", "-C", "-", "-o", target, url], check=True, timeout=30)
    assert target.read_bytes() == content


def test_a_slow_reader_costs_no_memory(server, api, alice):
    room = api.room(alice)
    video = added(api, alice, room, mp4(60_000_000))
    before = media.resident(server)
    with Connection(server) as raw:
        raw.request(f"GET {video['url']} HTTP/1.1")
        raw.socket.recv(65536)
        for _ in range(200):  # while it would read on, it answers others
            assert api.get("/ws/status").status_code == 200
        assert media.resident(server) - before < 16 * 1024 * 1024


# -- removing ------------------------------------------------------------------------


def test_the_uploader_a_moderator_or_the_owner_removes_a_video(server, api, alice, bob, carol):
    room = api.room(alice, bob, carol)
    before = media.files(server)
    own = added(api, bob, room, mp4(40))
    expect.problem(api.delete(f"/videos/{own['id']}", user=carol), 403, "moderator_only")
    assert api.delete(f"/videos/{own['id']}", user=bob).status_code == 204
    owners = added(api, carol, room, mp4(40))
    assert api.delete(f"/videos/{owners['id']}", user=alice).status_code == 204
    made = api.put(f"/rooms/{room}/members/{bob.id}", user=alice, json={"role": "moderator"})
    assert made.status_code == 200, made.text
    moderators = added(api, carol, room, mp4(40))
    assert api.delete(f"/videos/{moderators['id']}", user=bob).status_code == 204
    assert media.files(server) == before and listed(api, alice, room)["total"] == 0
    for gone in (api.delete(f"/videos/{own['id']}", user=bob), api.get(own["url"])):
        expect.problem(gone, 404, "video_not_found")


def test_strangers_remove_nothing(api, alice, carol, film):
    _, _, video = film
    expect.problem(api.delete(f"/videos/{video['id']}", user=carol), 403, "not_a_member")
    expect.problem(api.delete(f"/videos/{video['id']}"), 401, "auth_required")
    expect.problem(api.delete("/videos/999999", user=alice), 404, "video_not_found")


def test_a_dissolved_room_takes_its_films_and_uploads_along_at_once(start_server):
    from clients import Api
    server = start_server()
    with Api(server) as api:
        user = api.register()
        room, other = api.room(user), api.room(user)
        added(api, user, room, mp4(40))
        gone = added(api, user, other, mp4(40))
        begun = api.post(f"/rooms/{other}/uploads", user=user, content=mp4(30),
                         headers={"Tus-Resumable": "1.0.0", "Upload-Length": "90",
                                  "Content-Type": "application/offset+octet-stream",
                                  "Upload-Metadata": "title ZmlsbQ==,filetype dmlkZW8vbXA0"})
        assert begun.status_code == 201 and len(media.files(server)) == 3
        assert api.delete(f"/rooms/{other}", user=user).status_code == 204
        soon(lambda: len(media.files(server)) == 1)
        expect.problem(api.get(gone["url"]), 404, "video_not_found")


def test_files_without_a_row_are_swept_at_the_start(start_server, tmp_path):
    from clients import Api
    data = tmp_path / "swept"
    server = start_server(data_dir=data)
    with Api(server) as api:
        user = api.register()
        kept = added(api, user, api.room(user), mp4(40))
    server.stop()
    (data / "videos" / "left-by-a-crash.part").write_bytes(mp4(40))
    server.start()
    soon(lambda: len(media.files(server)) == 1)
    with Api(server) as api:
        assert api.get(kept["url"]).content == mp4(40), "the signing key outlives a restart"
