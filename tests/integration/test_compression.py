"""permessage-deflate (RFC 7692): what is agreed on, clients of others in one room, what is refused, how little is sent."""

import asyncio
import json
import random
import shutil
import struct
import subprocess
import zlib

import pytest
from websockets.extensions.permessage_deflate import ClientPerMessageDeflateFactory

from clients import ChatSocket, Sockets
from harness import DEADLINE, clean_environment
from raw import BINARY, CLOSE, CONTINUATION, PING, PONG, TEXT, Connection, masked
from test_documents import HERE, SCRIPTS

TAIL = b"\x00\x00\xff\xff"
OFFER = "Sec-WebSocket-Extensions: permessage-deflate"
AGREED = "permessage-deflate; client_no_context_takeover"
FORGETS = "permessage-deflate; server_no_context_takeover; client_no_context_takeover"
WORDS = "who is coming to lunch at the new place near the station please tell me so that there is a table".split()


def deflated(text, level=6):
    packer = zlib.compressobj(level, zlib.DEFLATED, -15)
    return (packer.compress(text) + packer.flush(zlib.Z_SYNC_FLUSH)).removesuffix(TAIL)


def sentence(number):
    """Alike for every call with the number, and not like others."""
    return " ".join(random.Random(number).choices(WORDS, k=14))


class Packed(Connection):
    """A client that agreed on compression, and counts what it is sent."""

    reserved = 4

    def __init__(self, server, path, *headers, offer=OFFER):
        super().__init__(server)
        self.unpacker = zlib.decompressobj(-15)
        self.wire, self.plain, self.compressed = 0, 0, 0
        answer = self.upgrade(path, offer, *headers).response()
        assert answer.status_code == 101
        self.agreed = answer.headers.get("sec-websocket-extensions")

    def frame(self):
        frame = super().frame()
        self.wire += len(frame.payload) + 2
        if frame.compressed:
            assert frame.opcode in (TEXT, BINARY)
            if "server_no_context_takeover" in self.agreed:
                self.unpacker = zlib.decompressobj(-15)
            frame.payload = self.unpacker.decompress(frame.payload + TAIL)
            self.compressed += 1
        self.plain += len(frame.payload) + 2
        return frame

    def until(self, kind):
        while True:
            frame = self.text_frame()
            if frame["type"] == kind:
                return frame["payload"]

    def join(self, room, **more):
        self.send(masked(TEXT, json.dumps({"type": "join_room", "payload": {"room_id": room, **more}}).encode()))
        return self.until("room_joined")


def member(server, user, **more):
    return Packed(server, "/ws", f"Authorization: Bearer {user.token}", **more)


# -- what is agreed on -----------------------------------------------------------------


@pytest.mark.parametrize("offer, agreed", [
    ("permessage-deflate; client_max_window_bits", AGREED),
    ("permessage-deflate; server_no_context_takeover; client_no_context_takeover", FORGETS),
    ("permessage-deflate; server_max_window_bits=9",
     "permessage-deflate; server_max_window_bits=9; client_no_context_takeover"),
    ("permessage-deflate; server_max_window_bits=7", None),
    ("permessage-deflate; mux=4, permessage-deflate", AGREED),
    ("x-webkit-deflate-frame", None)])
def test_an_offer_is_answered(server, offer, agreed):
    with Connection(server) as raw:
        answer = raw.upgrade("/ws", f"Sec-WebSocket-Extensions: {offer}").response()
        assert (answer.status_code, answer.headers.get("sec-websocket-extensions")) == (101, agreed)


def test_what_is_no_list_of_extensions_is_a_bad_request(server):
    with Connection(server) as raw:
        assert raw.upgrade("/ws", f"{OFFER}; client_max_window_bits=").response().status_code == 400


