"""Section 11 for operators: metrics, what administrators see and do, and the log."""

import json
import re

import pytest
from prometheus_client.openmetrics.parser import text_string_to_metric_families

import expect
from clients import Api, EnvelopeSocket, Sockets
from harness import run_parley


@pytest.fixture
def alice(api):
    return api.register()


@pytest.fixture
def bob(api):
    return api.register()


def metrics(api):
    """Every sample by its name with labels."""
    answer = api.get("/metrics")
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    return {name: float(value) for name, value in re.findall(r"^([a-z_]+(?:\{[^}]*\})?) (\S+)$", answer.text, re.M)}


async def listed(api, admin, user):
    return api.get("/admin/connections", params={"user_id": user.id}, user=admin).json()


# -- metrics ----------------------------------------------------------------------------


async def test_metrics_count_messages_deliveries_and_how_long_they_took(api, sockets, alice, bob):
    room = api.room(alice, bob)
    one = await sockets.joined(bob, room)
    before = metrics(api)
    for i in range(5):
        api.say(alice, room, str(i))
    await one.until(lambda frame: frame["type"] == "room_message" and frame["payload"]["content"] == "4")
    after = metrics(api)

    def grown(name):
        return after[name] - before.get(name, 0)

    assert grown("parley_messages_total") == 5 and grown("parley_deliveries_total") == 5
    assert 1 <= grown("parley_commits_total") and grown("parley_commit_seconds_count") >= 1
    for stage in ("accept_to_commit", "commit_to_outbox"):
        assert grown(f'parley_stage_seconds_count{{stage="{stage}"}}') == 5
    assert grown('parley_http_requests_total{route="post_message",status="201"}') == 5
    assert grown('parley_http_request_seconds_count{route="post_message"}') == 5
    assert after['parley_connections{kind="rooms"}'] >= 1 and after["parley_rooms_active"] >= 1
    assert after["process_resident_memory_bytes"] > 1_000_000 and after["process_cpu_seconds_total"] > 0


async def test_metrics_tell_why_connections_ended(api, sockets):
    before = metrics(api).get('parley_disconnects_total{code="4401"}', 0)
    await sockets.open("/ws?token=nonsense")
    one = sockets.opened[-1]
    assert await one.closed() == 4401
    assert metrics(api)['parley_disconnects_total{code="4401"}'] == before + 1


def test_buckets_of_histograms_rise_to_the_count(api):
    text = api.get("/metrics").text
    buckets = [int(float(n)) for n in re.findall(r"^parley_commit_seconds_bucket\{le=\"[^\"]+\"\} (\S+)$", text, re.M)]
    assert len(buckets) == 17 and buckets == sorted(buckets)
    assert f"parley_commit_seconds_count {buckets[-1]}" in text


def test_openmetrics_are_read_by_the_reader_of_prometheus_and_tell_traces(api):
    trace = "4bf92f3577b34da6a3ce929d0e0e4736"
    api.get("/healthz", headers={"traceparent": f"00-{trace}-00f067aa0ba902b7-01"})
    api.get("/rooms/", headers={"traceparent": f"00-{trace}-00f067aa0ba902b7-00"})
    asked = "application/openmetrics-text;version=1.0.0;q=0.5,text/plain;version=0.0.4;q=0.3,*/*;q=0.2"
    answer = api.get("/metrics", headers={"Accept": asked})
    assert answer.headers["content-type"] == "application/openmetrics-text; version=1.0.0; charset=utf-8"
    assert "Accept" in answer.headers["vary"]
    families = {family.name: family for family in text_string_to_metric_families(answer.text)}
    plain = set(re.findall(r"^# TYPE (\S+?)(?:_total)? ", api.get("/metrics").text, re.M))
    assert set(families) == plain
    assert families["parley_http_requests"].type == "counter"
    traced = [(sample.labels["route"], sample.exemplar.labels) for sample in
              families["parley_http_request_seconds"].samples if sample.exemplar]
    assert traced == [("show_health", {"trace_id": trace})]


# -- administrators -----------------------------------------------------------------------


