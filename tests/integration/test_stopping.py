"""SIGTERM under load, over and over; and an end that comes in time where something hangs."""

import asyncio
import os
import random
import signal
import statistics
import time

import pytest

from clients import Api, Sockets
from crowd import SENDERS, Crowd
from disk import HANGS, Disk
from harness import DEADLINE, Server, run_parley, soon
from raw import Connection

#: Stops under load. `PARLEY_STOPS=50` is the long form.
STOPS = int(os.environ.get("PARLEY_STOPS", "3"))

#: `server.drain_seconds` of the stops under load.
DRAIN_SECONDS = 10

#: "At once", on a machine that does something else as well.
AT_ONCE = 5.0


async def is_refused(host, port):
    try:
        _, writer = await asyncio.open_connection(host, port)
    except ConnectionError:
        return True
    writer.close()
    return False


async def terminate(crowd):
    """SIGTERM; returns how long the process took to end, and well."""
    server = crowd.server
    address = server.host, server.port
    began = time.monotonic()
    server.process.send_signal(signal.SIGTERM)
    ended = asyncio.create_task(asyncio.to_thread(server.wait, DRAIN_SECONDS + DEADLINE))
    while not await is_refused(*address):
        assert time.monotonic() - began < DRAIN_SECONDS, "new connections are still taken"
    assert await ended == 0, server.log_text()
    return time.monotonic() - began


def test_a_stop_under_load_tells_everybody_and_loses_nothing(tmp_path):
    dice = random.Random(50)
    server = Server(tmp_path / "data", {"server.drain_seconds": DRAIN_SECONDS})
    crowd = Crowd(server, tmp_path)
    times = []
    for life in range(STOPS):
        server.start()
        crowd.check()
        times.append(asyncio.run(crowd.speak_until(life, dice.randint(1, 600), terminate)))
        assert times[-1] < DRAIN_SECONDS
        on_sockets = {k for k in range(SENDERS) if k % 4 != 3}
        assert crowd.told == on_sockets, "everybody on a WebSocket hears server_draining"
        assert crowd.codes == dict.fromkeys(on_sockets, 1001)
    server.start()
    crowd.check()
    server.stop()
    print(f"{STOPS} stops under load: median {statistics.median(times):.2f} s, max {max(times):.2f} s; "
          f"{len(crowd.acknowledged)} acknowledged messages, {crowd.repeated} repeated")


def at_once(server, code):
    began = time.monotonic()
    assert server.wait() == code, server.log_text()
    assert time.monotonic() - began < AT_ONCE


def is_draining(server):
    return any(line.endswith("draining") for line in server.log)


@pytest.mark.parametrize("hangs", ["nothing", "the disk"])
def test_a_second_signal_ends_the_process_at_once(tmp_path, hangs):
    disk = Disk(tmp_path, tmp_path / "data")
    with Server(tmp_path / "data", {"server.drain_seconds": 600}, env=disk.env) as one, Api(one) as api:
        user = api.register()
        with Connection(one) as stuck, Connection(one) as asking:
            stuck.upgrade("/ws", f"Authorization: Bearer {user.token}")
            assert stuck.response().status_code == 101
            if hangs == "the disk":
                disk.break_down(syncs=HANGS)
                asking.request("POST /rooms/ HTTP/1.1", f"Authorization: Bearer {user.token}",
                               "Content-Type: application/json", "Content-Length: 12", body=b'{"name":"x"}')
                disk.is_hit("syncs")
            one.process.send_signal(signal.SIGTERM)
            soon(lambda: is_draining(one))
            assert one.process.poll() is None, "a socket that does not answer its close holds the drain up"
            one.process.send_signal(signal.SIGTERM)
            at_once(one, 1)


def test_a_disk_that_hangs_holds_the_end_up_no_longer_than_the_drain_and_its_overtime(tmp_path):
    disk = Disk(tmp_path, tmp_path / "data")
    with Server(tmp_path / "data", {"server.drain_seconds": 1}, env=disk.env) as one:
        disk.break_down(syncs=HANGS)
        with Api(one) as api:
            assert api.get("/readyz").status_code == 503
        one.process.send_signal(signal.SIGTERM)
        began = time.monotonic()
        assert one.wait() == 1
        assert time.monotonic() - began < 1 + 3 + AT_ONCE
        assert any("took too long" in line for line in one.log), one.log_text()


@pytest.mark.parametrize("signals, code", [(1, 0), (2, 1)])
def test_a_signal_while_it_starts_ends_it_before_it_listens(tmp_path, signals, code):
    disk = Disk(tmp_path, tmp_path / "data")
    disk.break_down(syncs=HANGS)
    one = Server(tmp_path / "data", env=disk.env).launch()
    disk.is_hit("syncs")
    for _ in range(signals):
        one.process.send_signal(signal.SIGTERM)
        pending(one.process.pid)
    if signals == 1:
        disk.mend()
    at_once(one, code)
    assert not any("listening" in line for line in one.log)


def pending(pid):
    """Returns once no SIGTERM waits to be taken: two that wait at the same time are one."""
    def mask():
        with open(f"/proc/{pid}/status", encoding="ascii") as file:
            [line] = [line for line in file if line.startswith("ShdPnd")]
        return int(line.split()[1], 16)

    try:
        soon(lambda: mask() & 1 << signal.SIGTERM - 1 == 0)
    except (FileNotFoundError, ProcessLookupError, ValueError):
        pass  # it has ended


async def test_sigterm_after_a_drain_by_an_administrator_is_a_first_signal(start_server):
    one = start_server({"server.drain_seconds": 3})
    made = run_parley("user", "create", "--username", "root", "--email", "root@example.org", "--admin", "--data-dir",
                      one.data_dir, stdin="correct horse battery\n")
    assert made.returncode == 0, made.stderr
    with Api(one) as api, Connection(one) as stuck:
        token = api.sign_in("root")["access_token"]
        stuck.upgrade("/ws", f"Authorization: Bearer {token}")
        assert stuck.response().status_code == 101
        told = await Sockets(one).ws(token)
        assert api.post("/admin/drain", user=token).status_code == 202
    await told.until("server_draining")
    one.process.send_signal(signal.SIGTERM)
    assert one.wait() == 0


def test_a_draining_server_is_not_ready(start_server):
    one = start_server({"server.drain_seconds": 5})
    with Api(one) as api, Connection(one) as stuck, Connection(one) as asking:
        user = api.register()
        stuck.upgrade("/ws", f"Authorization: Bearer {user.token}")
        assert stuck.response().status_code == 101
        asking.request("GET /healthz HTTP/1.1").response()  # the connection was there before
        one.process.send_signal(signal.SIGTERM)
        soon(lambda: is_draining(one))
        answer = asking.request("GET /readyz HTTP/1.1").response()
        assert (answer.status_code, answer.json()["failing"]) == (503, ["draining"])
        assert answer.headers["connection"] == "close"
    assert one.wait() == 0
