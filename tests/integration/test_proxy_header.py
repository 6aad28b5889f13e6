"""The PROXY header of balancers on raw sockets, with and without TLS; that of HAProxy itself is in test_proxies.py."""

import socket
import struct

import pytest

from harness import DEADLINE, soon
from proxies import TRUSTED
from raw import Connection
from test_tls import certificate  # pylint: disable=unused-import

V1 = b"PROXY TCP4 203.0.113.7 192.0.2.1 5000 80\r\n"
V2 = b"\r\n\r\n\0\r\nQUIT\n\x21\x11" + struct.pack(">H", 12) + bytes([203, 0, 113, 7, 192, 0, 2, 1]) + b"\x13\x88\0\x50"
LOCAL = b"\r\n\r\n\0\r\nQUIT\n\x20\0\0\0"
NOTED = V2[:14] + struct.pack(">H", 12 + 2000) + V2[16:] + b"\x04\x07\xcd" + bytes(1997)
ASK = b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
SETTINGS = {"server.proxy_protocol": "true", **TRUSTED}


@pytest.fixture
def balanced(start_server):
    return start_server(SETTINGS)


@pytest.mark.parametrize("header", [V1, V2, LOCAL, NOTED, b"PROXY UNKNOWN\r\n",
                                    b"PROXY TCP6 2001:db8::7 2001:db8::1 5000 80\r\n"],
                         ids=["v1", "v2", "local", "notes", "unknown", "v6"])
def test_a_request_is_served_behind_its_header(balanced, header):
    with Connection(balanced) as whole:
        assert whole.send(header + ASK).rest().startswith(b"HTTP/1.1 200")
    with Connection(balanced) as parts:
        parts.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for byte in header:
            parts.send(bytes([byte]))
        assert parts.send(ASK).rest().startswith(b"HTTP/1.1 200")


@pytest.mark.parametrize("bytes_", [ASK, b"PROXY TCP4 a b c d\r\n" + ASK, V2[:12] + b"\x11" + V2[13:] + ASK,
                                    V2[:14] + b"\xff\xff" + bytes(100), b"\x16\x03\x01\x02\0" + bytes(100),
                                    b"PROXY " + b"x" * 200],
                         ids=["none", "broken", "version", "length", "tls", "endless"])
def test_a_connection_without_a_sound_header_is_closed(balanced, bytes_):
    with Connection(balanced) as line:
        assert line.send(bytes_).rest() == b""
    soon(lambda: any("no PROXY header" in one and "127.0.0.1" in one for one in balanced.log))


def test_nobody_else_writes_a_header(start_server):
    server = start_server({**SETTINGS, "http.trusted_proxies": '["10.0.0.0/8"]'})
    with Connection(server) as line:
        assert line.send(V1 + ASK).rest() == b""


def test_a_server_that_wants_none_takes_none(server):
    with Connection(server) as line:
        assert line.send(V1 + ASK).response().status_code == 400


def test_tls_begins_behind_the_header(start_server, certificate):
    server = start_server(SETTINGS, certificate=certificate)
    line = socket.create_connection((server.host, server.port), timeout=DEADLINE)
    line.sendall(V2)
    with server.trust.wrap_socket(line, server_hostname=server.host) as secure:
        secure.sendall(ASK)
        assert secure.recv(4096).startswith(b"HTTP/1.1 200")
