"""Section 6: `/ws`, from the handshake to the last room left."""

import json

import pytest

import expect


# -- connecting ----------------------------------------------------------------------

CONNECTED = {"connection_id", "auth_status", "user", "heartbeat_ms", "server_time"}


@pytest.mark.parametrize("by", ["header", "query"])
async def test_a_token_in_header_or_query_signs_in(sockets, alice, by):
    if by == "header":
        one = await sockets.open("/ws", headers={"Authorization": f"Bearer {alice.token}"})
    else:
        one = await sockets.open(f"/ws?token={alice.token}")
    first = await one.receive()
    assert set(first) == {"type", "payload"} and first["type"] == "connected"
    payload = first["payload"]
    assert set(payload) == CONNECTED
    assert (payload["auth_status"], payload["user"]) == ("authenticated", alice.brief)
    assert payload["heartbeat_ms"] == 30000 and expect.is_time(payload["server_time"])


async def test_every_connection_has_an_id_of_its_own(sockets, alice):
    ids = set()
    for _ in range(3):
        one = await sockets.open(f"/ws?token={alice.token}")
        ids.add((await one.receive())["payload"]["connection_id"])
    assert len(ids) == 3


async def test_without_a_token_a_guest_may_sign_in_by_a_message(sockets, alice):
    one = await sockets.open("/ws/")
    payload = (await one.receive())["payload"]
    assert set(payload) == CONNECTED and (payload["auth_status"], payload["user"]) == ("guest", None)
    answer = await one.ask("auth", token=alice.token)
    assert answer["type"] == "auth_ok" and set(answer["payload"]) == {"user", "expires_at"}
    assert answer["payload"]["user"] == alice.brief and expect.is_time(answer["payload"]["expires_at"])


@pytest.mark.parametrize("token", ["nonsense", "a.b.c"])
async def test_an_invalid_token_is_told_and_closes_4401(sockets, token):
    one = await sockets.open(f"/ws?token={token}")
    assert await one.closed() == 4401
    assert one.types_passed() == ["connected"]
    payload = one.passed[0]["payload"]
    assert (payload["auth_status"], payload["user"]) == ("invalid_token", None)


async def test_a_guest_is_served_auth_and_ping_only(api, sockets, alice):
    room = api.room(alice)
    one = await sockets.ws()
    assert (await one.ask("ping", timestamp=5))["type"] == "pong"
    for kind, payload in (("join_room", {"room_id": room}), ("leave_room", {"room_id": room}),
                          ("send_message", {"room_id": room, "content": "x"}),
                          ("typing", {"room_id": room, "is_typing": True})):
        expect.error_frame(await one.ask(kind, **payload), "auth_required")
        expect.error_frame(await one.ask(kind), "auth_required")  # whatever it lacks
    expect.error_frame(await one.ask("auth", token="nonsense"), "auth_failed")
    assert (await one.ask("auth", token=alice.token))["type"] == "auth_ok"
    assert await one.join(room)


# -- envelopes -----------------------------------------------------------------------


@pytest.mark.parametrize("number", [1, 0, -7, "text", "", 2.5, 9007199254740993, "界"])
async def test_the_answer_repeats_the_clients_id(sockets, alice, number):
    one = await sockets.ws(alice)
    await one.send({"type": "ping", "payload": {"timestamp": 1}, "id": number})
    assert (await one.receive())["id"] == number


async def test_without_an_id_the_answer_has_none(sockets, alice):
    one = await sockets.ws(alice)
    await one.send({"type": "ping", "payload": {"timestamp": "2025-06-16T10:30:00Z"}})
    answer = await one.receive()
    assert set(answer) == {"type", "payload"}
    assert answer["payload"]["timestamp"] == "2025-06-16T10:30:00Z"
    assert isinstance(answer["payload"]["server_time_ms"], int)


@pytest.mark.parametrize("value", [0, -1, 1.5, "now", None, True, [1, {"a": None}], {"deep": [1, "x"]}])
async def test_a_pong_brings_back_any_timestamp(sockets, alice, value):
    one = await sockets.ws(alice)
    answer = await one.ask("ping", timestamp=value)
    assert answer["payload"]["timestamp"] == value


async def test_errors_repeat_the_id_too(sockets, alice):
    one = await sockets.ws(alice)
    expect.error_frame(await one.ask("send_message", room_id=1), "bad_message")
    answer = await one.ask("no_such_type")
    types = expect.error_frame(answer, "unknown_type")["supported_types"]
    assert {"ping", "auth", "join_room", "leave_room", "send_message", "typing"} <= set(types)


