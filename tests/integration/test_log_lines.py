"""Lines of the log that programs read: refusals for fail2ban, requests for whoever counts them."""

import json
import re

import pytest

from clients import Api, ChatSocket, EnvelopeSocket, Sockets
from harness import REPOSITORY, claims_for, sign, soon
from raw import Connection

WRONG = "wrong password"


def filter_of_the_documentation():
    """The `failregex` lines of docs/operations.md, with fail2ban's <HOST> as it stands for an address."""
    text = (REPOSITORY / "docs" / "operations.md").read_text()
    block = re.search(r"```ini\n(\[Definition\].*?)```", text, re.S)[1]
    rules = re.search(r"^failregex = (.*?)^\S", block, re.S | re.M)[1]
    return [re.compile(rule.strip().replace("<HOST>", r"(?P<host>[\w.:]+)")) for rule in rules.strip().splitlines()]


def hits(server):
    """The addresses that fail2ban would find, in order."""
    rules = filter_of_the_documentation()
    return [found["host"] for line in server.log for rule in rules if (found := rule.search(line))]


# -- refusals --------------------------------------------------------------------------------


@pytest.mark.parametrize("how", ["text", "json"])
async def test_each_refusal_is_one_line_with_the_address_that_the_documented_filter_finds(start_server, how):
    server = start_server({"log.format": how})
    sockets = Sockets(server)
    with Api(server) as api:
        user = api.register()
        room = api.room(user)
        api.login(user.username, WRONG)
        api.login("nobody", WRONG)
        api.put("/users/me", user=user, json={"password": "another password", "current_password": WRONG})
        api.get("/users/me", user="nonsense")
        api.post("/token/refresh", json={"refresh_token": "nonsense"})
        for path, kind in (("/ws?token=nonsense", EnvelopeSocket), (f"/ws/chat/{room}/?token=nonsense", ChatSocket)):
            assert await (await sockets.open(path, kind)).closed() == 4401
    guest = await sockets.open("/ws", EnvelopeSocket)
    await guest.tell("auth", token="nonsense")
    expected = ["failed login from 127.0.0.1: bad_credentials, user 2",
                "failed login from 127.0.0.1: bad_credentials, no such user",
                "failed login from 127.0.0.1: wrong_password, user 2",
                "refused token from 127.0.0.1: invalid_token, GET /users/me",
                "refused token from 127.0.0.1: invalid_token, POST /token/refresh",
                "refused token from 127.0.0.1: invalid_token, rooms socket",
                "refused token from 127.0.0.1: invalid_token, chat socket",
                "refused token from 127.0.0.1: invalid_token, rooms socket"]
    soon(lambda: sum("refused token" in line or "failed login" in line for line in server.log) >= len(expected))
    server.stop()
    said = [json.loads(line)["message"] if how == "json" else line.split(" info ", 1)[-1]
            for line in server.log if "refused token" in line or "failed login" in line]
    assert said == expected
    assert hits(server) == ["127.0.0.1"] * len(expected)
    await sockets.close()


def test_an_expired_token_is_a_line_that_bans_nobody(start_server):
    server = start_server()
    with Api(server) as api:
        user = api.register()
        api.get("/users/me", user=sign(claims_for(user.id, seconds=-3600)))
    soon(lambda: any("refused token from 127.0.0.1: token_expired, GET /users/me" in line for line in server.log))
    assert hits(server) == []


def test_what_goes_well_or_asks_without_a_token_is_no_line(start_server):
    server = start_server()
    with Api(server) as api:
        begun = len(server.log)
        user = api.register()
        api.get("/users/me", user=user)
        api.get("/users/me")
        api.get("/nowhere")
    server.stop()
    assert [line.split(" info ")[1] for line in server.log[begun:]] == ["draining", "drained"]


@pytest.mark.parametrize("how", ["text", "json"])
def test_names_that_clients_claim_are_never_in_the_log(start_server, how):
    server = start_server({"log.format": how})
    forged = "x\r\n2026-01-01T00:00:00.000Z info failed login from 203.0.113.9: bad_credentials, user 1"
    with Api(server) as api:
        for name in (forged, "failed login from 203.0.113.9: bad_credentials", "my own passw0rd"):
            api.login(name, WRONG)
        with Connection(server) as raw:
            raw.request("GET /users/me?x=203.0.113.9 HTTP/1.1", "Authorization: Bearer failed login from 203.0.113.9")
            raw.response()
    server.stop()
    assert "203.0.113.9" not in server.log_text() and "passw0rd" not in server.log_text()
    assert hits(server)[:3] == ["127.0.0.1"] * 3


def test_a_flood_of_refusals_is_bounded_and_counted(start_server):
    server = start_server()
    with Api(server) as api:
        for _ in range(100):
            assert api.get("/users/me", user="nonsense").status_code == 401
    server.stop()
    assert len(hits(server)) == 60


async def test_a_close_by_policy_is_one_line_with_the_address(start_server):
    server = start_server()
    sockets = Sockets(server)
    with Api(server) as api:
        user = api.register()
    socket = await sockets.ws(user)
    for _ in range(11):
        await socket.send("no JSON")
    assert await socket.closed() == 4400
    soon(lambda: any(re.search(r"info \[connection \d+\] rooms of user 2 from 127\.0\.0\.1 closed 4400: ", line)
                     for line in server.log))
    await sockets.close()


