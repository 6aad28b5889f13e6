"""Section 3: rooms over HTTP, who may do what to them, and what their members hear of it."""

import pytest

import expect


# -- create, get, list ---------------------------------------------------------------


def test_a_new_room_belongs_to_its_creator(api, alice):
    answer = api.post("/rooms/", user=alice, json={"name": "tea", "description": "and cake"})
    assert answer.status_code == 201
    room = expect.room(answer.json())
    assert (room["name"], room["description"], room["owner_id"]) == ("tea", "and cake", alice.id)
    assert room["config"] == expect.DEFAULT_CONFIG
    assert (room["is_active"], room["active_users"]) == (False, 0)
    assert api.get(f"/rooms/{room['id']}", user=alice).json() == room


def test_a_new_room_takes_a_config(api, alice):
    wanted = {"is_public": True, "join_policy": "invite", "history": "none", "allow_guests": True,
              "sync_mode": "everyone"}
    answer = api.post("/rooms/", user=alice, json={"name": "tea", "config": wanted})
    assert answer.json()["config"] == wanted


@pytest.mark.parametrize("name, good", [("", False), ("x", True), ("界" * 100, True), ("界" * 101, False)])
def test_a_room_name_has_1_to_100_characters(api, alice, name, good):
    answer = api.post("/rooms/", user=alice, json={"name": name})
    assert answer.status_code == (201 if good else 422), answer.text


def test_a_room_shows_itself_to_members_and_where_public_to_all(api, alice, bob, carol):
    room = api.room(alice, bob)
    assert api.get(f"/rooms/{room}", user=bob).status_code == 200
    expect.problem(api.get(f"/rooms/{room}", user=carol), 403, "not_a_member")
    expect.problem(api.get(f"/rooms/{room}"), 401, "auth_required")
    public = api.room(alice, is_public=True)
    assert api.get(f"/rooms/{public}", user=carol).status_code == 200


@pytest.mark.parametrize("method, path", [("GET", ""), ("GET", "/details"), ("PUT", ""), ("PUT", "/config"),
                                          ("DELETE", ""), ("POST", "/members"), ("GET", "/messages/"),
                                          ("POST", "/messages/")])
def test_a_room_that_is_not_there_is_404(api, alice, method, path):
    body = {"json": {"name": "x", "content": "x"}} if method in ("PUT", "POST") else {}
    expect.problem(api.request(method, f"/rooms/999999{path}", user=alice, **body), 404, "room_not_found")


def test_the_details_name_owner_and_members(api, alice, bob, carol):
    room = api.room(alice, bob, is_public=True)
    details = api.get(f"/rooms/{room}/details", user=bob).json()
    assert set(details) == expect.ROOM | {"me", "owner", "members"}
    assert details["owner"] == {"id": alice.id, "username": alice.username, "avatar_url": None}
    assert [set(member) for member in details["members"]] == [
        {"id", "username", "avatar_url", "role", "online", "joined_at"}] * 2
    assert {member["id"]: member["role"] for member in details["members"]} == {alice.id: "owner", bob.id: "member"}
    expect.problem(api.get(f"/rooms/{room}/details", user=carol), 403, "not_a_member")


async def test_the_details_say_who_is_online(api, sockets):
    owner, guest = api.register(), api.register()
    room = api.room(owner, guest)
    await sockets.joined(guest, room)
    details = api.get(f"/rooms/{room}/details", user=owner).json()
    assert {member["id"]: member["online"] for member in details["members"]} == {owner.id: False, guest.id: True}
    assert (details["is_active"], details["active_users"]) == (True, 1)


def test_own_rooms_are_listed_by_pages(api):
    owner, other = api.register(), api.register()
    rooms = {api.room(owner, name=f"room {i}") for i in range(5)}
    api.room(other)
    seen = set()
    for page, count in ((1, 2), (2, 2), (3, 1), (4, 0)):
        listed = api.get(f"/rooms/?page={page}&size=2", user=owner).json()
        assert set(listed) == {"items", "total", "page", "size"}
        assert (listed["total"], listed["page"], listed["size"], len(listed["items"])) == (5, page, 2, count)
        seen |= {expect.room(one)["id"] for one in listed["items"]}
    assert seen == rooms
    first = api.get("/rooms/", user=owner).json()
    assert (first["page"], first["size"]) == (1, 20)


def test_a_joined_room_is_one_of_mine(api, alice):
    guest = api.register()
    room = api.room(alice, guest)
    assert [one["id"] for one in api.get("/rooms/?scope=mine", user=guest).json()["items"]] == [room]


