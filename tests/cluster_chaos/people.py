"""The clients of a run: on /ws, on /ws/chat/ and over HTTP. Each does what a sound client does, and tells a log of it."""

import asyncio
import itertools
import json
import time

import websockets

#: Answers after which the same thing may be asked for again.
TRY_AGAIN = {"rate_limited", "internal", "draining", "server_full", "request_timeout"}


class Log:
    """NDJSON in the form of script/check-history."""

    def __init__(self, path):
        self.file = open(path, "w", encoding="utf-8")

    def tell(self, what, **more):
        self.file.write(json.dumps({"what": what, "at": round(time.monotonic(), 6), **more}, ensure_ascii=False) + "\n")

    def close(self):
        self.file.close()


class World:
    """What all clients share: the servers, the lot, the log, and the end."""

    def __init__(self, servers, lot, log):
        self.servers, self.lot, self.log = servers, lot, log
        self.writing = asyncio.Event()  # set: nobody begins anything new
        self.over = asyncio.Event()
        self.people = []
        self.numbers = itertools.count(1)
        self.absent = set()  # (user, room) of removed members

    def tell(self, what, **more):
        self.log.tell(what, **more)

    def any_node(self):
        up = self.servers.up()
        return self.lot.choice(up) if up else None

    def healthy_node(self):
        healthy = [node for node in self.servers.up() if node.is_healthy]
        return self.lot.choice(healthy) if healthy else self.any_node()

    async def pause(self, seconds, until=None):
        """True where that event came before the time was over."""
        waiting = asyncio.ensure_future((until or self.over).wait())
        try:
            await asyncio.wait({waiting}, timeout=max(seconds, 0.001))
            return waiting.done()
        finally:
            waiting.cancel()


async def http(node, method, path, token, body=None, timeout=4.0):
    """(status, JSON or None); raises OSError where no whole answer came."""
    try:
        return await asyncio.wait_for(_http(node, method, path, token, body), timeout)
    except (asyncio.TimeoutError, asyncio.IncompleteReadError, ValueError, IndexError) as error:
        raise OSError(f"no answer: {error!r}") from None


async def _http(node, method, path, token, body):
    if not node or node.port is None:
        raise OSError("no node")
    reader, writer = await asyncio.open_connection(node.host, node.port)
    try:
        data = b"" if body is None else json.dumps(body).encode()
        head = (f"{method} {path} HTTP/1.1\r\nHost: {node.host}:{node.port}\r\nAuthorization: Bearer {token}\r\n"
                f"Content-Type: application/json\r\nContent-Length: {len(data)}\r\nConnection: close\r\n\r\n")
        writer.write(head.encode() + data)
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        length = next((int(x.split(":")[1]) for x in head if x.lower().startswith("content-length:")), 0)
        data = await reader.readexactly(length)
        return int(head[0].split()[1]), json.loads(data) if data else None
    finally:
        writer.transport.abort()


class Talker:
    """A user who says things: keys, and what is not answered yet."""

    def __init__(self, world, user):
        self.world, self.user = world, user
        self.pending = {}  # key -> [room, content]; in the order in which they were said first
        self.own = []  # (room, id) of what was acknowledged

    def next_key(self):
        return f"{self.user.id}-{next(self.world.numbers)}"

    def tell_send(self, room, key, content):
        self.world.tell("send", user=self.user.id, room=room, key=key, content=content)

    def take_ack(self, key, number):
        said = self.pending.pop(key, None)
        if said:
            self.world.tell("ack", user=self.user.id, room=said[0], key=key, content=said[1], id=number)
            self.own.append((said[0], number))

    def take_refusal(self, key, code):
        room, content = self.pending[key]
        self.world.tell("refused", user=self.user.id, room=room, key=key, content=content, code=code)
        if code not in TRY_AGAIN:
            del self.pending[key]

    async def post(self, node, key, timeout):
        """One attempt over HTTP; whether it is decided."""
        room, content = self.pending[key]
        self.tell_send(room, key, content)
        try:
            status, body = await http(node, "POST", f"/rooms/{room}/messages/", self.user.token,
                                      {"content": content, "client_msg_id": key}, timeout)
        except OSError:
            return False
        if status in (200, 201):
            self.take_ack(key, body["message_id"])
        else:
            self.take_refusal(key, (body or {}).get("code"))
        return key not in self.pending