@pytest.mark.parametrize("text", [
    "", "not json", "[]", "7", "null", '"ping"', '{"payload":{}}', '{"type":7,"payload":{}}', '{"type":"join_room"}',
    '{"type":"join_room","payload":[]}', '{"type":"join_room","payload":{"room_id":"1"}}',
    '{"type":"join_room","payload":{"room_id":1,"last_message_id":"x"}}', '{"type":"join_room","payload":{"room_id":1}',
    '{"type":"typing","payload":{"room_id":1,"is_typing":"yes"}}', '{"type":"auth","payload":{}}',
    '{"type":"send_message","payload":{"room_id":1,"content":"a\\u0000b"}}',
    '{"type":"send_message","payload":{"room_id":1,"content":7}}', '{"type":"ping"}\0x', "[" * 30000])
async def test_a_bad_message_is_an_error_and_the_connection_lives_on(sockets, alice, text):
    one = await sockets.ws(alice)
    await one.send_text(text)
    expect.error_frame(await one.receive(), "bad_message")
    assert (await one.ask("ping", timestamp=1))["type"] == "pong"


async def test_more_than_ten_bad_messages_in_a_minute_close_4400(sockets, alice):
    one = await sockets.ws(alice)
    for _ in range(10):
        await one.send_text("not json")
        expect.error_frame(await one.receive(), "bad_message")
    assert (await one.ask("ping", timestamp=1))["type"] == "pong"
    await one.send_text("not json")
    assert await one.closed() == 4400


async def test_unknown_types_and_faults_of_content_do_not_count_as_malformed(api, sockets, alice):
    room = api.room(alice)
    one = await sockets.ws(alice)
    for _ in range(12):
        expect.error_frame(await one.ask("no_such_type"), "unknown_type")
        expect.error_frame(await one.ask("send_message", room_id=room, content="x" * 4001), "validation_failed")
        expect.error_frame(await one.ask("send_message", room_id=room, content=""), "validation_failed")
    assert (await one.ask("ping", timestamp=1))["type"] == "pong"


async def test_the_language_is_picked_by_query_or_header(sockets, alice):
    heard = {}
    for name, query, header in (("zh", "", {}), ("en", "?lang=en", {}), ("ru", "", {"Accept-Language": "ru"}),
                                ("en", "", {"Accept-Language": "en-GB"}),
                                ("ru", "?lang=ru", {"Accept-Language": "en"})):
        one = await sockets.ws(alice, query, header)
        answer = await one.ask("join_room", room_id=999999)
        assert answer["payload"]["code"] == "room_not_found"
        heard.setdefault(name, set()).add(answer["payload"]["message"])
    assert heard["zh"] == {"房间不存在"}
    assert all(len(texts) == 1 for texts in heard.values()) and len(heard) == 3


# -- joining and leaving -------------------------------------------------------------


async def test_joining_tells_the_state_of_the_room(api, sockets, alice, bob):
    room = api.room(alice, bob)
    one = await sockets.ws(alice)
    answer = await one.ask("join_room", room_id=room)
    assert answer["type"] == "room_joined"
    assert answer["payload"] == {"room_id": room, "status": "success", "active_users": 1, "last_message_id": None,
                                 "sync": None, "last_change": 0, "online": [alice.id], "reads": []}
    last = api.say(alice, room, "hello")
    joined = await (await sockets.ws(bob)).join(room)
    assert (joined["active_users"], joined["last_message_id"]) == (2, last)
    second_tab = await (await sockets.ws(bob)).join(room)
    assert second_tab["active_users"] == 2


async def test_who_cannot_join_is_told_why(api, sockets, alice, bob):
    one = await sockets.ws(bob)
    for room, code in ((999999, "room_not_found"), (api.room(alice), "not_a_member"),
                       (api.room(alice, join_policy="invite"), "not_a_member")):
        answer = await one.ask("join_room", room_id=room)
        assert answer["type"] == "room_join_error", answer
        payload = answer["payload"]
        assert set(payload) == {"room_id", "status", "message", "code"}
        assert (payload["room_id"], payload["status"], payload["code"]) == (room, "failed", code)


async def test_a_stranger_who_joins_an_open_room_becomes_a_member(api, sockets, alice, bob):
    room = api.room(alice, join_policy="open")
    await sockets.joined(bob, room)
    members = api.get(f"/rooms/{room}/details", user=alice).json()["members"]
    assert {member["id"] for member in members} == {alice.id, bob.id}


