"""parley-load's dialects of other people's protocols, against strict servers that speak these.

That the servers speak what the real ones do is shown by the clients that those who made the protocols give away, and by
what the servers refuse. Nothing here asserts a time, but that a heartbeat comes within three times as long as it was
due.
"""

import json
import shutil
import subprocess

import pytest
import websockets

from dialect_peers import CentrifugoPeer, GraphqlPeer, PhoenixPeer
from harness import DEADLINE, clean_environment
from load_runs import BUSY, FAILED, GOOD, figures, first_fault, good, run_load
from stomp_peer import StompPeer
from test_documents import HERE

MODULES = ("graphql", "graphql-ws", "ws", "phoenix", "centrifuge", "@stomp/stompjs")
npm = pytest.mark.skipif(not all((HERE / "node_modules" / name).is_dir() for name in MODULES),
                         reason="npm's registry was out of reach")

PEERS = {"phoenix": PhoenixPeer, "graphql-ws": GraphqlPeer, "centrifugo": CentrifugoPeer, "stomp": StompPeer}
every_protocol = pytest.mark.parametrize(
    "protocol", [pytest.param(name, marks=npm) if name == "graphql-ws" else name for name in PEERS])

QUIET = "--json --quiet --dialect"
FANOUT = "fanout --rooms 2 --members 3 --rate 20 --duration 2 --warmup 0"
IDLE = "connect --connections 4 --rooms 2 --hold 4"


def stayed(done, **expected):
    """All four of `IDLE` did to the end; figures that are named are so."""
    assert done.returncode in (GOOD, BUSY), done.stderr
    said = figures(done)
    expected |= {"connections": 4, "closes": 0, "errors": 0}
    assert {name: said[name] for name in expected} == expected


def dialect_file(folder, name, *changes):
    """What `parley-load dialects` prints of a dialect, with each (old, new) changed; every old text is there once."""
    printed = run_load("dialects", name)
    assert printed.returncode == 0, printed.stderr
    text = printed.stdout
    for old, new in changes:
        assert text.count(old) == 1, (old, text)
        text = text.replace(old, new)
    file = folder / "mine.toml"
    file.write_text(text)
    return file


# -- the servers -----------------------------------------------------------------------


#: Servers in a hurry, so that a client has to answer several pings while the program runs.
HURRIED = {"phoenix": {"patience": 2.0}, "graphql-ws": {}, "centrifugo": {"ping_every": 0.3},
           "stomp": {"beats_ms": (500, 500)}}
REFUSALS = {"phoenix": "unauthorized", "graphql-ws": "r2 is closed to you", "centrifugo": "permission denied",
            "stomp": "access refused"}


@npm
@pytest.mark.parametrize("protocol", PEERS)
def test_the_client_of_those_who_made_the_protocol_is_at_home(protocol):
    with PEERS[protocol](refused=2, **HURRIED[protocol]) as peer:
        command = [shutil.which("node"), HERE / "own_clients.mjs", protocol, peer.url, "2"]
        done = subprocess.run(command, cwd=HERE, env=clean_environment(), capture_output=True, text=True,
                              timeout=2 * DEADLINE, check=False)
    assert done.returncode == 0, done.stderr
    heard = json.loads(done.stdout)
    said = {f"one {n}" for n in (1, 2, 3)} | {f'other {n}, "zwölf" €' for n in (1, 2, 3)}
    assert set(heard["one"][:6]) == set(heard["other"]) == said
    assert heard["one"][6:] == ["alone", "still here"] and len(heard["other"]) == 6
    assert heard["refusal"] == REFUSALS[protocol]
    assert peer.seen["heartbeats"] >= 4 and peer.seen.get("dropped", 0) == 0
    assert (peer.seen["joins"], peer.seen["messages"], peer.seen["refusals"]) == (2, 8, 1)


async def conversation(peer, target, *texts, subprotocols=None):
    """All that came until the server closed or `texts` had been said and the last of them answered; and the code."""
    heard = []
    async with websockets.connect(peer.url + target, subprotocols=subprotocols) as socket:
        try:
            for text in texts:
                await socket.send(text)
                heard.append(await socket.recv())
        except websockets.ConnectionClosed as closed:
            return heard, closed.code
    return heard, None


