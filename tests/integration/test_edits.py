"""Section 5: editing and deleting messages, over HTTP, and what the room hears of it."""

import asyncio

import pytest

import expect
from clients import Api
from harness import query

ROUTES = ["/messages/{}", "/api/chat/messages/{}"]


def promote(api, owner, room, user):
    answer = api.put(f"/rooms/{room}/members/{user.id}", user=owner, json={"role": "moderator"})
    assert answer.status_code == 200, answer.text


def edit(api, user, message, content="better", route=ROUTES[0]):
    return api.put(route.format(message), user=user, json={"content": content})


# -- editing -------------------------------------------------------------------------


@pytest.mark.parametrize("route", ROUTES)
def test_an_edited_message_shows_its_new_text_everywhere(api, alice, bob, route):
    room = api.room(alice, bob)
    message = api.say(bob, room, "first", client_msg_id="abc")
    before = api.get(f"/messages/{message}", user=alice).json()
    answer = edit(api, bob, message, "后来 \U0001f600", route)
    assert answer.status_code == 200
    after = answer.json()
    assert after["content"] == "后来 \U0001f600" and expect.is_time(after["edited_at"])
    assert {**after, "content": "first", "edited_at": None} == before
    assert api.get(route.format(message), user=alice).json() == after
    assert api.get(f"/rooms/{room}/messages/", user=alice).json()["items"] == [after]


async def test_the_room_hears_an_edit_in_both_shapes(api, sockets, alice, bob):
    room = api.room(alice, bob)
    message = api.say(bob, room, "first")
    envelope, flat = await sockets.joined(alice, room), await sockets.chatting(room, alice)
    after = edit(api, bob, message).json()
    assert (await envelope.until("message_edited"))["payload"] == after
    heard = await flat.until("message_edited")
    assert heard["message"]["content"] == "better" and heard["message"]["edited_at"] == after["edited_at"]
    assert heard["message"]["sender"] == bob.brief


def test_only_the_sender_edits(api, alice, bob, carol):
    room = api.room(alice, bob)
    message = api.say(bob, room, "first")
    expect.problem(edit(api, alice, message), 403, "sender_only")
    expect.problem(edit(api, carol, message), 403, "not_a_member")
    expect.problem(edit(api, None, message), 401, "auth_required")
    promote(api, alice, room, bob)
    expect.problem(edit(api, bob, api.say(alice, room, "hers")), 403, "sender_only")
    assert api.get(f"/messages/{message}", user=bob).json()["edited_at"] is None


def test_a_sender_who_left_or_is_muted_does_not_edit(api, alice, bob):
    room = api.room(alice, bob, join_policy="open")
    message = api.say(bob, room, "first")
    muted = api.put(f"/rooms/{room}/members/{bob.id}", user=alice, json={"muted_until": "2999-01-01T00:00:00Z"})
    assert muted.status_code == 200, muted.text
    expect.problem(edit(api, bob, message), 403, "muted")
    assert api.put(f"/rooms/{room}/members/{bob.id}", user=alice, json={"muted_until": None}).status_code == 200
    assert edit(api, bob, message).status_code == 200
    assert api.post("/rooms/leave", user=bob, json={"room_id": room}).status_code == 204
    expect.problem(edit(api, bob, message), 403, "not_a_member")
    assert api.delete(f"/rooms/{room}", user=alice).status_code == 204
    expect.problem(edit(api, bob, message), 404, "message_not_found")


@pytest.mark.parametrize("body", [{}, {"content": None}, {"content": 7}, {"content": ""}, {"content": "x" * 4001},
                                  {"content": "a\0b"}, {"text": "x"}])
def test_a_bad_edit_is_422(api, alice, body):
    message = api.say(alice, api.room(alice), "first")
    expect.problem(api.put(f"/messages/{message}", user=alice, json=body), 422, "validation_failed", "content")


