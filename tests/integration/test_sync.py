"""Section 10, first half: watching together over `/ws`."""

import asyncio
import time

import pytest

from clients import Api, Sockets
from harness import DEADLINE, query

STATE = {"room_id", "version", "video", "state", "position_s", "rate", "server_time_ms", "by", "waiting_for"}


def link(api, user, room, title="a film"):
    answer = api.post(f"/rooms/{room}/videos", user=user, json={"title": title, "url": "https://v.example/film.mp4"})
    assert answer.status_code == 201, answer.text
    return answer.json()["id"]


def at(state, seconds_later=0.0):
    """Where the state says that the video is, on the server's own clock."""
    moves = state["state"] == "playing" and not state["waiting_for"]
    return state["position_s"] + (seconds_later * state["rate"] if moves else 0)


async def steer(socket, what, room, **more):
    """A command with an id, and its answer."""
    return await socket.ask(f"sync_{what}", room_id=room, **more)


@pytest.fixture
def cinema(api, alice, bob):
    """A room with a film, steered by its owner alice; bob is a member."""
    room = api.room(alice, bob)
    return room, link(api, alice, room)


async def playing(sockets, alice, room, film, position=0.0):
    one = await sockets.joined(alice, room)
    await steer(one, "load", room, video_id=film)
    answer = await steer(one, "play", room, position_s=position)
    assert answer["type"] == "sync_state", answer
    return one


def moving(position_s):
    """The position of a player that runs: the answer may tell it some milliseconds after the order."""
    return pytest.approx(position_s, abs=0.5)


async def test_all_hear_each_change_in_their_shape(api, sockets, alice, bob, cinema):
    room, film = cinema
    owner, member, flat = (await sockets.joined(alice, room), await sockets.joined(bob, room),
                           await sockets.chatting(room, bob))
    for version, (what, more, known) in enumerate([
            ("load", {"video_id": film}, {"state": "paused", "position_s": 0, "rate": 1}),
            ("play", {"position_s": 12.5}, {"state": "playing", "position_s": moving(12.5)}),
            ("seek", {"position_s": 100}, {"state": "playing", "position_s": moving(100)}),
            ("rate", {"rate": 0.25}, {"state": "playing", "rate": 0.25}),
            ("pause", {"position_s": 101}, {"state": "paused", "position_s": 101}),
            ("seek", {"position_s": 0}, {"state": "paused", "position_s": 0}),
            ("load", {"video_id": None}, {"state": "paused", "position_s": 0, "rate": 1, "video": None})], 1):
        answer = await steer(owner, what, room, **more)
        assert answer["type"] == "sync_state"
        state = answer["payload"]
        assert set(state) == STATE
        assert {k: state[k] for k in known} == known
        assert (state["version"], state["by"], state["waiting_for"]) == (version, alice.id, [])
        assert abs(state["server_time_ms"] - time.time() * 1000) < 5000
        assert (await member.until("sync_state"))["payload"] == state
        assert await flat.until("sync_state") == {"type": "sync_state", **state}
    heard = await owner.heard_before(api, alice, room)
    assert not [f for f in heard if f["type"] == "sync_state"], "an answer with an id is the only copy"


async def test_without_an_id_the_sender_hears_it_as_all_do(sockets, alice, cinema):
    room, film = cinema
    one = await sockets.joined(alice, room)
    await one.tell("sync_load", room_id=room, video_id=film)
    assert (await one.until("sync_state"))["payload"]["video"]["id"] == film


async def test_a_late_joiner_is_told_where_it_is(sockets, alice, bob, cinema):
    room, film = cinema
    empty = await sockets.ws(bob)
    assert (await empty.join(room))["sync"] is None
    owner = await playing(sockets, alice, room, film, 30)
    begun = (await steer(owner, "request", room))["payload"]
    await asyncio.sleep(0.3)
    late = (await (await sockets.ws(bob)).join(room))["sync"]
    passed = (late["server_time_ms"] - begun["server_time_ms"]) / 1000
    assert passed >= 0.25
    assert abs(late["position_s"] - at(begun, passed)) < 0.002
    assert late["version"] == begun["version"] == 2


