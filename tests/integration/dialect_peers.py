"""Small chat servers that speak what others speak, strictly: for parley-load's built-in dialects.

Phoenix Channels (serializer V2) and Centrifugo's JSON protocol are spoken here, after what is published of them, as
STOMP 1.2 is in stomp_peer.py; GraphQL over WebSocket by the modules that people use for it, in Node. Each counts what it sees in `seen`:
`joins`, `leaves`, `messages`, `heartbeats` (of the client, or its answers), `refusals`, `dropped` (who gave no sign of
life), and Centrifugo `pings` and `joined_frames` (of several messages).
"""

import asyncio
import collections
import contextlib
import http
import json
import re
import shutil
import subprocess
import uuid

import websockets

from harness import DEADLINE, clean_environment
from peer_server import PeerServer
from test_documents import HERE


def compact(value):
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


class Refusal(Exception):
    """Ends a connection with a close code and a reason."""

    def __init__(self, code, reason):
        super().__init__(reason)
        self.code, self.reason = code, reason


class Peer(PeerServer):
    """A server in a thread, on `path` alone. Nobody gets into the room of the number `refused`."""

    path = "/"
    subprotocols = None

    def __init__(self, refused=None):
        super().__init__(subprotocols=self.subprotocols, process_request=self._admit)
        self.refused = refused
        self.seen = collections.Counter()
        self.closings = []  # code and reason of each connection that this side ended
        self.rooms = collections.defaultdict(dict)  # who is in which, and under what name

    async def _admit(self, target, _headers):
        return None if target.split("?")[0] == self.path else (http.HTTPStatus.NOT_FOUND, [], b"")

    async def _member(self, socket, _):
        session = self.session(self, socket)
        timers = [asyncio.create_task(each) for each in session.timers()]
        try:
            await session.run()
        except Refusal as why:
            self.seen["refusals"] += 1
            await self.end(socket, why.code, why.reason)
        except websockets.ConnectionClosed:
            pass
        finally:
            for each in timers:
                each.cancel()
            for room in self.rooms.values():
                room.pop(session, None)

    async def end(self, socket, code, reason=""):
        self.closings.append((code, reason))
        with contextlib.suppress(websockets.ConnectionClosed):
            await socket.close(code, reason)


class Session:
    """One connection. `run` returns where it ends well and raises `Refusal` where it does not."""

    def __init__(self, peer, socket):
        self.peer, self.socket = peer, socket

    def timers(self):
        return []

    def push(self, text):
        """Sends at once, without waiting for a slow reader; nothing where the connection is gone."""
        websockets.broadcast({self.socket}, text)


# -- Phoenix ---------------------------------------------------------------------------


