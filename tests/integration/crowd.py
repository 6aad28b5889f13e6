"""A crowd that speaks as fast as it is answered, on every kind of connection, over many lives of one server.

Who was not told what became of a message repeats it in the server's next life with the same `client_msg_id`. A client
that uploads does so by tus, and goes on where the server says that it stands.
"""

import asyncio
import base64
import json
import random

import websockets

import postgres
from harness import query, run_parley, settings_flags

SENDERS, ROOMS = 128, 64

#: One that ends a conversation: the server is gone, or going.
ENDS = (OSError, EOFError, websockets.WebSocketException)

UPLOAD = b"\x1aE\xdf\xa3" + random.Random(1).randbytes(600_000)
PIECE = 64 * 1024


class EnvelopeChannel:
    """`/ws`."""

    def __init__(self, crowd, k):
        self.crowd, self.k = crowd, k

    async def __aenter__(self):
        self.socket = await self.crowd.connect("/ws", self.k)
        await self.socket.recv()
        return self

    async def __aexit__(self, *_):
        self.crowd.ended(self.k, self.socket)
        await self.socket.close()

    async def say(self, content):
        payload = {"room_id": self.crowd.room_of(self.k), "content": content, "client_msg_id": content}
        await self.socket.send(json.dumps({"type": "send_message", "payload": payload}))
        while True:
            frame = json.loads(await self.socket.recv())
            if frame["type"] == "message_ack":
                assert frame["payload"]["client_msg_id"] == content, frame
                return frame["payload"]["message_id"]
            self.crowd.heard(self.k, frame)


class ChatChannel(EnvelopeChannel):
    """`/ws/chat/`, which also makes its room active."""

    async def __aenter__(self):
        self.socket = await self.crowd.connect(f"/ws/chat/{self.crowd.room_of(self.k)}/", self.k)
        return self

    async def say(self, content):
        await self.socket.send(json.dumps({"type": "chat_message", "content": content, "client_msg_id": content}))
        while True:
            frame = json.loads(await self.socket.recv())
            if frame["type"] == "chat_message" and frame["message"]["content"] == content:
                return frame["message"]["id"]
            self.crowd.heard(self.k, frame)


class HttpChannel:
    """One connection that is kept alive."""

    def __init__(self, crowd, k):
        self.crowd, self.k = crowd, k

    async def __aenter__(self):
        server = self.crowd.server
        self.reader, self.writer = await asyncio.open_connection(server.host, server.port)
        return self

    async def __aexit__(self, *_):
        self.writer.close()

    async def request(self, method, path, body=b"", **headers):
        """Status, headers and body."""
        lines = [f"{method} {path} HTTP/1.1", f"Host: {self.crowd.server.authority}",
                 f"Authorization: Bearer {self.crowd.tokens[self.k]}", f"Content-Length: {len(body)}",
                 *(f"{name.replace('_', '-')}: {value}" for name, value in headers.items())]
        self.writer.write("\r\n".join(lines).encode() + b"\r\n\r\n" + body)
        first, *rest = (await self.reader.readuntil(b"\r\n\r\n")).decode().rstrip().split("\r\n")
        fields = {name.lower(): value.strip() for name, value in (line.split(":", 1) for line in rest)}
        has_body = method != "HEAD" and first.split()[1] != "204"
        text = await self.reader.readexactly(int(fields.get("content-length", 0)) if has_body else 0)
        return int(first.split()[1]), fields, text

    async def say(self, content):
        body = json.dumps({"content": content, "client_msg_id": content}).encode()
        status, fields, text = await self.request("POST", f"/rooms/{self.crowd.room_of(self.k)}/messages/", body,
                                                  Content_Type="application/json")
        assert status in (200, 201), text
        number = json.loads(text)["message_id"]
        if fields.get("connection") == "close":
            self.crowd.accepted(self.k, number, content)
            raise EOFError("it was the last answer")
        return number


CHANNELS = (EnvelopeChannel, ChatChannel, EnvelopeChannel, HttpChannel)


class Upload:
    """One client's upload, and then the next."""

    def __init__(self):
        self.where = None
        self.confirmed = 0
        self.videos = []

    async def go_on(self, channel, room):
        """Until the server is gone."""
        tus = {"Tus_Resumable": "1.0.0"}
        while True:
            if self.where is None:
                title = base64.b64encode(b"film").decode()
                status, fields, text = await channel.request(
                    "POST", f"/rooms/{room}/uploads", **tus, Upload_Length=len(UPLOAD),
                    Upload_Metadata=f"title {title},filetype {base64.b64encode(b'video/webm').decode()}")
                assert status == 201, text
                self.where, self.confirmed = fields["location"], 0
            status, fields, text = await channel.request("HEAD", self.where, **tus)
            assert status in (200, 404), status
            if status == 404:  # it was complete, and the server that knew what it became is gone
                assert self.confirmed + PIECE >= len(UPLOAD), f"an upload of {self.confirmed} bytes is gone"
                self.where = None
                continue
            at = int(fields["upload-offset"])
            assert at >= self.confirmed, f"{self.confirmed} bytes were taken, and {at} are there"
            while at < len(UPLOAD):
                status, fields, text = await channel.request(
                    "PATCH", self.where, UPLOAD[at:at + PIECE], **tus, Upload_Offset=at,
                    Content_Type="application/offset+octet-stream")
                assert status == 204, text
                at = self.confirmed = int(fields["upload-offset"])
            if "location" in fields:
                self.videos.append(int(fields["location"].split("/")[2]))
                self.where = None


