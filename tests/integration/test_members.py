"""Inviting, roles, mutes, bans and the owner over HTTP, and what the room's sockets notice of them."""

import datetime

import pytest

import expect


def time_in(seconds):
    at = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=seconds)
    return at.strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03}Z"


def set_role(api, room, by, target, role):
    return api.put(f"/rooms/{room}/members/{target.id}", user=by, json={"role": role})


def mute(api, room, by, target, until):
    return api.put(f"/rooms/{room}/members/{target.id}", user=by, json={"muted_until": until})


def say(api, room, user):
    return api.post(f"/rooms/{room}/messages/", user=user, json={"content": "x"})


@pytest.fixture
def room(api, alice, bob, carol):
    """Alice owns it, bob moderates it, carol is a plain member."""
    made = api.room(alice, bob, carol)
    assert set_role(api, made, alice, bob, "moderator").status_code == 200
    return made


@pytest.fixture(scope="module")
def stranger(api):
    return api.register()


# -- asking and inviting ------------------------------------------------------------------


def test_a_place_is_asked_for_once(api, alice, stranger):
    room = api.room(alice)
    asked = api.post(f"/rooms/{room}/members", user=stranger)
    assert (asked.status_code, asked.json()["type"]) == (201, "join_request")
    for body in ({}, {"user_id": stranger.id}, {"user_id": None}):
        repeated = api.post(f"/rooms/{room}/members", user=stranger, json=body)
        expect.problem(repeated, 409, "already_pending")
    expect.problem(api.post("/rooms/join", user=stranger, json={"room_id": room}), 409, "already_pending")
    expect.problem(api.post(f"/rooms/{room}/members", user=alice, json={"user_id": stranger.id}), 409,
                   "already_pending")


def test_asking_by_the_shorter_way_is_the_same(api, alice, stranger):
    asked = api.post("/rooms/join", user=stranger, json={"room_id": api.room(alice)})
    assert (asked.status_code, asked.json()["status"], asked.json()["type"]) == (201, "pending", "join_request")


def test_members_invite_strangers(api, room, alice, carol, stranger):
    expect.problem(api.post(f"/rooms/{room}/members", user=stranger, json={"user_id": carol.id}), 403, "not_a_member")
    for target, status, code in ((carol.id, 409, "already_member"), (alice.id, 409, "already_member"),
                                 (1, 404, "user_not_found"), (999999, 404, "user_not_found")):
        expect.problem(api.post(f"/rooms/{room}/members", user=alice, json={"user_id": target}), status, code)
    invited = api.post(f"/rooms/{room}/members", user=carol, json={"user_id": stranger.id})
    assert (invited.status_code, invited.json()["type"]) == (201, "member_invitation")


def test_a_banned_user_is_neither_invited_nor_let_ask(api, room, alice, stranger):
    assert api.delete(f"/rooms/{room}/members/{stranger.id}?ban=true", user=alice).status_code == 204
    expect.problem(api.post(f"/rooms/{room}/members", user=alice, json={"user_id": stranger.id}), 403, "banned")
    expect.problem(api.post(f"/rooms/{room}/members", user=stranger), 403, "banned")


@pytest.mark.parametrize("body", [{"user_id": "x"}, {"user_id": 0}, {"user_id": 1.5}, {"user_id": []}])
def test_whom_to_invite_is_a_number(api, room, alice, body):
    answer = api.post(f"/rooms/{room}/members", user=alice, json=body)
    expect.problem(answer, 422, "validation_failed", "user_id")


# -- roles -----------------------------------------------------------------------------------


def test_the_owner_alone_gives_roles(api, room, alice, bob, carol, stranger):
    changed = set_role(api, room, alice, carol, "moderator")
    assert changed.status_code == 200
    assert (changed.json()["id"], changed.json()["role"]) == (carol.id, "moderator")
    assert set_role(api, room, alice, carol, "member").json()["role"] == "member"
    for by in (bob, carol):
        expect.problem(set_role(api, room, by, carol, "moderator"), 403, "owner_only")
    expect.problem(set_role(api, room, stranger, carol, "moderator"), 403, "not_a_member")
    expect.problem(set_role(api, room, alice, alice, "member"), 403, "owner_only")
    expect.problem(set_role(api, room, alice, stranger, "moderator"), 404, "user_not_found")
    roles = {one["id"]: one["role"] for one in api.get(f"/rooms/{room}/details", user=carol).json()["members"]}
    assert roles == {alice.id: "owner", bob.id: "moderator", carol.id: "member"}


@pytest.mark.parametrize("body", [{}, {"role": "owner"}, {"role": 1}, {"muted_until": "soon"}, {"muted_until": 5},
                                  {"role": "member", "muted_until": None}])
def test_a_change_of_a_member_is_one_thing(api, room, alice, carol, body):
    answer = api.put(f"/rooms/{room}/members/{carol.id}", user=alice, json=body)
    expect.problem(answer, 422, "validation_failed")


# -- mutes -------------------------------------------------------------------------------------


async def test_a_muted_member_is_silent_everywhere_at_once(api, sockets, room, bob, carol):
    enveloped, flat = await sockets.joined(carol, room), await sockets.chatting(room, carol)
    until = time_in(3600)
    muted = mute(api, room, bob, carol, until)
    assert (muted.status_code, muted.json()["muted_until"], muted.json()["online"]) == (200, until, True)
    expect.problem(say(api, room, carol), 403, "muted")
    expect.error_frame(await enveloped.ask("send_message", room_id=room, content="x"), "muted")
    await flat.tell("chat_message", content="x")
    expect.chat_error(await flat.until("error"), "muted")
    assert mute(api, room, bob, carol, None).json()["muted_until"] is None
    assert say(api, room, carol).status_code == 201


