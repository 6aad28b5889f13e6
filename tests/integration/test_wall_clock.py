"""Somebody sets the wall clock of a running server by an hour, forward or back: no film moves, no session ends, nothing
stands still."""

import os
import struct
import time

import pytest

from clients import Api, Sockets
from disk import sanitizer_runtime
from harness import REPOSITORY, Server, claims_for, sign, soon

SHIM = os.environ.get("PARLEY_WALL_CLOCK") or str(
    REPOSITORY / "build" / "dev" / "tests" / "integration" / "libwall_clock.so")

HOUR = 3600


class WallClock:
    """The server's, as `tests/support/wall_clock.cpp` shows it."""

    def __init__(self, folder):
        self.file = folder / "wall.control"
        self.set(0)
        self.env = {"WALL_CLOCK_CONTROL": str(self.file), "LD_PRELOAD": " ".join([*sanitizer_runtime(), SHIM])}

    def set(self, seconds):
        with open(self.file, "r+b" if self.file.exists() else "wb") as file:
            file.write(struct.pack("=q", seconds * 1000))


class Cinema:
    """A server whose clock is set, with a film that runs."""

    def __init__(self, folder):
        self.clock = WallClock(folder)
        self.server = Server(folder / "data", {"limits.rate_limiting": "true", "limits.messages_per_second": 2},
                             env=self.clock.env).start()
        self.api = Api(self.server)
        self.alice, self.bob = self.api.register(), self.api.register()
        for user in (self.alice, self.bob):  # good for both hours, and issued before
            user.token = sign(claims_for(user.id, 3 * HOUR))
        self.room = self.api.room(self.alice, self.bob)
        link = {"title": "a film", "url": "https://v.example/film.mp4"}
        self.film = self.api.post(f"/rooms/{self.room}/videos", user=self.alice, json=link).json()["id"]

    async def play(self, sockets):
        one = await sockets.joined(self.alice, self.room)
        await one.ask("sync_load", room_id=self.room, video_id=self.film)
        await one.ask("sync_play", room_id=self.room, position_s=100)
        return one

    def post(self, user, content):
        return self.api.post(f"/rooms/{self.room}/messages/", user=user, json={"content": content})


@pytest.fixture
def cinema(tmp_path):
    here = Cinema(tmp_path)
    yield here
    here.api.close()
    here.server.stop()


@pytest.fixture(params=[HOUR, -HOUR], ids=["forward", "back"])
def step(request):
    return request.param


def shown_clock(api, user):
    """The server's wall clock, as an answer's `Date` has it."""
    return time.mktime(time.strptime(api.get("/users/me", user=user).headers["date"], "%a, %d %b %Y %H:%M:%S %Z"))


async def test_no_film_moves_and_no_session_ends(cinema, step):
    sockets = Sockets(cinema.server)
    one = await cinema.play(sockets)
    flat = await sockets.chatting(cinema.room, cinema.bob)
    before = (await one.ask("sync_request", room_id=cinema.room))["payload"]
    began, shown = time.monotonic(), shown_clock(cinema.api, cinema.alice)
    cinema.clock.set(step)
    after = (await one.ask("sync_request", room_id=cinema.room))["payload"]
    passed = time.monotonic() - began
    assert abs(shown_clock(cinema.api, cinema.alice) - shown - step) < 60, "the clock was set, and tokens are good still"
    assert abs(after["position_s"] - before["position_s"] - passed) < 1
    reckoned = before["position_s"] + (after["server_time_ms"] - before["server_time_ms"]) / 1000
    assert abs(after["position_s"] - reckoned) < 0.01, "what a client reckons is what the server says"
    pong = (await one.ask("clock_ping", t0=1))["payload"]
    assert abs(pong["t2"] - after["server_time_ms"]) < 5000

    said = await one.ask("send_message", room_id=cinema.room, content="still here")
    assert said["type"] == "message_ack"
    assert (await flat.until("chat_message"))["message"]["content"] == "still here"
    late = await sockets.joined(cinema.bob, cinema.room)
    assert (await late.ask("sync_request", room_id=cinema.room))["type"] == "sync_state", "who comes now comes in"
    assert (await one.ask("ping", timestamp=1))["type"] == "pong"
    assert not {"error"} & {*one.types_passed(), *flat.types_passed()}
    await sockets.close()


def test_limits_fill_at_their_rate(cinema, step):
    while cinema.post(cinema.bob, "x").status_code == 201:
        pass
    cinema.clock.set(step)
    refused = cinema.post(cinema.bob, "x")
    assert refused.status_code == 429 and int(refused.headers["retry-after"]) <= 1, refused.headers
    soon(lambda: cinema.post(cinema.bob, "x").status_code == 201, deadline=5)


def test_a_mute_is_neither_longer_nor_shorter(cinema, step):
    def mute(seconds):
        until = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + seconds))
        answer = cinema.api.put(f"/rooms/{cinema.room}/members/{cinema.bob.id}", user=cinema.alice,
                                json={"muted_until": until})
        assert answer.status_code == 200, answer.text

    mute(600)
    cinema.clock.set(step)
    assert cinema.post(cinema.bob, "x").json()["code"] == "muted"
    cinema.clock.set(0)
    mute(2)
    cinema.clock.set(step)
    soon(lambda: cinema.post(cinema.bob, "x").status_code == 201, deadline=10)


async def test_typing_stops_and_the_server_counts_its_seconds(cinema, step):
    sockets = Sockets(cinema.server)
    one, other = await sockets.joined(cinema.alice, cinema.room), await sockets.joined(cinema.bob, cinema.room)
    await one.tell("typing", room_id=cinema.room, is_typing=True)
    assert (await other.until("typing"))["payload"]["is_typing"]
    uptime = cinema.api.get("/ws/status").json()["uptime_s"]
    cinema.clock.set(step)
    assert not (await other.until("typing", timeout=10))["payload"]["is_typing"]
    assert 0 <= cinema.api.get("/ws/status").json()["uptime_s"] - uptime < 60
    await sockets.close()


@pytest.mark.parametrize("claim", ["iat", "nbf"])
def test_tokens_may_be_a_minute_early_and_not_an_hour(api, alice, claim):
    def status(seconds):
        return api.get("/users/me", user=sign(claims_for(alice.id, **{claim: int(time.time()) + seconds}))).status_code

    assert [status(seconds) for seconds in (-HOUR, 0, 50, 70, HOUR)] == [200, 200, 200, 401, 401]