JOIN = '["1","1","room:1","phx_join",{}]'
UNMATCHED = '"phx_reply",{"response":{"reason":"unmatched topic"},"status":"error"}]'


@pytest.mark.parametrize("texts, answer, code", [
    (['["1","2","room:1","new_msg",{"body":"x"}]'], f'[null,"2","room:1",{UNMATCHED}', None),
    (['["1","1","kitchen","phx_join",{}]'], f'[null,"1","kitchen",{UNMATCHED}', None),
    ([JOIN, '["1","2","room:1","dance",{}]'], '["1","1","room:1","phx_error",{}]', None),
    ([JOIN, '["1","2","room:1","new_msg",{"text":"x"}]'], '["1","1","room:1","phx_error",{}]', None),
    ([JOIN, '{"topic":"room:1","event":"new_msg"}'], None, 1011),
    (["hello"], None, 1011),
])
async def test_phoenix_refuses(texts, answer, code):
    with PhoenixPeer() as peer:
        heard, closed = await conversation(peer, "/socket/websocket?vsn=2.0.0", *texts)
    assert closed == code
    assert answer is None or heard[-1] == answer


@pytest.mark.parametrize("target", ["/socket/websocket", "/socket/websocket?vsn=1.0.0", "/socket?vsn=2.0.0"])
async def test_phoenix_refuses_a_handshake(target):
    with PhoenixPeer() as peer:
        with pytest.raises(websockets.InvalidStatusCode):
            await conversation(peer, target)


HELLO, SUBSCRIBE = '{"id":1,"connect":{}}', '{"id":2,"subscribe":{"channel":"room1"}}'


@pytest.mark.parametrize("texts, answer, code", [
    ([SUBSCRIBE], None, 3501),
    ([HELLO, '{"id":2,"dance":{}}'], None, 3501),
    ([HELLO, HELLO], None, 3501),
    ([HELLO, '{"id":4294967296,"subscribe":{"channel":"room1"}}'], None, 3501),
    ([HELLO, '{"subscribe":{"channel":"room1"}}'], None, 3501),
    ([HELLO, '{"id":2,"subscribe":{"channel":""}}'], None, 3501),
    ([HELLO, SUBSCRIBE, '{"id":3,"publish":{"channel":"room1"}}'], None, 3501),
    ([HELLO, "{}"], None, 3501),
    ([HELLO, "hello"], None, 3501),
    ([HELLO, SUBSCRIBE, SUBSCRIBE], '{"id":2,"error":{"code":105,"message":"already subscribed"}}', None),
    ([HELLO, '{"id":2,"publish":{"channel":"room1","data":{}}}'],
     '{"id":2,"error":{"code":103,"message":"permission denied"}}', None),
])
async def test_centrifugo_refuses(texts, answer, code):
    with CentrifugoPeer() as peer:
        heard, closed = await conversation(peer, "/connection/websocket", *texts)
    assert closed == code
    assert answer is None or heard[-1] == answer


CONNECT = "CONNECT\naccept-version:1.1,1.2\nhost:here\n\n\0"


@pytest.mark.parametrize("texts, message", [
    (["SEND\ndestination:/topic/room1\n\nx\0"], "SEND is out of place"),
    ([CONNECT, CONNECT], "CONNECT is out of place"),
    (["CONNECT\naccept-version:1.2\n\n\0"], "CONNECT needs host"),
    (["CONNECT\naccept-version:1.0,1.1\nhost:here\n\n\0"], "supported protocol versions are 1.2"),
    (["CONNECT\naccept-version:1.2\nhost:here\nheart-beat:often\n\n\0"], "heart-beat must be two numbers"),
    ([CONNECT, "SEND\ndestination:/topic/room1\n\nx"], "no NUL behind the body"),
    ([CONNECT, "SEND\ndestination:/topic/room1\ncontent-length:3\n\nx\0"], "no NUL behind the body"),
    ([CONNECT, "SEND\ndestination:/topic/room1\0"], "no blank line behind the headers"),
    ([CONNECT, "SEND\ndestination\n\nx\0"], "no header\\c destination"),
    ([CONNECT, "SEND\ndestination:/topic/a\\tb\n\nx\0"], "undefined escape \\\\t"),
    ([CONNECT, "SEND\n\nx\0"], "SEND needs destination"),
    ([CONNECT, "SUBSCRIBE\ndestination:/topic/room1\n\n\0"], "SUBSCRIBE needs id"),
    ([CONNECT, "SUBSCRIBE\nid:a\ndestination:/topic/room1\n\nx\0"], "SUBSCRIBE has no body"),
    ([CONNECT, "UNSUBSCRIBE\nid:a\n\n\0"], "no such subscription"),
    ([CONNECT, "subscribe\nid:a\n\n\0"], "unknown command subscribe"),
])
async def test_stomp_refuses(texts, message):
    with StompPeer() as peer:
        heard, closed = await conversation(peer, "/ws", *texts, "\n", subprotocols=["v12.stomp"])
    assert closed == 1002
    assert heard[-1].startswith("ERROR\n") and f"\nmessage:{message}\n" in heard[-1], heard[-1]


