"""Who may do what: every route of `parley routes` by seven kinds of callers. A route without its row here fails."""

import asyncio
import base64
import contextlib
import os

import pytest
import websockets

from clients import Api
from contract import read_json
from harness import DEADLINE, Server, claims_for, run_parley, sign

ROLES = ("nobody", "bad token", "stranger", "member", "moderator", "owner", "admin")

PNG = ("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==")


class Case:
    """A room of its own for one cell, with one of everything that a route may be about."""

    def __init__(self, api, people):
        self.api = api
        self.people = people
        self.fresh = {}
        owner, member = people["owner"], people["member"]
        self.room = api.room(owner, people["moderator"], member, people["subject"])
        made = api.put(f"/rooms/{self.room}/members/{people['moderator'].id}", user=owner, json={"role": "moderator"})
        assert made.status_code == 200, made.text
        banned = api.delete(f"/rooms/{self.room}/members/{people['banned'].id}?ban=true", user=owner)
        assert banned.status_code == 204, banned.text
        self.message = api.say(member, self.room, "hello")

    def invitation(self):
        """Of somebody new to the room, by its owner: what its id and its token are, and who received it."""
        guest = self.api.register()
        asked = self.api.post(f"/rooms/{self.room}/members", user=guest, json={})
        assert asked.status_code == 201, asked.text
        (known,) = [one for one in self.api.get("/notifications/", user=self.people["owner"]).json()["items"]
                    if one["id"] == asked.json()["notification_id"]]
        return known

    def video(self):
        added = self.api.post(f"/rooms/{self.room}/videos", user=self.people["member"],
                              json={"title": "a film", "url": "https://media.example/film.mp4"})
        assert added.status_code == 201, added.text
        return added.json()["id"]

    def file(self):
        made = self.api.post(f"/rooms/{self.room}/files?name=x.png", user=self.people["member"],
                             content=base64.b64decode(PNG), headers={"Content-Type": "image/png"})
        assert made.status_code == 201, made.text
        self.api.post(f"/rooms/{self.room}/messages/", user=self.people["member"],
                      json={"content": "", "attachments": [made.json()["id"]]})
        return made.json()["id"]

    def upload(self):
        made = self.api.post(f"/rooms/{self.room}/uploads", user=self.people["member"],
                             headers={"Tus-Resumable": "1.0.0", "Upload-Length": "10",
                                      "Upload-Metadata": "title ZmlsbQ==,filetype dmlkZW8vbXA0"})
        assert made.status_code == 201, made.text
        return made.headers["location"].rsplit("/", 1)[1]


def request(path=None, **more):
    """How a route is called in a cell: its path's parameters and what it sends."""
    return lambda case: (path(case) if path else {}, {k: v(case) if callable(v) else v for k, v in more.items()})


def room(**more):
    return request(lambda case: {"room_id": case.room}, **more)


def about(who, **more):
    return request(lambda case: {"room_id": case.room, "user_id": case.people[who].id}, **more)


def message(**more):
    return request(lambda case: {"message_id": case.message}, **more)


def no_webhook(**more):
    return request(lambda case: {"webhook_id": 1 << 40, "delivery_id": 1}, **more)


def respond(case):
    known = case.invitation()
    return {"notification_id": known["id"]}, {"json": {"action": "reject", "token": known["content"]["token"]}}


def refresh(case):
    member = case.people["member"]
    return {}, {"json": {"refresh_token": case.api.sign_in(member.username)["refresh_token"]}}


NEW_USER = {"json": lambda case: (lambda name: {"username": name, "email": f"{name}@example.org",
                                                "password": "long enough"})(case.api.unique_name())}
TUS = {"Tus-Resumable": "1.0.0"}

ANYONE = "200 200 200 200 200 200 200"
USERS = "401 401 200 200 200 200 200"
MEMBERS = "401 401 403 200 200 200 403"
# The application is part of the program only where npm built it.
APP = ANYONE if os.path.exists(os.path.join(os.path.dirname(__file__), "../../web/app/dist/files.txt")) else \
    "404 404 404 404 404 404 404"
ADMINS = "401 401 403 403 403 403 200"
SOCKET = "guest invalid_token authenticated authenticated authenticated authenticated authenticated"

