"""A PostgreSQL for the run, and a database of it for each data folder: tests then run as they do on SQLite.

`PARLEY_TEST_DATABASE=postgres` asks for it. The server is made by initdb in a temporary folder, runs as an ordinary user
(root becomes `nobody` for it) and is reached by a socket there.
"""

import atexit
import concurrent.futures
import ctypes
import hashlib
import os
import pathlib
import pwd
import shutil
import signal
import subprocess
import tempfile
import threading
import urllib.parse

ASKED_FOR = os.environ.get("PARLEY_TEST_DATABASE") == "postgres"

_PR_SET_PDEATHSIG = 1

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
        self.durable = durable
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

    def _run(self, program, *arguments):
        subprocess.run([str(self.programs / program), *arguments], cwd="/", preexec_fn=_become_ordinary, check=True,
                       capture_output=True, timeout=60)

    def start(self):
        flush = "on" if self.durable else "off"
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

    def database_of(self, data_dir):
        """The name of that folder's database, made where it is asked for first."""
        name = "d" + hashlib.sha256(str(pathlib.Path(data_dir).resolve()).encode()).hexdigest()[:16]
        if name not in self.known:
            self.query("postgres", f"CREATE DATABASE {name} TEMPLATE template0")
            self.known.add(name)
        return name

    def url(self, database, *others):
        """With `others`, whichever of them is the primary."""
        hosts = ",".join(urllib.parse.quote(str(one.folder), safe="") for one in (self, *others))
        return f"postgresql://postgres@{hosts}/{database}"

    def url_of(self, data_dir):
        return self.url(self.database_of(data_dir))