def test_public_rooms_are_found_by_name(api, alice, carol):
    word = api.unique_name("Gärten")
    public = api.room(alice, name=f"the {word} club", is_public=True)
    api.room(alice, name=f"the {word} secret")
    found = api.get("/rooms/", user=carol, params={"scope": "public", "search": word}).json()
    assert ([one["id"] for one in found["items"]], found["total"]) == ([public], 1)
    both = api.get("/rooms/", user=alice, params={"scope": "mine", "search": word}).json()
    assert both["total"] == 2
    none = api.get("/rooms/", user=carol, params={"scope": "public", "search": "%" + word}).json()
    assert none["total"] == 0, "a percent sign is no wildcard"


@pytest.mark.parametrize("query, field", [("page=0", "page"), ("page=x", "page"), ("size=0", "size"),
                                          ("size=101", "size"), ("size=", "size"), ("scope=theirs", "scope"),
                                          ("page=99999999999999999999", "page")])
def test_a_bad_query_of_a_list_is_422(api, alice, query, field):
    expect.problem(api.get(f"/rooms/?{query}", user=alice), 422, "validation_failed", field)


def test_the_largest_page_number_is_no_fault_of_the_server(api, alice):
    assert api.get("/rooms/?page=9223372036854775807&size=100", user=alice).status_code in (200, 422)


def test_the_chat_api_has_the_same_rooms(api, alice):
    room = api.room(alice)
    assert api.get(f"/api/chat/rooms/{room}", user=alice).json() == api.get(f"/rooms/{room}", user=alice).json()


# -- change and dissolve -------------------------------------------------------------


def test_the_owner_alone_changes_a_room(api, alice, bob, carol):
    room = api.room(alice, bob)
    changed = api.put(f"/rooms/{room}", user=alice, json={"name": "new", "description": "words"})
    assert changed.status_code == 200
    assert (changed.json()["name"], changed.json()["description"]) == ("new", "words")
    partly = api.put(f"/rooms/{room}", user=alice, json={"description": ""}).json()
    assert (partly["name"], partly["description"]) == ("new", "")
    expect.problem(api.put(f"/rooms/{room}", user=bob, json={"name": "mine"}), 403, "owner_only")
    expect.problem(api.put(f"/rooms/{room}", user=carol, json={"name": "mine"}), 403, "not_a_member")
    expect.problem(api.put(f"/rooms/{room}", user=alice, json={"name": ""}), 422, "validation_failed", "name")


def test_the_owner_alone_changes_the_config(api, alice, bob):
    room = api.room(alice, bob)
    changed = api.put(f"/rooms/{room}/config", user=alice, json={"history": "none"}).json()
    assert changed["config"] == {**expect.DEFAULT_CONFIG, "history": "none"}
    expect.problem(api.put(f"/rooms/{room}/config", user=bob, json={"history": "all"}), 403, "owner_only")
    wrong = api.put(f"/rooms/{room}/config", user=alice, json={"history": "some", "allow_guests": 1})
    assert len(expect.problem(wrong, 422, "validation_failed")["errors"]) == 2


async def test_the_room_hears_of_a_change(api, sockets, alice, bob):
    room = api.room(alice, bob)
    enveloped, flat = await sockets.joined(bob, room), await sockets.chatting(room, bob)
    after = api.put(f"/rooms/{room}", user=alice, json={"name": "new"}).json()
    heard = (await enveloped.until("room_updated"))["payload"]
    assert expect.room_of_frame(heard) == expect.without_place(after) and heard["active_users"] == 1
    heard_flat = await flat.until("room_updated")
    assert {k: v for k, v in heard_flat.items() if k != "type"} == expect.without_place(after)
    after = api.put(f"/rooms/{room}/config", user=alice, json={"is_public": True}).json()
    assert (await enveloped.until("room_updated"))["payload"] == expect.without_place(after)


def test_a_dissolved_room_is_gone(api, alice, bob, carol):
    room = api.room(alice, bob)
    message = api.say(bob, room, "last words")
    expect.problem(api.delete(f"/rooms/{room}", user=bob), 403, "owner_only")
    expect.problem(api.delete(f"/rooms/{room}", user=carol), 403, "not_a_member")
    assert api.delete(f"/rooms/{room}", user=alice).status_code == 204
    expect.problem(api.get(f"/rooms/{room}", user=alice), 404, "room_not_found")
    expect.problem(api.post(f"/rooms/{room}/messages/", user=bob, json={"content": "x"}), 404, "room_not_found")
    assert api.get(f"/messages/{message}", user=bob).status_code == 404
    expect.problem(api.delete(f"/rooms/{room}", user=alice), 404, "room_not_found")


async def test_the_room_hears_that_it_is_dissolved(api, sockets, alice, bob):
    room = api.room(alice, bob)
    enveloped, flat = await sockets.joined(bob, room), await sockets.chatting(room, bob)
    assert api.delete(f"/rooms/{room}", user=alice).status_code == 204
    assert (await enveloped.until("room_closed"))["payload"] == {"room_id": room}
    assert await flat.closed() == 4404
    assert {"type": "room_closed", "room_id": room} in flat.passed
    assert (await enveloped.ask("ping", timestamp=0))["type"] == "pong"
    answer = await enveloped.ask("join_room", room_id=room)
    assert (answer["type"], answer["payload"]["code"]) == ("room_join_error", "room_not_found")


