"""Section 10: the extensions of tus 1.0, spoken by hand, by tus-js-client and by Uppy."""

import base64
import email.utils
import hashlib
import json
import os
import pathlib
import subprocess
import time

import pytest

import expect
import media
from harness import clean_environment, soon
from media import mp4
from test_uploads import NODE_MODULES, OCTETS, TUS, append, ask, create, created, metadata, offset_of

HERE = pathlib.Path(__file__).parent


def begin(api, user, room, content=None, **headers):
    """A POST with just these fields beside the version."""
    fields = {**TUS, **{k.replace("_", "-"): v for k, v in headers.items()}}
    return api.post(f"/rooms/{room}/uploads", user=user, content=content, headers=fields)


def part(api, user, room, content):
    answer = begin(api, user, room, content, Upload_Length=str(len(content)), Upload_Concat="partial", Content_Type=OCTETS)
    assert (answer.status_code, answer.headers["upload-offset"]) == (201, str(len(content))), answer.text
    return answer.headers["location"]


def whole(api, user, room, *parts, **more):
    fields = {"Upload_Concat": "final;" + " ".join(parts), "Upload_Metadata": metadata(title="all", filetype="video/mp4")}
    return begin(api, user, room, **{**fields, **more})


def only_video(api, user, room):
    (video,) = api.get(f"/rooms/{room}/videos", user=user).json()["items"]
    return video


# -- every answer --------------------------------------------------------------------


def test_every_answer_names_the_version(api, alice):
    room = api.room(alice)
    where = created(api, alice, room, 1000)
    answers = [api.request("OPTIONS", where), api.get(where, user=alice, headers=TUS), api.request("HEAD", where, headers=TUS),
               api.post(f"/rooms/{room}/uploads"), api.request("PUT", where, user=alice), ask(api, alice, "/uploads/none")]
    assert [one.status_code for one in answers] == [204, 405, 401, 401, 405, 404]
    assert [one.headers.get("tus-resumable") for one in answers] == ["1.0.0"] * len(answers)
    assert answers[0].headers["tus-version"] == "1.0.0"


def test_other_routes_do_not_speak_of_it(api, alice):
    assert "tus-resumable" not in api.get("/users/me", user=alice).headers


# -- method override -----------------------------------------------------------------


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH"])
def test_whatever_the_method_the_one_that_is_meant_counts(api, alice, method):
    where = created(api, alice, api.room(alice), 80)
    told = api.request(method, where, user=alice, headers={**TUS, "X-HTTP-Method-Override": "HEAD"})
    assert (told.status_code, told.headers["upload-offset"], told.content) == (200, "0", b"")
    told = api.request(method, where, headers={"X-HTTP-Method-Override": "OPTIONS"})
    assert told.status_code == 204 and "termination" in told.headers["tus-extension"]


def test_a_post_may_mean_another_method(api, alice):
    room = api.room(alice)
    where = created(api, alice, room, 80)
    fields = {**TUS, "X-HTTP-Method-Override": "PATCH", "Upload-Offset": "0", "Content-Type": OCTETS}
    answer = api.post(where, user=alice, content=mp4(40), headers=fields)
    assert (answer.status_code, answer.headers["upload-offset"]) == (204, "40")
    told = api.post(where, user=alice, headers={**TUS, "X-HTTP-Method-Override": "HEAD"})
    assert (told.status_code, told.headers["upload-offset"], told.content) == (200, "40", b"")
    assert api.post(where, user=alice, headers={**TUS, "X-HTTP-Method-Override": "DELETE"}).status_code == 204
    assert ask(api, alice, where).status_code == 404


def test_a_method_is_overridden_for_uploads_alone(api, alice):
    room = api.room(alice)
    answer = api.post(f"/rooms/{room}", user=alice, headers={"X-HTTP-Method-Override": "DELETE"})
    expect.problem(answer, 405, "method_not_allowed")
    assert api.get(f"/rooms/{room}", user=alice).status_code == 200


# -- creation ------------------------------------------------------------------------


def test_the_first_bytes_may_come_with_the_creation(api, alice):
    room = api.room(alice)
    content = mp4(200)
    answer = create(api, alice, room, 200, Content_Type=OCTETS)
    assert answer.status_code == 201
    answer = begin(api, alice, room, content[:50], Upload_Length="200", Content_Type=OCTETS,
                   Upload_Metadata=metadata(title="x", filetype="video/mp4"))
    assert (answer.status_code, answer.headers["upload-offset"]) == (201, "50")
    where = answer.headers["location"]
    assert offset_of(api, alice, where) == 50
    assert append(api, alice, where, 50, content[50:]).status_code == 204
    assert api.get(only_video(api, alice, room)["url"]).content == content


