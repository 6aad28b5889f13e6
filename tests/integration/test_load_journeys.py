"""parley-load's `journey` against the real server and one of the tests' own: steps, data, variables, and failures.

Nothing here asserts a time; a machine that is too busy for the client (exit 3) is no failure.
"""

import json

import pytest

from clients import Api
from load_runs import BUSY, FAILED, GOOD, USAGE, figures, first_fault, run_load, seeded_server
from rooms_peer import DIALECT, RoomsPeer

ROOMS, USERS = 4, 24

EVENING = """
data = "people.csv"
[[step]]
connect = true
[[step]]
join = true
[[step]]
repeat = 3
[[step.step]]
think_ms = [1, 20]
[[step.step]]
[[step.step.branch]]
share = 70
[[step.step.branch.step]]
name = "say"
send = '{"type":"send_message","payload":{"room_id":{room},"content":"{nick}: {greeting} {n}"}}'
expect = '"type":"message_ack"'
save = { said = "/payload/message_id" }
[[step.step.branch.step]]
name = "mark-read"
request = "POST /api/chat/messages/{said}/read/"
headers = ["Authorization: Bearer {token}"]
[[step.step.branch]]
share = 30
[[step.step.branch.step]]
name = "read"
request = "GET /rooms/{room}/messages/?limit=20"
headers = ["Authorization: Bearer {token}"]
status = 200
expect = '"items"'
[[step]]
leave = true
"""
PEOPLE = 'nick,greeting\nann,"hello, all"\nbob,good day\n'


@pytest.fixture(scope="module")
def fixtures(tmp_path_factory):
    with seeded_server(tmp_path_factory.mktemp("load"), USERS, ROOMS) as both:
        yield both


def journey(folder, steps, people=None):
    if people:
        (folder / "people.csv").write_text(people)
    file = folder / "journey.toml"
    file.write_text(steps)
    return file


def test_users_go_through_the_steps_with_their_data_and_what_answers_brought(fixtures, tmp_path):
    server, tokens = fixtures
    done = run_load("journey", journey(tmp_path, EVENING, PEOPLE), "--url", server.ws + "/ws", "--tokens", tokens,
                    "--rooms", ROOMS, "--users 12 --processes 2 --duration 2 --json --quiet",
                    "--assert", "p95_ms{step=say}<60000", "--assert", "failed{step=mark-read}==0")
    assert done.returncode in (GOOD, BUSY), done.stderr
    said = figures(done)
    assert said["journeys"] > 0 == said["journeys_failed"] == said["steps_failed"] == said["unanswered"]
    assert said["done{step=say}"] >= said["done{step=mark-read}"] > 0 < said["done{step=read}"]
    steps = ("connect", "join", "say", "mark-read", "read", "leave")
    assert said["steps_done"] == sum(said[f"done{{step={name}}}"] for name in steps)
    assert all(said[f"{quantile}{{step=say}}"] > 0 for quantile in ("p50_ms", "p95_ms", "p99_ms", "max_ms"))
    assert json.loads(done.stdout)["tags"] == {"step": list(steps)}
    with Api(server) as api:
        page = api.get("/rooms/1/messages/?limit=50", user=tokens.read_text().split()[0]).json()
    contents = {item["content"].rsplit(" ", 1)[0] for item in page["items"]}
    assert contents == {"ann: hello, all"}, "room 1 has users 0, 4 and 8, who all have the first row"


