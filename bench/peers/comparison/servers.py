"""The servers: whether one is installed, how it is started and stopped, and which processes it is."""

import contextlib
import dataclasses
import os
import pathlib
import re
import shutil
import signal
import sqlite3
import subprocess
import threading
import time

PEERS = pathlib.Path(__file__).resolve().parent.parent
ROOT = PEERS.parent.parent
# The packages that script/bootstrap installs belong to Debian's programs, whatever shims stand before them in PATH.
PATH = os.pathsep.join(["/usr/bin", os.environ.get("PATH", ""), "/usr/sbin"])
NODE_EXTRAS = {"NODE_ENV": "production"}
READY = re.compile(r"listening on (?:ws|http)://127\.0\.0\.1:(\d+)")
START_S = 120  # laying out 15,000 users takes the FastAPI stack a while on a busy machine
STOP_S = 20
POLL_S = 0.2
INSTALL = "script/bootstrap bench"


class ServerFault(Exception):
    """One line for people."""


@dataclasses.dataclass(frozen=True)
class Crowd:
    """What has to be in a server's database: user k (from 0) is a member of room 1 + k mod `rooms`."""

    users: int
    rooms: int
    # Of Parley's alone: more than `parley fixtures` lays out.
    history: int = 0  # messages in each room, by the one who owns it
    everywhere: bool = False  # everybody is a member of every room


def answer_of(argv):
    """What a program says of itself, the first line; None where it is not there or fails."""
    try:
        done = subprocess.run([str(part) for part in argv], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, env={**os.environ, "PATH": PATH}, check=False, text=True)
    except OSError:
        return None
    lines = done.stdout.strip().splitlines()
    return lines[0] if done.returncode == 0 and lines else None


@dataclasses.dataclass(frozen=True)
class Server:
    """One kind of server. Its subclasses know how it is installed and started."""

    name: str
    title: str

    def missing(self):
        """Why it cannot run here, one line; None where it can."""
        raise NotImplementedError

    def version(self):
        """What is measured, for the table's foot."""
        raise NotImplementedError

    def command(self, crowd, folder):
        """The program and its arguments; called once `prepare` is through."""
        raise NotImplementedError

    def prepare(self, crowd, folder):
        """Lays out in `folder` what `command` needs."""

    def tokens(self, folder):
        """The file of access tokens; None where nobody asks for one."""

    def dialect(self, scenario):
        """What parley-load's --dialect is given: a file, or the name of a built-in."""
        del scenario
        own = PEERS / self.name / "dialect.toml"
        return own if own.exists() else self.name

    def start(self, crowd, folder):
        """A `Running` that listens. Raises ServerFault."""
        folder.mkdir(parents=True)
        self.prepare(crowd, folder)
        return Running(self, [str(part) for part in self.command(crowd, folder)], folder)


@dataclasses.dataclass(frozen=True)
class NodeServer(Server):
    module: str

    def missing(self):
        if shutil.which("node", path=PATH) is None:
            return f"node is not installed ({INSTALL})"
        if not self.package().exists():
            return f"its Node modules are not installed ({INSTALL})"
        return None

    def package(self):
        return PEERS / self.name / "node_modules" / self.module / "package.json"

    def version(self):
        found = re.search(r'"version":\s*"([^"]+)"', self.package().read_text(encoding="utf-8"))
        return f"{self.module} {found.group(1)} on Node {answer_of(['node', '--version'])}, one process"

    def command(self, crowd, folder):
        return ["node", PEERS / self.name / "server.js", 0]


@dataclasses.dataclass(frozen=True)
class Nchan(Server):
    def missing(self):
        if shutil.which("nginx", path=PATH) is None:
            return f"nginx is not installed ({INSTALL})"
        if not pathlib.Path("/usr/lib/nginx/modules/ngx_nchan_module.so").exists():
            return f"nginx has no Nchan module ({INSTALL})"
        return None

    def version(self):
        package = answer_of(["dpkg-query", "-W", "-f=${Version}", "libnginx-mod-nchan"]) or "of unknown version"
        nginx = (answer_of(["nginx", "-v"]) or "nginx").removeprefix("nginx version: ")
        return f"Nchan {package} in {nginx}, two workers, messages in memory"

    def command(self, crowd, folder):
        return [PEERS / self.name / "server", 0]


@dataclasses.dataclass(frozen=True)
class FastApi(Server):
    modules = "fastapi, uvicorn, websockets, uvloop, httptools, sqlalchemy, aiosqlite, jwt"

    def missing(self):
        if answer_of(["/usr/bin/python3", "-c", f"import {self.modules}; print('there')"]) is None:
            return f"Debian's Python lacks one of {self.modules} ({INSTALL})"
        return None

    def version(self):
        say = ("import fastapi, uvicorn, websockets, sqlalchemy, sys, websockets.version as w; print("
               "'FastAPI', fastapi.__version__, 'on uvicorn', uvicorn.__version__, '(uvloop), websockets', w.version,"
               "'and SQLAlchemy', sqlalchemy.__version__, 'on Python', sys.version.split()[0])")
        return f"{answer_of(['/usr/bin/python3', '-c', say])}, one process, SQLite's own defaults"

    def command(self, crowd, folder):
        return [PEERS / self.name / "server.py", 0, "--users", crowd.users, "--rooms", crowd.rooms,
                "--tokens", self.tokens(folder), "--data-dir", folder / "data"]

    def tokens(self, folder):
        return folder / "tokens"

    def dialect(self, scenario):
        return "parley-test" if scenario.round_trips else super().dialect(scenario)


