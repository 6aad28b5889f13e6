"""Section 10: resumable uploads by tus 1.0, spoken by hand and by tus-js-client."""

import base64
import json
import os
import pathlib
import subprocess
import threading

import pytest

import expect
import media
from clients import Api
from harness import clean_environment, soon
from media import mp4
from raw import Connection

HERE = pathlib.Path(__file__).parent
NODE_MODULES = pathlib.Path(os.environ.get("PARLEY_NODE_MODULES") or HERE / "node_modules")
TUS = {"Tus-Resumable": "1.0.0"}
OCTETS = "application/offset+octet-stream"


def metadata(**values):
    return ",".join(f"{k} {base64.b64encode(v.encode()).decode()}" for k, v in values.items())


def create(api, user, room, length, title="a film", filetype="video/mp4", **headers):
    fields = {**TUS, "Upload-Length": str(length), "Upload-Metadata": metadata(title=title, filetype=filetype)}
    fields.update({k.replace("_", "-"): v for k, v in headers.items()})
    return api.post(f"/rooms/{room}/uploads", user=user, headers={k: v for k, v in fields.items() if v is not None})


def created(api, user, room, length, **more):
    answer = create(api, user, room, length, **more)
    assert (answer.status_code, answer.headers["tus-resumable"]) == (201, "1.0.0"), answer.text
    return answer.headers["location"]


def append(api, user, where, offset, content, **headers):
    fields = {**TUS, "Content-Type": OCTETS, "Upload-Offset": str(offset)}
    fields.update({k.replace("_", "-"): v for k, v in headers.items()})
    return api.request("PATCH", where, user=user, content=content,
                       headers={k: v for k, v in fields.items() if v is not None})


def ask(api, user, where, headers=None):
    return api.request("HEAD", where, user=user, headers=TUS if headers is None else headers)


def offset_of(api, user, where):
    answer = ask(api, user, where)
    assert answer.status_code == 200, answer.status_code
    assert answer.headers["cache-control"] == "no-store"
    return int(answer.headers["upload-offset"])


# -- what uploads may do -------------------------------------------------------------


def test_options_tell_what_is_spoken(api, alice):
    room = api.room(alice)
    told = api.request("OPTIONS", f"/rooms/{room}/uploads")
    assert told.status_code == 204
    assert told.headers["tus-version"] == told.headers["tus-resumable"] == "1.0.0"
    assert set(told.headers["tus-extension"].split(",")) == {
        "creation", "creation-with-upload", "creation-defer-length", "concatenation", "checksum", "expiration", "termination"}
    assert told.headers["tus-checksum-algorithm"] == "sha1,sha256"
    assert int(told.headers["tus-max-size"]) == 2 * 1024 ** 3


# -- a whole upload ------------------------------------------------------------------


def test_an_upload_in_pieces_becomes_a_video(api, alice, bob):
    room = api.room(alice, bob)
    content = mp4(200_000)
    where = created(api, alice, room, len(content), title="Ein Film – 电影")
    assert offset_of(api, alice, where) == 0
    for begin, end in [(0, 5), (5, 70_000), (70_000, 200_000)]:
        answer = append(api, alice, where, begin, content[begin:end])
        assert (answer.status_code, answer.headers["upload-offset"]) == (204, str(end)), answer.text
        assert ("location" in answer.headers) == (end == len(content))
    got = api.get(answer.headers["location"], user=bob)
    assert got.content == content
    (video,) = api.get(f"/rooms/{room}/videos", user=bob).json()["items"]
    media.video(video, title="Ein Film – 电影", kind="file", size=len(content), content_type="video/mp4",
                uploaded_by=alice.id)
    assert answer.headers["location"] == f"/videos/{video['id']}/content"


def test_head_tells_what_was_promised(api, alice):
    where = created(api, alice, api.room(alice), 1000, title="x", filetype="video/webm")
    told = ask(api, alice, where)
    assert told.headers["upload-length"] == "1000"
    assert told.headers["upload-metadata"] == metadata(title="x", filetype="video/webm")