async def test_who_presses_second_is_told_how_it_is(api, sockets, alice, bob):
    room = api.room(alice, bob, sync_mode="everyone")
    film = link(api, alice, room)
    two = await playing(sockets, alice, room, film), await sockets.joined(bob, room)
    for version in range(2, 22):
        answers = await asyncio.gather(*(steer(one, "seek", room, position_s=version * 10 + n, if_version=version)
                                         for n, one in enumerate(two)))
        won, lost = sorted(answers, key=lambda one: one["type"], reverse=True)
        assert (won["type"], lost["type"]) == ("sync_state", "sync_conflict")
        assert won["payload"]["version"] == version + 1
        assert lost["payload"]["code"] == "sync_conflict" and lost["payload"]["message"]
        assert lost["payload"]["sync"]["version"] == version + 1
        assert lost["payload"]["sync"]["by"] == won["payload"]["by"]


@pytest.mark.parametrize("mode, owner_may, member_may", [("owner", True, False), ("everyone", True, True),
                                                         ("off", False, False)])
async def test_who_may_steer(api, sockets, alice, bob, mode, owner_may, member_may):
    room = api.room(alice, bob, sync_mode=mode)
    film = link(api, alice, room)
    for user, may in ((alice, owner_may), (bob, member_may)):
        answer = await steer(await sockets.joined(user, room), "load", room, video_id=film)
        assert answer["type"] == ("sync_state" if may else "error"), answer
        if not may:
            assert answer["payload"]["code"] == "sync_forbidden"


async def test_a_moderator_steers_and_loses_that_with_the_role(api, sockets, alice, bob, cinema):
    room, film = cinema
    one = await sockets.joined(bob, room)
    for role, kind in (("moderator", "sync_state"), ("member", "error")):
        changed = api.put(f"/rooms/{room}/members/{bob.id}", user=alice, json={"role": role})
        assert changed.status_code == 200, changed.text
        assert (await steer(one, "load", room, video_id=film))["type"] == kind


async def test_switched_off_nobody_steers_and_the_state_stays(api, sockets, alice, cinema):
    room, film = cinema
    one = await playing(sockets, alice, room, film, 5)
    api.put(f"/rooms/{room}/config", user=alice, json={"sync_mode": "off"})
    for what, more in (("request", {}), ("pause", {"position_s": 0}), ("buffering", {"is_buffering": True})):
        answer = await steer(one, what, room, **more)
        assert answer["payload"]["code"] == "sync_forbidden", what
    assert (await one.join(room))["sync"] is None
    api.put(f"/rooms/{room}/config", user=alice, json={"sync_mode": "owner"})
    assert (await one.join(room))["sync"]["version"] == 2


async def test_who_is_not_joined_has_no_player(api, sockets, alice, bob, carol, cinema):
    room, film = cinema
    commands = (("load", {"video_id": film}), ("play", {"position_s": 1}), ("pause", {"position_s": 1}),
                ("seek", {"position_s": 1}), ("rate", {"rate": 1}), ("buffering", {"is_buffering": True}),
                ("request", {}))
    left = await sockets.joined(bob, room)
    await left.ask("leave_room", room_id=room)
    for one in (await sockets.ws(alice), left, await sockets.ws(carol)):
        for what, more in commands:
            answer = await steer(one, what, room, **more)
            assert (answer["type"], answer["payload"]["code"]) == ("error", "not_joined"), what
    guest = await sockets.ws()
    for what, more in commands:
        assert (await steer(guest, what, room, **more))["payload"]["code"] == "auth_required"
    assert (await guest.ask("clock_ping", t0=1))["payload"]["code"] == "auth_required"
    joined = await sockets.joined(alice, room)
    assert (await steer(joined, "request", 999_999_999))["payload"]["code"] == "not_joined"
    assert (await steer(joined, "request", room))["payload"]["version"] == 0