class PhoenixSession(Session):
    """As Phoenix.Socket and a channel `room:*` whose `handle_in("new_msg", %{"body" => _})` broadcasts and replies."""

    def __init__(self, peer, socket):
        super().__init__(peer, socket)
        self.joined = {}  # the reference of the join of each topic

    async def run(self):
        while True:
            try:
                text = await asyncio.wait_for(self.socket.recv(), self.peer.patience)
            except asyncio.TimeoutError:
                self.peer.seen["dropped"] += 1
                return await self.peer.end(self.socket, 1000)
            try:
                join_ref, ref, topic, event, payload, *_ = json.loads(text)
            except (ValueError, TypeError):  # the process of the socket dies of it
                raise Refusal(1011, "no message of the serializer") from None
            self.handle(join_ref, ref, topic, event, payload)

    def handle(self, join_ref, ref, topic, event, payload):
        if (topic, event) == ("phoenix", "heartbeat"):
            self.peer.seen["heartbeats"] += 1
            self.reply(None, ref, topic, "ok", {})
        elif event == "phx_join":
            self.join(join_ref, ref, topic)
        elif event == "phx_leave":
            if self.joined.get(topic, join_ref) == join_ref:
                self.reply(join_ref, ref, topic, "ok", {})
                self.leave(topic, "phx_close")
        elif topic not in self.joined:
            self.peer.seen["refusals"] += 1
            self.reply(None, ref, topic, "error", {"reason": "unmatched topic"})
        elif event == "new_msg" and isinstance(payload, dict) and "body" in payload:
            self.peer.seen["messages"] += 1
            said = compact([None, None, topic, event, {"body": payload["body"]}])
            for each in self.peer.rooms[topic]:
                each.push(said)
            self.reply(self.joined[topic], ref, topic, "ok", {})
        else:  # no clause of handle_in: the process of the channel dies of it
            self.peer.seen["refusals"] += 1
            self.leave(topic, "phx_error")

    def join(self, join_ref, ref, topic):
        if not re.fullmatch(r"room:\d+", topic):
            self.peer.seen["refusals"] += 1
            return self.reply(None, ref, topic, "error", {"reason": "unmatched topic"})
        if topic == f"room:{self.peer.refused}":
            self.peer.seen["refusals"] += 1
            return self.reply(join_ref, ref, topic, "error", {"reason": "unauthorized"})
        before = self.joined.get(topic)
        self.joined[topic] = join_ref
        self.peer.rooms[topic][self] = join_ref
        self.peer.seen["joins"] += 1
        self.reply(join_ref, ref, topic, "ok", {})
        if before is not None:
            self.push(compact([before, before, topic, "phx_close", {}]))
        return None

    def leave(self, topic, event):
        """Nobody is told of a topic that was never joined."""
        join_ref = self.joined.pop(topic, None)
        if self.peer.rooms[topic].pop(self, None) is not None:
            self.peer.seen["leaves"] += 1
            self.push(compact([join_ref, join_ref, topic, event, {}]))

    def reply(self, join_ref, ref, topic, status, response):
        self.push(compact([join_ref, ref, topic, "phx_reply", {"response": response, "status": status}]))


class PhoenixPeer(Peer):
    """`patience` is the `timeout` of the transport, 60 s in Phoenix: within it something must come."""

    path = "/socket/websocket"
    session = PhoenixSession

    def __init__(self, refused=None, patience=60.0):
        super().__init__(refused)
        self.patience = patience

    async def _admit(self, target, headers):
        """There are serializers for 1.x and 2.x; here for the latter alone."""
        if not re.search(r"[?&]vsn=2\.\d+\.\d+(&|$)", target):
            return http.HTTPStatus.FORBIDDEN, [], b""
        return await super()._admit(target, headers)


# -- Centrifugo ------------------------------------------------------------------------

#: Of its errors, those that are needed.
PERMISSION_DENIED = {"code": 103, "message": "permission denied"}
ALREADY_SUBSCRIBED = {"code": 105, "message": "already subscribed"}
BAD_REQUEST, NO_PONG = (3501, "bad request"), (3012, "no pong")
IN_A_FRAME = 16  # messages at most


