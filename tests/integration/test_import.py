"""Section 12: `parley import` from a back end on FastAPI and SQLAlchemy, `parley export`, and NDJSON in between."""

import base64
import contextlib
import json
import sqlite3

import pytest

import fastapi_models as old
import media
import postgres
from clients import PASSWORD, Api, Sockets, User
from harness import Server, claims_for, query, run_parley, settings_flags, sign


@pytest.fixture(name="source")
def fixture_source(tmp_path):
    """The URL of the old back end's database, with its picture of alice below `static`."""
    pictures = tmp_path / "static" / "avatars"
    pictures.mkdir(parents=True)
    (pictures / "alice.png").write_bytes(media.png(64, 64))
    return old.make_sqlite(tmp_path / "app.db")


def bring(source, tmp_path, *more, data="data", timeout=60):
    return run_parley("import", source, "--data-dir", tmp_path / data, *settings_flags({}), *more, timeout=timeout)


def brought(source, tmp_path, *more, **which):
    done = bring(source, tmp_path, *more, **which)
    assert done.returncode == 0, done.stderr + done.stdout
    return done


def notes(file):
    return [json.loads(line) for line in file.read_text().splitlines()]


def counts(done):
    """{kind: [read, taken, here before, left out]}"""
    lines = [line.split() for line in done.stdout.split("\n\n")[0].splitlines()[1:]]
    return {kind: [int(x) for x in numbers] for kind, *numbers in lines}


def known(api, name):
    """A user of the old back end, signed in here with its old password."""
    tokens = api.sign_in(name)
    me = api.get("/users/me", user=tokens["access_token"]).json()
    return User(me["id"], me["username"], me["email"], PASSWORD, tokens["access_token"], tokens["refresh_token"])


async def test_users_of_the_old_back_end_go_on_here(source, tmp_path):
    brought(source, tmp_path, "--files", tmp_path / "static")
    with Server(tmp_path / "data") as server, Api(server) as api:
        alice, bob, lilei = known(api, "alice"), known(api, "bob"), known(api, "carol@example.org")
        assert (bob.id, lilei.id, lilei.username) == (2, 3, "李雷")
        me = api.get("/users/me", user=alice).json()
        assert [x["id"] for x in me["owned_rooms"]] == [10] and me["created_at"] == "2025-06-16T12:00:00.000Z"
        assert api.get(me["avatar_url"]).status_code == 200
        room = api.get("/rooms/10/details", user=bob).json()
        assert room["name"] == "一号房间" and room["owner_id"] == alice.id and room["member_count"] == 3
        assert [x["id"] for x in room["members"]] == [alice.id, bob.id, lilei.id]
        said = api.get("/rooms/10/messages/", user=bob).json()["items"]
        assert [x["id"] for x in said] == [101, 102, 103, 104, 105, 106, 107, 110, 111]
        assert [x["timestamp"] for x in said[:5]] == [
            "2025-06-16T12:00:01.000Z", "2025-06-16T12:00:02.500Z", "2025-06-16T12:00:03.000Z",
            "2025-06-16T12:00:04.000Z", "2025-06-16T12:00:05.000Z"]
        assert said[4]["message_type"] == "image" and said[7]["message_type"] == "text"
        assert said[5]["sender_username"] == f"deleted-{said[5]['sender_id']}"
        [asked] = api.get("/notifications/?status=unread", user=alice).json()["items"]
        answer = api.post(f"/notifications/{asked['id']}/respond", user=alice,
                          json={"action": "accept", "token": "token-1"})
        assert answer.json() == {"status": "accepted", "room_id": 10}
        minted = sign({"sub": "2", "exp": claims_for(2)["exp"]})  # as the old back end mints them, by the shared secret
        sockets = Sockets(server)
        socket = await sockets.joined(minted, 10)
        new = api.say(alice, 10, "behind all of them")
        assert new == 112
        heard = await socket.until(lambda frame: frame["type"] == "room_message")
        assert heard["payload"]["id"] == new
        await sockets.close()


