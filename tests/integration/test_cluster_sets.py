"""Several nodes on one PostgreSQL: what belongs to no room and is the cluster's all the same."""

import asyncio

import pytest

import expect
import postgres
from clients import ChatSocket
from harness import run_parley, soon
from media import mp4
from test_cluster import Cluster, Many
from test_operations import metrics
from test_uploads import append, created, offset_of

pytestmark = pytest.mark.skipif(not postgres.ASKED_FOR, reason="PARLEY_TEST_DATABASE is not postgres")


@pytest.fixture(name="three", scope="module")
def three_nodes(tmp_path_factory):
    made = Cluster(tmp_path_factory.mktemp("sets"))
    try:
        yield made.start("a", "b", "c")
    finally:
        made.end()


@pytest.fixture(name="boss", scope="module")
def administrator(three):
    admin = three.apis[0].register()
    promoted = run_parley("user", "promote", admin.username, "--data-dir", three.nodes[0].data_dir, "--db", three.url)
    assert promoted.returncode == 0, promoted.stderr
    return admin


@pytest.fixture(name="cluster")
def fresh_cluster(tmp_path):
    made = Cluster(tmp_path)
    yield made
    made.end()


@pytest.fixture(name="many")
def sockets_everywhere():
    return Many()


async def flat(sockets, server, path, user=None):
    headers = {"Authorization": f"Bearer {user.token}"} if user else {}
    one = await sockets.of(server).open(path, ChatSocket, headers=headers)
    assert (await one.receive())["type"] == "connected"
    return one


def publish(api, user, task, status):
    answer = api.post("/realtime/tasks", user=user, json={"connection_id": task, "status": status})
    assert answer.status_code == 200, answer.text
    return answer.json()["delivered_to"]


async def test_a_status_is_heard_on_all_nodes_in_order(three, many):
    ann = three.apis[0].register()
    watchers = [await flat(many, node, "/ws/realtime/far-job") for node in three.nodes]
    for number in range(30):
        assert await asyncio.to_thread(publish, three.apis[number % 3], ann, "far-job", str(number)) == 3
    for one in watchers:
        assert [(await one.until("task_status"))["status"] for _ in range(30)] == [str(n) for n in range(30)]


async def test_a_client_id_has_one_holder_in_the_cluster(three, many, boss):
    ann, bob = (three.apis[0].register() for _ in range(2))
    older = await flat(many, three.nodes[0], "/ws/tablet", ann)
    newer = await flat(many, three.nodes[1], "/ws/tablet", ann)
    assert await older.closed() == 4409 and older.types_passed() == []
    headers = {"Authorization": f"Bearer {bob.token}"}
    other = await many.of(three.nodes[2]).open("/ws/tablet", ChatSocket, headers=headers)
    assert (await other.until("error"))["code"] == "client_id_taken"
    assert await other.closed() == 4409
    pushed = three.apis[2].post("/clients/tablet/messages", user=boss, json={"data": 1})
    assert pushed.json() == {"delivered_to": 1}
    assert (await newer.until("push"))["data"] == 1


async def test_ones_own_clients_are_listed_with_their_nodes(three, many):
    ann = three.apis[0].register()
    for name, node in zip("abc", three.nodes):
        await flat(many, node, f"/ws/of-{name}-{ann.id}", ann)
    for api in three.apis:
        items = api.get("/users/me/clients", user=ann).json()["items"]
        assert sorted((x["client_id"], x["node"]) for x in items) == [(f"of-{name}-{ann.id}", name) for name in "abc"]


def test_the_status_lists_all_nodes(three):
    for i, api in enumerate(three.apis):
        status = api.get("/ws/status").json()
        assert status["node"] == "abc"[i] and status["status"] == "ok"
        assert [(x["id"], x["status"]) for x in status["nodes"]] == [("a", "up"), ("b", "up"), ("c", "up")]


async def test_the_status_has_the_connections_of_each_node(three, many):
    def of_b(asked):
        return [x["connections"] for x in three.apis[asked].get("/ws/status").json()["nodes"] if x["id"] == "b"]
    before = of_b(1)[0]
    for _ in range(3):
        await flat(many, three.nodes[1], "/ws/ws/simple/x")
    assert of_b(1) == [before + 3]
    await asyncio.to_thread(soon, lambda: of_b(0) == [before + 3])