# -- requests --------------------------------------------------------------------------------


def requests(server):
    return [line for line in server.log if re.search(r"\brequest\b", line)]


def test_requests_are_no_lines_unless_asked_for(start_server):
    server = start_server()
    with Api(server) as api:
        api.get("/healthz")
        api.get("/nowhere")
    server.stop()
    assert requests(server) == []


async def test_each_request_is_a_line_without_its_secrets(start_server):
    server = start_server({"log.access": "all"})
    with Api(server) as api:
        user = api.register()
        api.get("/users/?search=somebody&page=1&token=" + user.token, user=user)
        api.get(f"/users/me?token={user.token}", user=user)
        api.get("/nowhere%0Ax?signature=abc&expires=7")
        size = len(api.get("/healthz").content)
        api.head("/healthz")
    with Connection(server) as raw:
        raw.upgrade(f"/ws?token={user.token}")
        assert raw.response().status_code == 101
    with Connection(server) as raw:
        raw.send(b"no HTTP\r\n\r\n").rest()
    soon(lambda: len(requests(server)) == 9)
    server.stop()
    lines = [re.sub(r"[\d.]+ ms", "N ms", line.split(" info request ", 1)[1]) for line in requests(server)]
    sizes = [re.sub(r" \d+ bytes", "", line) for line in lines]
    assert sizes == [
        "POST /users/ 201 N ms from 127.0.0.1",
        "POST /token 200 N ms from 127.0.0.1",
        "GET /users/?search=*&page=1&token=* 200 N ms from 127.0.0.1 user 2",
        "GET /users/me?token=* 200 N ms from 127.0.0.1 user 2",
        "GET /nowhere%0Ax?signature=*&expires=* 404 N ms from 127.0.0.1",
        "GET /healthz 200 N ms from 127.0.0.1",
        "HEAD /healthz 200 N ms from 127.0.0.1",
        "GET /ws?token=* 101 N ms from 127.0.0.1",
        "- - 400 N ms from 127.0.0.1",
    ]
    assert f" 200 {size} bytes" in lines[5] and " 200 0 bytes" in lines[6]
    assert user.token not in server.log_text()


def test_only_errors_are_lines_where_that_is_asked_for(start_server):
    server = start_server({"log.access": "errors", "log.level": "error"})
    with Api(server) as api:
        api.get("/healthz")
        api.get("/nowhere")
        api.get("/users/me")
    server.stop()
    assert [re.search(r"request \S+ (\S+) (\d+)", line).groups() for line in requests(server)] == [
        ("/nowhere", "404"), ("/users/me", "401")]


def test_requests_are_objects_in_json(start_server):
    server = start_server({"log.access": "all", "log.format": "json"})
    with Api(server) as api:
        user = api.register()
        api.get("/users/me", user=user)
    with Connection(server) as raw:
        raw.request('GET /"\\x"?a="b" HTTP/1.1').response()
    server.stop()
    lines = [json.loads(line) for line in server.log if not line.startswith("listening on")]
    asked = [line for line in lines if line["message"] == "request"]
    assert [(x["method"], x["path"], x["status"], x["address"], x["user_id"]) for x in asked][2:3] == [
        ("GET", "/users/me", 200, "127.0.0.1", user.id)]
    assert all(x["complete"] and x["duration_ms"] > 0 and x["bytes"] > 0 and x["connection_id"] is None for x in asked)


TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"


def test_a_request_tells_the_trace_that_it_belongs_to(start_server):
    server = start_server({"log.access": "all", "log.format": "json"})
    with Api(server) as api:
        api.get("/healthz", headers={"traceparent": f"00-{TRACE}-00f067aa0ba902b7-01"})
        api.get("/healthz", headers={"traceparent": f"00-{TRACE.upper()}-00f067aa0ba902b7-01"})
        api.get("/healthz")
    server.stop()
    lines = [json.loads(line) for line in server.log if not line.startswith("listening on")]
    asked = [(x["trace_id"], x["span_id"]) for x in lines if x["message"] == "request"]
    assert asked == [(TRACE, "00f067aa0ba902b7"), (None, None), (None, None)]


def test_a_line_of_text_tells_the_trace_as_well(start_server):
    server = start_server({"log.access": "all"})
    with Api(server) as api:
        api.get("/healthz", headers={"traceparent": f"00-{TRACE}-00f067aa0ba902b7-00"})
    server.stop()
    assert [line.rsplit(" from ", 1)[1] for line in requests(server)] == [f"127.0.0.1 trace {TRACE}"]


def test_videos_are_counted_in_bytes_of_the_file_and_their_links_hidden(start_server):
    server = start_server({"log.access": "all"})
    with Api(server) as api:
        user = api.register()
        room = api.room(user)
        film = b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom" + b"x" * 50_000
        made = api.post(f"/rooms/{room}/videos?title=film", user=user, content=film,
                        headers={"Content-Type": "video/mp4"})
        assert made.status_code == 201, made.text
        assert api.get(made.json()["url"]).content == film
        assert api.get(made.json()["url"], headers={"Range": "bytes=0-99"}).status_code == 206
    server.stop()
    served = [line for line in requests(server) if "/content?" in line]
    assert re.search(r"/content\?expires=\*&signature=\* 200 50024 bytes", served[0])
    assert re.search(r"/content\?expires=\*&signature=\* 206 100 bytes", served[1])