def test_it_can_be_switched_off(start_server):
    quiet = start_server({"websocket.compression": "false"})
    with Connection(quiet) as raw:
        assert "sec-websocket-extensions" not in raw.upgrade("/ws/test/t", OFFER).response().headers
        raw.frame()
        raw.send(masked(TEXT, deflated(b"x"), reserved=4))
        assert raw.close_code() == 1002


# -- what others wrote -----------------------------------------------------------------


@pytest.mark.skipif(not (HERE / "node_modules" / "ws").is_dir(), reason="npm's registry was out of reach")
async def test_all_in_a_mixed_room_hear_the_same(server, api, sockets, alice, bob, carol):
    room = api.room(alice, bob, carol)
    said = [sentence(n) + "ы" * (n % 3) + "x" * (n % 7 * 300) for n in range(40)]
    options = [{}, False, {"serverNoContextTakeover": True}, {"clientNoContextTakeover": True, "threshold": 0},
               {"serverMaxWindowBits": 9}, {"serverMaxWindowBits": 10, "serverNoContextTakeover": True}]
    path = f"/ws?token={carol.token}"
    node = subprocess.Popen([shutil.which("node"), SCRIPTS / "hear_compressed.mjs", f"{server.ws}{path}", str(room),
                             str(len(said)), *map(json.dumps, options)], cwd=HERE, env=clean_environment(),
                            stdout=subprocess.PIPE, text=True)
    try:
        assert await asyncio.to_thread(node.stdout.readline) == "ready\n"
        one = await sockets.joined(bob, room)
        flat = await sockets.chatting(room, bob)
        plain = Sockets(server)
        other = await plain.open(path, compression=None)
        await other.join(room)
        assert one.connection.extensions and flat.connection.extensions and not other.connection.extensions
        for text in said:
            await asyncio.to_thread(api.say, alice, room, text)
        for each in (one, other):
            assert [(await each.until("room_message"))["payload"]["content"] for _ in said] == said
        assert [(await flat.until("chat_message"))["message"]["content"] for _ in said] == said
        await plain.close()
        out, _ = await asyncio.to_thread(node.communicate, timeout=DEADLINE)
        heard = json.loads(out)
    finally:
        node.kill()
        node.wait()
    assert [x["contents"] for x in heard] == [said] * len(options)
    assert [bool(x["extensions"]) for x in heard] == [x is not False for x in options]


@pytest.mark.parametrize("offer", [
    {}, {"server_no_context_takeover": True}, {"client_no_context_takeover": True}, {"server_max_window_bits": 9},
    {"server_max_window_bits": 15, "client_max_window_bits": 9, "server_no_context_takeover": True}])
