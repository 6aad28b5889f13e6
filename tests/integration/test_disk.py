"""A disk that is full, read-only, broken, slow or locked: clients get an error in time, reads go on, nothing that was
acknowledged is lost, and once it is over service goes on without a restart."""

import asyncio
import os
import re
import sqlite3
import time

import httpx
import pytest

from clients import Api, Sockets
from disk import FAILS, FULL, HANGS, NOTHING, READ_ONLY, SHORT, Disk, mount, unmount
from harness import DEADLINE, Server, run_parley, settings_flags, soon

#: Seconds within which everybody has to hear of a fault. The server gives up after less; the rest is for the machine.
PROMISED = 5.0

#: What a client is told while the database takes nothing: it failed, or nobody knows what became of it.
REFUSALS = {"internal", "rate_limited"}

OUTAGES = {
    "full": {"writes": FULL},
    "broken": {"writes": FAILS},
    "unsafe": {"syncs": FAILS},
    "read-only": {"writes": READ_ONLY, "syncs": READ_ONLY, "truncations": READ_ONLY, "names": READ_ONLY},
    "hanging": {"syncs": HANGS},
}


class Service:
    """A server on a disk that fails on demand, and everything that was acknowledged by it."""

    def __init__(self, folder):
        self.data = folder / "data"
        self.disk = Disk(folder, self.data / "parley.db")
        self.server = Server(self.data, env=self.disk.env).start()
        self.api = Api(self.server)
        self.user = self.api.register()
        self.room = self.api.room(self.user)
        self.acknowledged = {}  # id -> content
        self.names = 0

    def content(self):
        self.names += 1
        return f"message {self.names}"

    def post(self, content, **more):
        answer = self.api.post(f"/rooms/{self.room}/messages/", user=self.user, json={"content": content, **more})
        if answer.status_code in (200, 201):
            self.acknowledged[answer.json()["message_id"]] = content
        return answer

    def readiness(self):
        answer = self.api.get("/readyz")
        return answer.json()["failing"] if answer.status_code == 503 else []

    def failures(self):
        return float(re.search(r"^parley_commit_failures_total (\S+)$", self.api.get("/metrics").text, re.M)[1])

    def lines(self):
        """What the log says of transactions."""
        return [line for line in self.server.log if re.search("transactions? ", line)]

    async def send(self, socket, content):
        """A frame's way to its answer; returns the code of the refusal, None for an acknowledgement."""
        answer = await socket.ask("send_message", room_id=self.room, content=content)
        if answer["type"] == "message_ack":
            self.acknowledged[answer["payload"]["message_id"]] = content
            return None
        return answer["payload"]["code"]

    async def chat(self, socket, content):
        await socket.tell("chat_message", content=content)
        answer = await socket.until(lambda f: f["type"] == "error" or f.get("message", {}).get("content") == content)
        if answer["type"] == "error":
            return answer["code"]
        self.acknowledged[answer["message"]["id"]] = content
        return None

    def check(self):
        """Ends the server; every acknowledged message is in its database."""
        self.server.stop()
        with sqlite3.connect(self.server.database) as file:
            assert file.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            stored = dict(file.execute("SELECT id, content FROM messages"))
        file.close()
        lost = {k: v for k, v in self.acknowledged.items() if stored.get(k) != v}
        assert self.acknowledged and not lost
        return stored


@pytest.fixture
def service(tmp_path):
    one = Service(tmp_path)
    yield one
    one.disk.mend()
    one.api.close()
    if one.server.process.poll() is None:
        one.server.kill()


async def timed(*waits):
    """The results, all of which must be there in the time that is promised."""
    began = time.monotonic()
    results = await asyncio.wait_for(asyncio.gather(*waits), DEADLINE)
    took = time.monotonic() - began
    assert took < PROMISED, f"somebody waited for {took:.1f} s"
    return results


async def check_outage(service, begin, end):
    """Everybody is refused in time, reads go on, and afterwards all is well again."""
    sockets = Sockets(service.server)
    enveloped, flat = await sockets.joined(service.user, service.room), await sockets.chatting(service.room, service.user)
    assert service.post("before").status_code == 201
    failures = service.failures()
    begin()
    lost = service.content()
    post = asyncio.to_thread(service.post, lost, client_msg_id="again")
    codes = await timed(service.send(enveloped, service.content()), service.chat(flat, service.content()), post)
    answer = codes.pop()
    assert set(codes) <= REFUSALS, codes
    assert answer.status_code in (429, 500, 503) and answer.json()["code"] in REFUSALS
    # A change that no room makes.
    made = (await timed(asyncio.to_thread(service.api.post, "/rooms/", user=service.user, json={"name": "none"})))[0]
    assert made.status_code in (429, 500, 503) and made.json()["code"] in REFUSALS
    began = time.monotonic()
    assert service.readiness() == ["database_writes"]
    assert time.monotonic() - began < PROMISED
    assert service.api.get("/healthz").status_code == 200
    assert service.api.get(f"/rooms/{service.room}/messages/", user=service.user).json()["items"][0]["content"] == "before"
    assert (await enveloped.ask("ping"))["type"] == "pong"
    end()
    soon(lambda: service.readiness() == [])
    assert service.failures() > failures or begin.__name__ == "hang"
    assert await timed(service.send(enveloped, service.content()), service.chat(flat, service.content())) == [None, None]
    # The client repeats what it was not told of: it is there once, whether or not it was stored before.
    assert service.post(lost, client_msg_id="again").status_code in (200, 201)
    await sockets.close()
    stored = list(service.check().values())
    assert stored.count(lost) == 1


