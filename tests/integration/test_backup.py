"""Section 12: `parley backup` beside a server at work, and `parley restore` into an empty data folder."""

import base64
import contextlib
import hashlib
import json
import os
import sqlite3
import threading
import urllib.parse

import pytest

import media
import test_files
import test_uploads
from clients import Api
from harness import Server, run_parley, settings_flags, soon

#: Backups under load. By hand more: PARLEY_BACKUPS=100.
ROUNDS = int(os.environ.get("PARLEY_BACKUPS", "4"))


def back_up(server, folder, *more):
    done = run_parley("backup", folder, "--data-dir", server.data_dir, *more, timeout=60)
    assert done.returncode == 0, done.stderr
    return folder


def restore(backup, folder, *flags, **more):
    return run_parley("restore", backup, "--data-dir", folder, *flags, timeout=60, **more)


def refusal(done):
    """The one line of a command that did nothing."""
    assert (done.returncode, done.stdout) == (1, ""), done
    [line] = done.stderr.splitlines()
    return line


def manifest(backup):
    return json.loads((backup / "manifest.json").read_text())


def rows(file, text, *values):
    with contextlib.closing(sqlite3.connect(f"file:{file}?immutable=1", uri=True)) as database:
        return database.execute(text, values).fetchall()


@pytest.fixture(name="lived")
def fixture_lived(api):
    """(user, room) with a picture, a film and a message."""
    user = api.register()
    room = api.room(user)
    picture = base64.b64encode(media.png()).decode()
    assert api.put("/users/me", user=user, json={"avatar": picture}).status_code == 200
    media.added(api, user, room, media.mp4(50_000))
    said_with_a_file(api, user, room)
    api.say(user, room, "before the backup")
    return user, room


def said_with_a_file(api, user, room):
    """The message with a picture, and the picture's bytes."""
    picture = media.png(600, 600)
    file = test_files.sent(api, user, room, picture, kind="image/png")
    return test_files.posted(api, user, room, file["id"]), picture


def begin_upload(api, user, room, content, length):
    """The address of an upload that has `content` of its `length` bytes."""
    place = test_uploads.created(api, user, room, length)
    assert test_uploads.append(api, user, place, 0, content).status_code == 204
    return place


def test_a_restored_server_goes_on_where_the_backup_was_made(server, api, lived, tmp_path):
    user, room = lived
    film = media.mp4(40_000, seed=7)
    address = begin_upload(api, user, room, film[:10_000], len(film))
    backup = back_up(server, tmp_path / "backup")
    api.say(user, room, "after the backup")
    assert restore(backup, tmp_path / "new").returncode == 0
    with Server(tmp_path / "new") as other, Api(other) as there:
        assert there.login(user.username).status_code == 200
        said = there.get(f"/rooms/{room}/messages/", user=user).json()["items"]
        assert said[-1]["content"] == "before the backup"
        [file] = said[-2]["attachments"]
        assert there.get(file["url"]).content == media.png(600, 600)
        assert there.get(file["thumbnail_url"]).status_code == 200
        [video] = there.get(f"/rooms/{room}/videos", user=user).json()["items"]
        assert there.get(video["url"]).content == media.mp4(50_000)
        assert there.get(there.get("/users/me", user=user).json()["avatar_url"]).status_code == 200
        assert test_uploads.offset_of(there, user, urllib.parse.urlsplit(address).path) == 10_000


def test_files_that_lie_elsewhere_come_along(tmp_path):
    flags = ["--set", f"files.dir={tmp_path / 'disk'}"]
    with Server(tmp_path / "data", {"files.dir": str(tmp_path / "disk")}) as server, Api(server) as api:
        user = api.register()
        room = api.room(user)
        message, picture = said_with_a_file(api, user, room)
        media.added(api, user, room, media.mp4(5000))
        upload = test_files.begin(api, user, room, len(picture), name="by tus", filetype="image/png")
        assert test_files.append(api, user, upload.headers["location"], 0, picture).status_code == 204
        backup = back_up(server, tmp_path / "backup", *flags)
    folders = sorted(path.split("/")[0] for path in manifest(backup)["files"] if "/" in path)
    assert folders == ["files"] * 4 + ["videos"]
    assert "files.dir" in refusal(restore(backup, tmp_path / "new", *flags)), "its folders hold something"
    other = {"files.dir": str(tmp_path / "other disk")}
    assert restore(backup, tmp_path / "new", *settings_flags(other)).returncode == 0
    assert not (tmp_path / "new" / "files").exists()
    with Server(tmp_path / "new", other) as server, Api(server) as api:
        [file] = api.get(f"/messages/{message}", user=user).json()["attachments"]
        assert api.get(file["url"]).content == picture


