"""Section 5: files of messages, sent whole or by tus, on HTTP and both sockets."""

import base64
import io
import json

import httpx
import pytest
from PIL import Image

import expect
from clients import Api
from harness import DEADLINE, query, soon
from pictures import animation, halves, lying, written
from test_uploads import NODE_MODULES
from test_uploads_extensions import run_node

FILE = {"id", "room_id", "name", "content_type", "size", "width", "height", "thumbnail_url", "url", "uploaded_by",
        "created_at"}
PNG = written(halves((800, 600)), "PNG")
TUS = {"Tus-Resumable": "1.0.0"}


def send(api, user, room, content=b"some text", name="notes.txt", kind="text/plain"):
    return api.post(f"/rooms/{room}/files", user=user, params={"name": name}, content=content,
                    headers={"Content-Type": kind})


def sent(api, user, room, *args, **more):
    answer = send(api, user, room, *args, **more)
    assert answer.status_code == 201, answer.text
    document = answer.json()
    assert set(document) == FILE and expect.is_time(document["created_at"])
    return document


def post(api, user, room, *ids, content="", **more):
    body = {"content": content, "attachments": list(ids), **more}
    return api.post(f"/rooms/{room}/messages/", user=user, json=body)


def posted(api, user, room, *ids, **more):
    answer = post(api, user, room, *ids, **more)
    assert answer.status_code == 201, answer.text
    return answer.json()["message_id"]


def plain(server, path, **headers):
    """Without a token: what the address itself is good for."""
    with httpx.Client(base_url=server.http, timeout=DEADLINE) as client:
        return client.get(path, headers=headers)


def unsigned(file):
    """What stays of a `File` when its addresses are signed anew."""
    return {k: v for k, v in file.items() if not k.endswith("url")}


@pytest.fixture
def room(api, alice, bob):
    return api.room(alice, bob)


def names_on_disk(server, folder="files"):
    return sorted(path.name for path in (server.data_dir / folder).iterdir())


# -- sending ---------------------------------------------------------------------------


def test_a_file_is_stored_as_it_is_and_served_to_be_saved(server, api, alice, room):
    file = sent(api, alice, room, b"a,b\n1,2\n", name="цифры 1.csv", kind="Text/CSV; charset=utf-8")
    assert (file["name"], file["content_type"], file["size"]) == ("цифры 1.csv", "text/csv", 8)
    assert (file["width"], file["height"], file["thumbnail_url"]) == (None, None, None)
    assert (file["room_id"], file["uploaded_by"]) == (room, alice.id)
    answer = plain(server, file["url"])
    assert (answer.status_code, answer.content) == (200, b"a,b\n1,2\n")
    assert answer.headers["content-disposition"].startswith("attachment; filename=")
    assert "%D1%86%D0%B8" in answer.headers["content-disposition"]
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["content-security-policy"] == "default-src 'none'; sandbox"
    part = plain(server, file["url"], Range="bytes=4-6")
    assert (part.status_code, part.content) == (206, b"1,2")


@pytest.mark.parametrize("kind, options", [("JPEG", {}), ("PNG", {}), ("WEBP", {}), ("GIF", {})])
def test_a_picture_is_checked_and_gets_a_thumbnail(server, api, alice, room, kind, options):
    content = written(halves((1200, 900)), kind, **options)
    file = sent(api, alice, room, content, name="picture", kind="application/octet-stream")
    assert (file["content_type"], file["width"], file["height"]) == (f"image/{kind.lower()}", 1200, 900)
    whole = plain(server, file["url"])
    assert whole.content == content and whole.headers["content-type"] == f"image/{kind.lower()}"
    assert whole.headers["content-disposition"].startswith("inline")
    assert whole.headers["content-security-policy"] == "default-src 'none'; sandbox"
    small = plain(server, file["thumbnail_url"])
    assert small.status_code == 200 and small.headers["content-type"].startswith("image/")
    assert Image.open(io.BytesIO(small.content)).size == (512, 384)


def test_a_picture_of_a_camera_that_was_held_on_its_side_is_upright(server, api, alice, room):
    content = written(halves((640, 480)), "JPEG", exif=lying())
    file = sent(api, alice, room, content, name="x.jpg", kind="image/jpeg")
    assert (file["width"], file["height"]) == (480, 640)
    whole = plain(server, file["url"]).content
    upright = Image.open(io.BytesIO(whole))
    assert upright.size == (480, 640) and "exif" not in upright.info and file["size"] == len(whole)
    assert upright.getpixel((470, 320))[0] > 150 and upright.getpixel((10, 320))[2] > 150  # red was above
    small = Image.open(io.BytesIO(plain(server, file["thumbnail_url"]).content))
    assert small.size == (384, 512) and "exif" not in small.info