def test_a_whole_film_may_come_with_the_creation(api, alice):
    room = api.room(alice)
    answer = begin(api, alice, room, mp4(200), Upload_Length="200", Content_Type=OCTETS,
                   Upload_Metadata=metadata(title="x", filetype="video/mp4"))
    assert (answer.status_code, answer.headers["upload-offset"]) == (201, "200")
    assert answer.headers["content-location"].endswith(f"/videos/{only_video(api, alice, room)['id']}/content")
    assert offset_of(api, alice, answer.headers["location"]) == 200


@pytest.mark.parametrize("content, content_type, status, code", [
    (b"<html>" * 10, OCTETS, 415, "unsupported_media_type"), (mp4(201), OCTETS, 413, "payload_too_large"),
    (mp4(20), "video/mp4", 415, "unsupported_media_type")])
def test_a_creation_whose_bytes_cannot_be_taken_leaves_nothing(server, api, alice, content, content_type, status, code):
    before = media.files(server)
    answer = begin(api, alice, api.room(alice), content, Upload_Length="200", Content_Type=content_type,
                   Upload_Metadata=metadata(title="x", filetype="video/mp4"))
    expect.problem(answer, status, code)
    soon(lambda: media.files(server) == before)


def test_a_length_may_come_later(api, alice):
    room = api.room(alice)
    answer = begin(api, alice, room, Upload_Defer_Length="1", Upload_Metadata=metadata(title="x", filetype="video/mp4"))
    assert answer.status_code == 201
    where = answer.headers["location"]
    told = ask(api, alice, where)
    assert told.headers["upload-defer-length"] == "1" and "upload-length" not in told.headers
    assert append(api, alice, where, 0, mp4(40)).status_code == 204
    expect.problem(append(api, alice, where, 40, b"x", Upload_Length="39"), 422, "validation_failed", "Upload-Length")
    answer = append(api, alice, where, 40, mp4(60)[40:], Upload_Length="100")
    assert (answer.status_code, answer.headers["upload-offset"]) == (204, "60")
    assert ask(api, alice, where).headers["upload-length"] == "100"
    expect.problem(append(api, alice, where, 60, b"x", Upload_Length="90"), 422, "validation_failed", "Upload-Length")
    answer = append(api, alice, where, 60, mp4(100)[60:])
    assert answer.headers["location"].endswith("/content")
    assert api.get(only_video(api, alice, room)["url"]).content == mp4(100)


def test_a_length_that_is_told_with_nothing_left_completes(api, alice):
    room = api.room(alice)
    where = begin(api, alice, room, Upload_Defer_Length="1",
                  Upload_Metadata=metadata(title="x", filetype="video/mp4")).headers["location"]
    assert append(api, alice, where, 0, mp4(40)).status_code == 204
    assert append(api, alice, where, 40, b"", Upload_Length="40").headers["location"].endswith("/content")


@pytest.mark.parametrize("fields", [{"Upload_Defer_Length": "0"}, {"Upload_Defer_Length": ""},
                                    {"Upload_Defer_Length": "1", "Upload_Length": "5"}])
def test_a_bad_deferral_is_422(api, alice, fields):
    answer = begin(api, alice, api.room(alice), Upload_Metadata=metadata(title="x", filetype="video/mp4"), **fields)
    expect.problem(answer, 422, "validation_failed", "Upload-Defer-Length")


# -- metadata ------------------------------------------------------------------------


@pytest.mark.parametrize("values, title, content_type", [
    ({"name": "v.mp4", "filename": "w.mp4", "type": "video/mp4"}, "v.mp4", "video/mp4"),
    ({"filename": "w.mp4", "filetype": "video/mp4", "type": "text/html"}, "w.mp4", "video/mp4"),
    ({"title": "t", "name": "v.mp4", "filetype": "application/octet-stream"}, "t", "video/mp4"),
    ({"name": "я" * 300, "filetype": "application/octet-stream"}, "я" * 200, "video/mp4")])
def test_a_film_is_called_as_its_file_where_it_has_no_title(api, alice, values, title, content_type):
    room = api.room(alice)
    answer = begin(api, alice, room, mp4(60), Upload_Length="60", Upload_Metadata=metadata(**values), Content_Type=OCTETS)
    assert answer.status_code == 201, answer.text
    media.video(only_video(api, alice, room), title=title, content_type=content_type)