class Speaker(Talker):
    """Says something in one room over HTTP all the time, asking nodes that no fault is on: it is the room's clock."""

    def __init__(self, world, user, room, interval):
        super().__init__(world, user)
        self.room, self.interval = room, interval

    async def run(self):
        while not self.world.writing.is_set():
            await self.say(f"by {self.user.id} over HTTP")
            await self.world.pause(self.interval)

    async def say(self, text, timeout=0.7):
        key = self.next_key()
        self.pending[key] = [self.room, f"{text} {key}"]
        while not await self.post(self.world.healthy_node(), key, timeout):
            if await self.world.pause(0.03):
                break
        return self.own[-1][1] if self.own else None


class Editor(Speaker):
    """Says little, and changes or deletes it over HTTP, at any node."""

    async def run(self):
        while not self.world.writing.is_set():
            number = await self.say("to be changed", timeout=4.0)
            for _ in range(self.world.lot.randint(0, 3)):
                await self.change(number, f"changed {next(self.world.numbers)}")
                await self.world.pause(self.world.lot.uniform(0, self.interval))
            if self.world.lot.random() < 0.2:
                await self.change(number, None)
            await self.world.pause(self.world.lot.uniform(0, 2 * self.interval))

    async def change(self, number, content):
        """Until it is answered: two changes of one message are never on their way at once but for a lost one."""
        if number is None:
            return
        line = {"user": self.user.id, "room": self.room, "id": number, "content": content}
        while not self.world.over.is_set():
            self.world.tell("edit", **line)
            try:
                if content is None:
                    status, body = await http(self.world.any_node(), "DELETE", f"/messages/{number}", self.user.token)
                else:
                    status, body = await http(self.world.any_node(), "PUT", f"/messages/{number}", self.user.token,
                                              {"content": content})
                if status in (200, 204):
                    self.world.tell("edited", **line)
                    return
                if (body or {}).get("code") not in TRY_AGAIN:
                    return
            except OSError:
                pass
            await self.world.pause(0.1)


class Owner:
    """Removes a member of one room and lets it in again, over and over."""

    def __init__(self, world, user, room, member):
        self.world, self.user, self.room, self.member = world, user, room, member

    async def until_done(self, who, method, path, done, body=None):
        while not self.world.over.is_set():
            try:
                status, answer = await http(self.world.any_node(), method, path, who.token, body)
                if status in done or (answer or {}).get("code") in done:
                    return
            except OSError:
                pass
            await self.world.pause(0.1)

    async def run(self):
        name = {"user": self.member.id, "room": self.room}
        while not await self.world.pause(self.world.lot.uniform(1, 3), self.world.writing):
            self.world.absent.add((self.member.id, self.room))
            await self.until_done(self.user, "DELETE", f"/rooms/{self.room}/members/{self.member.id}",
                                  {204, "not_a_member", "user_not_found", "not_found"})
            self.world.tell("removed", **name)
            await self.world.pause(self.world.lot.uniform(0.2, 1.5))
            self.world.tell("added", **name)
            await self.until_done(self.member, "POST", f"/rooms/{self.room}/members", {200, "already_member"}, {})
            self.world.absent.discard((self.member.id, self.room))