def require_order(stored):
    """Of each sender, the ids rise as its messages do: `life 3 sender 7 message 12`."""
    last = {}
    for number, content in sorted(stored.items()):
        _, life, _, sender, _, message = content.split()
        place = (int(life), int(message))
        assert last.get(sender, (-1, -1)) < place, f"message {number}, {content!r}, came after {last[sender]}"
        last[sender] = place


class Crowd:
    """128 people in 64 rooms, and one who uploads."""

    def __init__(self, server, folder):
        made = run_parley("fixtures", "--users", SENDERS, "--rooms", ROOMS, "--tokens", folder / "tokens", "--data-dir",
                          server.data_dir, *settings_flags({}), timeout=60)
        assert made.returncode == 0, made.stderr
        self.server = server
        self.tokens = (folder / "tokens").read_text().split()
        self.acknowledged = {}  # id -> content
        self.pending = {}  # sender -> content that it does not know the fate of
        self.repeated = 0
        self.upload = Upload()
        self._begin(0)

    def _begin(self, target):
        self.target = target
        self.told, self.codes = set(), {}  # of this life: who heard server_draining, with which code sockets closed
        self.speaking = set()
        self.enough = asyncio.Event()

    def room_of(self, k):
        return 1 + k % ROOMS

    async def connect(self, path, k):
        return await websockets.connect(self.server.ws + path, ping_interval=None, compression=None, close_timeout=1,
                                        open_timeout=20, extra_headers={"Authorization": f"Bearer {self.tokens[k]}"})

    def accepted(self, k, number, content):
        assert self.acknowledged.get(number, content) == content, f"two messages have the id {number}"
        self.acknowledged[number] = content
        self.pending.pop(k, None)
        self.speaking.add(k)
        if len(self.speaking) == SENDERS:  # from here on the load is that of all
            self.target -= 1
            if self.target == 0:
                self.enough.set()

    def heard(self, k, frame):
        assert frame["type"] != "error", frame
        if frame["type"] == "server_draining":
            self.told.add(k)

    def ended(self, k, socket):
        self.codes[k] = socket.close_code

    async def _speak(self, k, life):
        try:
            async with CHANNELS[k % len(CHANNELS)](self, k) as channel:
                for i in range(1 << 30):
                    self.repeated += k in self.pending
                    content = self.pending.setdefault(k, f"life {life} sender {k} message {i}")
                    self.accepted(k, await channel.say(content), content)
        except ENDS:
            return

    async def _upload(self):
        try:
            async with HttpChannel(self, 0) as channel:
                await self.upload.go_on(channel, self.room_of(0))
        except ENDS:
            return

    async def speak_until(self, life, target, end):
        """Calls `end(self)`, which makes the server end, `target` acknowledgements after the last of the senders got
        its first; returns once everybody noticed."""
        self._begin(target)
        crowd = [asyncio.create_task(self._speak(k, life)) for k in range(SENDERS)]
        crowd.append(asyncio.create_task(self._upload()))
        try:
            enough = asyncio.create_task(self.enough.wait())
            done, _ = await asyncio.wait({enough, *crowd}, timeout=30, return_when=asyncio.FIRST_COMPLETED)
            enough.cancel()
            for one in done - {enough}:
                one.result()
                raise AssertionError(f"somebody was cut off before the end:\n{self.server.log_text()}")
            assert enough in done, f"only {len(self.speaking)} of {SENDERS} senders were answered in time"
            result = await end(self)
            await asyncio.wait_for(asyncio.gather(*crowd), 30)
            return result
        finally:
            for one in crowd:
                one.cancel()

    def check(self):
        """What must hold whenever a server is up, and nobody was let in yet. The server has repaired the database by
        itself: who opens it before would do that."""
        if not postgres.ASKED_FOR:
            assert query(self.server, "PRAGMA integrity_check") == [["ok"]]
        stored = {int(number): content for number, content in query(self.server, "SELECT id, content FROM messages")}
        twice = query(self.server, "SELECT client_msg_id, COUNT(*) FROM messages GROUP BY sender_id, room_id, "
                                   "client_msg_id HAVING COUNT(*) > 1")
        active = int(query(self.server, "SELECT COUNT(*) FROM rooms WHERE is_active = 1")[0][0])
        videos = {int(number): name for number, name in query(self.server, "SELECT id, file FROM videos")}
        lost = {number: content for number, content in self.acknowledged.items() if stored.get(number) != content}
        assert not lost, f"{len(lost)} acknowledged messages are not as sent: {list(lost.items())[:5]}"
        assert not twice, f"stored more than once: {twice[:5]}"
        require_order(stored)
        assert active == 0, f"{active} rooms are active, and nobody is there"
        for number in self.upload.videos:
            assert (self.server.data_dir / "videos" / videos[number]).read_bytes() == UPLOAD
