"""kill -9 under load: a message that was answered with an id is in the database, every time."""

import asyncio
import json
import random
import sqlite3

import websockets

from harness import Server, run_parley, settings_flags

SENDERS, ROUNDS, ROOMS = 128, 20, 64


class Load:
    """128 clients that speak as fast as they are answered, until the server is gone."""

    def __init__(self, server, tokens):
        self.server = server
        self.tokens = tokens
        self.acknowledged = {}  # id -> content
        self.enough = asyncio.Event()
        self.speaking = set()
        self.target = 0

    def accepted(self, k, number, content):
        self.acknowledged[number] = content
        self.speaking.add(k)
        if len(self.speaking) == SENDERS:  # from here on the load is that of all
            self.target -= 1
            if self.target == 0:
                self.enough.set()

    async def run(self, round_number, target):
        """Kills the server `target` acknowledgements after the last of the senders got its first."""
        self.target = target
        self.speaking.clear()
        self.enough.clear()
        kinds = (self.speak_on_ws, self.speak_on_ws, self.speak_on_chat, self.speak_over_http)
        senders = [asyncio.create_task(kinds[k % 4](k, f"round {round_number} sender {k}"))
                   for k in range(SENDERS)]
        try:
            await self.loaded(senders)
            self.server.process.kill()
            await asyncio.wait_for(asyncio.gather(*senders), 20)
        finally:
            for sender in senders:
                sender.cancel()
        self.server.kill()

    async def loaded(self, senders):
        """Returns when there were enough acknowledgements; a sender that ends before that is a failure."""
        enough = asyncio.create_task(self.enough.wait())
        done, _ = await asyncio.wait({enough, *senders}, timeout=30, return_when=asyncio.FIRST_COMPLETED)
        enough.cancel()
        for sender in done - {enough}:
            sender.result()
            raise AssertionError(f"a sender was cut off before the crash:\n{self.server.log_text()}")
        assert enough in done, f"only {len(self.speaking)} of {SENDERS} senders were answered in time"

    def connect(self, path, k):
        return websockets.connect(self.server.ws + path, ping_interval=None, compression=None, close_timeout=1,
                                  open_timeout=20, extra_headers={"Authorization": f"Bearer {self.tokens[k]}"})

    async def speak_on_ws(self, k, name):
        try:
            async with self.connect("/ws", k) as socket:
                await socket.recv()
                for i in range(1 << 30):
                    content = f"{name} message {i}"
                    payload = {"room_id": 1 + k % ROOMS, "content": content}
                    await socket.send(json.dumps({"type": "send_message", "payload": payload}))
                    frame = json.loads(await socket.recv())
                    assert frame["type"] == "message_ack", frame
                    self.accepted(k, frame["payload"]["message_id"], content)
        except (OSError, EOFError, websockets.WebSocketException):
            return

    async def speak_on_chat(self, k, name):
        try:
            async with self.connect(f"/ws/chat/{1 + k % ROOMS}/", k) as socket:
                for i in range(1 << 30):
                    content = f"{name} message {i}"
                    await socket.send(json.dumps({"type": "chat_message", "content": content}))
                    while True:
                        frame = json.loads(await socket.recv())
                        assert frame["type"] != "error", frame
                        if frame["type"] == "chat_message" and frame["message"]["content"] == content:
                            break
                    self.accepted(k, frame["message"]["id"], content)
        except (OSError, EOFError, websockets.WebSocketException):
            return

    async def speak_over_http(self, k, name):
        try:
            reader, writer = await asyncio.open_connection(self.server.host, self.server.port)
            for i in range(1 << 30):
                content = f"{name} message {i}"
                body = json.dumps({"content": content}).encode()
                writer.write((f"POST /rooms/{1 + k % ROOMS}/messages/ HTTP/1.1\r\nHost: {self.server.authority}\r\n"
                              f"Authorization: Bearer {self.tokens[k]}\r\nContent-Type: application/json\r\n"
                              f"Content-Length: {len(body)}\r\n\r\n").encode() + body)
                head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
                length = int(head.split("content-length:")[1].split("\r\n")[0])
                answer = json.loads(await reader.readexactly(length))
                assert " 201 " in head.split("\r\n")[0] + " ", answer
                self.accepted(k, answer["message_id"], content)
        except (OSError, EOFError):  # IncompleteReadError is an EOFError
            return


async def test_no_acknowledged_message_is_lost_over_twenty_crashes(tmp_path):
    data, file = tmp_path / "data", tmp_path / "tokens"
    made = run_parley("fixtures", "--users", SENDERS, "--rooms", ROOMS, "--tokens", file, "--data-dir", data,
                      *settings_flags({}), timeout=60)
    assert made.returncode == 0, made.stderr
    server = Server(data)
    load = Load(server, file.read_text().split())
    dice = random.Random(20)
    for round_number in range(ROUNDS):
        server.start()
        await load.run(round_number, dice.randint(1, 600))
        missing = lost(server, load.acknowledged)
        assert not missing, f"round {round_number}: {len(missing)} acknowledged messages are not as sent: {missing[:5]}"
    assert len(load.acknowledged) > ROUNDS * SENDERS


def lost(server, acknowledged):
    """Acknowledged messages that the database does not hold with their content."""
    file = sqlite3.connect(server.database)
    try:
        assert file.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        stored = dict(file.execute("SELECT id, content FROM messages"))
    finally:
        file.close()
    return [(number, content) for number, content in acknowledged.items() if stored.get(number) != content]
