"""The servers of a run: PostgreSQL, the nodes, and, as root, a network of their own with cables that can be cut."""

import contextlib
import os
import pathlib
import secrets
import shutil
import signal
import subprocess
import threading

from authority import Authority
from harness import Server
from postgres import Postgres, _starter

#: Nobody has this hardware address: what is sent there is lost, and the sender is not told.
NOBODY = "02:00:00:00:00:de"


def why_no_network():
    """Why no cables can be cut here; None where they can."""
    if os.geteuid() != 0:
        return "only root makes network namespaces"
    if not shutil.which("ip"):
        return "no program ip (Debian's package iproute2)"
    name = f"parley-try-{os.getpid()}"
    tried = subprocess.run(["ip", "netns", "add", name], capture_output=True, text=True, check=False)
    if tried.returncode == 0:
        subprocess.run(["ip", "netns", "del", name], check=False)
        return None
    return tried.stderr.strip() or "no network namespaces"


def children_of(parent):
    """Ids of the processes that it started."""
    found = []
    for stat in pathlib.Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            words = stat.read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
            if int(words[1]) == parent:
                found.append(int(stat.parent.name))
    return found


class Network:
    """A switch, and a machine (a network namespace) at it for each name. The clients' place is the switch itself."""

    def __init__(self, names):
        self.tag = secrets.token_hex(3)
        self.net = f"10.{secrets.randbelow(190) + 60}.{secrets.randbelow(250)}"
        self.addresses = {name: f"{self.net}.{i}" for i, name in enumerate(names, 10)}
        self.bridge = f"pch{self.tag}"
        self.run("link", "add", self.bridge, "type", "bridge")
        self.run("addr", "add", f"{self.net}.1/24", "dev", self.bridge)
        self.run("link", "set", self.bridge, "up")
        for name, address in self.addresses.items():
            space = self.space(name)
            self.run("netns", "add", space)
            self.run("link", "add", self.port(name), "type", "veth", "peer", "name", "eth0", "netns", space)
            self.run("link", "set", self.port(name), "master", self.bridge, "up")
            self.run("-n", space, "addr", "add", f"{address}/24", "dev", "eth0")
            for device in ("eth0", "lo"):
                self.run("-n", space, "link", "set", device, "up")

    @staticmethod
    def run(*arguments, check=True):
        subprocess.run(["ip", *arguments], check=check, capture_output=True, timeout=30)

    def space(self, name):
        return f"pch{self.tag}-{name}"

    def port(self, name):
        return f"p{self.tag}{name[:6]}"

    def into(self, name):
        return ["ip", "netns", "exec", self.space(name)]

    def cut(self, source, target):
        """What `source` sends to `target` is lost from now on; the other direction is another cut."""
        self.run("-n", self.space(source), "neigh", "replace", self.addresses[target], "lladdr", NOBODY, "dev", "eth0",
                 "nud", "permanent")

    def mend(self, source, target):
        self.run("-n", self.space(source), "neigh", "del", self.addresses[target], "dev", "eth0", check=False)

    def pull(self, name):
        """Takes the machine's cable out: clients do not reach it either."""
        self.run("link", "set", self.port(name), "down")

    def plug(self, name):
        self.run("link", "set", self.port(name), "up")

    def remove(self):
        for name in self.addresses:
            self.run("netns", "del", self.space(name), check=False)
        self.run("link", "del", self.bridge, check=False)


