"""RFC 6455 on the wire: frames and handshakes that no library would send."""

import base64
import hashlib
import json
import os
import socket
import struct

import pytest

import expect
from raw import BINARY, CLOSE, CONTINUATION, PING, PONG, TEXT, Connection, masked, unmasked

PING_TEXT = b'{"type":"ping","payload":{"timestamp":1}}'


@pytest.fixture
def opened(server, alice):
    """A raw connection past the handshake and past `connected`."""
    with Connection(server) as raw:
        raw.upgrade("/ws", f"Authorization: Bearer {alice.token}")
        assert raw.response().status_code == 101
        assert raw.text_frame()["type"] == "connected"
        yield raw


# -- handshake -----------------------------------------------------------------------


def test_the_accept_key_is_computed_from_the_clients(server):
    key = base64.b64encode(os.urandom(16)).decode()
    with Connection(server) as raw:
        answer = raw.upgrade("/ws", Sec_WebSocket_Key=key).response()
    digest = hashlib.sha1((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").encode()).digest()
    assert answer.status_code == 101
    assert answer.headers["sec-websocket-accept"] == base64.b64encode(digest).decode()
    assert answer.headers["upgrade"].lower() == "websocket" and "upgrade" in answer.headers["connection"].lower()


@pytest.mark.parametrize("changes, status", [
    ({"Sec_WebSocket_Key": None}, 400), ({"Sec_WebSocket_Key": "short"}, 400),
    ({"Sec_WebSocket_Version": None}, 426), ({"Sec_WebSocket_Version": "12"}, 426),
    ({"Upgrade": None}, 426), ({"Upgrade": "h2c"}, 426), ({"Connection": "keep-alive"}, 426),
    ({"Connection": None}, 426)])
def test_a_bad_handshake_is_refused(server, changes, status):
    with Connection(server) as raw:
        answer = raw.upgrade("/ws", **changes).response()
    assert answer.status_code in (400, 426)
    expect.problem(answer, status, {400: "bad_request", 426: "upgrade_required"}[status])


def test_a_refused_version_is_told_which_one_is_spoken(server):
    with Connection(server) as raw:
        answer = raw.upgrade("/ws", Sec_WebSocket_Version="12").response()
    assert answer.headers["sec-websocket-version"] == "13"


def test_header_values_are_compared_without_case_and_in_lists(server):
    with Connection(server) as raw:
        answer = raw.upgrade("/ws", Upgrade="WebSocket", Connection="keep-alive, UPGRADE").response()
        assert answer.status_code == 101


def test_a_post_does_not_upgrade(server):
    with Connection(server) as raw:
        raw.request("POST /ws HTTP/1.1", "Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Version: 13",
                    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", "Content-Length: 0")
        assert raw.response().status_code in (400, 405, 426)


@pytest.mark.parametrize("path, status, code", [("/no/such/socket", 404, "not_found"), ("/", 404, "not_found"),
                                                ("/ws/chat/" + "1" * 129 + "/", 422, "validation_failed")])
def test_what_a_handshake_is_refused_with_in_http(server, path, status, code):
    with Connection(server) as raw:
        answer = raw.upgrade(path).response()
    if path == "/":  # the web page, once there is one
        assert answer.status_code != 101
    else:
        expect.problem(answer, status, code)


@pytest.mark.parametrize("path", ["/ws", "/ws/chat/1/"])
def test_a_foreign_origin_is_403(server, path):
    for origin in ("https://evil.example", "null", f"http://{server.host}:1",
                   f"http://{server.authority}.evil.example"):
        with Connection(server) as raw:
            answer = raw.upgrade(path, Origin=origin).response()
        expect.problem(answer, 403, "forbidden")


def test_the_same_origin_and_none_are_accepted(server):
    for origin in (f"http://{server.authority}", None):
        with Connection(server) as raw:
            assert raw.upgrade("/ws", Origin=origin).response().status_code == 101


def test_a_listed_origin_is_accepted(start_server):
    one = start_server({"http.origins": '["https://a.example"]'})
    for origin, status in (("https://a.example", 101), ("https://b.example", 403)):
        with Connection(one) as raw:
            assert raw.upgrade("/ws", Origin=origin).response().status_code == status


def test_frames_sent_along_with_the_handshake_are_read(server, alice):
    with Connection(server) as raw:
        key = base64.b64encode(os.urandom(16)).decode()
        head = (f"GET /ws HTTP/1.1\r\nHost: {raw.host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                f"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key}\r\nAuthorization: Bearer {alice.token}\r\n\r\n")
        raw.send(head.encode() + masked(TEXT, PING_TEXT))
        assert raw.response().status_code == 101
        assert [raw.text_frame()["type"] for _ in range(2)] == ["connected", "pong"]


# -- frames that break the protocol --------------------------------------------------


@pytest.mark.parametrize("frames", [
    unmasked(TEXT, PING_TEXT),
    masked(TEXT, PING_TEXT, reserved=0b100),
    masked(TEXT, PING_TEXT, reserved=0b010),
    masked(TEXT, PING_TEXT, reserved=0b001),
    masked(0x3, b"x"), masked(0xB, b"x"), masked(0xF),
    masked(PING, b"x", final=False),
    masked(CLOSE, final=False),
    masked(PING, b"x" * 126),
    masked(CONTINUATION, b"x"),
    masked(TEXT, b"{", final=False) + masked(TEXT, b"}"),
    masked(CLOSE, b"\x03"),
    masked(CLOSE, struct.pack(">H", 999)), masked(CLOSE, struct.pack(">H", 1005)),
    masked(CLOSE, struct.pack(">H", 1006)), masked(CLOSE, struct.pack(">H", 5000)),
], ids=["unmasked", "rsv1", "rsv2", "rsv3", "opcode 3", "opcode 11", "opcode 15", "fragmented ping",
        "fragmented close", "long ping", "continuation of nothing", "text inside a text", "close of one byte",
        "close 999", "close 1005", "close 1006", "close 5000"])
def test_a_violation_closes_1002(opened, frames):
    opened.send(frames)
    assert opened.close_code() == 1002


@pytest.mark.parametrize("payload", [b"\xff", b"\xc0\xaf", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"ok \xe4\xb8"])
def test_text_that_is_not_utf8_closes_1007(opened, payload):
    opened.send(masked(TEXT, payload))
    assert opened.close_code() == 1007


def test_the_connection_ends_after_a_violation(opened):
    opened.send(masked(0x3, b"x"))
    assert opened.close_code() == 1002
    assert opened.ends()


def test_nothing_is_served_after_a_violation(opened):
    opened.send(masked(TEXT, b"\xff") + masked(TEXT, PING_TEXT) + masked(PING, b"x"))
    assert opened.close_code() == 1007
    opened.socket.shutdown(socket.SHUT_WR)
    with pytest.raises(EOFError):
        opened.frame()


def test_a_close_reason_that_is_not_utf8_closes_1007(opened):
    opened.send(masked(CLOSE, struct.pack(">H", 1000) + b"\xff"))
    assert opened.close_code() in (1007, 1002)


def test_binary_closes_1003(opened):
    opened.send(masked(BINARY, PING_TEXT))
    assert opened.close_code() == 1003


def test_a_message_over_the_limit_closes_1009(opened):
    opened.send(masked(TEXT, b" " * 65537))
    assert opened.close_code() == 1009


def test_fragments_over_the_limit_together_close_1009(opened):
    opened.send(masked(TEXT, b" " * 40000, final=False) + masked(CONTINUATION, b" " * 40000))
    assert opened.close_code() == 1009


def test_an_announced_length_is_enough_to_close_1009(opened):
    opened.send(masked(TEXT, b" " * 65537)[:2] + struct.pack(">Q", 1 << 62) + b"mask")
    assert opened.close_code() == 1009


# -- frames that keep it -------------------------------------------------------------


def test_a_message_of_exactly_the_limit_is_read(opened):
    opened.send(masked(TEXT, PING_TEXT + b" " * (65536 - len(PING_TEXT))))
    assert opened.text_frame()["type"] == "pong"


def test_a_ping_comes_back_with_its_payload(opened):
    for payload in (b"", b"hello", bytes(range(125))):
        opened.send(masked(PING, payload))
        frame = opened.frame()
        assert (frame.opcode, frame.payload) == (PONG, payload)


def test_an_unasked_pong_is_ignored(opened):
    opened.send(masked(PONG, b"nobody asked") + masked(TEXT, PING_TEXT))
    assert opened.text_frame()["type"] == "pong"


def test_a_text_in_fragments_with_a_ping_between_is_one_message(opened):
    opened.send(masked(TEXT, PING_TEXT[:5], final=False) + masked(PING, b"between") +
                masked(CONTINUATION, b"", final=False) + masked(CONTINUATION, PING_TEXT[5:]))
    between = opened.frame()
    assert (between.opcode, between.payload) == (PONG, b"between")
    assert opened.text_frame()["type"] == "pong"


def test_a_character_may_be_split_between_fragments(opened):
    text = json.dumps({"type": "ping", "payload": {"timestamp": "世"}}, ensure_ascii=False).encode()
    cut = text.index("世".encode()) + 1
    opened.send(masked(TEXT, text[:cut], final=False) + masked(CONTINUATION, text[cut:]))
    assert opened.text_frame()["payload"]["timestamp"] == "世"


def test_a_frame_may_come_byte_by_byte(opened):
    for byte in masked(TEXT, PING_TEXT):
        opened.send(bytes([byte]))
    assert opened.text_frame()["type"] == "pong"


def test_many_frames_may_come_at_once(opened):
    opened.send(b"".join(masked(TEXT, PING_TEXT) for _ in range(200)))
    assert [opened.text_frame()["type"] for _ in range(200)] == ["pong"] * 200


@pytest.mark.parametrize("code", [1000, 1001, 3000, 4999])
def test_a_close_is_answered_with_the_same_code(opened, code):
    opened.send(masked(CLOSE, struct.pack(">H", code) + b"bye"))
    assert opened.close_code() == code
    assert opened.ends()


def test_a_close_without_a_code_is_answered(opened):
    opened.send(masked(CLOSE))
    assert opened.close_code() in (None, 1000)
    assert opened.ends()


def test_a_cut_connection_leaves_its_rooms(api, server, alice):
    user = api.register()
    room = api.room(user)
    with Connection(server) as raw:
        raw.upgrade(f"/ws/chat/{room}/?token={user.token}")
        assert raw.response().status_code == 101
        assert [raw.text_frame()["type"] for _ in range(2)] == ["connection_established", "user_join"]
        assert api.get(f"/rooms/{room}", user=user).json()["active_users"] == 1
        raw.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))  # the close is a reset
    for _ in range(2000):  # no event tells a stranger to the room; each turn is a request
        if api.get(f"/rooms/{room}", user=user).json()["active_users"] == 0:
            return
    raise AssertionError("the cut connection is still in its room")
