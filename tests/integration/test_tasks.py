"""Section 9, tasks: who may publish, who hears what, and what a restart leaves."""

import asyncio
import os
import urllib.parse

import pytest

import expect
from clients import Api, ChatSocket, Sockets

TASK = {"type", "connection_id", "status", "progress", "message", "data", "timestamp"}


class Names:
    """Ids of tasks that no other test uses."""

    made = 0

    @classmethod
    def next(cls):
        cls.made += 1
        return f"task {os.getpid()}/{cls.made}"


async def open_watcher(sockets, task, user=None, query=""):
    token = {"Authorization": f"Bearer {user.token}"} if user else {}
    return await sockets.open(f"/ws/realtime/{urllib.parse.quote(task)}{query}", ChatSocket, headers=token)


async def watching(sockets, task, user=None):
    one = await open_watcher(sockets, task, user)
    first = await one.receive()
    assert first["type"] == "connected", first
    return one


def publish(api, user, task, status, **more):
    return api.post("/realtime/tasks", user=user, json={"connection_id": task, "status": status, **more})


def show(api, user, task):
    return api.get(f"/realtime/tasks/{urllib.parse.quote(task)}", user=user)


async def heard(one):
    """The statuses up to an answer to the socket's own ping: all that were published before it."""
    await one.pong()
    return [frame["status"] for frame in one.passed]


# -- the socket ----------------------------------------------------------------------


@pytest.mark.parametrize("by", ["nothing", "header", "query", "nonsense"])
async def test_it_is_connected_at_once_as_whoever_the_token_names(sockets, alice, by):
    task = Names.next()
    query = {"query": f"?token={alice.token}", "nonsense": "?token=nonsense"}.get(by, "")
    one = await open_watcher(sockets, task, alice if by == "header" else None, query)
    status = {"nothing": "guest", "nonsense": "invalid_token"}.get(by, "authenticated")
    assert await one.receive() == {"type": "connected", "message": "WebSocket连接成功", "connection_id": task,
                                   "user_id": alice.id if status == "authenticated" else 1, "auth_status": status}


@pytest.mark.parametrize("path, task", [("a", "a"), ("a/b/c", "a/b/c"), ("a/", "a/"), ("a%2Fb", "a/b"), ("/a", "/a"),
                                        ("%D1%8B", "ы"), ("x" * 128, "x" * 128)])
async def test_the_id_is_all_that_is_left_of_the_path(sockets, path, task):
    one = await sockets.open(f"/ws/realtime/{path}", ChatSocket)
    assert (await one.receive())["connection_id"] == task


def test_an_over_long_id_is_refused_in_http(api, alice):
    for path in ("/ws/realtime/", "/realtime/tasks/"):
        answer = api.get(path + "x/" * 65, user=alice, headers={"Upgrade": "websocket", "Connection": "Upgrade"})
        expect.problem(answer, 422, "validation_failed", "connection_id")


async def test_it_takes_pings_and_nothing_else(sockets):
    one = await watching(sockets, Names.next())
    await one.tell("ping", timestamp=[1])
    assert (await one.receive())["timestamp"] == [1]
    await one.tell("hello", message="x")
    assert expect.chat_error(await one.receive(), "unknown_type")["supported_types"] == ["ping"]
    await one.send_text("no JSON")
    expect.chat_error(await one.receive(), "bad_message")


# -- publishing ----------------------------------------------------------------------


async def test_what_is_published_is_heard_and_shown_alike(api, sockets, alice, bob):
    task = Names.next()
    one, two = await watching(sockets, task), await watching(sockets, task, bob)
    answer = publish(api, alice, task, "running", progress=12.5, message="половина", data={"n": [1, None]})
    assert (answer.status_code, answer.json()) == (200, {"delivered_to": 2})
    frame = await one.receive()
    assert set(frame) == TASK and expect.is_time(frame["timestamp"])
    assert {k: v for k, v in frame.items() if k != "timestamp"} == {
        "type": "task_status", "connection_id": task, "status": "running", "progress": 12.5, "message": "половина",
        "data": {"n": [1, None]}}
    assert await two.receive() == frame
    assert show(api, bob, task).json() == frame


async def test_what_is_left_out_is_empty(api, sockets, alice):
    task = Names.next()
    one = await watching(sockets, task)
    assert publish(api, alice, task, "done").status_code == 200
    frame = await one.receive()
    assert (frame["progress"], frame["message"], frame["data"]) == (None, "", None)


async def test_who_comes_late_hears_the_last_status_and_then_each_new_one(api, sockets, alice):
    task = Names.next()
    for status in ("one", "two"):
        assert publish(api, alice, task, status).json() == {"delivered_to": 0}
    late = await watching(sockets, task)
    assert (await late.receive())["status"] == "two"
    assert publish(api, alice, task, "three").json() == {"delivered_to": 1}
    assert await heard(late) == ["three"]


async def test_nothing_is_missed_or_doubled_while_watchers_come(api, sockets, alice):
    task = Names.next()
    stop = asyncio.Event()
    count = 0

    async def keep_publishing():
        nonlocal count
        while not stop.is_set():
            count += 1
            answer = await asyncio.to_thread(publish, api, alice, task, str(count))
            assert answer.status_code == 200, answer.text

    publisher = asyncio.ensure_future(keep_publishing())
    watchers = []
    for _ in range(20):
        watchers.append(await watching(sockets, task))
    stop.set()
    await publisher
    assert publish(api, alice, task, str(count + 1)).json() == {"delivered_to": 20}
    for one in watchers:
        last = await one.until(lambda frame: frame["status"] == str(count + 1))
        numbers = [int(frame["status"]) for frame in [*one.passed, last]]
        assert numbers == list(range(numbers[0], count + 2))


