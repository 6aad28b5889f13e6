"""PostgreSQL behind the server: killed backends, a crash, a server that freezes and comes back, refusals."""

import asyncio
import json
import os
import random
import signal
import socketserver
import struct
import threading
import time
import urllib.parse

import pytest
import requests
import websockets

import postgres
from clients import Api
from crowd import require_order
from harness import Server, claims_for, run_parley, settings_flags, sign, soon

pytestmark = pytest.mark.skipif(not postgres.ASKED_FOR, reason="PARLEY_TEST_DATABASE is not postgres")

SENDERS, ROOMS = 32, 8
#: `PARLEY_KILLS=200` is the long form.
KILLS = int(os.environ.get("PARLEY_KILLS", "15"))
#: Answers to commits; `PARLEY_LOST_ANSWERS=400` is the long form.
LOST_ANSWERS = int(os.environ.get("PARLEY_LOST_ANSWERS", "20"))
CRASHES = int(os.environ.get("PARLEY_CRASHES", "2"))
FAILOVERS = int(os.environ.get("PARLEY_FAILOVERS", "1"))
#: Seconds for which a server is frozen; `PARLEY_FREEZES=0.5,2,30` is the long form.
FREEZES = [float(x) for x in os.environ.get("PARLEY_FREEZES", "0.5,2").split(",")]

BUSY = ("internal", "rate_limited", "service_unavailable")


class Talk:
    """People who post, repeat what was refused, and hear their room."""

    def __init__(self, server, folder, url, fresh=True):
        self.server = server
        if fresh:
            self.furnish(folder, url)
        self.tokens = (folder / "tokens").read_text().split()
        self.acknowledged = {}  # id -> content
        self.heard = {room: [] for room in range(1, ROOMS + 1)}  # ids by the first of each room
        self.refused = 0
        self.ending = False
        self.last_answer = 0.0  # of the monotonic clock
        self.longest_pause = 0.0  # between two acknowledgements, in seconds

    def furnish(self, folder, url):
        made = run_parley("fixtures", "--users", SENDERS, "--rooms", ROOMS, "--tokens", folder / "tokens", "--data-dir",
                          self.server.data_dir, "--db", url, *settings_flags({}), timeout=60)
        assert made.returncode == 0, made.stderr

    async def speak(self, k, life):
        room = 1 + k % ROOMS
        async with websockets.connect(self.server.ws + "/ws", ping_interval=None, compression=None,
                                      extra_headers={"Authorization": f"Bearer {self.tokens[k]}"}) as socket:
            await socket.recv()  # the greeting
            kind = "room_join_error"
            while kind == "room_join_error":  # the disturbance came before it was in: once more
                await socket.send(json.dumps({"type": "join_room", "payload": {"room_id": room}}))
                kind, _ = await self.until(socket, "room_joined", "room_join_error")
            number = 0
            while not self.ending:
                number += 1
                content = f"life {life} sender {k} message {number}"
                payload = {"room_id": room, "content": content, "client_msg_id": content}
                kind = "error"
                while kind == "error":  # refused: the same once more
                    await socket.send(json.dumps({"type": "send_message", "payload": payload}))
                    kind, answer = await self.until(socket, "message_ack", "error", room=room if k < ROOMS else None)
                    if kind == "error":
                        assert answer["code"] in BUSY, answer
                        self.refused += 1
                        await asyncio.sleep(0.05)
                self.acknowledged[answer["message_id"]] = content
                self.note_answer(time.monotonic())

    def note_answer(self, now):
        if self.last_answer:
            self.longest_pause = max(self.longest_pause, now - self.last_answer)
        self.last_answer = now

    async def until(self, socket, *kinds, room=None):
        """The next frame of one of these kinds. What comes before of the room is noted."""
        while True:
            frame = json.loads(await asyncio.wait_for(socket.recv(), 40))
            if frame["type"] == "room_message" and room:
                self.heard[room].append(frame["payload"]["id"])
            if frame["type"] in kinds:
                return frame["type"], frame["payload"]

    async def go_on_while(self, life, disturb):
        self.ending = False
        self.last_answer = 0.0
        crowd = [asyncio.create_task(self.speak(k, life)) for k in range(SENDERS)]
        try:
            await self.hear_more(crowd)
            await asyncio.to_thread(disturb)
            await self.hear_more(crowd)  # it goes on afterwards
            self.ending = True
            await asyncio.wait_for(asyncio.gather(*crowd), 60)
        finally:
            for one in crowd:
                one.cancel()

    async def hear_more(self, crowd):
        enough = len(self.acknowledged) + SENDERS
        while len(self.acknowledged) < enough:
            for one in crowd:
                if one.done():
                    one.result()
            await asyncio.sleep(0.01)

    def check(self, cluster, database):
        rows = cluster.query(database, "SELECT id, content FROM messages ORDER BY id")
        stored = {int(number): content for number, content in rows}
        lost = {n: c for n, c in self.acknowledged.items() if stored.get(n) != c}
        assert not lost, f"{len(lost)} acknowledged messages are not as sent: {list(lost.items())[:5]}"
        assert len(set(stored.values())) == len(stored), "a message is stored twice"
        require_order(stored)
        for room, ids in self.heard.items():
            assert ids == sorted(set(ids)), f"room {room} heard its messages out of order or twice"