async def test_an_administrator_sees_connections_with_their_rooms(api, sockets, admin, alice, bob):
    room, other = api.room(alice, bob), api.room(alice, bob)
    one = await sockets.joined(alice, room)
    await one.join(other)
    await sockets.chatting(room, alice)
    page = await listed(api, admin, alice)
    # Ids rise on each I/O thread by itself, so they do not tell which of the two came first.
    first, second = sorted(page["items"], key=lambda x: x["kind"], reverse=True)
    assert page["total"] == 2 and (first["kind"], second["kind"]) == ("rooms", "chat")
    assert first["rooms"] == sorted([room, other]) and second["rooms"] == [room]
    assert first["username"] == alice.username and first["address"] == "127.0.0.1" and first["outbox_bytes"] == 0
    assert expect.is_time(first["connected_at"])
    short = api.get("/admin/connections", params={"user_id": alice.id, "size": 1, "page": 2}, user=admin).json()
    assert (short["items"], short["total"]) == (page["items"][1:], 2)


async def test_a_new_name_shows_at_once(api, sockets, admin, alice):
    await sockets.ws(alice)
    name = api.unique_name("renamed")
    assert api.put("/users/me", user=alice, json={"username": name}).status_code == 200
    for _ in range(1000):
        (one,) = (await listed(api, admin, alice))["items"]
        if one["username"] == name:
            break
    assert one["username"] == name


async def test_an_administrator_closes_a_connection_and_sees_why_it_ended(api, sockets, admin, alice):
    one = await sockets.ws(alice)
    (known,) = (await listed(api, admin, alice))["items"]
    assert api.post(f"/admin/connections/{known['id']}/close", user=admin).status_code == 204
    assert await one.closed() == 4403
    expect.problem(api.post(f"/admin/connections/{known['id']}/close", user=admin), 404, "not_found")
    assert (await listed(api, admin, alice))["items"] == []
    (end,) = api.get("/admin/disconnects", params={"user_id": alice.id}, user=admin).json()["items"]
    assert (end["connection_id"], end["code"]) == (known["id"], 4403) and "administrator" in end["reason"]
    assert expect.is_time(end["at"])


@pytest.mark.parametrize("query", [{"user_id": 0}, {"user_id": "x"}, {"page": 0}, {"size": 1000}])
@pytest.mark.parametrize("path", ["/admin/connections", "/admin/disconnects"])
def test_a_wrong_filter_is_422(api, admin, path, query):
    expect.problem(api.get(path, params=query, user=admin), 422, "validation_failed", *query)


def test_the_overview_counts(api, admin, alice):
    before = api.get("/admin/overview", user=admin).json()
    api.say(alice, api.room(alice), "one more")
    after = api.get("/admin/overview", user=admin).json()
    assert after["messages_total"] == before["messages_total"] + 1 and after["uptime_s"] >= before["uptime_s"]
    assert after["writer"]["queued"] >= 0 and after["writer"]["commit_p99_ms"] > 0


async def test_draining_by_an_administrator_is_as_sigterm(start_server):
    one = start_server()
    made = run_parley("user", "create", "--username", "root", "--email", "root@example.org", "--admin", "--data-dir",
                      one.data_dir, stdin="correct horse battery\n")
    assert made.returncode == 0, made.stderr
    with Api(one) as api:
        token = api.sign_in("root")["access_token"]
        socket = await Sockets(one).ws(token)
        assert api.post("/admin/drain", user=token).status_code == 202
    assert await socket.closed() == 1001
    assert "server_draining" in socket.types_passed()
    assert one.wait() == 0


# -- the log ------------------------------------------------------------------------------


async def test_json_lines_carry_the_connection(start_server):
    one = start_server({"log.format": "json", "log.level": "debug"})
    sockets = Sockets(one)
    socket = await sockets.open("/ws?token=nonsense", EnvelopeSocket)
    hello = await socket.receive()
    assert await socket.closed() == 4401
    one.stop()
    lines = [json.loads(line) for line in one.log if not line.startswith("listening on")]
    assert all({"time", "level", "thread", "connection_id", "message"} == set(line) for line in lines)
    about = [line["message"] for line in lines
             if str(line["connection_id"]) == str(hello["payload"]["connection_id"])]
    assert any("opened" in text for text in about) and any("4401" in text for text in about), lines
    assert any(line["connection_id"] is None for line in lines)
