"""Section 3: what a room is to whoever asks (`Room.me`), and that it may what it is told that it may."""

import asyncio
import datetime

import pytest

import expect
from test_authorization import MATRIX, ROLES, Case, row_of

ACTIONS = ["join", "ask", "withdraw", "read_history", "send", "invite", "leave", "edit", "configure", "set_role", "mute",
           "remove", "ban", "delete_any", "transfer", "dissolve", "add_video", "steer", "answer_requests"]


def in_an_hour():
    return (datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M:%SZ")


@pytest.fixture(scope="module")
def people(api):
    names = ("stranger", "member", "moderator", "owner", "subject", "banned")
    return {name: api.register() for name in names}


def me(api, room, user):
    answer = api.get(f"/rooms/{room}", user=user)
    assert answer.status_code == 200, answer.text
    return expect.room(answer.json())["me"]


# -- the actions against what the routes do ------------------------------------------------


def asked(case, who):
    return case.api.post(f"/rooms/{case.room}/members", user=who, json={}).status_code


def answers_a_request(case, who):
    """A new request, which the owner gets, and whose token nobody else is shown."""
    configured(join_policy="approval")(case, who)
    known = case.invitation()
    return case.api.post(f"/notifications/{known['id']}/respond", user=who,
                         json={"action": "accept", "token": known["content"]["token"]}).status_code == 200


def says(case, who, method, path, **more):
    answer = case.api.request(method, f"/rooms/{case.room}{path}", user=who, **more)
    return answer.status_code < 300


def reads_history(case, who):
    answer = case.api.get(f"/rooms/{case.room}/messages/", user=who)
    return answer.status_code == 200 and answer.json()["items"] != []


def of_subject(case):
    return f"/members/{case.people['subject'].id}"


def steers(case, who, sockets):
    async def run():
        socket = await sockets.ws(who)
        joined = await socket.ask("join_room", room_id=case.room, members_only=True)
        if joined["type"] != "room_joined":
            return False
        answer = await socket.ask("sync_load", room_id=case.room, video_id=None)
        return answer["type"] == "sync_state"

    return run()


#: How an action is done; a room of its own for each.
ATTEMPTS = {
    "join": lambda case, who: asked(case, who) == 200,
    "ask": lambda case, who: asked(case, who) == 201,
    "withdraw": lambda case, who: says(case, who, "DELETE", "/members/request"),
    "read_history": reads_history,
    "send": lambda case, who: says(case, who, "POST", "/messages/", json={"content": "hi"}),
    "invite": lambda case, who: says(case, who, "POST", "/members", json={"user_id": case.api.register().id}),
    "leave": lambda case, who: says(case, who, "DELETE", f"/members/{who.id}"),
    "edit": lambda case, who: says(case, who, "PUT", "", json={"name": "new"}),
    "configure": lambda case, who: says(case, who, "PUT", "/config", json={"allow_guests": True}),
    "set_role": lambda case, who: says(case, who, "PUT", of_subject(case), json={"role": "moderator"}),
    "mute": lambda case, who: says(case, who, "PUT", of_subject(case), json={"muted_until": in_an_hour()}),
    "remove": lambda case, who: says(case, who, "DELETE", of_subject(case)),
    "ban": lambda case, who: says(case, who, "DELETE", of_subject(case) + "?ban=true"),
    "delete_any": lambda case, who: case.api.delete(
        f"/messages/{case.api.say(case.people['subject'], case.room, 'mine')}", user=who).status_code == 204,
    "transfer": lambda case, who: says(case, who, "POST", "/transfer", json={"user_id": case.people["subject"].id}),
    "dissolve": lambda case, who: says(case, who, "DELETE", ""),
    "add_video": lambda case, who: says(case, who, "POST", "/videos",
                                        json={"title": "x", "url": "https://media.example/x.mp4"}),
    "steer": steers,
    "answer_requests": answers_a_request,
}

#: The rows of the matrix that are these actions, where a cell below 300 means that it may.
ROWS = {
    "withdraw": "DELETE /rooms/{room_id}/members/request",
    "read_history": "GET /rooms/{room_id}/messages/",
    "send": "POST /rooms/{room_id}/messages/",
    "invite": "POST /rooms/{room_id}/members",
    "leave": "POST /rooms/leave",
    "edit": "PUT /rooms/{room_id}",
    "configure": "PUT /rooms/{room_id}/config",
    "mute": "PUT /rooms/{room_id}/members/{user_id}",
    "remove": "DELETE /rooms/{room_id}/members/{user_id}",
    "transfer": "POST /rooms/{room_id}/transfer",
    "dissolve": "DELETE /rooms/{room_id}",
    "add_video": "POST /rooms/{room_id}/videos",
    "answer_requests": "POST /notifications/{notification_id}/respond",
}


def test_the_actions_are_those_of_the_matrix(api, people):
    assert set(ROWS.values()) <= set(MATRIX)
    for role in ("stranger", "member", "moderator", "owner"):
        case = Case(api, people)
        api.put(f"/rooms/{case.room}/config", user=people["owner"], json={"is_public": True})
        may = me(api, case.room, people[role])["may"]
        allowed = {action for action, route in ROWS.items()
                   if row_of(route)[1].split()[ROLES.index(role)].startswith("2")}
        assert allowed == set(may) & set(ROWS), role
        assert may == [action for action in ACTIONS if action in may], "in the order of the contract"


def configured(**config):
    def prepare(case, who):
        changed = case.api.put(f"/rooms/{case.room}/config", user=case.people["owner"], json=config)
        assert changed.status_code == 200, (changed.text, who)
    return prepare


def muted(case, who):
    done = case.api.put(f"/rooms/{case.room}/members/{who.id}", user=case.people["owner"],
                        json={"muted_until": in_an_hour()})
    assert done.status_code == 200, done.text


def has_asked(case, who):
    assert asked(case, who) == 201


def invited(case, who):
    done = case.api.post(f"/rooms/{case.room}/members", user=case.people["owner"], json={"user_id": who.id})
    assert done.status_code == 201, done.text


def blocked(case, who):
    assert case.api.put(f"/users/me/blocks/{who.id}", user=case.people["owner"]).status_code == 204


def unblocked(case, who):
    assert case.api.delete(f"/users/me/blocks/{who.id}", user=case.people["owner"]).status_code == 204


def declined_twice(case, who):
    for _ in range(2):
        has_asked(case, who)
        (known,) = case.api.get("/notifications/?status=unread&size=1", user=case.people["owner"]).json()["items"]
        done = case.api.post(f"/notifications/{known['id']}/respond", user=case.people["owner"],
                             json={"action": "reject", "token": known["content"]["token"]})
        assert done.status_code == 200, done.text


#: What is special about a room, and to whom it matters.
STATES = {
    "as it is made": (None, ("stranger", "banned", "member", "moderator", "owner")),
    "open": (configured(join_policy="open"), ("stranger", "banned", "member")),
    "by invitation": (configured(join_policy="invite"), ("stranger", "member")),
    "without history": (configured(history="none"), ("member", "moderator")),
    "steered by all": (configured(sync_mode="everyone"), ("stranger", "member")),
    "steered by nobody": (configured(sync_mode="off"), ("member", "owner")),
    "muted": (muted, ("member", "moderator")),
    "asked": (has_asked, ("stranger",)),
    "invited": (invited, ("stranger",)),
    "blocked": (blocked, ("stranger",)),
    "declined twice": (declined_twice, ("stranger",)),
}


@pytest.mark.parametrize("state", STATES)
async def test_who_is_told_that_it_may_does_and_nobody_else(api, sockets, people, state):
    prepare, roles = STATES[state]

    def fresh(who):
        case = Case(api, people)
        api.put(f"/rooms/{case.room}/config", user=people["owner"], json={"is_public": True})
        if prepare:
            prepare(case, who)
        return case

    for role in roles:
        who = people[role]
        may = me(api, fresh(who).room, who)["may"]
        did = []
        for action, attempt in ATTEMPTS.items():
            case = fresh(who)
            done = attempt(case, who, sockets) if action == "steer" else attempt(case, who)
            if asyncio.iscoroutine(done):
                done = await done
            if done:
                did.append(action)
        if prepare is blocked:
            unblocked(fresh(who), who)
        assert may == did, role


# -- the rest of it ------------------------------------------------------------------------


def test_it_tells_who_one_is(api, alice, bob, carol):
    room = api.room(alice, bob, is_public=True)
    mine = me(api, room, bob)
    assert (mine["role"], mine["muted_until"], mine["pending"]) == ("member", None, None)
    assert expect.is_time(mine["joined_at"])
    assert me(api, room, alice)["role"] == "owner"
    stranger = me(api, room, carol)
    assert {key: stranger[key] for key in stranger if key != "may"} == {
        "role": None, "muted_until": None, "joined_at": None, "last_read_id": 0, "unread": 0, "pending": None}


def test_it_tells_until_when_one_is_muted(api, alice, bob):
    room = api.room(alice, bob)
    until = in_an_hour()
    api.put(f"/rooms/{room}/members/{bob.id}", user=alice, json={"muted_until": until})
    assert me(api, room, bob)["muted_until"] == until.replace("Z", ".000Z")
    api.put(f"/rooms/{room}/members/{bob.id}", user=alice, json={"muted_until": None})
    assert me(api, room, bob)["muted_until"] is None


def test_it_counts_what_is_unread_behind_the_mark(api, alice, bob):
    room = api.room(alice, bob)
    first = api.say(alice, room, "one")
    api.say(alice, room, "two")
    api.say(bob, room, "mine")
    assert (me(api, room, bob)["last_read_id"], me(api, room, bob)["unread"]) == (0, 2)
    api.post(f"/api/chat/messages/{first}/read/", user=bob)
    assert (me(api, room, bob)["last_read_id"], me(api, room, bob)["unread"]) == (first, 1)


def test_a_mark_of_who_left_is_not_told(api, alice, bob):
    room = api.room(alice, bob, is_public=True)
    api.post(f"/api/chat/messages/{api.say(alice, room, 'one')}/read/", user=bob)
    api.post("/rooms/leave", user=bob, json={"room_id": room})
    assert me(api, room, bob)["last_read_id"] == 0


def test_it_names_what_waits_for_an_answer(api, alice, bob, carol):
    room = api.room(alice, is_public=True)
    request = api.post(f"/rooms/{room}/members", user=bob, json={}).json()["notification_id"]
    assert me(api, room, bob)["pending"] == request
    invitation = api.post(f"/rooms/{room}/members", user=alice, json={"user_id": carol.id}).json()["notification_id"]
    assert me(api, room, carol)["pending"] == invitation
    api.delete(f"/rooms/{room}/members/request", user=bob)
    assert me(api, room, bob)["pending"] is None


def test_every_answer_with_a_room_has_it(api, alice):
    made = api.post("/rooms/", user=alice, json={"name": "x"})
    room, other = made.json()["id"], api.register()
    assert expect.room(made.json())["me"]["role"] == "owner"
    for answer in (api.put(f"/rooms/{room}", user=alice, json={"name": "y"}),
                   api.put(f"/rooms/{room}/config", user=alice, json={"is_public": True, "join_policy": "open"})):
        assert expect.room(answer.json())["me"]["role"] == "owner"
    assert api.post(f"/rooms/{room}/members", user=other, json={}).status_code == 200
    details = api.get(f"/rooms/{room}/details", user=other).json()
    assert (details["me"]["role"], details["member_count"]) == ("member", 2)
    moved = api.post(f"/rooms/{room}/transfer", user=alice, json={"user_id": other.id}).json()
    assert (expect.room(moved)["me"]["role"], moved["owner_id"]) == ("moderator", other.id)


def test_a_list_says_it_of_each_room(api):
    owner, guest = api.register(), api.register()
    word = api.unique_name("hall")
    joined, open_to_all = api.room(owner, guest, name=word, is_public=True), api.room(owner, name=word, is_public=True)
    listed = api.get("/rooms/", user=guest, params={"scope": "public", "search": word}).json()["items"]
    assert [(one["id"], one["me"]["role"], one["me"]["may"][:1]) for one in listed] == [
        (joined, "member", ["read_history"]), (open_to_all, None, ["ask"])]
    assert all("last_message" not in one for one in listed)


# -- the last message, in one's own rooms ---------------------------------------------------


def last_message(api, user):
    (room,) = api.get("/rooms/", user=user).json()["items"]
    return expect.room(room)["last_message"]


def test_the_last_message_of_ones_own_rooms_is_listed(api):
    owner = api.register()
    room = api.room(owner)
    assert last_message(api, owner) is None
    said = api.say(owner, room, "first words")
    expect.message(last_message(api, owner), id=said, content="first words", sender_id=owner.id)
    api.delete(f"/messages/{said}", user=owner)
    expect.message(last_message(api, owner), id=said, content="", deleted=True)


@pytest.mark.parametrize("history, seen_before, seen_after", [("all", True, True), ("since_join", False, True),
                                                              ("none", False, False)])
def test_the_last_message_is_shown_by_the_history_policy(api, history, seen_before, seen_after):
    owner, guest = api.register(), api.register()
    room = api.room(owner, join_policy="open", history=history)
    api.say(owner, room, "before")
    assert api.post(f"/rooms/{room}/members", user=guest, json={}).status_code == 200
    assert (last_message(api, guest) is not None) == seen_before
    api.say(owner, room, "after")
    assert (last_message(api, guest) is not None) == seen_after
    assert last_message(api, owner)["content"] == "after"


def test_members_are_counted(api, alice):
    guest = api.register()
    room = api.room(alice, guest)
    count = lambda: api.get(f"/rooms/{room}", user=alice).json()["member_count"]  # noqa: E731
    assert count() == 2
    api.post("/rooms/leave", user=guest, json={"room_id": room})
    assert count() == 1
    api.delete(f"/rooms/{room}/members/{guest.id}?ban=true", user=alice)
    assert count() == 1, "who is banned was no member"
