"""Webhooks: signed as Standard Webhooks say, at least once from the outbox, ordered a room, to no private address."""

import base64
import collections
import json
import pathlib
import subprocess
import time

import pytest

import expect
from clients import Api, Sockets
from harness import DEADLINE, Server, query, run_parley, soon
from test_operations import metrics
from test_tls import Certificate
from webhook_receiver import LATE, SETTINGS, Receiver, hook, is_signed, promote, waiting

HERE = pathlib.Path(__file__).parent

#: `limits::webhook_pending_max`.
PENDING_MAX = 100_000

#: Until the server gives up waiting for an answer, seconds.
PATIENCE = 5


@pytest.fixture(name="hooked", scope="module")
def server_with_hooks(tmp_path_factory):
    with Server(tmp_path_factory.mktemp("hooks"), SETTINGS) as running:
        yield running


@pytest.fixture(name="api", scope="module")
def client_of_hooked(hooked):
    with Api(hooked) as client:
        yield client


@pytest.fixture(name="admin", scope="module")
def admin_of_hooked(hooked, api):
    return promote(hooked, api)


@pytest.fixture(name="alice", scope="module")
def somebody(api):
    return api.register()


@pytest.fixture(name="receiver")
def good_receiver():
    with Receiver() as one:
        yield one


@pytest.fixture(autouse=True)
def no_hook_is_left(request):
    yield
    if "api" in request.fixturenames and "admin" in request.fixturenames:
        api, admin = request.getfixturevalue("api"), request.getfixturevalue("admin")
        for one in api.get("/admin/webhooks", user=admin, params={"size": 100}).json()["items"]:
            if not one["is_configured"]:
                assert api.delete(f"/admin/webhooks/{one['id']}", user=admin).status_code == 204


# -- what is told -----------------------------------------------------------------------------


def test_a_message_is_posted_to_the_receiver_with_a_signature_that_holds(api, admin, alice, receiver):
    made = hook(api, admin, receiver)
    assert made["secret"].startswith("whsec_") and made["enabled"] and not made["is_configured"]
    room = api.room(alice)
    sent = api.say(alice, room, "héllo \u202e \\ \"")
    soon(lambda: receiver.contents())
    (one,) = [x for x in receiver.got if x["event"]["type"] == "message.posted"]
    assert is_signed(made["secret"], one) and one["path"] == "/hook?from=parley"
    assert one["headers"]["content-type"] == "application/json"
    assert one["headers"]["webhook-id"].startswith("msg_")
    assert one["event"]["data"] == api.get(f"/messages/{sent}", user=alice).json()
    shown = api.get(f"/admin/webhooks/{made['id']}", user=admin).json()
    assert "secret" not in shown and shown == {k: v for k, v in made.items() if k != "secret"}
    soon(lambda: not waiting(api, admin, made))


@pytest.mark.skipif(not (HERE / "node_modules" / "standardwebhooks").is_dir(), reason="npm's registry was out of reach")
def test_the_module_of_standard_webhooks_verifies_what_we_sign(api, admin, alice, receiver):
    own = "whsec_" + base64.b64encode(bytes(range(40))).decode()
    made = hook(api, admin, receiver, secret=own)
    assert made["secret"] == own
    room = api.room(alice)
    for text in ("one", "два ✓", "three"):
        api.say(alice, room, text)
    soon(lambda: len(receiver.contents(room)) == 3)
    sound = [{"secret": own, "headers": x["headers"], "body": x["body"]} for x in receiver.got]
    forged = {**sound[0], "body": sound[0]["body"].replace("}", " }", 1)}
    other = {**sound[0], "secret": "whsec_" + base64.b64encode(bytes(40)).decode()}
    done = subprocess.run(["node", "standard_webhooks.mjs"], cwd=HERE, text=True, capture_output=True, timeout=DEADLINE,
                          check=True, input="".join(json.dumps(x) + "\n" for x in (*sound, forged, other)))
    lines = done.stdout.splitlines()
    assert lines[:-2] == ["true"] * len(sound)
    assert all("No matching signature" in line for line in lines[-2:])