def test_a_token_that_an_answer_brought_opens_the_connection(fixtures, tmp_path):
    server, _ = fixtures
    with Api(server) as api:
        user = api.register()
    steps = """
data = "people.csv"
[[step]]
name = "log-in"
request = "POST /token"
headers = ["Content-Type: application/x-www-form-urlencoded"]
body = "username={login}&password={secret}"
save = { access = "/access_token" }
[[step]]
connect = true
token = "{access}"
[[step]]
name = "greeting"
expect = '"type":"pong"'
"""
    steps = steps.replace('[[step]]\nname = "greeting"', '[[step]]\nname = "ping"\nsend = \'{"type":"ping"}\'\n'
                          '[[step]]\nthink_ms = 20\nexactly = true\n[[step]]\nname = "greeting"')
    people = f"login,secret\n{user.username},{user.password}\n"
    done = run_load("journey", journey(tmp_path, steps, people), "--url", server.ws + "/ws",
                    "--users 2 --duration 1 --json --quiet")
    assert done.returncode in (GOOD, BUSY), done.stderr
    said = figures(done)
    assert said["done{step=log-in}"] > 0 < said["done{step=connect}"]
    assert said["done{step=greeting}"] > 0, "the pong came while the user thought"


def test_a_step_that_fails_says_what_was_awaited_and_what_came_last(fixtures, tmp_path):
    server, tokens = fixtures
    steps = EVENING.replace("{room},", "999999,")
    done = run_load("journey", journey(tmp_path, steps, PEOPLE), "--url", server.ws + "/ws", "--tokens", tokens,
                    "--rooms", ROOMS, "--users 4 --duration 1.5 --json --quiet")
    assert done.returncode == FAILED
    said = figures(done)
    assert said["failed{step=say}"] == said["journeys_failed"] > 0 == said["done{step=say}"]
    assert first_fault(done).startswith(f"parley-load: step 'say' failed {said['failed{step=say}']} times, first: "
                                        "awaited '\"type\":\"message_ack\"', last came '{\"type\":\"error\"")


def test_an_answer_that_never_comes_ends_the_step_in_its_time(tmp_path):
    dialect = tmp_path / "peer.toml"
    dialect.write_text(DIALECT)
    steps = "timeout_s = 0.3\n[[step]]\nconnect = true\n[[step]]\nname = 'wait'\nexpect = 'never'\n"
    with RoomsPeer() as peer:
        done = run_load("journey", journey(tmp_path, steps), "--dialect", dialect, "--url", peer.url,
                        "--users 2 --duration 1 --json --quiet")
    assert done.returncode == FAILED
    assert figures(done)["failed{step=wait}"] >= 2
    assert "awaited 'never'" in first_fault(done) and first_fault(done).endswith("it took too long")


def test_no_server_is_a_step_that_failed(tmp_path):
    steps = "[[step]]\nconnect = true\n"
    done = run_load("journey", journey(tmp_path, steps), "--dialect echo --url ws://127.0.0.1:9 --users 1",
                    "--duration 0.5 --json --quiet")
    assert done.returncode == FAILED
    assert "step 'connect' failed" in done.stderr and "Connection refused" in done.stderr


MISTAKES = {
    "no file": ("/nonexistent.toml", "", "cannot read /nonexistent.toml"),
    "no tokens": (EVENING, "", "--tokens is required"),
    "no data": (EVENING, "", "'data': cannot read"),
    "a step that does nothing": ("[[step]]\nname = 'x'\n", "--dialect echo", "step 1: says nothing to do"),
    "a misspelt place": ("[[step]]\nname = 'x'\nsend = '{nobody}'\n", "--dialect echo", "there is no place {nobody}"),
    "no such step": ("[[step]]\nconnect = true\n", "--dialect echo --assert p95_ms{step=say}<5",
                     "journey has no figure 'p95_ms{step=say}'"),
    "no way to join": ("[[step]]\nconnect = true\n[[step]]\njoin = true\n", "--dialect echo", "leave 'join' out"),
}


@pytest.mark.parametrize("kind", MISTAKES)
def test_a_mistake_is_told_in_one_line(tmp_path, kind):
    steps, words, said = MISTAKES[kind]
    file = steps if steps.startswith("/") else journey(tmp_path, steps, PEOPLE if kind == "no tokens" else None)
    done = run_load("journey", file, "--url ws://127.0.0.1:9 --users 1", words)
    assert done.returncode == USAGE, done.stderr
    assert said in done.stderr and done.stderr.count("\n") == 1, done.stderr