@pytest.fixture
def durable():
    cluster = postgres.Postgres(durable=True)
    yield cluster
    cluster.remove()


def test_killed_backends_lose_nothing_and_double_nothing(tmp_path):
    cluster = postgres.Postgres.shared()
    dice = random.Random(13)

    def kill_some():
        for _ in range(KILLS):
            threading.Event().wait(dice.uniform(0.01, 0.15))
            cluster.query("postgres", "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE "
                                      f"datname = '{database}' AND pid <> pg_backend_pid() AND random() < 0.7")

    with Server(tmp_path / "data") as server:
        database = cluster.database_of(server.data_dir)
        talk = Talk(server, tmp_path, cluster.url(database))
        asyncio.run(talk.go_on_while(0, kill_some))
        talk.check(cluster, database)
    print(f"{KILLS} kills; {len(talk.acknowledged)} acknowledged, {talk.refused} refused and repeated")


def test_lost_answers_lose_nothing_and_double_nothing(tmp_path):
    cluster = postgres.Postgres.shared()
    database = cluster.database_of(tmp_path / "data")
    way = postgres.LossyWay(cluster)
    url = cluster.url(database).replace(urllib.parse.quote(str(cluster.folder), safe=""),
                                        urllib.parse.quote(str(way.folder), safe=""))
    dice = random.Random(400)

    def lose_some():
        for _ in range(LOST_ANSWERS):
            if dice.random() < 0.2:
                way.lose("question")
            way.lose(dice.choice(["answer", "answer", "between"]))
            threading.Event().wait(dice.uniform(0, 0.05))

    try:
        with Server(tmp_path / "data", args=["--db", url]) as server:
            talk = Talk(server, tmp_path, cluster.url(database))
            asyncio.run(talk.go_on_while(0, lose_some))
            talk.check(cluster, database)
    finally:
        way.remove()
    print(f"{LOST_ANSWERS} lost answers; {len(talk.acknowledged)} acknowledged, {talk.refused} refused and repeated, "
          f"the longest pause {talk.longest_pause:.2f} s")


def test_a_crash_of_postgresql_loses_nothing(tmp_path, durable):
    database = durable.database_of(tmp_path / "data")
    url = durable.url(database)
    with Server(tmp_path / "data", args=["--db", url]) as server:
        talk = Talk(server, tmp_path, url)

        def crash():
            durable.crash()
            durable.start()

        for life in range(CRASHES):
            asyncio.run(talk.go_on_while(life, crash))
            talk.check(durable, database)


def test_a_failover_to_a_synchronous_standby_loses_nothing(tmp_path):
    primary = postgres.Postgres(durable=True)
    clusters, pauses = [primary], []
    try:
        for life in range(FAILOVERS):
            standby = postgres.Postgres(durable=True, follows=primary)
            clusters.append(standby)
            soon(primary.is_followed)
            database = primary.database_of(tmp_path / "data")
            url = primary.url(database, standby)
            for refused in (standby.url("postgres"), standby.url("postgres") + "?target_session_attrs=any"):
                expect_one_line(["migrate"], tmp_path / "other", refused, "a standby: name the primary")
            with Server(tmp_path / "data", args=["--db", url]) as server:
                talk = Talk(server, tmp_path, url, fresh=life == 0)

                def fail_over(old=primary, new=standby):
                    old.crash()
                    new.query("postgres", "ALTER SYSTEM RESET synchronous_standby_names")
                    new.promote()
                    new.query("postgres", "SELECT pg_reload_conf()")

                answer = requests.get(server.http + "/readyz", timeout=10)
                assert answer.json() == {"status": "ok", "standby": "synchronous"}
                asyncio.run(talk.go_on_while(life, fail_over))
                talk.check(standby, database)
                pauses.append(talk.longest_pause)
            standby.known = primary.known
            primary = standby
    finally:
        for one in clusters:
            one.remove()
    print(f"{FAILOVERS} failovers; pauses of {min(pauses):.2f} to {max(pauses):.2f} s")


