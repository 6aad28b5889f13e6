"""Section 7: `/ws/chat/{room_id}/`, one room and flat messages, alone and side by side with `/ws`."""

import json

import pytest

import expect
from harness import claims_for, sign


async def until_user(socket, kind, user):
    """The next `user_join` or `user_leave` of that user."""
    return await socket.until(lambda f: f["type"] == kind and f["user"]["id"] == user.id)


def announcements(frames):
    return [f for f in frames if f["type"] != "chat_message"]


# -- connecting ----------------------------------------------------------------------


@pytest.mark.parametrize("by", ["header", "query"])
async def test_the_connection_is_established_and_then_the_user_joins(api, sockets, alice, by):
    room = api.room(alice)
    if by == "header":
        one = await sockets.chat(room, alice)
    else:
        one = await sockets.chat(room, query=f"?token={alice.token}")
    assert await one.receive() == {"type": "connection_established", "message": "连接成功", "user": alice.brief}
    assert await one.receive() == {"type": "user_join", "user": alice.brief}


async def test_the_trailing_slash_is_optional(api, sockets, alice):
    one = await sockets.open(f"/ws/chat/{api.room(alice)}?token={alice.token}")
    assert (await one.receive())["type"] == "connection_established"


async def test_all_in_the_room_hear_a_users_first_session_only(api, sockets, alice, bob):
    room = api.room(alice, bob)
    watcher = await sockets.chatting(room, alice)
    assert await watcher.receive() == {"type": "user_join", "user": alice.brief}
    first = await sockets.chatting(room, bob)
    assert await first.receive() == {"type": "user_join", "user": bob.brief}
    assert await watcher.receive() == {"type": "user_join", "user": bob.brief}
    second = await sockets.chatting(room, bob)
    for one in (watcher, first, second):
        assert announcements(await one.heard_before(api, alice, room)) == []
    await second.close()
    assert announcements(await first.heard_before(api, alice, room)) == []
    await first.close()
    await until_user(watcher, "user_leave", bob)


@pytest.mark.parametrize("query, code", [("", "auth_required"), ("?token=nonsense", "invalid_token"),
                                         ("?token=expired", "invalid_token")])
async def test_without_a_good_token_it_closes_4401(api, sockets, alice, query, code):
    query = query.replace("expired", sign(claims_for(alice.id, seconds=-60)))
    one = await sockets.chat(api.room(alice), query=query)
    assert await one.closed() == 4401
    [error] = one.passed
    assert set(expect.chat_error(error, code)) == {"type", "message", "code"}


async def test_a_stranger_closes_4403(api, sockets, alice, bob):
    one = await sockets.chat(api.room(alice), bob)
    assert await one.closed() == 4403
    [error] = one.passed
    expect.chat_error(error, "not_a_member")


async def test_every_refused_connection_hears_why_and_the_server_stays_up(api, sockets, alice, bob):
    room = api.room(alice, bob, join_policy="open")
    api.delete(f"/rooms/{room}/members/{bob.id}?ban=true", user=alice)
    heard = set()
    for _ in range(100):
        refused, served = await sockets.chat(room, bob), await sockets.ws(bob)
        code = await refused.closed()
        heard.add((code, *(frame["code"] for frame in refused.passed)))
        assert (await served.ask("ping", timestamp=1))["type"] == "pong"
    assert heard == {(4403, "banned")}


@pytest.mark.parametrize("room", ["999999", "0"])
async def test_a_room_that_is_not_there_closes_4404(sockets, alice, room):
    one = await sockets.chat(room, alice)
    assert await one.closed() == 4404
    [error] = one.passed
    expect.chat_error(error, "room_not_found")


async def test_connecting_to_an_open_room_makes_a_member(api, sockets, alice, bob):
    room = api.room(alice, join_policy="open")
    await sockets.chatting(room, bob)
    assert api.get(f"/rooms/{room}", user=bob).status_code == 200


async def test_errors_speak_the_language_of_the_handshake(api, sockets, alice, bob):
    room = api.room(alice)
    texts = []
    for query, headers in (("", {}), ("?lang=en", {}), ("", {"Accept-Language": "ru"})):
        one = await sockets.chat(room, bob, query, headers)
        await one.closed()
        texts.append(one.passed[0]["message"])
    assert len(set(texts)) == 3 and texts[1].isascii()
    english = await sockets.chat(room, alice, "?lang=en")
    assert (await english.receive())["message"].isascii()


# -- guests --------------------------------------------------------------------------

ANONYMOUS = {"id": 1, "username": "anonymous"}


@pytest.mark.parametrize("query", ["", "?token=nonsense"])
async def test_a_room_that_allows_guests_takes_them_as_anonymous(api, sockets, alice, query):
    room = api.room(alice, allow_guests=True)
    watcher = await sockets.joined(alice, room)
    guest = await sockets.chat(room, query=query)
    assert await guest.receive() == {"type": "connection_established", "message": "连接成功", "user": ANONYMOUS}
    assert await guest.receive() == {"type": "user_join", "user": ANONYMOUS}
    await guest.tell("chat_message", content="from nobody")
    own = expect.chat_message((await guest.until("chat_message"))["message"], content="from nobody", sender=ANONYMOUS)
    heard = (await watcher.until("room_message"))["payload"]
    expect.message(heard, id=own["id"], sender_id=1, sender_username="anonymous")


