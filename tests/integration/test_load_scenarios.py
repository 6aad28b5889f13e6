"""parley-load's `chat` and `storm` against the real server: what they account for, and that they would see a loss.

Nothing here asserts a time; a machine that is too busy for the client's schedule (exit 3) is no failure.
"""

import pytest

from clients import Api
from load_runs import FAILED, USAGE, figures, good, run_load, seeded_server

ROOMS, USERS = 6, 66


@pytest.fixture(scope="module")
def fixtures(tmp_path_factory):
    """A server with rooms 1 to ROOMS, all open, and a file of tokens of their members."""
    with seeded_server(tmp_path_factory.mktemp("load"), USERS, ROOMS) as (server, tokens):
        with Api(server) as api:
            for room, owner in enumerate(tokens.read_text().split()[:ROOMS], start=1):
                assert api.put(f"/rooms/{room}/config", json={"join_policy": "open"}, user=owner).status_code == 200
        yield server, tokens


CHATS = {
    "envelope": ("--rooms-per-user", 2, "--processes", 2),
    "one room a connection": ("--dialect", "parley-chat"),
    "on a schedule": ("--rate", 300),
}


@pytest.mark.parametrize("flags", CHATS.values(), ids=CHATS)
def test_chat_accounts_for_every_delivery_while_users_come_and_go(fixtures, flags):
    server, tokens = fixtures
    done = run_load("chat", "--url", server.ws, "--tokens", tokens, "--users", 30, "--rooms", ROOMS, "--think-ms", 10,
                    "--mix", "text=50,typing=10,history=15,leave=15,reconnect=10", "--duration", 1.5, "--warmup", 0.2,
                    "--json", "--quiet", *flags)
    good(done, sent=..., delivered=..., histories=..., leaves=..., reconnects=..., ack_max_ms=...,
         history_max_ms=..., join_max_ms=..., leave_max_ms=..., reconnect_max_ms=...)
    assert figures(done)["expected"] == figures(done)["delivered"]


def test_chat_sees_that_users_who_only_believe_to_be_in_a_room_hear_nothing(fixtures, tmp_path):
    server, tokens = fixtures
    parley = run_load("dialects", "parley").stdout
    join = '{"type":"join_room","payload":{"room_id":{room}}}'
    assert join in parley
    deaf = tmp_path / "deaf.toml"
    deaf.write_text(parley.replace(join, '{"type":"ping","payload":{}}').replace('"type":"room_joined"', '"type":"pong"'))
    done = run_load("chat", "--url", server.ws, "--dialect", deaf, "--tokens", tokens, "--users", 12, "--rooms", ROOMS,
                    "--think-ms", 10, "--mix", "text=1", "--duration", 0.5, "--warmup", 0, "--json", "--quiet")
    assert done.returncode == FAILED
    said = figures(done)
    assert said["delivered"] == 0 < said["lost"] == said["expected"]
    assert "lost" in done.stderr


STORMS = ("reset", "fin", "close")


def storm(server, tokens, *flags):
    return run_load("storm", "--url", server.ws, "--tokens", tokens, "--connections", 40, "--rooms", 4,
                    "--bystander-rooms", 2, "--bystander-members", 5, "--rate", 50, "--storm-rate", 400, "--rounds", 2,
                    "--duration", 9, "--warmup", 0.2, "--json", "--quiet", *flags)


@pytest.mark.parametrize("how", STORMS)
def test_storm_brings_all_back_with_what_they_missed(fixtures, how):
    server, tokens = fixtures
    done = storm(server, tokens, "--how", how, "--spread-ms", 200, "--processes", 2)
    good(done, connections=40 + 4 + 2 * 5, rounds=2, drops=80, not_back=0, missed=0, resyncs=0,
                     caught_up=..., back_in_s=..., back_max_ms=..., calm_max_ms=..., storm_max_ms=...)


def test_storm_sees_what_a_server_without_resume_owes(fixtures, tmp_path):
    server, tokens = fixtures
    parley = run_load("dialects", "parley").stdout
    assert ',"last_message_id":{last_id}' in parley
    forgetful = tmp_path / "forgetful.toml"
    forgetful.write_text(parley.replace(',"last_message_id":{last_id}', ""))
    done = storm(server, tokens, "--dialect", forgetful, "--spread-ms", 200)
    assert done.returncode == FAILED
    said = figures(done)
    assert said["missed"] == said["lost"] > 0
    assert said["doubled"] == said["out_of_order"] == said["not_back"] == 0


def test_storm_where_nobody_promised_to_resume_counts_what_was_missed_and_is_good(fixtures):
    server, tokens = fixtures
    done = storm(server, tokens, "--dialect", "parley-chat", "--spread-ms", 200)
    good(done, missed=..., drops=80, not_back=0)


REFUSED = {
    ("chat", "--users", 2, "--rooms", 3): "--users must not be less than --rooms",
    ("chat", "--users", 4, "--rooms", 2, "--mix", "sing=1"): "'sing=1' is none of text",
    ("chat", "--users", 4, "--rooms", 2, "--rooms-per-user", 3): "--rooms-per-user",
    ("chat", "--users", 4, "--rooms", 2, "--processes", 3): "--processes must not exceed --rooms",
    ("chat", "--users", 4, "--rooms", 2, "--dialect", "parley-chat", "--rooms-per-user", 2): "one room a connection",
    ("chat", "--users", 4, "--rooms", 2, "--dialect", "echo", "--mix", "leave=1"): "--mix leave: dialect echo",
    ("storm", "--connections", 1, "--rooms", 2): "--connections must not be less than --rooms",
    ("storm", "--connections", 2, "--rooms", 2, "--how", "jump"): "jump",
    ("storm", "--connections", 2, "--rooms", 2, "--processes", 3): "--processes must not exceed --rooms",
    ("storm", "--connections", 2, "--rooms", 2, "--dialect", "echo"): "its sender alone",
}


@pytest.mark.parametrize("arguments", REFUSED, ids=lambda arguments: " ".join(map(str, arguments)))
def test_what_cannot_be_is_refused_in_one_line(fixtures, arguments):
    server, tokens = fixtures
    done = run_load(*arguments, "--url", server.ws, "--tokens", tokens, "--duration", 1)
    assert done.returncode == USAGE
    assert REFUSED[arguments] in done.stderr
    assert done.stderr.count("\n") == 1
    assert done.stdout == ""


def test_chat_in_rooms_of_strangers_ends_with_the_answer_of_the_server(fixtures):
    server, tokens = fixtures
    done = run_load("chat", "--url", server.ws, "--tokens", tokens, "--users", 7, "--rooms", ROOMS + 1, "--duration", 1,
                    "--json", "--quiet")
    assert done.returncode == FAILED
    assert "room_not_found" in done.stderr
