"""parley-load's `slow`, `watch` and `http` against the real server: what they account for, and that they see a fault.

Nothing here asserts a time; a machine that is too busy for the client's schedule (exit 3) is no failure.
"""

import asyncio
import json
import os
import pathlib
import subprocess

import pytest
import websockets

from clients import Api
from harness import BINARY, DEADLINE, Server, clean_environment, run_parley, settings_flags
from rooms_peer import DIALECT, RoomsPeer

LOAD = os.environ.get("PARLEY_LOAD") or str(pathlib.Path(BINARY).with_name("parley-load"))
ROOMS, USERS = 4, 64
GOOD, FAILED, USAGE, BUSY = 0, 1, 2, 3


@pytest.fixture(scope="module")
def fixtures(tmp_path_factory):
    """A server, and the file of the tokens of its users: user k owns or is a member of room 1 + k mod ROOMS."""
    folder = tmp_path_factory.mktemp("load")
    tokens = folder / "tokens"
    made = run_parley("fixtures", "--users", USERS, "--rooms", ROOMS, "--tokens", tokens, "--data-dir", folder / "data",
                      *settings_flags({}))
    assert made.returncode == 0, made.stderr
    with Server(folder / "data") as server:
        yield server, tokens


def words_of(*arguments):
    return [part for each in arguments for part in (each.split() if isinstance(each, str) else [str(each)])]


def run_load(*arguments):
    return subprocess.run([LOAD, *words_of(*arguments)], env=clean_environment(), capture_output=True, text=True,
                          timeout=60, check=False)


def target(fixtures):
    server, tokens = fixtures
    return ("--url", server.ws + "/ws", "--tokens", tokens, "--json --quiet --server-pid", server.process.pid)


def figures(done):
    return json.loads(done.stdout)["figures"]


def good(done, **expected):
    """The figures of a good run; each that is named is so, or above 0 where it is `...`."""
    assert done.returncode in (GOOD, BUSY), done.stderr
    said = figures(done)
    expected |= dict.fromkeys(("lost", "doubled", "out_of_order", "strays", "errors", "closes"), 0)
    wrong = {name: said[name] for name, value in expected.items()
             if not (said[name] > 0 if value is ... else said[name] == value)}
    assert not wrong, said
    assert said["expected"] == said["delivered"]
    return said


# -- slow ----------------------------------------------------------------------------


def test_readers_that_stop_are_closed_and_the_others_lose_nothing(fixtures):
    # 250 messages of 4 KB a room: more than a stalled reader's queue and both kernels' buffers hold together.
    done = run_load("slow --rooms 4 --members 6 --stalled 0.34 --rate 500 --size 4000 --duration 2 --warmup 0",
                    "--processes 2", *target(fixtures))
    said = good(done, stalled=8, stalled_closed=8, stalled_closed_other=0, sent=1000, expected=4 * 4 * 250)
    # Where the machine is so busy that the server gave up waiting first, there is no close frame to read.
    assert said["stalled_closed_4413"] + said["stalled_cut"] == 8
    assert said["server_rss_peak_bytes"] > 0


def test_readers_that_stop_for_a_while_and_missed_little_stay(fixtures):
    done = run_load("slow --rooms 4 --members 4 --stalled 0.5 --stall-ms 300 --rate 80 --duration 1 --warmup 0",
                    *target(fixtures))
    good(done, stalled=8, stalled_closed=0, sent=80, stalled_delivered=2 * 80)


def test_slow_drives_any_server_and_counts_what_the_healthy_lost(tmp_path):
    dialect = tmp_path / "peer.toml"
    dialect.write_text(DIALECT)

    def lose_each_fifth(number, text):
        lose_each_fifth.count += number % 5 == 0
        return [] if number % 5 == 0 else [text]
    lose_each_fifth.count = 0
    flags = "slow --rooms 2 --members 6 --stalled 0.5 --rate 50 --duration 1 --warmup 0 --json --quiet --dialect"
    with RoomsPeer() as peer:
        done = run_load(flags, dialect, "--url", peer.url)
    good(done, stalled=6, stalled_closed=0, sent=50, expected=150, stalled_delivered=150)
    with RoomsPeer(lose_each_fifth) as peer:
        done = run_load(flags, dialect, "--url", peer.url)
    assert done.returncode == FAILED
    said = figures(done)
    assert said["lost"] + (150 - said["stalled_delivered"]) == lose_each_fifth.count == 60


# -- watch ---------------------------------------------------------------------------


def test_every_member_hears_every_change_once_and_in_order(fixtures):
    done = run_load("watch --rooms 4 --members 8 --rate 80 --ping-ms 50 --sample-ms 20 --duration 1.5 --warmup 0.2",
                    "--processes 2", *target(fixtures))
    good(done, sent=136, acknowledged=136, expected=136 * 8, clock_pings=..., clock_unanswered=0, spread_samples=...)