def test_an_animation_stays_one(server, api, alice, room):
    content = animation("GIF")
    file = sent(api, alice, room, content, name="moves.gif", kind="image/gif")
    assert plain(server, file["url"]).content == content


@pytest.mark.parametrize("content", [b"<script>alert(1)</script>", PNG[:500], b"\x89PNG\r\n\x1a\n", b"GIF89a"])
def test_what_says_it_is_a_picture_has_to_be_one(server, api, alice, room, content):
    before = names_on_disk(server)
    expect.problem(send(api, alice, room, content, kind="image/png"), 422, "bad_image", "body")
    soon(lambda: names_on_disk(server) == before)


@pytest.mark.parametrize("kind", ["text/html", "image/svg+xml", "application/xhtml+xml", "no type", "a/b/c", ""])
def test_nothing_that_could_run_is_shown(server, api, alice, room, kind):
    file = sent(api, alice, room, b"<script>alert(1)</script>", name="../../x\"\r\n.html", kind=kind)
    answer = plain(server, file["url"])
    assert answer.headers["content-disposition"].startswith("attachment")
    assert "sandbox" in answer.headers["content-security-policy"]
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert set(answer.headers) & {"set-cookie", "location"} == set()


def test_a_broken_picture_under_another_name_is_a_file_like_others(server, api, alice, room):
    file = sent(api, alice, room, PNG[:500], name="broken", kind="application/octet-stream")
    assert file["width"] is None
    assert plain(server, file["url"]).headers["content-disposition"].startswith("attachment")


def test_what_a_name_may_be(api, alice, room):
    for wrong in ("", " ", "x" * 256):
        expect.problem(send(api, alice, room, name=wrong), 422, "validation_failed", "name")
    expect.problem(api.post(f"/rooms/{room}/files", user=alice, content=b"x"), 422, "validation_failed", "name")
    assert sent(api, alice, room, name="x" * 255)["name"] == "x" * 255
    expect.problem(send(api, alice, room, b""), 422, "validation_failed", "body")


def test_a_file_has_a_limit_of_its_own(start_server, tmp_path):
    one = start_server({"limits.file_bytes": 2048})
    with Api(one) as api:
        user = api.register()
        room = api.room(user)
        assert sent(api, user, room, b"x" * 2048)["size"] == 2048
        expect.problem(send(api, user, room, b"x" * 2049), 413, "file_too_large")
        large = begin(api, user, room, 2049, name="x")
        expect.problem(large, 413, "file_too_large")
        assert len(names_on_disk(one)) == 1


def test_who_may_send_and_get(server, api, alice, bob, carol, room):
    expect.problem(send(api, carol, room), 403, "not_a_member")
    expect.problem(send(api, carol, 1 << 40), 404, "room_not_found")
    file = sent(api, alice, room)
    path = f"/files/{file['id']}/content"
    assert api.get(path, user=alice).status_code == 200
    expect.problem(api.get(path, user=bob), 404, "file_not_found")  # no message has it yet
    expect.problem(api.get(path, user=carol), 403, "not_a_member")
    expect.problem(api.get(path), 401, "auth_required")
    expect.problem(api.get(f"/files/{1 << 40}/content", user=alice), 404, "file_not_found")
    expect.problem(api.get(f"/files/{file['id']}/thumbnail", user=alice), 404, "file_not_found")
    posted(api, alice, room, file["id"])
    assert api.get(path, user=bob).status_code == 200
    expect.problem(api.get(path, user=carol), 403, "not_a_member")
    other = sent(api, alice, room)
    assert plain(server, file["url"].replace(str(file["id"]), str(other["id"]), 1)).status_code == 401


def test_a_file_is_hidden_with_its_message(api, alice, room):
    file = sent(api, alice, room)
    posted(api, alice, room, file["id"])
    late = api.register()
    assert api.put(f"/rooms/{room}/config", user=alice,
                   json={"join_policy": "open", "history": "since_join"}).status_code == 200
    assert api.post(f"/rooms/{room}/members", user=late, json={}).status_code == 200
    expect.problem(api.get(f"/files/{file['id']}/content", user=late), 404, "file_not_found")