class Database(Postgres):
    """A PostgreSQL that, with a network, is a machine of it. With `follows` it is that one's synchronous standby."""

    def __init__(self, network, machine="db", follows=None):
        self.network, self.machine = network, machine
        super().__init__(follows=follows)
        if follows:
            return
        if network:
            with open(self.folder / "data" / "pg_hba.conf", "a", encoding="utf-8") as hba:
                hba.write("host all all 10.0.0.0/8 trust\n")
            self.query("postgres", "SELECT pg_reload_conf()")
        self.make("parley")

    def start(self):
        if not self.network:
            super().start()
            return
        command = [*self.network.into(self.machine), "setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups",
                   "--pdeathsig=QUIT", "--", str(self.programs / "postgres"), "-D", f"{self.folder}/data", "-k",
                   str(self.folder)]
        for setting in (f"listen_addresses={self.network.addresses[self.machine]}", "fsync=off", "full_page_writes=off",
                        "max_connections=100", "log_min_messages=fatal", "wal_retrieve_retry_interval=500ms"):
            command += ["-c", setting]
        self.process = _starter.submit(subprocess.Popen, command, cwd="/", stdout=subprocess.DEVNULL,
                                       stderr=subprocess.DEVNULL).result()
        self.wait_until_ready()

    def wait_until_ready(self):
        for _ in range(600):
            done = subprocess.run([str(self.programs / "pg_isready"), "-q", "-h", str(self.folder)], check=False)
            if done.returncode == 0:
                return
            if self.process.poll() is not None:
                raise ChildProcessError("PostgreSQL ended at its start")
            threading.Event().wait(0.05)
        raise AssertionError("PostgreSQL does not answer")

    def crash(self):
        """kill -9 of all of its processes."""
        for number in (self.process.pid, *children_of(self.process.pid)):
            with contextlib.suppress(ProcessLookupError):
                os.kill(number, signal.SIGKILL)
        self.process.wait(30)

    def start_again(self):
        """As soon as the last process of the one before is gone."""
        for _ in range(100):
            try:
                self.start()
                return
            except ChildProcessError:
                threading.Event().wait(0.1)
        raise AssertionError("PostgreSQL does not start after a crash")

    def follow(self, primary):
        """What it was, a primary that crashed, is forgotten: it becomes the standby of its successor."""
        shutil.rmtree(self.folder / "data")
        self._run("pg_basebackup", f"--pgdata={self.folder}/data", f"--host={primary.folder}", "--username=postgres",
                  "--write-recovery-conf", "--checkpoint=fast", "--no-sync")
        self.start_again()
        primary.query("postgres", "ALTER SYSTEM SET synchronous_standby_names = '*'")
        primary.query("postgres", "SELECT pg_reload_conf()")

    def address(self, *others):
        if not self.network:
            return self.url("parley", *others)
        hosts = ",".join(f"{self.network.addresses[one.machine]}:5432" for one in (self, *others))
        return f"postgresql://postgres@{hosts}/parley"

    def rows(self, sql):
        return self.query("parley", sql)


class Node(Server):
    """One node; it may be started again and again."""

    def __init__(self, name, folder, address, network, settings, program=None):
        self.name, self.network = name, network
        host = network.addresses[name] if network else "127.0.0.1"
        super().__init__(folder / name, {"cluster.enabled": "true", "cluster.name": name, "files.dir": str(folder / "files"),
                                         "cluster.listen": f"{host}:0", **settings},
                         args=["--db", address, "--host", host])
        self.other_program = self.command[0]
        if program:
            self.command[0] = program
        self.log_file = folder / f"{name}.log"
        self.is_wanted = True  # the supervisor starts it again where it ended
        self.is_healthy = True  # no fault is on it: who measures asks it

    def spawn(self):
        into = self.network.into(self.name) if self.network else []
        return subprocess.Popen([*into, *self.command], env=self.env, stdin=subprocess.DEVNULL,
                                stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, errors="replace")

    def launch(self):
        self.host = self.port = None
        return super().launch()

    def change_program(self):
        """What it is started as from now on, where there are two."""
        self.command[0], self.other_program = self.other_program, self.command[0]

    def keep_log(self):
        self.log_file.write_text("\n".join(self.log) + "\n", encoding="utf-8")

    @property
    def is_up(self):
        return self.port is not None and self.process.poll() is None


class Servers:
    """All of it; `end` leaves only the folder with the logs."""

    def __init__(self, folder, count, with_network, settings=None, with_standby=False, program=None):
        self.folder = pathlib.Path(folder)
        (self.folder / "files").mkdir(parents=True, exist_ok=True)
        self.names = [f"n{i}" for i in range(1, count + 1)]
        self.network = Network([*self.names, "db", "db2"]) if with_network else None
        self.database = self.standby = None
        self.nodes = []
        try:
            self.database = Database(self.network)
            if with_standby:
                self.standby = Database(self.network, "db2", self.database)
            address = self.database.address(*([self.standby] if with_standby else []))
            authority = Authority(self.folder, "chaos")
            for name in self.names:
                self.nodes.append(Node(name, self.folder, address, self.network,
                                       {**authority.settings(name), **(settings or {})}, program))
                self.nodes[-1].start()
        except BaseException:
            self.end()
            raise

    def up(self):
        return [node for node in self.nodes if node.is_up]

    def fail_over(self):
        """The primary crashes, and its standby takes its place."""
        self.database.crash()
        self.standby.promote()
        self.database, self.standby = self.standby, self.database

    def members(self):
        """Names of the nodes by the database's word."""
        return sorted(name.removeprefix("node ") for [name] in
                      self.database.rows("SELECT name FROM nodes WHERE slot IS NOT NULL"))

    def rooms_of(self, name):
        """The rooms whose home that node is."""
        return [int(room) for [room] in self.database.rows(
            f"SELECT h.room_id FROM room_homes h JOIN nodes n ON n.id = h.node_id WHERE n.name = 'node {name}'")]

    def end(self):
        for node in self.nodes:
            node.is_wanted = False
            if node.process and node.process.poll() is None:
                node.process.send_signal(signal.SIGCONT)
                node.kill()
            node.keep_log()
        for one in (self.database, self.standby):
            if one:
                one.remove()
        if self.network:
            self.network.remove()