def test_each_fault_is_a_line_of_the_report(source, tmp_path):
    report = tmp_path / "report"
    done = brought(source, tmp_path, "--files", tmp_path / "static", "--report", report)
    assert sorted((x["kind"], x["id"], x["rule"]) for x in notes(report)) == old.FAULTS
    assert counts(done) == {"user": [9, 9, 0, 0], "room": [4, 3, 0, 1], "member": [6, 4, 0, 2], "ban": [0, 0, 0, 0],
                            "message": [11, 9, 0, 2], "notification": [6, 3, 0, 3]}
    assert "foreign_password, 1: " in done.stdout and "  user 7: argon2, erin\n" in done.stdout


def test_a_name_is_never_somebody_else_s(source, tmp_path):
    brought(source, tmp_path)
    with Server(tmp_path / "data") as server, Api(server) as api:
        assert known(api, "bob").id == 2 and known(api, "dave_smith").id == 4 and known(api, "BOB-5").id == 5
        assert api.login("frank").status_code == 401 and api.login("erin").status_code == 401
        assert api.login("anonymous").status_code == 401


def test_a_dry_run_tells_the_same_and_writes_nothing(source, tmp_path):
    flags = ["--files", tmp_path / "static"]
    looked = brought(source, tmp_path, "--dry-run", *flags, "--report", tmp_path / "first")
    assert not (tmp_path / "data").exists()
    real = brought(source, tmp_path, *flags, "--report", tmp_path / "second")
    assert looked.stdout.replace("nothing was written", "") == real.stdout.replace("all of it is stored", "")
    assert notes(tmp_path / "first") == notes(tmp_path / "second")


def test_another_run_takes_what_is_new(source, tmp_path):
    brought(source, tmp_path)
    old.add_sqlite(tmp_path / "app.db", [old.user(70, "heidi"), old.message(120, 70, "new")], [(10, 70)])
    again = counts(brought(source, tmp_path))
    assert again == {"user": [10, 1, 9, 0], "room": [4, 0, 3, 1], "member": [7, 1, 4, 2], "ban": [0, 0, 0, 0],
                     "message": [12, 1, 11, 0], "notification": [6, 0, 3, 3]}
    with Server(tmp_path / "data") as server, Api(server) as api:
        assert known(api, "heidi").id == 70
        assert api.get("/messages/120", user=known(api, "bob")).json()["sender_id"] == 70


@pytest.mark.skipif(postgres.ASKED_FOR, reason="the fault is made in SQLite's file")
def test_a_run_that_was_broken_off_is_gone_on_with(source, tmp_path):
    def run(sql):
        with contextlib.closing(sqlite3.connect(tmp_path / "data" / "parley.db")) as file, file:
            return file.execute(sql).fetchall()

    assert run_parley("migrate", "--data-dir", tmp_path / "data").returncode == 0
    run("CREATE TRIGGER broken BEFORE INSERT ON messages WHEN NEW.id = 105 BEGIN SELECT RAISE(ABORT, 'no more'); END")
    stopped = bring(source, tmp_path)
    assert stopped.returncode == 1 and "run it again" in stopped.stderr
    assert run("SELECT COUNT(*) FROM rooms") == [(3,)] and run("SELECT COUNT(*) FROM messages") == [(0,)]
    run("DROP TRIGGER broken")
    assert counts(brought(source, tmp_path))["user"] == [9, 0, 9, 0]
    whole = bring(source, tmp_path, data="other")
    assert whole.returncode == 0
    with contextlib.closing(sqlite3.connect(tmp_path / "other" / "parley.db")) as file:
        for table in ("rooms", "members", "messages"):
            rows = f"SELECT id FROM {table} ORDER BY id"
            assert run(rows) == file.execute(rows).fetchall()


def test_what_has_no_free_id_gets_another(source, tmp_path):
    with Server(tmp_path / "data") as server, Api(server) as api:
        mine = api.register("bob")  # user 2
        room = api.room(mine)
        said = [api.say(mine, room, "here first") for _ in range(103)]
    done = brought(source, tmp_path, "--report", tmp_path / "report")
    assert f"all ids behind 0 are raised by {said[-1] + 1 - 101}" in done.stdout
    renamed = [x for x in notes(tmp_path / "report") if x["id"] == "2" and x["rule"] == "new_name"]
    assert len(renamed) == 1
    with Server(tmp_path / "data") as server, Api(server) as api:
        there = known(api, renamed[0]["what"].split()[-1])
        items = api.get("/rooms/10/messages/", user=there).json()["items"]
        assert items[0]["id"] == said[-1] + 1 and items[0]["content"] == "naive text"
        assert api.get(f"/messages/{said[0]}", user=mine).json()["content"] == "here first"


