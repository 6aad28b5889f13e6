"""Section 6: what who joins is told of a room, news of its members, and what members hear of rooms that they are not in."""

import datetime

import pytest

import expect
from clients import Api, Sockets


def in_an_hour():
    return (datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M:%S.000Z")


def news_of(room, user, role="member", muted_until=None):
    return {"room_id": room, "user": {**user.brief, "avatar_url": None}, "role": role, "muted_until": muted_until}


async def next_news(socket, kind):
    return (await socket.until(kind))["payload"]


async def away(sockets, user):
    """A socket of a user who is in no room."""
    socket = await sockets.ws(user)
    socket.hears_news = True
    return socket


# -- joining ---------------------------------------------------------------------------------


async def test_members_only_makes_no_member_of_a_stranger(api, sockets, alice, bob, carol):
    room = api.room(alice, bob, join_policy="open")
    stranger = await sockets.ws(carol)
    refused = await stranger.ask("join_room", room_id=room, members_only=True)
    assert (refused["type"], refused["payload"]["code"]) == ("room_join_error", "not_a_member")
    expect.problem(api.get(f"/rooms/{room}/details", user=carol), 403, "not_a_member")
    member = await sockets.ws(bob)
    await member.join(room, members_only=True)
    await stranger.join(room, members_only=False)
    assert api.get(f"/rooms/{room}/details", user=carol).status_code == 200


@pytest.mark.parametrize("wrong", [{"members_only": "yes"}, {"members_only": 1}, {"last_change": -1},
                                   {"last_change": "3"}])
async def test_a_mistyped_wish_is_a_bad_message(api, sockets, alice, wrong):
    room = api.room(alice)
    socket = await sockets.ws(alice)
    expect.error_frame(await socket.ask("join_room", room_id=room, **wrong), "bad_message")


async def test_who_joins_is_told_who_is_here_and_has_read_what(api, sockets):
    owner, guest, absent = api.register(), api.register(), api.register()
    room = api.room(owner, guest, absent)
    message = api.say(owner, room, "read me")
    api.post(f"/api/chat/messages/{message}/read/", user=absent)
    await sockets.joined(guest, room)
    socket = await sockets.ws(owner)
    joined = await socket.join(room)
    assert joined["online"] == sorted([owner.id, guest.id])
    assert joined["reads"] == [{"user_id": absent.id, "last_read_id": message}]
    assert joined["last_change"] == 0


# -- members -----------------------------------------------------------------------------------


async def test_the_room_hears_who_comes_and_goes(api, sockets, alice, bob):
    came = api.register()
    room = api.room(alice, bob, join_policy="open")
    enveloped, flat = await sockets.joined(bob, room), await sockets.chatting(room, bob)
    assert api.post(f"/rooms/{room}/members", user=came, json={}).status_code == 200
    assert await next_news(enveloped, "member_joined") == news_of(room, came)
    assert await flat.until("member_joined") == {"type": "member_joined", **news_of(room, came)}
    assert api.delete(f"/rooms/{room}/members/{came.id}", user=alice).status_code == 204
    assert await next_news(enveloped, "member_left") == news_of(room, came)
    assert (await flat.until("member_left"))["user"]["id"] == came.id


async def test_the_room_hears_who_comes_in_by_a_socket(api, sockets, alice):
    first, second = api.register(), api.register()
    room = api.room(alice, join_policy="open")
    watcher = await sockets.joined(alice, room)
    await sockets.joined(first, room)
    assert await next_news(watcher, "member_joined") == news_of(room, first)
    await sockets.chatting(room, second)
    assert await next_news(watcher, "member_joined") == news_of(room, second)


async def test_the_room_hears_of_roles_and_of_a_new_owner(api, sockets, alice, bob):
    room = api.room(alice, bob)
    watcher = await sockets.joined(bob, room)
    api.put(f"/rooms/{room}/members/{bob.id}", user=alice, json={"role": "moderator"})
    assert await next_news(watcher, "member_changed") == news_of(room, bob, "moderator")
    api.post(f"/rooms/{room}/transfer", user=alice, json={"user_id": bob.id})
    assert await next_news(watcher, "member_changed") == news_of(room, alice, "moderator")
    assert await next_news(watcher, "member_changed") == news_of(room, bob, "owner")


async def test_a_mute_is_told_in_full_to_the_member_and_to_moderators(api, sockets, alice, bob, carol):
    room = api.room(alice, bob, carol)
    muted, other, owner = [await sockets.joined(user, room) for user in (bob, carol, alice)]
    flat_other, flat_muted = await sockets.chatting(room, carol), await sockets.chatting(room, bob)
    until = in_an_hour()
    api.put(f"/rooms/{room}/members/{bob.id}", user=alice, json={"muted_until": until})
    assert await next_news(muted, "member_changed") == news_of(room, bob, muted_until=until)
    assert await next_news(owner, "member_changed") == news_of(room, bob, muted_until=until)
    assert await next_news(other, "member_changed") == news_of(room, bob)
    assert (await flat_muted.until("member_changed"))["muted_until"] == until
    assert (await flat_other.until("member_changed"))["muted_until"] is None


async def test_who_is_removed_hears_it_as_before(api, sockets, alice, bob):
    room = api.room(alice, bob)
    gone = await sockets.joined(bob, room)
    api.delete(f"/rooms/{room}/members/{bob.id}", user=alice)
    assert (await gone.until("room_left"))["payload"]["reason"] == "removed"
    await gone.ask("ping")
    assert "member_left" not in gone.types_passed()


# -- news for who is elsewhere -------------------------------------------------------------------


async def test_a_member_elsewhere_hears_what_happened_last(api, sockets, alice):
    member = api.register()
    room = api.room(alice, member)
    elsewhere = await away(sockets, member)
    message = api.say(alice, room, "words " * 100)
    news = await next_news(elsewhere, "room_activity")
    assert expect.is_time(news["last_message"].pop("timestamp"))
    assert news == {"room_id": room, "unread": 1, "last_message": {"id": message, "sender": alice.brief,
                                                                   "snippet": ("words " * 100)[:120]}}


async def test_who_is_in_the_room_and_who_is_no_member_hear_none(api, sockets, alice, carol):
    member = api.register()
    room = api.room(alice, member)
    inside, outside, stranger = await away(sockets, member), await away(sockets, member), await away(sockets, carol)
    await inside.join(room)
    api.say(alice, room, "hello")
    await outside.until("room_activity")
    assert [frame["type"] for frame in await inside.heard_before(api, alice, room)] == ["room_message"]
    await stranger.ask("ping")
    assert room not in [frame["payload"].get("room_id") for frame in stranger.passed]


async def test_the_latest_wins_once_a_second(api, sockets, alice):
    member = api.register()
    room = api.room(alice, member)
    elsewhere = await away(sockets, member)
    said = [api.say(alice, room, f"number {i}") for i in range(20)]
    heard = []
    while not heard or heard[-1]["last_message"]["id"] != said[-1]:
        heard.append(await next_news(elsewhere, "room_activity"))
    assert heard[-1]["unread"] == 20
    assert len(heard) <= 5, "20 messages within a few seconds"


async def test_reading_elsewhere_is_told(api, sockets, alice):
    member = api.register()
    room = api.room(alice, member)
    message = api.say(alice, room, "hello")
    elsewhere = await away(sockets, member)
    api.post(f"/api/chat/messages/{message}/read/", user=member)
    news = await next_news(elsewhere, "room_activity")
    while news["unread"]:  # that of the message itself may be on its way
        news = await next_news(elsewhere, "room_activity")
    assert news["last_message"]["id"] == message


async def test_history_hides_what_was_said_from_who_is_elsewhere(api, sockets, alice):
    member = api.register()
    room = api.room(alice, member, history="none")
    elsewhere = await away(sockets, member)
    api.say(alice, room, "hidden")
    assert await next_news(elsewhere, "room_activity") == {"room_id": room, "last_message": None, "unread": 0}


# -- changes that were missed --------------------------------------------------------------------


async def test_edits_and_deletions_that_were_missed_are_told_again(api, sockets, alice, bob):
    room = api.room(alice, bob)
    first, second = api.say(alice, room, "first"), api.say(alice, room, "second")
    socket = await sockets.ws(bob)
    known = (await socket.join(room))["last_change"]
    await socket.close()
    api.put(f"/messages/{first}", user=alice, json={"content": "first, edited"})
    api.delete(f"/messages/{second}", user=alice)
    third = api.say(alice, room, "third")
    again = await sockets.ws(bob)
    joined = await again.join(room, last_message_id=second, last_change=known)
    assert joined["last_change"] == known + 2
    edited, deleted, missed = [await again.receive() for _ in range(3)]
    assert (edited["type"], edited["payload"]["replayed"]) == ("message_edited", True)
    expect.message({k: v for k, v in edited["payload"].items() if k != "replayed"}, id=first, content="first, edited")
    assert deleted == {"type": "message_deleted", "payload": {"id": second, "room_id": room, "replayed": True}}
    assert (missed["type"], missed["payload"]["id"], missed["payload"]["replayed"]) == ("room_message", third, True)


async def test_live_changes_raise_the_revision_one_by_one(api, sockets, alice, bob):
    room = api.room(alice, bob)
    message = api.say(alice, room, "x")
    socket = await sockets.ws(bob)
    counted = (await socket.join(room))["last_change"]
    for text in ("y", "z"):
        api.put(f"/messages/{message}", user=alice, json={"content": text})
        edited = await socket.until("message_edited")
        assert "replayed" not in edited["payload"]
        counted += 1
    api.delete(f"/messages/{message}", user=alice)
    await socket.until("message_deleted")
    assert (await socket.join(room))["last_change"] == counted + 1


async def test_over_a_thousand_changes_ask_for_a_resync(api, sockets, alice, bob):
    room = api.room(alice, bob)
    socket = await sockets.ws(bob)
    said = [(await socket.ask("send_message", room_id=room, content="x"))["payload"]["message_id"] for _ in range(1001)]
    for message in said[1:]:
        assert api.delete(f"/messages/{message}", user=bob).status_code == 204
    in_time, late = await sockets.ws(bob), await sockets.ws(bob)
    assert "resync" not in await in_time.join(room, last_message_id=said[-1], last_change=0)
    assert api.delete(f"/messages/{said[0]}", user=bob).status_code == 204
    assert (await late.join(room, last_message_id=said[-1], last_change=0))["resync"] is True


async def test_the_revision_outlives_a_restart(tmp_path, start_server):
    server = start_server()
    with Api(server) as api:
        alice = api.register()
        room = api.room(alice)
        message = api.say(alice, room, "x")
        api.put(f"/messages/{message}", user=alice, json={"content": "y"})
    server.kill()
    server.start()
    with Api(server) as api:
        sockets = Sockets(server)
        socket = await sockets.ws(alice)
        joined = await socket.join(room, last_message_id=message, last_change=0)
        assert joined["last_change"] == 1
        assert (await socket.receive())["payload"]["content"] == "y"
        await sockets.close()