def test_every_kind_is_told(api, admin, alice, receiver, hooked):
    hook(api, admin, receiver)
    bob, eve = api.register(), api.register()
    made = api.post("/rooms/", user=alice, json={"name": "told", "config": {"join_policy": "approval"}}).json()
    room = made["id"]
    api.post(f"/rooms/{room}/members", user=bob, json={})
    invited = api.post(f"/rooms/{room}/members", user=alice, json={"user_id": eve.id})
    assert invited.status_code == 201, invited.text
    sent = api.say(alice, room, "first")
    api.put(f"/messages/{sent}", user=alice, json={"content": "second"})
    api.delete(f"/messages/{sent}", user=alice)
    api.post("/realtime/tasks", user=alice, json={"connection_id": f"build {room}", "status": "running"})

    def told():
        return collections.Counter(x["type"] for x in receiver.events())

    soon(lambda: told()["task.updated"] and told()["message.deleted"] and told()["notification.created"] == 2)
    assert told() == {"member.joined": 1, "notification.created": 2, "message.posted": 1, "message.edited": 1,
                      "message.deleted": 1, "task.updated": 1}
    [joined] = receiver.events("member.joined")
    assert joined["data"] == {"room_id": room, "user_id": alice.id}
    [gone] = receiver.events("message.deleted")
    assert gone["data"]["deleted"] and gone["data"]["content"] == ""
    assert not any("token" in x["data"] for x in receiver.events("notification.created"))
    [task] = receiver.events("task.updated")
    assert task["data"]["owner_id"] == alice.id and task["data"]["status"] == "running"


async def test_a_room_that_fills_and_empties_is_told(api, admin, alice, receiver, hooked):
    hook(api, admin, receiver, events=["room.active", "room.vacated"])
    room = api.room(alice)
    sockets = Sockets(hooked)
    one = await sockets.joined(alice, room)
    soon(lambda: [x["type"] for x in receiver.events()] == ["room.active"])
    await one.close()
    await sockets.close()
    soon(lambda: [x["type"] for x in receiver.events()] == ["room.active", "room.vacated"])
    assert {x["data"]["room_id"] for x in receiver.events()} == {room}


def test_events_and_rooms_choose_what_is_told(api, admin, alice, receiver):
    mine, other = api.room(alice), api.room(alice)
    made = hook(api, admin, receiver, events=["message.posted", "message.deleted"], rooms=[mine])
    for room in (other, mine):
        sent = api.say(alice, room, f"in {room}")
        api.put(f"/messages/{sent}", user=alice, json={"content": "changed"})
        api.delete(f"/messages/{sent}", user=alice)
    soon(lambda: receiver.events("message.deleted"))
    assert [x["type"] for x in receiver.events()] == ["message.posted", "message.deleted"]
    assert {x["data"]["room_id"] for x in receiver.events()} == {mine}
    # And not what is of no room.
    api.post("/realtime/tasks", user=alice, json={"connection_id": f"task {mine}", "status": "x"})
    changed = api.request("PATCH", f"/admin/webhooks/{made['id']}", user=admin, json={"events": [], "rooms": []})
    assert changed.status_code == 200 and changed.json()["events"] == changed.json()["rooms"] == []
    api.say(alice, other, "all")
    soon(lambda: "all" in receiver.contents(other))
    assert not receiver.events("task.updated")


def test_a_disabled_webhook_is_told_nothing_of_the_time(api, admin, alice, receiver):
    made = hook(api, admin, receiver, enabled=False)
    room = api.room(alice)
    api.say(alice, room, "unheard")
    api.request("PATCH", f"/admin/webhooks/{made['id']}", user=admin, json={"enabled": True})
    api.say(alice, room, "heard")
    soon(lambda: receiver.contents(room))
    assert receiver.contents(room) == ["heard"]


def test_a_test_event_goes_to_its_webhook_alone(api, admin, receiver):
    made = hook(api, admin, receiver, events=["task.updated"])
    answer = api.post(f"/admin/webhooks/{made['id']}/test", user=admin)
    assert answer.status_code == 202 and answer.json()["event"] == "webhook.test"
    soon(lambda: receiver.events())
    assert receiver.got[0]["headers"]["webhook-id"] == answer.json()["event_id"]
    assert receiver.events()[0]["data"] == {"webhook_id": made["id"]}