async def test_a_member_is_itself_where_guests_are_allowed(api, sockets, alice):
    room = api.room(alice, allow_guests=True)
    one = await sockets.chat(room, alice)
    assert (await one.receive())["user"] == alice.brief


async def test_guests_are_put_out_when_they_are_not_allowed_any_more(api, sockets, alice):
    room = api.room(alice, allow_guests=True)
    guest = await sockets.chat(room)
    await guest.until("user_join")
    assert api.put(f"/rooms/{room}/config", user=alice, json={"allow_guests": False}).status_code == 200
    api.post(f"/rooms/{room}/messages/", user=alice, json={"content": "among ourselves"})
    assert await guest.closed() == 4403
    assert "chat_message" not in guest.types_passed()
    assert api.get(f"/rooms/{room}", user=alice).json()["active_users"] == 0


async def test_a_guest_gets_nothing_by_http(api, sockets, alice):
    room = api.room(alice, allow_guests=True)
    expect.problem(api.get(f"/rooms/{room}/messages/"), 401, "auth_required")


# -- messages ------------------------------------------------------------------------


async def test_a_message_reaches_all_with_the_id_of_the_database(api, sockets, alice, bob):
    room = api.room(alice, bob)
    sender, hearer = await sockets.chatting(room, alice), await sockets.chatting(room, bob)
    await sender.tell("chat_message", content="Hello 世界", message_type="text")
    frames = [await one.until("chat_message") for one in (sender, hearer)]
    assert frames[0] == frames[1] and set(frames[0]) == {"type", "message"}
    message = expect.chat_message(frames[0]["message"], content="Hello 世界", message_type="text", sender=alice.brief)
    assert "client_msg_id" not in message
    stored = api.get(f"/messages/{message['id']}", user=bob).json()
    expect.message(stored, content="Hello 世界", timestamp=message["timestamp"], room_id=room)


async def test_a_message_without_a_type_is_text(api, sockets, alice):
    one = await sockets.chatting(api.room(alice), alice)
    await one.tell("chat_message", content="x")
    assert (await one.until("chat_message"))["message"]["message_type"] == "text"
    await one.tell("chat_message", content="x", message_type="file")
    assert (await one.until("chat_message"))["message"]["message_type"] == "file"


async def test_a_repeated_client_msg_id_gives_the_sender_alone_the_first_message_again(api, sockets, alice, bob):
    room = api.room(alice, bob)
    sender, hearer = await sockets.chatting(room, alice), await sockets.chatting(room, bob)
    await sender.tell("chat_message", content="once", client_msg_id="c1")
    first = await sender.until("chat_message")
    expect.chat_message(first["message"], content="once", client_msg_id="c1")
    await sender.tell("chat_message", content="once", client_msg_id="c1")
    assert await sender.until("chat_message") == first
    heard = [f for f in await hearer.heard_before(api, alice, room) if f["type"] == "chat_message"]
    assert heard == [first]


async def test_a_message_on_either_side_reaches_both_in_its_own_shape(api, sockets, alice, bob):
    room = api.room(alice, bob)
    flat, enveloped = await sockets.chatting(room, alice), await sockets.joined(bob, room)
    by_http = api.say(alice, room, "by http", client_msg_id="h1")
    await flat.tell("chat_message", content="by chat")
    await enveloped.until("room_message")
    by_chat = (await enveloped.until("room_message"))["payload"]["id"]
    by_ws = (await enveloped.ask("send_message", room_id=room, content="by ws"))["payload"]["message_id"]
    for number, content, sender, client_id in ((by_http, "by http", alice, "h1"), (by_chat, "by chat", alice, None),
                                               (by_ws, "by ws", bob, None)):
        message = (await flat.until("chat_message"))["message"]
        expect.chat_message(message, id=number, content=content, sender=sender.brief, client_msg_id=client_id)
        stored = api.get(f"/messages/{number}", user=alice).json()
        assert (stored["content"], stored["timestamp"]) == (content, message["timestamp"])


async def test_presence_and_user_join_are_one_thing_in_two_shapes(api, sockets, alice, bob):
    room = api.room(alice, bob)
    flat = await sockets.chatting(room, alice)
    enveloped = await sockets.joined(bob, room)
    assert await until_user(flat, "user_join", bob) == {"type": "user_join", "user": bob.brief}
    await flat.close()
    gone = await enveloped.until(lambda f: f["type"] == "presence" and f["payload"]["status"] == "offline")
    assert (gone["payload"]["user"]["id"], gone["payload"]["active_users"]) == (alice.id, 1)
    back = await sockets.chatting(room, alice)
    came = await enveloped.until(lambda f: f["type"] == "presence" and f["payload"]["status"] == "online")
    assert (came["payload"]["user"]["id"], came["payload"]["active_users"]) == (alice.id, 2)
    await enveloped.ask("leave_room", room_id=room)
    assert await until_user(back, "user_leave", bob) == {"type": "user_leave", "user": bob.brief}