#: Route: (how it is called, the status for each of ROLES). Of a socket: what `auth_status` it opens with, or the
#: close code.
MATRIX = {
    "POST /users/": (request(**NEW_USER), "201 201 201 201 201 201 201"),
    "GET /users/": (request(), USERS),
    "GET /users/me": (request(), USERS),
    "PUT /users/me": (request(json={"avatar": PNG}), USERS),
    "DELETE /users/me": (request(json={"current_password": "a wrong one"}), "401 401 403 403 403 403 403"),
    "GET /users/me/sessions": (request(), USERS),
    "DELETE /users/me/sessions": (request(), "401 401 204 204 204 204 204"),
    "DELETE /users/me/sessions/{session_id}": (request(lambda case: {"session_id": 1 << 40}),
                                               "401 401 404 404 404 404 404"),
    "GET /users/me/clients": (request(), USERS),
    "GET /users/{user_id}": (about("subject"), USERS),
    "GET /users/me/blocks": (request(), USERS),
    "PUT /users/me/blocks/{user_id}": (about("subject"), "401 401 204 204 204 204 204"),
    "DELETE /users/me/blocks/{user_id}": (about("subject"), "401 401 204 204 204 204 204"),
    "POST /users/{user_id}/push": (about("subject", json={"data": 1}), ADMINS),
    "POST /clients/{client_id}/messages": (request(lambda case: {"client_id": "x"}, json={"data": 1}), ADMINS),
    "POST /token": (request(data=lambda case: {"username": case.people["member"].username,
                                               "password": case.people["member"].password}), ANYONE),
    "POST /token/refresh": (refresh, ANYONE),
    "GET /token/check": (request(), USERS),
    "POST /token/revoke": (request(json={"refresh_token": "unknown"}), "204 204 204 204 204 204 204"),
    "POST /rooms/": (request(json={"name": "mine"}), "401 401 201 201 201 201 201"),
    "GET /rooms/": (request(), USERS),
    "GET /rooms/{room_id}": (room(), MEMBERS),
    "GET /rooms/{room_id}/details": (room(), MEMBERS),
    "PUT /rooms/{room_id}": (room(json={"name": "new"}), "401 401 403 403 403 200 403"),
    "PUT /rooms/{room_id}/config": (room(json={"is_public": True}), "401 401 403 403 403 200 403"),
    "DELETE /rooms/{room_id}": (room(), "401 401 403 403 403 204 403"),
    "POST /rooms/{room_id}/members": (room(json=lambda case: {"user_id": case.api.register().id}),
                                      "401 401 403 201 201 201 403"),
    "DELETE /rooms/{room_id}/members/request": (room(), "401 401 404 404 404 404 404"),
    "PUT /rooms/{room_id}/members/{user_id}": (about("subject", json={"muted_until": None}),
                                               "401 401 403 403 200 200 403"),
    "DELETE /rooms/{room_id}/members/{user_id}": (about("subject"), "401 401 403 403 204 204 403"),
    "GET /rooms/{room_id}/bans": (room(), "401 401 403 403 200 200 403"),
    "DELETE /rooms/{room_id}/bans/{user_id}": (about("banned"), "401 401 403 403 204 204 403"),
    "POST /rooms/{room_id}/transfer": (room(json=lambda case: {"user_id": case.people["subject"].id}),
                                       "401 401 403 403 403 200 403"),
    "POST /rooms/join": (request(json=lambda case: {"room_id": case.room}), "401 401 201 409 409 409 201"),
    "POST /rooms/leave": (request(json=lambda case: {"room_id": case.room}), "401 401 403 204 204 409 403"),
    "POST /rooms/{room_id}/messages/": (room(json={"content": "hi"}), "401 401 403 201 201 201 403"),
    "GET /rooms/{room_id}/messages/": (room(), MEMBERS),
    "GET /messages/{message_id}": (message(), MEMBERS),
    "PUT /messages/{message_id}": (message(json={"content": "new"}), "401 401 403 200 403 403 403"),
    "DELETE /messages/{message_id}": (message(), "401 401 403 204 204 204 403"),
    "POST /api/chat/messages/{message_id}/read/": (message(), MEMBERS),
    "GET /api/chat/messages/{message_id}/readers/": (message(), MEMBERS),
    "GET /notifications/": (request(), USERS),
    "PUT /notifications/{notification_id}": (
        request(lambda case: {"notification_id": case.invitation()["id"]}, json={"status": "read"}),
        "401 401 404 404 404 200 404"),
    "POST /notifications/{notification_id}/respond": (respond, "401 401 404 404 404 200 404"),
    "POST /realtime/tasks": (request(json=lambda case: {"connection_id": f"task of {case.room}", "status": "running"}),
                             USERS),
    "GET /realtime/tasks": (request(), USERS),
    "GET /realtime/tasks/{connection_id...}": (request(lambda case: {"connection_id...": "unknown"}),
                                               "401 401 404 404 404 404 404"),
    "GET /rooms/{room_id}/videos": (room(), MEMBERS),
    "POST /rooms/{room_id}/videos": (room(json={"title": "x", "url": "https://media.example/x.mp4"}),
                                     "401 401 403 201 201 201 403"),
    "DELETE /videos/{video_id}": (request(lambda case: {"video_id": case.video()}), "401 401 403 204 204 204 403"),
    "GET /videos/{video_id}/content": (request(lambda case: {"video_id": case.video()}),
                                       "401 401 403 302 302 302 403"),
    "POST /rooms/{room_id}/files": (room(params={"name": "x"}, content=b"x"), "401 401 403 201 201 201 403"),
    "GET /files/{file_id}/content": (request(lambda case: {"file_id": case.file()}), MEMBERS),
    "GET /files/{file_id}/thumbnail": (request(lambda case: {"file_id": case.file()}), MEMBERS),
    "OPTIONS /rooms/{room_id}/uploads": (room(), "204 204 204 204 204 204 204"),
    "POST /rooms/{room_id}/uploads": (
        room(headers={**TUS, "Upload-Length": "10", "Upload-Metadata": "title ZmlsbQ==,filetype dmlkZW8vbXA0"}),
        "401 401 403 201 201 201 403"),
    "OPTIONS /uploads/{upload_id}": (request(lambda case: {"upload_id": case.upload()}), "204 204 204 204 204 204 204"),
    "HEAD /uploads/{upload_id}": (request(lambda case: {"upload_id": case.upload()}, headers=TUS),
                                  "401 401 404 200 404 404 404"),
    "PATCH /uploads/{upload_id}": (
        request(lambda case: {"upload_id": case.upload()}, content=b"12345",
                headers={**TUS, "Upload-Offset": "0", "Content-Type": "application/offset+octet-stream"}),
        "401 401 404 204 404 404 404"),
    "DELETE /uploads/{upload_id}": (request(lambda case: {"upload_id": case.upload()}, headers=TUS),
                                    "401 401 404 204 404 404 404"),
    "GET /avatars/{file}": (request(lambda case: {"file": "unknown.png"}), "404 404 404 404 404 404 404"),
    "GET /ws/status": (request(), ANYONE),
    "GET /healthz": (request(), ANYONE),
    "GET /readyz": (request(), ANYONE),
    "GET /metrics": (request(), ANYONE),
    "GET /openapi.json": (request(), ANYONE),
    "GET /asyncapi.json": (request(), ANYONE),
    "GET /docs": (request(), ANYONE),
    "GET /app": (request(), APP),
    "GET /app/{page...}": (request(lambda case: {"page...": "r/5"}), APP),
    "GET /": (request(), ANYONE),
    "GET /static/{file...}": (request(lambda case: {"file...": "unknown"}), "404 404 404 404 404 404 404"),
    "GET /admin/overview": (request(), ADMINS),
    "GET /admin/connections": (request(), ADMINS),
    "GET /admin/disconnects": (request(), ADMINS),
    "POST /admin/connections/{connection_id}/close": (request(lambda case: {"connection_id": 1 << 40}),
                                                      "401 401 403 403 403 403 404"),
    "POST /admin/drain": (request(), "401 401 403 403 403 403 202"),
    "GET /admin/webhooks": (request(), ADMINS),
    "POST /admin/webhooks": (request(json={"url": "https://example.org/", "enabled": False}),
                             "401 401 403 403 403 403 201"),
    "GET /admin/webhooks/{webhook_id}": (no_webhook(), "401 401 403 403 403 403 404"),
    "PATCH /admin/webhooks/{webhook_id}": (no_webhook(json={}), "401 401 403 403 403 403 404"),
    "DELETE /admin/webhooks/{webhook_id}": (no_webhook(), "401 401 403 403 403 403 404"),
    "GET /admin/webhooks/{webhook_id}/deliveries": (no_webhook(), "401 401 403 403 403 403 404"),
    "POST /admin/webhooks/{webhook_id}/deliveries/{delivery_id}/resend": (no_webhook(), "401 401 403 403 403 403 404"),
    "POST /admin/webhooks/{webhook_id}/test": (no_webhook(), "401 401 403 403 403 403 404"),
    "WS /ws": (request(), SOCKET),
    "WS /ws/chat/{room_id}/": (room(), "4401 4401 4403 open open open 4403"),
    "WS /ws/{client_id}": (request(lambda case: {"client_id": f"client of {case.room}"}), SOCKET),
    "WS /ws/realtime/{connection_id...}": (request(lambda case: {"connection_id...": "build/7"}), SOCKET),
    "WS /ws/ws/simple/{connection_id}": (request(lambda case: {"connection_id": "x"}), "open " * 7),
    "WS /ws/test/{connection_id}": (request(lambda case: {"connection_id": "x"}), "open " * 7),
}