# -- receivers that fail ----------------------------------------------------------------------


def test_an_event_is_sent_again_under_its_id_until_it_is_taken_and_its_room_waits(api, admin, alice, receiver):
    answers = iter([500, 404, "cut"])
    receiver.answer = lambda event: next(answers, 204)
    room = api.room(alice)
    made = hook(api, admin, receiver, events=["message.posted"])
    before = metrics(api)
    texts = [f"text {i}" for i in range(8)]
    for text in texts:
        api.say(alice, room, text)
    soon(lambda: len(receiver.contents(room)) == 8)
    assert receiver.contents(room) == texts
    refused = {one["headers"]["webhook-id"] for one in receiver.refused}
    assert len(receiver.refused) == 3 and refused == {receiver.got[0]["headers"]["webhook-id"]}
    assert is_signed(made["secret"], receiver.refused[0])
    after = metrics(api)
    assert after["parley_webhook_delivered_total"] - before.get("parley_webhook_delivered_total", 0) == 8
    assert after['parley_webhook_failed_total{reason="status"}'] >= 2
    assert after['parley_webhook_failed_total{reason="exchange"}'] >= 1
    assert after["parley_webhook_seconds_count"] >= 11


def test_a_room_whose_event_fails_holds_up_no_other_room(api, admin, alice, receiver):
    bad, good = api.room(alice), api.room(alice)
    receiver.answer = lambda event: 500 if event["data"]["room_id"] == bad else 204
    made = hook(api, admin, receiver, events=["message.posted"])
    for i in range(20):
        api.say(alice, bad, f"bad {i}")
        api.say(alice, good, f"good {i}")
    soon(lambda: len(receiver.contents(good)) == 20)
    assert not receiver.contents(bad)
    left = waiting(api, admin, made, "pending")
    assert len(left) == 20 and left[0]["attempts"] >= 1 and left[0]["last_error"] == "it answers 500"
    assert [x["attempts"] for x in left[1:]] == [0] * 19
    receiver.answer = lambda event: 204
    api.post(f"/admin/webhooks/{made['id']}/deliveries/{left[0]['id']}/resend", user=admin)
    soon(lambda: len(receiver.contents(bad)) == 20)
    assert receiver.contents(bad) == [f"bad {i}" for i in range(20)]


def test_a_receiver_that_hangs_is_left_after_5_s_and_holds_up_no_other(api, admin, alice, receiver):
    room = api.room(alice)
    with Receiver(lambda event: "hang") as slow:
        hanging = hook(api, admin, slow, rooms=[room])
        hook(api, admin, receiver, rooms=[room])
        began = time.monotonic()
        api.say(alice, room, "who hears?")
        soon(lambda: receiver.contents(room))
        assert time.monotonic() - began < PATIENCE - 1
        soon(lambda: len(slow.refused) >= 2, deadline=4 * PATIENCE)
        assert PATIENCE - 0.2 <= slow.refused[1]["at"] - slow.refused[0]["at"] < PATIENCE + 3
        [left] = waiting(api, admin, hanging)
        assert left["last_error"] == "no answer within 5000 ms"
        slow.answer = lambda event: 204
        slow.released.set()
        soon(lambda: slow.contents(room), deadline=4 * PATIENCE)


def test_a_late_answer_is_in_time_and_its_room_alone_waits_for_it(api, admin, alice, receiver):
    late, other = api.room(alice), api.room(alice)
    receiver.answer = lambda event: "late" if event["data"]["room_id"] == late else 204
    made = hook(api, admin, receiver, events=["message.posted"])
    for room in (late, late, other):
        api.say(alice, room, f"{room} {time.monotonic()}")
    soon(lambda: len(receiver.got) == 3 and not waiting(api, admin, made))
    assert not receiver.refused, "none was sent twice"
    times = [one["at"] for one in receiver.got if one["event"]["data"]["room_id"] == late]
    assert LATE - 0.1 <= times[1] - times[0] < PATIENCE
    [quick] = [one["at"] for one in receiver.got if one["event"]["data"]["room_id"] == other]
    assert quick < times[1]


