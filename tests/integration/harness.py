"""Starts, watches and ends `parley` processes for the tests. Everything that waits has a deadline."""

import base64
import contextlib
import hashlib
import hmac
import json
import os
import pathlib
import re
import signal
import sqlite3
import ssl
import subprocess
import threading
import time

import postgres

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
BINARY = os.environ.get("PARLEY_BINARY") or str(REPOSITORY / "build" / "dev" / "parley")

#: Seconds that one step may take. Generous: a sanitizer build on a busy machine must not fail by the clock.
DEADLINE = 15.0

#: The tests mint tokens of their own with it.
SECRET = "integration-tests-sign-with-this-secret"

#: Most tests count who is in a room right after somebody went, so that they run without the grace of a lost connection.
TEST_SETTINGS = {"limits.rate_limiting": "false", "auth.bcrypt_cost": "4", "auth.secret": SECRET,
                 "rooms.presence_grace_ms": "0"}


def settings_flags(settings):
    """`--set key=value` for each; a value of None leaves the key to its default."""
    merged = {**TEST_SETTINGS, **settings}
    return [part for key, value in merged.items() if value is not None for part in ("--set", f"{key}={value}")]


def clean_environment(extra=None):
    """This process's environment without anything that would configure `parley`."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith("PARLEY_")}
    return {**kept, **(extra or {})}


def database_flags(data_dir, arguments):
    """`--db URL` of the folder's database where the tests run on PostgreSQL and name no other."""
    if not postgres.ASKED_FOR or data_dir is None or any(str(x).startswith("--db") for x in arguments):
        return []
    return ["--db", postgres.Postgres.shared().url_of(data_dir)]


def query(server, sql):
    """Rows of the server's database, past the server; numbers and texts as texts. A change is committed."""
    if postgres.ASKED_FOR:
        shared = postgres.Postgres.shared()
        return shared.query(shared.database_of(server.data_dir), sql)
    with contextlib.closing(sqlite3.connect(f"file:{server.database}?mode=rw", uri=True, timeout=30)) as file, file:
        return [["" if x is None else str(x) for x in row] for row in file.execute(sql)]


def run_parley(*arguments, stdin="", env=None, cwd=None, timeout=DEADLINE):
    """Runs a subcommand to its end and returns the CompletedProcess with text streams."""
    data_dir = arguments[arguments.index("--data-dir") + 1] if "--data-dir" in arguments else None
    arguments = [*arguments, *database_flags(data_dir, arguments)]
    return subprocess.run([BINARY, *map(str, arguments)], input=stdin, env=clean_environment(env), cwd=cwd,
                          capture_output=True, text=True, timeout=timeout, check=False)


