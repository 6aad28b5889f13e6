"""Section 8: `/ws/{client_id}`, whose id it is, and what administrators push to clients."""

import asyncio
import os
import urllib.parse

import pytest

import expect
from clients import ChatSocket, Sockets
from harness import claims_for, sign

JSON_VALUES = [None, False, 0, 1.5, "текст", [], [1, {"a": None}], {}, {"type": "error"}]


class Names:
    """Ids of clients that no other test uses."""

    made = 0

    @classmethod
    def next(cls):
        cls.made += 1
        return f"client {os.getpid()}.{cls.made}"


async def open_client(sockets, client, user=None, query="", headers=None):
    token = {"Authorization": f"Bearer {user.token}"} if user else {}
    path = f"/ws/{urllib.parse.quote(client, safe='')}"
    return await sockets.open(path + query, ChatSocket, headers={**token, **(headers or {})})


async def connected(sockets, client, user=None):
    one = await open_client(sockets, client, user)
    first = await one.receive()
    assert first["type"] == "connected", first
    return one


def push_to(api, admin, client, data, **more):
    path = f"/clients/{urllib.parse.quote(client, safe='')}/messages"
    return api.post(path, user=admin, json={"data": data}, **more)


def clients_of(api, user):
    return [one["client_id"] for one in api.get("/users/me/clients", user=user).json()["items"]]


async def until(condition):
    """Asks until it is so: what a socket's end sets off is not awaited by anything that a test could see."""
    for _ in range(300):
        if condition():
            return
        await asyncio.sleep(0.02)
    raise AssertionError("it did not come to that")


# -- connecting ----------------------------------------------------------------------


@pytest.mark.parametrize("by", ["nothing", "header", "query", "nonsense", "expired"])
async def test_it_is_connected_at_once_as_whoever_the_token_names(sockets, alice, by):
    client = Names.next()
    expired = sign(claims_for(alice.id, seconds=-60))
    query = {"query": f"?token={alice.token}", "nonsense": "?token=nonsense", "expired": f"?token={expired}"}
    one = await open_client(sockets, client, alice if by == "header" else None, query.get(by, ""))
    status = {"nothing": "guest", "header": "authenticated", "query": "authenticated"}.get(by, "invalid_token")
    first = await one.receive()
    assert first.pop("message")
    assert first == {"type": "connected", "client_id": client, "auth_status": status,
                     "user_id": alice.id if status == "authenticated" else None}
    await one.tell("hello", message="Привет")
    assert await one.receive() == {"type": "hello", "message": "Привет", "client_id": client,
                                   "user": alice.brief if status == "authenticated" else None}


@pytest.mark.parametrize("client", ["x", "a/b", "ws", "%", "имя", "chat", "a b", "x" * 128, "status "])
async def test_any_segment_is_an_id(sockets, client):
    one = await open_client(sockets, client)
    assert (await one.receive())["client_id"] == client


async def test_a_trailing_slash_is_no_part_of_it(sockets):
    one = await sockets.open("/ws/tail/", ChatSocket)
    assert (await one.receive())["client_id"] == "tail"


@pytest.mark.parametrize("segment", ["x" * 129, "%E4" * 50, "%00", "%ff"])
def test_an_id_that_is_too_long_or_no_text_is_refused_in_http(api, segment):
    answer = api.get(f"/ws/{segment}", headers={"Upgrade": "websocket", "Connection": "Upgrade"})
    expect.problem(answer, 422, "validation_failed", "client_id")


def test_a_plain_get_is_told_to_upgrade(api):
    expect.problem(api.get("/ws/somebody"), 426, "upgrade_required")


async def test_texts_come_in_the_language_of_the_handshake(sockets):
    texts = set()
    for lang in ("zh", "en", "ru"):
        one = await open_client(sockets, Names.next(), query=f"?lang={lang}")
        first = (await one.receive())["message"]
        await one.tell("dance")
        error = await one.receive()
        assert error["code"] == "unknown_type" and error["supported_types"] == ["hello", "ping"]
        texts.add((first, error["message"]))
    assert len({a for a, _ in texts}) == len({b for _, b in texts}) == 3


# -- what it says --------------------------------------------------------------------