def test_a_webhook_for_which_too_much_waits_is_disabled_and_says_so(api, admin, receiver, hooked):
    receiver.answer = lambda event: 500
    made = hook(api, admin, receiver, events=["task.updated"])
    now = int(time.time() * 1000)
    query(hooked, f"""WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {PENDING_MAX + 1})
                      INSERT INTO webhook_events (webhook_id, event, kind, room_id, message_id, payload, created_at,
                      next_at) SELECT {made['id']}, 'msg_' || i, 8, 0, 0, '{{"data":{{}},"type":"x"}}', {now}, {now}
                      FROM n""")

    def shown():
        return api.get(f"/admin/webhooks/{made['id']}", user=admin).json()

    soon(lambda: not shown()["enabled"], deadline=4 * PATIENCE)
    assert shown()["disabled_because"] == "more than 100000 events waited" and shown()["pending"] == PENDING_MAX + 1


def test_a_redirection_is_not_followed(api, admin, alice, receiver):
    receiver.answer = lambda event: 302
    room = api.room(alice)
    made = hook(api, admin, receiver, events=["message.posted"], rooms=[room])
    api.say(alice, room, "elsewhere?")
    soon(lambda: receiver.refused and waiting(api, admin, made)[0]["last_error"])
    assert waiting(api, admin, made)[0]["last_error"] == "it answers 302, and no redirection is followed"
    assert {one["path"] for one in receiver.refused} == {"/hook?from=parley"}


def test_410_disables_the_webhook(api, admin, alice, receiver):
    receiver.answer = lambda event: 410
    room = api.room(alice)
    made = hook(api, admin, receiver, rooms=[room])
    api.say(alice, room, "gone?")

    def shown():
        return api.get(f"/admin/webhooks/{made['id']}", user=admin).json()

    soon(lambda: not shown()["enabled"])
    assert shown()["disabled_because"] == "it answered 410 Gone" and shown()["pending"] == 1
    receiver.answer = lambda event: 204
    again = api.request("PATCH", f"/admin/webhooks/{made['id']}", user=admin, json={"enabled": True})
    assert again.json()["enabled"] and again.json()["disabled_because"] is None
    soon(lambda: receiver.contents(room))


def test_dead_letters_are_seen_and_sent_again(start_server, receiver):
    server = start_server({**SETTINGS, "webhooks.give_up_seconds": 1})
    with Api(server) as api:
        admin, alice = promote(server, api), api.register()
        receiver.answer = lambda event: 503
        room = api.room(alice)
        made = hook(api, admin, receiver, events=["message.posted"])
        api.say(alice, room, "in vain")
        soon(lambda: waiting(api, admin, made, "dead"), deadline=3 * PATIENCE)
        [dead] = waiting(api, admin, made, "dead")
        assert dead["state"] == "dead" and dead["attempts"] >= 2 and dead["next_at"] is None
        assert dead["payload"]["data"]["content"] == "in vain" and not waiting(api, admin, made, "pending")
        assert api.get(f"/admin/webhooks/{made['id']}", user=admin).json()["dead"] == 1
        receiver.answer = lambda event: 204
        again = api.post(f"/admin/webhooks/{made['id']}/deliveries/{dead['id']}/resend", user=admin)
        assert again.status_code == 202 and again.json()["state"] == "pending"
        soon(lambda: receiver.contents(room))
        assert receiver.got[0]["headers"]["webhook-id"] == dead["event_id"]
        soon(lambda: not waiting(api, admin, made))
        assert api.get(f"/admin/webhooks/{made['id']}", user=admin).json()["dead"] == 0


# -- crashes ----------------------------------------------------------------------------------


