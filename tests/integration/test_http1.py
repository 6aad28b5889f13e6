"""HTTP/1.1 over raw sockets, case by case: what is answered, and whether the connection lives on."""

import socket

import pytest

import expect
from http1_cases import CONNECTION, FAMILIES, GET, KEY, NEXT, TAKEN, UPGRADE, VERSION
from raw import Connection

CASES = [pytest.param(case, family.__name__, id=f"{family.__name__}: {case.name}")
         for family in FAMILIES for case in family()]

CODES = {400: "bad_request", 413: "payload_too_large", 415: "unsupported_media_type", 417: "bad_request",
         426: "upgrade_required", 431: "head_too_large", 501: "method_not_allowed"}
#: Where the family has another code than that.
OTHERS = {("codings", 501): "bad_request", ("contents", 400): "bad_json"}


def send(raw, data):
    """`HOST` stands for the server. One that has heard enough may be gone before all is sent."""
    try:
        raw.send(data.replace(b"HOST", raw.host.encode()))
    except ConnectionError:
        pass


@pytest.mark.parametrize("case, family", CASES)
def test_a_request(server, case, family):
    with Connection(server) as raw:
        send(raw, case.sends)
        for status in case.statuses:
            answer = raw.response(has_body=not case.sends.startswith(b"HEAD"))
            assert answer.status_code == status
            if status in CODES and answer.body:
                expect.problem(answer, status, OTHERS.get((family, status), CODES[status]))
            if status == 415:
                assert {"accept", "accept-encoding"} & set(answer.headers), "it says what is taken"
        if case.lives:
            send(raw, NEXT)
            assert raw.response().status_code == 200
            assert not raw.pending, "no request has two answers"
        else:
            assert answer.headers["connection"] == "close"
            assert raw.rest() == b"", "nothing is answered behind the last"


@pytest.mark.parametrize("lines", TAKEN.values(), ids=TAKEN.keys())
def test_a_handshake_that_is_taken(server, lines):
    with Connection(server) as raw:
        send(raw, b"GET /ws/test/t HTTP/1.1\r\nHost: HOST\r\n" + lines + VERSION + KEY + b"\r\n")
        answer = raw.response()
        assert answer.status_code == 101 and answer.headers["sec-websocket-accept"] == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="
        assert "sec-websocket-protocol" not in answer.headers, "none is agreed on"
        agreed = answer.headers.get("sec-websocket-extensions", "").split(";")[0]
        assert agreed == ("permessage-deflate" if b"permessage-deflate" in lines else ""), "nor more than was offered"
        assert raw.text_frame()["type"] == "test"


def test_what_follows_a_handshake_is_no_request(server):
    with Connection(server) as raw:
        send(raw, b"GET /ws/test/t HTTP/1.1\r\nHost: HOST\r\n" + UPGRADE + CONNECTION + VERSION + KEY + b"\r\n" + NEXT)
        assert raw.response().status_code == 101
        assert raw.text_frame()["type"] == "test"
        assert raw.close_code() == 1002


def test_the_methods_of_a_path_are_named_to_another_one(server):
    with Connection(server) as raw:
        answer = raw.request("PATCH /healthz HTTP/1.1").response()
        assert answer.status_code == 405 and answer.headers["allow"] == "GET, HEAD, OPTIONS"


@pytest.mark.parametrize("path", ["/healthz", "/nowhere", "/ws/status", "/openapi.json", "/"])
def test_head_answers_as_get_would_without_the_body(server, path):
    with Connection(server) as raw:
        whole = raw.request(f"GET {path} HTTP/1.1").response()
        bare = raw.request(f"HEAD {path} HTTP/1.1").response(has_body=False)
        assert (bare.status_code, bare.headers["content-type"]) == (whole.status_code, whole.headers["content-type"])
        if path != "/ws/status":  # which counts
            assert bare.headers["content-length"] == str(len(whole.body))
        assert raw.request("GET /healthz HTTP/1.1").response().status_code == 200


def test_a_body_is_asked_for_once(server):
    with Connection(server) as raw:
        raw.request("POST /token/revoke HTTP/1.1", "Expect: 100-continue", "Transfer-Encoding: chunked")
        assert raw.response().status_code == 100
        for piece in (b"2\r\n{}", b"\r\n", b"0\r", b"\n\r\n"):
            raw.send(piece)
        assert raw.response().status_code == 204
        assert raw.request("GET /healthz HTTP/1.1").response().status_code == 200


@pytest.mark.parametrize("data", [
    GET + b"X: y\r\n\r\n" + NEXT, b"POST /token/revoke HTTP/1.1\r\nHost: HOST\r\nContent-Length: 5\r\n\r\nhello" + NEXT,
    b"POST /token/revoke HTTP/1.1\r\nHost: HOST\r\nTransfer-Encoding: chunked\r\n\r\n"
    b"5;a=b\r\nhello\r\n0\r\nX: y\r\n\r\n" + NEXT,
], ids=["head", "length", "chunks"])
def test_two_requests_may_come_byte_by_byte(server, data):
    with Connection(server) as raw:
        raw.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for byte in data.replace(b"HOST", raw.host.encode()):
            raw.send(bytes([byte]))
        assert [raw.response().status_code // 100 for _ in range(2)] == [2, 2]
