"""What systemd relies on: one server a data folder, a log that holds nobody up, sd_notify, a watchdog that tells the
truth, a unit that fits."""

import fcntl
import json
import os
import pathlib
import re
import select
import shutil
import socket
import subprocess
import time

import pytest

from clients import Api
from disk import HANGS, Disk
from harness import BINARY, DEADLINE, REPOSITORY, Server, run_parley, settings_flags, soon
from raw import TEXT, Connection, unmasked

UNIT = REPOSITORY / "deploy" / "parley.service"

#: Of the tests' supervisor: two pings come in it. A machine that is very busy must not look like a server that hangs.
WATCHDOG_SECONDS = 3


class Supervisor:
    """What systemd is to a service of Type=notify: a datagram socket that hears of its states."""

    def __init__(self, address):
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(address.replace("@", "\0", 1) if address.startswith("@") else address)
        self.env = {"NOTIFY_SOCKET": address}

    def watch(self, seconds):
        self.env["WATCHDOG_USEC"] = str(seconds * 1_000_000)
        return self

    def next(self, timeout=DEADLINE):
        """The next state that the service tells; None where none comes in time."""
        self.socket.settimeout(timeout)
        try:
            return self.socket.recv(4096).decode()
        except TimeoutError:
            return None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()


def refused(data_dir, *arguments, **more):
    """The one line of a server that must not start."""
    done = run_parley("serve", "--port", 0, "--data-dir", data_dir, *arguments, *settings_flags({}), **more)
    assert done.returncode == 1, (done.returncode, done.stderr)
    [line] = done.stderr.strip().splitlines()
    assert line.startswith("parley: ")
    return line


# -- one server a data folder -------------------------------------------------------------


def test_a_second_server_of_one_data_folder_is_refused(start_server, tmp_path):
    one = start_server(data_dir=tmp_path / "data")
    line = refused(tmp_path / "data")
    assert "is in use by another parley" in line and str(one.process.pid) in line
    with Api(one) as api:
        assert api.get("/readyz").status_code == 200
    one.kill()
    start_server(data_dir=tmp_path / "data")


@pytest.mark.parametrize("first, second, link, target", [
    ("there/parley.db", "there/parley.db", None, None),
    ("new/folder/parley.db", "new/folder/parley.db", None, None),
    ("one/parley.db", "one/parley.db", None, None),
    ("there/parley.db", "there/link.db", "there/link.db", "parley.db"),
    ("there/link.db", "there/parley.db", "there/link.db", "parley.db"),
    ("there/parley.db", "linked/parley.db", "linked", "there"),
], ids=["elsewhere", "in_a_folder_that_is_made", "in_the_data_folder", "by_a_link", "by_a_link_that_was_first",
        "in_a_linked_folder"])
def test_a_second_server_of_one_database_is_refused(start_server, tmp_path, first, second, link, target):
    (tmp_path / "there").mkdir()
    if link:
        (tmp_path / link).symlink_to(target)
    one = start_server(data_dir=tmp_path / "one", args=("--db", f"sqlite:///{tmp_path}/{first}"))
    line = refused(tmp_path / "two", "--db", f"sqlite:///{tmp_path}/{second}")
    assert "the database" in line and "in use" in line and str(one.process.pid) in line


def test_commands_work_beside_a_server_but_for_those_that_would_change_its_schema(start_server, tmp_path):
    one = start_server(data_dir=tmp_path / "data")
    for command in (["user", "create", "--username", "root", "--email", "root@example.org"], ["user", "promote", "root"],
                    ["token", "--user", "2"], ["migrate"], ["migrate", "--status"]):
        done = run_parley(*command, "--data-dir", one.data_dir, *settings_flags({}), stdin="correct horse battery\n")
        assert done.returncode == 0, (command, done.stderr)
    # A newer program, as it were: its schema is not there yet.
    empty = f"sqlite:///{tmp_path}/data/other.db"
    done = run_parley("migrate", "--data-dir", one.data_dir, "--db", empty)
    assert done.returncode == 1 and "in use" in done.stderr