def test_a_time_that_has_passed_unmutes(api, room, alice, carol):
    assert mute(api, room, alice, carol, time_in(3600)).status_code == 200
    assert mute(api, room, alice, carol, "2020-01-01T00:00:00Z").json()["muted_until"] is None
    assert say(api, room, carol).status_code == 201


def test_moderators_mute_plain_members_only(api, room, alice, bob, carol, stranger):
    until = time_in(3600)
    for by, target, status, code in ((bob, alice, 403, "owner_only"), (bob, bob, 403, "owner_only"),
                                     (carol, bob, 403, "moderator_only"), (alice, alice, 403, "owner_only"),
                                     (stranger, carol, 403, "not_a_member"), (bob, stranger, 404, "user_not_found")):
        expect.problem(mute(api, room, by, target, until), status, code)
    assert mute(api, room, alice, bob, until).status_code == 200


# -- bans ----------------------------------------------------------------------------------------


def test_bans_are_listed_and_lifted(api, room, alice, bob, carol, stranger):
    listing = f"/rooms/{room}/bans"
    assert api.get(listing, user=bob).json() == {"items": [], "total": 0, "page": 1, "size": 20}
    for target in (carol, stranger):
        assert api.delete(f"/rooms/{room}/members/{target.id}?ban=true", user=bob).status_code == 204
    page = api.get(f"{listing}?size=1", user=bob).json()
    assert (page["total"], len(page["items"])) == (2, 1)
    assert set(page["items"][0]) == {"id", "username", "avatar_url"}
    assert {one["id"] for one in api.get(listing, user=alice).json()["items"]} == {carol.id, stranger.id}
    assert api.delete(f"{listing}/{carol.id}", user=bob).status_code == 204
    expect.problem(api.delete(f"{listing}/{carol.id}", user=bob), 404, "user_not_found")
    assert api.post(f"/rooms/{room}/members", user=carol).status_code == 201


def test_bans_are_for_owner_and_moderators(api, room, carol, stranger):
    for user, code in ((carol, "moderator_only"), (stranger, "not_a_member")):
        expect.problem(api.get(f"/rooms/{room}/bans", user=user), 403, code)
        expect.problem(api.delete(f"/rooms/{room}/bans/7", user=user), 403, code)
    expect.problem(api.get(f"/rooms/{room}/bans?page=x", user=carol), 422, "validation_failed", "page")
    expect.problem(api.get("/rooms/999999/bans", user=carol), 404, "room_not_found")
    expect.problem(api.delete(f"/rooms/{room}/bans/x", user=carol), 422, "validation_failed", "user_id")


# -- the owner ---------------------------------------------------------------------------------------


async def test_a_room_is_handed_over(api, sockets, room, alice, carol):
    watcher = await sockets.joined(carol, room)
    done = api.post(f"/rooms/{room}/transfer", user=alice, json={"user_id": carol.id})
    assert (done.status_code, expect.room(done.json())["owner_id"]) == (200, carol.id)
    assert (await watcher.until("room_updated"))["payload"] == expect.without_place(done.json())
    expect.problem(api.put(f"/rooms/{room}", user=alice, json={"name": "mine"}), 403, "owner_only")
    assert api.put(f"/rooms/{room}", user=carol, json={"name": "mine"}).status_code == 200
    roles = {one["id"]: one["role"] for one in api.get(f"/rooms/{room}/details", user=alice).json()["members"]}
    assert (roles[alice.id], roles[carol.id]) == ("moderator", "owner")
    expect.problem(api.post(f"/rooms/{room}/transfer", user=alice, json={"user_id": alice.id}), 403, "owner_only")


async def test_a_room_handed_to_its_owner_stays_as_it_is(api, sockets, room, alice, carol):
    watcher = await sockets.joined(carol, room)
    done = api.post(f"/rooms/{room}/transfer", user=alice, json={"user_id": alice.id})
    assert (done.status_code, done.json()["owner_id"]) == (200, alice.id)
    await watcher.ask("ping", timestamp=0)
    assert "room_updated" not in watcher.types_passed()


def test_a_room_is_handed_to_members_by_its_owner(api, room, alice, bob, stranger):
    transfer = f"/rooms/{room}/transfer"
    expect.problem(api.post(transfer, user=alice, json={"user_id": stranger.id}), 404, "user_not_found")
    expect.problem(api.post(transfer, user=bob, json={"user_id": bob.id}), 403, "owner_only")
    expect.problem(api.post(transfer, user=stranger, json={"user_id": bob.id}), 403, "not_a_member")
    expect.problem(api.post("/rooms/999999/transfer", user=bob, json={"user_id": bob.id}), 404, "room_not_found")
    for body in ({}, {"user_id": None}, {"user_id": "x"}, {"user_id": -1}):
        expect.problem(api.post(transfer, user=alice, json=body), 422, "validation_failed", "user_id")
    expect.problem(api.post(transfer, user=alice, content=b"[]"), 422, "validation_failed")


def test_the_older_paths_lead_to_the_same(api, room, alice, carol):
    assert api.get(f"/api/chat/rooms/{room}/bans", user=alice).status_code == 200
    changed = api.put(f"/api/chat/rooms/{room}/members/{carol.id}", user=alice, json={"role": "moderator"})
    assert changed.json()["role"] == "moderator"
    done = api.post(f"/api/chat/rooms/{room}/transfer", user=alice, json={"user_id": carol.id})
    assert done.json()["owner_id"] == carol.id