def test_the_manifest_tells_what_the_backup_holds(server, lived, tmp_path):
    del lived
    backup = back_up(server, tmp_path / "backup")
    told = manifest(backup)
    facts = {**told["files"], "parley.db": told["database"]}
    found = {str(path.relative_to(backup)) for path in backup.rglob("*") if path.is_file()} - {"manifest.json"}
    assert found == set(facts)
    for path, fact in facts.items():
        content = (backup / path).read_bytes()
        assert (fact["bytes"], fact["sha256"]) == (len(content), hashlib.sha256(content).hexdigest()), path
    for table, count in told["database"]["rows"].items():
        assert rows(backup / "parley.db", f"SELECT count(*) FROM {table}") == [(count,)]
    assert told["database"]["rows"]["messages"] >= 1
    assert {path.stat().st_mode & 0o077 for path in [backup, *backup.rglob("*")]} == {0}


def test_films_are_linked_and_unfinished_uploads_are_not(server, api, lived, tmp_path):
    user, room = lived
    begin_upload(api, user, room, media.mp4(1000), 5000)
    backup = back_up(server, tmp_path / "backup")
    names = [path for path in manifest(backup)["files"] if path.startswith("videos/")]
    same = {(backup / path).samefile(server.data_dir / path) for path in names}
    unfinished = [name for (name,) in rows(backup / "parley.db", "SELECT id FROM uploads WHERE video_id IS NULL")]
    assert same == {True, False}
    assert not any((backup / "videos" / name).samefile(server.data_dir / "videos" / name) for name in unfinished)


def check_no_gap(backup, acknowledged_before, said):
    """Every message that was acknowledged before the backup began, and no message without the one before it."""
    kept = [content for (content,) in rows(backup / "parley.db",
                                           "SELECT content FROM messages WHERE content LIKE 'load %' ORDER BY id")]
    assert kept == said[:len(kept)]
    assert len(kept) >= acknowledged_before
    films = {f"videos/{name}" for (name,) in rows(backup / "parley.db", "SELECT file FROM videos WHERE file <> ''")}
    assert films <= set(manifest(backup)["files"])
    return len(kept)


def test_backups_under_load_are_consistent_each(start_server, tmp_path):
    server = start_server({})
    with Api(server) as api:
        user = api.register()
        room = api.room(user)
        said, stop, faults = [], threading.Event(), []

        def speak():
            with Api(server) as mouth:
                count = 0
                try:
                    while not stop.is_set():
                        mouth.say(user, room, f"load {count}")
                        said.append(f"load {count}")
                        count += 1
                        if count % 10 == 0:
                            media.added(mouth, user, room, media.mp4(20_000, seed=count))
                except Exception as fault:  # pylint: disable=broad-except
                    faults.append(fault)

        speaker = threading.Thread(target=speak)
        speaker.start()
        kept = []
        try:
            for number in range(ROUNDS):
                before = len(said) + 20
                soon(lambda wanted=before: len(said) >= wanted or faults)
                backup = back_up(server, tmp_path / f"backup{number}")
                kept.append((backup, before))
        finally:
            stop.set()
            speaker.join()
        assert not faults
        # The last one may be in a backup before its speaker heard of it.
        counts = [check_no_gap(backup, before, said + [f"load {len(said)}"]) for backup, before in kept]
        assert counts == sorted(counts) and counts[-1] > 0
    for number, (backup, _) in enumerate(kept):
        assert restore(backup, tmp_path / f"new{number}").returncode == 0
    with Server(tmp_path / f"new{ROUNDS - 1}") as other, Api(other) as api:
        assert api.get(f"/rooms/{room}", user=user).status_code == 200


def test_of_a_folder_of_backups_the_newest_are_kept(server, tmp_path):
    folder = tmp_path / "backups"
    (folder / "notes").mkdir(parents=True)
    made = []
    for _ in range(3):
        back_up(server, folder, "--keep", 2)
        made.append(max(path.name for path in folder.iterdir() if path.name != "notes"))
    assert sorted(path.name for path in folder.iterdir()) == sorted({*made[1:], "notes"})
    assert restore(folder / made[-1], tmp_path / "new").returncode == 0


def test_what_a_broken_backup_left_is_taken_away_by_the_next(server, tmp_path):
    left = tmp_path / "backup.unfinished"
    left.mkdir()
    (left / "parley.db").write_text("half a page")
    back_up(server, tmp_path / "backup")
    assert [path.name for path in tmp_path.iterdir()] == ["backup"]
    assert not (tmp_path / "backup/parley.lock").exists()