# -- standard error --------------------------------------------------------------------------


def test_standard_streams_that_are_closed_become_no_file_of_the_server(tmp_path):
    with Supervisor(str(tmp_path / "notify")) as above:
        one = Server(tmp_path / "data", env=above.env)
        with subprocess.Popen(["sh", "-c", 'exec "$@" <&- >&- 2>&-', "sh", *one.command], env=one.env) as process:
            try:
                assert above.next() == "READY=1"
                assert [os.readlink(f"/proc/{process.pid}/fd/{n}") for n in range(3)] == ["/dev/null"] * 3
                process.terminate()
                assert process.wait(DEADLINE) == 0
            finally:
                process.kill()
    assert (tmp_path / "data" / "parley.lock").read_text() == f"{process.pid}\n"


class UnreadLog:
    """A server whose standard error is a small pipe, read only when a test says so; its lines are JSON."""

    def __init__(self, data_dir):
        reader, self.writer = os.pipe()
        fcntl.fcntl(self.writer, fcntl.F_SETPIPE_SZ, 8192)
        self.log = os.fdopen(reader, "rb", buffering=0)
        self.server = Server(data_dir, {"log.format": "json"})
        self.process = subprocess.Popen(self.server.command, env=self.server.env, stderr=self.writer)
        self.lines = []  # that were read
        self.bothered = 0  # closes that are a line each

    def __enter__(self):
        heard = ""
        while not (found := re.search(r"listening on http://([^\s:]+):(\d+)\n", heard)):
            assert select.select([self.log], [], [], 30)[0], heard
            heard += self.log.read(1).decode()
        self.server.host, self.server.port = found[1], int(found[2])
        os.set_blocking(self.log.fileno(), False)
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()
        os.close(self.writer)
        self.log.close()

    def bother(self, times=1):
        """A stranger breaks the protocol, which is a line each time."""
        for _ in range(times):
            with Connection(self.server) as stranger:
                assert stranger.upgrade("/ws/test/x").response().status_code == 101
                assert stranger.send(unmasked(TEXT, b"x")).close_code() == 1002
            self.bothered += 1

    def fill(self):
        """Until it polls full, and then so much that the last page is full too and lines wait or are lost."""
        while select.select([], [self.writer], [], 0)[1]:
            self.bother()
        self.bother(60)

    def read(self):
        """All that is there."""
        text = b""
        while data := self.log.read(65536):
            text += data
        assert text.endswith(b"\n") or not text, "a line that was begun is ended"
        self.lines += [json.loads(line) for line in text.splitlines()]

    def lost(self):
        """How many lines were told to be lost."""
        told = (re.match(r"(\d+) lines of the log were lost", line["message"]) for line in self.lines)
        return sum(int(found[1]) for found in told if found)

    def accounted(self):
        """Every line was read, or is counted."""
        self.read()
        return self.lost() + sum("closed 1002" in line["message"] for line in self.lines) >= self.bothered


def test_a_log_that_nobody_reads_holds_nobody_up(tmp_path):
    with UnreadLog(tmp_path / "data") as one:
        one.fill()
        with Api(one.server) as api:
            assert api.get("/healthz").status_code == 200
        one.read()
        assert one.lines and not one.lost()
        one.bother()  # now there is room: what was lost is told before it
        soon(one.accounted)
        assert one.lost()
        one.fill()
        one.process.terminate()
        assert one.process.wait(DEADLINE) == 0
        one.read()


# -- sd_notify --------------------------------------------------------------------------------


@pytest.mark.parametrize("abstract", [False, True])
def test_the_supervisor_hears_of_readiness_and_of_the_end(tmp_path, abstract):
    address = f"@parley-test-{os.getpid()}" if abstract else str(tmp_path / "notify")
    with Supervisor(address) as above, Server(tmp_path / "data", env=above.env) as one:
        assert above.next() == "READY=1"
        with Api(one) as api:
            assert api.get("/readyz").status_code == 200
        one.stop()
        assert above.next() == "STOPPING=1"


