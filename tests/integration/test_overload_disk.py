"""A disk that hangs: who writes is told within five seconds, who reads goes on, and nothing is lost or doubled."""

import asyncio
import concurrent.futures
import time

import pytest

import expect
from clients import Api, Sockets
from disk import HANGS, Disk
from harness import soon

#: Nobody who asks hears nothing for so long; the rest is for a slow machine.
PROMISE = 5.0
SLACK = 3.0


UPLOAD = {"Tus-Resumable": "1.0.0", "Upload-Length": "10", "Upload-Metadata": "title eA==,filetype dmlkZW8vbXA0"}


@pytest.fixture
def disk(tmp_path):
    return Disk(tmp_path, tmp_path / "data0" / "parley.db")


@pytest.fixture
def one(start_server, disk):
    return start_server(env=disk.env)


@pytest.fixture
def hanging(disk):
    """Hangs the disk for the test; it must not hang for ever."""
    yield disk
    disk.mend()


async def timed(call, *arguments, **more):
    """The result, and the seconds until it came; the call is one that blocks."""
    began = time.monotonic()
    result = await asyncio.to_thread(call, *arguments, **more)
    return result, time.monotonic() - began


def refused_for_a_while(answer):
    expect.problem(answer, 429, "rate_limited")
    assert int(answer.headers["retry-after"]) >= 1


def served(call):
    """The first answer that is no refusal: the server learns within a moment that its disk is back."""
    answers = []
    soon(lambda: answers.append(call()) or answers[-1].status_code != 429)
    return answers[-1]


async def test_writers_are_told_in_time_and_the_rest_goes_on(one, hanging):
    sockets = Sockets(one)
    with Api(one) as api, Api(one) as other:
        ann, bob, eve = api.register(), api.register(), api.register()
        room = api.room(ann, bob)
        open_room, own_room = api.room(ann, join_policy="open"), api.room(eve)
        talker, listener = await sockets.joined(ann, room), await sockets.joined(bob, room)
        guest = await sockets.ws(eve)
        api.say(ann, room, "before")
        hanging.break_down(writes=HANGS, syncs=HANGS)

        post = asyncio.create_task(timed(api.post, f"/rooms/{room}/messages/", user=ann,
                                         json={"content": "by HTTP", "client_msg_id": "h1"}))
        change = asyncio.create_task(timed(other.put, f"/rooms/{own_room}", user=eve, json={"name": "another"}))
        began = time.monotonic()
        await talker.send({"type": "send_message", "id": 1,
                           "payload": {"room_id": room, "content": "by socket", "client_msg_id": "s1"}})
        await guest.send({"type": "join_room", "id": 2, "payload": {"room_id": open_room}})
        said = await talker.until(lambda f: f.get("id") == 1)
        assert expect.error_frame(said, "rate_limited")["retry_after_ms"] > 0
        joined = await guest.until(lambda f: f.get("id") == 2)
        assert (joined["type"], joined["payload"]["code"]) == ("room_join_error", "rate_limited")
        assert time.monotonic() - began < PROMISE + SLACK
        for answer, seconds in (await post, await change):
            refused_for_a_while(answer)
            assert seconds < PROMISE + SLACK

        # By now it is known: the next are refused at once, and what needs no disk goes on.
        answer, seconds = await timed(api.post, f"/rooms/{room}/messages/", user=bob, json={"content": "later"})
        refused_for_a_while(answer)
        assert seconds < 1 + SLACK
        await listener.send({"type": "send_message", "id": 3, "payload": {"room_id": room, "content": "later"}})
        said = await listener.until(lambda f: f.get("id") == 3)
        expect.error_frame(said, "rate_limited")
        await listener.tell("typing", room_id=room, is_typing=True)
        await talker.until("typing")
        assert api.get(f"/rooms/{room}/messages/", user=bob).json()["items"][-1]["content"] == "before"
        assert "parley_writer_refused_total" in api.get("/metrics").text

        hanging.mend()
        heard = {}
        while not {"h1", "s1"} <= heard.keys():
            frame = await listener.until("room_message")
            assert frame["payload"]["client_msg_id"] not in heard, frame
            heard[frame["payload"]["client_msg_id"]] = frame["payload"]["id"]
        # A careful client repeats what it was not sure of: it gets the first ids.
        again = served(lambda: api.post(f"/rooms/{room}/messages/", user=ann,
                                        json={"content": "by HTTP", "client_msg_id": "h1"}))
        assert (again.status_code, again.json()["message_id"]) == (200, heard["h1"])
        ack = await talker.ask("send_message", room_id=room, content="by socket", client_msg_id="s1")
        assert ack["payload"]["message_id"] == heard["s1"]
        assert (await guest.join(open_room))["active_users"] == 1
        stored = [m["client_msg_id"] for m in api.get(f"/rooms/{room}/messages/", user=bob).json()["items"]]
        assert sorted(x for x in stored if x) == ["h1", "s1"]
        soon(lambda: api.get(f"/rooms/{open_room}", user=ann).json()["is_active"])
    await sockets.close()


def test_uploads_and_tasks_are_told_in_time(one, hanging):
    with Api(one) as api:
        ann = api.register()
        room = api.room(ann)
        hanging.break_down(writes=HANGS, syncs=HANGS)

        def ask(call):
            with Api(one) as mine:
                began = time.monotonic()
                return call(mine), time.monotonic() - began

        asked = [
            lambda mine: mine.post(f"/rooms/{room}/uploads", user=ann, headers=UPLOAD),
            lambda mine: mine.post("/realtime/tasks", user=ann, json={"connection_id": "t", "status": "run"}),
            lambda mine: mine.post("/rooms/", user=ann, json={"name": "new"}),
            lambda mine: mine.login(ann.username),
        ]
        with concurrent.futures.ThreadPoolExecutor(len(asked)) as pool:
            for answer, seconds in pool.map(ask, asked):
                refused_for_a_while(answer)
                assert seconds < PROMISE + SLACK
        hanging.mend()
        soon(lambda: api.post("/rooms/", user=ann, json={"name": "new"}).status_code == 201)
