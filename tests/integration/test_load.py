"""parley-load: every scenario against the real server, exact counts of what a server does wrong, and bad input."""

import json
import os
import pathlib
import re
import signal
import socket
import subprocess
import threading

import pytest

from harness import DEADLINE, REPOSITORY, Server, clean_environment, run_parley, settings_flags, soon
from rooms_peer import DIALECT, RoomsPeer

LOAD = os.environ.get("PARLEY_LOAD") or str(REPOSITORY / "build" / "dev" / "parley-load")
USERS, ROOMS = 64, 4

GOOD = (0, 3)  # 3: on a busy machine the client may be the limit; that depends on time, which no test here asserts

#: A row a scenario and manner: what it is told beside the server.
SMOKE = {
    "connect": "connect --connections 24 --rooms 4 --hold 0.3",
    "connect, greeted only": "connect --connections 24",
    "connect, on a ramp": "connect --connections 10 --ramp 50",
    "connect, coming and going": "connect --connections 8 --churn --duration 0.5",
    "fanout, closed loop": "fanout --rooms 4 --members 8 --window 2 --duration 0.5 --warmup 0.1",
    "fanout, open loop": "fanout --rooms 4 --members 8 --rate 100 --senders-per-room 3 --duration 0.5 --warmup 0.1",
    "fanout, two processes": "fanout --rooms 4 --members 8 --processes 2 --sources 3 --duration 0.5 --warmup 0.1",
    "fanout, flat": "fanout --dialect parley-chat --rooms 4 --members 8 --duration 0.5 --warmup 0.1",
    "fanout, round trips": "fanout --dialect parley-test --rooms 8 --members 1 --window 1 --duration 0.5 --warmup 0.1",
    "send": "send --rooms 4 --senders 8 --window 2 --duration 0.5 --processes 2",
    "send, flat": "send --dialect parley-chat --rooms 4 --senders 8 --duration 0.5",
    "chat": "chat --users 16 --rooms 4 --think-ms 20 --duration 1 --warmup 0.1",
    "storm": "storm --connections 16 --rooms 2 --bystander-rooms 2 --bystander-members 2 --duration 1 --warmup 0.1",
    "slow": "slow --rooms 4 --members 4 --stalled 0.5 --duration 1 --warmup 0.1",
    "watch": "watch --rooms 4 --members 3 --rate 20 --duration 1 --warmup 0.1",
    "http": "http --rooms 4 --window 4 --listen 2 --duration 0.5 --warmup 0.1",
    "journey": f"journey {pathlib.Path(__file__).with_name('load_journey.toml')} --rooms 4 --users 8 --duration 1",
}


@pytest.fixture(scope="module")
def parley(tmp_path_factory):
    """A server with `USERS` members of `ROOMS` rooms; `.tokens` is the file of their tokens."""
    folder = tmp_path_factory.mktemp("load")
    with seeded(folder) as running:
        yield running


def seeded(folder):
    made = run_parley("fixtures", "--users", USERS, "--rooms", ROOMS, "--tokens", folder / "tokens", "--data-dir",
                      folder / "data", *settings_flags({}))
    assert made.returncode == 0, made.stderr
    server = Server(folder / "data")
    server.tokens = folder / "tokens"
    return server


def load(*words, timeout=60):
    """Runs parley-load to its end; a word with blanks is several."""
    words = [part for word in words for part in (word.split() if isinstance(word, str) else [str(word)])]
    return subprocess.run([LOAD, *words], env=clean_environment(), stdin=subprocess.DEVNULL, capture_output=True,
                          text=True, timeout=timeout, check=False)


def target(server, path="/ws"):
    return ("--url", server.ws + path, "--tokens", server.tokens)


def document(done):
    """What `--json` printed: one line, and its verdict is the exit code."""
    assert done.stdout.count("\n") == 1, done
    parsed = json.loads(done.stdout)
    assert parsed["verdict"]["exit_code"] == done.returncode
    assert parsed["verdict"]["client_saturated"] == parsed["figures"]["client_saturated"]
    return parsed


