"""Section 5 over HTTP: posting, the history by cursor, single messages, and who may read what."""

import pytest

import expect


# -- posting -------------------------------------------------------------------------


def test_a_posted_message_is_answered_with_its_id(api, alice):
    room = api.room(alice)
    answer = api.post(f"/rooms/{room}/messages/", user=alice, json={"content": "hello"})
    assert answer.status_code == 201
    receipt = answer.json()
    assert set(receipt) == {"message", "message_id", "sent_to_online_users", "timestamp"}
    assert receipt["message"] == "消息发送成功" and receipt["sent_to_online_users"] == 0
    stored = api.get(f"/messages/{receipt['message_id']}", user=alice).json()
    expect.message(stored, id=receipt["message_id"], room_id=room, sender_id=alice.id, message_type="text",
                   sender_username=alice.username, content="hello", timestamp=receipt["timestamp"], edited_at=None,
                   deleted=False, client_msg_id=None)


def test_the_receipt_speaks_the_language_that_was_asked_for(api, alice):
    room = api.room(alice)
    headers = {"Accept-Language": "en"}
    answer = api.post(f"/rooms/{room}/messages/", user=alice, json={"content": "hello"}, headers=headers)
    assert answer.json()["message"].isascii()


async def test_the_receipt_counts_distinct_other_users(api, sockets, alice, bob, carol):
    room = api.room(alice, bob, carol)
    for user in (alice, bob, bob):
        await sockets.joined(user, room)
    await sockets.chatting(room, carol)
    await sockets.chatting(room, bob)
    answer = api.post(f"/rooms/{room}/messages/", user=alice, json={"content": "hello"})
    assert answer.json()["sent_to_online_users"] == 2


@pytest.mark.parametrize("content", ["x", "界" * 4000, "\U0001f600" * 4000, " . ", "a\nb\tc",
                                     "'; DROP TABLE messages;--", "\u202eright to left", '"quotes" \\ and \u2028'])
def test_content_comes_back_as_it_was_sent(api, alice, content):
    room = api.room(alice)
    message = api.say(alice, room, content)
    assert api.get(f"/messages/{message}", user=alice).json()["content"] == content


@pytest.mark.parametrize("body, field", [({}, "content"), ({"content": ""}, "content"), ({"content": 1}, "content"),
                                         ({"content": "x" * 4001}, "content"), ({"content": "a\0b"}, "content"),
                                         ({"content": "x", "message_type": "video"}, "message_type"),
                                         ({"content": "x", "client_msg_id": 7}, "client_msg_id")])
def test_a_bad_message_is_422(api, alice, body, field):
    room = api.room(alice)
    expect.problem(api.post(f"/rooms/{room}/messages/", user=alice, json=body), 422, "validation_failed", field)


@pytest.mark.parametrize("kind", ["text", "file"])
def test_a_member_posts_every_type_but_system(api, alice, bob, kind):
    room = api.room(alice, bob)
    message = api.say(bob, room, "x", message_type=kind)
    assert api.get(f"/messages/{message}", user=bob).json()["message_type"] == kind


def test_system_messages_are_the_owners(api, alice, bob):
    room = api.room(alice, bob)
    assert api.say(alice, room, "x", message_type="system")
    refused = api.post(f"/rooms/{room}/messages/", user=bob, json={"content": "x", "message_type": "system"})
    expect.problem(refused, 403, "moderator_only")


def test_a_repeated_client_msg_id_answers_the_first_id(api, alice, bob):
    room = api.room(alice, bob)
    body = {"content": "once", "client_msg_id": "abc"}
    first = api.post(f"/rooms/{room}/messages/", user=alice, json=body)
    again = api.post(f"/rooms/{room}/messages/", user=alice, json=body)
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json()["message_id"] == first.json()["message_id"]
    assert again.json()["timestamp"] == first.json()["timestamp"]
    others = api.post(f"/rooms/{room}/messages/", user=bob, json=body)
    elsewhere = api.post(f"/rooms/{api.room(alice)}/messages/", user=alice, json=body)
    assert (others.status_code, elsewhere.status_code) == (201, 201)
    history = api.get(f"/rooms/{room}/messages/", user=alice).json()["items"]
    assert [one["content"] for one in history] == ["once", "once"]
    assert [one["client_msg_id"] for one in history] == ["abc", "abc"]