async def test_joining_again_announces_nothing(api, sockets, alice, bob):
    room = api.room(alice, bob)
    watcher = await sockets.joined(alice, room)
    one = await sockets.joined(bob, room)
    again = await one.ask("join_room", room_id=room)
    assert (again["type"], again["payload"]["active_users"]) == ("room_joined", 2)
    heard = [f for f in await watcher.heard_before(api, alice, room)
             if f["type"] == "presence" and f["payload"]["user"]["id"] == bob.id]
    assert len(heard) == 1
    await one.until("room_message")
    await one.ask("ping", timestamp=0)
    assert one.types_passed().count("room_message") == 0, "joined twice, but each message comes once"


async def test_presence_follows_first_and_last_session(api, sockets, alice, bob):
    room = api.room(alice, bob)
    watcher = await sockets.joined(alice, room)
    first, second = await sockets.joined(bob, room), await sockets.joined(bob, room)
    assert (await first.ask("leave_room", room_id=room))["payload"] == {"room_id": room, "status": "success"}
    await second.close()
    online, offline = [(await watcher.until(
        lambda f: f["type"] == "presence" and f["payload"]["user"]["id"] == bob.id))["payload"] for _ in range(2)]
    assert set(online) == {"room_id", "user", "status", "active_users"}
    assert (online["room_id"], online["status"], online["active_users"]) == (room, "online", 2)
    assert online["user"]["username"] == bob.username
    assert (offline["status"], offline["active_users"]) == ("offline", 1)


async def test_leaving_twice_or_without_joining_is_an_error(api, sockets, alice):
    room = api.room(alice)
    one = await sockets.joined(alice, room)
    assert (await one.ask("leave_room", room_id=room))["type"] == "room_left"
    for target in (room, 999999):
        answer = await one.ask("leave_room", room_id=target)
        assert answer["type"] == "room_leave_error"
        assert set(answer["payload"]) == {"room_id", "status", "message", "code"}
        assert (answer["payload"]["status"], answer["payload"]["code"]) == ("error", "not_joined")


async def test_who_left_hears_the_room_no_more(api, sockets, alice, bob):
    room = api.room(alice, bob)
    stays, leaves = await sockets.joined(alice, room), await sockets.joined(bob, room)
    await leaves.ask("leave_room", room_id=room)
    api.say(alice, room, "secret")
    await stays.until("room_message")
    await leaves.ask("ping", timestamp=0)
    assert leaves.passed == []


async def test_one_socket_may_join_many_rooms(api, sockets, alice, bob):
    rooms = [api.room(alice, bob) for _ in range(3)]
    one = await sockets.ws(bob)
    for room in rooms:
        await one.join(room)
    ids = [api.say(alice, room, "hello") for room in rooms]
    heard = [(await one.until("room_message"))["payload"] for _ in rooms]
    assert {(m["room_id"], m["id"]) for m in heard} == set(zip(rooms, ids))


# -- messages ------------------------------------------------------------------------


async def test_a_sent_message_is_acknowledged_and_reaches_all_sessions(api, sockets, alice, bob):
    room = api.room(alice, bob)
    sender, other_tab = await sockets.joined(alice, room), await sockets.joined(alice, room)
    hearer = await sockets.joined(bob, room)
    await sender.send({"type": "send_message", "id": "m1", "payload": {
        "room_id": room, "content": "привет", "message_type": "text", "client_msg_id": "c1"}})
    frames = [await sender.until(lambda f: f["type"] in ("message_ack", "room_message")) for _ in range(2)]
    ack = next(f for f in frames if f["type"] == "message_ack")
    assert ack["id"] == "m1"
    assert set(ack["payload"]) == {"message_id", "client_msg_id", "timestamp", "sent_to_online_users"}
    assert (ack["payload"]["client_msg_id"], ack["payload"]["sent_to_online_users"]) == ("c1", 1)
    stored = api.get(f"/messages/{ack['payload']['message_id']}", user=bob).json()
    expect.message(stored, content="привет", sender_id=alice.id, timestamp=ack["payload"]["timestamp"])
    own = next(f for f in frames if f["type"] == "room_message")
    heard = [own, await other_tab.until("room_message"), await hearer.until("room_message")]
    assert [f["payload"] for f in heard] == [stored] * 3
    assert all("id" not in f for f in heard)


