"""Section 11: rate limits by default, over HTTP and on sockets, and the switch that turns them off."""

import pytest
import websockets

import expect
from clients import PASSWORD, Api, Sockets
from harness import Server, run_parley, settings_flags

LIMITED = {"limits.rate_limiting": None}


@pytest.fixture(scope="module")
def limited(tmp_path_factory):
    """A server with the default limits over users 2 to 9 and their tokens: nobody had to register."""
    folder = tmp_path_factory.mktemp("limited")
    made = run_parley("fixtures", "--users", 8, "--rooms", 1, "--tokens", folder / "tokens", "--data-dir",
                      folder / "data", *settings_flags({}))
    assert made.returncode == 0, made.stderr
    with Server(folder / "data", LIMITED) as server:
        yield server


@pytest.fixture
def tokens(limited):
    return (limited.data_dir.parent / "tokens").read_text().split()


async def flood(socket, frame):
    """Sends the frame 400 times, or until the server has had enough."""
    try:
        for _ in range(400):
            await socket.send(frame)
    except websockets.ConnectionClosed:
        pass


def test_registrations_are_limited_by_address(start_server):
    with Api(start_server(LIMITED)) as api:
        answers = []
        for _ in range(6):
            name = api.unique_name()
            body = {"username": name, "email": f"{name}@example.org", "password": PASSWORD}
            answers.append(api.post("/users/", json=body))
        assert [answer.status_code for answer in answers[:5]] == [201] * 5
        expect.problem(answers[5], 429, "rate_limited")
        assert 0 < int(answers[5].headers["retry-after"]) <= 60


@pytest.mark.parametrize("path", ["/token", "/api/v1/login/access-token"])
def test_logins_are_limited_by_address(start_server, path):
    with Api(start_server(LIMITED)) as api:
        for _ in range(5):
            expect.problem(api.login("load1", "not the password", path), 401, "bad_credentials")
        expect.problem(api.login("somebody", "else", "/token"), 429, "rate_limited")


async def test_messages_are_limited_with_a_burst_of_forty(limited, tokens):
    sockets = Sockets(limited)
    one = await sockets.ws(tokens[0])
    for i in range(49):
        await one.send({"type": "send_message", "id": i, "payload": {"room_id": 1, "content": "x"}})
    answers = [await one.until(lambda f: "id" in f) for _ in range(49)]
    accepted = [f for f in answers if f["type"] == "message_ack"]
    refused = [f for f in answers if f["type"] == "error"]
    assert 40 <= len(accepted) < 49, "forty at once and what a slow machine's time adds"
    for frame in refused:
        assert expect.error_frame(frame, "rate_limited")["retry_after_ms"] >= 0
    await sockets.close()


async def test_all_ways_to_send_share_the_limit_of_the_user(limited, tokens):
    sockets = Sockets(limited)
    one, other = await sockets.ws(tokens[1]), await sockets.ws(tokens[1])
    for i in range(45):
        await one.send({"type": "send_message", "id": i, "payload": {"room_id": 1, "content": "x"}})
    await one.until("error")
    answers = [await other.ask("send_message", room_id=1, content="x") for _ in range(9)]
    assert "error" in {f["type"] for f in answers}, "another socket has no limit of its own"
    with Api(limited) as api:
        answers = [api.post("/rooms/1/messages/", user=tokens[1], json={"content": "x"}) for _ in range(20)]
    refused = [answer for answer in answers if answer.status_code == 429]
    assert refused, "nor has HTTP"
    expect.problem(refused[0], 429, "rate_limited")
    await sockets.close()


async def test_ten_refusals_within_ten_seconds_close_4429(limited, tokens):
    sockets = Sockets(limited)
    one = await sockets.ws(tokens[2])
    await flood(one, {"type": "ping", "payload": {"timestamp": 1}})
    assert await one.closed() == 4429
    errors = [f for f in one.passed if f["type"] == "error"]
    assert len(errors) == 10
    for frame in errors:
        expect.error_frame(frame, "rate_limited")
    assert len([f for f in one.passed if f["type"] == "pong"]) >= 60


async def test_frames_are_limited_on_the_chat_socket_too(limited, tokens):
    sockets = Sockets(limited)
    one = await sockets.chatting(1, tokens[3])
    await flood(one, {"type": "ping"})
    assert await one.closed() == 4429
    errors = [f for f in one.passed if f["type"] == "error"]
    assert len(errors) == 10 and all(f["code"] == "rate_limited" and f["retry_after_ms"] >= 0 for f in errors)


async def test_joins_are_limited(limited, tokens):
    sockets = Sockets(limited)
    one = await sockets.ws(tokens[4])
    for i in range(29):
        await one.send({"type": "join_room", "id": i, "payload": {"room_id": 1}})
    answers = [await one.until(lambda f: "id" in f) for _ in range(29)]
    joined = [f for f in answers if f["type"] == "room_joined"]
    limited_answers = [f for f in answers if f["type"] != "room_joined"]
    assert 20 <= len(joined) < 29
    assert all(f["payload"]["code"] == "rate_limited" for f in limited_answers)
    await sockets.close()


async def test_one_users_limit_is_not_anothers(limited, tokens):
    sockets = Sockets(limited)
    noisy, quiet = await sockets.ws(tokens[5]), await sockets.ws(tokens[6])
    for i in range(49):
        await noisy.send({"type": "send_message", "id": i, "payload": {"room_id": 1, "content": "x"}})
    await noisy.until("error")
    assert (await quiet.ask("send_message", room_id=1, content="x"))["type"] == "message_ack"
    await sockets.close()


async def test_the_switch_turns_all_limits_off(api, sockets, alice):
    room = api.room(alice)
    one = await sockets.ws(alice)
    for i in range(300):
        await one.send({"type": "send_message", "id": i, "payload": {"room_id": room, "content": "x"}})
    answers = [await one.until(lambda f: "id" in f) for _ in range(300)]
    assert {f["type"] for f in answers} == {"message_ack"}
    for _ in range(8):
        assert api.login(alice.username, "not the password").status_code == 401