async def test_a_client_msg_id_of_another_message_is_409_on_every_road(api, sockets, alice, bob):
    room = api.room(alice, bob)
    first = api.say(alice, room, "once", client_msg_id="abc")
    one, flat = await sockets.joined(alice, room), await sockets.chatting(room, alice)
    for other in ({"content": "another"}, {"content": "once", "message_type": "file"}):
        expect.problem(api.post(f"/rooms/{room}/messages/", user=alice, json={**other, "client_msg_id": "abc"}), 409,
                       "client_msg_id_reused")
        expect.error_frame(await one.ask("send_message", room_id=room, client_msg_id="abc", **other),
                           "client_msg_id_reused")
        await flat.tell("chat_message", client_msg_id="abc", **other)
        expect.chat_error(await flat.until("error"), "client_msg_id_reused")
    assert api.put(f"/messages/{first}", user=alice, json={"content": "edited"}).status_code == 200
    assert api.delete(f"/messages/{first}", user=alice).status_code == 204
    again = api.post(f"/rooms/{room}/messages/", user=alice, json={"content": "once", "client_msg_id": "abc"})
    assert (again.status_code, again.json()["message_id"]) == (200, first)
    for other in ("edited", "another"):
        answer = api.post(f"/rooms/{room}/messages/", user=alice, json={"content": other, "client_msg_id": "abc"})
        expect.problem(answer, 409, "client_msg_id_reused")
    assert [m["id"] for m in api.get(f"/rooms/{room}/messages/", user=bob).json()["items"]] == [first]


async def test_guests_give_their_messages_ids_of_their_own(api, sockets, alice):
    room = api.room(alice, allow_guests=True)
    guests = [await sockets.chat(room) for _ in range(2)]
    for n, guest in enumerate(guests):
        await guest.until("connection_established")
        await guest.tell("chat_message", content=f"of guest {n}", client_msg_id="m1")
        assert (await guests[0].until("chat_message"))["message"]["content"] == f"of guest {n}"
    assert [m["content"] for m in api.get(f"/rooms/{room}/messages/", user=alice).json()["items"]] \
        == ["of guest 0", "of guest 1"]


async def test_a_repeated_client_msg_id_is_not_broadcast(api, sockets, alice, bob):
    room = api.room(alice, bob)
    hearer = await sockets.joined(bob, room)
    first = api.say(alice, room, "once", client_msg_id="abc")
    api.post(f"/rooms/{room}/messages/", user=alice, json={"content": "once", "client_msg_id": "abc"})
    heard = [f["payload"]["id"] for f in await hearer.heard_before(api, alice, room) if f["type"] == "room_message"]
    assert heard == [first]


# -- history -------------------------------------------------------------------------


@pytest.fixture(scope="module")
def told(api, alice, bob):
    """A room with ten messages and their ids."""
    room = api.room(alice, bob)
    return room, [api.say((alice, bob)[i % 2], room, f"message {i}") for i in range(10)]


@pytest.mark.parametrize("query, expected, more", [
    ("", slice(0, 10), False),
    ("limit=3", slice(7, 10), True),
    ("limit=10", slice(0, 10), False),
    ("limit=200", slice(0, 10), False),
    ("before_id={4}", slice(0, 4), False),
    ("before_id={4}&limit=3", slice(1, 4), True),
    ("before_id={4}&limit=4", slice(0, 4), False),
    ("before_id={0}", slice(0, 0), False),
    ("after_id={4}", slice(5, 10), False),
    ("after_id={4}&limit=3", slice(5, 8), True),
    ("after_id={4}&limit=5", slice(5, 10), False),
    ("after_id={9}", slice(0, 0), False),
    ("after_id=0&limit=4", slice(0, 4), True),
])
def test_the_history_is_read_by_cursor_oldest_first(api, alice, told, query, expected, more):
    room, ids = told
    answer = api.get(f"/rooms/{room}/messages/?{query.format(*ids)}", user=alice)
    assert answer.status_code == 200, answer.text
    page = answer.json()
    assert set(page) == {"items", "has_more"}
    assert [expect.message(one, room_id=room)["id"] for one in page["items"]] == ids[expected]
    assert page["has_more"] is more


