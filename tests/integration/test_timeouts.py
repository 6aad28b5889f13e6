"""How long a connection may dawdle. The waits are real, so all of them run side by side."""

import concurrent.futures
import time

import pytest

import expect
from clients import Api
from raw import Connection


def seconds_until_it_ends(server, data):
    """Sends `data`, then nothing, until the server answers or closes; returns the seconds and the answer, if any."""
    with Connection(server, timeout=40) as raw:
        began = time.monotonic()
        raw.send(data)
        try:
            answer = raw.response()
        except EOFError:
            answer = None
        assert raw.ends()
        return time.monotonic() - began, answer


def slow_requests(server):
    host = f"Host: {server.authority}\r\n".encode()
    return {
        "silent": b"",
        "head": b"GET /healthz HTTP/1.1\r\n" + host,
        "body": b"POST /users/ HTTP/1.1\r\n" + host + b"Content-Length: 100\r\n\r\n{",
    }


@pytest.fixture(scope="module")
def outcomes(server):
    slow = slow_requests(server)
    with concurrent.futures.ThreadPoolExecutor(len(slow)) as pool:
        waits = {name: pool.submit(seconds_until_it_ends, server, data) for name, data in slow.items()}
        yield {name: wait.result(60) for name, wait in waits.items()}


@pytest.mark.parametrize("name, least, most", [("silent", 8, 18), ("head", 8, 18), ("body", 16, 32)])
def test_a_connection_that_dawdles_is_ended(outcomes, name, least, most):
    seconds, answer = outcomes[name]
    assert least < seconds < most
    if answer is not None:
        expect.problem(answer, 408, "request_timeout")


def test_the_waits_are_settings(start_server):
    keys = ["first_byte", "head", "body_pause", "keep_alive"]
    server = start_server({f"http.{key}_seconds": 1 for key in keys})
    for name, data in slow_requests(server).items():
        seconds, answer = seconds_until_it_ends(server, data)
        assert 0.5 < seconds < 8, name
        assert answer is None or expect.problem(answer, 408, "request_timeout")
    with Connection(server) as raw:
        assert raw.request("GET /healthz HTTP/1.1").response().status_code == 200
        began = time.monotonic()
        assert raw.rest() == b"", "an idle connection is closed without a word"
        assert 0.5 < time.monotonic() - began < 8


@pytest.mark.parametrize("limit", [1024, 32768])
def test_the_size_of_a_head_is_a_setting(start_server, limit):
    server = start_server({"http.head_bytes": limit})
    with Connection(server) as raw:
        head = f"GET /healthz HTTP/1.1\r\nHost: {server.authority}\r\nCookie: ".encode()
        for size, status in ((limit, 200), (limit + 1, 431)):
            raw.send(head + b"c" * (size - len(head) - 4) + b"\r\n\r\n")
            assert raw.response().status_code == status


def test_the_size_of_a_profile_is_a_setting(start_server):
    server = start_server({"limits.profile_body_bytes": 4096, "limits.avatar_bytes": 1024})
    with Api(server) as api:
        user = api.register()
        filled = api.request("PUT", "/users/me", content="{}" + " " * 4094, user=user)
        assert filled.status_code == 200, filled.text
        expect.problem(api.request("PUT", "/users/me", content="{}" + " " * 4095, user=user), 413, "payload_too_large")