@pytest.mark.parametrize("name", OUTAGES)
async def test_an_outage_of_the_disk_is_told_and_ends_without_a_restart(service, name):
    def fail():
        service.disk.break_down(**OUTAGES[name])

    fail.__name__ = "hang" if name == "hanging" else "fail"
    await check_outage(service, fail, service.disk.mend)


async def test_a_database_that_another_process_locks_is_told_and_ends_without_a_restart(service):
    other = sqlite3.connect(service.server.database, isolation_level=None, check_same_thread=False)
    await check_outage(service, lambda: other.execute("BEGIN EXCLUSIVE"), lambda: other.execute("COMMIT"))
    other.close()


def test_writes_that_are_taken_in_parts_are_no_outage(service):
    service.disk.break_down(writes=SHORT)
    for _ in range(5):
        assert service.post(service.content()).status_code == 201
    assert service.disk.hits("writes") > 0 and service.readiness() == []
    service.check()


def test_an_outage_is_a_few_lines_in_the_log_whatever_the_load(service):
    service.disk.break_down(writes=FULL)
    for _ in range(30):
        assert service.post(service.content()).status_code == 500
    assert 1 <= len(service.lines()) <= 5, service.lines()
    assert service.failures() >= 30
    service.disk.mend()
    soon(lambda: service.readiness() == [])
    soon(lambda: any("again" in line for line in service.lines()))


def test_what_failed_is_not_acknowledged_after_a_crash_amid_the_outage(service):
    """The bytes of a transaction whose sync failed may lie in the file; they must not take what was promised with them."""
    for _ in range(20):
        assert service.post(service.content()).status_code == 201
    service.disk.break_down(syncs=FAILS)
    refused = [service.content() for _ in range(5)]
    for content in refused:
        assert service.post(content, client_msg_id=content).status_code == 500
    service.server.kill()
    service.disk.mend()
    service.server = Server(service.data, env=service.disk.env).start()
    with Api(service.server) as service.api:
        for content in refused:
            assert service.post(content, client_msg_id=content).status_code in (200, 201)
    stored = list(service.check().values())
    assert [stored.count(content) for content in refused] == [1] * 5


@pytest.mark.skipif("PARLEY_LONG" not in os.environ, reason="fills a log of 32 MB: PARLEY_LONG=1")
def test_a_log_that_cannot_be_moved_into_the_database_grows_and_loses_nothing(service):
    """Only the file itself fails: commits go to the log beside it, and what moves them over has to try again."""
    service.disk.aim(service.server.database, alone=True)
    service.disk.break_down(syncs=FAILS)
    while service.disk.hits("syncs") < 3:
        assert service.post(service.content() + " " + "x" * 3900).status_code == 201
    assert service.readiness() == []
    service.server.kill()
    service.disk.mend()
    service.server = Server(service.data, env=service.disk.env).start()
    service.check()


# -- files beside the database ------------------------------------------------------------


def names(folder):
    return sorted(os.listdir(folder))


def test_an_upload_that_the_disk_does_not_take_leaves_no_file(service):
    video = b"\x1aE\xdf\xa3" + bytes(300_000)
    target = f"/rooms/{service.room}/videos?title=film"
    headers = {"Content-Type": "video/webm"}
    for fault in ({"writes": FULL}, {"syncs": FAILS}):
        service.disk.aim(service.data / "videos")
        service.disk.break_down(**fault)
        answer = service.api.post(target, user=service.user, headers=headers, content=video)
        assert (answer.status_code, answer.json()["code"]) == (500, "internal")
        soon(lambda: names(service.data / "videos") == [])
        service.disk.mend()
    assert service.api.post(target, user=service.user, headers=headers, content=video).status_code == 201
    assert len(names(service.data / "videos")) == 1