# -- messages --------------------------------------------------------------------------


async def test_a_message_has_its_files_everywhere(server, api, sockets, alice, bob, room):
    files = [sent(api, alice, room, PNG, name="p.png", kind="image/png"), sent(api, alice, room)]
    ids = [one["id"] for one in files]
    envelope, flat = await sockets.joined(bob, room), await sockets.chatting(room, bob)
    number = posted(api, alice, room, *ids, message_type="image")
    heard = (await envelope.until("room_message"))["payload"]
    expect.message(heard, content="", message_type="image")
    said = (await flat.until("chat_message"))["message"]
    shown = [heard["attachments"], said["attachments"], api.get(f"/messages/{number}", user=bob).json()["attachments"],
             api.get(f"/rooms/{room}/messages/", user=bob).json()["items"][-1]["attachments"]]
    for one in shown:
        assert [unsigned(file) for file in one] == [unsigned(file) for file in files]
        assert plain(server, one[0]["url"]).content == PNG
        assert plain(server, one[0]["thumbnail_url"]).status_code == 200
    late = await sockets.ws(bob)
    await late.join(room, last_message_id=number - 1)
    again = (await late.until("room_message"))["payload"]
    assert again["replayed"] and [unsigned(file) for file in again["attachments"]] == [unsigned(x) for x in files]
    assert plain(server, again["attachments"][0]["url"]).content == PNG


async def test_both_sockets_take_files(api, sockets, alice, room):
    envelope, flat = await sockets.joined(alice, room), await sockets.chatting(room, alice)
    first, second = sent(api, alice, room), sent(api, alice, room)
    await envelope.ask("send_message", room_id=room, content="", attachments=[first["id"]])
    assert [x["id"] for x in (await flat.until("chat_message"))["message"]["attachments"]] == [first["id"]]
    await flat.tell("chat_message", content="with words", attachments=[second["id"]])
    heard = (await envelope.until(lambda x: x["type"] == "room_message" and x["payload"]["content"]))["payload"]
    assert [x["id"] for x in heard["attachments"]] == [second["id"]]
    for wrong, code in (([first["id"]], "file_not_found"), ([1 << 40], "file_not_found"), ("x", "bad_message"),
                        ([0], "bad_message"), ([1] * 11, "validation_failed")):
        answer = await envelope.ask("send_message", room_id=room, content="x", attachments=wrong)
        expect.error_frame(answer, code)
    await flat.tell("chat_message", content="x", attachments=[first["id"]])
    expect.chat_error(await flat.until("error"), "file_not_found")
    answer = await envelope.ask("send_message", room_id=room, content="x", message_type="image")
    expect.error_frame(answer, "validation_failed")


async def test_an_edit_keeps_the_files(api, sockets, alice, room):
    file = sent(api, alice, room)
    number = posted(api, alice, room, file["id"], content="old words")
    ear = await sockets.joined(alice, room)
    edited = api.put(f"/messages/{number}", user=alice, json={"content": "new words"}).json()
    heard = (await ear.until("message_edited"))["payload"]
    for one in (edited, heard):
        assert [unsigned(x) for x in one["attachments"]] == [unsigned(file)] and one["content"] == "new words"
        assert one["attachments"][0]["url"]


def test_which_files_a_message_may_have(api, alice, bob, room):
    own, theirs, elsewhere = sent(api, alice, room), sent(api, bob, room), sent(api, alice, api.room(alice))
    for wrong in (theirs, elsewhere):
        expect.problem(post(api, alice, room, own["id"], wrong["id"]), 404, "file_not_found")
    expect.problem(post(api, alice, room, own["id"], own["id"]), 404, "file_not_found")
    many = [sent(api, alice, room)["id"] for _ in range(10)]
    expect.problem(post(api, alice, room, own["id"], *many), 422, "validation_failed", "attachments")
    posted(api, alice, room, *many)
    posted(api, alice, room, own["id"])
    expect.problem(post(api, alice, room, own["id"]), 404, "file_not_found")
    for wrong in ("x", [0], ["x"], [1.5]):
        answer = api.post(f"/rooms/{room}/messages/", user=alice, json={"content": "x", "attachments": wrong})
        expect.problem(answer, 422, "validation_failed", "attachments")


def test_words_may_be_left_out_with_files_alone(api, alice, room):
    expect.problem(post(api, alice, room), 422, "validation_failed", "content")
    blank = post(api, alice, room, sent(api, alice, room)["id"], content="  ")
    expect.problem(blank, 422, "validation_failed", "content")


