"""How long a connection may dawdle. The waits are real, so all of them run side by side."""

import concurrent.futures
import time

import pytest

import expect
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


@pytest.fixture(scope="module")
def outcomes(server):
    host = f"Host: {server.authority}\r\n".encode()
    slow = {
        "silent": b"",
        "head": b"GET /healthz HTTP/1.1\r\n" + host,
        "body": b"POST /users/ HTTP/1.1\r\n" + host + b"Content-Length: 100\r\n\r\n{",
    }
    with concurrent.futures.ThreadPoolExecutor(len(slow)) as pool:
        waits = {name: pool.submit(seconds_until_it_ends, server, data) for name, data in slow.items()}
        yield {name: wait.result(60) for name, wait in waits.items()}


@pytest.mark.parametrize("name, least, most", [("silent", 8, 18), ("head", 8, 18), ("body", 16, 32)])
def test_a_connection_that_dawdles_is_ended(outcomes, name, least, most):
    seconds, answer = outcomes[name]
    assert least < seconds < most
    if answer is not None:
        expect.problem(answer, 408, "request_timeout")
