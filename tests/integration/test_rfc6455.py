"""RFC 6455, case by case, on a socket that takes texts alone and on one that gives everything back."""

import json
import socket

import pytest

from raw import CLOSE, PONG, Connection
from rfc6455_cases import ALIVE, FAMILIES, IS_ALIVE

CASES = [pytest.param(case, id=f"{family.__name__}: {case.name}") for family in FAMILIES for case in family()]


def open_socket(server, path):
    raw = Connection(server)
    raw.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    assert raw.upgrade(path).response().status_code == 101
    assert raw.text_frame()["type"] in ("connected", "test")
    return raw


def check(raw, case, answers, is_answer):
    """Sends the case, and compares frame by frame what comes back up to the close or to a last sign of life."""
    lives = not answers or answers[-1][0] != CLOSE
    pieces = [case.sends[i:i + 1] for i in range(len(case.sends))] if case.byte_by_byte else [case.sends]
    for piece in pieces:
        raw.send(piece)
    if lives:
        raw.send(ALIVE)
    for opcode, payload in answers + ([IS_ALIVE] if lives else []):
        got = raw.frame()
        assert got.final and got.opcode == opcode, got
        if opcode == CLOSE:
            assert got.close_code == payload
        elif opcode == PONG:
            assert got.payload == payload
        else:
            assert is_answer(got.payload, payload)
    if not lives:
        assert raw.rest() == b"", "nothing comes behind a close frame"


@pytest.mark.parametrize("case", CASES)
def test_a_socket_that_gives_everything_back(server, case):
    with open_socket(server, "/ws/test/t") as raw:
        check(raw, case, case.answers, lambda got, sent: got == sent)


def is_refused(got, _):
    """None of the cases' texts is an envelope: the answer to each is one."""
    return json.loads(got)["payload"]["code"] == "bad_message"


@pytest.mark.parametrize("case", CASES)
def test_a_socket_that_takes_texts(server, case):
    with open_socket(server, "/ws") as raw:
        check(raw, case, case.answers if case.texts_only is None else case.texts_only, is_refused)
