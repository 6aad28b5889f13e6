"""What no log, metric or error may tell: secrets, messages, the inside of the server; and that nobody forges a log line."""

import json
import re
import sqlite3
import struct
import urllib.parse

import pytest

import expect
from clients import PASSWORD, Api, Sockets
from harness import SECRET, Server
from media import added, mp4
from raw import CLOSE, Connection, masked

MESSAGE = "a message that is nobody else's business"
LINE = {"text": re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z (debug|info|warning|error) \S.*"),
        "json": re.compile(r'\{"time":"[^"]*","level":"[a-z]+","thread":\d+,"connection_id":(\d+|null),"message":".*"\}')}


class Life:
    """One of everything that has a secret, used rightly and wrongly, on one server."""

    def __init__(self, server):
        self.secrets = {SECRET, PASSWORD, MESSAGE}
        self.errors = []
        with Api(server) as api:
            self.owner, self.guest = api.register(), api.register()
            for user in (self.owner, self.guest):
                self.secrets |= {user.token, user.token.split(".")[2], user.refresh_token}
            room = api.room(self.owner)
            self.sign_in(api)
            self.invite(api, room)
            self.watch(api, room)
            api.say(self.owner, room, MESSAGE)
            self.fail_to_store(api, server, room)
            self.metrics = api.get("/metrics").text
        self.room = room

    def sign_in(self, api):
        wrong = "a wrong guess of a password"
        bad = self.owner.token[:-4] + "AAAA"
        self.secrets |= {wrong, bad.split(".")[2]}
        self.errors += [api.login(self.owner.username, wrong), api.get("/users/me", user=bad),
                        api.get(f"/nowhere?token={self.owner.token}"),
                        api.post("/token/refresh", json={"refresh_token": wrong}),
                        api.put("/users/me", user=self.owner, json={"password": PASSWORD, "current_password": wrong})]

    def invite(self, api, room):
        api.post(f"/rooms/{room}/members", user=self.owner, json={"user_id": self.guest.id})
        invitation = api.get("/notifications/", user=self.guest).json()["items"][0]
        self.secrets.add(invitation["content"]["token"])
        wrong = "no token of an invitation"
        self.secrets.add(wrong)
        self.errors.append(api.post(f"/notifications/{invitation['id']}/respond", user=self.guest,
                                    json={"action": "accept", "token": wrong}))

    def watch(self, api, room):
        url = added(api, self.owner, room, mp4(4000))["url"]
        self.secrets.add(urllib.parse.parse_qs(url.split("?")[1])["signature"][0])
        assert api.get(url).status_code == 200
        self.errors.append(api.get(url[:-4] + "AAAA"))

    def fail_to_store(self, api, server, room):
        """Failures of the database are where values of a statement could get into a log."""
        with sqlite3.connect(server.database, timeout=30) as database:
            database.execute("CREATE TRIGGER no_more BEFORE INSERT ON messages BEGIN SELECT RAISE(ABORT, 'no'); END")
            database.execute("CREATE TRIGGER no_user BEFORE INSERT ON users BEGIN SELECT RAISE(ABORT, 'no'); END")
        failed = api.post(f"/rooms/{room}/messages/", user=self.owner, json={"content": MESSAGE})
        expect.problem(failed, 500, "internal")
        name = api.unique_name()
        unborn = api.post("/users/", json={"username": name, "email": f"{name}@example.org", "password": PASSWORD})
        expect.problem(unborn, 500, "internal")
        self.errors += [failed, unborn]


@pytest.fixture(scope="module", params=["text", "json"])
def life(request, tmp_path_factory):
    """The life, its server's format, and the log at its most talkative."""
    with Server(tmp_path_factory.mktemp("life"), {"log.level": "trace", "log.format": request.param}) as server:
        lived = Life(server)
        with Connection(server) as raw:  # a token in the address, and in a header
            raw.upgrade(f"/ws?token={lived.owner.token}", f"Authorization: Bearer {lived.owner.token}")
            assert raw.response().status_code == 101
            raw.text_frame()
    return request.param, lived, [line for line in server.log if not line.startswith("listening on ")]


def test_no_secret_and_no_message_is_in_the_log_at_any_level(life):
    _, lived, log = life
    assert any("failed" in line for line in log), log  # the failures of the database were logged
    for line in log:
        assert not [secret for secret in lived.secrets if secret in line], line