async def test_many_publications_at_once_are_heard_in_one_order(api, sockets, alice):
    task = Names.next()
    one, two = await watching(sockets, task), await watching(sockets, task)
    answers = await asyncio.gather(*(asyncio.to_thread(publish, api, alice, task, str(i)) for i in range(40)))
    assert {answer.status_code for answer in answers} == {200}
    order = await heard(one)
    assert sorted(map(int, order)) == list(range(40))
    assert await heard(two) == order
    assert show(api, alice, task).json()["status"] == order[-1]


def test_a_page_of_ones_own_tasks_has_the_latest_first(api):
    owner, other = api.register(), api.register()
    names = [Names.next() for _ in range(3)]
    for name in names:
        publish(api, owner, name, "begun", progress=5)
    publish(api, other, Names.next(), "begun")
    publish(api, owner, names[0], "done", progress=100)
    page = api.get("/realtime/tasks?size=2", user=owner).json()
    assert [(x["connection_id"], x["status"]) for x in page["items"]] == [(names[0], "done"), (names[2], "begun")]
    assert (page["total"], page["page"], page["size"]) == (3, 1, 2) and set(page["items"][0]) == TASK
    rest = api.get("/realtime/tasks/?size=2&page=2", user=owner).json()
    assert [x["connection_id"] for x in rest["items"]] == [names[1]]
    expect.problem(api.get("/realtime/tasks"), 401, "auth_required")
    expect.problem(api.get("/realtime/tasks?size=0", user=owner), 422, "validation_failed", "size")


def test_a_slash_behind_the_id_is_the_paths_but_for_an_id_that_has_it(api, alice):
    task = Names.next()
    publish(api, alice, task, "plain")
    quoted = urllib.parse.quote(task)
    assert api.get(f"/realtime/tasks/{quoted}/", user=alice).json()["status"] == "plain"
    publish(api, alice, task + "/", "with a slash")
    assert api.get(f"/realtime/tasks/{quoted}/", user=alice).json()["status"] == "with a slash"
    assert api.get(f"/realtime/tasks/{quoted}", user=alice).json()["status"] == "plain"


async def test_the_first_to_publish_owns_the_id(api, sockets, alice, bob):
    task = Names.next()
    expect.problem(show(api, alice, task), 404, "task_not_found")
    assert publish(api, alice, task, "mine").status_code == 200
    one = await watching(sockets, task)
    assert (await one.receive())["status"] == "mine"
    expect.problem(publish(api, bob, task, "no, mine"), 403, "not_task_owner")
    assert await heard(one) == []
    assert show(api, bob, task).json()["status"] == "mine"


async def test_of_two_who_race_one_owns_it(api, alice, bob):
    for _ in range(10):
        task = Names.next()
        one, two = await asyncio.gather(asyncio.to_thread(publish, api, alice, task, "alice"),
                                        asyncio.to_thread(publish, api, bob, task, "bob"))
        assert sorted((one.status_code, two.status_code)) == [200, 403]
        assert show(api, alice, task).json()["status"] == ("alice" if one.status_code == 200 else "bob")


@pytest.mark.parametrize("body, fields", [
    ({}, ["connection_id", "status"]),
    ({"connection_id": "", "status": ""}, ["connection_id", "status"]),
    ({"connection_id": 1, "status": None}, ["connection_id", "status"]),
    ({"connection_id": "x" * 129, "status": "x" * 65}, ["connection_id", "status"]),
    ({"connection_id": "x", "status": "s", "progress": -1}, ["progress"]),
    ({"connection_id": "x", "status": "s", "progress": 100.5}, ["progress"]),
    ({"connection_id": "x", "status": "s", "progress": "50"}, ["progress"]),
    ({"connection_id": "x", "status": "s", "message": 1}, ["message"]),
    ({"connection_id": "x", "status": "s", "message": "x" * 4001}, ["message"]),
    ({"connection_id": "x", "status": "s", "data": "x" * 65_536}, ["data"]),
    ({"connection_id": "x\0", "status": "\0"}, ["connection_id", "status"])])
def test_a_bad_publication_names_all_its_faults(api, alice, body, fields):
    expect.problem(api.post("/realtime/tasks", user=alice, json=body), 422, "validation_failed", *fields)


def test_publishing_and_showing_want_a_user(api, alice):
    body = {"connection_id": "x", "status": "s"}
    expect.problem(api.post("/realtime/tasks", json=body), 401, "auth_required")
    expect.problem(api.post("/realtime/tasks", user="nonsense", json=body), 401, "invalid_token")
    expect.problem(api.get("/realtime/tasks/x"), 401, "auth_required")
    expect.problem(api.post("/realtime/tasks", user=alice, content="["), 400, "bad_json")
    expect.problem(api.delete("/realtime/tasks", user=alice), 405, "method_not_allowed")


async def test_the_last_status_and_its_owner_survive_a_restart(start_server, tmp_path):
    server = start_server(data_dir=tmp_path / "kept")
    with Api(server) as api:
        owner, other = api.register(), api.register()
        assert publish(api, owner, "a/b", "half", progress=50, data={"x": 1}).status_code == 200
        before = show(api, other, "a/b").json()
    server.kill()
    server.start()
    sockets = Sockets(server)
    with Api(server) as api:
        assert show(api, other, "a/b").json() == before
        one = await watching(sockets, "a/b")
        assert await one.receive() == before
        expect.problem(publish(api, other, "a/b", "mine"), 403, "not_task_owner")
        assert publish(api, owner, "a/b", "done", progress=100).json() == {"delivered_to": 1}
        assert (await one.receive())["status"] == "done"
    await sockets.close()