# -- members -------------------------------------------------------------------------


def test_an_open_room_is_joined_at_once(api, alice, bob):
    room = api.room(alice, join_policy="open")
    joined = api.post(f"/rooms/{room}/members", user=bob)
    assert (joined.status_code, joined.json()) == (200, {"status": "joined"})
    expect.problem(api.post(f"/rooms/{room}/members", user=bob, json={}), 409, "already_member")
    expect.problem(api.post(f"/rooms/{room}/members", user=alice, json={}), 409, "already_member")
    assert api.get(f"/rooms/{room}", user=bob).status_code == 200


def test_join_and_leave_name_the_room_in_the_body(api, alice, bob):
    room = api.room(alice, join_policy="open")
    joined = api.post("/rooms/join", user=bob, json={"room_id": room})
    assert (joined.status_code, joined.json()) == (200, {"status": "joined"})
    assert api.post("/rooms/leave", user=bob, json={"room_id": room}).status_code == 204
    expect.problem(api.get(f"/rooms/{room}", user=bob), 403, "not_a_member")
    expect.problem(api.post("/rooms/join", user=bob, json={}), 422, "validation_failed", "room_id")
    expect.problem(api.post("/rooms/join", user=bob, json={"room_id": 999999}), 404, "room_not_found")


def test_a_room_by_invitation_is_not_joined(api, alice, bob):
    room = api.room(alice, join_policy="invite")
    expect.problem(api.post(f"/rooms/{room}/members", user=bob, json={}), 403, "invite_only")


def test_a_member_leaves_but_the_owner_cannot(api, alice, bob):
    room = api.room(alice, bob)
    assert api.delete(f"/rooms/{room}/members/{bob.id}", user=bob).status_code == 204
    expect.problem(api.get(f"/rooms/{room}", user=bob), 403, "not_a_member")
    expect.problem(api.delete(f"/rooms/{room}/members/{alice.id}", user=alice), 409, "owner_cannot_leave")
    expect.problem(api.post("/rooms/leave", user=alice, json={"room_id": room}), 409, "owner_cannot_leave")


def test_the_owner_removes_a_member_and_a_plain_member_nobody(api, alice, bob, carol):
    room = api.room(alice, bob, carol)
    expect.problem(api.delete(f"/rooms/{room}/members/{carol.id}", user=bob), 403, "moderator_only")
    assert api.delete(f"/rooms/{room}/members/{carol.id}", user=alice).status_code == 204
    expect.problem(api.delete(f"/rooms/{room}/members/{bob.id}", user=carol), 403, "not_a_member")


def test_a_removed_member_may_come_back_unless_banned(api, alice, bob):
    room = api.room(alice, bob, join_policy="open")
    assert api.delete(f"/rooms/{room}/members/{bob.id}", user=alice).status_code == 204
    assert api.post(f"/rooms/{room}/members", user=bob, json={}).status_code == 200
    assert api.delete(f"/rooms/{room}/members/{bob.id}?ban=true", user=alice).status_code == 204
    expect.problem(api.post(f"/rooms/{room}/members", user=bob, json={}), 403, "banned")


async def test_a_removed_members_sockets_leave_the_room(api, sockets, alice, bob):
    room = api.room(alice, bob)
    enveloped, flat = await sockets.joined(bob, room), await sockets.chatting(room, bob)
    watcher = await sockets.joined(alice, room)
    assert api.delete(f"/rooms/{room}/members/{bob.id}", user=alice).status_code == 204
    left = (await enveloped.until("room_left"))["payload"]
    assert (left["room_id"], left["reason"]) == (room, "removed")
    assert await flat.closed() == 4403
    gone = (await watcher.until("presence"))["payload"]
    assert (gone["user"]["id"], gone["status"], gone["active_users"]) == (bob.id, "offline", 1)
    api.say(alice, room, "are they gone?")
    await watcher.until("room_message")
    await enveloped.ask("ping", timestamp=0)
    assert enveloped.passed == []
    answer = await enveloped.ask("send_message", room_id=room, content="still here?")
    expect.error_frame(answer, "not_a_member")


async def test_a_banned_user_cannot_connect_to_an_open_room(api, sockets, alice, bob):
    room = api.room(alice, bob, join_policy="open")
    api.delete(f"/rooms/{room}/members/{bob.id}?ban=true", user=alice)
    flat = await sockets.chat(room, bob)
    assert await flat.closed() == 4403
    expect.chat_error(flat.passed[0], "banned")
    enveloped = await sockets.ws(bob)
    answer = await enveloped.ask("join_room", room_id=room)
    assert (answer["type"], answer["payload"]["code"]) == ("room_join_error", "banned")