def faults(done):
    """What went wrong. A busy machine makes the client the limit at any time; that is asked for where it is meant."""
    return [line for line in told(done) if "the client was the limit" not in line]


def told(done):
    return [line for line in done.stderr.splitlines() if line.startswith("parley-load: ")]


def start(*words):
    words = [part for word in words for part in (word.split() if isinstance(word, str) else [str(word)])]
    return subprocess.Popen([LOAD, *words], env=clean_environment(), stdin=subprocess.DEVNULL,
                            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def ended(process):
    out, err = process.communicate(timeout=60)
    return subprocess.CompletedProcess(process.args, process.returncode, out, err)


def workers_of(process):
    children = pathlib.Path(f"/proc/{process.pid}/task/{process.pid}/children")
    return [int(pid) for pid in children.read_text().split()]


@pytest.fixture
def peer_dialect(tmp_path):
    file = tmp_path / "peer.toml"
    file.write_text(DIALECT)
    return file


# -- every scenario ------------------------------------------------------------------


def scenario_names():
    listed = load("scenarios")
    assert listed.returncode == 0, listed.stderr
    return [line.split()[0] for line in listed.stdout.splitlines()]


def test_every_scenario_has_a_smoke_row_and_stands_in_the_help():
    names = scenario_names()
    assert {row.split()[0] for row in SMOKE.values()} == set(names)
    shown = load("--help")
    assert shown.returncode == 0
    for name in names:
        assert re.search(rf"^\s+{name}\s", shown.stdout, re.M), name


@pytest.mark.parametrize("row", SMOKE)
def test_a_run_against_parley_counts_nothing_wrong(parley, row):
    done = load(SMOKE[row], *target(parley), "--server-pid", parley.process.pid, "--json --quiet")
    assert done.returncode in GOOD, done.stderr
    figures = document(done)["figures"]
    for name in ("lost", "doubled", "out_of_order", "strays", "errors", "closes"):
        assert figures.get(name, 0) == 0, (name, figures)
    assert figures["server_rss_bytes"] > 0
    if "delivered" in figures:
        assert figures["delivered"] == figures["expected"] > 0
    if row.startswith("connect"):
        assert figures["handshakes"] >= figures["connections"] > 0


def test_a_message_that_was_acknowledged_is_written_down(parley, tmp_path):
    acks = tmp_path / "acks"
    done = load("send --rooms 4 --senders 8 --duration 0.3 --processes 2 --json --acks", acks, *target(parley))
    assert done.returncode in GOOD, done.stderr
    lines = acks.read_text().splitlines()
    assert len(lines) == document(done)["figures"]["acknowledged"] > 0
    assert len({int(line.split()[0]) for line in lines}) == len({line.split()[1] for line in lines}) == len(lines)


# -- what it prints ------------------------------------------------------------------


def test_the_document_the_page_and_the_comparison_of_two_runs(parley, tmp_path):
    words = "fanout --rooms 4 --members 4 --duration 1.2 --warmup 0 --quiet --assert lost==0 --assert errors<1".split()
    first = load(*words, *target(parley), "--json --report", tmp_path / "first.html")
    assert first.returncode in GOOD, first.stderr
    run = document(first)
    assert run["scenario"] == "fanout" and run["options"]["members"] == 4
    address = parley.ws + "/ws"
    assert run["target"] == {"url": address, "urls": [address], "dialect": "parley"}
    assert [each["held"] for each in run["assertions"]] == [True, True]
    assert {len(column) for column in run["series"].values()} == {len(run["series"]["t_s"])}
    assert max(run["series"]["connections"]) == 16
    assert run["quantiles"]["latency"][-1][0] == 0.99999
    assert run["figures"]["p50_ms"] <= run["figures"]["p99_ms"] <= run["figures"]["max_ms"]
    assert (tmp_path / "first.html").read_text().startswith("<!")
    kept = tmp_path / "first.json"
    kept.write_text(first.stdout)
    second = load(*words, *target(parley), "--against", kept)
    assert second.returncode in GOOD, second.stderr
    assert "held    lost==0" in second.stdout and "delivered_per_s" in second.stdout
    assert re.search(r"p50_ms .*ms .*ms +[\d.]+ x", second.stdout), second.stdout
    paged = load("report", kept, kept, "--out", tmp_path / "both.html")
    assert paged.returncode == 0, paged.stderr
    assert (tmp_path / "both.html").stat().st_size > 1000


def test_a_failed_assertion_is_one_line_and_code_one(parley):
    done = load("fanout --rooms 4 --members 2 --duration 0.3 --warmup 0 --json --quiet --assert p99_ms<0 "
                "--assert lost==0 --assert server_cpu_percent<100", *target(parley))
    assert done.returncode == 1
    assert [line.split(" (")[0] for line in faults(done)][:2] == ["parley-load: not so: p99_ms<0",
                                                                  "parley-load: not so: server_cpu_percent<100"]
    checks = document(done)["assertions"]
    assert [each["held"] for each in checks] == [False, True, False]
    assert checks[2]["value"] is None, "there was no --server-pid"


def test_built_in_dialects_are_listed_and_a_printed_one_can_be_used(parley, tmp_path):
    names = [line.split()[0] for line in load("dialects").stdout.splitlines()]
    assert names == ["parley", "parley-chat", "parley-test", "echo", "nchan", "socketio", "phoenix", "graphql-ws",
                     "centrifugo", "stomp", "fastapi", "liar"]
    mine = tmp_path / "mine.toml"
    mine.write_text(load("dialects parley").stdout)
    done = load("fanout --rooms 4 --members 2 --duration 0.3 --warmup 0 --json --dialect", mine, *target(parley))
    assert done.returncode in GOOD, done.stderr


def test_a_file_stands_for_flags(parley, tmp_path):
    config = tmp_path / "run.toml"
    config.write_text(f'scenario = "fanout"\nurl = "{parley.ws}/ws"\ntokens = "{parley.tokens}"\nrooms = 4\nmembers = 3\n'
                      "duration = 0.3\nwarmup = 0\njson = true\n")
    done = load("--config", config, "--members 2")
    assert done.returncode in GOOD, done.stderr
    assert document(done)["figures"]["connections"] == 8


# -- any server ----------------------------------------------------------------------


OPEN_LOOP = "fanout --rooms 3 --members 4 --rate 150 --senders-per-room 2 --duration 1 --warmup 0 --json --quiet"


def test_a_dialect_of_a_file_drives_any_server(peer_dialect):
    with RoomsPeer() as peer:
        done = load(OPEN_LOOP, "--url", peer.url, "--dialect", peer_dialect, "--processes 2 --sources 3")
        assert done.returncode in GOOD, done.stderr
        figures = document(done)["figures"]
        assert figures["sent"] == peer.messages == 150
        assert figures["delivered"] == figures["expected"] == peer.deliveries == 600
        assert peer.paths == {"/room/1", "/room/2", "/room/3"}
        assert peer.addresses == {"127.0.0.1", "127.0.0.2", "127.0.0.3"}
        assert peer.tocks == 12


def every_fifth(other):
    """Spoils each fifth delivery; `count` says how many there were."""
    def spoil(number, text):
        if number % 5 != 0:
            return [text]
        spoil.count += 1
        return other(text)
    spoil.count = 0
    return spoil


def with_number(text, number):
    return json.dumps({**json.loads(text), "n": number})


@pytest.mark.parametrize("figure, other", [
    ("lost", lambda text: []),
    ("doubled", lambda text: [text, text]),
    ("out_of_order", lambda text: [with_number(text, 0)]),
    ("strays", lambda text: [text, re.sub(r"(~ply:.{8}).{8}", r"\g<1>0000abcd", text)]),
    ("errors", lambda text: [text, '{"fault":"overslept"}']),
    ("other_frames", lambda text: [text, '{"weather":"fine"}']),
])
def test_what_a_server_does_wrong_is_counted_exactly(peer_dialect, figure, other):
    spoil = every_fifth(other)
    with RoomsPeer(spoil) as peer:
        done = load(OPEN_LOOP, "--url", peer.url, "--dialect", peer_dialect)
    figures = document(done)["figures"]
    counted = {name: figures[name] for name in ("lost", "doubled", "out_of_order", "strays", "errors", "other_frames")}
    assert counted == {**dict.fromkeys(counted, 0), figure: spoil.count} and spoil.count > 0
    if figure == "other_frames":
        assert done.returncode in GOOD
    else:
        assert done.returncode == 1
        assert faults(done)[0].startswith("parley-load: "), done.stderr
    if figure == "errors":
        assert "overslept" in faults(done)[0]


def test_a_client_that_was_held_up_says_that_it_was_the_limit(peer_dialect):
    with RoomsPeer() as peer:
        process = start(OPEN_LOOP, "--url", peer.url, "--dialect", peer_dialect)
        assert peer.spoken.wait(DEADLINE)
        [worker] = workers_of(process)
        os.kill(worker, signal.SIGSTOP)
        threading.Event().wait(0.4)
        os.kill(worker, signal.SIGCONT)
        done = ended(process)
    assert done.returncode == 3, done.stderr
    [line] = told(done)
    assert re.search(r"the client was the limit: it sent \d+ ms late", line)
    figures = document(done)["figures"]
    assert figures["delivered"] == figures["expected"] > 0
    assert figures["max_ms"] > 300, "what was due while it was held up counts from when it was due"


# -- bad input -----------------------------------------------------------------------


@pytest.mark.parametrize("words, named", [
    ("", "subcommand"),
    ("dance", "dance"),
    ("fanout --rooms 1 --members 1 --tokens t", "--url"),
    ("fanout --rooms 1 --members 1 --url ws://127.0.0.1:1/ws", "--tokens"),
    ("fanout --rooms 1 --members x --url ws://127.0.0.1:1/ws --tokens t", "--members"),
    ("fanout --rooms 1 --members 1 --url ws://127.0.0.1:1/ws --tokens t --loud", "--loud"),
    ("fanout --rooms 1 --members 1 --url ws://127.0.0.1:1/ws --tokens t --assert p98_ms<5", "p98_ms"),
    ("fanout --rooms 1 --members 1 --url ws://127.0.0.1:1/ws --tokens /nonexistent", "/nonexistent"),
    ("fanout --rooms 1 --members 1 --url ws://127.0.0.1:1/x --dialect no.toml", "no.toml"),
    ("fanout --rooms 1 --members 1 --url ws://127.0.0.1:1/x --dialect echo --server-pid 2147483646", "--server-pid"),
    ("fanout --rooms 1 --members 1 --url ws://127.0.0.1:1/x --dialect echo --against no.json", "no.json"),
    ("dialects klingon", "klingon"),
    ("report no.json --out x.html", "no.json"),
])
def test_wrong_flags_are_one_line_and_code_two(words, named):
    done = load(words)
    assert done.returncode == 2, done.stderr
    assert done.stdout == ""
    assert len(done.stderr.splitlines()) == 1 and named in done.stderr, done.stderr


def test_a_server_that_is_not_there_is_one_line_and_code_one():
    with socket.socket() as taken:  # bound, but nobody listens
        taken.bind(("127.0.0.1", 0))
        done = load("connect --connections 3 --dialect echo --url", f"ws://127.0.0.1:{taken.getsockname()[1]}/")
    assert done.returncode == 1
    [line] = faults(done)
    assert "connection 0: cannot connect: Connection refused" in line


class Refusing:
    """Answers each request with one status line."""

    def __init__(self, status):
        self.status = status
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.thread = threading.Thread(target=self._serve, daemon=True)

    def _serve(self):
        try:
            while True:
                with self.listener.accept()[0] as link:
                    link.recv(4096)
                    link.sendall(f"HTTP/1.1 {self.status}\r\nContent-Length: 0\r\n\r\n".encode())
        except OSError:
            pass

    def __enter__(self):
        self.thread.start()
        return f"ws://127.0.0.1:{self.listener.getsockname()[1]}/"

    def __exit__(self, *_):
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        self.thread.join(DEADLINE)


@pytest.mark.parametrize("status", ["401 Unauthorized", "403 Forbidden", "404 Not Found", "503 Service Unavailable"])
def test_a_refused_handshake_shows_its_status(status):
    with Refusing(status) as url:
        done = load("connect --connections 2 --dialect echo --url", url)
    assert done.returncode == 1
    [line] = faults(done)
    assert status in line


def test_what_parley_refuses_is_told_in_its_words(parley, tmp_path):
    done = load("connect --connections 1 --dialect echo --url", parley.ws + "/no/such/path")
    assert done.returncode == 1 and "404" in faults(done)[0], done.stderr
    foreign = tmp_path / "foreign.toml"
    foreign.write_text('publish = "{content}"\nheaders = ["Origin: http://elsewhere.example"]')
    done = load("connect --connections 1 --url", parley.ws + "/ws", "--dialect", foreign)
    assert done.returncode == 1 and "403" in faults(done)[0], done.stderr
    wrong = tmp_path / "wrong"
    wrong.write_text("not.a.token\n")
    done = load("connect --connections 1 --url", parley.ws + "/ws", "--tokens", wrong)
    assert done.returncode == 1 and "invalid_token" in faults(done)[0], done.stderr
    done = load("fanout --rooms 3 --members 2 --duration 0.2", *target(parley))  # laid out for four rooms
    assert done.returncode == 1 and "not_a_member" in faults(done)[0], done.stderr


def test_what_came_before_the_server_died_is_kept(tmp_path):
    server = seeded(tmp_path)
    acks = tmp_path / "acks"
    with server:
        process = start("send --rooms 4 --senders 8 --duration 60 --json --quiet --acks", acks, *target(server),
                        "--server-pid", server.process.pid)
        soon(lambda: acks.exists() and acks.read_text().count("\n") > 20)
        server.kill()
        done = ended(process)
    assert done.returncode == 1
    [line] = faults(done)
    assert line.startswith("parley-load: the server is gone: "), line
    run = document(done)
    assert run["figures"]["delivered"] == acks.read_text().count("\n") > 20
    assert run["figures"]["closes"] == 8
    assert 0 < run["figures"]["measured_s"] < 60


def test_an_interrupted_run_keeps_what_it_has(peer_dialect):
    with RoomsPeer() as peer:
        process = start("fanout --rooms 2 --members 2 --duration 60 --warmup 0 --json --quiet --processes 2 --url",
                        peer.url, "--dialect", peer_dialect)
        assert peer.spoken.wait(DEADLINE)
        process.send_signal(signal.SIGINT)
        done = ended(process)
    assert done.returncode == 1
    assert faults(done) == ["parley-load: interrupted"]
    run = document(done)
    assert run["verdict"]["faults"][0] == "interrupted"
    assert run["figures"]["delivered"] > 0


def test_a_worker_that_dies_is_told_and_the_others_figures_are_kept(peer_dialect):
    with RoomsPeer() as peer:
        process = start("fanout --rooms 2 --members 2 --duration 60 --warmup 0 --json --quiet --processes 2 --url",
                        peer.url, "--dialect", peer_dialect)
        assert peer.spoken.wait(DEADLINE)
        os.kill(workers_of(process)[1], signal.SIGKILL)
        done = ended(process)
    assert done.returncode == 1
    assert faults(done) == ["parley-load: worker process 1 was ended by signal 9"]
    assert document(done)["figures"]["sent"] > 0