@pytest.mark.parametrize("query, fields", [
    ("limit=0", ["limit"]), ("limit=201", ["limit"]), ("limit=x", ["limit"]), ("limit=1.5", ["limit"]),
    ("before_id=x", ["before_id"]), ("after_id=-1", ["after_id"]), ("limit=0&after_id=x", ["limit", "after_id"])])
def test_a_bad_cursor_is_422(api, alice, told, query, fields):
    expect.problem(api.get(f"/rooms/{told[0]}/messages/?{query}", user=alice), 422, "validation_failed", *fields)


def test_both_cursors_at_once_are_422(api, alice, told):
    room, ids = told
    query = f"before_id={ids[5]}&after_id={ids[2]}"
    expect.problem(api.get(f"/rooms/{room}/messages/?{query}", user=alice), 422, "validation_failed")


def test_the_default_page_is_the_newest_50(api, alice):
    room = api.room(alice)
    ids = [api.say(alice, room, str(i)) for i in range(52)]
    page = api.get(f"/rooms/{room}/messages/", user=alice).json()
    assert ([one["id"] for one in page["items"]], page["has_more"]) == (ids[2:], True)


def test_walking_back_meets_every_message_once(api, bob, told):
    room, ids = told
    seen, before = [], ""
    for _ in range(4):
        page = api.get(f"/rooms/{room}/messages/?limit=3{before}", user=bob).json()
        seen = [one["id"] for one in page["items"]] + seen
        before = f"&before_id={seen[0]}"
    assert (seen, page["has_more"]) == (ids, False)


def test_an_empty_room_has_an_empty_history(api, alice):
    page = api.get(f"/rooms/{api.room(alice)}/messages/", user=alice).json()
    assert page == {"items": [], "has_more": False}


def test_since_join_hides_what_came_before(api, alice, bob):
    room = api.room(alice, history="since_join", join_policy="open")
    hidden = api.say(alice, room, "before")
    api.post(f"/rooms/{room}/members", user=bob, json={})
    shown = api.say(alice, room, "after")
    history = api.get(f"/rooms/{room}/messages/?after_id=0", user=bob).json()
    assert [one["id"] for one in history["items"]] == [shown]
    expect.problem(api.get(f"/messages/{hidden}", user=bob), 404, "message_not_found")
    assert api.get(f"/messages/{shown}", user=bob).status_code == 200
    owners = api.get(f"/rooms/{room}/messages/", user=alice).json()
    assert [one["id"] for one in owners["items"]] == [hidden, shown]


def test_history_none_shows_no_old_message(api, alice, bob):
    room = api.room(alice, bob, history="none")
    message = api.say(alice, room, "passing by")
    assert api.get(f"/rooms/{room}/messages/", user=bob).json() == {"items": [], "has_more": False}
    expect.problem(api.get(f"/messages/{message}", user=bob), 404, "message_not_found")
    assert api.get(f"/messages/{message}", user=alice).status_code == 200


def test_the_chat_api_has_the_same_messages(api, alice, told):
    room, ids = told
    same = api.get(f"/api/chat/rooms/{room}/messages/", user=alice)
    assert same.json() == api.get(f"/rooms/{room}/messages/", user=alice).json()
    posted = api.post(f"/api/chat/rooms/{api.room(alice)}/messages/", user=alice, json={"content": "x"})
    assert posted.status_code == 201 and posted.json()["message_id"] > ids[-1]


# -- who may -------------------------------------------------------------------------


def test_a_stranger_is_refused_everything_in_a_room(api, carol, told):
    room, ids = told
    expect.problem(api.get(f"/rooms/{room}/messages/", user=carol), 403, "not_a_member")
    expect.problem(api.get(f"/messages/{ids[0]}", user=carol), 403, "not_a_member")
    expect.problem(api.post(f"/rooms/{room}/messages/", user=carol, json={"content": "x"}), 403, "not_a_member")


def test_without_a_token_nothing_is_read_or_written(api, told):
    room, ids = told
    expect.problem(api.get(f"/rooms/{room}/messages/"), 401, "auth_required")
    expect.problem(api.get(f"/messages/{ids[0]}"), 401, "auth_required")
    expect.problem(api.post(f"/rooms/{room}/messages/", json={"content": "x"}), 401, "auth_required")


def test_a_message_that_is_not_there_is_404(api, alice):
    expect.problem(api.get("/messages/999999999", user=alice), 404, "message_not_found")
