"""Users who block others, invitations that were rejected twice, requests that are taken back."""

import pytest

import expect


@pytest.fixture
def room(api, alice):
    return api.room(alice)


@pytest.fixture
def dora(api):
    return api.register()


def block(api, by, whom):
    answer = api.put(f"/users/me/blocks/{whom.id}", user=by)
    assert (answer.status_code, answer.content) == (204, b"")


def invite(api, room, by, target):
    return api.post(f"/rooms/{room}/members", user=by, json={"user_id": target.id})


def own(api, user):
    """The notifications of the user, by id."""
    return {one["id"]: one for one in api.get("/notifications/?size=100", user=user).json()["items"]}


def respond(api, user, number, action, token):
    return api.post(f"/notifications/{number}/respond", user=user, json={"action": action, "token": token})


def reject(api, user, number):
    answer = respond(api, user, number, "reject", own(api, user)[number]["content"]["token"])
    assert answer.status_code == 200, answer.text


def test_blocks_are_listed_latest_first_and_lifted(api, dora):
    others = [api.register() for _ in range(3)]
    assert api.get("/users/me/blocks", user=dora).json() == {"items": [], "total": 0, "page": 1, "size": 20}
    for one in (*others, others[0]):  # the last of them twice
        block(api, dora, one)
    listed = api.get("/users/me/blocks?size=2", user=dora).json()
    assert listed["items"] == [{**one.brief, "avatar_url": None} for one in (others[2], others[1])]
    assert (listed["total"], listed["page"], listed["size"]) == (3, 1, 2)
    for _ in range(2):
        assert api.delete(f"/users/me/blocks/{others[1].id}", user=dora).status_code == 204
    assert [one["id"] for one in api.get("/users/me/blocks", user=dora).json()["items"]] == [others[2].id, others[0].id]
    assert api.get("/users/me/blocks", user=others[0]).json()["total"] == 0


def test_who_cannot_be_blocked(api, dora):
    expect.problem(api.put(f"/users/me/blocks/{dora.id}", user=dora), 422, "validation_failed", "user_id")
    for unknown in (1, 1 << 40):
        expect.problem(api.put(f"/users/me/blocks/{unknown}", user=dora), 404, "user_not_found")
    for wrong in ("x", "0", "-1"):
        for call in (api.put, api.delete):
            expect.problem(call(f"/users/me/blocks/{wrong}", user=dora), 422, "validation_failed", "user_id")
    for query in ("?page=0", "?size=101"):
        expect.problem(api.get(f"/users/me/blocks{query}", user=dora), 422, "validation_failed")


async def test_a_blocked_user_invites_in_vain_and_nothing_is_pushed(api, sockets, alice, bob, dora, room):
    socket = await sockets.ws(dora)
    block(api, dora, alice)
    expect.problem(invite(api, room, alice, dora), 403, "user_blocked")
    assert own(api, dora) == {}
    other = api.room(bob)
    assert invite(api, other, bob, dora).status_code == 201
    assert (await socket.until("notification"))["payload"]["content"]["user_id"] == bob.id
    assert "notification" not in socket.types_passed()
    api.delete(f"/users/me/blocks/{alice.id}", user=dora)
    assert invite(api, room, alice, dora).status_code == 201


def test_whom_the_owner_blocks_asks_in_vain(api, dora):
    owner = api.register()
    room = api.room(owner)
    block(api, owner, dora)
    expect.problem(api.post(f"/rooms/{room}/members", user=dora, json={}), 403, "user_blocked")
    expect.problem(api.post("/rooms/join", user=dora, json={"room_id": room}), 403, "user_blocked")
    assert own(api, owner) == {}


def test_an_invitation_that_was_rejected_twice_is_refused(api, alice, bob, dora, room):
    for _ in range(2):
        reject(api, dora, invite(api, room, alice, dora).json()["notification_id"])
    expect.problem(invite(api, room, alice, dora), 403, "invitation_declined")
    assert invite(api, api.room(alice), alice, dora).status_code == 201
    assert invite(api, api.room(bob), bob, dora).status_code == 201


def test_a_request_that_was_rejected_twice_is_refused(api, alice, dora, room):
    for _ in range(2):
        reject(api, alice, api.post(f"/rooms/{room}/members", user=dora, json={}).json()["notification_id"])
    for path, body in ((f"/rooms/{room}/members", {}), ("/rooms/join", {"room_id": room})):
        expect.problem(api.post(path, user=dora, json=body), 403, "invitation_declined")


@pytest.mark.parametrize("prefix", ["", "/api/chat"])
def test_a_request_that_was_withdrawn_is_answered_410(api, alice, dora, room, prefix):
    number = api.post(f"/rooms/{room}/members", user=dora, json={}).json()["notification_id"]
    token = own(api, alice)[number]["content"]["token"]
    assert api.delete(f"{prefix}/rooms/{room}/members/request", user=dora).status_code == 204
    assert number not in own(api, alice)
    for action in ("accept", "reject"):
        expect.problem(respond(api, alice, number, action, token), 410, "gone")
    expect.problem(api.put(f"/notifications/{number}", user=alice, json={"status": "read"}), 410, "gone")
    expect.problem(api.delete(f"{prefix}/rooms/{room}/members/request", user=dora), 404, "notification_not_found")
    again = api.post(f"/rooms/{room}/members", user=dora, json={}).json()["notification_id"]
    assert respond(api, alice, again, "accept", own(api, alice)[again]["content"]["token"]).status_code == 200


def test_nothing_but_an_own_request_is_withdrawn(api, alice, dora, room):
    expect.problem(api.delete("/rooms/999999/members/request", user=dora), 404, "room_not_found")
    expect.problem(api.delete(f"/rooms/{room}/members/request", user=alice), 404, "notification_not_found")
    invite(api, room, alice, dora)
    expect.problem(api.delete(f"/rooms/{room}/members/request", user=dora), 404, "notification_not_found")
