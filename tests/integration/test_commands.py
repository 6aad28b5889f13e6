"""Section 12: what a person meets at the command line: wrong folders, wrong words, the password, the language."""

import contextlib
import http.server
import json
import os
import pty
import re
import select
import signal
import sqlite3
import termios
import threading
import time

import pytest

import expect
from clients import PASSWORD, Api, Sockets
from harness import BINARY, DEADLINE, Server, clean_environment, run_parley, settings_flags

FLAGS = settings_flags({"auth.secret": None})
NEW = ("--username", "someone", "--email", "someone@example.org")


def refused(*arguments, code=1, **more):
    """The one line on standard error of a command that ends with `code`."""
    done = run_parley(*arguments, **more)
    assert (done.returncode, done.stdout) == (code, ""), done
    [line] = done.stderr.splitlines()
    return line


def succeed(*arguments, **more):
    done = run_parley(*arguments, **more)
    assert done.returncode == 0, done.stderr
    return done.stdout


# -- outside of a data folder ----------------------------------------------------------


@pytest.mark.parametrize("arguments", [
    ("token", "--user", 2), ("user", "promote", "someone"), ("user", "create", *NEW), ("migrate",),
    ("fixtures", "--users", 2, "--rooms", 1, "--tokens", "tokens")], ids=lambda words: " ".join(map(str, words[:2])))
@pytest.mark.parametrize("folder", [False, True], ids=["nothing there", "some other folder data"])
def test_a_command_outside_of_a_data_folder_says_so_and_makes_nothing(tmp_path, arguments, folder):
    if folder:
        (tmp_path / "data").mkdir()
    line = refused(*arguments, cwd=tmp_path, stdin=PASSWORD + "\n")
    assert "data/parley.db" in line and "--data-dir" in line
    assert [path.name for path in tmp_path.rglob("*")] == (["data"] if folder else [])


@pytest.mark.parametrize("arguments", [("token", "--user", 2), ("user", "promote", "someone")],
                         ids=lambda words: words[0])
def test_a_command_about_somebody_makes_no_database_in_a_folder_that_is_named(tmp_path, arguments):
    named = tmp_path / "named"
    assert str(named / "parley.db") in refused(*arguments, "--data-dir", named)
    assert str(tmp_path / "x.db") in refused(*arguments, "--db", f"sqlite:///{tmp_path}/x.db")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("arguments", [("token", "--user", 2), ("user", "promote", "someone"),
                                       ("user", "passwd", "someone")], ids=lambda words: words[-2])
@pytest.mark.parametrize("tables", ["", "CREATE TABLE x (a); INSERT INTO x VALUES (1)"], ids=["empty", "somebody's"])
def test_a_command_about_somebody_leaves_a_file_alone_that_is_no_database_of_ours(tmp_path, arguments, tables):
    file = tmp_path / "parley.db"
    file.touch()
    with contextlib.closing(sqlite3.connect(file)) as database:
        database.executescript(tables)
    assert str(file) in refused(*arguments, "--data-dir", tmp_path, stdin=PASSWORD + "\n")
    with contextlib.closing(sqlite3.connect(file)) as database:
        assert database.execute("SELECT name FROM sqlite_master").fetchall() == ([("x",)] if tables else [])
    assert tables or file.read_bytes() == b""


def test_nobody_gives_orders_about_the_one_who_stands_for_nobody(tmp_path):
    where = ("--data-dir", tmp_path)
    succeed("user", "create", *NEW, *where, *FLAGS, stdin=PASSWORD + "\n")
    for arguments in (("token", "--user", 1), ("user", "promote", "anonymous"), ("user", "passwd", "anonymous")):
        assert "No such user" in refused(*arguments, *where, stdin=PASSWORD + "\n")


def test_a_token_makes_no_secret_in_a_folder_that_is_not_the_servers(tmp_path):
    url = f"sqlite:///{tmp_path}/server/x.db"
    succeed("user", "create", *NEW, "--db", url, "--data-dir", tmp_path / "server", *FLAGS, stdin=PASSWORD + "\n")
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    assert "data/secret" in refused("token", "--user", 2, "--db", url, cwd=elsewhere)
    assert list(elsewhere.iterdir()) == []