# -- what is refused, in one line that says what to mend -----------------------------------


def test_a_backup_needs_a_database_and_a_new_folder(server, tmp_path):
    assert "data/parley.db; " in refusal(run_parley("backup", "there", cwd=tmp_path))
    (tmp_path / "full").mkdir()
    (tmp_path / "full/x").touch()
    line = refusal(run_parley("backup", tmp_path / "full", "--data-dir", server.data_dir))
    assert "full is not empty" in line and "--keep" in line
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["full", "x"]


@pytest.mark.parametrize("command, program", [("backup", "pg_dump"), ("restore", "pg_restore")])
def test_postgresql_is_left_to_its_own_program(server, tmp_path, command, program):
    backup = back_up(server, tmp_path / "backup")
    line = refusal(run_parley(command, backup if command == "restore" else tmp_path / "other", "--data-dir",
                              tmp_path / "new", "--db", "postgresql://user:secret@localhost/x"))
    assert program in line and "secret" not in line
    assert not (tmp_path / "new").exists()


def test_a_folder_that_is_no_backup_is_not_restored(tmp_path):
    assert "manifest.json" in refusal(restore(tmp_path, tmp_path / "new"))
    (tmp_path / "manifest.json").write_text("{}")
    assert "is no manifest" in refusal(restore(tmp_path, tmp_path / "new"))
    assert not (tmp_path / "new").exists()


def test_nothing_is_restored_over_what_is_there(server, tmp_path):
    backup = back_up(server, tmp_path / "backup")
    before = {path: path.stat().st_mtime_ns for path in server.data_dir.rglob("*.db")}
    assert "is not empty" in refusal(restore(backup, server.data_dir))
    assert {path: path.stat().st_mtime_ns for path in server.data_dir.rglob("*.db")} == before
    elsewhere = ("--db", f"sqlite:///{server.database}")
    line = refusal(run_parley("restore", backup, "--data-dir", tmp_path / "new", *elsewhere))
    assert "a database already" in line and not (tmp_path / "new").exists()


def spoil_database(backup):
    content = bytearray((backup / "parley.db").read_bytes())
    content[5000] ^= 1
    (backup / "parley.db").write_bytes(content)


def spoil_manifest(change):
    def spoil(backup):
        told = manifest(backup)
        change(told)
        (backup / "manifest.json").write_text(json.dumps(told))
    return spoil


@pytest.mark.parametrize("spoil, wanted", [
    (spoil_database, "is damaged"),
    (lambda backup: (backup / "parley.db").unlink(), "is not whole"),
    (spoil_manifest(lambda told: told["database"].update(schema=9999)), "use a newer one"),
    (spoil_manifest(lambda told: told["database"]["rows"].update(users=0)), "is damaged"),
    (spoil_manifest(lambda told: told.update(form=2)), "use a newer parley"),
    (spoil_manifest(lambda told: told["files"].update({"../x": {"bytes": 0, "sha256": ""}})), "no backup has"),
], ids=["a byte is wrong", "the database is gone", "a newer schema", "rows are missing", "a newer form", "a path"])
def test_a_backup_that_is_not_right_leaves_nothing_behind(server, tmp_path, spoil, wanted):
    backup = back_up(server, tmp_path / "backup")
    spoil(backup)
    assert wanted in refusal(restore(backup, tmp_path / "new"))
    left = {path.name for path in (tmp_path / "new").rglob("*")} if (tmp_path / "new").exists() else set()
    assert left <= {"parley.lock", "parley.db.lock"}


def test_a_secret_that_was_made_comes_along(tmp_path):
    with Server(tmp_path / "data", {"auth.secret": None}) as server, Api(server) as api:
        user = api.register()
        back_up(server, tmp_path / "backup")
    assert restore(tmp_path / "backup", tmp_path / "new").returncode == 0
    with Server(tmp_path / "new", {"auth.secret": None}) as server, Api(server) as api:
        assert api.get("/users/me", user=user).status_code == 200


def test_a_backup_names_what_the_data_folder_has_lost(tmp_path):
    with Server(tmp_path / "data") as server, Api(server) as api:
        user = api.register()
        media.added(api, user, api.room(user), media.mp4(2000))
        [film] = (server.data_dir / "videos").iterdir()
        film.unlink()
        done = run_parley("backup", tmp_path / "backup", "--data-dir", server.data_dir,
                          *settings_flags({}), timeout=60)
    assert done.returncode == 0 and f"has lost videos/{film.name}" in done.stderr
