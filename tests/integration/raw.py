"""Bytes on a socket: what no well-behaved client would send, over HTTP and in WebSocket frames."""

import base64
import dataclasses
import json
import os
import socket
import struct

from harness import DEADLINE

TEXT, BINARY, CLOSE, PING, PONG, CONTINUATION = 0x1, 0x2, 0x8, 0x9, 0xA, 0x0


@dataclasses.dataclass
class Response:
    """Has the members of an httpx answer that `expect.problem` looks at."""

    status_code: int
    headers: dict
    body: bytes

    @property
    def text(self):
        return self.body.decode()

    def json(self):
        return json.loads(self.body)


@dataclasses.dataclass
class Frame:
    opcode: int
    final: bool
    payload: bytes
    compressed: bool = False

    @property
    def close_code(self):
        assert self.opcode == CLOSE, self
        return struct.unpack(">H", self.payload[:2])[0] if self.payload else None


def masked(opcode, payload=b"", final=True, reserved=0, mask=None):
    """One frame as a client sends it (RFC 6455 §5.2)."""
    mask = os.urandom(4) if mask is None else mask
    body = bytes(b ^ mask[i % 4] for i, b in enumerate(payload))
    return _head(opcode, len(payload), final, reserved, 0x80) + mask + body


def unmasked(opcode, payload=b""):
    """One frame as only a server may send it."""
    return _head(opcode, len(payload), True, 0, 0) + payload


def _head(opcode, length, final, reserved, mask_bit):
    first = (0x80 if final else 0) | reserved << 4 | opcode
    if length < 126:
        return struct.pack(">BB", first, mask_bit | length)
    if length < 1 << 16:
        return struct.pack(">BBH", first, mask_bit | 126, length)
    return struct.pack(">BBQ", first, mask_bit | 127, length)


class Connection:
    """One TCP connection, with TLS where the server speaks it and `trust` is not False; every read has a deadline."""

    #: Reserved bits that were agreed on.
    reserved = 0

    def __init__(self, server, timeout=DEADLINE, trust=None):
        self.host = server.authority
        self.socket = socket.create_connection((server.host, server.port), timeout=timeout)
        trust = server.trust if trust is None else trust
        if trust:
            self.socket = trust.wrap_socket(self.socket, server_hostname=server.host)
        self.pending = b""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def send(self, data):
        self.socket.sendall(data)
        return self

    def request(self, line, *headers, body=b""):
        """`line` such as `GET / HTTP/1.1`; Host is added."""
        head = "\r\n".join([line, f"Host: {self.host}", *headers]) + "\r\n\r\n"
        return self.send(head.encode() + body)

    def response(self, has_body=True):
        """The next HTTP answer. Pass `has_body=False` for the answer to HEAD."""
        head = self._until(b"\r\n\r\n").decode("latin-1")
        first, *lines = head.rstrip("\r\n").split("\r\n")
        headers = {k.strip().lower(): v.strip() for k, v in (line.split(":", 1) for line in lines)}
        status = int(first.split()[1])
        length = int(headers.get("content-length", 0)) if has_body and status not in (101, 204, 304) else 0
        return Response(status, headers, self._exactly(length))

    def ends(self):
        """True once the server closed, whatever it sent before; fails where it stays open past the deadline."""
        try:
            while self.socket.recv(4096):
                pass
        except ConnectionError:
            pass
        return True

    def rest(self):
        """All that the server still sends before it closes; fails where it stays open past the deadline."""
        rest, self.pending = self.pending, b""
        try:
            while data := self.socket.recv(4096):
                rest += data
        except ConnectionError:
            pass
        return rest

    def upgrade(self, path="/ws", *headers, **changes):
        """Sends a handshake; `changes` replace its own headers (underscores for dashes), None leaves one out."""
        own = {"Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Version": "13",
               "Sec-WebSocket-Key": base64.b64encode(os.urandom(16)).decode()}
        own.update({k.replace("_", "-"): v for k, v in changes.items()})
        return self.request(f"GET {path} HTTP/1.1", *(f"{k}: {v}" for k, v in own.items() if v is not None), *headers)

    def frame(self):
        """The next WebSocket frame of the server."""
        first, second = self._exactly(2)
        assert not first >> 4 & 7 & ~self.reserved, "no extension was agreed on"
        assert not second & 0x80, "a server masks nothing"
        length = second & 0x7F
        if length == 126:
            length = struct.unpack(">H", self._exactly(2))[0]
            assert length > 125, "a length is written in as few bytes as it can be"
        elif length == 127:
            length = struct.unpack(">Q", self._exactly(8))[0]
            assert length > 65535, "a length is written in as few bytes as it can be"
        return Frame(first & 0x0F, bool(first & 0x80), self._exactly(length), bool(first & 0x40))

    def text_frame(self):
        """The JSON of the next frame, which must be text."""
        frame = self.frame()
        assert frame.opcode == TEXT and frame.final, frame
        return json.loads(frame.payload)

    def close_code(self):
        """Reads up to the server's close frame and returns its code."""
        while True:
            frame = self.frame()
            if frame.opcode == CLOSE:
                return frame.close_code

    def _until(self, mark):
        while mark not in self.pending:
            self._more()
        end = self.pending.index(mark) + len(mark)
        found, self.pending = self.pending[:end], self.pending[end:]
        return found

    def _exactly(self, count):
        while len(self.pending) < count:
            self._more()
        found, self.pending = self.pending[:count], self.pending[count:]
        return found

    def _more(self):
        data = self.socket.recv(65536)
        if not data:
            raise EOFError(f"closed by the server after {self.pending!r}")
        self.pending += data