def test_a_client_that_lost_the_last_answer_learns_that_nothing_is_missing(api, alice):
    room = api.room(alice)
    where = created(api, alice, room, 40)
    done = append(api, alice, where, 0, mp4(40))
    assert offset_of(api, alice, where) == 40
    again = append(api, alice, where, 40, b"")
    assert (again.status_code, again.headers["location"]) == (204, done.headers["location"])
    expect.problem(append(api, alice, where, 40, b"more"), 413, "payload_too_large")
    expect.problem(append(api, alice, where, 40, iter([b"more"])), 413, "payload_too_large")
    expect.problem(append(api, alice, where, 0, mp4(40)), 409, "upload_conflict")
    assert api.get(f"/rooms/{room}/videos", user=alice).json()["total"] == 1


def test_an_upload_that_is_ended_is_gone_with_its_file(server, api, alice):
    before = media.files(server)
    where = created(api, alice, api.room(alice), 1000)
    append(api, alice, where, 0, mp4(500))
    assert len(media.files(server)) == len(before) + 1
    assert api.delete(where, user=alice, headers=TUS).status_code == 204
    assert ask(api, alice, where).status_code == 404
    expect.problem(append(api, alice, where, 500, b"x"), 404, "not_found")
    expect.problem(api.delete(where, user=alice, headers=TUS), 404, "not_found")
    soon(lambda: media.files(server) == before)


# -- what is refused -----------------------------------------------------------------


@pytest.mark.parametrize("version", [None, "0.2.2", "1.0.1", ""])
def test_another_version_is_412(api, alice, version):
    room = api.room(alice)
    where = created(api, alice, room, 1000)
    headers = {} if version is None else {"Tus-Resumable": version}
    answers = [create(api, alice, room, 1000, Tus_Resumable=version),
               append(api, alice, where, 0, mp4(40), Tus_Resumable=version),
               api.delete(where, user=alice, headers=headers)]
    for answer in answers:
        expect.problem(answer, 412, "upload_conflict")
        assert answer.headers["tus-version"] == "1.0.0"
    assert ask(api, alice, where, headers).status_code == 412
    assert offset_of(api, alice, where) == 0


@pytest.mark.parametrize("length", [None, "", "x", "-1", "0", "1.5", "0x10", "+5"])
def test_a_bad_length_is_422(api, alice, length):
    answer = create(api, alice, api.room(alice), 0, Upload_Length=length)
    expect.problem(answer, 422, "validation_failed", "Upload-Length")


@pytest.mark.parametrize("length", [2 * 1024 ** 3 + 1, 10 ** 30])
def test_a_length_over_the_limit_is_413(api, alice, length):
    expect.problem(create(api, alice, api.room(alice), length), 413, "payload_too_large")


@pytest.mark.parametrize("field, faults", [
    (None, ["title", "filetype"]), ("", ["title", "filetype"]), (metadata(title="x"), ["filetype"]),
    (metadata(filetype="video/mp4"), ["title"]), ("title ,filetype dmlkZW8vbXA0", ["title"]),
    (metadata(title="x" * 201, filetype="video/mp4"), ["title"]),
    ("title *,filetype dmlkZW8vbXA0", ["Upload-Metadata"]),
    ("title eA==,title eA==,filetype dmlkZW8vbXA0", ["Upload-Metadata"]),
    ("filetype dmlkZW8vbXA0,title " + base64.b64encode(b"\xff").decode(), ["Upload-Metadata"]),
    ("filetype dmlkZW8vbXA0,title " + base64.b64encode(b"a\0b").decode(), ["Upload-Metadata"])])
def test_bad_metadata_is_422(api, alice, field, faults):
    answer = create(api, alice, api.room(alice), 1000, Upload_Metadata=field)
    expect.problem(answer, 422, "validation_failed", *faults)


def test_a_type_that_is_no_video_is_415(api, alice):
    expect.problem(create(api, alice, api.room(alice), 1000, filetype="text/html"), 415, "unsupported_media_type")


def test_strangers_and_the_unknown_begin_nothing(api, alice, carol):
    room = api.room(alice)
    expect.problem(create(api, carol, room, 1000), 403, "not_a_member")
    expect.problem(create(api, None, room, 1000), 401, "auth_required")
    expect.problem(create(api, alice, 999_999, 1000), 404, "room_not_found")
    expect.problem(create(api, alice, "x", 1000), 422, "validation_failed", "room_id")


def test_an_upload_is_there_for_its_uploader_alone(api, alice, bob):
    where = created(api, alice, api.room(alice, bob), 1000)
    assert ask(api, bob, where).status_code == 404
    expect.problem(append(api, bob, where, 0, mp4(40)), 404, "not_found")
    expect.problem(api.delete(where, user=bob, headers=TUS), 404, "not_found")
    expect.problem(append(api, None, where, 0, mp4(40)), 401, "auth_required")
    expect.problem(append(api, alice, "/uploads/nothing", 0, mp4(40)), 404, "not_found")
    assert offset_of(api, alice, where) == 0


