"""`is_active` is true exactly while a session is joined, over HTTP and in the database, also after a crash."""

import asyncio

import pytest

import expect
from clients import Api, Sockets
from harness import query


def stored(server, room):
    """`is_active` as the database has it."""
    return query(server, f"SELECT is_active FROM rooms WHERE id = {room}") == [["1"]]


def shown(api, user, room):
    """`is_active` and `active_users` as the room's document has them."""
    document = expect.room(api.get(f"/rooms/{room}", user=user).json())
    return document["is_active"], document["active_users"]


def eventually(question, wanted):
    """Asks until the answer is `wanted`; each turn costs a request, and there is an end."""
    for _ in range(3000):
        answer = question()
        if answer == wanted:
            return
    assert answer == wanted


async def test_the_first_join_makes_active_and_the_last_leave_ends_it(server, api, sockets, alice, bob):
    room = api.room(alice, bob)
    assert shown(api, alice, room) == (False, 0) and not stored(server, room)
    first = await sockets.joined(alice, room)
    assert shown(api, alice, room) == (True, 1)
    eventually(lambda: stored(server, room), True)
    second, tab = await sockets.joined(bob, room), await sockets.joined(bob, room)
    assert shown(api, alice, room) == (True, 2)
    for one, left in ((first, 1), (second, 1), (tab, 0)):
        assert (await one.ask("leave_room", room_id=room))["type"] == "room_left"
        assert shown(api, alice, room) == (left > 0, left)
    eventually(lambda: stored(server, room), False)


@pytest.mark.parametrize("kind", ["ws", "chat"])
async def test_a_disconnect_is_a_leave(server, api, sockets, alice, kind):
    room = api.room(alice)
    one = await (sockets.joined(alice, room) if kind == "ws" else sockets.chatting(room, alice))
    assert shown(api, alice, room) == (True, 1)
    eventually(lambda: stored(server, room), True)
    await one.close()
    eventually(lambda: shown(api, alice, room), (False, 0))
    eventually(lambda: stored(server, room), False)


async def test_user_leave_on_the_chat_socket_is_a_leave(server, api, sockets, alice):
    room = api.room(alice)
    one = await sockets.chatting(room, alice)
    await one.tell("user_leave")
    await one.until("user_leave")
    assert shown(api, alice, room) == (False, 0)
    await one.tell("user_join")
    await one.until("user_join")
    assert shown(api, alice, room) == (True, 1)


async def test_the_profile_and_the_list_agree(api, sockets):
    user = api.register()
    room = api.room(user)
    one = await sockets.joined(user, room)
    for active in (True, False):
        [owned] = api.get("/users/me", user=user).json()["owned_rooms"]
        [listed] = api.get("/rooms/", user=user).json()["items"]
        assert (owned["is_active"], listed["is_active"], listed["active_users"]) == (active, active, int(active))
        if active:
            await one.ask("leave_room", room_id=room)


async def test_after_a_crash_and_a_restart_no_room_is_active(start_server, tmp_path):
    one = start_server(data_dir=tmp_path / "kept")
    with Api(one) as api:
        user = api.register()
        rooms = [api.room(user) for _ in range(3)]
        sockets = Sockets(one)
        for room in rooms[:2]:
            await sockets.joined(user, room)
        await sockets.chatting(rooms[2], user)
        for room in rooms:
            assert shown(api, user, room) == (True, 1)
            eventually(lambda r=room: stored(one, r), True)
    one.kill()
    assert [stored(one, room) for room in rooms] == [True] * 3, "the crash left them so"
    again = start_server(data_dir=tmp_path / "kept")
    assert [stored(again, room) for room in rooms] == [False] * 3
    with Api(again) as api:
        assert [shown(api, user, room) for room in rooms] == [(False, 0)] * 3


async def test_after_an_orderly_end_no_room_is_active(start_server, tmp_path):
    one = start_server(data_dir=tmp_path / "kept")
    with Api(one) as api:
        user = api.register()
        room = api.room(user)
    sockets = Sockets(one)
    await sockets.joined(user, room)
    eventually(lambda: stored(one, room), True)
    await asyncio.gather(asyncio.to_thread(one.stop), *(socket.closed() for socket in sockets.opened))
    assert not stored(one, room)
