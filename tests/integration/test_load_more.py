"""parley-load's `slow`, `watch` and `http` against the real server: what they account for, and that they see a fault.

Nothing here asserts a time; a machine that is too busy for the client's schedule (exit 3) is no failure.
"""

import asyncio
import json
import re
import socket
import subprocess

import pytest
import websockets

from clients import Api
from harness import DEADLINE, clean_environment
from load_runs import FAILED, LOAD, USAGE, figures, first_fault, good, run_load, seeded_server, words_of
from rooms_peer import DIALECT, RoomsPeer

ROOMS, USERS = 4, 64


@pytest.fixture(scope="module")
def fixtures(tmp_path_factory):
    with seeded_server(tmp_path_factory.mktemp("load"), USERS, ROOMS) as both:
        yield both


def target(fixtures):
    server, tokens = fixtures
    return ("--url", server.ws + "/ws", "--tokens", tokens, "--json --quiet --server-pid", server.process.pid)


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


def test_slow_drives_any_server_and_counts_what_anybody_lost_who_stayed(tmp_path):
    dialect = tmp_path / "peer.toml"
    dialect.write_text(DIALECT)
    flags = "slow --rooms 2 --members 6 --stalled 0.5 --rate 50 --duration 1 --warmup 0 --json --quiet --dialect"
    with RoomsPeer() as peer:
        done = run_load(flags, dialect, "--url", peer.url)
    good(done, stalled=6, stalled_closed=0, sent=50, expected=150, stalled_delivered=150)
    spoiled = {
        "lost": lambda text: [],
        "doubled": lambda text: [text, text],
        "out_of_order": lambda text: [json.dumps({**json.loads(text), "n": 0})],
    }
    for figure, other in spoiled.items():
        with RoomsPeer(lambda number, text, other=other: other(text) if number % 5 == 0 else [text]) as peer:
            done = run_load(flags, dialect, "--url", peer.url)
        assert done.returncode == FAILED
        said = figures(done)
        assert {name: said[name] for name in spoiled} == {**dict.fromkeys(spoiled, 0), figure: 300 // 5}
        # A stalled reader that stays is owed all: what it lacks in the end was expected.
        assert said["expected"] == 150 + (150 - said["stalled_delivered"])


# -- fanout, send, chat ---------------------------------------------------------------


def run_peer(tmp_path, words, spoil=None, more=""):
    """A run against a server of the tests' own, whose dialect says `more`."""
    dialect = tmp_path / "peer.toml"
    dialect.write_text(DIALECT.replace("id_key", more + "\nid_key"))
    with RoomsPeer(spoil) as peer:
        return run_load(words, "--warmup 0 --json --quiet --dialect", dialect, "--url", peer.url)


def test_a_copy_for_the_sender_that_nobody_awaits_hides_no_loss(tmp_path):
    done = run_peer(tmp_path, "fanout --rooms 3 --members 4 --senders-per-room 2 --rate 150 --duration 1",
                    lambda number, text: [] if number % 5 == 0 else [text], "echo_to_sender = false")
    assert done.returncode == FAILED
    said = figures(done)
    assert said["sent"] == 150 and said["expected"] == 450
    assert said["lost"] == 450 - said["delivered"] > 0
    assert said["lost"] + (150 - said["strays"]) == 600 // 5


def test_an_ignored_acknowledgement_that_holds_the_marker_is_that_of_its_message(tmp_path):
    done = run_peer(tmp_path, "fanout --rooms 1 --members 1 --rate 50 --duration 0.5",
                    lambda number, text: [text, text.replace('"n"', '"ok"')], "ack = '\"ok\"'\nignore = ['\"ok\"']")
    good(done, sent=25, acknowledged=25, ack_max_ms=...)


def test_answers_without_an_id_are_to_come_in_the_order_of_their_messages(tmp_path):
    held = []

    def swap_pairs(_, text):
        held.append(text)
        return [held.pop(), held.pop()] if len(held) == 2 else []
    done = run_peer(tmp_path, "send --rooms 1 --senders 1 --window 2 --duration 0.3", swap_pairs)
    assert done.returncode == FAILED
    said = figures(done)
    assert said["out_of_order"] == said["delivered"] / 2 > 0
    done = run_peer(tmp_path, "send --rooms 1 --senders 1 --window 4 --duration 0.3",
                    lambda number, text: [] if number == 3 else [text])
    assert figures(done)["out_of_order"] == 0 and figures(done)["lost"] == 1


def test_a_run_in_which_nothing_was_sent_is_no_good_one(tmp_path):
    done = run_peer(tmp_path, "chat --users 2 --rooms 1 --think-ms 3600000 --mix text=1 --duration 0.3")
    assert done.returncode == FAILED
    assert first_fault(done) == "parley-load: nothing was sent in the measured time"


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
    assert first_fault(done) == "parley-load: room 2: the server answered sync_forbidden"


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
    assert first_fault(done) == "parley-load: the server answered errors, first HTTP 404 not_found"


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


# -- several servers -------------------------------------------------------------------


def run_two(tmp_path, words, spoil=None):
    """A run against two servers that know nothing of each other, or of which the second `spoil`s what it sends."""
    dialect = tmp_path / "peer.toml"
    dialect.write_text(DIALECT)
    with RoomsPeer() as one, RoomsPeer(spoil) as two:
        done = run_load(words, "--warmup 0 --json --quiet --dialect", dialect, "--url", one.url, "--url", two.url)
    return done, one, two


def test_connections_are_spread_evenly_over_servers_and_so_are_those_of_each_room(tmp_path):
    done, one, two = run_two(tmp_path, "connect --connections 12 --rooms 2 --hold 0.3")
    assert done.returncode in (0, 3), done.stderr
    assert (one.tocks, two.tocks) == (6, 6)
    assert one.paths == two.paths == {"/room/1", "/room/2"}
    assert json.loads(done.stdout)["target"]["urls"] == [one.url, two.url]


def test_servers_that_do_not_hear_of_each_other_lose_what_the_others_said(tmp_path):
    done, *_ = run_two(tmp_path, "fanout --rooms 2 --members 4 --rate 40 --duration 0.5")
    assert done.returncode == FAILED
    said = figures(done)
    assert (said["sent"], said["expected"], said["delivered"], said["lost"]) == (20, 80, 40, 40)


def test_a_server_of_several_that_cannot_be_reached_is_one_line_that_names_it(fixtures):
    with socket.socket() as taken:  # bound, but nobody listens
        taken.bind(("127.0.0.1", 0))
        gone = f"ws://127.0.0.1:{taken.getsockname()[1]}/ws"
        for words in ("fanout --rooms 4 --members 4", "http --rooms 4 --window 4"):
            done = run_load(words, *target(fixtures), "--url", gone)
            assert done.returncode == FAILED
            said = r"parley-load: connection \d+: cannot connect: Connection refused \(" + re.escape(gone) + r"\)\n"
            assert re.fullmatch(said, done.stderr), done.stderr
    done = run_load("fanout --rooms 4 --members 4", *target(fixtures), "--url ws://nowhere.invalid/ws")
    assert done.returncode == FAILED and "nowhere.invalid" in done.stderr and done.stderr.count("\n") == 1


# -- addresses -------------------------------------------------------------------------


def test_an_address_of_ipv6_is_reached_for_sockets_and_posts(tmp_path):
    with seeded_server(tmp_path, USERS, ROOMS, args=("--host", "::1")) as (server, tokens):
        assert server.ws.startswith("ws://[::1]:")
        done = run_load("http --rooms 4 --window 4 --listen 2 --duration 0.3 --warmup 0", *target((server, tokens)))
    good(done, answered=..., delivered=...)


def test_the_query_of_a_url_goes_behind_that_of_the_dialect(tmp_path):
    dialect = tmp_path / "peer.toml"
    dialect.write_text(DIALECT.replace("/room/{room}", "/room?n={room}"))
    with RoomsPeer() as peer:
        done = run_load("connect --connections 2 --rooms 2 --json --quiet --dialect", dialect, "--url", peer.url + "?a=b&c")
    assert done.returncode in (0, 3), done.stderr
    assert peer.paths == {"/room?n=1&a=b&c", "/room?n=2&a=b&c"}