async def test_a_chat_socket_has_no_player(sockets, alice, cinema):
    room, film = cinema
    one = await sockets.chatting(room, alice)
    await one.tell("sync_load", video_id=film)
    assert (await one.until("error"))["code"] == "unknown_type"


@pytest.mark.parametrize("what, good, bad, out_of_bounds", [
    ("load", {"video_id": None}, [{}, {"video_id": "x"}, {"video_id": 0}, {"video_id": 1.5}, {"video_id": True}], []),
    ("play", {"position_s": 1}, [{}, {"position_s": "1"}, {"position_s": None}, {"position_s": [1]}],
     [{"position_s": -0.5}, {"position_s": 604_801}, {"position_s": 1e300}]),
    ("pause", {"position_s": 1}, [{}, {"position_s": True}], [{"position_s": -1}]),
    ("seek", {"position_s": 1}, [{}, {"position_s": {}}], [{"position_s": -1}, {"position_s": 1e18}]),
    ("rate", {"rate": 1}, [{}, {"rate": "2"}, {"rate": None}], [{"rate": 0.24}, {"rate": 4.1}, {"rate": -1}]),
    ("buffering", {"is_buffering": False}, [{}, {"is_buffering": 1}, {"is_buffering": "true"}], []),
    ("request", {}, [], [])])
async def test_bad_commands_are_refused_and_change_nothing(sockets, alice, cinema, what, good, bad, out_of_bounds):
    room, film = cinema
    one = await playing(sockets, alice, room, film, 50)
    strange_rooms = [{**good, "room_id": one} for one in (None, "1", 0, -1, 1.5, [])] + [None]
    strange_versions = [{**good, "room_id": room, "if_version": one} for one in ("2", -1, 1.5, [])]
    if what in ("buffering", "request"):
        strange_versions = []
    wrong = strange_rooms + strange_versions + [{"room_id": room, **more} for more in bad]
    for number, payload in enumerate(wrong):
        if number % 8 == 7:  # more than ten in a minute would close the socket
            one = await sockets.joined(alice, room)
        await one.send({"type": f"sync_{what}", "id": "bad", "payload": payload})
        answer = await one.until(lambda f: f.get("id") == "bad")
        assert (answer["type"], answer["payload"]["code"]) == ("error", "bad_message"), payload
    for more in out_of_bounds:
        answer = await steer(one, what, room, **more)
        assert (answer["type"], answer["payload"]["code"]) == ("error", "validation_failed"), more
    assert (await steer(one, "request", room))["payload"]["version"] == 2


async def test_videos_that_are_not_this_rooms_are_not_found(api, sockets, alice, cinema):
    room, film = cinema
    elsewhere = link(api, alice, api.room(alice))
    one = await sockets.joined(alice, room)
    for what, more in (("load", {"video_id": elsewhere}), ("load", {"video_id": 999_999_999}),
                       ("play", {"position_s": 0}), ("rate", {"rate": 2}), ("buffering", {"is_buffering": True})):
        assert (await steer(one, what, room, **more))["payload"]["code"] == "video_not_found", what
    assert (await steer(one, "load", room, video_id=film))["payload"]["version"] == 1


async def test_a_removed_video_is_watched_no_more(api, sockets, alice, bob, cinema):
    room, film = cinema
    member = await sockets.joined(bob, room)
    await playing(sockets, alice, room, film, 50)
    assert api.delete(f"/videos/{film}", user=alice).status_code == 204
    state = (await member.until(lambda f: f["type"] == "sync_state" and f["payload"]["version"] == 3))["payload"]
    assert (state["video"], state["state"], state["position_s"]) == (None, "paused", 0)


async def test_a_file_is_shown_with_a_url_that_is_good_without_a_token(api, sockets, alice, cinema):
    room, _ = cinema
    content = b"\x00\x00\x00\x18ftypisom" + bytes(1000)
    made = api.post(f"/rooms/{room}/videos", user=alice, params={"title": "file"}, content=content,
                    headers={"Content-Type": "video/mp4"})
    one = await sockets.joined(alice, room)
    shown = (await steer(one, "load", room, video_id=made.json()["id"]))["payload"]["video"]
    got = api.get(shown["url"])
    assert (got.status_code, got.content) == (200, content)
    assert {**shown, "url": None} == {**made.json(), "url": None}