async def test_ping_gets_its_timestamp_back(sockets):
    one = await connected(sockets, Names.next())
    for value in (None, 1, "x", {"a": [1]}):
        await one.tell("ping", timestamp=value)
        pong = await one.receive()
        assert pong["type"] == "pong" and pong["timestamp"] == value and isinstance(pong["server_time_ms"], int)


@pytest.mark.parametrize("frame", ["", "{", "[]", "null", "{}", '{"type":1}', '{"type":"hello"}',
                                   '{"type":"hello","message":null}', '{"type":"hello","message":"\\u0000"}'])
async def test_a_bad_frame_is_a_bad_message_and_the_connection_lives_on(sockets, frame):
    one = await connected(sockets, Names.next())
    await one.send_text(frame)
    expect.chat_error(await one.receive(), "bad_message")
    await one.pong()


async def test_too_many_bad_frames_close_4400(sockets):
    one = await connected(sockets, Names.next())
    for _ in range(11):
        await one.send_text("x")
    assert await one.closed() == 4400


async def test_binary_closes_1003_and_a_frame_that_is_too_big_1009(sockets):
    one = await connected(sockets, Names.next())
    await one.send(b"{}")
    assert await one.closed() == 1003
    one = await connected(sockets, Names.next())
    await one.tell("hello", message="x" * 70_000)
    assert await one.closed() == 1009


# -- one id, one connection ----------------------------------------------------------


async def test_a_newer_connection_replaces_the_older(api, sockets, admin, alice):
    for user in (alice, None):
        client = Names.next()
        older = await connected(sockets, client, user)
        newer = await connected(sockets, client, user)
        assert await older.closed() == 4409 and older.types_passed() == []
        assert push_to(api, admin, client, 1).json() == {"delivered_to": 1}
        assert await newer.receive() == {"type": "push", "data": 1}


@pytest.mark.parametrize("holder, other", [("alice", "bob"), ("alice", None), (None, "alice")])
async def test_somebody_else_s_id_is_taken(sockets, request, holder, other):
    users = [request.getfixturevalue(name) if name else None for name in (holder, other)]
    client = Names.next()
    first = await connected(sockets, client, users[0])
    second = await open_client(sockets, client, users[1])
    expect.chat_error(await second.receive(), "client_id_taken")
    assert await second.closed() == 4409
    await first.pong()


async def test_of_twenty_in_a_row_the_last_remains(api, sockets, alice):
    client = Names.next()
    chain = [await connected(sockets, client, alice) for _ in range(20)]
    assert await asyncio.gather(*(one.closed() for one in chain[:-1])) == [4409] * 19
    await chain[-1].pong()
    assert clients_of(api, alice).count(client) == 1


async def test_of_many_at_once_exactly_one_holds_the_id(api, sockets, admin, alice, bob):
    client = Names.next()
    racers = await asyncio.gather(*(open_client(sockets, client, user) for user in (alice, bob, None) * 8))
    # One of them is left open; the others end by 4409.
    ends = [asyncio.ensure_future(one.closed(timeout=60)) for one in racers]
    await until(lambda: sum(end.done() for end in ends) == len(racers) - 1)
    assert {end.result() for end in ends if end.done()} == {4409}
    assert push_to(api, admin, client, 1).json() == {"delivered_to": 1}
    (left,) = (one for one, end in zip(racers, ends) if not end.done())
    await left.close()
    await asyncio.gather(*ends)


async def test_a_user_s_clients_are_listed_while_they_live(api, sockets):
    user, other = api.register(), api.register()
    assert api.get("/users/me/clients", user=user).json() == {"items": []}
    names = [Names.next() for _ in range(3)]
    one = await connected(sockets, names[0], user)
    await connected(sockets, names[1], user)
    await connected(sockets, names[2], other)
    await connected(sockets, Names.next())
    items = api.get("/users/me/clients", user=user).json()["items"]
    assert [item["client_id"] for item in items] == names[:2]
    for item in items:
        assert set(item) == {"client_id", "connected_at", "node"}
        assert expect.is_time(item["connected_at"]) and item["node"] == api.get("/ws/status").json()["node"]
    assert api.get(f"/users/{user.id}", user=other).json()["online"] is True
    await one.close()
    await until(lambda: clients_of(api, user) == names[1:2])