def test_a_resumable_upload_goes_on_once_the_disk_has_room(service):
    video = b"\x1aE\xdf\xa3" + bytes(300_000)
    tus = {"Tus-Resumable": "1.0.0"}
    made = service.api.post(f"/rooms/{service.room}/uploads", user=service.user, headers={
        **tus, "Upload-Length": str(len(video)), "Upload-Metadata": "title ZmlsbQ==,filetype dmlkZW8vd2VibQ=="})
    assert made.status_code == 201, made.text
    where = made.headers["location"]

    def offset():
        return int(service.api.request("HEAD", where, user=service.user, headers=tus).headers["upload-offset"])

    def patch():
        at = offset()
        return service.api.request("PATCH", where, user=service.user, content=video[at:], headers={
            **tus, "Upload-Offset": str(at), "Content-Type": "application/offset+octet-stream"})

    service.disk.aim(service.data / "videos")
    service.disk.break_down(writes=FULL)
    answer = patch()
    assert (answer.status_code, answer.json()["code"]) == (500, "internal")
    service.disk.mend()
    assert patch().status_code == 204
    [file] = names(service.data / "videos")
    assert (service.data / "videos" / file).read_bytes() == video


def test_an_avatar_that_the_disk_does_not_take_leaves_no_file_and_the_old_one(service):
    dot = ("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==")
    assert service.api.put("/users/me", user=service.user, json={"avatar": dot}).status_code == 200
    before = names(service.data / "avatars")
    for fault in ({"writes": FULL}, {"syncs": FAILS}, {"names": READ_ONLY}):
        service.disk.aim(service.data / "avatars")
        service.disk.break_down(**fault)
        answer = service.api.put("/users/me", user=service.user, json={"avatar": dot})
        assert (answer.status_code, answer.json()["code"]) == (500, "internal")
        service.disk.mend()
        soon(lambda: names(service.data / "avatars") == before)
    old = service.api.get("/users/me", user=service.user).json()["avatar_url"]
    assert service.api.get(old).status_code == 200


# -- a file system that really is full -----------------------------------------------------


def test_a_file_system_without_room_is_told_and_room_helps(tmp_path):
    folder = tmp_path / "small"
    folder.mkdir()
    if why := mount(folder, "3m"):
        pytest.skip(f"no file system may be mounted here: {why}")
    try:
        with Server(folder / "data") as server, Api(server) as api:
            user = api.register()
            room = api.room(user)
            kept = api.say(user, room, "kept")
            with open(folder / "filler", "wb", buffering=0) as filler:
                try:
                    while filler.write(bytes(4096)):
                        pass
                except OSError:
                    pass
            answers = []
            while not answers or answers[-1].status_code == 201:  # what is left of the log's last block is used first
                answers.append(api.post(f"/rooms/{room}/messages/", user=user, json={"content": "x" * 4000}))
            assert (answers[-1].status_code, answers[-1].json()["code"]) == (500, "internal")
            assert api.get("/readyz").json()["failing"] == ["database_writes"]
            assert api.get(f"/messages/{kept}", user=user).json()["content"] == "kept"
            (folder / "filler").unlink()
            soon(lambda: api.get("/readyz").status_code == 200)
            taken = [a.json()["message_id"] for a in answers[:-1]] + [api.say(user, room, "again")]
            for number in taken:
                assert api.get(f"/messages/{number}", user=user).status_code == 200
    finally:
        unmount(folder)


# -- a start that cannot be -------------------------------------------------------------------


def refused(data, **more):
    """The one line of a server that must not start."""
    done = run_parley("serve", "--port", 0, "--data-dir", data, *settings_flags({}), **more)
    assert done.returncode == 1, (done.returncode, done.stderr)
    [line] = done.stderr.strip().splitlines()
    return line


def test_a_start_on_a_read_only_disk_says_so_in_one_line(tmp_path):
    data = tmp_path / "data"
    disk = Disk(tmp_path, data)
    disk.break_down(**OUTAGES["read-only"])
    assert "Read-only file system" in refused(data, env=disk.env)
    disk.mend()
    with Server(data, env=disk.env):
        pass
    disk.break_down(**OUTAGES["read-only"])
    assert "Read-only file system" in refused(data, env=disk.env)
    disk.break_down(names=NOTHING)
    assert "database" in refused(data, env=disk.env)


def test_a_start_on_a_full_disk_says_so_in_one_line(tmp_path):
    disk = Disk(tmp_path, tmp_path / "data")
    disk.break_down(writes=FULL)
    assert "full" in refused(tmp_path / "data", env=disk.env)


def test_a_start_on_what_is_no_database_says_so_in_one_line(tmp_path):
    (tmp_path / "parley.db").write_bytes(b"no database" * 1000)
    line = refused(tmp_path)
    assert str(tmp_path / "parley.db") in line and "not a database" in line
    assert (tmp_path / "parley.db").read_bytes() == b"no database" * 1000


def test_a_start_on_a_newer_database_says_so_in_one_line(tmp_path):
    with Server(tmp_path) as server:
        pass
    with sqlite3.connect(server.database) as file:
        file.execute("INSERT INTO schema_migrations (version, name, checksum, applied_at) "
                     "VALUES (999, 'from_the_future', 'x', 0)")
    file.close()
    assert "newer than this program" in refused(tmp_path)