def test_the_status_of_a_schema_that_is_not_there_is_told_without_making_it(tmp_path):
    assert "pending" in succeed("migrate", "--status", cwd=tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("how", ["flag", "environment", "url"])
def test_a_folder_that_is_named_is_made(tmp_path, how):
    more = {"flag": (("--data-dir", tmp_path / "new"), None),
            "environment": ((), {"PARLEY_DATA_DIR": str(tmp_path / "new")}),
            "url": (("--db", f"sqlite:///{tmp_path}/new/parley.db"), None)}[how]
    assert succeed("user", "create", *NEW, *more[0], *FLAGS, env=more[1], cwd=tmp_path, stdin=PASSWORD + "\n") == "2\n"
    assert (tmp_path / "new" / "parley.db").exists()
    assert [path.name for path in tmp_path.iterdir()] == ["new"]


def test_commands_in_the_folder_above_the_data_need_no_name(tmp_path):
    succeed("migrate", "--data-dir", tmp_path / "data")
    assert succeed("user", "create", *NEW, *FLAGS, cwd=tmp_path, stdin=PASSWORD + "\n") == "2\n"
    succeed("user", "promote", "someone", cwd=tmp_path)
    assert succeed("token", "--user", 2, cwd=tmp_path).count(".") == 2


# -- the password ----------------------------------------------------------------------


class Terminal:
    """A command with a terminal of its own as its standard streams."""

    def __init__(self, *arguments, cwd, env=None, program=BINARY):
        self.seen = ""
        self.process_id, self.master = pty.fork()
        if self.process_id == 0:
            os.chdir(cwd)
            os.execve(program, [program, *map(str, arguments)], clean_environment(env))

    def until(self, text):
        """Reads until `text` has been shown, or all where it is None."""
        end = time.monotonic() + DEADLINE
        while text is None or text not in self.seen:
            ready, _, _ = select.select([self.master], [], [], max(0, end - time.monotonic()))
            assert ready, f"no {text!r} in {self.seen!r}"
            try:
                self.seen += os.read(self.master, 4096).decode()
            except OSError:  # the other side is closed
                assert text is None, self.seen
                return self
        return self

    def type(self, text):
        os.write(self.master, text.encode())
        return self

    def echoes(self):
        return bool(termios.tcgetattr(self.master)[3] & termios.ECHO)

    def ends(self):
        """(exit code or minus the signal, all that was shown)."""
        self.until(None)
        _, status = os.waitpid(self.process_id, 0)
        os.close(self.master)
        return os.waitstatus_to_exitcode(status), self.seen.replace("\r\n", "\n")


def create_at_terminal(folder):
    return Terminal("user", "create", *NEW, "--data-dir", "data", *FLAGS, cwd=folder, env={"LC_ALL": "C"})


def test_at_a_terminal_the_password_is_asked_for_twice_and_not_shown(tmp_path):
    terminal = create_at_terminal(tmp_path).until("Password: ")
    assert not terminal.echoes()
    terminal.type(PASSWORD + "\n").until("Password again: ").type(PASSWORD + "\n")
    assert terminal.ends() == (0, "Password: \nPassword again: \n2\n")
    with Server(tmp_path / "data", {"auth.secret": None}) as server, Api(server) as api:
        assert api.login("someone", PASSWORD).status_code == 200


def test_two_passwords_that_differ_make_nobody(tmp_path):
    terminal = create_at_terminal(tmp_path).until("Password: ").type(PASSWORD + "\n")
    terminal.until("again: ").type("other one\n")
    code, shown = terminal.ends()
    assert code == 1 and "differ" in shown and PASSWORD not in shown
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize("typed, code", [("\x04", 1), ("\n", 1), ("half\x03", -signal.SIGINT)],
                         ids=["end of input", "nothing", "interrupt"])
def test_a_terminal_is_left_as_it_was(tmp_path, typed, code):
    """A shell that runs the command is there to be asked afterwards."""
    script = f"trap : INT; {BINARY} user create {' '.join(NEW)} --data-dir data; " \
             "echo $? $(stty -a | grep -o '[-]*echo ')"
    terminal = Terminal("--norc", "-c", script, cwd=tmp_path, env={"LC_ALL": "C"}, program="/bin/bash")
    terminal.until("Password: ").type(typed)
    _, shown = terminal.ends()
    expected = 128 - code if code < 0 else code
    assert shown.splitlines()[-1].split() == [str(expected), "echo"], shown


def test_the_database_is_looked_for_before_the_password_is(tmp_path):
    code, shown = Terminal("user", "create", *NEW, cwd=tmp_path, env={"LC_ALL": "C"}).ends()
    assert code == 1 and "Password" not in shown and "data/parley.db" in shown


# -- words that nobody knows -----------------------------------------------------------


@pytest.mark.parametrize("arguments, wanted", [
    (("serv",), ["unknown command serv", "did you mean serve?"]),
    (("user", "creat"), ["user: unknown command creat", "did you mean create?"]),
    (("xyzzy",), ["unknown command xyzzy"]),
    (("serve", "--prot", "8000"), ["serve: unknown option --prot", "did you mean --port?"]),
    (("serve", "--prot=8000"), ["unknown option --prot;"]),
    (("token", "--usr", "2"), ["token: unknown option --usr", "--user?"]),
    (("serve", "now"), ["serve: unexpected word now"]), ((), ["a command is missing", "serve", "routes"]),
    (("user",), ["user: a command is missing", "create", "promote"]), (("token",), ["--user"]),
    (("token", "--user", "two"), ["--user", '"two"', "from 1 to"]), (("token", "--user", "0"), ['"0"']),
    (("token", "--user", "99999999999999999999"), ["99999999999999999999"]),
    (("api",), ["--openapi", "--asyncapi", "--codes"]),
    (("token", "--user", "2", "--minutes", "0"), ["--minutes", "1", "525600"]),
    (("serve", "--set", "no equals sign"), ["--set", "section.key=value"])],
    ids=lambda words: " ".join(words) or "nothing")
def test_a_wrong_command_line_is_one_line_that_names_the_word(tmp_path, arguments, wanted):
    line = refused(*arguments, code=2, cwd=tmp_path)
    assert all(word in line for word in wanted) and "--help" in line, line
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("arguments", [("--help",), ("serve", "--help"), ("user", "create", "--help")], ids=" ".join)
def test_help_is_no_error(arguments):
    assert "--help" in succeed(*arguments)


# -- what is wrong with a value, and in which language -------------------------------------


ENGLISH, RUSSIAN, CHINESE = "[a-z]", "[а-я]", "[一-鿿]"


@pytest.mark.parametrize("env, letters", [
    ({"LC_ALL": "ru_RU.UTF-8", "LANG": "zh_CN.UTF-8"}, RUSSIAN),
    ({"LC_MESSAGES": "zh_CN.UTF-8", "LANG": "ru_RU.UTF-8"}, CHINESE),
    ({"LANG": "ru"}, RUSSIAN), ({"LC_ALL": "", "LC_MESSAGES": "", "LANG": "zh_TW@stroke"}, CHINESE),
    ({"LANG": "C.UTF-8"}, ENGLISH), ({"LANG": "fr_FR.UTF-8"}, ENGLISH), ({}, ENGLISH)], ids=str)
def test_texts_are_in_the_language_of_the_terminal(tmp_path, env, letters):
    env = {name: env.get(name, "") for name in ("LC_ALL", "LC_MESSAGES", "LANG")}
    invalid = refused("user", "create", *NEW, "--data-dir", tmp_path, stdin="short\n", env=env)
    missing = refused("token", "--user", 2, cwd=tmp_path, env=env)
    missing = missing.replace("data/parley.db", "").replace("--data-dir", "")
    for line in (invalid, missing):
        assert re.search(letters, line.removeprefix("parley: "))
        assert letters is not ENGLISH or line.isascii()


# -- a new password, health, documents -------------------------------------------------


async def test_a_new_password_ends_all_sessions_of_a_running_server(start_server):
    server = start_server()
    with Api(server) as api:
        user, other = api.register(), api.register()
        sockets = Sockets(server)
        mine, theirs = await sockets.ws(user), await sockets.ws(other)
        old = api.get("/users/me", user=user)
        assert old.status_code == 200
        succeed("user", "passwd", user.username, "--data-dir", server.data_dir, *FLAGS, stdin="a new password\n")
        assert await mine.closed() == 4401
        expect.problem(api.get("/users/me", user=user), 401, "invalid_token")
        expect.problem(api.post("/token/refresh", json={"refresh_token": user.refresh_token}), 401, "invalid_token")
        expect.problem(api.login(user.username, PASSWORD), 401, "bad_credentials")
        assert api.login(user.username, "a new password").status_code == 200
        await theirs.tell("ping")
        await theirs.until("pong")
        assert api.get("/users/me", user=other).status_code == 200
        await sockets.close()


def test_a_password_from_the_command_line_keeps_to_the_rules(tmp_path):
    data = ("--data-dir", tmp_path)
    succeed("user", "create", *NEW, *data, *FLAGS, stdin=PASSWORD + "\n")
    short = refused("user", "passwd", "someone", *data, stdin="short\n", env={"LC_ALL": "C"})
    assert short.endswith("; password: is too short: at least 8 bytes")
    assert "nobody" in refused("user", "passwd", "nobody", *data, stdin=PASSWORD + "\n")
    assert "anonymous" in refused("user", "passwd", "anonymous", *data, stdin=PASSWORD + "\n")
    assert refused("user", "passwd", "someone", *data, stdin="", env={"LC_ALL": "C"}) == "parley: no password was given"


class Unready(http.server.BaseHTTPRequestHandler):
    """A server that says that it is not ready."""

    def do_GET(self):  # pylint: disable=invalid-name
        self.send_response(503 if self.path == "/below/readyz" else 404)
        self.end_headers()
        self.wfile.write(b'{"failing":["database_writes"]}')

    def log_message(self, *_):  # pylint: disable=arguments-differ
        pass


def test_health_is_what_readyz_says(server):
    assert succeed("health", server.http) == ""
    assert succeed("health", "--set", f"server.port={server.port}") == ""
    with http.server.HTTPServer(("127.0.0.1", 0), Unready) as other:
        url = f"http://127.0.0.1:{other.server_port}"
        thread = threading.Thread(target=other.serve_forever, daemon=True)
        thread.start()
        line = refused("health", f"{url}/below/")
        other.shutdown()
    assert url in line and "503" in line and "database_writes" in line
    assert url in refused("health", url), "nobody listens any more"


@pytest.mark.parametrize("url", ["127.0.0.1:8000", "ftp://a", "http://", "http://a b/"])
def test_health_wants_an_address(url):
    assert url in refused("health", url, code=2)


def test_api_prints_the_documents_of_the_server(server):
    with Api(server) as api:
        for name in ("openapi", "asyncapi"):
            assert json.loads(succeed("api", f"--{name}")) == api.get(f"/{name}.json").json()
    codes = json.loads(succeed("api", "--codes"))
    [missing] = [one for one in codes["errors"] if one["code"] == "room_not_found"]
    assert missing["status"] == 404 and set(missing["text"]) == {"zh", "en", "ru"}
    assert missing["text"]["zh"] == "房间不存在"
    assert {4401, 4403, 4404, 4413, 1002} <= {one["code"] for one in codes["close_codes"]}


@pytest.mark.parametrize("flags", [(), ("--openapi", "--codes")], ids=str)
def test_api_wants_one_document(flags):
    refused("api", *flags, code=2)
