"""Section 1 of the contract over HTTP: errors, languages, limits, paths, and what malformed requests get."""

import re

import pytest

import expect
from clients import Api, Sockets
from harness import run_parley
from raw import Connection


# -- errors --------------------------------------------------------------------------


def test_an_unknown_path_is_404_as_a_problem_document(api):
    document = expect.problem(api.get("/no/such/path"), 404, "not_found")
    assert document["title"] == "Not Found"


def test_a_known_path_with_another_method_is_405_and_names_the_methods(api):
    answer = api.request("PATCH", "/rooms/1")
    expect.problem(answer, 405, "method_not_allowed")
    allowed = {method.strip() for method in answer.headers["allow"].split(",")}
    assert {"GET", "PUT", "DELETE"} <= allowed and "PATCH" not in allowed


def test_422_lists_all_faults_at_once(api):
    expect.problem(api.post("/users/", json={}), 422, "validation_failed", "username", "email", "password")
    wrong = {"username": "a b", "email": "nobody", "password": "short"}
    expect.problem(api.post("/users/", json=wrong), 422, "validation_failed", "username", "email", "password")


def test_a_fault_inside_the_config_names_its_member(api, alice):
    body = {"name": "", "config": {"is_public": "yes", "join_policy": "never"}}
    answer = api.post("/rooms/", user=alice, json=body)
    expect.problem(answer, 422, "validation_failed", "name", "config.is_public", "config.join_policy")


def test_a_mistyped_member_is_a_fault_of_validation(api, alice):
    expect.problem(api.post("/rooms/", user=alice, json={"name": 7}), 422, "validation_failed", "name")


@pytest.mark.parametrize("body", [b"", b"{", b'{"name":}', b'{"name":"\xff"}', b"[" * 50000, b'{"name":"x"} more'],
                         ids=["empty", "cut", "no value", "not UTF-8", "too deep", "trailing"])
def test_a_body_that_is_not_json_is_400_bad_json(api, alice, body):
    answer = api.post("/rooms/", user=alice, content=body, headers={"Content-Type": "application/json"})
    expect.problem(answer, 400, "bad_json")


def test_the_null_character_is_refused_in_any_text(api, alice):
    expect.problem(api.post("/rooms/", user=alice, json={"name": "a\0b"}), 422, "validation_failed", "name")


def test_unknown_members_are_ignored(api, alice):
    answer = api.post("/rooms/", user=alice, json={"name": "a room", "colour": ["blue"], "config": {"smell": 1}})
    assert answer.status_code == 201 and expect.room(answer.json())["config"] == expect.DEFAULT_CONFIG


def test_without_a_token_it_is_401_with_a_challenge(api):
    expect.problem(api.get("/users/me"), 401, "auth_required")
    expect.problem(api.get("/users/me", headers={"Authorization": "Basic YTpi"}), 401, "auth_required")


def test_a_wrong_token_is_401_with_a_challenge(api):
    expect.problem(api.get("/users/me", user="not.a.token"), 401, "invalid_token")


# -- languages -----------------------------------------------------------------------

SCRIPTS = {"zh": "[\u4e00-\u9fff]", "ru": "[а-яА-Я]", "en": "^[ -~]+$"}


@pytest.mark.parametrize("header, language", [
    (None, "zh"), ("zh-CN", "zh"), ("en", "en"), ("en-US,en;q=0.9", "en"), ("ru-RU", "ru"), ("fr", "zh"),
    ("fr, en;q=0.5", "en"), ("en;q=0.3, ru;q=0.8", "ru"), ("EN", "en"), ("*", "zh"), (";;q=,,", "zh")])
def test_the_text_is_in_the_language_that_was_asked_for(api, header, language):
    headers = {} if header is None else {"Accept-Language": header}
    document = expect.problem(api.get("/no/such/path", headers=headers), 404, "not_found")
    assert re.search(SCRIPTS[language], document["detail"]), document
    faults = expect.problem(api.post("/users/", json={}, headers=headers), 422, "validation_failed")["errors"]
    assert all(re.search(SCRIPTS[language], one["message"]) for one in faults), faults


def test_a_missing_room_says_so_in_chinese_by_default(api, alice):
    document = expect.problem(api.get("/rooms/999999", user=alice), 404, "room_not_found")
    assert document["detail"] == "房间不存在"


# -- limits --------------------------------------------------------------------------


def test_a_body_over_the_limit_is_413_before_it_was_sent(server):
    with Connection(server) as raw:
        raw.request("POST /users/ HTTP/1.1", "Content-Type: application/json", "Content-Length: 1048577")
        expect.problem(raw.response(), 413, "payload_too_large")


