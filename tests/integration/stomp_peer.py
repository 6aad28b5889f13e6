"""A server that speaks STOMP 1.2, strictly: for parley-load's dialect of that name."""

import asyncio
import re

from dialect_peers import Peer, Refusal, Session

ESCAPES = {"\\r": "\r", "\\n": "\n", "\\c": ":", "\\\\": "\\"}
#: What each frame of a client must have.
REQUIRED = {"CONNECT": ("accept-version", "host"), "STOMP": ("accept-version", "host"), "SEND": ("destination",),
            "SUBSCRIBE": ("id", "destination"), "UNSUBSCRIBE": ("id",), "ACK": ("id",), "NACK": ("id",),
            "DISCONNECT": ()}
STANDARD = {"destination", "receipt", "transaction", "content-length"}


class StompError(Exception):
    """What the ERROR frame says."""


def unescaped(text):
    def meaning(found):
        if found[0] not in ESCAPES:
            raise StompError(f"undefined escape {found[0]}")
        return ESCAPES[found[0]]
    return re.sub(r"\\.?", meaning, text)


def escaped(text):
    return re.sub(r"[\r\n:\\]", lambda found: {v: k for k, v in ESCAPES.items()}[found[0]], text)


def stomp_frame(command, headers, body=b""):
    """Without escapes where STOMP 1.0 knew none."""
    write = str if command == "CONNECTED" else escaped
    lines = [command, *(f"{write(key)}:{write(value)}" for key, value in headers.items()), "", ""]
    return ("\n".join(lines).encode() + body + b"\0").decode()


def read_stomp_frame(data):
    """The first frame of `data` as command, headers and body, and what is behind it."""
    parts = re.fullmatch(rb"(.*?)\r?\n\r?\n(.*)", data, re.DOTALL)
    if not parts or b"\0" in parts[1]:
        raise StompError("no blank line behind the headers")
    rest = parts[2]
    try:
        command, *lines = re.split(r"\r?\n", parts[1].decode())
    except UnicodeDecodeError:
        raise StompError("no UTF-8") from None
    if command not in REQUIRED:
        raise StompError(f"unknown command {command[:20]}")
    read = str if command in ("CONNECT", "STOMP") else unescaped
    headers = {}
    for line in lines:
        key, colon, value = line.partition(":")
        if not colon or not key or (read is unescaped and ":" in value):
            raise StompError(f"no header: {line[:40]}")
        headers.setdefault(read(key), read(value))  # the first of several counts
    length = headers.get("content-length")
    if length is not None and not length.isdecimal():
        raise StompError("content-length is no number")
    end = rest.find(b"\0") if length is None else int(length)
    if end < 0 or rest[end:end + 1] != b"\0":
        raise StompError("no NUL behind the body")
    if end > 0 and command != "SEND":
        raise StompError(f"{command} has no body")
    missing = [key for key in REQUIRED[command] if not headers.get(key)]
    if missing:
        raise StompError(f"{command} needs {missing[0]}")
    return command, headers, rest[:end], rest[end + 1:]


