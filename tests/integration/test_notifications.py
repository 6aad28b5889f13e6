"""Invitations and requests over HTTP, pushed live on `/ws`: all three kinds, answers, bad input."""

import time

import pytest

import expect

CONTENT = {"type", "room_id", "room_name", "user_id", "username", "token"}

#: Seconds within which a push has to be there. Generous for a sanitizer build; it is a matter of milliseconds.
AT_ONCE = 5.0


def notification(document):
    """Exactly the members of the contract. Returns the document."""
    assert set(document) == {"id", "status", "created_at", "content"}, document
    assert set(document["content"]) == CONTENT, document
    assert expect.is_time(document["created_at"])
    assert document["content"]["token"]
    return document


def ask(api, room, user):
    """Asks to join and returns the request as the owner's push or list shows it: its id."""
    answer = api.post(f"/rooms/{room}/members", user=user, json={})
    return pending(answer, "join_request")


def invite(api, room, by, target, kind="owner_invitation"):
    return pending(api.post(f"/rooms/{room}/members", user=by, json={"user_id": target.id}), kind)


def pending(answer, kind):
    assert answer.status_code == 201, answer.text
    document = answer.json()
    assert set(document) == {"status", "notification_id", "type"}, document
    assert (document["status"], document["type"]) == ("pending", kind)
    return document["notification_id"]


def find(api, user, number):
    """One notification of the user."""
    page = api.get("/notifications/?size=100", user=user).json()
    return notification(next(one for one in page["items"] if one["id"] == number))


def respond(api, user, number, action="accept", token=None):
    token = token or find(api, user, number)["content"]["token"]
    return api.post(f"/notifications/{number}/respond", user=user, json={"action": action, "token": token})


@pytest.fixture
def dora(api):
    """A user whose list is empty."""
    return api.register()


# -- the three kinds -------------------------------------------------------------------


def test_a_request_is_the_owners_to_accept(api, alice, bob):
    room = api.room(alice, name="quiet")
    number = ask(api, room, bob)
    shown = find(api, alice, number)
    assert shown["status"] == "unread"
    assert shown["content"] == {"type": "join_request", "room_id": room, "room_name": "quiet", "user_id": bob.id,
                                "username": bob.username, "token": shown["content"]["token"]}
    answer = respond(api, alice, number)
    assert (answer.status_code, answer.json()) == (200, {"status": "accepted", "room_id": room})
    assert api.get(f"/rooms/{room}", user=bob).status_code == 200
    assert find(api, alice, number)["status"] == "accepted"


def test_an_owners_invitation_makes_a_member(api, alice, bob):
    room = api.room(alice, join_policy="invite")
    number = invite(api, room, alice, bob)
    assert find(api, bob, number)["content"]["user_id"] == alice.id
    assert respond(api, bob, number).json() == {"status": "accepted", "room_id": room}
    members = api.get(f"/rooms/{room}/details", user=bob).json()["members"]
    assert [one["id"] for one in members] == [alice.id, bob.id]


def test_a_members_invitation_turns_into_a_request(api, alice, bob, carol):
    room = api.room(alice, bob)
    number = invite(api, room, bob, carol, "member_invitation")
    assert respond(api, carol, number).status_code == 200
    expect.problem(api.get(f"/rooms/{room}", user=carol), 403, "not_a_member")
    request = notification(api.get("/notifications/", user=alice).json()["items"][0])
    assert (request["content"]["type"], request["content"]["user_id"]) == ("join_request", carol.id)
    assert respond(api, alice, request["id"]).status_code == 200
    assert api.get(f"/rooms/{room}", user=carol).status_code == 200


def test_a_rejected_invitation_makes_nobody_a_member(api, alice, bob):
    room = api.room(alice)
    answer = respond(api, bob, invite(api, room, alice, bob), "reject")
    assert (answer.status_code, answer.json()) == (200, {"status": "rejected", "room_id": room})
    expect.problem(api.get(f"/rooms/{room}", user=bob), 403, "not_a_member")
    assert api.post(f"/rooms/{room}/members", user=bob).status_code == 201


# -- pushes ------------------------------------------------------------------------------