def lay_out_more(crowd, database):
    """Straight into the tables: a million messages take the road of clients minutes."""
    with contextlib.closing(sqlite3.connect(database)) as link, link:
        if crowd.everywhere:
            link.execute("INSERT INTO members (room_id, user_id, role, joined_at, joined_after) "
                         "SELECT r.id, u.id, 0, 0, 0 FROM rooms r, users u WHERE u.id > 1 "
                         "ON CONFLICT (room_id, user_id) DO NOTHING")
            link.execute("UPDATE rooms SET member_count = (SELECT COUNT(*) FROM members m WHERE m.room_id = rooms.id)")
        link.execute("WITH RECURSIVE n (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < ?) "
                     "INSERT INTO messages (room_id, sender_id, content, type, sent_at) "
                     "SELECT r.id, r.owner_id, 'a message of some forty characters or so', 0, 0 FROM n, rooms r "
                     "WHERE ? > 0", (crowd.history, crowd.history))


@dataclasses.dataclass(frozen=True)
class Parley(Server):
    binary: pathlib.Path

    def missing(self):
        return None if os.access(self.binary, os.X_OK) else f"{self.binary} is not built (--parley names another)"

    def version(self):
        return f"Parley {answer_of([self.binary, '--version'])}, SQLite with durability full, JWT and membership checked"

    def database(self, folder):
        """The flags that name another one than SQLite."""
        del folder
        return ()

    def prepare(self, crowd, folder):
        done = subprocess.run(
            [str(part) for part in (self.binary, "fixtures", *self.database(folder), "--users", crowd.users, "--rooms",
                                    crowd.rooms, "--tokens", self.tokens(folder), "--data-dir", folder / "data")],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, check=False)
        if done.returncode:
            raise ServerFault(f"parley fixtures: {(done.stderr.strip().splitlines() or ['failed'])[-1]}")
        if crowd.everywhere or crowd.history:
            lay_out_more(crowd, folder / "data" / "parley.db")

    def command(self, crowd, folder):
        return [self.binary, "serve", *self.database(folder), "--port", 0, "--data-dir", folder / "data", "--set",
                "limits.rate_limiting=false", "--set", "log.level=warning"]

    def tokens(self, folder):
        return folder / "tokens"

    def dialect(self, scenario):
        return "parley-test" if scenario.round_trips else "parley"


class Running:
    """A server that listens on `port`."""

    def __init__(self, server, argv, folder):
        environment = {**os.environ, **NODE_EXTRAS, "PATH": PATH, "TMPDIR": str(folder)}
        self._name = server.name
        self._lines = []
        self._port = None
        self._told = threading.Event()
        try:
            self._process = subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                             stderr=subprocess.STDOUT, text=True, errors="replace", env=environment)
        except OSError as fault:
            raise ServerFault(f"{server.name} does not start: {fault}") from None
        # Reads to the end, so that a server which talks much never waits for us.
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        try:
            self._wait_until_told()
        except BaseException:  # an interrupt, too, must not leave it behind
            self.stop()
            raise

    @property
    def port(self):
        return self._port

    @property
    def pid(self):
        return self._process.pid

    def stop(self):
        """Returns one line for people where it had ended by itself; None where it ran until now."""
        early = self._process.poll()
        if early is not None:
            return f"{self._name} ended by itself with status {early}"
        children = self._children()
        self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(STOP_S)
        except subprocess.TimeoutExpired:
            for pid in children:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            self._process.kill()
            self._process.wait()
        return None

    def _wait_until_told(self):
        deadline = time.monotonic() + START_S
        while not self._told.wait(POLL_S) and self._process.poll() is None and time.monotonic() < deadline:
            pass
        if self._port is None:
            self._reader.join(POLL_S)  # its last words
            last = self._lines[-1] if self._lines else "it said nothing"
            raise ServerFault(f"{self._name} does not listen: {last}")

    def _children(self):
        """Those of its main thread, nginx's workers: they would outlive a parent that was killed."""
        pid = self._process.pid
        try:
            listed = pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii")
        except OSError:
            return []  # it ended this moment
        return [int(child) for child in listed.split()]

    def _read(self):
        for line in self._process.stdout:
            self._lines = [*self._lines[-20:], line.rstrip()]
            found = READY.search(line)
            if found and self._port is None:
                self._port = int(found.group(1))
                self._told.set()
        self._told.set()


def all_servers(parley_binary):
    """Parley first: the others are shown as ratios to it."""
    return [
        Parley("parley", "Parley", parley_binary),
        Nchan("nchan", "Nchan"),
        NodeServer("node-ws", "Node ws", "ws"),
        NodeServer("socketio", "Socket.IO", "socket.io"),
        FastApi("fastapi", "FastAPI + SQLite"),
    ]
