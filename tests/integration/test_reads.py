"""Section 5: read marks, who has read what, and unread counts."""

import expect


def read(api, user, message):
    return api.post(f"/api/chat/messages/{message}/read/", user=user)


def readers(api, user, message, query=""):
    answer = api.get(f"/api/chat/messages/{message}/readers/{query}", user=user)
    assert answer.status_code == 200, answer.text
    return answer.json()


def unread(api, user, room):
    joined = api.get("/users/me", user=user).json()
    briefs = {one["id"]: one for one in joined["joined_rooms"] + joined["owned_rooms"]}
    return briefs[room]["unread"]


def test_a_read_mark_goes_up_and_never_down(api, alice, bob):
    room = api.room(alice, bob)
    ids = [api.say(alice, room, f"{i}") for i in range(3)]
    for asked, mark in ((ids[1], ids[1]), (ids[0], ids[1]), (ids[2], ids[2]), (ids[1], ids[2])):
        answer = read(api, bob, asked)
        assert (answer.status_code, answer.json()) == (200, {"message_id": asked, "room_id": room,
                                                             "last_read_id": mark})


async def test_the_room_hears_of_a_mark_only_when_it_moved(api, sockets, alice, bob):
    room = api.room(alice, bob)
    ids = [api.say(alice, room, f"{i}") for i in range(3)]
    envelope, flat = await sockets.joined(alice, room), await sockets.chatting(room, alice)
    for asked in (ids[1], ids[0], ids[1], ids[2]):
        read(api, bob, asked)
    moves = [{"room_id": room, "user_id": bob.id, "last_read_id": one} for one in ids[1:]]
    heard = await envelope.heard_before(api, alice, room)
    assert [f["payload"] for f in heard if f["type"] == "message_read"] == moves
    heard = await flat.heard_before(api, alice, room)
    assert [f for f in heard if f["type"] == "message_read"] == [{"type": "message_read", **one} for one in moves]


def test_readers_are_the_members_whose_mark_is_at_or_past_it(api, alice, bob, carol):
    room = api.room(alice, bob, carol)
    ids = [api.say(alice, room, f"{i}") for i in range(3)]
    read(api, bob, ids[1])
    read(api, carol, ids[2])

    def names(message):
        return [one["username"] for one in readers(api, alice, message)["items"]]

    assert names(ids[0]) == names(ids[1]) == [bob.username, carol.username]
    assert names(ids[2]) == [carol.username]
    page = readers(api, bob, ids[0], "?size=1&page=2")
    assert page == {"items": [{**carol.brief, "avatar_url": None}], "total": 2, "page": 2, "size": 1}


def test_a_deleted_message_may_be_read_too(api, alice, bob):
    room = api.room(alice, bob)
    message = api.say(alice, room, "x")
    api.delete(f"/messages/{message}", user=alice)
    assert read(api, bob, message).json()["last_read_id"] == message


def test_strangers_neither_read_nor_see_readers(api, alice, carol):
    message = api.say(alice, api.room(alice), "x")
    expect.problem(read(api, carol, message), 403, "not_a_member")
    expect.problem(read(api, None, message), 401, "auth_required")
    expect.problem(api.get(f"/api/chat/messages/{message}/readers/", user=carol), 403, "not_a_member")
    expect.problem(api.get(f"/api/chat/messages/{message}/readers/"), 401, "auth_required")
    expect.problem(api.get(f"/api/chat/messages/{message}/readers/?size=101", user=alice), 422, "validation_failed",
                   "size")


def test_unread_counts_what_others_said_past_the_mark(api, alice, bob):
    room = api.room(alice, bob)
    assert unread(api, bob, room) == 0
    ids = [api.say(alice, room, f"{i}") for i in range(4)]
    api.say(bob, room, "mine")
    assert unread(api, bob, room) == 4
    assert unread(api, alice, room) == 1
    read(api, bob, ids[1])
    assert unread(api, bob, room) == 2
    read(api, bob, ids[3])
    assert unread(api, bob, room) == 0


def test_unread_does_not_count_what_the_history_policy_hides(api, alice, bob):
    room = api.room(alice, history="since_join", join_policy="open")
    api.say(alice, room, "before")
    api.post("/rooms/join", user=bob, json={"room_id": room})
    assert unread(api, bob, room) == 0
    api.say(alice, room, "after")
    assert unread(api, bob, room) == 1
    api.put(f"/rooms/{room}/config", user=alice, json={"history": "none"})
    assert unread(api, bob, room) == 0
    api.put(f"/rooms/{room}/config", user=alice, json={"history": "all"})
    assert unread(api, bob, room) == 2
