"""What tests talk to the server with: HTTP by httpx, both WebSocket shapes by websockets."""

import asyncio
import dataclasses
import itertools
import json
import os
import socket

import httpx
import websockets

from contract import check_frame, check_response, frame_contract, read_json
from harness import DEADLINE

PASSWORD = "correct horse battery"


def send_at_once(response):
    """httpx writes head and body apart; without this each body waits 40 ms for an acknowledgement of the head."""
    stream = response.extensions["network_stream"]
    stream.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)


@dataclasses.dataclass
class User:
    id: int
    username: str
    email: str
    password: str
    token: str
    refresh_token: str

    @property
    def brief(self):
        return {"id": self.id, "username": self.username}


class Api(httpx.Client):
    """The HTTP side. `user=` of every call sends that user's bearer token. Every answer must be a documented one."""

    _names = itertools.count(1)

    def __init__(self, server):
        super().__init__(base_url=server.http, timeout=DEADLINE, verify=server.trust or True,
                         event_hooks={"response": [send_at_once, check_response]})

    def request(self, method, url, *, user=None, **more):  # pylint: disable=arguments-differ
        if user is not None:
            more["headers"] = {"Authorization": f"Bearer {getattr(user, 'token', user)}", **(more.get("headers") or {})}
        return super().request(method, url, **more)

    def get(self, url, **more):
        return self.request("GET", url, **more)

    def put(self, url, **more):
        return self.request("PUT", url, **more)

    def post(self, url, **more):
        return self.request("POST", url, **more)

    def delete(self, url, **more):
        return self.request("DELETE", url, **more)

    def unique_name(self, stem="user"):
        return f"{stem}{os.getpid()}.{next(self._names)}"

    def login(self, username, password=PASSWORD, path="/token", **more):
        return self.post(path, data={"username": username, "password": password}, **more)

    def register(self, username=None, password=PASSWORD):
        """A new user, signed in."""
        username = username or self.unique_name()
        email = f"{username}@example.org"
        created = self.post("/users/", json={"username": username, "email": email, "password": password})
        assert created.status_code == 201, created.text
        tokens = self.sign_in(username, password)
        return User(created.json()["id"], username, email, password, tokens["access_token"], tokens["refresh_token"])

    def sign_in(self, username, password=PASSWORD):
        answer = self.login(username, password)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def room(self, owner, *members, name="a room", **config):
        """A room's id; `members` have joined it, and `config` is set afterwards."""
        made = self.post("/rooms/", user=owner, json={"name": name, "config": {"join_policy": "open"}})
        assert made.status_code == 201, made.text
        room = made.json()["id"]
        for member in members:
            joined = self.post(f"/rooms/{room}/members", user=member, json={})
            assert (joined.status_code, joined.json()) == (200, {"status": "joined"}), joined.text
        config = {"join_policy": "approval", **config}
        changed = self.put(f"/rooms/{room}/config", user=owner, json=config)
        assert changed.status_code == 200, changed.text
        return room

    def say(self, user, room, content, **more):
        """Posts one message and returns its id."""
        answer = self.post(f"/rooms/{room}/messages/", user=user, json={"content": content, **more})
        assert answer.status_code == 201, answer.text
        return answer.json()["message_id"]


class Socket:
    """One WebSocket that speaks JSON. `passed` holds the frames that the last `until` or `closed` went over.

    Every frame must be a documented one of the channel at `path`.
    """

    def __init__(self, connection, path):
        self.connection = connection
        self.path = path
        self.passed = []

    async def send(self, frame):
        await self.send_text(frame if isinstance(frame, (str, bytes)) else json.dumps(frame))

    async def send_text(self, text):
        await asyncio.wait_for(self.connection.send(text), DEADLINE)

    async def _next(self):
        data = await self.connection.recv()
        check_frame(self.path, data)
        return read_json(data)

    async def receive(self, timeout=DEADLINE):
        """The next frame; fails where none comes in time."""
        try:
            return await asyncio.wait_for(self._next(), timeout)
        except asyncio.TimeoutError:
            raise AssertionError(f"nothing came within {timeout} s after {self.passed}") from None

    async def until(self, wanted, timeout=DEADLINE):
        """The first frame of the type `wanted`, or for which the predicate `wanted` is true."""
        self.passed = []
        matches = wanted if callable(wanted) else lambda frame: frame["type"] == wanted

        async def look():
            while True:
                frame = await self.receive(timeout)
                if matches(frame):
                    return frame
                self.passed.append(frame)

        try:
            return await asyncio.wait_for(look(), timeout)
        except asyncio.TimeoutError:
            raise AssertionError(f"not seen within {timeout} s, but {self.passed}") from None
        except websockets.ConnectionClosed as end:
            raise AssertionError(f"closed with {end.rcvd and end.rcvd.code} after {self.passed}") from None

    async def closed(self, timeout=DEADLINE):
        """Reads until the server closes and returns its close code."""
        self.passed = []

        async def look():
            while True:
                self.passed.append(await self._next())

        try:
            await asyncio.wait_for(look(), timeout)
        except asyncio.TimeoutError:
            raise AssertionError(f"not closed within {timeout} s, but {self.passed}") from None
        except websockets.ConnectionClosed as end:
            return end.rcvd.code if end.rcvd else 1006

    async def close(self):
        """Leaves as a browser tab does."""
        try:
            await asyncio.wait_for(self.connection.close(), DEADLINE)
        except asyncio.TimeoutError:
            self.connection.transport.abort()

    def types_passed(self):
        return [frame["type"] for frame in self.passed]


