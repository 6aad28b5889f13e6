"""Who loses its last connection has a moment to come back: a reload is not heard, staying away is."""

import time

import pytest

from clients import Api, Sockets
from harness import Server, query

#: Seconds of the default, `rooms.presence_grace_ms`.
GRACE = 3.0


@pytest.fixture(scope="module")
def usual(tmp_path_factory):
    """A server with the default grace."""
    with Server(tmp_path_factory.mktemp("usual"), {"rooms.presence_grace_ms": None}) as running:
        yield running


@pytest.fixture
def world(usual):
    """Two members of a room, and sockets."""
    with Api(usual) as api:
        ann, bob = api.register(), api.register()
        yield api, Sockets(usual), ann, bob, api.room(ann, bob)


def presence(frames):
    return [(f["payload"]["user"]["id"], f["payload"]["status"]) for f in frames if f["type"] == "presence"]


async def enter(sockets, kind, user, room):
    return await (sockets.joined(user, room) if kind == "ws" else sockets.chatting(room, user))


@pytest.mark.parametrize("kind", ["ws", "chat"])
async def test_three_quick_reloads_are_not_heard(world, kind):
    api, sockets, ann, bob, room = world
    hearer, flat = await sockets.joined(ann, room), await sockets.chatting(room, ann)
    one = await enter(sockets, kind, bob, room)
    await hearer.until(lambda f: f["type"] == "presence" and f["payload"]["user"]["id"] == bob.id)
    await flat.until(lambda f: f["type"] == "user_join" and f["user"]["id"] == bob.id)
    for _ in range(3):
        await one.close()
        one = await enter(sockets, kind, bob, room)
    assert presence(await hearer.heard_before(api, ann, room)) == []
    assert [f["type"] for f in await flat.heard_before(api, ann, room)
            if f["type"] in ("user_join", "user_leave")] == []
    assert api.get(f"/rooms/{room}", user=ann).json()["active_users"] == 2
    await sockets.close()


@pytest.mark.parametrize("kind", ["ws", "chat"])
async def test_who_stays_away_is_gone_after_the_grace(world, kind):
    api, sockets, ann, bob, room = world
    hearer = await sockets.joined(ann, room)
    one = await enter(sockets, kind, bob, room)
    await hearer.until(lambda f: f["type"] == "presence" and f["payload"]["status"] == "online")
    await one.close()
    lost = time.monotonic()
    assert api.get(f"/rooms/{room}", user=ann).json()["active_users"] == 2
    gone = (await hearer.until("presence"))["payload"]
    assert (gone["user"]["id"], gone["status"], gone["active_users"]) == (bob.id, "offline", 1)
    assert time.monotonic() - lost > GRACE - 0.5
    assert api.get(f"/rooms/{room}", user=ann).json()["active_users"] == 1
    await sockets.close()


async def test_leaving_by_word_and_removal_are_at_once(world):
    api, sockets, ann, bob, room = world
    hearer = await sockets.joined(ann, room)
    flat = await sockets.chatting(room, bob)
    await hearer.until("presence")
    began = time.monotonic()
    await flat.tell("user_leave")
    assert (await hearer.until("presence"))["payload"]["status"] == "offline"
    await flat.tell("user_join")
    await hearer.until("presence")
    await flat.close()
    assert api.delete(f"/rooms/{room}/members/{bob.id}", user=ann).status_code == 204
    assert (await hearer.until("presence"))["payload"]["status"] == "offline"
    assert time.monotonic() - began < GRACE
    await sockets.close()


async def test_a_message_reaches_nobody_who_is_away(world):
    api, sockets, ann, bob, room = world
    one = await sockets.joined(bob, room)
    hearer = await sockets.joined(ann, room)
    await one.close()
    api.get("/ws/status")
    answer = await hearer.ask("send_message", room_id=room, content="x")
    while answer["payload"]["sent_to_online_users"] == 1:  # the server has not seen the end of it yet
        answer = await hearer.ask("send_message", room_id=room, content="x")
    assert answer["payload"]["sent_to_online_users"] == 0
    assert api.get(f"/rooms/{room}", user=ann).json()["active_users"] == 2
    await sockets.close()


async def test_an_orderly_end_within_the_grace_leaves_no_room_active(start_server):
    one = start_server({"rooms.presence_grace_ms": 60000})
    with Api(one) as api:
        user = api.register()
        room = api.room(user)
        socket = await Sockets(one).joined(user, room)
        await socket.close()
        assert api.get(f"/rooms/{room}", user=user).json()["is_active"]
    one.stop()
    assert query(one, f"SELECT is_active FROM rooms WHERE id = {room}") == [["0"]]