class Visitor(Talker):
    """On /ws: joins its rooms, talks, leaves and comes back, loses its connection and resumes at another node."""

    def __init__(self, world, user, rooms, interval):
        super().__init__(world, user)
        self.rooms, self.interval = rooms, interval
        self.name = f"w{user.id}"
        self.last, self.revision = {}, {}
        self.joined = set()
        self.asked = {}  # id of a frame -> what it asked for
        self.sent_at = {}  # key -> when it was sent on this connection
        self.wanted = {}
        self.socket = self.connection = None
        self.heard_at = 0.0

    async def run(self):
        while not self.world.over.is_set():
            node = self.world.any_node()
            if node:
                await self.live(node)
            await self.world.pause(self.world.lot.uniform(0.02, 0.2))

    async def live(self, node):
        code = None
        try:
            self.socket = await asyncio.wait_for(websockets.connect(
                f"ws://{node.host}:{node.port}/ws", extra_headers={"Authorization": f"Bearer {self.user.token}"},
                max_queue=None, ping_interval=None, open_timeout=2, close_timeout=0.2), 2.5)
        except (OSError, asyncio.TimeoutError, websockets.WebSocketException):
            return
        self.connection = f"{self.name}.{next(self.world.numbers)}"
        self.joined, self.asked, self.sent_at = set(), {}, {}
        self.heard_at = time.monotonic()
        self.world.tell("open", c=self.connection, client=self.name, user=self.user.id, node=node.name)
        acting = asyncio.create_task(self.act())
        try:
            async for text in self.socket:
                self.heard_at = time.monotonic()
                await self.take(json.loads(text))
            code = self.socket.close_code
        except (OSError, websockets.WebSocketException):
            code = self.socket.close_code
        finally:
            self.world.tell("closed", c=self.connection, code=code)
            self.joined = set()
            acting.cancel()
            self.socket.transport.abort()

    async def ask(self, kind, payload, about=None):
        number = next(self.world.numbers)
        self.asked[number] = (kind, about)
        await self.socket.send(json.dumps({"type": kind, "payload": payload, "id": number}))

    async def join(self, room):
        wish = {"room_id": room, "members_only": True}
        if room in self.last:
            wish |= {"last_message_id": self.last[room], "last_change": self.revision[room]}
        await self.ask("join_room", wish, (room, self.last.get(room)))

    async def act(self):
        """Everything that this client does by itself while it is connected."""
        lot = self.world.lot
        pinged = time.monotonic()
        wanted = self.wanted = {}  # room -> when to ask (again) to be let in
        try:
            while True:
                now = time.monotonic()
                if now - self.heard_at > 3:
                    self.socket.transport.abort()
                    return
                if now - pinged > 1:
                    pinged = now
                    await self.ask("ping", {"timestamp": 1})
                for room in self.rooms:
                    if room not in self.joined and now >= wanted.get(room, 0) and (self.user.id, room) not in self.world.absent:
                        wanted[room] = now + 5
                        await self.join(room)
                for key in [k for k in self.pending if now - self.sent_at.get(k, 0) > 5]:
                    await self.send(key)
                if not self.world.writing.is_set():
                    await self.begin_something(lot, wanted, now)
                await self.world.pause(lot.expovariate(1 / self.interval))
        except (OSError, websockets.WebSocketException):
            pass

    async def begin_something(self, lot, wanted, now):
        chance = lot.random()
        if chance < 0.003:
            self.socket.transport.abort()
        elif chance < 0.02 and self.joined:
            room = lot.choice(sorted(self.joined))
            wanted[room] = now + lot.uniform(0, 2)
            await self.ask("leave_room", {"room_id": room}, room)
        elif chance < 0.7 and self.joined and len(self.pending) < 20:
            key = self.next_key()
            self.pending[key] = [lot.choice(sorted(self.joined)), f"on /ws {key}"]
            await self.send(key)

    async def send(self, key):
        room, content = self.pending[key]
        self.sent_at[key] = time.monotonic()
        self.tell_send(room, key, content)
        await self.ask("send_message", {"room_id": room, "content": content, "client_msg_id": key}, key)

    async def take(self, frame):
        kind, payload = frame["type"], frame.get("payload") or {}
        asked, about = self.asked.pop(frame.get("id"), (None, None))
        room = payload.get("room_id")
        if kind == "room_joined":
            room, after = about
            self.joined.add(room)
            self.world.tell("joined", c=self.connection, room=room, after=after, last=payload["last_message_id"],
                            resync=bool(payload.get("resync")))
            if after is None or payload.get("resync"):
                self.last[room] = payload["last_message_id"] or 0
            self.revision[room] = payload["last_change"]
        elif kind == "room_message":
            self.world.tell("heard", c=self.connection, room=room, id=payload["id"], user=payload["sender_id"],
                            key=payload["client_msg_id"], content=payload["content"], deleted=payload["deleted"],
                            replayed=payload.get("replayed", False))
            self.last[room] = max(self.last.get(room, 0), payload["id"])
        elif kind in ("message_edited", "message_deleted"):
            self.world.tell("changed", c=self.connection, room=room, id=payload["id"],
                            content=payload["content"] if kind == "message_edited" else None)
            if not payload.get("replayed") and room in self.revision:
                self.revision[room] += 1
        elif kind == "room_join_error":
            self.wanted[about[0]] = time.monotonic() + 0.2
        elif kind == "room_left":
            self.wanted[room] = max(self.wanted.get(room, 0), time.monotonic() + 0.2)
            self.joined.discard(room)
            self.world.tell("left", c=self.connection, room=room)
        elif kind == "message_ack":
            self.take_ack(payload["client_msg_id"], payload["message_id"])
        elif kind == "error" and asked == "send_message" and about in self.pending:
            self.take_refusal(about, payload["code"])
            if about in self.pending:
                self.sent_at[about] = time.monotonic() - 4.7