def test_new_passwords_are_made_where_hashes_cannot_be_taken(source, tmp_path):
    brought(source, tmp_path, "--passwords", tmp_path / "passwords")
    lines = [line.split("\t") for line in (tmp_path / "passwords").read_text().splitlines()]
    assert [line[0] for line in lines][0] == "erin" and len(lines) == 2
    assert (tmp_path / "passwords").stat().st_mode & 0o777 == 0o600
    with Server(tmp_path / "data") as server, Api(server) as api:
        assert api.login("erin", lines[0][2]).status_code == 200
    again = bring(source, tmp_path, "--passwords", tmp_path / "passwords")
    assert again.returncode == 1 and "is there already" in again.stderr


def test_what_is_exported_comes_in_as_it_was(tmp_path):
    with Server(tmp_path / "data") as server, Api(server) as api:
        alice, bob, carol = api.register(), api.register(), api.register()
        room = api.room(alice, bob, is_public=True, history="since_join")
        picture = base64.b64encode(media.png(32, 32)).decode()
        assert api.put("/users/me", user=alice, json={"avatar": picture}).status_code == 200
        first = api.say(bob, room, "tab\there, a \"quote\" and 文字", client_msg_id="one")
        assert api.put(f"/messages/{first}", user=bob, json={"content": "edited"}).status_code == 200
        gone = api.say(bob, room, "deleted")
        assert api.delete(f"/messages/{gone}", user=bob).status_code == 204
        api.post(f"/api/chat/messages/{first}/read/", user=alice)
        api.post(f"/rooms/{room}/members", user=carol)
        api.delete(f"/rooms/{room}/members/{bob.id}?ban=true", user=alice)
        exported = [run_parley("export", tmp_path / "lines", "--data-dir", tmp_path / "data")]
    assert exported[0].returncode == 0, exported[0].stderr
    done = brought(tmp_path / "lines", tmp_path, data="other")
    assert "left out" in done.stdout and "anonymous" in done.stdout
    again = run_parley("export", "-", "--data-dir", tmp_path / "other")
    first, second = (tmp_path / "lines").read_text().splitlines(), again.stdout.splitlines()
    assert {json.loads(line)["kind"] for line in first} == {"user", "room", "member", "ban", "message", "notification"}
    assert len(first) == len(second)
    for one, other in list(zip(map(json.loads, first), map(json.loads, second)))[1:]:  # the first is the reserved user
        pictures = one.pop("avatar", None), other.pop("avatar", None)
        assert one == other and [x is None for x in pictures][0] == (pictures[1] is None)


def test_lines_of_other_dumps_are_read(tmp_path):
    (tmp_path / "dump").write_text("\n".join([
        json.dumps(["user", {"id": "64f0", "username": "ann", "email": "ann@example.org", "password": old.BCRYPT}]),
        json.dumps(["user", {"id": "64f1", "userName": "ben", "email": "ben@example.org"}]),
        json.dumps({"event": "rooms", "data": {"_id": "r1", "name": "tea", "ownerId": "64f0", "isPublic": True}}),
        json.dumps({"event": "room_member", "data": {"roomId": "r1", "userId": "64f1", "role": "admin"}}),
        json.dumps(["message", {"id": "m2", "room": "r1", "sender": {"id": "64f1"}, "text": "two", "time": 1750075202}]),
        json.dumps(["message", {"id": "m1", "room": "r1", "sender": {"id": "64f0"}, "text": "one", "mood": 7}]),
        "{broken", json.dumps(["typing", {}])]))
    done = brought(tmp_path / "dump", tmp_path, "--report", tmp_path / "report")
    untaken = [x["id"] for x in notes(tmp_path / "report") if x["kind"] == "source"]
    assert untaken == ["line 7", "line 8", "member message.mood"]
    assert counts(done)["message"] == [2, 2, 0, 0]
    with Server(tmp_path / "data") as server, Api(server) as api:
        ann = known(api, "ann")
        [room] = api.get("/rooms/", user=ann).json()["items"]
        assert room["config"]["is_public"] and room["member_count"] == 2
        said = api.get(f"/rooms/{room['id']}/messages/", user=ann).json()["items"]
        assert [(x["content"], x["sender_username"]) for x in said] == [("two", "ben"), ("one", "ann")]