@pytest.mark.parametrize("seconds", FREEZES)
def test_a_server_that_froze_stores_nothing_late(tmp_path, seconds):
    """Another one is started while it is frozen amid its work: either that is refused, or this one stores no more."""
    cluster = postgres.Postgres.shared()
    url = cluster.url_of(tmp_path / "one")
    database = cluster.database_of(tmp_path / "one")
    first = Server(tmp_path / "one", args=["--db", url]).start()
    second = Server(tmp_path / "two", args=["--db", url])

    def stored():
        return cluster.query(database, "SELECT COUNT(*), MAX(id) FROM messages")

    async def freeze_amid_work():
        crowd = [asyncio.create_task(talk.speak(k, 0)) for k in range(SENDERS)]
        while len(talk.acknowledged) < SENDERS:
            await asyncio.sleep(0)
        first.process.send_signal(signal.SIGSTOP)
        second.launch()
        await asyncio.to_thread(second._ready.wait, seconds)
        took_over = await asyncio.to_thread(wait_for_place) if seconds > 1.8 else False
        before = await asyncio.to_thread(stored)
        first.process.send_signal(signal.SIGCONT)
        if took_over:
            assert await asyncio.to_thread(first.wait, 20) == 75
            assert any("taken this one's place" in line for line in first.log)
            assert await asyncio.to_thread(stored) == before
        else:
            assert await asyncio.to_thread(second.wait, 20) == 1
            talk.ending = True
        await asyncio.gather(*crowd, return_exceptions=True)
        return took_over

    def wait_for_place():
        soon(lambda: cluster.query(database, "SELECT process FROM nodes WHERE name = 'server'")
             == [[str(second.process.pid)]])
        return True

    try:
        talk = Talk(first, tmp_path, url)
        asyncio.run(freeze_amid_work())
        talk.check(cluster, database)
    finally:
        for one in (first, second):
            if one.process and one.process.poll() is None:
                one.process.send_signal(signal.SIGCONT)
                one.kill()


def test_a_second_server_is_refused_in_one_line(tmp_path):
    cluster = postgres.Postgres.shared()
    url = cluster.url_of(tmp_path / "one")
    with Server(tmp_path / "one", args=["--db", url]) as first:
        refused = run_parley("serve", "--port", 0, "--data-dir", tmp_path / "two", "--db", url, *settings_flags({}))
        assert refused.returncode == 1
        assert f"another server runs on this database (process {first.process.pid} on " in refused.stderr
        assert refused.stderr.count("\n") == 1, refused.stderr


def test_a_server_that_was_killed_is_followed_at_once(tmp_path):
    url = postgres.Postgres.shared().url_of(tmp_path / "one")
    first = Server(tmp_path / "one", args=["--db", url]).start()
    first.kill()
    with Server(tmp_path / "one", args=["--db", url]):
        pass


def expect_one_line(command, folder, url, remedy):
    done = run_parley(*command, "--data-dir", folder, "--db", url, *settings_flags({}))
    assert done.returncode == 1, done.stderr
    assert remedy in done.stderr and done.stderr.count("\n") == 1, done.stderr
    assert "secret" not in done.stderr


@pytest.fixture(scope="module")
def strict():
    """One that asks for passwords, but of its own user."""
    cluster = postgres.Postgres()
    cluster.query("postgres", "CREATE ROLE ann LOGIN PASSWORD 'very secret'")
    cluster.query("postgres", "REVOKE CREATE ON SCHEMA public FROM PUBLIC")
    cluster.make("closed")
    cluster.query("postgres", "REVOKE CONNECT ON DATABASE closed FROM PUBLIC")
    cluster.ask_for_passwords("ann")
    yield cluster
    cluster.remove()


