"""What is on the disk when a message was deleted, and when the server has stopped."""

import asyncio
import sqlite3

import pytest

from clients import Api, Sockets
from disk import FAILS, Disk
from harness import Server, run_parley, soon

#: Seconds within which deleted content has to be gone from the files.
PROMISED = 60

FILES = ("parley.db", "parley.db-wal", "parley.db-shm", "parley.db-journal")


class House:
    """A server on a folder of its own, with one room."""

    def __init__(self, folder, **more):
        self.data = folder / "data"
        self.server = Server(self.data, **more).start()
        self.api = Api(self.server)
        self.alice, self.bob = self.api.register(), self.api.register()
        self.room = self.api.room(self.alice, self.bob, name="the tea room")

    def say(self, content):
        return self.api.say(self.alice, self.room, content)

    def holders(self, text):
        """Of the database's files, those that hold the text."""
        return [name for name in FILES
                if (self.data / name).exists() and text.encode() in (self.data / name).read_bytes()]

    def databases(self):
        """But for the lock, which holds nothing."""
        return sorted(one.name for one in self.data.iterdir()
                      if one.name.startswith("parley.db") and not one.name.endswith(".lock"))

    def delete(self, message):
        assert self.api.delete(f"/messages/{message}", user=self.alice).status_code == 204

    def is_gone(self, *texts, within=PROMISED):
        soon(lambda: not any(self.holders(text) for text in texts), deadline=within)


@pytest.fixture
def house(tmp_path):
    here = House(tmp_path)
    yield here
    here.api.close()
    if here.server.process.poll() is None:
        here.server.stop()


def test_what_was_deleted_edited_or_dissolved_is_gone_within_a_minute_while_the_server_runs(house):
    deleted, edited = house.say("a private word"), house.say("first words")
    other = house.api.room(house.alice, name="a room of one's own")
    house.api.say(house.alice, other, "said in there")
    assert house.holders("a private word")
    house.delete(deleted)
    assert house.api.put(f"/messages/{edited}", user=house.alice, json={"content": "second words"}).status_code == 200
    assert house.api.delete(f"/rooms/{other}", user=house.alice).status_code == 204
    house.is_gone("a private word", "first words", "a room of one's own", "said in there")
    assert house.holders("second words")


async def test_a_deletion_over_a_socket_s_message_is_erased_while_readers_read(house):
    sockets = Sockets(house.server)
    one = await sockets.joined(house.alice, house.room)
    said = (await one.ask("send_message", room_id=house.room, content="a private word"))["payload"]["message_id"]
    stop = asyncio.Event()

    async def read():
        while not stop.is_set():
            await asyncio.to_thread(house.api.get, f"/rooms/{house.room}/messages/", user=house.bob)

    readers = [asyncio.create_task(read()) for _ in range(2)]
    house.delete(said)
    await asyncio.to_thread(house.is_gone, "a private word")
    stop.set()
    await asyncio.gather(*readers)
    await sockets.close()


def test_a_program_that_looks_at_the_database_for_long_only_puts_it_off(house):
    said = house.say("a private word")
    looker = sqlite3.connect(house.data / "parley.db", isolation_level=None)
    looker.execute("BEGIN")
    looker.execute("SELECT COUNT(*) FROM messages").fetchone()
    house.delete(said)
    soon(lambda: house.api.get("/healthz").status_code == 200)
    house.say("life goes on")
    assert house.holders("a private word"), "the looker sees it still"
    looker.execute("COMMIT")
    house.is_gone("a private word")
    looker.close()


def test_a_stopped_server_leaves_one_file_that_is_the_database(house):
    said = house.say("a private word")
    house.say("a word that stays")
    house.delete(said)
    house.api.get(f"/rooms/{house.room}/messages/", user=house.bob)
    house.server.stop()
    assert house.databases() == ["parley.db"]
    assert house.holders("a word that stays") == ["parley.db"]
    assert not house.holders("a private word")
    alone = sqlite3.connect(f"file:{house.data / 'parley.db'}?immutable=1", uri=True)
    assert alone.execute("SELECT content FROM messages ORDER BY id").fetchall() == [("",), ("a word that stays",)]
    assert alone.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    alone.close()


def test_commands_leave_one_file_as_well(house):
    house.server.stop()
    database = ("--data-dir", house.data)
    for command in (("migrate",), ("migrate", "--status"), ("token", "--user", house.alice.id),
                    ("user", "promote", house.alice.username)):
        done = run_parley(*command, *database, "--set", "auth.secret=integration-tests-sign-with-this-secret")
        assert done.returncode == 0, done.stderr
        assert house.databases() == ["parley.db"], command


def test_what_was_deleted_before_a_crash_is_gone_soon_after_it(house):
    said = house.say("a private word")
    house.delete(said)
    house.server.kill()
    house.server.start()
    house.is_gone("a private word")


def test_a_disk_that_refuses_is_told_of_once_and_tried_again(tmp_path):
    disk = Disk(tmp_path, tmp_path / "data" / "parley.db")
    house = House(tmp_path, env=disk.env)
    disk.aim(house.data / "parley.db", alone=True)
    said = house.say("a private word")
    disk.break_down(writes=FAILS, syncs=FAILS)
    house.delete(said)

    def lines():
        return [line for line in house.server.log if "cannot be taken out of the database's files" in line]

    soon(lines, deadline=PROMISED)
    hits = disk.hits("writes") + disk.hits("syncs")
    soon(lambda: disk.hits("writes") + disk.hits("syncs") > hits, deadline=PROMISED)
    assert len(lines()) == 1, "tried again, told once"
    assert house.holders("a private word")
    disk.mend()
    house.is_gone("a private word")
    soon(lambda: any("is out of the database's files" in line for line in house.server.log))
    house.api.close()
    house.server.stop()
    assert house.databases() == ["parley.db"]