class CentrifugoSession(Session):
    """As the library Centrifuge 0.3x: commands one a line, replies and pushes that are written together one a line too.

    Who subscribed may publish (`allow_publish_for_subscriber`).
    """

    def __init__(self, peer, socket):
        super().__init__(peer, socket)
        self.id = str(uuid.uuid4())
        self.greeted = asyncio.Event()
        self.ponged = asyncio.Event()
        self.ponged.set()
        self.outgoing = asyncio.Queue()

    def timers(self):
        return [self.write(), self.ping()]

    async def run(self):
        async for text in self.socket:
            for line in text.strip("\n").split("\n"):
                self.handle(line)

    async def write(self):
        """What is in the queue leaves in one frame."""
        while True:
            texts = [await self.outgoing.get()]
            await asyncio.sleep(self.peer.write_delay)  # allowed: what the server itself waits for
            while len(texts) < IN_A_FRAME and not self.outgoing.empty():
                texts.append(self.outgoing.get_nowait())
            self.peer.seen["joined_frames"] += len(texts) > 1
            self.push("\n".join(texts))

    async def ping(self):
        await self.greeted.wait()
        while True:
            await asyncio.sleep(self.peer.ping_every)  # allowed: the protocol's timer
            self.ponged.clear()
            self.peer.seen["pings"] += 1
            self.outgoing.put_nowait("{}")
            try:
                await asyncio.wait_for(self.ponged.wait(), self.peer.pong_within)
            except asyncio.TimeoutError:
                self.peer.seen["dropped"] += 1
                return await self.peer.end(self.socket, *NO_PONG)

    def handle(self, line):
        try:
            command = json.loads(line)
            number = command.get("id", 0)
        except (ValueError, AttributeError):
            raise Refusal(*BAD_REQUEST) from None
        if not isinstance(number, int) or not 0 <= number < 2**32:
            raise Refusal(*BAD_REQUEST)
        if "connect" not in command and not self.greeted.is_set():
            raise Refusal(*BAD_REQUEST)
        if number == 0:
            return self.pong()
        for method in ("connect", "subscribe", "unsubscribe", "publish"):
            if method in command:
                self.outgoing.put_nowait(compact({"id": number, **getattr(self, method)(command[method])}))
                return None
        raise Refusal(*BAD_REQUEST)

    def pong(self):
        """One that nobody asked for is a bad request."""
        if self.ponged.is_set():
            raise Refusal(*BAD_REQUEST)
        self.ponged.set()
        self.peer.seen["heartbeats"] += 1

    def connect(self, _):
        if self.greeted.is_set():
            raise Refusal(*BAD_REQUEST)
        self.greeted.set()
        return {"connect": {"client": self.id, "version": "0.0.0", "ping": max(1, round(self.peer.ping_every)),
                            "pong": True}}

    def subscribe(self, asked):
        room = self.room_of(asked)
        if self in room:
            return {"error": ALREADY_SUBSCRIBED}
        if asked["channel"] == f"room{self.peer.refused}":
            self.peer.seen["refusals"] += 1
            return {"error": PERMISSION_DENIED}
        self.peer.seen["joins"] += 1
        room[self] = asked["channel"]
        return {"subscribe": {}}

    def unsubscribe(self, asked):
        if self.room_of(asked).pop(self, None):
            self.peer.seen["leaves"] += 1
        return {"unsubscribe": {}}

    def publish(self, asked):
        """Who publishes hears of it before it is told that it worked."""
        room = self.room_of(asked)
        if "data" not in asked:
            raise Refusal(*BAD_REQUEST)
        if self not in room:
            self.peer.seen["refusals"] += 1
            return {"error": PERMISSION_DENIED}
        self.peer.seen["messages"] += 1
        publication = {"data": asked["data"], "info": {"client": self.id}}
        push = compact({"push": {"channel": asked["channel"], "pub": publication}})
        for each in room:
            each.outgoing.put_nowait(push)
        return {"publish": {}}

    def room_of(self, asked):
        if not isinstance(asked, dict) or not isinstance(asked.get("channel"), str) or not asked["channel"]:
            raise Refusal(*BAD_REQUEST)
        return self.peer.rooms[asked["channel"]]


class CentrifugoPeer(Peer):
    """Pings `ping_every` seconds after the last answer, and wants one within `pong_within`; 25 and 8 in Centrifugo.

    For `write_delay` it gathers what it has to say, as by Centrifuge's option of that name.
    """

    path = "/connection/websocket"
    session = CentrifugoSession

    def __init__(self, refused=None, ping_every=25.0, pong_within=8.0, write_delay=0.0):
        super().__init__(refused)
        self.ping_every, self.pong_within, self.write_delay = ping_every, pong_within, write_delay


# -- GraphQL ---------------------------------------------------------------------------


class GraphqlPeer:
    """graphql_peer.mjs; `seen` is known once it has ended."""

    def __init__(self, refused=None):
        self.seen = {}
        refused = [] if refused is None else [f"r{refused}"]
        self._command = [shutil.which("node"), HERE / "graphql_peer.mjs", *refused]
        self._process = None

    def __enter__(self):
        self._process = subprocess.Popen(self._command, cwd=HERE, env=clean_environment(), stdin=subprocess.PIPE,
                                         stdout=subprocess.PIPE, text=True)
        self.url = self._process.stdout.readline().strip()
        assert self.url.startswith("ws://")
        return self

    def __exit__(self, *_):
        try:
            out, _ = self._process.communicate(timeout=DEADLINE)  # closes its standard input
            self.seen = json.loads(out)
        finally:
            self._process.kill()
            self._process.wait()