@pytest.mark.parametrize("user, database, remedy", [
    ("ann:wrong-secret", "postgres", "check user and password in storage.url"),
    ("ann", "postgres", "put the password into storage.url"),
    ("ann:very%20secret", "postgres", "the role needs the rights to use the schema public and to create in it"),
    ("ann:very%20secret", "closed", "the role needs the rights to connect"),
    ("postgres", "nowhere", "create it first"),
    ("bob", "postgres", "create it first"),
])
@pytest.mark.parametrize("command", [["serve", "--port", "0"], ["migrate"]])
def test_a_user_that_may_not_is_one_line(tmp_path, strict, command, user, database, remedy):
    url = strict.url(database).replace("postgres@", user + "@", 1)
    expect_one_line(command, tmp_path, url, remedy)


def test_tables_of_somebody_else_are_one_line(tmp_path, strict):
    url = strict.make("foreign_tables")
    assert run_parley("migrate", "--data-dir", tmp_path, "--db", url).returncode == 0
    strict.query("foreign_tables", "GRANT CREATE ON SCHEMA public TO ann")
    expect_one_line(["serve", "--port", "0"], tmp_path, url.replace("postgres@", "ann:very%20secret@", 1),
                    "the tables must belong to the role, or it needs the rights to read and change them")


def test_another_encoding_is_one_line(tmp_path, strict):
    url = strict.make("latin", "ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0")
    expect_one_line(["serve", "--port", "0"], tmp_path, url, "createdb --encoding UTF8 --template template0")


def test_any_locale_gives_the_same_pages(tmp_path, strict):
    """In Russian by ICU, `ё` stands behind `е`, and case hardly counts."""
    names = ["Zed", "adam", "Ädam", "ёж", "Еж", "яна", "Éva", "eve_2", "eve1", "EVE3"]
    pages = []
    for number, locale in enumerate(["LOCALE 'C'", "LOCALE_PROVIDER icu ICU_LOCALE 'ru' LOCALE 'C'"]):
        url = strict.make(f"locale_{number}", f"ENCODING 'UTF8' {locale} TEMPLATE template0")
        with Server(tmp_path / str(number), args=["--db", url]) as server, Api(server) as api:
            for name in names:
                made = api.post("/users/", json={"username": name, "email": f"{names.index(name)}@example.org",
                                                 "password": "long enough 1"})
                assert made.status_code == 201, made.text
            pages.append([api.get("/users/", user=sign(claims_for(2)), params={"search": x, "size": 3, "page": n}).json()
                          for x in ("", "e", "E", "ё", "eve_", "ä") for n in (1, 2, 3)])
    assert pages[0] == pages[1]
    assert pages[0][0]["total"] == len(names)


class OldServer(socketserver.StreamRequestHandler):
    """Speaks just enough of PostgreSQL's protocol (its manual, 55.2) to be asked for its version."""

    def handle(self):
        size, code = struct.unpack("!ii", self.rfile.read(8))
        if code == 80877103:  # SSLRequest
            self.wfile.write(b"N")
            size, code = struct.unpack("!ii", self.rfile.read(8))
        self.rfile.read(size - 8)
        self.say(b"R", struct.pack("!i", 0))  # AuthenticationOk
        for name, value in {"server_version": "14.9", "server_encoding": "UTF8", "client_encoding": "UTF8",
                            "in_hot_standby": "off", "default_transaction_read_only": "off"}.items():
            self.say(b"S", f"{name}\0{value}\0".encode())
        self.say(b"Z", b"I")  # ReadyForQuery
        while (kind := self.rfile.read(1)) not in (b"", b"X"):
            self.rfile.read(struct.unpack("!i", self.rfile.read(4))[0] - 4)
            if kind == b"Q":
                self.say(b"C", b"SET\0")
                self.say(b"Z", b"I")

    def say(self, kind, body):
        self.wfile.write(kind + struct.pack("!i", len(body) + 4) + body)


def test_an_old_postgresql_is_one_line(tmp_path):
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), OldServer) as old:
        threading.Thread(target=old.serve_forever, daemon=True).start()
        url = f"postgresql://u@127.0.0.1:{old.server_address[1]}/d?gssencmode=disable"
        expect_one_line(["migrate"], tmp_path, url, "PostgreSQL 15 or newer is needed; this server is 14.9")
        old.shutdown()


