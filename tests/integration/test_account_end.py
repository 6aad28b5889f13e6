"""Section 2: a user ends its account; its rooms pass on, its messages stay or go."""

import pytest

import expect
from clients import PASSWORD
from harness import soon


def end(api, user, query="", password=PASSWORD):
    return api.delete(f"/users/me{query}", user=user, json={"current_password": password})


def ended(api, user, query=""):
    answer = end(api, user, query)
    assert (answer.status_code, answer.content) == (204, b""), answer.text


def history(api, user, room):
    return api.get(f"/rooms/{room}/messages/", user=user).json()["items"]


def roles(api, user, room):
    return {one["id"]: one["role"] for one in api.get(f"/rooms/{room}/details", user=user).json()["members"]}


async def test_an_account_ends_with_its_tokens_and_sockets(api, sockets):
    user = api.register()
    other = api.sign_in(user.username)
    open_ones = [await sockets.ws(user), await sockets.ws(other["access_token"])]
    ended(api, user)
    assert [await one.closed() for one in open_ones] == [4401, 4401]
    for token in (user.token, other["access_token"]):
        expect.problem(api.get("/users/me", user=token), 401, "invalid_token")
    expect.problem(api.post("/token/refresh", json={"refresh_token": other["refresh_token"]}), 401, "invalid_token")
    for name in (user.username, user.email, f"deleted-{user.id}"):
        expect.problem(api.login(name), 401, "bad_credentials")


def test_the_password_is_asked_for(api):
    user = api.register()
    expect.problem(end(api, user, password="a wrong one"), 403, "wrong_password")
    expect.problem(api.delete("/users/me", user=user, json={}), 422, "validation_failed", "current_password")
    expect.problem(end(api, user, "?messages=keep"), 422, "validation_failed", "messages")
    assert api.get("/users/me", user=user).status_code == 200


def test_nobody_finds_who_is_gone_and_its_name_is_free(api, alice):
    user = api.register()
    ended(api, user)
    expect.problem(api.get(f"/users/{user.id}", user=alice), 404, "user_not_found")
    for name in (user.username, f"deleted-{user.id}"):
        assert api.get(f"/users/?search={name}", user=alice).json()["items"] == []
    expect.problem(api.put(f"/users/me/blocks/{user.id}", user=alice), 404, "user_not_found")
    room = api.room(alice)
    expect.problem(api.post(f"/rooms/{room}/members", user=alice, json={"user_id": user.id}), 404, "user_not_found")
    assert api.register(user.username).id > user.id


def test_nobody_is_called_as_if_it_were_gone(api):
    body = {"username": "deleted-7", "email": "x7@example.org", "password": PASSWORD}
    expect.problem(api.post("/users/", json=body), 409, "username_taken")
    expect.problem(api.put("/users/me", user=api.register(), json={"username": "DELETED-12"}), 409, "username_taken")
    assert api.register("deleted-not").id


async def test_messages_stay_under_another_name(api, sockets, alice):
    user = api.register()
    room = api.room(alice, user)
    api.say(user, room, "what I said")
    witness = await sockets.joined(alice, room)  # so that the room lives on, and remembers
    ended(api, user)
    (kept,) = history(api, alice, room)
    expect.message(kept, sender_id=user.id, sender_username=f"deleted-{user.id}", content="what I said", deleted=False)
    assert roles(api, alice, room) == {alice.id: "owner"}
    late = await sockets.ws(alice)
    await late.join(room, last_message_id=0)
    assert (await late.until("room_message"))["payload"]["sender_username"] == f"deleted-{user.id}"
    await witness.close()


async def test_messages_go_where_that_is_asked_and_the_room_hears_it(api, sockets, alice):
    user = api.register()
    room, left, other = api.room(alice, user), api.room(alice, user), api.room(alice)
    mine = [api.say(user, room, "one"), api.say(user, room, "two"), api.say(user, left, "three")]
    theirs = api.say(alice, other, "of somebody else")
    assert api.delete(f"/rooms/{left}/members/{user.id}", user=user).status_code == 204
    witness = await sockets.joined(alice, room)
    ended(api, user, "?messages=delete")
    heard = [(await witness.until("message_deleted"))["payload"] for _ in range(2)]
    assert heard == [{"id": one, "room_id": room} for one in mine[:2]]
    for one in mine:
        shown = api.get(f"/messages/{one}", user=alice).json()
        expect.message(shown, deleted=True, content="", sender_username=f"deleted-{user.id}")
    assert api.get(f"/messages/{theirs}", user=alice).json()["content"] == "of somebody else"


def test_a_room_passes_to_the_oldest_moderator(api, alice):
    user, young, old = api.register(), api.register(), api.register()
    room = api.room(user, alice, old, young)
    for one in (young, old):
        assert api.put(f"/rooms/{room}/members/{one.id}", user=user, json={"role": "moderator"}).status_code == 200
    ended(api, user)
    assert roles(api, alice, room) == {alice.id: "member", old.id: "owner", young.id: "moderator"}
    assert api.get(f"/rooms/{room}", user=alice).json()["owner_id"] == old.id


async def test_without_moderators_to_the_oldest_member_who_hears_it(api, sockets, alice):
    user, late = api.register(), api.register()
    room = api.room(user, alice, late)
    heir = await sockets.joined(alice, room)
    ended(api, user)
    assert (await heir.until("room_updated"))["payload"]["owner_id"] == alice.id
    assert roles(api, alice, room) == {alice.id: "owner", late.id: "member"}
    assert api.put(f"/rooms/{room}", user=alice, json={"name": "mine now"}).status_code == 200


def test_a_room_without_anybody_else_dissolves(api, alice):
    user = api.register()
    room = api.room(user, is_public=True)
    ended(api, user)
    expect.problem(api.get(f"/rooms/{room}", user=alice), 404, "room_not_found")


def test_requests_invitations_and_blocks_go_along(api, alice):
    user = api.register()
    room = api.room(alice)
    assert api.post(f"/rooms/{room}/members", user=user, json={}).status_code == 201
    assert api.put(f"/users/me/blocks/{user.id}", user=alice).status_code == 204
    before = api.get("/notifications/", user=alice).json()["total"]
    ended(api, user)
    assert api.get("/notifications/", user=alice).json()["total"] == before - 1
    assert user.id not in [one["id"] for one in api.get("/users/me/blocks", user=alice).json()["items"]]


def test_the_picture_goes(api):
    user = api.register()
    png = ("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==")
    url = api.put("/users/me", user=user, json={"avatar": png}).json()["avatar_url"]
    assert api.get(url).status_code == 200
    ended(api, user)
    soon(lambda: api.get(url).status_code == 404)


@pytest.mark.parametrize("rooms", [60])
def test_more_rooms_than_go_at_once(api, alice, rooms):
    user = api.register()
    made = [api.room(user, alice) for _ in range(rooms)]
    ended(api, user)
    assert {api.get(f"/rooms/{one}", user=alice).json()["owner_id"] for one in made} == {alice.id}