async def test_operators_see_and_close_connections_of_any_node(three, many, boss):
    ann = three.apis[0].register()
    held = [await many.of(node).ws(ann) for node in three.nodes]
    page = three.apis[0].get("/admin/connections", params={"user_id": ann.id}, user=boss).json()
    assert page["total"] == 3 and page["unanswered"] == []
    assert sorted(x["node"] for x in page["items"]) == ["a", "b", "c"]
    assert all(x["username"] == ann.username for x in page["items"])
    second = three.apis[1].get("/admin/connections", params={"user_id": ann.id, "size": 1, "page": 2}, user=boss).json()
    assert second["total"] == 3 and [x["id"] for x in second["items"]] == [page["items"][1]["id"]]
    far = next(x for x in page["items"] if x["node"] == "c")
    assert three.apis[0].post(f"/admin/connections/{far['id']}/close", user=boss).status_code == 204
    assert await held[2].closed() == 4403
    expect.problem(three.apis[0].post(f"/admin/connections/{far['id']}/close", user=boss), 404, "not_found")
    def ends():
        return three.apis[1].get("/admin/disconnects", params={"user_id": ann.id}, user=boss).json()["items"]
    await asyncio.to_thread(soon, lambda: [(x["connection_id"], x["node"], x["code"]) for x in ends()] ==
                            [(far["id"], "c", 4403)])


def test_metrics_tell_of_the_cluster(three):
    def there():
        return metrics(three.apis[0])
    soon(lambda: there()["parley_cluster_links"] == 2)
    seen = there()
    assert seen["parley_cluster_members"] == 3
    assert seen['parley_cluster_link_queued_bytes{peer="b"}'] == 0
    assert seen["parley_cluster_takeovers_total"] == seen["parley_cluster_fences_total"] == 0
    assert seen["parley_cluster_suspended"] == 0 and 0 < seen["parley_cluster_beat_seconds"] < 1.2


def test_an_upload_goes_on_at_any_node_and_one_at_a_time(three):
    ann = three.apis[0].register()
    room = three.apis[0].room(ann)
    film = mp4(60_000)
    where = created(three.apis[0], ann, room, len(film))
    for number, begin in enumerate(range(0, len(film), 20_000)):
        sent = append(three.apis[number % 3], ann, where, begin, film[begin:begin + 20_000])
        assert sent.status_code == 204, sent.text
        if begin + 20_000 < len(film):
            assert offset_of(three.apis[(number + 1) % 3], ann, where) == begin + 20_000
    soon(lambda: three.query("SELECT COUNT(*) FROM held_uploads") == [["0"]])
    held = created(three.apis[0], ann, room, len(film))
    name = held.rsplit("/", 1)[-1]
    three.query(f"INSERT INTO held_uploads SELECT '{name}', id FROM nodes WHERE name = 'node b'")
    expect.problem(append(three.apis[0], ann, held, 0, film), 409, "upload_conflict")
    three.query("DELETE FROM held_uploads")
    assert append(three.apis[0], ann, held, 0, film).status_code == 204


def test_logins_are_limited_over_all_nodes(tmp_path):
    cluster = Cluster(tmp_path, {"limits.rate_limiting": "true"})
    try:
        cluster.start("a", "b")
        wrong = {"username": "nobody", "password": "not a password"}
        answers = [cluster.apis[i % 2].post("/token", data=wrong).status_code for i in range(5)]
        assert answers == [401] * 5
        for api in cluster.apis:
            refused = api.post("/token", data=wrong)
            expect.problem(refused, 429, "rate_limited")
            assert 1 <= int(refused.headers["retry-after"]) <= 12
    finally:
        cluster.end()


def test_a_node_that_is_gone_is_no_member(cluster):
    cluster.start("a", "b")
    cluster.nodes[1].kill()
    soon(lambda: [x["id"] for x in cluster.apis[0].get("/ws/status").json()["nodes"]] == ["a"])
    assert metrics(cluster.apis[0])["parley_cluster_members"] == 1