def test_without_a_supervisor_nothing_is_missing(tmp_path):
    with Server(tmp_path / "data", env={"NOTIFY_SOCKET": str(tmp_path / "nobody"), "WATCHDOG_USEC": "nonsense"}) as one:
        one.stop()


def test_a_supervisor_of_another_process_gets_no_pings(tmp_path):
    with Supervisor(str(tmp_path / "notify")).watch(1) as above:
        with Server(tmp_path / "data", env={**above.env, "WATCHDOG_PID": "1"}) as one:
            assert above.next() == "READY=1"
            one.stop()
            assert above.next() == "STOPPING=1"


def test_pings_come_until_the_writer_hangs_and_again_when_it_goes_on(tmp_path):
    disk = Disk(tmp_path, tmp_path / "data" / "parley.db")
    with Supervisor(str(tmp_path / "notify")).watch(WATCHDOG_SECONDS) as above:
        with Server(tmp_path / "data", env={**above.env, **disk.env}) as one, Api(one) as api:
            assert above.next() == "READY=1"
            assert [above.next() for _ in range(2)] == ["WATCHDOG=1"] * 2
            disk.break_down(syncs=HANGS)
            assert api.get("/readyz").status_code == 503
            disk.is_hit("syncs")
            last = time.monotonic()
            while above.next(WATCHDOG_SECONDS) == "WATCHDOG=1":  # those of checks that were under way
                last = time.monotonic()
            assert time.monotonic() - last >= WATCHDOG_SECONDS, "systemd would have ended it by now"
            assert any("no answer from the database writer" in line for line in one.log), one.log_text()
            disk.mend()
            assert above.next() == "WATCHDOG=1"


# -- the unit -----------------------------------------------------------------------------------


def unit_settings():
    """Every `Key=value` of the unit; a key that comes often has all of its values."""
    found = {}
    for key, value in re.findall(r"^([A-Za-z]+)=(.*)$", UNIT.read_text(), re.M):
        found.setdefault(key, []).append(value)
    return found


def seconds(text):
    number, unit = re.fullmatch(r"(\d+)(s|min)", text).groups()
    return int(number) * {"s": 1, "min": 60}[unit]


def test_the_unit_is_one_that_systemd_takes(tmp_path):
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd-analyze is not installed")
    unit = tmp_path / "parley.service"
    unit.write_text(UNIT.read_text().replace("/usr/local/bin/parley", str(pathlib.Path(BINARY).resolve())))
    sockets = shutil.copy(UNIT.with_suffix(".socket"), tmp_path)
    done = subprocess.run(["systemd-analyze", "verify", "--man=no", str(unit), sockets], capture_output=True, text=True,
                          timeout=60, check=False)
    if "Failed to" in done.stderr and "manager" in done.stderr:
        pytest.skip(done.stderr.strip())
    assert (done.returncode, done.stderr.strip()) == (0, "")


def test_the_unit_runs_the_program_as_it_is():
    [command] = unit_settings()["ExecStart"]
    program, subcommand, *flags = command.split()
    assert (pathlib.Path(program).name, subcommand) == ("parley", "serve")
    known = run_parley("serve", "--help").stdout
    assert flags and all(flag in known for flag in flags if flag.startswith("--"))


def test_a_reload_of_the_unit_is_the_signal_that_reloads():
    assert unit_settings()["ExecReload"] == ["/bin/kill -HUP $MAINPID"]


def test_the_unit_waits_longer_than_the_server_does():
    unit = unit_settings()
    drain = int(re.search(r"^drain_seconds = (\d+)", (REPOSITORY / "config/parley.toml").read_text(), re.M)[1])
    assert unit["Type"] == ["notify"]
    assert seconds(unit["TimeoutStopSec"][0]) > drain + 3
    # The server asks twice in this time; a transaction waits for a lock for 2 s.
    assert seconds(unit["WatchdogSec"][0]) >= 10
