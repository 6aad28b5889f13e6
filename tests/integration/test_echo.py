"""Section 9, checks: `/ws/ws/simple/` counts and repeats texts, `/ws/test/` gives every message back as it is."""

import asyncio
import json

import pytest

import expect
from clients import ChatSocket, Sockets
from harness import DEADLINE


async def repeat(one, message):
    await asyncio.wait_for(one.connection.send(message), DEADLINE)
    return await asyncio.wait_for(one.connection.recv(), DEADLINE)


async def test_the_simple_socket_counts_what_it_repeats(sockets):
    one = await sockets.open("/ws/ws/simple/s?token=nonsense", ChatSocket)
    assert await one.receive() == {"type": "connected", "connection_id": "s"}
    for count, text in enumerate(["hello", "", "{}", '{"type":"ping"}', "ы\n\"\\", "x" * 60_000, "\0"], 1):
        await one.send_text(text)
        assert await one.receive() == {"type": "echo", "connection_id": "s", "data": text, "count": count}
    other = await sockets.open("/ws/ws/simple/s", ChatSocket)
    await other.receive()
    await other.send_text("mine")
    assert (await other.receive())["count"] == 1


async def test_the_simple_socket_takes_no_binary(sockets):
    one = await sockets.open("/ws/ws/simple/s", ChatSocket)
    await one.send(b"x")
    assert await one.closed() == 1003


@pytest.mark.parametrize("message", ["hello", "", '{"type":"ping"}', "ы" * 1000, "x" * 65_536, b"", b"\x00\xff\xfe",
                                     bytes(range(256)) * 256])
async def test_the_test_socket_gives_each_message_back_as_it_is(sockets, message):
    one = await sockets.open("/ws/test/t?token=nonsense", ChatSocket)
    greeting = await one.receive()
    assert greeting.pop("message") and greeting == {"type": "test", "connection_id": "t"}
    assert await repeat(one, message) == message


@pytest.mark.parametrize("pieces", [["a", "b", "c"], [b"a", b"", b"\xff"]])
async def test_a_fragmented_message_comes_back_whole(sockets, pieces):
    one = await sockets.open("/ws/test/t", ChatSocket)
    await one.receive()
    assert await repeat(one, iter(pieces)) == type(pieces[0])().join(pieces)


async def test_messages_keep_their_order_and_kind(sockets):
    one = await sockets.open("/ws/test/t", ChatSocket)
    await one.receive()
    said = [str(i) if i % 3 else str(i).encode() for i in range(1000)]
    for message in said:
        await one.connection.send(message)
    assert [await asyncio.wait_for(one.connection.recv(), DEADLINE) for _ in said] == said


async def test_one_that_is_too_big_closes_1009(sockets):
    for message in ("x" * 65_537, b"x" * 65_537):
        one = await sockets.open("/ws/test/t", ChatSocket)
        await one.connection.send(message)
        assert await one.closed() == 1009


@pytest.mark.parametrize("path", ["/ws/test/", "/ws/ws/simple/"])
def test_ids_are_bounded_and_a_plain_get_is_told_to_upgrade(api, path):
    expect.problem(api.get(path + "x" * 129, headers={"Upgrade": "websocket", "Connection": "Upgrade"}), 422,
                   "validation_failed", "connection_id")
    expect.problem(api.get(path + "x"), 426, "upgrade_required")


async def test_both_are_limited_in_frames_where_limits_are_on(start_server):
    server = start_server({"limits.rate_limiting": "true"})
    sockets = Sockets(server)
    for path in ("/ws/test/t", "/ws/ws/simple/s"):
        one = await sockets.open(path, ChatSocket)
        await one.receive()
        for _ in range(200):
            await one.connection.send('{"type":"echo","connection_id":"s","data":"","count":1}')
        while (frame := json.loads(await one.connection.recv())).get("type") != "error":
            pass
        assert frame["code"] == "rate_limited" and frame["retry_after_ms"] > 0
        with pytest.raises(Exception) as end:
            while True:
                await asyncio.wait_for(one.connection.recv(), DEADLINE)
        assert end.value.rcvd.code == 4429
    await sockets.close()