class Reader(Talker):
    """On /ws/chat/: one room, flat. What it said and did not hear is said again over HTTP."""

    def __init__(self, world, user, room, interval):
        super().__init__(world, user)
        self.room, self.interval = room, interval
        self.name = f"f{user.id}"
        self.joined = set()
        self.last = {}
        self.connection = None
        self.heard_at = 0.0

    async def run(self):
        while not self.world.over.is_set():
            node = self.world.any_node()
            if node:
                await self.live(node)
            for key in list(self.pending):
                await self.post(self.world.any_node(), key, 4.0)
            await self.world.pause(self.world.lot.uniform(0.02, 0.2))

    async def live(self, node):
        try:
            socket = await asyncio.wait_for(websockets.connect(
                f"ws://{node.host}:{node.port}/ws/chat/{self.room}/",
                extra_headers={"Authorization": f"Bearer {self.user.token}"},
                max_queue=None, ping_interval=None, open_timeout=2, close_timeout=0.2), 2.5)
        except (OSError, asyncio.TimeoutError, websockets.WebSocketException):
            return
        self.connection = f"{self.name}.{next(self.world.numbers)}"
        self.heard_at = time.monotonic()
        self.world.tell("open", c=self.connection, client=self.connection, user=self.user.id, node=node.name)
        acting = asyncio.create_task(self.act(socket))
        try:
            async for text in socket:
                self.heard_at = time.monotonic()
                self.take(json.loads(text))
        except (OSError, websockets.WebSocketException):
            pass
        finally:
            self.world.tell("closed", c=self.connection, code=socket.close_code)
            self.joined = set()
            acting.cancel()
            socket.transport.abort()

    async def act(self, socket):
        try:
            while time.monotonic() - self.heard_at < 3:
                await socket.send(json.dumps({"type": "ping"}))
                if self.joined and not self.world.writing.is_set() and len(self.pending) < 5:
                    key = self.next_key()
                    self.pending[key] = [self.room, f"flat {key}"]
                    self.tell_send(*[self.room, key, self.pending[key][1]])
                    await socket.send(json.dumps({"type": "chat_message", "content": self.pending[key][1],
                                                  "client_msg_id": key}))
                elif len(self.pending) >= 5 or (self.pending and self.world.writing.is_set()):
                    socket.transport.abort()  # something of it was refused: it is said again over HTTP
                await self.world.pause(min(1.0, self.world.lot.expovariate(1 / self.interval)))
            socket.transport.abort()
        except (OSError, websockets.WebSocketException):
            pass

    def take(self, frame):
        if frame["type"] == "connection_established":
            self.joined = {self.room}
            self.world.tell("joined", c=self.connection, room=self.room)
        elif frame["type"] == "chat_message":
            said = frame["message"]
            self.world.tell("heard", c=self.connection, room=self.room, id=said["id"], user=said["sender"]["id"],
                            key=said.get("client_msg_id"), content=said["content"])
            self.last[self.room] = max(self.last.get(self.room, 0), said["id"])
            if said.get("client_msg_id") in self.pending:
                self.take_ack(said["client_msg_id"], said["id"])
        elif frame["type"] == "message_edited":
            self.world.tell("changed", c=self.connection, room=self.room, id=frame["message"]["id"],
                            content=frame["message"]["content"])
        elif frame["type"] == "message_deleted":
            self.world.tell("changed", c=self.connection, room=self.room, id=frame["id"], content=None)