def test_a_chunked_body_over_the_limit_is_413(start_server):
    with Connection(start_server({"limits.body_bytes": 1024})) as raw:
        chunk = b"800\r\n" + b" " * 0x800 + b"\r\n"
        raw.request("POST /users/ HTTP/1.1", "Transfer-Encoding: chunked", body=chunk)
        expect.problem(raw.response(), 413, "payload_too_large")


def test_a_body_of_exactly_the_limit_is_read(server):
    body = b'{"username":"x"' + b" " * (1048576 - 16) + b"}"
    with Connection(server) as raw:
        raw.request("POST /users/ HTTP/1.1", f"Content-Length: {len(body)}", body=body)
        expect.problem(raw.response(), 422, "validation_failed", "username", "email", "password")


def test_the_profile_takes_a_larger_body(api):
    changed = api.put("/users/me", user=api.register(), json={"padding": "x" * 2_000_000})
    assert changed.status_code == 200, changed.text


def test_a_head_over_16_kib_is_431(server):
    with Connection(server) as raw:
        assert raw.request("GET /healthz HTTP/1.1", "X-Long: " + "x" * 16000).response().status_code == 200
        raw.request("GET /healthz HTTP/1.1", "X-Long: " + "x" * 16384)
        expect.problem(raw.response(), 431, "head_too_large")
        assert raw.ends()


def test_a_full_server_answers_503(start_server):
    one = start_server({"server.max_connections": 3})
    held = []
    try:
        for _ in range(3):
            held.append(Connection(one).request("GET /healthz HTTP/1.1"))
            assert held[-1].response().status_code == 200
        with Connection(one) as fourth:
            fourth.request("GET /healthz HTTP/1.1")
            expect.problem(fourth.response(), 503, "server_full")
    finally:
        for connection in held:
            connection.socket.close()


# -- paths ---------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/rooms", "/rooms/", "/users/me", "/users/me/", "/token/check", "/token/check/"])
def test_a_trailing_slash_is_optional(api, alice, path):
    assert api.get(path, user=alice).status_code == 200


def test_a_path_id_may_be_written_with_escapes(api, alice):
    room = api.room(alice)
    escaped = "".join(f"%{ord(digit):02x}" for digit in str(room))
    assert api.get(f"/rooms/{escaped}", user=alice).json()["id"] == room


def test_an_escaped_slash_is_part_of_the_id(api, alice):
    room = api.room(alice)
    assert api.get(f"/rooms/{room}/messages", user=alice).status_code == 200
    answer = api.get(f"/rooms/{room}%2Fmessages", user=alice)
    assert answer.status_code in (404, 422), answer.text
    expect.problem(api.get(f"/rooms%2F{room}", user=alice), 404, "not_found")


def test_a_path_id_over_128_bytes_is_422(api, alice):
    expect.problem(api.get("/rooms/" + "1" * 129, user=alice), 422, "validation_failed")


@pytest.mark.parametrize("number", ["0", "-1", "9223372036854775807", "9223372036854775808", "1" * 100, "abc", "%00"])
def test_an_id_that_nothing_has_is_refused_without_a_server_error(api, alice, number):
    assert api.get(f"/rooms/{number}", user=alice).status_code in (404, 422)


@pytest.mark.parametrize("path", ["/ws", "/ws/chat/1/", "/ws/chat/1"])
def test_a_plain_get_on_a_socket_path_is_426(api, path):
    answer = api.get(path)
    expect.problem(answer, 426, "upgrade_required")
    assert answer.headers["upgrade"].lower() == "websocket"


# -- one connection, many requests ---------------------------------------------------


def test_a_connection_is_kept_for_the_next_request(server):
    with Connection(server) as raw:
        for _ in range(3):
            assert raw.request("GET /healthz HTTP/1.1").response().status_code == 200
        assert raw.request("GET /nowhere HTTP/1.1").response().status_code == 404
        assert raw.request("GET /healthz HTTP/1.1").response().status_code == 200


def test_connection_close_is_honoured(server):
    with Connection(server) as raw:
        raw.request("GET /healthz HTTP/1.1", "Connection: close")
        assert raw.response().status_code == 200
        assert raw.ends()


def test_http_1_0_closes_after_the_answer(server):
    with Connection(server) as raw:
        raw.request("GET /healthz HTTP/1.0")
        assert raw.response().status_code == 200
        assert raw.ends()


def test_pipelined_requests_are_answered_in_order(server):
    one = f"GET %s HTTP/1.1\r\nHost: {server.authority}\r\n\r\n"
    with Connection(server) as raw:
        raw.send("".join(one % path for path in ["/healthz", "/nowhere", "/ws/status", "/users/me"]).encode())
        assert [raw.response().status_code for _ in range(4)] == [200, 404, 200, 401]


def test_a_pipelined_body_does_not_leak_into_the_next_request(server):
    with Connection(server) as raw:
        raw.request("POST /users/ HTTP/1.1", "Content-Length: 2", body=b"{}")
        raw.request("GET /healthz HTTP/1.1")
        assert [raw.response().status_code for _ in range(2)] == [422, 200]