async def test_sending_asks_for_membership_only(api, sockets, alice, bob, carol):
    room = api.room(alice, bob)
    hearer = await sockets.joined(alice, room)
    away = await sockets.ws(bob)
    answer = await away.ask("send_message", room_id=room, content="from afar")
    assert (answer["type"], answer["payload"]["client_msg_id"]) == ("message_ack", None)
    assert (await hearer.until("room_message"))["payload"]["content"] == "from afar"
    stranger = await sockets.ws(carol)
    refused = await stranger.ask("send_message", room_id=room, content="x")
    expect.error_frame(refused, "not_a_member")
    expect.error_frame(await stranger.ask("send_message", room_id=999999, content="x"), "room_not_found")
    system = await away.ask("send_message", room_id=room, content="x", message_type="system")
    expect.error_frame(system, "moderator_only")


async def test_a_repeated_client_msg_id_is_acknowledged_with_the_first_id(api, sockets, alice, bob):
    room = api.room(alice, bob)
    hearer, sender = await sockets.joined(bob, room), await sockets.ws(alice)
    first = await sender.ask("send_message", room_id=room, content="once", client_msg_id="c1")
    again = await sender.ask("send_message", room_id=room, content="once", client_msg_id="c1")
    assert again["payload"]["message_id"] == first["payload"]["message_id"]
    heard = [f for f in await hearer.heard_before(api, alice, room) if f["type"] == "room_message"]
    assert len(heard) == 1


async def test_many_sends_without_waiting_are_acknowledged_in_order(api, sockets, alice):
    room = api.room(alice)
    one = await sockets.joined(alice, room)
    for i in range(200):
        await one.send({"type": "send_message", "id": i, "payload": {"room_id": room, "content": f"{i}"}})
    acks, heard = [], []
    while len(acks) < 200 or len(heard) < 200:
        frame = await one.until(lambda f: f["type"] in ("message_ack", "room_message"))
        (acks if frame["type"] == "message_ack" else heard).append(frame)
    assert [f["id"] for f in acks] == list(range(200))
    ids = [f["payload"]["message_id"] for f in acks]
    assert ids == sorted(ids) == [f["payload"]["id"] for f in heard]
    assert [f["payload"]["content"] for f in heard] == [f"{i}" for i in range(200)]


async def test_a_frame_of_the_largest_content_passes(api, sockets, alice):
    room = api.room(alice)
    one = await sockets.joined(alice, room)
    content = "\U0001f600" * 4000
    text = json.dumps({"type": "send_message", "payload": {"room_id": room, "content": content}}, ensure_ascii=False)
    await one.send_text(text)
    assert (await one.until("room_message"))["payload"]["content"] == content


# -- typing --------------------------------------------------------------------------


async def test_typing_reaches_the_others_and_not_the_sender(api, sockets, alice, bob):
    room = api.room(alice, bob)
    typist, hearer = await sockets.joined(alice, room), await sockets.joined(bob, room)
    for state in (True, False):
        await typist.tell("typing", room_id=room, is_typing=state)
        heard = (await hearer.until("typing"))["payload"]
        assert set(heard) == {"room_id", "user", "is_typing"}
        assert (heard["room_id"], heard["is_typing"]) == (room, state)
        assert heard["user"]["id"] == alice.id and heard["user"]["username"] == alice.username
    before = await typist.heard_before(api, bob, room)
    assert [f for f in before if f["type"] == "typing"] == []


async def test_typing_asks_for_a_joined_room(api, sockets, alice):
    one = await sockets.ws(alice)
    await one.send({"type": "typing", "id": 1, "payload": {"room_id": api.room(alice), "is_typing": True}})
    expect.error_frame(await one.receive(), "not_joined")


async def test_typing_stops_by_itself_after_six_seconds(api, sockets, alice, bob):
    room = api.room(alice, bob)
    typist, hearer = await sockets.joined(alice, room), await sockets.joined(bob, room)
    flat = await sockets.chatting(room, bob)
    await typist.tell("typing", room_id=room, is_typing=True)
    assert (await hearer.until("typing"))["payload"]["is_typing"] is True
    assert (await flat.until("typing"))["is_typing"] is True
    with pytest.raises(AssertionError):
        await hearer.until("typing", timeout=4)
    assert (await hearer.until("typing", timeout=6))["payload"]["is_typing"] is False
    assert (await flat.until("typing"))["is_typing"] is False