class EnvelopeSocket(Socket):
    """`/ws`: frames are `{"type","payload"}`, and `id` comes back on the direct answer."""

    _ids = itertools.count(1)

    #: Whether `room_activity` counts: it comes whenever something happens in any room of the user's.
    hears_news = False

    async def _next(self):
        while True:
            frame = await super()._next()
            if frame["type"] != "room_activity" or self.hears_news:
                return frame

    async def tell(self, kind, **payload):
        """Sends a frame that is not answered."""
        await self.send({"type": kind, "payload": payload})

    async def ask(self, kind, **payload):
        """Sends a frame with an `id` and returns the answer that repeats it."""
        number = next(self._ids)
        await self.send({"type": kind, "payload": payload, "id": number})
        return await self.until(lambda frame: frame.get("id") == number)

    async def join(self, room, **more):
        answer = await self.ask("join_room", room_id=room, **more)
        assert answer["type"] == "room_joined", answer
        return answer["payload"]

    async def heard_before(self, api, speaker, room):
        """Every frame that came before a message that `speaker` posts now: a fence for what must not come."""
        fence = api.say(speaker, room, "fence")
        await self.until(lambda f: f["type"] == "room_message" and f["payload"]["id"] == fence)
        return self.passed


class ChatSocket(Socket):
    """`/ws/chat/{room}/`: flat frames, one room."""

    async def tell(self, kind, **members):
        await self.send({"type": kind, **members})

    async def pong(self):
        """A fence for what the server answers to this socket alone."""
        await self.tell("ping")
        return await self.until("pong")

    async def heard_before(self, api, speaker, room):
        """As on `EnvelopeSocket`."""
        fence = api.say(speaker, room, "fence")
        await self.until(lambda f: f["type"] == "chat_message" and f["message"]["id"] == fence)
        return self.passed


class Sockets:
    """Opens WebSockets to one server and closes them all in the end."""

    def __init__(self, server):
        self.server = server
        self.opened = []
        frame_contract()  # takes a moment the first time, which no deadline of a test should pay for

    async def open(self, path, kind=EnvelopeSocket, headers=None, **more):
        connection = await asyncio.wait_for(
            websockets.connect(self.server.ws + path, extra_headers=headers, max_queue=None, ping_interval=None,
                               open_timeout=DEADLINE, close_timeout=5, ssl=self.server.trust, **more), DEADLINE)
        one = kind(connection, path)
        self.opened.append(one)
        return one

    async def ws(self, user=None, query="", headers=None):
        """A socket on `/ws`, its `connected` already taken; as a guest where there is no user."""
        token = {"Authorization": f"Bearer {getattr(user, 'token', user)}"} if user else {}
        one = await self.open("/ws" + query, headers={**token, **(headers or {})})
        first = await one.receive()
        assert first["type"] == "connected", first
        return one

    async def joined(self, user, room):
        """A socket on `/ws` that is joined to the room and has taken its own `presence`, if any."""
        one = await self.ws(user)
        await one.join(room)
        return one

    async def chat(self, room, user=None, query="", headers=None):
        """A socket on `/ws/chat/`, nothing taken yet."""
        token = {"Authorization": f"Bearer {getattr(user, 'token', user)}"} if user else {}
        return await self.open(f"/ws/chat/{room}/{query}", ChatSocket, headers={**token, **(headers or {})})

    async def chatting(self, room, user):
        """A socket on `/ws/chat/` that took `connection_established`."""
        one = await self.chat(room, user)
        first = await one.receive()
        assert first["type"] == "connection_established", first
        return one

    async def close(self):
        await asyncio.gather(*(one.close() for one in self.opened))
        self.opened = []