def refusal(done):
    assert (done.returncode, len(done.stderr.splitlines())) == (1, 1), done
    return done.stderr


def test_what_is_no_source_is_one_line(source, tmp_path):
    assert "cannot open" in refusal(bring(f"sqlite:///{tmp_path}/nothing.db", tmp_path))
    assert "cannot read" in refusal(bring(tmp_path / "nothing", tmp_path))
    with contextlib.closing(sqlite3.connect(tmp_path / "empty.db")) as file, file:
        file.execute("CREATE TABLE cats (id INTEGER)")
    assert "no table of users" in refusal(bring(f"sqlite:///{tmp_path}/empty.db", tmp_path))
    assert "--files" in refusal(bring(source, tmp_path, "--files", tmp_path / "nowhere"))
    assert "SQLite" not in refusal(bring("postgresql://nobody@127.0.0.1:1/none", tmp_path))
    assert not (tmp_path / "data").exists()
    brought(source, tmp_path)
    other = tmp_path / "second.db"
    second = old.make_sqlite(other)
    with contextlib.closing(sqlite3.connect(other)) as file, file:
        file.execute("UPDATE users SET created_at = '2020-01-01' WHERE id = 1")
    assert "--as" in refusal(bring(second, tmp_path))
    brought(second, tmp_path, "--as", "second")


def test_nothing_is_imported_below_a_server(source, tmp_path):
    with Server(tmp_path / "data"):
        done = bring(source, tmp_path)
    assert done.returncode == 1 and "parley" in done.stderr and "alice" not in done.stdout


def test_pictures_come_from_their_folder_alone(source, tmp_path):
    (tmp_path / "secret.png").write_bytes(media.png(16, 16))
    (tmp_path / "static" / "link.png").symlink_to(tmp_path / "secret.png")
    with contextlib.closing(sqlite3.connect(tmp_path / "app.db")) as file, file:
        file.execute("UPDATE users SET avatar = '../secret.png' WHERE id = 1")
        file.execute("UPDATE users SET avatar = '/static/link.png' WHERE id = 2")
        file.execute("UPDATE users SET avatar = 'https://example.org/static/avatars/alice.png?v=2' WHERE id = 4")
    brought(source, tmp_path, "--files", tmp_path / "static", "--report", tmp_path / "report")
    assert [x["id"] for x in notes(tmp_path / "report") if x["rule"] == "no_picture"] == ["1", "2", "3"]
    assert len(list((tmp_path / "data" / "avatars").iterdir())) == 1


@pytest.mark.skipif(not postgres.ASKED_FOR, reason="needs PostgreSQL")
def test_a_back_end_on_postgresql_moves_in(source, tmp_path):
    cluster = postgres.Postgres.shared()
    url = cluster.make("fastapi")
    cluster.query("fastapi", old.postgres_script())
    brought(url.replace("postgresql://", "postgresql+asyncpg://"), tmp_path, "--report", tmp_path / "report")
    brought(source, tmp_path, data="other")
    for table in ("rooms", "members", "messages", "notifications"):
        rows = f"SELECT COUNT(*) FROM {table}"
        assert query(Server(tmp_path / "data"), rows) == query(Server(tmp_path / "other"), rows)
    with Server(tmp_path / "data") as server, Api(server) as api:
        assert known(api, "bob").id == 2
        assert api.get("/users/me", user=known(api, "alice")).json()["created_at"] == "2025-06-16T12:00:00.000Z"
        assert api.say(known(api, "bob"), 10, "behind all of them") == 112
