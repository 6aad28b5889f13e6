"""parley-load over TLS: every kind of connection, and whom it does not trust."""

import json
import re

import pytest

from load_runs import FAILED, GOOD, BUSY, USAGE, good, run_load, seeded_server
from test_tls import Certificate

ROOMS, USERS = 4, 48


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    return Certificate.make(tmp_path_factory.mktemp("certificate"))


@pytest.fixture(scope="module")
def secure(tmp_path_factory, certificate):
    with seeded_server(tmp_path_factory.mktemp("load"), USERS, ROOMS, certificate) as both:
        yield both


@pytest.mark.parametrize("words", [
    "fanout --rooms 4 --members 8 --senders-per-room 4 --rate 200 --size 2000 --processes 2",
    "fanout --rooms 4 --members 8 --window 8 --size 4000",
    "send --rooms 4 --senders 8",
    "chat --users 32 --rooms 4 --think-ms 30 --mix text=50,history=30,reconnect=20",
    "http --rooms 4 --window 8 --listen 4",
    "storm --connections 16 --rooms 2 --bystander-rooms 2 --bystander-members 4 --rate 40",
    "slow --rooms 4 --members 4 --stalled 0.5 --stall-ms 200",
])
def test_every_scenario_runs_over_tls(secure, certificate, words):
    server, tokens = secure
    assert server.ws.startswith("wss://")
    said = good(run_load(words, "--duration 0.7 --warmup 0 --json --quiet --url", server.ws + "/ws", "--tokens", tokens,
                         "--ca", certificate.pem), delivered=..., id_conflicts=0, damaged=0)
    assert "--rate" not in words or said["read_lag_p50_ms"] > 0, "the kernel's times are those of TLS too"


def connect(url, *more):
    return run_load("connect --connections 2 --dialect parley-test --rooms 1 --json --quiet --url", url, *more)


def test_a_certificate_that_is_not_trusted_ends_the_run_in_one_line(secure, certificate, tmp_path):
    server, _ = secure
    stranger = Certificate.make(tmp_path, "stranger")
    elsewhere = server.ws.replace("127.0.0.1", "localhost")
    for url, more, why in ((server.ws, (), "self.signed certificate"),
                           (server.ws, ("--ca", stranger.pem), "self.signed certificate"),
                           (elsewhere, ("--ca", certificate.pem), "hostname mismatch")):
        done = connect(url, *more)
        assert done.returncode == FAILED
        assert re.fullmatch(r"parley-load: connection \d: the server's certificate is not trusted: "
                            rf"{why} \({re.escape(url)}\)\n", done.stderr), done.stderr
        assert json.loads(done.stdout)["figures"]["handshakes"] == 0


def test_anybody_is_trusted_where_the_flag_says_so(secure):
    server, _ = secure
    assert connect(server.ws.replace("127.0.0.1", "localhost"), "--insecure").returncode in (GOOD, BUSY)


def test_who_does_not_speak_tls_is_told_so(start_server):
    done = connect(start_server().ws.replace("ws://", "wss://"), "--insecure")
    assert done.returncode == FAILED
    assert re.match(r"parley-load: connection \d: TLS failed: wrong version number ", done.stderr), done.stderr


def test_a_file_without_certificates_is_refused_before_the_run(secure, tmp_path):
    done = connect(secure[0].ws, "--ca", tmp_path / "none.pem")
    assert done.returncode == USAGE
    assert re.fullmatch(r"parley-load: --ca: cannot read certificates from .*none.pem: .*\n", done.stderr), done.stderr