def test_an_image_is_a_message_with_a_picture(api, alice, room):
    text = sent(api, alice, room)
    expect.problem(post(api, alice, room, content="x", message_type="image"), 422, "validation_failed", "attachments")
    expect.problem(post(api, alice, room, text["id"], message_type="image"), 422, "validation_failed", "attachments")
    picture = sent(api, alice, room, PNG, kind="image/png")
    number = posted(api, alice, room, text["id"], picture["id"], message_type="image")
    assert api.get(f"/messages/{number}", user=alice).json()["message_type"] == "image"
    posted(api, alice, room, sent(api, alice, room, PNG, kind="image/png")["id"], message_type="file")


def test_a_repetition_has_the_same_files(api, alice, room):
    one, other = sent(api, alice, room), sent(api, alice, room)
    number = posted(api, alice, room, one["id"], client_msg_id="a")
    again = post(api, alice, room, one["id"], client_msg_id="a")
    assert (again.status_code, again.json()["message_id"]) == (200, number)
    for ids in ([other["id"]], [], [one["id"], other["id"]]):
        expect.problem(post(api, alice, room, *ids, content="" if ids else "x", client_msg_id="a"), 409,
                       "client_msg_id_reused")


# -- the end of files ------------------------------------------------------------------


def gone(server, api, user, file):
    expect.problem(api.get(f"/files/{file['id']}/content", user=user), 404, "file_not_found")
    assert plain(server, file["url"]).status_code == 404
    rows = query(server, f"SELECT COUNT(*) FROM files WHERE id = {file['id']}")
    assert list(rows[0]) == ["0"]


def test_a_deleted_message_takes_its_files_along(server, api, alice, room):
    before = names_on_disk(server)
    file = sent(api, alice, room, PNG, kind="image/png")
    number = posted(api, alice, room, file["id"], content="x")
    assert len(names_on_disk(server)) == len(before) + 2
    assert api.delete(f"/messages/{number}", user=alice).status_code == 204
    gone(server, api, alice, file)
    assert api.get(f"/messages/{number}", user=alice).json()["attachments"] == []
    soon(lambda: names_on_disk(server) == before)


def test_a_dissolved_room_takes_files_and_films_along_at_once(start_server):
    one = start_server()
    with Api(one) as api:
        user = api.register()
        room = api.room(user)
        sent(api, user, room, PNG, kind="image/png")
        posted(api, user, room, sent(api, user, room)["id"])
        film = api.post(f"/rooms/{room}/videos?title=x", user=user, headers={"Content-Type": "video/mp4"},
                        content=b"\x00\x00\x00\x18ftypisom\x00\x00\x02\x00isomiso2" + b"x" * 100)
        assert film.status_code == 201, film.text
        assert begin(api, user, room, 10, name="half").status_code == 201
        assert len(names_on_disk(one)) == 3 and len(names_on_disk(one, "videos")) >= 1
        assert api.delete(f"/rooms/{room}", user=user).status_code == 204
        soon(lambda: names_on_disk(one) == names_on_disk(one, "videos") == [])


def test_a_file_without_a_message_goes_after_a_day(start_server, tmp_path):
    one = start_server(data_dir=tmp_path / "kept")
    with Api(one) as api:
        user = api.register()
        room = api.room(user)
        old, used, young = (sent(api, user, room, PNG, kind="image/png") for _ in range(3))
        posted(api, user, room, used["id"])
        day = 24 * 3600 * 1000 + 60_000
        query(one, f"UPDATE files SET created_at = created_at - {day} WHERE id <> {young['id']} RETURNING id")
    one.stop()
    with Api(start_server(data_dir=tmp_path / "kept")) as api:
        soon(lambda: len(names_on_disk(one)) == 4)
        expect.problem(api.get(f"/files/{old['id']}/content", user=user), 404, "file_not_found")
        for file in (used, young):
            assert api.get(f"/files/{file['id']}/content", user=user).status_code == 200


async def test_an_ended_account_leaves_files_of_messages_alone(server, api, alice):
    user = api.register()
    room = api.room(alice, user)
    used, unused = sent(api, user, room), sent(api, user, room)
    number = posted(api, user, room, used["id"])
    assert api.delete("/users/me", user=user, json={"current_password": user.password}).status_code == 204
    gone(server, api, alice, unused)
    shown = api.get(f"/messages/{number}", user=alice).json()["attachments"]
    assert [unsigned(x) for x in shown] == [unsigned(used)]
    assert plain(server, used["url"]).status_code == 200