async def test_messages_of_every_size_come_back(sockets, offer):
    """As the conformance suite's families 12 and 13: sizes, kinds and windows."""
    one = await sockets.open("/ws/test/t", ChatSocket, extensions=[ClientPerMessageDeflateFactory(**offer)])
    assert one.connection.extensions
    await one.receive()
    chance = random.Random(1)
    for size in (0, 16, 64, 126, 256, 1024, 4096, 8192, 16384, 32768, 65535, 65536):
        text = json.dumps([sentence(n) for n in range(size // 60 + 1)])[:size]
        for message in (text, text, text.encode(), chance.randbytes(size), [text[:size // 2], text[size // 2:]]):
            await asyncio.wait_for(one.connection.send(message), DEADLINE)
            whole = "".join(message) if isinstance(message, list) else message
            assert await asyncio.wait_for(one.connection.recv(), DEADLINE) == whole


async def test_many_talk_at_once(server, api, sockets, alice, bob, carol):
    """Each hears all in one order, whatever it agreed on and whenever it came."""
    room = api.room(alice, bob, carol)
    people = [await sockets.joined(user, room) for user in (alice, bob, carol)]

    async def talk(one, name):
        for n in range(30):
            await one.tell("send_message", room_id=room, content=f"{name} {sentence(n)}")

    async def come(number):
        one = await sockets.ws(bob)
        await one.join(room, last_message_id=0)
        return number, await listen(one, 90)

    async def listen(one, count):
        return [(await one.until("room_message"))["payload"]["content"] for _ in range(count)]

    *_, first, second, third, late, later = await asyncio.gather(
        *(talk(one, str(n)) for n, one in enumerate(people)), *(listen(one, 90) for one in people), come(1), come(2))
    assert first == second == third == late[1] == later[1]


# -- how little is sent -----------------------------------------------------------------


def test_a_room_is_told_and_told_again_in_a_fraction_of_the_bytes(server, api, alice, bob):
    room = api.room(alice, bob)
    said = [sentence(n) for n in range(60)]
    with member(server, bob) as one, member(server, bob) as other, member(server, bob, offer=f"{OFFER}; server_no_context_takeover") as forgets:
        for raw in (one, other, forgets):
            raw.join(room)
            raw.wire = raw.plain = 0
        for text in said:
            api.say(alice, room, text)
        for raw in (one, other, forgets):
            assert [raw.until("room_message")["content"] for _ in said] == said
            assert raw.compressed >= len(said)
        assert one.wire == other.wire
        assert one.wire < 0.4 * one.plain, "at least 60 % less"
        assert forgets.wire < 0.85 * forgets.plain
    with member(server, bob) as back:
        back.join(room, last_message_id=0)
        back.wire = back.plain = 0
        assert [back.until("room_message")["content"] for _ in said] == said
        assert back.wire < 0.4 * back.plain, "at least 60 % less"


def test_short_frames_go_as_they_are(server, alice):
    with member(server, alice) as raw:
        raw.send(masked(TEXT, b'{"type":"ping","payload":{"timestamp":1}}'))
        raw.until("pong")
        assert raw.compressed == 0


# -- what is refused --------------------------------------------------------------------


@pytest.mark.parametrize("name, sends, code", [
    ("a bomb", masked(TEXT, deflated(bytes(50_000_000)), reserved=4), 1009),
    ("a bomb in pieces", masked(TEXT, deflated(bytes(50_000_000))[:200], False, reserved=4) +
     masked(CONTINUATION, deflated(bytes(50_000_000))[200:]), 1009),
    ("a message one byte too long", masked(TEXT, deflated(b"x" * 65537), reserved=4), 1009),
    ("no deflate data", masked(TEXT, b"no deflate data", reserved=4), 1007),
    ("deflate data that is cut off", masked(TEXT, deflated(b"some words")[:-3], reserved=4), 1007),
    ("no UTF-8 inside", masked(TEXT, deflated(b"\xff"), reserved=4), 1007),
    ("the bit on a ping", masked(PING, b"", reserved=4), 1002),
    ("the bit on a pong", masked(PONG, b"", reserved=4), 1002),
    ("the bit on a close", masked(CLOSE, struct.pack(">H", 1000), reserved=4), 1002),
    ("the bit on a continuation", masked(TEXT, b"a", False) + masked(CONTINUATION, b"b", reserved=4), 1002),
    ("the bit on both", masked(TEXT, deflated(b"a"), False, reserved=4) + masked(CONTINUATION, b"", reserved=4), 1002),
    ("the second bit", masked(TEXT, deflated(b"a"), reserved=6), 1002),
    ("the third bit", masked(TEXT, deflated(b"a"), reserved=5), 1002)])
def test_a_fault_is_closed_with_its_code(server, name, sends, code):
    with Packed(server, "/ws/test/t") as raw:
        assert raw.agreed == AGREED
        raw.frame()
        raw.send(sends)
        assert raw.close_code() == code, name


def test_the_bit_without_an_agreement_is_a_fault(server):
    with Connection(server) as raw:
        raw.upgrade("/ws/test/t").response()
        raw.frame()
        raw.send(masked(TEXT, deflated(b"x"), reserved=4))
        assert raw.close_code() == 1002