def test_no_secret_is_in_a_metric(life):
    _, lived, _ = life
    assert "parley_messages_total" in lived.metrics
    for secret in lived.secrets | {lived.owner.username, lived.owner.email}:
        assert secret not in lived.metrics


def test_no_error_shows_a_secret_a_statement_or_a_path(life):
    _, lived, _ = life
    assert len(lived.errors) == 9
    for answer in lived.errors:
        assert answer.status_code >= 400, answer.text
        head = "\n".join(f"{k}: {v}" for k, v in answer.headers.items())
        for inside in lived.secrets | {"INSERT", "SELECT", "sqlite", "RAISE", "/tmp", "parley.db", ".cpp"}:
            assert inside not in answer.text and inside not in head, answer.text


def test_every_line_of_the_log_is_one_of_the_servers_own(life):
    how, _, log = life
    for line in log:
        assert LINE[how].fullmatch(line), line


@pytest.mark.parametrize("how", ["text", "json"])
async def test_nobody_forges_a_line_of_the_log(start_server, how):
    server = start_server({"log.level": "trace", "log.format": how})
    forged = "\r\n2026-01-01T00:00:00.000Z info forged\x1b[2J"
    escaped = urllib.parse.quote(forged, safe="")
    with Api(server) as api:
        user = api.register()
        for path in (f"/static/{escaped}", f"/rooms/{escaped}", f"/{escaped}", f"/users/?search={escaped}"):
            api.get(path, user=user)
        api.post("/realtime/tasks", user=user, json={"connection_id": forged, "status": forged})
        api.login(forged, forged)
    for path in (f"/ws/{escaped}", f"/ws/test/{escaped}", f"/ws/realtime/{escaped}", f"/ws?token={escaped}"):
        with Connection(server) as raw:
            raw.upgrade(path)
            if raw.response().status_code == 101:
                raw.send(masked(CLOSE, struct.pack(">H", 3500) + forged.encode()))
                raw.ends()
    server.stop()
    log = [line for line in server.log if not line.startswith("listening on ")]
    assert any("3500" in line for line in log), log
    for line in log:
        assert LINE[how].fullmatch(line) and "forged" not in line and "\x1b" not in line, line


async def test_an_invitations_secret_reaches_its_receiver_alone(server, api):
    sockets = Sockets(server)
    owner, inviter, target = api.register(), api.register(), api.register()
    room = api.room(owner, inviter)
    watching = [await sockets.joined(user, room) for user in (owner, inviter)]
    heard = await sockets.ws(target)
    answer = api.post(f"/rooms/{room}/members", user=inviter, json={"user_id": target.id})
    assert answer.status_code == 201 and "token" not in answer.text
    token = (await heard.until("notification"))["payload"]["content"]["token"]
    assert len(token) >= 32
    for user in (owner, inviter):
        for path in ("/notifications/", f"/rooms/{room}/details", "/users/me"):
            assert token not in api.get(path, user=user).text
        assert api.get(f"/notifications/{answer.json()['notification_id']}", user=user).status_code == 405
    for one in watching:
        frames = await one.heard_before(api, owner, room)
        assert token not in json.dumps(frames)
    await sockets.close()


def test_nobody_sees_the_email_of_another(api):
    one, other = api.register(), api.register()
    room = api.room(one, other)
    for path in (f"/users/{other.id}", f"/users/?search={other.username}", f"/rooms/{room}/details",
                 f"/rooms/{room}/messages/"):
        assert other.email not in api.get(path, user=one).text
    assert api.get("/users/?search=example.org", user=one).json()["total"] == 0


def test_a_revoked_token_is_refused_on_every_thread_at_once(start_server):
    server = start_server({"server.threads": 4})
    with Api(server) as api:
        user = api.register()
        line = "GET /users/me HTTP/1.1", f"Authorization: Bearer {user.token}"
        connections = [Connection(server) for _ in range(24)]  # the kernel spreads them over the threads
        for one in connections:
            assert one.request(*line).response().status_code == 200
        assert api.post("/token/revoke", json={"refresh_token": user.refresh_token}).status_code == 204
        for one in connections:
            with one:
                assert one.request(*line).response().status_code == 401