def test_a_receiver_that_was_down_gets_everything_in_order(api, admin, alice):
    room = api.room(alice)
    with Receiver() as one:
        port = one.server_port
    made = hook(api, admin, f"http://127.0.0.1:{port}/hook", events=["message.posted"], rooms=[room])
    texts = [f"text {i}" for i in range(10)]
    for text in texts:
        api.say(alice, room, text)
    soon(lambda: waiting(api, admin, made)[0]["attempts"])
    assert "refused" in waiting(api, admin, made)[0]["last_error"]
    with Receiver(port=port) as back:
        first = waiting(api, admin, made)[0]
        api.post(f"/admin/webhooks/{made['id']}/deliveries/{first['id']}/resend", user=admin)
        soon(lambda: len(back.contents(room)) == 10)
        assert back.contents(room) == texts


def test_what_was_acknowledged_before_a_crash_is_told_after_it(start_server, receiver):
    server = start_server(SETTINGS)
    with Api(server) as api:
        admin, alice = promote(server, api), api.register()
        rooms = [api.room(alice) for _ in range(3)]
        hook(api, admin, receiver, events=["message.posted"])
        said = collections.defaultdict(list)
        for life in range(4):
            receiver.answer = (lambda event: 500) if life % 2 == 0 else (lambda event: 204)
            for i in range(12):
                room = rooms[i % 3]
                api.say(alice, room, f"life {life}, text {i}")
                said[room].append(f"life {life}, text {i}")
            server.kill()
            server.start()
            api.base_url = server.http
        receiver.answer = lambda event: 204
        for room in rooms:
            soon(lambda room=room: len(receiver.contents(room)) == len(said[room]), deadline=6 * PATIENCE)
            assert receiver.contents(room) == said[room]


# -- whom it may reach ------------------------------------------------------------------------


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]", "0.0.0.0", "10.1.2.3",
                                  "169.254.169.254", "192.168.0.1", "[fd00::1]", "[fe80::1]", "0x7f000001", "127.1"])
def test_addresses_that_are_not_public_are_refused(server, receiver, host):
    with Api(server) as api:
        admin = promote(server, api)
        made = hook(api, admin, f"http://{host}:{receiver.server_port}/")
        api.post(f"/admin/webhooks/{made['id']}/test", user=admin)
        soon(lambda: waiting(api, admin, made)[0]["last_error"], deadline=3 * PATIENCE)
        error = waiting(api, admin, made)[0]["last_error"]
        assert "is not a public address; webhooks.allow_addresses lets it" in error
        assert not receiver.got and not receiver.refused
        api.delete(f"/admin/webhooks/{made['id']}", user=admin)


def test_a_receiver_s_certificate_has_to_be_good(tmp_path):
    certificate = Certificate.make(tmp_path, "receiver")
    with Receiver(certificate=certificate) as secure:
        for trusted in (False, True):
            env = {"SSL_CERT_FILE": str(certificate.pem)} if trusted else {}
            with Server(tmp_path / f"data {trusted}", SETTINGS, env=env) as one, Api(one) as api:
                admin = promote(one, api)
                made = hook(api, admin, secure)
                api.post(f"/admin/webhooks/{made['id']}/test", user=admin)
                if trusted:
                    soon(lambda: secure.events("webhook.test"))
                    continue
                soon(lambda api=api, admin=admin, made=made: waiting(api, admin, made)[0]["last_error"])
                assert "certificate verify failed" in waiting(api, admin, made)[0]["last_error"]
                assert not secure.got and not secure.refused
                assert metrics(api)['parley_webhook_failed_total{reason="tls"}'] >= 1


# -- administration ---------------------------------------------------------------------------


@pytest.mark.parametrize("wish, fields", [
    ({}, ["url"]),
    ({"url": "ftp://example.org/"}, ["url"]),
    ({"url": "https://user:pass@example.org/"}, ["url"]),
    ({"url": "https://example.org/#part"}, ["url"]),
    ({"url": "https://example.org:0/"}, ["url"]),
    ({"url": "https://пример.рф/"}, ["url"]),
    ({"url": "https://example.org/" + "x" * 2048}, ["url"]),
    ({"url": "https://example.org/", "secret": "whsec_c2hvcnQ="}, ["secret"]),
    ({"url": "https://example.org/", "secret": "secret"}, ["secret"]),
    ({"url": "https://example.org/", "events": ["message.sent"]}, ["events"]),
    ({"url": "https://example.org/", "events": ["webhook.test"]}, ["events"]),
    ({"url": "https://example.org/", "events": "message.posted"}, ["events"]),
    ({"url": "https://example.org/", "rooms": [0]}, ["rooms"]),
    ({"url": 1, "secret": 2, "events": [3], "rooms": ["4"], "enabled": 5},
     ["url", "secret", "events", "rooms", "enabled"]),
])
def test_what_is_wrong_with_a_webhook_is_named(api, admin, wish, fields):
    answer = api.post("/admin/webhooks", user=admin, json=wish)
    expect.problem(answer, 422, "validation_failed")
    assert [x["field"] for x in answer.json()["errors"]] == fields
    if fields != ["url"] or wish:
        changed = api.request("PATCH", "/admin/webhooks/1", user=admin, json=wish)
        expect.problem(changed, 422, "validation_failed")