@pytest.mark.parametrize("url, remedy", [
    ("postgresql://postgres@%2Fnowhere/x", "is PostgreSQL running there"),
    ("postgresql://u:secret@127.0.0.1:1/x", "is PostgreSQL running there"),
    ("postgresql://u:secret@h/x?no_such=1", "is not a URL of PostgreSQL"),
    ("postgresql://u:secret@no-such-host.invalid/x", "correct the host in storage.url"),
])
@pytest.mark.parametrize("command", [["serve", "--port", "0"], ["migrate"], ["token", "--user", "2"]])
def test_a_database_that_is_not_there_is_one_line(tmp_path, command, url, remedy):
    expect_one_line(command, tmp_path, url, remedy)


def test_readiness_names_the_database_while_it_is_away(tmp_path, durable):
    url = durable.url_of(tmp_path / "data")
    with Server(tmp_path / "data", args=["--db", url]) as server:
        assert requests.get(server.http + "/readyz", timeout=10).json() == {"status": "ok", "standby": "none"}
        durable.crash()
        answer = requests.get(server.http + "/readyz", timeout=10)
        assert answer.status_code == 503 and answer.json()["failing"] == ["database_reads"]
        durable.start()
        soon(lambda: requests.get(server.http + "/readyz", timeout=10).status_code == 200)


def test_while_the_database_is_silent_nothing_is_taken_and_sockets_stay(tmp_path, durable):
    url = durable.url_of(tmp_path / "data")
    with Server(tmp_path / "data", args=["--db", url]) as server:
        talk = Talk(server, tmp_path, url)
        token = {"Authorization": f"Bearer {talk.tokens[0]}"}

        def status():
            answer = requests.get(server.http + "/users/me", headers=token, timeout=10)
            return answer.status_code, answer.json().get("code")

        async def ask(socket, kind, expected, **payload):
            await socket.send(json.dumps({"type": kind, "payload": {"room_id": 1, **payload}}))
            return (await talk.until(socket, expected))[1]

        async def at_last(socket, kind, expected, **payload):
            for _ in range(100):
                try:
                    return await asyncio.wait_for(ask(socket, kind, expected, **payload), 0.3)
                except asyncio.TimeoutError:
                    pass
            raise AssertionError(f"no {expected} to any {kind}")

        async def watch():
            async with websockets.connect(server.ws + "/ws", ping_interval=None, extra_headers=token) as socket:
                await socket.recv()  # the greeting
                await ask(socket, "join_room", "room_joined")
                assert status() == (200, None)
                durable.crash()
                await asyncio.to_thread(soon, lambda: status() == (500, "internal"))
                # The readers know that it is away before the node's place is in doubt.
                assert (await at_last(socket, "typing", "error", is_typing=True))["code"] == "rate_limited"
                began = time.monotonic()
                assert (await ask(socket, "typing", "error", is_typing=True))["code"] == "rate_limited"
                assert (await ask(socket, "send_message", "error", content="x"))["code"] == "rate_limited"
                assert (await ask(socket, "join_room", "room_join_error"))["code"] == "rate_limited"
                assert time.monotonic() - began < 1, "it waited for the database"
                await asyncio.to_thread(durable.start)
                await asyncio.to_thread(soon, lambda: status() == (200, None))
                assert (await at_last(socket, "send_message", "message_ack", content="x"))["message_id"] > 0

        asyncio.run(watch())


def test_a_sqlite_database_moves_over(tmp_path):
    cluster = postgres.Postgres.shared()
    made = run_parley("fixtures", "--users", 50, "--rooms", 5, "--tokens", tmp_path / "tokens", "--data-dir",
                      tmp_path / "data", "--db", "sqlite:///parley.db", *settings_flags({}), timeout=60)
    assert made.returncode == 0, made.stderr
    url = cluster.make("moved")
    moved = run_parley("migrate", "--to-postgresql", url, "--data-dir", tmp_path / "data", "--db", "sqlite:///parley.db",
                       timeout=60)
    assert moved.returncode == 0, moved.stderr
    assert cluster.query("moved", "SELECT COUNT(*) FROM members") == [["50"]]
    again = run_parley("migrate", "--to-postgresql", url, "--data-dir", tmp_path / "data", "--db", "sqlite:///parley.db")
    assert again.returncode == 1 and "has users already" in again.stderr
    with Server(tmp_path / "data", args=["--db", url]):
        pass