def test_a_type_without_a_value_is_told_by_content(api, alice):
    """As browsers give it for a file that they do not know."""
    room = api.room(alice)
    answer = begin(api, alice, room, mp4(60), Upload_Length="60", Content_Type=OCTETS,
                   Upload_Metadata=metadata(name="v") + ",type")
    assert answer.status_code == 201, answer.text
    media.video(only_video(api, alice, room), title="v", content_type="video/mp4")


def test_all_metadata_is_given_back_as_it_came(api, alice):
    field = metadata(title="t", filetype="video/mp4", filename="f.mp4") + ",private,thumb %%%"
    where = begin(api, alice, api.room(alice), Upload_Length="60", Upload_Metadata=field).headers["location"]
    assert ask(api, alice, where).headers["upload-metadata"] == field
    assert append(api, alice, where, 0, mp4(60)).status_code == 204
    assert ask(api, alice, where).headers["upload-metadata"] == field


# -- checksum ------------------------------------------------------------------------


@pytest.mark.parametrize("algorithm", ["sha1", "sha256"])
def test_bytes_of_another_checksum_are_not_kept(api, alice, algorithm):
    room = api.room(alice)
    where = created(api, alice, room, 100)
    content = mp4(100)

    def field(of):
        return f"{algorithm} {base64.b64encode(hashlib.new(algorithm, of).digest()).decode()}"

    assert append(api, alice, where, 0, content[:40], Upload_Checksum=field(content[:40])).status_code == 204
    expect.problem(append(api, alice, where, 40, content[40:], Upload_Checksum=field(b"other")), 460, "upload_conflict")
    assert offset_of(api, alice, where) == 40
    assert append(api, alice, where, 40, content[40:], Upload_Checksum=field(content[40:])).status_code == 204
    assert api.get(only_video(api, alice, room)["url"]).content == content


def test_a_checksum_that_cannot_be_checked_is_refused(api, alice):
    where = created(api, alice, api.room(alice), 100)
    expect.problem(append(api, alice, where, 0, mp4(40), Upload_Checksum="md5 YWJj"), 400, "bad_request")
    expect.problem(append(api, alice, where, 0, mp4(40), Upload_Checksum="foo *"), 400, "bad_request")
    expect.problem(append(api, alice, where, 0, mp4(40), Upload_Checksum="sha1 *"), 422, "validation_failed", "Upload-Checksum")
    assert offset_of(api, alice, where) == 0


# -- expiration ----------------------------------------------------------------------


def test_an_unfinished_upload_tells_when_it_goes(api, alice):
    answer = create(api, alice, api.room(alice), 100)
    where = answer.headers["location"]
    for told in (answer, ask(api, alice, where), append(api, alice, where, 0, mp4(40))):
        at = email.utils.parsedate_to_datetime(told.headers["upload-expires"]).timestamp()
        assert 23 * 3600 < at - time.time() <= 24 * 3600 + 5
    append(api, alice, where, 40, mp4(100)[40:])
    assert "upload-expires" not in ask(api, alice, where).headers


# -- termination ---------------------------------------------------------------------


def test_a_complete_upload_that_is_ended_takes_its_video_along(server, api, alice):
    before = media.files(server)
    room = api.room(alice)
    where = created(api, alice, room, 60)
    append(api, alice, where, 0, mp4(60))
    assert only_video(api, alice, room)
    assert api.delete(where, user=alice, headers=TUS).status_code == 204
    assert api.get(f"/rooms/{room}/videos", user=alice).json()["total"] == 0
    assert ask(api, alice, where).status_code == 404
    soon(lambda: media.files(server) == before)


def test_an_upload_is_gone_with_its_video(api, alice):
    room = api.room(alice)
    where = created(api, alice, room, 60)
    append(api, alice, where, 0, mp4(60))
    assert api.delete(f"/videos/{only_video(api, alice, room)['id']}", user=alice).status_code == 204
    assert ask(api, alice, where).status_code == 404


def test_a_complete_upload_is_known_after_a_restart(start_server, tmp_path):
    from clients import Api
    server = start_server(data_dir=tmp_path)
    with Api(server) as api:
        alice = api.register()
        where = created(api, alice, api.room(alice), 60)
        append(api, alice, where, 0, mp4(60))
    server.stop()
    with Api(start_server(data_dir=tmp_path)) as api:
        assert offset_of(api, alice, where) == 60


# -- concatenation -------------------------------------------------------------------