async def test_the_room_holds_for_who_buffers(sockets, alice, bob, cinema):
    room, film = cinema
    owner = await playing(sockets, alice, room, film, 10)
    member = await sockets.joined(bob, room)
    held = (await steer(member, "buffering", room, is_buffering=True))["payload"]
    assert held["waiting_for"] == [bob.id] and held["state"] == "playing"
    assert (await owner.until("sync_state"))["payload"] == held
    await asyncio.sleep(0.2)
    later = (await steer(owner, "request", room))["payload"]
    assert (later["position_s"], later["version"]) == (held["position_s"], held["version"])
    assert (await steer(member, "buffering", room, is_buffering=True))["payload"]["version"] == held["version"]
    await member.close()
    free = (await owner.until("sync_state"))["payload"]
    assert free["waiting_for"] == [] and 0 <= free["position_s"] - held["position_s"] < 0.1
    assert free["version"] == held["version"] + 1


async def test_nobody_holds_the_room_longer_than_fifteen_seconds(sockets, alice, bob, cinema):
    room, film = cinema
    owner = await playing(sockets, alice, room, film, 10)
    member = await sockets.joined(bob, room)
    held = (await steer(member, "buffering", room, is_buffering=True))["payload"]
    free = (await owner.until(lambda f: f["type"] == "sync_state" and not f["payload"]["waiting_for"], 30))["payload"]
    # The time runs from when the server heard of it, a moment before it wrote `held`.
    assert 14.9 <= (free["server_time_ms"] - held["server_time_ms"]) / 1000 < 17
    assert 0 <= free["position_s"] - held["position_s"] < 0.1


async def test_a_clock_ping_tells_the_servers_time(sockets, alice):
    one = await sockets.ws(alice)
    for t0 in (0, -5, 1732150000123, 12345.678):
        before = time.time() * 1000
        answer = await one.ask("clock_ping", t0=t0)
        assert answer["type"] == "clock_pong"
        payload = answer["payload"]
        assert payload["t0"] == t0
        assert before - 1 <= payload["t1"] <= payload["t2"] <= time.time() * 1000 + 1
    for bad in ({}, {"t0": None}, {"t0": "1"}, {"t0": []}):
        assert (await one.ask("clock_ping", **bad))["payload"]["code"] == "bad_message"


def stored_version(server, room):
    rows = query(server, f"SELECT version FROM playback WHERE room_id = {room}")
    return int(rows[0][0]) if rows else 0


@pytest.mark.parametrize("end", ["stop", "kill"])
async def test_a_restart_keeps_the_state_paused_where_it_stood(start_server, tmp_path, end):
    server = start_server(data_dir=tmp_path / "kept")
    with Api(server) as api:
        alice = api.register()
        room = api.room(alice)
        film = link(api, alice, room)
        sockets = Sockets(server)
        one = await playing(sockets, alice, room, film, 100)
        await steer(one, "rate", room, rate=2)
        async with asyncio.timeout(DEADLINE):
            while stored_version(server, room) < 3:  # a burst is stored a second after its first change
                await asyncio.sleep(0.05)
        asked_at = time.monotonic()
        last = (await steer(one, "request", room))["payload"]
        await asyncio.to_thread(server.stop if end == "stop" else server.kill)  # the sockets answer the close
        ended_after = time.monotonic() - asked_at
        await sockets.close()
    server = start_server(data_dir=tmp_path / "kept")
    with Api(server) as api:
        sockets = Sockets(server)
        back = (await (await sockets.ws(alice)).join(room))["sync"]
        await sockets.close()
    assert back["state"] == "paused" and back["rate"] == 2 and back["video"]["id"] == film
    assert back["version"] > last["version"] and back["by"] == alice.id
    assert 100 < back["position_s"] <= last["position_s"] + 2 * (ended_after + 0.1)
    if end == "stop":
        assert back["position_s"] >= last["position_s"], "it was stored when the last one left"
