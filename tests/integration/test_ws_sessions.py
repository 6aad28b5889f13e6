"""How `/ws` and `/ws/chat/` sessions age: time to sign in, expiry of the token, heartbeat, slow readers."""

import asyncio
import socket
import time

import pytest

import expect
from clients import Api, Sockets
from harness import claims_for, sign
from raw import CLOSE, PING, PONG, TEXT, Connection, masked


async def test_a_guest_who_does_not_sign_in_is_closed_4401(start_server):
    sockets = Sockets(start_server({"websocket.auth_seconds": 1}))
    one = await sockets.ws()
    began = time.monotonic()
    assert await one.closed() == 4401
    assert 0.5 < time.monotonic() - began < 8


async def test_who_signed_in_in_time_is_not_closed(start_server):
    one_server = start_server({"websocket.auth_seconds": 1})
    sockets = Sockets(one_server)
    with Api(one_server) as api:
        user = api.register()
    signed_in, guest = await sockets.ws(), await sockets.ws()
    assert (await signed_in.ask("auth", token=user.token))["type"] == "auth_ok"
    assert await guest.closed() == 4401
    assert (await signed_in.ask("ping", timestamp=1))["type"] == "pong"
    await sockets.close()


async def test_a_token_that_expires_closes_4401_on_both_sockets(api, sockets, alice):
    room = api.room(alice)
    token = sign(claims_for(alice.id, seconds=3))
    enveloped, flat = await sockets.ws(token), await sockets.chatting(room, token)
    expires = (await enveloped.until("auth_expiring"))["payload"]["expires_at"]
    assert expect.is_time(expires)
    assert await enveloped.closed() == 4401
    assert await flat.closed() == 4401


async def test_a_new_auth_on_the_same_socket_extends_it(sockets, alice):
    short = sign(claims_for(alice.id, seconds=3))
    extended, other = await sockets.ws(short), await sockets.ws(short)
    await extended.until("auth_expiring")
    assert (await extended.ask("auth", token=alice.token))["type"] == "auth_ok"
    assert await other.closed() == 4401
    with pytest.raises(AssertionError, match="nothing came|not seen"):
        await extended.until("auth_expiring", timeout=1.5)
    assert (await extended.ask("ping", timestamp=1))["type"] == "pong"


async def test_another_users_token_does_not_take_over_a_socket(sockets, alice, bob):
    one = await sockets.ws(alice)
    answer = await one.ask("auth", token=bob.token)
    assert answer["type"] == "error" and answer["payload"]["code"] == "auth_failed"


async def test_a_token_far_from_its_end_is_not_announced(sockets, alice):
    later = await sockets.ws(sign(claims_for(alice.id, seconds=62)))
    assert (await later.until("auth_expiring", timeout=10))["payload"]["expires_at"]
    fresh = await sockets.ws(alice)
    await fresh.ask("ping", timestamp=0)
    assert fresh.passed == []


def test_a_client_that_says_nothing_misses_the_heartbeat_4408(start_server):
    one = start_server({"websocket.heartbeat_ms": 1000})
    with Api(one) as api:
        user = api.register()
    with Connection(one) as silent:
        began = time.monotonic()
        silent.upgrade("/ws", f"Authorization: Bearer {user.token}")
        assert silent.response().status_code == 101
        assert silent.text_frame()["payload"]["heartbeat_ms"] == 1000
        opcodes = []
        while (frame := silent.frame()).opcode != CLOSE:
            opcodes.append(frame.opcode)
        assert frame.close_code == 4408
        assert PING in opcodes and 1.5 < time.monotonic() - began < 8


def test_a_client_that_answers_pings_lives_on(start_server):
    one = start_server({"websocket.heartbeat_ms": 1000})
    with Api(one) as api:
        user = api.register()
    with Connection(one) as alive:
        alive.upgrade("/ws", f"Authorization: Bearer {user.token}")
        assert alive.response().status_code == 101
        assert alive.frame().opcode == TEXT
        for _ in range(4):
            frame = alive.frame()
            assert frame.opcode == PING, frame
            alive.send(masked(PONG, frame.payload))


async def test_a_slow_reader_is_cut_off_and_the_others_are_not(start_server):
    one = start_server({"websocket.outbox_bytes": 65536})
    sockets = Sockets(one)
    with Api(one) as api, Connection(one) as slow:
        slow.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        owner, sleeper = api.register(), api.register()
        room = api.room(owner, sleeper)
        watcher = await sockets.joined(owner, room)
        slow.upgrade(f"/ws/chat/{room}/?token={sleeper.token}")
        assert slow.response().status_code == 101
        await watcher.until(lambda f: f["type"] == "presence" and f["payload"]["status"] == "online"
                            and f["payload"]["user"]["id"] == sleeper.id)

        async def flood_until_cut_off():
            for _ in range(1000):  # up to 32 MB: more than any kernel keeps for a socket
                for _ in range(8):  # fewer than fill the outbox of a client that does read
                    await watcher.tell("send_message", room_id=room, content="x" * 4000)
                acknowledged = 0
                while acknowledged < 8:
                    frame = await watcher.until(lambda f: f["type"] in ("message_ack", "presence"))
                    if frame["type"] == "presence":
                        return frame["payload"]
                    acknowledged += 1
            raise AssertionError("the slow reader was never cut off")

        left = await flood_until_cut_off()
        assert (left["user"]["id"], left["status"]) == (sleeper.id, "offline")
        assert (await watcher.ask("ping", timestamp=1))["type"] == "pong"
        code = await asyncio.get_running_loop().run_in_executor(None, last_close_code, slow)
        assert code in (4413, None)
    await sockets.close()


def last_close_code(connection):
    """The close code, or None where the connection ended before one: nobody can be told who does not read."""
    try:
        return connection.close_code()
    except (EOFError, ConnectionError):
        return None