def test_who_left_the_room_uploads_no_more(api, alice, bob):
    room = api.room(alice, bob)
    where = created(api, bob, room, 1000)
    assert api.post("/rooms/leave", user=bob, json={"room_id": room}).status_code in (200, 204)
    expect.problem(append(api, bob, where, 0, mp4(40)), 403, "not_a_member")


@pytest.mark.parametrize("content_type", [None, "application/octet-stream", "video/mp4", ""])
def test_another_content_type_is_415(api, alice, content_type):
    where = created(api, alice, api.room(alice), 1000)
    expect.problem(append(api, alice, where, 0, mp4(40), Content_Type=content_type), 415, "unsupported_media_type")
    assert offset_of(api, alice, where) == 0


@pytest.mark.parametrize("offset", [None, "", "x", "-1"])
def test_a_bad_offset_is_422(api, alice, offset):
    where = created(api, alice, api.room(alice), 1000)
    expect.problem(append(api, alice, where, 0, mp4(40), Upload_Offset=offset), 422, "validation_failed",
                   "Upload-Offset")


@pytest.mark.parametrize("offset", [0, 39, 41, 1000, 10 ** 30])
def test_another_offset_is_409_and_changes_nothing(api, alice, offset):
    where = created(api, alice, api.room(alice), 1000)
    assert append(api, alice, where, 0, mp4(40)).status_code == 204
    expect.problem(append(api, alice, where, offset, b"x" * 10), 409, "upload_conflict")
    assert offset_of(api, alice, where) == 40


def test_more_than_was_promised_is_413(api, alice):
    where = created(api, alice, api.room(alice), 100)
    expect.problem(append(api, alice, where, 0, mp4(101)), 413, "payload_too_large")
    assert offset_of(api, alice, where) == 0
    expect.problem(append(api, alice, where, 0, iter([mp4(60), bytes(60)])), 413, "payload_too_large")
    assert offset_of(api, alice, where) == 60


def test_bytes_that_are_no_video_are_415_and_end_the_upload(server, api, alice):
    before = media.files(server)
    where = created(api, alice, api.room(alice), 1000)
    expect.problem(append(api, alice, where, 0, b"<html>" * 10), 415, "unsupported_media_type")
    assert ask(api, alice, where).status_code == 404
    where = created(api, alice, api.room(alice), 12)
    assert append(api, alice, where, 0, b"\0\0\0\x18").status_code == 204
    expect.problem(append(api, alice, where, 4, b"nope...."), 415, "unsupported_media_type")
    assert ask(api, alice, where).status_code == 404
    soon(lambda: media.files(server) == before)


def test_two_at_once_are_409_for_the_second(server, api, alice):
    where = created(api, alice, api.room(alice), 1_000_000)
    head = (f"PATCH {where} HTTP/1.1", f"Authorization: Bearer {alice.token}", "Tus-Resumable: 1.0.0",
            f"Content-Type: {OCTETS}", "Upload-Offset: 0", "Content-Length: 1000000")
    with Connection(server) as first:
        first.request(*head, body=mp4(1000))
        soon(lambda: offset_of(api, alice, where) == 1000)
        expect.problem(append(api, alice, where, 1000, b"x"), 409, "upload_conflict")
        expect.problem(api.delete(where, user=alice, headers=TUS), 409, "upload_conflict")
    soon(lambda: append(api, alice, where, 1000, b"x").status_code == 204)


# -- interruptions -------------------------------------------------------------------


def test_what_came_before_the_client_vanished_stays(server, api, alice):
    content = mp4(1_000_000)
    room = api.room(alice)
    where = created(api, alice, room, len(content))
    with Connection(server) as raw:
        raw.request(f"PATCH {where} HTTP/1.1", f"Authorization: Bearer {alice.token}", "Tus-Resumable: 1.0.0",
                    f"Content-Type: {OCTETS}", "Upload-Offset: 0", f"Content-Length: {len(content)}",
                    body=content[:600_000])
        soon(lambda: offset_of(api, alice, where) == 600_000)
    soon(lambda: append(api, alice, where, 600_000, content[600_000:]).status_code == 204)
    (video,) = api.get(f"/rooms/{room}/videos", user=alice).json()["items"]
    assert api.get(video["url"]).content == content