# -- parley-load -----------------------------------------------------------------------


@every_protocol
def test_all_that_is_said_is_heard(protocol):
    with PEERS[protocol]() as peer:
        done = run_load(FANOUT, QUIET, protocol, "--url", peer.url)
    good(done, sent=40, expected=120, delivered=120)
    assert (peer.seen["joins"], peer.seen["messages"], peer.seen["refusals"]) == (6, 40, 0)


@every_protocol
def test_who_is_not_let_in_is_told_why(protocol):
    with PEERS[protocol](refused=2) as peer:
        done = run_load(FANOUT, QUIET, protocol, "--url", peer.url)
    assert done.returncode == FAILED
    assert REFUSALS[protocol] in first_fault(done)


SCENARIOS = {
    "send": "send --rooms 2 --senders 4 --window 2 --duration 0.5",
    "chat": "chat --users 6 --rooms 2 --think-ms 20 --duration 1 --warmup 0",
    "storm": "storm --connections 8 --rooms 2 --bystander-rooms 1 --bystander-members 2 --duration 1 --warmup 0.1",
    "slow": "slow --rooms 2 --members 6 --stalled 0.5 --rate 50 --duration 1 --warmup 0",
    "connect": "connect --connections 8 --rooms 2 --churn --duration 0.5",
}


@every_protocol
@pytest.mark.parametrize("scenario", SCENARIOS)
def test_every_scenario_that_any_server_can_be_asked_for(protocol, scenario):
    with PEERS[protocol]() as peer:
        done = run_load(SCENARIOS[scenario], QUIET, protocol, "--url", peer.url)
    assert done.returncode in (GOOD, BUSY), done.stderr
    said = figures(done)
    assert said.get("delivered") == said.get("expected")
    wrong = {name: said.get(name, 0) for name in ("lost", "doubled", "out_of_order", "strays", "errors", "closes")}
    assert not any(wrong.values()), said
    assert peer.seen["refusals"] == 0 and peer.seen["joins"] >= 4
    if scenario == "chat":
        assert said["sent"] > 0 and said["reconnects"] > 0 and peer.seen["leaves"] > 0


def test_a_frame_of_centrifugo_may_hold_an_answer_beside_messages():
    with CentrifugoPeer(write_delay=0.02) as peer:
        done = run_load(SCENARIOS["chat"], QUIET, "centrifugo --url", peer.url)
    said = good(done, sent=..., leaves=..., reconnects=..., unanswered=0)
    assert said["delivered"] == said["expected"]
    assert peer.seen["joined_frames"] > 0 and peer.seen["refusals"] == 0


# -- heartbeats ------------------------------------------------------------------------


def test_phoenix_closes_who_gives_no_sign_of_life_and_the_clients_own_heartbeat_is_one(tmp_path):
    with PhoenixPeer(patience=3.0) as peer:
        done = run_load(IDLE, QUIET, "phoenix --url", peer.url)  # every 30 s
    assert done.returncode == FAILED
    assert figures(done)["closes"] == peer.seen["dropped"] == 4 and peer.seen["heartbeats"] == 0
    often = dialect_file(tmp_path, "phoenix", ("every_s = 30", "every_s = 1"))
    with PhoenixPeer(patience=3.0) as peer:
        done = run_load(IDLE, QUIET, often, "--url", peer.url)
    stayed(done)
    assert peer.seen["heartbeats"] >= 4 * 3 and peer.seen["dropped"] == 0


