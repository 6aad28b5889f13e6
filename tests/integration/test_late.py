"""A disk that hangs for longer than clients are made to wait: they are told "perhaps", and what follows a commit follows
it all the same once the disk goes on."""

import base64
import concurrent.futures
import time

import pytest

import expect
from clients import PASSWORD, Api
from disk import HANGS, Disk
from harness import Server, soon
from media import add, mp4, png

#: Seconds within which everybody has to be answered.
PROMISED = 5.0

TUS = {"Tus-Resumable": "1.0.0"}


@pytest.fixture
def service(tmp_path):
    disk = Disk(tmp_path, tmp_path / "data" / "parley.db")
    with Server(tmp_path / "data", env=disk.env) as one, Api(one) as api:
        yield disk, api
        disk.mend()


def text(content):
    return base64.b64encode(content).decode()


def at_once(*calls):
    """The answers to all the calls, which must come in the time that is promised."""
    began = time.monotonic()
    with concurrent.futures.ThreadPoolExecutor(len(calls)) as pool:
        answers = [each.result() for each in [pool.submit(call) for call in calls]]
    assert time.monotonic() - began < PROMISED
    return answers


def is_dead(api, token):
    return api.get("/token/check", user=token).status_code == 401


def test_what_commits_late_is_announced_and_keeps_its_files(service):
    disk, api = service
    ann, bob, cat, dan = (api.register() for _ in range(4))
    room = api.room(ann)
    renewed = api.post("/token/refresh", json={"refresh_token": cat.refresh_token}).json()
    # Once the successor was used, who comes with the old one is a thief.
    api.post("/token/refresh", json={"refresh_token": renewed["refresh_token"]})
    begun = api.post(f"/rooms/{room}/uploads", user=ann, headers={
        **TUS, "Upload-Length": str(len(mp4(500))), "Upload-Metadata": f"title {text(b'late')},filetype {text(b'video/mp4')}"})
    upload = begun.headers["location"]
    disk.break_down(syncs=HANGS)
    answers = at_once(
        lambda: api.put("/users/me", user=ann, json={"password": "another horse", "current_password": PASSWORD}),
        lambda: api.post("/token/revoke", json={"refresh_token": bob.refresh_token}),
        lambda: api.post("/token/refresh", json={"refresh_token": cat.refresh_token}),
        lambda: api.put("/users/me", user=dan, json={"avatar": text(png())}),
        lambda: add(api, ann, room, mp4(900)),
        lambda: api.request("PATCH", upload, user=ann, content=mp4(500), headers={
            **TUS, "Content-Type": "application/offset+octet-stream", "Upload-Offset": "0"}))
    for answer in answers:
        expect.problem(answer, 429, "rate_limited")
    disk.mend()
    for token in (ann.token, bob.token, cat.token, renewed["access_token"]):
        soon(lambda token=token: is_dead(api, token))
    soon(lambda: api.get("/users/me", user=dan).json()["avatar_url"])
    assert api.get(api.get("/users/me", user=dan).json()["avatar_url"]).status_code == 200
    ann.token = api.post("/token", data={"username": ann.username, "password": "another horse"}).json()["access_token"]
    soon(lambda: api.get(f"/rooms/{room}/videos", user=ann).json()["total"] == 2)
    made = api.get(f"/rooms/{room}/videos", user=ann).json()["items"]
    assert sorted(len(api.get(each["url"]).content) for each in made) == [len(mp4(500)), len(mp4(900))]
    finished = api.request("HEAD", upload, user=ann, headers=TUS)
    assert finished.status_code == 200 and finished.headers["upload-offset"] == str(len(mp4(500)))


def test_files_that_hang_hold_up_those_who_change_files_and_nobody_else(service):
    disk, api = service
    ann = api.register()
    room = api.room(ann)
    avatar = api.put("/users/me", user=ann, json={"avatar": text(png())}).json()["avatar_url"]
    disk.aim(disk.file.parent / "data" / "videos")
    disk.break_down(syncs=HANGS)

    def upload():
        return add(api, ann, room, mp4(900))

    def look():
        disk.is_hit("syncs")
        return api.get(avatar)

    *refused, seen, posted = at_once(upload, upload, upload, look, lambda: api.post(
        f"/rooms/{room}/messages/", user=ann, json={"content": "while it hangs"}))
    for answer in refused:
        expect.problem(answer, 429, "rate_limited")
    assert (seen.status_code, posted.status_code) == (200, 201)
    disk.mend()
    # The third one may have been let go before its file was there.
    soon(lambda: api.get(f"/rooms/{room}/videos", user=ann).json()["total"] >= 2)