def test_an_upload_goes_on_after_a_crash(start_server, tmp_path):
    server = start_server(data_dir=tmp_path / "crash")
    content = mp4(4_000_000)
    with Api(server) as api:
        user = api.register()
        room = api.room(user)
        where = created(api, user, room, len(content))
        with Connection(server) as raw:
            raw.request(f"PATCH {where} HTTP/1.1", f"Authorization: Bearer {user.token}", "Tus-Resumable: 1.0.0",
                        f"Content-Type: {OCTETS}", "Upload-Offset: 0", f"Content-Length: {len(content)}",
                        body=content[:2_500_000])
            soon(lambda: offset_of(api, user, where) > 1_000_000)
            server.kill()
    server.start()
    with Api(server) as api:
        offset = offset_of(api, user, where)
        assert 1_000_000 < offset <= 2_500_000
        answer = append(api, user, where, offset, content[offset:])
        assert answer.status_code == 204, answer.text
        assert api.get(answer.headers["location"], user=user).content == content


def test_an_upload_whose_last_byte_came_just_before_a_crash_is_made_a_video(start_server, tmp_path):
    server = start_server(data_dir=tmp_path / "crash")
    content = mp4(50_000)
    with Api(server) as api:
        user = api.register()
        room = api.room(user)
        where = created(api, user, room, len(content))
        append(api, user, where, 0, content[:20_000])
    server.kill()
    (tmp_path / "crash" / "videos" / where.rsplit("/", 1)[1]).write_bytes(content)
    server.start()
    with Api(server) as api:
        told = ask(api, user, where)
        assert (told.status_code, told.headers["upload-offset"]) == (200, str(len(content)))
        (video,) = api.get(f"/rooms/{room}/videos", user=user).json()["items"]
        assert api.get(video["url"]).content == content


def test_a_large_upload_costs_no_memory(server, api, alice):
    room = api.room(alice)
    size = 300_000_000
    where = created(api, alice, room, size)
    api.get("/healthz")
    before = media.resident(server)
    most, stop = [before], threading.Event()

    def watch():
        while not stop.wait(0.02):
            most.append(media.resident(server))

    watcher = threading.Thread(target=watch)
    watcher.start()
    unit = mp4(1_000_000)
    answer = append(api, alice, where, 0, (unit for _ in range(300)), Content_Length=str(size))
    stop.set()
    watcher.join()
    assert answer.status_code == 204, answer.text
    assert max(most) - before < 32 * 1024 * 1024
    video = answer.headers["location"].split("/")[2]
    part = api.get(answer.headers["location"], user=alice, headers={"Range": "bytes=299000000-"})
    assert part.content == unit
    assert api.delete(f"/videos/{video}", user=alice).status_code == 204


# -- a client that we did not write ------------------------------------------------------


@pytest.mark.skipif(not (NODE_MODULES / "tus-js-client").is_dir(), reason="npm's registry was out of reach")
def test_tus_js_client_goes_on_where_it_was_cut_off(server, api, alice, tmp_path):
    room = api.room(alice)
    content = mp4(40_000_000)
    film = tmp_path / "film.mp4"
    film.write_bytes(content)

    def run(*more):
        command = ["node", HERE / "tus_upload.cjs", f"{server.http}/rooms/{room}/uploads", film, alice.token,
                   tmp_path / "memory.json", *more]
        ended = subprocess.run(list(map(str, command)), env={**clean_environment(), "NODE_PATH": str(NODE_MODULES)},
                               capture_output=True, text=True, timeout=60, check=False)
        return ended.returncode, [json.loads(line) for line in ended.stdout.splitlines()], ended.stderr

    code, said, errors = run("15000000")
    assert code == 3, errors
    assert [one["method"] for one in said] == ["POST"]
    code, said, errors = run()
    assert code == 0, (said, errors)
    assert [one["method"] for one in said[:-1] if one["status"] != 409] == ["HEAD", "PATCH"], said
    assert 0 < int(said[-2]["offset"]) < len(content), "it went on, not began anew"
    assert said[-2]["location"].endswith("/content")
    (video,) = api.get(f"/rooms/{room}/videos", user=alice).json()["items"]
    media.video(video, title="Ein Film – 电影", size=len(content))
    assert api.get(video["url"]).content == content