def test_a_request_may_come_byte_by_byte(server):
    with Connection(server) as raw:
        for byte in f"GET /healthz HTTP/1.1\r\nHost: {server.authority}\r\n\r\n".encode():
            raw.send(bytes([byte]))
        assert raw.response().status_code == 200


def test_a_chunked_body_is_read(server):
    with Connection(server) as raw:
        chunks = b"1\r\n{\r\n" + b"1;with=extension\r\n}\r\n" + b"0\r\nTrailer: x\r\n\r\n"
        raw.request("POST /users/ HTTP/1.1", "Transfer-Encoding: chunked", body=chunks)
        expect.problem(raw.response(), 422, "validation_failed", "username", "email", "password")
        assert raw.request("GET /healthz HTTP/1.1").response().status_code == 200


def test_expect_100_continue_is_answered(server):
    with Connection(server) as raw:
        raw.request("POST /users/ HTTP/1.1", "Expect: 100-continue", "Content-Length: 2")
        assert raw.response().status_code == 100
        raw.send(b"{}")
        expect.problem(raw.response(), 422, "validation_failed")


def test_head_has_no_body(server):
    with Connection(server) as raw:
        raw.request("HEAD /healthz HTTP/1.1").request("GET /healthz HTTP/1.1")
        assert raw.response(has_body=False).status_code in (200, 405)
        assert raw.response().status_code == 200


# -- malformed requests --------------------------------------------------------------


@pytest.mark.parametrize("request_bytes", [
    b"NONSENSE\r\n\r\n",
    b"GET / HTTP/9.9\r\nHost: x\r\n\r\n",
    b"GET /a b HTTP/1.1\r\nHost: x\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: x\r\nno colon here\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: x\r\nBad Name: 1\r\n\r\n",
    b"GET /healthz HTTP/1.1\r\n\r\n",
    b"POST /users/ HTTP/1.1\r\nHost: x\r\nContent-Length: two\r\n\r\n{}",
    b"POST /users/ HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}",
    b"POST /users/ HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    b"POST /users/ HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n",
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
], ids=["no request line", "version", "space in the target", "no colon", "space in a name", "no Host",
        "length not a number", "two lengths", "length and chunked", "chunk size", "TLS"])
def test_malformed_http_is_400_and_the_connection_ends(server, request_bytes):
    with Connection(server) as raw:
        raw.send(request_bytes)
        expect.problem(raw.response(), 400, "bad_request")
        assert raw.ends()


def test_a_malformed_escape_in_the_target_is_refused(server, alice):
    with Connection(server) as raw:
        raw.request("GET /rooms/%zz HTTP/1.1", f"Authorization: Bearer {alice.token}")
        assert raw.response().status_code in (400, 404, 422)


# -- health --------------------------------------------------------------------------


def test_health_and_readiness_are_200(api):
    assert api.get("/healthz").status_code == 200
    assert api.get("/readyz").status_code == 200


def test_the_status_counts_this_node(api):
    status = api.get("/ws/status").json()
    assert set(status) == {"status", "node", "version", "uptime_s", "connections", "sockets", "users_online",
                           "rooms_active", "nodes"}
    assert status["status"] == "ok" and status["uptime_s"] >= 0
    [node] = status["nodes"]
    assert set(node) == {"id", "status", "connections"} and node["id"] == status["node"]


async def test_the_status_and_the_overview_tell_websockets_from_other_sockets(start_server):
    one = start_server()
    made = run_parley("user", "create", "--username", "root", "--email", "root@example.org", "--admin", "--data-dir",
                      one.data_dir, stdin="correct horse battery\n")
    assert made.returncode == 0, made.stderr
    with Api(one) as api, Connection(one) as kept:
        assert kept.request("GET /healthz HTTP/1.1").response().status_code == 200
        token = api.sign_in("root")["access_token"]
        socket = await Sockets(one).ws(token)
        for path, user in (("/ws/status", None), ("/admin/overview", token)):
            said = api.get(path, user=user).json()
            assert (said["connections"], said["sockets"]) == (1, 3), said
        assert [node["connections"] for node in api.get("/ws/status").json()["nodes"]] == [1]
        metrics = api.get("/metrics").text
        assert "\nparley_sockets 3\n" in metrics and '\nparley_connections{kind="rooms"} 1\n' in metrics
        await socket.connection.close()


async def test_the_status_counts_users_and_rooms(api, sockets):
    before = api.get("/ws/status").json()
    owner = api.register()
    room = api.room(owner)
    await sockets.joined(owner, room)
    now = api.get("/ws/status").json()
    assert now["users_online"] == before["users_online"] + 1
    assert now["rooms_active"] == before["rooms_active"] + 1
    assert now["connections"] >= before["connections"] + 1