# -- typing --------------------------------------------------------------------------


async def test_typing_reaches_the_others_and_not_the_sender(api, sockets, alice, bob):
    room = api.room(alice, bob)
    typist, hearer = await sockets.chatting(room, alice), await sockets.chatting(room, bob)
    enveloped = await sockets.joined(bob, room)
    for state in (True, False):
        await typist.tell("typing", is_typing=state)
        assert await hearer.until("typing") == {"type": "typing", "user": alice.brief, "is_typing": state}
        heard = (await enveloped.until("typing"))["payload"]
        assert (heard["room_id"], heard["user"]["id"], heard["is_typing"]) == (room, alice.id, state)
    before = await typist.heard_before(api, bob, room)
    assert [f for f in before if f["type"] == "typing"] == []


# -- leaving and coming back ---------------------------------------------------------


async def test_user_leave_makes_deaf_and_user_join_brings_back(api, sockets, alice, bob):
    room = api.room(alice, bob)
    watcher, leaver = await sockets.chatting(room, alice), await sockets.chatting(room, bob)
    await leaver.tell("user_leave")
    left = {"type": "user_leave", "user": bob.brief}
    assert await leaver.until("user_leave") == left
    assert await until_user(watcher, "user_leave", bob) == left
    for kind, members in (("chat_message", {"content": "x"}), ("typing", {"is_typing": True})):
        await leaver.tell(kind, **members)
        expect.chat_error(await leaver.receive(), "not_joined")
    api.say(alice, room, "unheard")
    await watcher.until("chat_message")
    await leaver.pong()
    assert leaver.passed == []
    await leaver.tell("user_join")
    assert await leaver.receive() == {"type": "user_join", "user": bob.brief}
    await until_user(watcher, "user_join", bob)
    heard = api.say(alice, room, "heard")
    assert (await leaver.until("chat_message"))["message"]["id"] == heard
    assert leaver.passed == []


async def test_user_join_of_who_is_joined_is_heard_by_the_sender_alone(api, sockets, alice, bob):
    room = api.room(alice, bob)
    watcher, one = await sockets.chatting(room, alice), await sockets.chatting(room, bob)
    await until_user(watcher, "user_join", bob)
    await one.until("user_join")
    await one.tell("user_join")
    assert await one.receive() == {"type": "user_join", "user": bob.brief}
    assert await watcher.heard_before(api, alice, room) == []


async def test_user_leave_of_one_of_two_sessions_is_not_announced(api, sockets, alice, bob):
    room = api.room(alice, bob)
    watcher = await sockets.chatting(room, alice)
    first, second = await sockets.chatting(room, bob), await sockets.chatting(room, bob)
    await until_user(watcher, "user_join", bob)
    await first.tell("user_leave")
    await first.pong()
    assert [f for f in await watcher.heard_before(api, alice, room) if f["type"] == "user_leave"] == []
    await second.tell("user_leave")
    await until_user(watcher, "user_leave", bob)


# -- faults --------------------------------------------------------------------------


async def test_ping_is_answered_to_the_sender_alone(api, sockets, alice):
    one = await sockets.chatting(api.room(alice), alice)
    pong = await one.pong()
    assert set(pong) == {"type", "server_time_ms"} and isinstance(pong["server_time_ms"], int)


@pytest.mark.parametrize("frame, code", [
    ("not json", "bad_message"), ("[]", "bad_message"), ({}, "bad_message"), ({"type": 1}, "bad_message"),
    ({"type": "chat_message"}, "bad_message"), ({"type": "chat_message", "content": 1}, "bad_message"),
    ({"type": "chat_message", "content": "a\0b"}, "bad_message"), ({"type": "typing"}, "bad_message"),
    ({"type": "typing", "is_typing": "yes"}, "bad_message"), ({"type": "join_room"}, "unknown_type"),
    ({"type": "chat_message", "content": ""}, "validation_failed"),
    ({"type": "chat_message", "content": "x" * 4001}, "validation_failed")])
async def test_a_fault_is_told_and_the_connection_lives_on(api, sockets, alice, frame, code):
    one = await sockets.chatting(api.room(alice), alice)
    await one.until("user_join")
    await one.send_text(frame if isinstance(frame, str) else json.dumps(frame))
    expect.chat_error(await one.receive(), code)
    await one.pong()


async def test_more_than_ten_bad_messages_in_a_minute_close_4400(api, sockets, alice):
    one = await sockets.chatting(api.room(alice), alice)
    for _ in range(10):
        await one.send_text("{")
    await one.pong()
    assert one.types_passed().count("error") == 10
    await one.send_text("{")
    assert await one.closed() == 4400


async def test_system_messages_are_the_owners(api, sockets, alice, bob):
    room = api.room(alice, bob)
    owner, member = await sockets.chatting(room, alice), await sockets.chatting(room, bob)
    await member.tell("chat_message", content="x", message_type="system")
    expect.chat_error(await member.until("error"), "moderator_only")
    await owner.tell("chat_message", content="y", message_type="system")
    assert (await member.until("chat_message"))["message"]["message_type"] == "system"
