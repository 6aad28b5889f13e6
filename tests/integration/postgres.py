"""A PostgreSQL for the run, and a database of it for each data folder: tests then run as they do on SQLite.

`PARLEY_TEST_DATABASE=postgres` asks for it. The server is made by initdb in a temporary folder, runs as an ordinary user
(root becomes `nobody` for it) and is reached by a socket there.
"""

import atexit
import concurrent.futures
import contextlib
import ctypes
import hashlib
import os
import pathlib
import pwd
import select
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import urllib.parse

ASKED_FOR = os.environ.get("PARLEY_TEST_DATABASE") == "postgres"

_PR_SET_PDEATHSIG = 1

#: The socket's name in its folder.
SOCKET = ".s.PGSQL.5432"

#: A child hears of the end of the thread that started it as of its parent's death: this one lasts.
_starter = concurrent.futures.ThreadPoolExecutor(max_workers=1)


def _programs():
    found = [x for x in pathlib.Path("/usr/lib/postgresql").glob("*/bin") if int(x.parent.name) >= 15]
    return max(found, key=lambda x: int(x.parent.name))


def _become_ordinary():
    if os.geteuid() == 0:
        nobody = pwd.getpwnam("nobody")
        os.setgroups([])
        os.setgid(nobody.pw_gid)
        os.setuid(nobody.pw_uid)
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGQUIT)


class Postgres:
    """One server. `durable` flushes, as one in earnest does. With `follows` it is a standby of that one, which from then
    on commits nothing that this one does not have."""

    _shared = None

    def __init__(self, durable=False, follows=None):
        self.programs = _programs()
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="parley-postgres-"))
        self.flushes = durable
        self.known = set()
        if os.geteuid() == 0:
            nobody = pwd.getpwnam("nobody")
            os.chown(self.folder, nobody.pw_uid, nobody.pw_gid)
        if follows is None:
            self._run("initdb", f"--pgdata={self.folder}/data", "--username=postgres", "--auth=trust", "--encoding=UTF8",
                      "--locale=C", "--no-sync", "--no-instructions")
        else:
            self._run("pg_basebackup", f"--pgdata={self.folder}/data", f"--host={follows.folder}", "--username=postgres",
                      "--write-recovery-conf", "--checkpoint=fast", "--no-sync")
        self.start()
        if follows is not None:
            follows.query("postgres", "ALTER SYSTEM SET synchronous_standby_names = '*'")
            follows.query("postgres", "SELECT pg_reload_conf()")

    @classmethod
    def shared(cls):
        if cls._shared is None:
            cls._shared = cls()
            atexit.register(cls._shared.remove)
        return cls._shared

    @classmethod
    def durable(cls):
        """One that flushes; it goes with this program."""
        made = cls(durable=True)
        atexit.register(made.remove)
        return made

    def _run(self, program, *arguments):
        subprocess.run([str(self.programs / program), *arguments], cwd="/", preexec_fn=_become_ordinary, check=True,
                       capture_output=True, timeout=60)

    def start(self):
        flush = "on" if self.flushes else "off"
        command = [str(self.programs / "postgres"), "-D", f"{self.folder}/data", "-k", str(self.folder)]
        for setting in ("listen_addresses=", f"fsync={flush}", f"full_page_writes={flush}", "max_connections=60",
                        "log_min_messages=fatal"):
            command += ["-c", setting]
        self.process = _starter.submit(subprocess.Popen, command, cwd="/", preexec_fn=_become_ordinary,
                                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).result()
        for _ in range(600):
            ready = subprocess.run([str(self.programs / "pg_isready"), "-q", "-h", str(self.folder)], check=False)
            if ready.returncode == 0:
                return
            threading.Event().wait(0.05)
        raise AssertionError("PostgreSQL for the tests does not answer")

    def ask_for_passwords(self, role):
        hba = self.folder / "data" / "pg_hba.conf"
        hba.write_text(f"local all {role} scram-sha-256\n" + hba.read_text(encoding="utf-8"), encoding="utf-8")
        self.query("postgres", "SELECT pg_reload_conf()")

    def is_followed(self):
        """Whether a standby confirms what is committed."""
        return self.query("postgres", "SELECT COUNT(*) FROM pg_stat_replication WHERE sync_state = 'sync'") == [["1"]]

    def promote(self):
        """Returns once it takes writes. Its predecessor must have been stopped."""
        assert self.query("postgres", "SELECT pg_promote(true, 30)") == [["t"]]

    def crash(self):
        """All of its processes end at once, and nothing is written."""
        self.process.send_signal(signal.SIGQUIT)
        self.process.wait(30)

    def remove(self):
        self.crash()
        shutil.rmtree(self.folder, ignore_errors=True)

    def query(self, database, sql):
        """Rows as lists of texts."""
        done = subprocess.run([str(self.programs / "psql"), "-X", "-q", "-A", "-t", "-F", "\x1f", "-U", "postgres",
                               "-h", str(self.folder), "-d", database, "-c", sql],
                              check=True, capture_output=True, text=True, timeout=60)
        return [line.split("\x1f") for line in done.stdout.splitlines()]

    def make(self, database, options="TEMPLATE template0"):
        self.query("postgres", f"CREATE DATABASE {database} {options}")
        return self.url(database)

    def database_of(self, data_dir):
        """The name of that folder's database, made where it is asked for first."""
        name = "d" + hashlib.sha256(str(pathlib.Path(data_dir).resolve()).encode()).hexdigest()[:16]
        if name not in self.known:
            self.make(name)
            self.known.add(name)
        return name

    def url(self, database, *others):
        """With `others`, whichever of them is the primary."""
        hosts = ",".join(urllib.parse.quote(str(one.folder), safe="") for one in (self, *others))
        return f"postgresql://postgres@{hosts}/{database}"

    def url_of(self, data_dir):
        return self.url(self.database_of(data_dir))


class LossyWay:
    """A way to a server's socket on which transactions break off: all passes, but for the next that `lose` is about."""

    def __init__(self, cluster):
        self.behind = str(cluster.folder / SOCKET)
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="parley-lossy-"))
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(str(self.folder / SOCKET))
        self.listener.listen(16)
        self.lock = threading.Lock()
        self.wish = None
        self.lost = threading.Event()
        threading.Thread(target=self._accept, daemon=True).start()

    def remove(self):
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def lose(self, what):
        """Returns once it happened to the next transaction that is to be committed: its `question` does not arrive, its
        `answer` does not come back, or the connection breaks `between` the two, and nobody knows which comes first."""
        self.lost.clear()
        with self.lock:
            self.wish = what
        assert self.lost.wait(30), "nothing was committed"

    def _accept(self):
        while True:
            try:
                client = self.listener.accept()[0]
            except OSError:
                return
            threading.Thread(target=self._pass_on, args=(client,), daemon=True).start()

    def _take_wish(self, said):
        commits = b"COMMIT" in said or (b"parley_append" in said and b"INSERT INTO" not in said)  # not to prepare it
        if not commits:
            return None
        with self.lock:
            wish, self.wish = self.wish, None
        return wish

    def _pass_on(self, client):
        wish = None
        with client, socket.socket(socket.AF_UNIX) as server, contextlib.suppress(OSError):
            server.connect(self.behind)
            while wish is None:
                ready = select.select([client, server], [], [])[0]
                source, target = (server, client) if server in ready else (client, server)
                said = source.recv(65536)
                if not said:
                    return
                if source is client:
                    wish = self._take_wish(said)
                if wish != "question":
                    target.sendall(said)
            if wish == "answer":
                server.recv(65536)
        if wish:
            self.lost.set()