def test_parts_become_a_whole_in_the_order_that_is_named(server, api, alice):
    before = media.files(server)
    room = api.room(alice)
    content = mp4(150_000)
    second, first = part(api, alice, room, content[60_000:]), part(api, alice, room, content[:60_000])
    assert api.get(f"/rooms/{room}/videos", user=alice).json()["total"] == 0, "a part is never published"
    assert ask(api, alice, first).headers["upload-concat"] == "partial"
    answer = whole(api, alice, room, first, server.http + second)
    assert answer.status_code == 201, answer.text
    where = answer.headers["location"]
    told = ask(api, alice, where)
    assert told.headers["upload-concat"] == f"final;{first} {server.http + second}"
    assert (told.headers["upload-length"], told.headers["upload-offset"]) == ("150000", "150000")
    video = media.video(only_video(api, alice, room), title="all", size=150_000, content_type="video/mp4")
    assert api.get(video["url"]).content == content
    soon(lambda: len(media.files(server)) == len(before) + 1)
    again = whole(api, alice, room, first, server.http + second)
    assert (again.status_code, again.headers["location"]) == (201, where), "asked for again, it is the same"
    expect.problem(append(api, alice, where, 150_000, b""), 403, "forbidden")


def test_a_part_that_is_complete_becomes_no_video(api, alice):
    room = api.room(alice)
    where = part(api, alice, room, b"no film at all")
    assert offset_of(api, alice, where) == 14
    assert append(api, alice, where, 14, b"").status_code == 204
    assert api.get(f"/rooms/{room}/videos", user=alice).json()["total"] == 0


def test_a_whole_of_what_is_not_ours_is_refused(api, alice, bob):
    room, other = api.room(alice, bob), api.room(alice)
    mine = part(api, alice, room, mp4(60))
    unfinished = begin(api, alice, room, Upload_Length="60", Upload_Concat="partial").headers["location"]
    film = created(api, alice, room, 60)
    for parts, status, code in [((mine, part(api, bob, room, b"x")), 404, "not_found"),
                                ((mine, "/uploads/none"), 404, "not_found"), ((mine, film), 404, "not_found"),
                                ((mine, part(api, alice, other, b"x")), 404, "not_found"),
                                ((mine, mine), 409, "upload_conflict"), ((mine, unfinished), 409, "upload_conflict")]:
        expect.problem(whole(api, alice, room, *parts), status, code)
    text = part(api, alice, room, b"<html></html>")
    expect.problem(whole(api, alice, room, text), 415, "unsupported_media_type")
    assert api.get(f"/rooms/{room}/videos", user=alice).json()["total"] == 0
    assert whole(api, alice, room, mine).status_code == 201


@pytest.mark.parametrize("field", ["", "final", "final;", "final;/nowhere", "part"])
def test_a_bad_concatenation_is_422(api, alice, field):
    answer = begin(api, alice, api.room(alice), Upload_Length="60", Upload_Concat=field,
                   Upload_Metadata=metadata(title="x", filetype="video/mp4"))
    expect.problem(answer, 422, "validation_failed", "Upload-Concat")


# -- clients that we did not write ---------------------------------------------------


def run_node(script, *arguments):
    ended = subprocess.run(["node", str(HERE / script), *map(str, arguments)], capture_output=True, text=True, timeout=60,
                           env={**clean_environment(), "NODE_PATH": str(NODE_MODULES)}, check=False)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return [json.loads(line) for line in ended.stdout.splitlines()]


@pytest.mark.skipif(not (NODE_MODULES / "tus-js-client").is_dir(), reason="npm's registry was out of reach")
@pytest.mark.parametrize("options", [
    {"parallelUploads": 3}, {"uploadDataDuringCreation": True}, {"overridePatchMethod": True},
    {"chunkSize": 70_000, "uploadDataDuringCreation": True},
    {"parallelUploads": 2, "uploadDataDuringCreation": True, "overridePatchMethod": True}])
def test_tus_js_client_uploads_with_its_options(server, api, alice, tmp_path, options):
    room = api.room(alice)
    content = mp4(300_000)
    film = tmp_path / "film.mp4"
    film.write_bytes(content)
    run_node("tus_options.cjs", f"{server.http}/rooms/{room}/uploads", film, alice.token, json.dumps(options))
    video = media.video(only_video(api, alice, room), title="film.mp4", size=len(content), content_type="video/mp4")
    assert api.get(video["url"]).content == content


@pytest.mark.skipif(not (NODE_MODULES / "@uppy/core").is_dir(), reason="npm's registry was out of reach")
def test_uppy_uploads_with_its_own_metadata(server, api, alice, tmp_path):
    room = api.room(alice)
    content = mp4(300_000)
    film = tmp_path / "From my telephone.mp4"
    film.write_bytes(content)
    run_node("uppy_upload.mjs", f"{server.http}/rooms/{room}/uploads", film, alice.token)
    video = media.video(only_video(api, alice, room), title=film.name, size=len(content), content_type="video/mp4")
    assert api.get(video["url"]).content == content