async def test_a_new_password_closes_the_user_s_clients_4401(api, sockets):
    user = api.register()
    one = await connected(sockets, Names.next(), user)
    changed = api.put("/users/me", user=user, json={"password": "another one", "current_password": user.password})
    assert changed.status_code == 200, changed.text
    assert await one.closed() == 4401
    assert one.types_passed() == ["error"]


# -- pushes --------------------------------------------------------------------------


async def test_a_push_reaches_the_holder_of_the_id_with_any_json(api, sockets, admin, alice):
    client = Names.next()
    one = await connected(sockets, client, alice)
    other = await connected(sockets, Names.next(), alice)
    for data in JSON_VALUES:
        answer = push_to(api, admin, client, data)
        assert (answer.status_code, answer.json()) == (200, {"delivered_to": 1})
        assert await one.receive() == {"type": "push", "data": data}
    await other.pong()
    assert other.types_passed() == []
    assert push_to(api, admin, Names.next(), 1).json() == {"delivered_to": 0}


async def test_an_id_with_a_slash_is_pushed_to_by_its_escape(api, sockets, admin):
    client = Names.next() + "/ы"
    one = await connected(sockets, client)
    assert push_to(api, admin, client, 1).json() == {"delivered_to": 1}
    assert await one.receive() == {"type": "push", "data": 1}


async def test_a_push_to_a_user_reaches_all_of_its_clients(api, sockets, admin):
    user = api.register()
    path = f"/users/{user.id}/push"
    assert api.post(path, user=admin, json={"data": 1}).json() == {"delivered_to": 0}
    both = [await connected(sockets, Names.next(), user) for _ in range(2)]
    envelope = await sockets.ws(user)
    guest = await connected(sockets, Names.next())
    assert api.post(path, user=admin, json={"data": {"n": 1}}).json() == {"delivered_to": 2}
    for one in both:
        assert await one.receive() == {"type": "push", "data": {"n": 1}}
    await guest.pong()
    assert guest.types_passed() == []
    assert (await envelope.ask("ping", timestamp=1))["type"] == "pong"
    assert envelope.types_passed() == []


async def test_numbers_arrive_as_they_were_written(api, sockets, admin):
    client = Names.next()
    one = await connected(sockets, client)
    data = '{"b":1.10,"a":12345678901234567890}'
    answer = api.post(f"/clients/{client}/messages", user=admin, content=f'{{"data": {data}}}')
    assert answer.status_code == 200, answer.text
    assert f'"data":{data}' in await one.connection.recv()


def test_pushes_are_for_administrators_alone(api, admin, alice):
    for path in ("/clients/x/messages", f"/users/{alice.id}/push"):
        expect.problem(api.post(path, json={"data": 1}), 401, "auth_required")
        expect.problem(api.post(path, user=alice, json={"data": 1}), 403, "admin_only")
        expect.problem(api.post(path, user=alice, content="no JSON"), 403, "admin_only")
        assert api.post(path, user=admin, json={"data": 1}).status_code == 200


def test_a_push_must_have_data_of_a_bounded_size(api, admin, alice):
    for path in ("/clients/x/messages", f"/users/{alice.id}/push"):
        expect.problem(api.post(path, user=admin, json={}), 422, "validation_failed", "data")
        expect.problem(api.post(path, user=admin, content="{"), 400, "bad_json")
        expect.problem(api.post(path, user=admin, json={"data": "x" * 65_536}), 422, "validation_failed", "data")
        assert api.post(path, user=admin, json={"data": "x" * 65_534}).status_code == 200
    expect.problem(push_to(api, admin, "x" * 129, 1), 422, "validation_failed", "client_id")


@pytest.mark.parametrize("who, status, code", [("999999", 404, "user_not_found"), ("0", 422, "validation_failed"),
                                               ("x", 422, "validation_failed")])
def test_a_push_to_nobody_is_refused(api, admin, who, status, code):
    expect.problem(api.post(f"/users/{who}/push", user=admin, json={"data": 1}), status, code)


async def test_a_drain_is_announced_flat(start_server):
    server = start_server()
    sockets = Sockets(server)
    one = await connected(sockets, "tab")
    await asyncio.to_thread(server.stop)
    assert await one.closed() == 1001
    assert one.types_passed() == ["server_draining"]