@pytest.mark.parametrize("body", ["", "{", "[]", "null", '"x"'])
def test_an_edit_that_is_no_object_is_refused(api, alice, body):
    message = api.say(alice, api.room(alice), "first")
    answer = api.put(f"/messages/{message}", user=alice, content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code in (400, 422), answer.text


@pytest.mark.parametrize("ident, status, code", [("0", 422, "validation_failed"), ("x", 422, "validation_failed"),
                                                 ("-1", 422, "validation_failed"),
                                                 ("1e3", 422, "validation_failed"),
                                                 ("99999999999999999999", 422, "validation_failed"),
                                                 ("999999999", 404, "message_not_found")])
def test_an_id_that_names_no_message(api, alice, ident, status, code):
    for answer in (edit(api, alice, ident), api.delete(f"/messages/{ident}", user=alice),
                   api.post(f"/api/chat/messages/{ident}/read/", user=alice),
                   api.get(f"/api/chat/messages/{ident}/readers/", user=alice)):
        expect.problem(answer, status, code)


async def test_edits_are_heard_in_the_order_in_which_they_are_answered(api, sockets, alice):
    room = api.room(alice)
    message = api.say(alice, room, "0")
    hearer = await sockets.joined(alice, room)
    answered = await asyncio.gather(*(asyncio.to_thread(edit, api, alice, message, str(i)) for i in range(20)))
    heard = [(await hearer.until("message_edited"))["payload"] for _ in answered]
    assert sorted(x["content"] for x in heard) == sorted(x.json()["content"] for x in answered)
    assert api.get(f"/messages/{message}", user=alice).json() == heard[-1]


# -- deleting ------------------------------------------------------------------------


@pytest.mark.parametrize("route", ROUTES)
def test_a_deleted_message_keeps_its_place_without_its_content(server, api, alice, route):
    room = api.room(alice)
    secret = "what nobody may read again"
    message = api.say(alice, room, secret)
    answer = api.delete(route.format(message), user=alice)
    assert (answer.status_code, answer.content) == (204, b"")
    shown = api.get(f"/messages/{message}", user=alice).json()
    assert shown["deleted"] is True and shown["content"] == ""
    assert api.get(f"/rooms/{room}/messages/", user=alice).json()["items"] == [shown]
    expect.problem(edit(api, alice, message), 410, "gone")
    assert query(server, f"SELECT content FROM messages WHERE id = {message}") == [[""]]


async def test_the_room_hears_a_deletion_once_in_both_shapes(api, sockets, alice, bob):
    room = api.room(alice, bob)
    message = api.say(bob, room, "first")
    envelope, flat = await sockets.joined(alice, room), await sockets.chatting(room, alice)
    for _ in range(3):
        assert api.delete(f"/messages/{message}", user=bob).status_code == 204
    heard = [f for f in await envelope.heard_before(api, alice, room) if f["type"] == "message_deleted"]
    assert heard == [{"type": "message_deleted", "payload": {"id": message, "room_id": room}}]
    heard = [f for f in await flat.heard_before(api, alice, room) if f["type"] == "message_deleted"]
    assert heard == [{"type": "message_deleted", "id": message, "room_id": room}]


def test_who_may_delete_what(api, alice, bob, carol):
    room = api.room(alice, bob, carol)
    promote(api, alice, room, bob)
    hers, his, plain = (api.say(user, room, "x") for user in (alice, bob, carol))
    expect.problem(api.delete(f"/messages/{hers}", user=carol), 403, "moderator_only")
    expect.problem(api.delete(f"/messages/{his}", user=carol), 403, "moderator_only")
    expect.problem(api.delete(f"/messages/{hers}", user=bob), 403, "owner_only")
    expect.problem(api.delete(f"/messages/{plain}"), 401, "auth_required")
    stranger = api.register()
    expect.problem(api.delete(f"/messages/{plain}", user=stranger), 403, "not_a_member")
    assert api.delete(f"/messages/{plain}", user=bob).status_code == 204
    assert api.delete(f"/messages/{his}", user=alice).status_code == 204
    assert api.delete(f"/messages/{hers}", user=alice).status_code == 204
    expect.problem(api.delete(f"/messages/{his}", user=carol), 403, "moderator_only")


# -- what comes back -----------------------------------------------------------------


async def test_a_resume_shows_messages_as_they_are_now(api, sockets, alice, bob):
    room = api.room(alice, bob)
    keeper = await sockets.joined(alice, room)  # the room stays live: it replays from memory
    ids = [api.say(alice, room, f"{i}") for i in range(4)]
    edit(api, alice, ids[1], "one")
    api.delete(f"/messages/{ids[2]}", user=alice)
    one = await sockets.ws(bob)
    await one.join(room, last_message_id=ids[0])
    heard = [f["payload"] for f in await one.heard_before(api, alice, room) if f["type"] == "room_message"]
    assert [(m["id"], m["content"], m["deleted"]) for m in heard] == [(ids[1], "one", False), (ids[2], "", True),
                                                                     (ids[3], "3", False)]
    await keeper.until("message_deleted")


@pytest.mark.parametrize("history", ["since_join", "none"])
def test_a_hidden_message_is_not_there_to_be_changed_or_read(api, alice, bob, history):
    room = api.room(alice, bob, history=history, join_policy="open")
    message = api.say(bob, room, "before")
    assert api.post("/rooms/leave", user=bob, json={"room_id": room}).status_code == 204
    assert api.post("/rooms/join", user=bob, json={"room_id": room}).status_code == 200
    for answer in (api.get(f"/messages/{message}", user=bob), edit(api, bob, message),
                   api.delete(f"/messages/{message}", user=bob),
                   api.post(f"/api/chat/messages/{message}/read/", user=bob),
                   api.get(f"/api/chat/messages/{message}/readers/", user=bob)):
        expect.problem(answer, 404, "message_not_found")
    assert api.get(f"/messages/{message}", user=alice).status_code == 200


def test_what_came_while_one_was_there_can_be_named_though_it_is_not_shown(api, alice, bob):
    room = api.room(alice, bob, history="none")
    his, hers = api.say(bob, room, "his"), api.say(alice, room, "hers")
    assert edit(api, bob, his, "his own").status_code == 200
    assert api.post(f"/api/chat/messages/{hers}/read/", user=bob).status_code == 200
    expect.problem(edit(api, bob, hers), 403, "sender_only")
    expect.problem(api.get(f"/messages/{his}", user=bob), 404, "message_not_found")
    assert api.delete(f"/messages/{his}", user=bob).status_code == 204


@pytest.mark.parametrize("history", ["since_join", "none"])
async def test_who_came_later_hears_of_no_edit_of_what_is_hidden(api, sockets, alice, bob, carol, history):
    room = api.room(alice, carol, history=history, join_policy="open")
    secret = api.say(alice, room, "before")
    assert api.post("/rooms/join", user=bob, json={"room_id": room}).status_code == 200
    shown = api.say(alice, room, "after")
    owner, early, late = await sockets.joined(alice, room), await sockets.joined(carol, room), await sockets.joined(bob, room)
    chatting = await sockets.chatting(room, bob)
    edit(api, alice, secret, "still a secret")
    edit(api, alice, shown, "changed")
    for one in (owner, early):
        edits = [(await one.until("message_edited"))["payload"]["id"] for _ in range(2)]
        assert edits == [secret, shown]
    for one in (late, chatting):
        first = await one.until("message_edited")
        assert (first.get("payload") or first["message"])["id"] == shown


def test_edits_count_as_messages_for_the_rate_limit(start_server):
    server = start_server({"limits.rate_limiting": None, "limits.messages_per_second": 1})
    with Api(server) as api:
        user = api.register()
        message = api.say(user, api.room(user), "first")
        answers = [edit(api, user, message, str(i)) for i in range(8)]
    refused = [one for one in answers if one.status_code != 200]
    assert refused, "eight at once passed where one a second may"
    expect.problem(refused[0], 429, "rate_limited")