def test_what_is_not_there_is_not_found(api, admin, receiver):
    for method, path in (("GET", ""), ("PATCH", ""), ("DELETE", ""), ("GET", "/deliveries"), ("POST", "/test"),
                         ("POST", "/deliveries/1/resend")):
        answer = api.request(method, f"/admin/webhooks/{1 << 40}{path}", user=admin,
                             **({"json": {}} if method == "PATCH" else {}))
        expect.problem(answer, 404, "webhook_not_found")
    made = hook(api, admin, receiver)
    expect.problem(api.post(f"/admin/webhooks/{made['id']}/deliveries/{1 << 40}/resend", user=admin), 404, "not_found")
    expect.problem(api.get(f"/admin/webhooks/{made['id']}/deliveries", user=admin, params={"state": "alive"}), 422,
                   "validation_failed")


def test_webhooks_of_the_configuration_are_told_and_not_changed(tmp_path, receiver):
    secret = "whsec_" + base64.b64encode(b"k" * 32).decode()
    settings = {**SETTINGS, "webhooks.url": receiver.url, "webhooks.secret": secret,
                "webhooks.events": '["message.posted"]'}
    with Server(tmp_path, settings) as one, Api(one) as api:
        admin, alice = promote(one, api), api.register()
        [shown] = api.get("/admin/webhooks", user=admin).json()["items"]
        assert shown["is_configured"] and shown["url"] == receiver.url and shown["events"] == ["message.posted"]
        path = f"/admin/webhooks/{shown['id']}"
        expect.problem(api.request("PATCH", path, user=admin, json={"enabled": False}), 409, "webhook_configured")
        expect.problem(api.delete(path, user=admin), 409, "webhook_configured")
        api.say(alice, api.room(alice), "configured")
        soon(lambda: receiver.contents())
        assert is_signed(secret, receiver.got[0])
    with Server(tmp_path, SETTINGS) as one, Api(one) as api:
        assert not api.get("/admin/webhooks", user=api.sign_in(admin.username)["access_token"]).json()["items"]


def test_a_configured_url_needs_a_secret(tmp_path):
    done = run_parley("serve", "--data-dir", tmp_path, "--set", "webhooks.url=https://example.org/")
    assert done.returncode != 0
    [line] = [x for x in done.stderr.splitlines() if "webhooks" in x]
    assert "webhooks.secret: must be set where webhooks.url is; allowed: whsec_" in line


# -- content ----------------------------------------------------------------------------------


def test_deleted_content_waits_for_no_receiver(api, admin, alice, receiver, hooked):
    receiver.answer = lambda event: 500
    room = api.room(alice)
    made = hook(api, admin, receiver, rooms=[room], events=["message.posted", "message.edited"])
    sent = api.say(alice, room, "a secret that I take back")
    api.put(f"/messages/{sent}", user=alice, json={"content": "another that I take back"})
    assert [x["payload"]["data"]["content"] for x in waiting(api, admin, made)] == ["another that I take back"] * 2
    api.delete(f"/messages/{sent}", user=alice)
    left = waiting(api, admin, made)
    assert [x["payload"]["data"]["content"] for x in left] == ["", ""]
    assert all(x["payload"]["data"]["deleted"] for x in left)
    assert query(hooked, "SELECT COUNT(*) FROM webhook_events WHERE payload LIKE '%take back%'") == [["0"]]