#: Rows that lead to another one's handler.
ALIASES = {"POST /api/v1/login/access-token": "POST /token"}


def listed_routes():
    """`METHOD PATH` of each, as the binary's own table has them."""
    lines = run_parley("routes").stdout.splitlines()
    assert lines[-1] == f"{len(lines) - 1} routes"
    return [" ".join(line.split()[:2]) for line in lines[:-1]]


def row_of(route):
    """The row of a route, of an alias the one of what it stands for."""
    route = ALIASES.get(route, route)
    return MATRIX.get(route) or MATRIX.get(route.replace(" /api/chat/", " /", 1))


@pytest.fixture(scope="module")
def people_of():
    """Makes the seven on a server, and the two that they act upon."""
    def make(server, api):
        people = {role: api.register() for role in ("stranger", "member", "moderator", "owner", "subject", "banned")}
        made = run_parley("user", "create", "--username", "root", "--email", "root@example.org", "--admin",
                          "--data-dir", server.data_dir, stdin="correct horse battery\n")
        assert made.returncode == 0, made.stderr
        people["admin"] = Admin(api.sign_in("root")["access_token"])
        return people
    return make


class Admin:
    def __init__(self, token):
        self.token = token


def token_of(people, role):
    if role == "nobody":
        return None
    return sign(claims_for(1 << 40), secret="not the server's secret, but long") if role == "bad token" \
        else people[role].token