async def test_everything_is_pushed_to_all_sessions_at_once(api, sockets, alice, bob):
    room = api.room(alice)
    first, second, asker = await sockets.ws(alice), await sockets.ws(alice), await sockets.ws(bob)
    began = time.monotonic()
    number = ask(api, room, bob)
    for one in (first, second):
        pushed = notification((await one.until("notification", AT_ONCE))["payload"])
        assert (pushed["id"], pushed["status"], pushed["content"]["room_id"]) == (number, "unread", room)
    assert time.monotonic() - began < AT_ONCE
    assert respond(api, alice, number, token=pushed["content"]["token"]).status_code == 200
    for one in (first, second):
        pushed = notification((await one.until("notification", AT_ONCE))["payload"])
        assert (pushed["id"], pushed["status"]) == (number, "accepted")
    told = (await asker.until("notification_answered", AT_ONCE))["payload"]
    assert (told["id"], told["room_id"], told["status"]) == (number, room, "accepted")
    assert (told["user"]["id"], told["user"]["username"]) == (alice.id, alice.username)
    assert "notification" not in asker.types_passed()


async def test_a_turned_invitation_is_pushed_to_inviter_and_owner(api, sockets, alice, bob, carol):
    room = api.room(alice, bob)
    owner, inviter = await sockets.ws(alice), await sockets.ws(bob)
    number = invite(api, room, bob, carol, "member_invitation")
    assert respond(api, carol, number).status_code == 200
    assert (await inviter.until("notification_answered", AT_ONCE))["payload"]["user"]["id"] == carol.id
    request = notification((await owner.until("notification", AT_ONCE))["payload"])
    assert (request["content"]["type"], request["content"]["user_id"]) == ("join_request", carol.id)


async def test_reading_is_not_pushed(api, sockets, alice, bob):
    room = api.room(alice)
    number = ask(api, room, bob)
    owner = await sockets.ws(alice)
    assert api.put(f"/notifications/{number}", user=alice, json={"status": "read"}).status_code == 200
    await owner.ask("ping", timestamp=0)
    assert owner.passed == []


async def test_requests_move_to_the_new_owner(api, sockets, alice, bob, carol):
    room = api.room(alice, bob)
    number = ask(api, room, carol)
    heir = await sockets.ws(bob)
    moved = api.post(f"/rooms/{room}/transfer", user=alice, json={"user_id": bob.id})
    assert (moved.status_code, moved.json()["owner_id"]) == (200, bob.id)
    pushed = notification((await heir.until("notification", AT_ONCE))["payload"])
    assert pushed["id"] == number
    token = pushed["content"]["token"]
    expect.problem(respond(api, alice, number, token=token), 404, "notification_not_found")
    assert respond(api, bob, number, token=token).status_code == 200


# -- the list and its marks -----------------------------------------------------------------


def test_the_list_is_ones_own_newest_first_and_by_status(api, alice, bob, dora):
    rooms = [api.room(alice) for _ in range(3)]
    numbers = [invite(api, room, alice, dora) for room in rooms]
    page = api.get("/notifications/", user=dora).json()
    assert set(page) == {"items", "total", "page", "size"}
    assert (page["total"], page["page"], page["size"]) == (3, 1, 20)
    assert [notification(one)["id"] for one in page["items"]] == numbers[::-1]
    second = api.get("/notifications/?page=2&size=2", user=dora).json()
    assert ([one["id"] for one in second["items"]], second["total"]) == ([numbers[0]], 3)
    api.put(f"/notifications/{numbers[0]}", user=dora, json={"status": "read"})
    respond(api, dora, numbers[1])
    respond(api, dora, numbers[2], "reject")
    for status, number in zip(("read", "accepted", "rejected"), numbers):
        page = api.get(f"/notifications/?status={status}", user=dora).json()
        assert [(one["id"], one["status"]) for one in page["items"]] == [(number, status)]
    assert api.get("/notifications/?status=unread", user=dora).json()["items"] == []
    assert all(one["id"] not in numbers for one in api.get("/notifications/?size=100", user=bob).json()["items"])


def test_unread_ones_are_counted_in_the_profile(api, alice, dora):
    number = invite(api, api.room(alice), alice, dora)
    assert api.get("/users/me", user=dora).json()["unread_notifications"] == 1
    for status, left in (("read", 0), ("unread", 1)):
        marked = api.put(f"/notifications/{number}", user=dora, json={"status": status})
        assert (marked.status_code, notification(marked.json())["status"]) == (200, status)
        assert api.get("/users/me", user=dora).json()["unread_notifications"] == left


def test_an_answered_one_is_neither_marked_nor_answered_again(api, alice, bob):
    number = invite(api, api.room(alice), alice, bob)
    assert respond(api, bob, number).status_code == 200
    expect.problem(respond(api, bob, number), 409, "already_answered")
    expect.problem(respond(api, bob, number, "reject"), 409, "already_answered")
    expect.problem(api.put(f"/notifications/{number}", user=bob, json={"status": "read"}), 409, "already_answered")