# -- tus -------------------------------------------------------------------------------


def begin(api, user, room, length, purpose="file", **values):
    fields = {"purpose": purpose, **values}
    metadata = ",".join(f"{k} {base64.b64encode(v.encode()).decode()}".strip() for k, v in fields.items())
    return api.post(f"/rooms/{room}/uploads", user=user,
                    headers={**TUS, "Upload-Length": str(length), "Upload-Metadata": metadata})


def append(api, user, where, offset, content):
    return api.request("PATCH", where, user=user, content=content,
                       headers={**TUS, "Upload-Offset": str(offset), "Content-Type": "application/offset+octet-stream"})


def test_an_upload_becomes_a_file(server, api, alice, bob, room):
    begun = begin(api, alice, room, len(PNG), filename="p.png", filetype="image/png")
    assert begun.status_code == 201, begun.text
    where = begun.headers["location"]
    assert append(api, alice, where, 0, PNG[:100]).status_code == 204
    done = append(api, alice, where, 100, PNG[100:])
    assert done.status_code == 204
    path = done.headers["location"]
    number = int(path.split("/")[2])
    assert path == f"/files/{number}/content" and api.get(path, user=alice).content == PNG
    asked = api.request("HEAD", where, user=alice, headers=TUS)
    assert (asked.headers["location"], asked.headers["upload-offset"]) == (path, str(len(PNG)))
    message = posted(api, alice, room, number, message_type="image")
    (file,) = api.get(f"/messages/{message}", user=bob).json()["attachments"]
    assert (file["name"], file["width"], file["content_type"]) == ("p.png", 800, "image/png")
    assert api.get(f"/rooms/{room}/videos", user=alice).json()["total"] == 0
    expect.problem(api.request("DELETE", where, user=alice, headers=TUS), 403, "forbidden")


def test_an_upload_that_is_given_up_takes_its_file_along(server, api, alice, room):
    before = names_on_disk(server)
    begun = begin(api, alice, room, 3, name="x")
    assert append(api, alice, begun.headers["location"], 0, b"abc").status_code == 204
    assert len(names_on_disk(server)) == len(before) + 1
    assert api.request("DELETE", begun.headers["location"], user=alice, headers=TUS).status_code == 204
    soon(lambda: names_on_disk(server) == before)


def test_an_upload_that_lies_about_a_picture_is_refused(api, alice, room):
    where = begin(api, alice, room, 3, name="x", filetype="image/png").headers["location"]
    expect.problem(append(api, alice, where, 0, b"abc"), 422, "bad_image", "body")
    assert api.request("HEAD", where, user=alice, headers=TUS).status_code == 404


def test_what_an_upload_of_a_file_has_to_say(api, alice, room):
    expect.problem(begin(api, alice, room, 3), 422, "validation_failed", "name")
    expect.problem(begin(api, alice, room, 3, purpose="other", name="x"), 422, "validation_failed", "filetype", "purpose")


@pytest.mark.skipif(not (NODE_MODULES / "tus-js-client").is_dir(), reason="npm's registry was out of reach")
@pytest.mark.parametrize("options", [{"chunkSize": 700}, {"uploadDataDuringCreation": True}])
def test_tus_js_client_uploads_a_file(server, api, alice, room, tmp_path, options):
    picture = tmp_path / "Снимок.png"
    picture.write_bytes(PNG)
    told = {"purpose": "file", "filename": picture.name, "filetype": "image/png"}
    run_node("tus_options.cjs", f"{server.http}/rooms/{room}/uploads", picture, alice.token,
             json.dumps({**options, "metadata": told}))
    [[number]] = query(server, f"SELECT id FROM files WHERE room_id = {room}")
    message = posted(api, alice, room, int(number), message_type="image")
    [file] = api.get(f"/messages/{message}", user=alice).json()["attachments"]
    assert (file["name"], file["content_type"], file["width"]) == (picture.name, "image/png", 800)
    assert plain(server, file["url"]).content == PNG


def test_nobody_hoards_files(start_server):
    with Api(start_server()) as api:
        user = api.register()
        room = api.room(user)
        files = [sent(api, user, room) for _ in range(100)]
        expect.problem(send(api, user, room), 429, "rate_limited")
        posted(api, user, room, files[0]["id"])
        sent(api, user, room)