def test_every_route_has_its_row_and_every_row_its_route():
    routes = listed_routes()
    assert [route for route in routes if not row_of(route)] == []
    known = {ALIASES.get(route, route) for route in routes}
    assert [route for route in MATRIX if route not in known] == []


async def open_socket(server, path, token):
    """The `auth_status` or `open`, or the code of a close that came at once."""
    query = f"?token={token}" if token else ""
    async with websockets.connect(f"{server.ws}{path}{query}", open_timeout=DEADLINE) as connection:
        with contextlib.suppress(websockets.ConnectionClosed):
            first = read_json(await asyncio.wait_for(connection.recv(), DEADLINE))
            if first["type"] != "error":
                return first.get("payload", first).get("auth_status", "open")
            await asyncio.wait_for(connection.recv(), DEADLINE)
        return str(connection.close_code)


def check_route(server, api, people, route):
    """Calls the route as each role, on a fresh room each time; the cells that were not as expected."""
    method, pattern = route.split(" ", 1)
    call, cells = row_of(route)
    wrong = []
    for role, expected in zip(ROLES, cells.split(), strict=True):
        parameters, more = call(Case(api, people))
        path = pattern
        for name, value in parameters.items():
            path = path.replace("{" + name + "}", str(value))
        token = token_of(people, role)
        if method == "WS":
            got = asyncio.run(open_socket(server, path.replace(" ", "%20"), token))
        else:
            answer = api.request(method, path, user=token, **more)
            got = str(answer.status_code)
        if got != expected:
            wrong.append(f"{route} as {role}: {got}, not {expected}")
    return wrong


def test_matrix(tmp_path, people_of):
    with Server(tmp_path) as server:
        with Api(server) as api:
            people = people_of(server, api)
            wrong = []
            for route in listed_routes():
                if row_of(route) and not route.endswith(" /admin/drain"):
                    wrong += check_route(server, api, people, route)
            assert wrong == []
            # The last one, for nobody gets in afterwards.
            wrong = check_route_without_room(api, people, "POST /admin/drain")
            assert wrong == []
        assert server.wait() == 0


def check_route_without_room(api, people, route):
    method, path = route.split(" ", 1)
    got = {role: str(api.request(method, path, user=token_of(people, role)).status_code) for role in ROLES}
    return [(role, status) for role, status in got.items()
            if status != dict(zip(ROLES, row_of(route)[1].split(), strict=True))[role]]