class Server:
    """One `parley serve` on a free port of loopback, with its own data folder and its standard error kept.

    With a `certificate` (`certificate.pem` and `certificate.key` are paths) it speaks TLS, and clients trust it alone.
    `secure` says that it speaks TLS by settings of the test's own.
    """

    running = []  # for failure reports: every server that was started and not yet ended

    def __init__(self, data_dir, settings=None, args=(), env=None, certificate=None, secure=False):
        self.data_dir = pathlib.Path(data_dir)
        self.trust = ssl.create_default_context() if secure else None  # of clients
        if certificate:
            settings = {"tls.certificate": certificate.pem, "tls.key": certificate.key, **(settings or {})}
            self.trust = ssl.create_default_context(cafile=certificate.pem)
        self.command = [BINARY, "serve", "--port", "0", "--data-dir", str(self.data_dir),
                        *database_flags(self.data_dir, args), *args,
                        *settings_flags(settings or {})]
        self.env = clean_environment(env)
        self.log = []
        self.places = []  # what it says that it listens on, as printed
        self.host = None
        self.port = None
        self.process = None
        self._ready = threading.Event()
        self._reader = None

    def launch(self):
        """Starts the process and returns at once."""
        self._ready.clear()
        self.places = []
        self.process = self.spawn()
        self._reader = threading.Thread(target=self._read_log, args=(self.process.stderr,), daemon=True)
        self._reader.start()
        Server.running.append(self)
        return self

    def spawn(self):
        return subprocess.Popen(self.command, env=self.env, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                stderr=subprocess.PIPE, text=True, errors="replace")

    def start(self, deadline=30.0):
        """Returns once the server said `listening on`; raises with its log where it did not in time."""
        self.launch()
        self._ready.wait(deadline)
        if not self.places:
            self.kill()
            raise AssertionError("the server did not get ready:\n" + self.log_text())
        return self

    def _read_log(self, stream):
        for line in stream:
            self.log.append(line.rstrip("\n"))
            place = re.search(r"^listening on (\S+)$", line)
            if not place:
                continue
            found = re.fullmatch(r"(https?)://(\[\S+\]|[^\s:]+):(\d+)", place[1])
            if found and self.port is None:  # the first of several
                assert (found[1] == "https") == bool(self.trust), line
                self.host, self.port = found[2], int(found[3])
            self.places.append(place[1])
            self._ready.set()
        stream.close()
        self._ready.set()

    def stop(self, deadline=20.0):
        """SIGTERM; the exit must be clean. Returns the seconds that it took."""
        began = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        code = self._wait(deadline)
        assert code == 0, f"exit code {code} after SIGTERM:\n{self.log_text()}"
        return time.monotonic() - began

    def kill(self):
        """SIGKILL, as a crash would be."""
        if self.process.poll() is None:
            self.process.kill()
        self._wait(DEADLINE)

    def wait(self, deadline=DEADLINE):
        """The exit code, once the server has ended by itself."""
        return self._wait(deadline)

    def _wait(self, deadline):
        try:
            code = self.process.wait(deadline)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait(DEADLINE)
            raise AssertionError(f"still running {deadline} s after it was told to end:\n{self.log_text()}") from None
        finally:
            if self in Server.running:
                Server.running.remove(self)
        self._reader.join(DEADLINE)
        self.host = self.port = None
        return code

    def __enter__(self):
        return self.start()

    def __exit__(self, kind, value, trace):
        if self.process.poll() is not None and self not in Server.running:
            return
        if kind is None:
            self.stop()
        else:
            self.kill()

    @property
    def authority(self):
        return f"{self.host}:{self.port}"

    @property
    def http(self):
        return f"{'https' if self.trust else 'http'}://{self.authority}"

    @property
    def ws(self):
        return f"{'wss' if self.trust else 'ws'}://{self.authority}"

    @property
    def database(self):
        """The SQLite file that the default `storage.url` names."""
        return self.data_dir / "parley.db"

    def log_text(self, lines=80):
        return "\n".join(self.log[-lines:])


def soon(condition, deadline=DEADLINE):
    """Asks until it is so; fails where it does not come true in time."""
    end = time.monotonic() + deadline
    while not condition():
        assert time.monotonic() < end, "it did not come true"
        threading.Event().wait(0.02)


def _base64url(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def sign(claims, secret=SECRET, header=None, algorithm=hashlib.sha256):
    """A JWT (RFC 7519) over exactly these claims, also ones that the server must refuse."""
    header = header or {"alg": "HS256", "typ": "JWT"}
    signed = ".".join(_base64url(json.dumps(part).encode()) for part in (header, claims))
    return f"{signed}.{_base64url(hmac.new(secret.encode(), signed.encode(), algorithm).digest())}"


def claims_for(user_id, seconds=600, **changes):
    """The claims of a good access token; a change to None leaves that claim out."""
    now = int(time.time())
    claims = {"sub": str(user_id), "iat": now, "exp": now + seconds, "jti": os.urandom(8).hex(), "type": "access",
              **changes}
    return {k: v for k, v in claims.items() if v is not None}


def read_claims(token):
    """The claims of a JWT, unverified."""
    payload = token.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))


SingleServer = Server
if postgres.ASKED_FOR and os.environ.get("PARLEY_TEST_NODES", "0") != "0":
    from several_nodes import Several as Server  # noqa: E402  pylint: disable=wrong-import-position,cyclic-import