def test_somebody_else_who_steers_is_seen(fixtures):
    server, tokens = fixtures
    owner = tokens.read_text().split()[0]

    async def meddle():
        """Pauses room 1 as soon as it plays. A change that nobody of parley-load pressed."""
        async with websockets.connect(f"{server.ws}/ws?token={owner}") as socket:
            await socket.send('{"type":"join_room","payload":{"room_id":1}}')
            load = await asyncio.create_subprocess_exec(
                LOAD, *words_of("watch --rooms 4 --members 3 --rate 80 --duration 2 --warmup 0", *target(fixtures)),
                env=clean_environment(), stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE)
            while True:
                frame = json.loads(await asyncio.wait_for(socket.recv(), DEADLINE))
                if frame["type"] == "sync_state" and frame["payload"]["state"] == "playing":
                    break
            await socket.send('{"type":"sync_pause","payload":{"room_id":1,"position_s":0.5}}')
            out, err = await asyncio.wait_for(load.communicate(), 60)
            return subprocess.CompletedProcess((), load.returncode, out.decode(), err.decode())

    done = asyncio.run(meddle())
    assert done.returncode == FAILED
    assert figures(done)["strays"] > 0
    assert "astray" in done.stderr


def test_a_room_that_nobody_may_steer_is_one_line(fixtures):
    server, tokens = fixtures
    owner = tokens.read_text().split()[1]
    with Api(server) as api:
        assert api.put("/rooms/2/config", json={"sync_mode": "off"}, user=owner).status_code == 200
        done = run_load("watch --rooms 4 --members 2 --duration 1", *target(fixtures))
        assert api.put("/rooms/2/config", json={"sync_mode": "owner"}, user=owner).status_code == 200
    assert done.returncode == FAILED
    assert done.stderr == "parley-load: room 2: the server answered sync_forbidden\n"


# -- http ----------------------------------------------------------------------------


@pytest.mark.parametrize("pace", ["", "--rate 200"], ids=["closed loop", "open loop"])
def test_each_post_is_answered_and_heard_once_by_all_listeners(fixtures, pace):
    done = run_load("http --rooms 4 --window 6 --listen 2 --duration 1 --warmup 0.1 --processes 2", pace,
                    *target(fixtures))
    said = good(done, sent=..., unanswered=0, reconnects=0)
    assert said["sent"] == said["answered"] == said["acknowledged"] == said["status_2xx"] == said["expected"] / 2
    if pace:
        assert said["sent"] == 220


def test_requests_of_ones_own_are_told_apart_by_status(fixtures):
    done = run_load("http --rooms 4 --rate 100 --duration 0.5 --warmup 0 --method GET --path /rooms/{room}/messages/",
                    *target(fixtures))
    good(done, sent=50, status_2xx=50, expected=0)
    done = run_load("http --rate 100 --duration 0.5 --warmup 0 --path /no/{n} --body hello", *target(fixtures))
    assert done.returncode == FAILED
    said = figures(done)
    assert said["status_4xx"] == said["errors"] == said["answered"] == said["sent"] == 50
    assert done.stderr == "parley-load: the server answered errors, first HTTP 404 not_found\n"


# -- bad input -----------------------------------------------------------------------

REFUSED = {
    "slow --rooms 1 --members 4": "--stalled: that share of --members is less than one reader a room",
    "slow --rooms 1 --members 1": "--members",
    "slow --rooms 1 --members 4 --stalled 2": "--stalled",
    "slow --rooms 1 --members 20 --dialect echo": "its sender alone",
    "slow --rooms 1 --members 20 --processes 2": "--processes must not exceed --rooms",
    "watch --rooms 1 --members 2 --dialect parley-chat": "--dialect must be parley",
    "watch --rooms 1 --members 2 --ping-ms 0": "--ping-ms",
    "http --dialect echo": "publishes nothing by HTTP",
    "http --path /{wrong}": "--path: ",
    "http --path x": "--path must begin with /",
    "http --method BREW": "--method",
    "http --listen 1 --body hello": "--listen needs {content} or {marker}",
    "http --window 2 --rooms 4 --processes 3": "--processes must not exceed --rooms or --window",
}


@pytest.mark.parametrize("words", REFUSED)
def test_what_cannot_be_is_refused_in_one_line(fixtures, words):
    server, tokens = fixtures
    done = run_load(words, "--duration 1 --url", server.ws + "/ws", "--tokens", tokens)
    assert done.returncode == USAGE
    assert REFUSED[words] in done.stderr
    assert done.stderr.count("\n") == 1
    assert done.stdout == ""