# -- what may have happened meanwhile ---------------------------------------------------------


def test_a_room_that_is_gone_leaves_its_notifications(api, alice, bob):
    room = api.room(alice, name="short-lived")
    number = invite(api, room, alice, bob)
    assert api.delete(f"/rooms/{room}", user=alice).status_code == 204
    assert find(api, bob, number)["content"]["room_name"] == "short-lived"
    expect.problem(respond(api, bob, number, token="wrong"), 403, "bad_token")
    expect.problem(respond(api, bob, number), 410, "gone")
    assert api.put(f"/notifications/{number}", user=bob, json={"status": "read"}).status_code == 200


def test_who_is_a_member_already_accepts_without_effect(api, alice, bob):
    room = api.room(alice)
    number = invite(api, room, alice, bob)
    api.put(f"/rooms/{room}/config", user=alice, json={"join_policy": "open"})
    assert api.post("/rooms/join", user=bob, json={"room_id": room}).status_code == 200
    assert respond(api, bob, number).json() == {"status": "accepted", "room_id": room}


def test_a_ban_keeps_a_request_waiting(api, alice, bob):
    room = api.room(alice)
    number = ask(api, room, bob)
    assert api.delete(f"/rooms/{room}/members/{bob.id}?ban=true", user=alice).status_code == 204
    expect.problem(respond(api, alice, number), 403, "banned")
    assert find(api, alice, number)["status"] == "unread"
    assert api.delete(f"/rooms/{room}/bans/{bob.id}", user=alice).status_code == 204
    assert respond(api, alice, number).status_code == 200


# -- bad input ----------------------------------------------------------------------------------


def test_nobody_else_touches_a_notification(api, alice, bob, carol):
    number = invite(api, api.room(alice), alice, bob)
    token = find(api, bob, number)["content"]["token"]
    for other in (alice, carol):
        expect.problem(respond(api, other, number, token=token), 404, "notification_not_found")
        marked = api.put(f"/notifications/{number}", user=other, json={"status": "read"})
        expect.problem(marked, 404, "notification_not_found")
    expect.problem(respond(api, bob, number, token=token[:-1]), 403, "bad_token")
    expect.problem(respond(api, bob, 999999, token=token), 404, "notification_not_found")
    expect.problem(api.get("/notifications/"), 401, "auth_required")
    expect.problem(api.put(f"/notifications/{number}", json={"status": "read"}), 401, "auth_required")
    answer = api.post(f"/notifications/{number}/respond", json={"action": "accept", "token": token})
    expect.problem(answer, 401, "auth_required")


@pytest.mark.parametrize("body,fields", [
    ({}, ["action", "token"]),
    ({"action": "accept"}, ["token"]),
    ({"action": "perhaps", "token": "x"}, ["action"]),
    ({"action": 1, "token": 2}, ["action", "token"]),
])
def test_an_answer_has_to_be_one(api, alice, bob, body, fields):
    number = invite(api, api.room(alice), alice, bob)
    answer = api.post(f"/notifications/{number}/respond", user=bob, json=body)
    expect.problem(answer, 422, "validation_failed", *fields)


@pytest.mark.parametrize("body", [{}, {"status": "accepted"}, {"status": True}, {"status": None}])
def test_a_mark_is_read_or_unread(api, alice, bob, body):
    number = invite(api, api.room(alice), alice, bob)
    expect.problem(api.put(f"/notifications/{number}", user=bob, json=body), 422, "validation_failed", "status")


def test_bodies_and_ids_of_notifications_are_checked(api, bob):
    expect.problem(api.put("/notifications/x", user=bob, json={"status": "read"}), 422, "validation_failed",
                   "notification_id")
    expect.problem(api.post("/notifications/0/respond", user=bob, json={}), 422, "validation_failed",
                   "notification_id")
    expect.problem(api.put("/notifications/1", user=bob, content=b"{"), 400, "bad_json")
    expect.problem(api.put("/notifications/1", user=bob, content=b" " * (1 << 20) + b"{}"), 413, "payload_too_large")


def test_the_lists_query_is_checked(api, bob):
    wrong = api.get("/notifications/?status=new&page=0&size=101", user=bob)
    expect.problem(wrong, 422, "validation_failed", "status", "page", "size")
