"""SIGTERM drains: clients are told, what was accepted is committed, the process ends well and in time."""

import asyncio
import signal

import pytest

import expect
from clients import Api, Sockets
from raw import Connection


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_an_idle_server_ends_at_once(start_server, how):
    one = start_server()
    one.process.send_signal(how)
    assert one.process.wait(8) == 0
    one.stop()


async def test_clients_are_told_and_closed_1001(start_server, tmp_path):
    one = start_server(data_dir=tmp_path / "kept")
    sockets = Sockets(one)
    with Api(one) as api:
        user = api.register()
        room = api.room(user)
    enveloped, flat, guest = await sockets.joined(user, room), await sockets.chatting(room, user), await sockets.ws()
    stopping = asyncio.create_task(asyncio.to_thread(one.stop))
    codes = await asyncio.gather(*(socket.closed() for socket in (enveloped, flat, guest)))
    assert codes == [1001, 1001, 1001]
    for socket in (enveloped, guest):
        [told] = [f for f in socket.passed if f["type"] == "server_draining"]
        assert 0 <= told["payload"]["reconnect_after_ms"] <= 5000
    [told] = [f for f in flat.passed if f["type"] == "server_draining"]
    assert set(told) == {"type", "reconnect_after_ms"} and 0 <= told["reconnect_after_ms"] <= 5000
    assert await stopping < 10
    with Api(start_server(data_dir=tmp_path / "kept")) as api:
        assert api.get("/users/me", user=user).status_code == 200, "the data and the secret were kept"


async def test_what_was_done_before_does_not_hold_up_the_end(start_server):
    one = start_server()
    sockets = Sockets(one)
    with Api(one) as api:
        owner, guest, stranger = api.register(), api.register(), api.register()
        dissolved, left, kept = (api.room(owner, guest) for _ in range(3))
        for room in (dissolved, left, kept):
            await sockets.joined(guest, room)
            await sockets.chatting(room, owner)
            await (await sockets.chat(room, stranger)).closed()
            api.say(owner, room, "hello")
        api.delete(f"/rooms/{dissolved}", user=owner)
        api.delete(f"/rooms/{left}/members/{guest.id}", user=owner)
    await sockets.close()
    assert one.stop() < 5


async def test_messages_in_flight_are_committed_before_the_end(start_server, tmp_path):
    one = start_server(data_dir=tmp_path / "kept")
    sockets = Sockets(one)
    with Api(one) as api:
        user = api.register()
        room = api.room(user)
    sender = await sockets.ws(user)
    for i in range(500):
        await sender.send({"type": "send_message", "id": i, "payload": {"room_id": room, "content": f"{i}"}})
    await sender.until("message_ack")
    stopping = asyncio.create_task(asyncio.to_thread(one.stop))
    assert await sender.closed() == 1001
    acknowledged = [f["payload"]["message_id"] for f in sender.passed if f["type"] == "message_ack"]
    await stopping
    with Api(start_server(data_dir=tmp_path / "kept")) as api:
        for message in acknowledged[:: max(1, len(acknowledged) // 20)]:
            expect.message(api.get(f"/messages/{message}", user=user).json(), id=message, room_id=room)


async def test_a_silent_client_does_not_hold_up_the_end(start_server):
    one = start_server({"server.drain_seconds": 2})
    with Api(one) as api:
        user = api.register()
    with Connection(one) as silent, Connection(one) as idle, Connection(one) as half:
        silent.upgrade("/ws", f"Authorization: Bearer {user.token}")
        assert silent.response().status_code == 101
        idle.request("GET /healthz HTTP/1.1").response()
        half.send(b"GET /healthz HTTP/1.1\r\n")
        assert one.stop() < 6


def test_a_drained_server_takes_no_new_connection(start_server):
    one = start_server()
    address = one.host, one.port
    one.stop()
    one.host, one.port = address
    with pytest.raises(ConnectionError):
        Connection(one)


def test_two_servers_of_one_data_folder_start_one_after_the_other(start_server, tmp_path):
    for _ in range(3):
        one = start_server(data_dir=tmp_path / "kept")
        with Api(one) as api:
            assert api.get("/readyz").status_code == 200
        one.stop()