class StompSession(Session):
    """STOMP 1.2 alone, without transactions. Each message of WebSocket holds whole frames or line ends."""

    def __init__(self, peer, socket):
        super().__init__(peer, socket)
        self.connected = asyncio.Event()
        self.subscriptions = {}  # destination and mode of acknowledgement of each id
        self.sends_every, self.hears_every = 0.0, 0.0  # seconds; 0: no heartbeats
        self.over = False

    def timers(self):
        return [self.beat()]

    async def beat(self):
        await self.connected.wait()
        while self.sends_every:
            await asyncio.sleep(self.sends_every)  # allowed: the protocol's timer
            self.push("\n")

    async def run(self):
        while not self.over:
            # Three times as long as was agreed on, as Spring's broker: clocks are inexact and machines busy.
            try:
                data = await asyncio.wait_for(self.socket.recv(), 3 * self.hears_every or None)
            except asyncio.TimeoutError:
                self.peer.seen["dropped"] += 1
                return await self.peer.end(self.socket, 1002, "no heartbeat")
            receipt = {}
            try:
                data = data.encode() if isinstance(data, str) else data
                if not data.strip(b"\r\n"):
                    self.peer.seen["heartbeats"] += 1
                while (data := data.lstrip(b"\r\n")) and not self.over:
                    command, headers, body, data = read_stomp_frame(data)
                    receipt = {"receipt-id": headers["receipt"]} if "receipt" in headers else {}
                    self.handle(command, headers, body)
                    if receipt:
                        self.push(stomp_frame("RECEIPT", receipt))
            except StompError as why:
                self.push(stomp_frame("ERROR", {"message": str(why), "version": "1.2", **receipt}))
                raise Refusal(1002, str(why)) from None
        return await self.peer.end(self.socket, 1000)

    def handle(self, command, headers, body):
        if (command in ("CONNECT", "STOMP")) == self.connected.is_set():
            raise StompError(f"{command} is out of place")
        if not self.connected.is_set():
            self.connect(headers)
        elif command == "SUBSCRIBE":
            self.subscribe(headers)
        elif command == "UNSUBSCRIBE":
            if headers["id"] not in self.subscriptions:
                raise StompError("no such subscription")
            self.peer.seen["leaves"] += 1
            destination, _ = self.subscriptions.pop(headers["id"])
            self.peer.rooms[destination][self].remove(headers["id"])
        elif command == "SEND":
            self.send(headers, body)
        elif command == "DISCONNECT":
            self.over = True

    def connect(self, headers):
        if "1.2" not in headers["accept-version"].split(","):
            raise StompError("supported protocol versions are 1.2")
        beats = re.fullmatch(r"(\d+),(\d+)", headers.get("heart-beat", "0,0"))
        if not beats:
            raise StompError("heart-beat must be two numbers")
        can, wants = int(beats[1]), int(beats[2])
        own_can, own_wants = self.peer.beats_ms
        self.sends_every = max(own_can, wants) / 1000 if own_can and wants else 0.0
        self.hears_every = max(can, own_wants) / 1000 if can and own_wants else 0.0
        self.push(stomp_frame("CONNECTED", {"version": "1.2", "heart-beat": f"{own_can},{own_wants}"}))
        self.connected.set()

    def subscribe(self, headers):
        destination, mode = headers["destination"], headers.get("ack", "auto")
        if headers["id"] in self.subscriptions:
            raise StompError("the id of the subscription is taken")
        if mode not in ("auto", "client", "client-individual"):
            raise StompError(f"no ack mode: {mode}")
        if destination == f"/topic/room{self.peer.refused}":
            raise StompError("access refused")
        self.peer.seen["joins"] += 1
        self.subscriptions[headers["id"]] = destination, mode
        self.peer.rooms[destination].setdefault(self, []).append(headers["id"])

    def send(self, headers, body):
        if "transaction" in headers:
            raise StompError("there are no transactions")
        self.peer.seen["messages"] += 1
        common = {"destination": headers["destination"], "message-id": f"m-{self.peer.seen['messages']}",
                  "content-length": str(len(body)), **{k: v for k, v in headers.items() if k not in STANDARD}}
        for each, names in self.peer.rooms[headers["destination"]].items():
            for name in names:
                asked = {} if each.subscriptions[name][1] == "auto" else {"ack": common["message-id"]}
                each.push(stomp_frame("MESSAGE", {"subscription": name, **common, **asked}, body))


class StompPeer(Peer):
    """`beats_ms`: the milliseconds of heartbeats that it can send, and that it wants."""

    path = "/ws"
    subprotocols = ["v12.stomp"]
    session = StompSession

    def __init__(self, refused=None, beats_ms=(10_000, 10_000)):
        super().__init__(refused)
        self.beats_ms = beats_ms