def test_heartbeats_do_not_disturb_messages(tmp_path):
    often = dialect_file(tmp_path, "phoenix", ("every_s = 30", "every_s = 1"))
    with PhoenixPeer(patience=3.0) as peer:
        done = run_load(FANOUT.replace("--duration 2", "--duration 4"), QUIET, often, "--url", peer.url)
    good(done, sent=80, delivered=240)
    assert peer.seen["heartbeats"] >= 6 * 3 and peer.seen["dropped"] == 0


def test_centrifugos_pings_are_answered(tmp_path):
    with CentrifugoPeer(ping_every=0.3) as peer:
        done = run_load(IDLE, QUIET, "centrifugo --url", peer.url)
    stayed(done)
    assert peer.seen["heartbeats"] >= 4 * 3 and peer.seen["dropped"] == peer.seen["refusals"] == 0
    deaf = dialect_file(tmp_path, "centrifugo", ('seen = "{}"', 'seen = "nothing"'))
    with CentrifugoPeer(ping_every=1.0, pong_within=0.5) as peer:
        done = run_load(IDLE, QUIET, deaf, "--url", peer.url)
    assert done.returncode == FAILED
    assert figures(done)["closes"] == peer.seen["dropped"] == 4
    assert peer.closings == [(3012, "no pong")] * 4


def test_a_ping_of_centrifugo_that_shares_a_frame_with_messages_is_answered():
    """It gathers what it has to say for `write_delay`, as it does by itself where much is to be said."""
    with CentrifugoPeer(ping_every=0.3, pong_within=1.0, write_delay=0.1) as peer:
        done = run_load(FANOUT.replace("--rate 20", "--rate 100"), QUIET, "centrifugo --url", peer.url)
    assert peer.seen["joined_frames"] > 0
    good(done, sent=200, delivered=600)
    assert peer.seen["heartbeats"] > 0 and peer.seen["dropped"] == 0


def test_stomp_has_heartbeats_both_ways(tmp_path):
    hurried = ("heart-beat:10000,10000", "heart-beat:1000,1000")
    late = dialect_file(tmp_path, "stomp", hurried)  # promises more than it does
    with StompPeer(beats_ms=(1000, 1000)) as peer:
        done = run_load(IDLE, QUIET, late, "--url", peer.url)
    assert done.returncode == FAILED
    assert figures(done)["closes"] == peer.seen["dropped"] == 4
    often = dialect_file(tmp_path, "stomp", hurried, ("every_s = 8", "every_s = 1"))
    with StompPeer(beats_ms=(1000, 1000)) as peer:
        done = run_load(IDLE, QUIET, often, "--url", peer.url)
    stayed(done, other_frames=0)
    assert peer.seen["heartbeats"] >= 4 * 3 and peer.seen["dropped"] == 0


@npm
def test_pings_of_graphql_are_answered():
    with GraphqlPeer() as peer:
        done = run_load(IDLE, QUIET, "graphql-ws --url", peer.url)
    stayed(done)
    assert peer.seen["heartbeats"] >= 4 * 3


# -- bad input -------------------------------------------------------------------------


@pytest.mark.parametrize("table, named", [
    ("every_s = 0\nsend = 'x'", "every_s"),
    ("every_s = 1.5\nsend = 'x'", "every_s"),
    ("every_s = 'often'\nsend = 'x'", "every_s"),
    ("every_s = 1", "send"),
    ("send = 'x'", "every_s"),
    ("every_s = 1\nsend = '{wrong}'", "send"),
])
def test_a_heartbeat_that_cannot_be_is_refused_in_one_line(tmp_path, table, named):
    dialect = tmp_path / "mine.toml"
    dialect.write_text(f"publish = '{{content}}'\n[heartbeat]\n{table}\n")
    done = run_load("fanout --rooms 1 --members 1 --url ws://127.0.0.1:1/ --dialect", dialect)
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1 and named in done.stderr, done.stderr
