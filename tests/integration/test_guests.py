"""Guests of `/ws/chat/`: names of their own, limits of their own, muted all together."""

import urllib.parse

import pytest

import expect
from clients import Api, Sockets

ANONYMOUS = {"id": 1, "username": "anonymous"}
SOON = "2099-01-01T00:00:00.000Z"


def named(name):
    return {**ANONYMOUS, "guest_name": name}


async def guest(sockets, room, name=None, query=""):
    """A guest that took its greeting."""
    name = "" if name is None else f"&name={urllib.parse.quote(name)}"
    one = await sockets.chat(room, query=f"?lang=en{name}{query}")
    first = await one.receive()
    assert first["type"] == "connection_established", first
    return one, first["user"]


@pytest.fixture
def room(api, alice, bob):
    return api.room(alice, bob, allow_guests=True)


async def test_a_name_is_shown_beside_anonymous(api, sockets, alice, bob, room):
    enveloped, flat = await sockets.joined(alice, room), await sockets.chatting(room, bob)
    zoe, shown = await guest(sockets, room, "Zoë")
    assert shown == named("Zoë")
    assert await flat.until(lambda f: f["type"] == "user_join" and f["user"]["id"] == 1) == {
        "type": "user_join", "user": named("Zoë")}
    await zoe.tell("typing", is_typing=True)
    assert (await flat.until("typing"))["user"] == named("Zoë")
    await zoe.tell("chat_message", content="hello")
    assert (await flat.until("typing"))["is_typing"] is False
    for one in (zoe, flat):
        assert (await one.until("chat_message"))["message"]["sender"] == named("Zoë")
    message = (await enveloped.until("room_message"))["payload"]
    assert (message["sender_id"], message["sender_username"], message["guest_name"]) == (1, "anonymous", "Zoë")
    expect.message(api.get(f"/messages/{message['id']}", user=alice).json(), sender_username="anonymous")
    await zoe.close()
    gone = await enveloped.until(lambda f: f["type"] == "presence" and f["payload"]["status"] == "offline")
    assert gone["payload"]["user"] == named("Zoë")


@pytest.mark.parametrize("change", [str, str.upper, str.title])
async def test_names_of_users_are_refused(sockets, alice, room, change):
    one = await sockets.chat(room, query=f"?lang=en&name={urllib.parse.quote(change(alice.username))}")
    refused = await one.receive()
    assert (refused["type"], refused["code"]) == ("error", "username_taken")
    assert await one.closed() == 4403


@pytest.mark.parametrize("name", ["anonymous", "Anonymous"])
async def test_the_reserved_name_is_refused(sockets, room, name):
    one = await sockets.chat(room, query=f"?name={name}")
    assert (await one.receive())["code"] == "username_taken"
    assert await one.closed() == 4403


@pytest.mark.parametrize("name", ["a b", "x" * 33, "<script>", " ", "a\0b", b"\xff\xfe", b"a\xc3"])
async def test_what_could_be_no_users_name_is_refused(sockets, room, name):
    one = await sockets.chat(room, query=f"?name={urllib.parse.quote(name)}")
    assert (await one.receive())["code"] == "validation_failed"
    assert await one.closed() == 4403


async def test_a_name_is_nothing_to_users_and_where_guests_are_not_allowed(api, sockets, alice, room):
    one = await sockets.chat(room, alice, query="?name=Zoe")
    assert (await one.receive())["user"] == alice.brief
    closed = await sockets.chat(api.room(alice), query="?name=Zoe")
    assert (await closed.receive())["code"] == "auth_required"
    assert await closed.closed() == 4401


async def test_guests_hear_each_other_type_and_come(sockets, room):
    zoe, _ = await guest(sockets, room, "Zoe")
    kim, _ = await guest(sockets, room, "Kim")
    assert (await zoe.until(lambda f: f["type"] == "user_join" and f["user"] == named("Kim")))
    first, _ = await guest(sockets, room)
    second, _ = await guest(sockets, room)
    await kim.tell("typing", is_typing=True)
    assert (await zoe.until("typing"))["user"] == named("Kim")
    await first.tell("typing", is_typing=True)
    heard = await second.until(lambda f: f["type"] == "typing" and f["user"] == ANONYMOUS)
    assert heard["is_typing"] is True
    await first.pong()
    assert [f["user"] for f in first.passed if f["type"] == "typing"] in ([], [named("Kim")])


async def test_a_flood_of_one_guest_silences_no_other(start_server):
    server = start_server({"limits.rate_limiting": "true", "limits.messages_per_second": 2})
    with Api(server) as api:
        owner, sockets = api.register(), Sockets(server)
        room = api.room(owner, allow_guests=True)
        loud, _ = await guest(sockets, room)
        quiet, _ = await guest(sockets, room)
        for i in range(8):
            await loud.tell("chat_message", content=f"flood {i}")
        assert (await loud.until("error"))["code"] == "rate_limited"
        await quiet.tell("chat_message", content="first words")
        heard = await quiet.until(lambda f: f["type"] == "error" or f.get("message", {}).get("content") == "first words")
        assert heard["type"] == "chat_message"
        await sockets.close()


async def test_guests_are_muted_as_user_1(api, sockets, alice, bob, room):
    one, _ = await guest(sockets, room, "Zoe")
    two, _ = await guest(sockets, room)
    expect.problem(api.put(f"/rooms/{room}/members/1", user=bob, json={"muted_until": SOON}), 403, "moderator_only")
    muted = api.put(f"/rooms/{room}/members/1", user=alice, json={"muted_until": SOON})
    assert (muted.status_code, muted.json()["id"], muted.json()["muted_until"]) == (200, 1, SOON)
    for each in (one, two):
        await each.tell("chat_message", content="x")
        assert (await each.until("error"))["code"] == "muted"
    assert api.get(f"/rooms/{room}/details", user=alice).json()["members"] == [
        member for member in api.get(f"/rooms/{room}/details", user=alice).json()["members"] if member["id"] != 1]
    assert api.put(f"/rooms/{room}/members/1", user=alice, json={"muted_until": None}).json()["muted_until"] is None
    await one.tell("chat_message", content="again")
    assert (await one.until("chat_message"))["message"]["content"] == "again"


def test_guests_have_no_role_and_none_are_muted_where_none_are_allowed(api, alice, room):
    for where, body in ((room, {"role": "moderator"}), (api.room(alice), {"muted_until": SOON})):
        expect.problem(api.put(f"/rooms/{where}/members/1", user=alice, json=body), 404, "user_not_found")
