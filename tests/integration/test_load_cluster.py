"""parley-load over all nodes of a cluster: one order, and nothing lost, whichever node somebody is at."""

import pytest

import postgres
from harness import run_parley, settings_flags
from load_runs import good, run_load
from test_cluster import Cluster
from test_operations import metrics

pytestmark = pytest.mark.skipif(not postgres.ASKED_FOR, reason="PARLEY_TEST_DATABASE is not postgres")

ROOMS, USERS = 4, 48


@pytest.fixture(name="nodes", scope="module")
def two_nodes(tmp_path_factory):
    """Two nodes, and the words of a run over both."""
    folder = tmp_path_factory.mktemp("load")
    made = Cluster(folder)
    tokens = folder / "tokens"
    filled = run_parley("fixtures", "--users", USERS, "--rooms", ROOMS, "--tokens", tokens, "--data-dir", folder / "a",
                        "--db", made.url, *settings_flags({}))
    assert filled.returncode == 0, filled.stderr
    try:
        made.start("a", "b")
        urls = [word for node in made.nodes for word in ("--url", node.ws + "/ws")]
        pids = [word for node in made.nodes for word in ("--server-pid", node.process.pid)]
        yield made, (*urls, *pids, "--tokens", tokens, "--json --quiet")
    finally:
        made.end()


def handed_out(cluster):
    """Frames of rooms that each node has handed to its own connections."""
    return [metrics(api)["parley_deliveries_total"] for api in cluster.apis]


@pytest.mark.parametrize("words", [
    "fanout --rooms 4 --members 8 --senders-per-room 4 --rate 200 --duration 1 --warmup 0",
    "fanout --rooms 4 --members 8 --window 2 --duration 0.5 --warmup 0 --processes 2",
    "fanout --dialect parley-chat --rooms 4 --members 8 --rate 100 --duration 0.5 --warmup 0",
    "chat --users 32 --rooms 4 --think-ms 30 --duration 1 --warmup 0",
    "http --rooms 4 --window 8 --listen 4 --duration 0.5 --warmup 0",
    "storm --connections 16 --rooms 2 --bystander-rooms 2 --bystander-members 4 --rate 40 --duration 1 --warmup 0",
])
def test_members_of_a_room_on_all_nodes_hear_all_once_and_in_one_order(nodes, words):
    cluster, target = nodes
    before = handed_out(cluster)
    said = good(run_load(words, *target), lost=0, id_conflicts=0, damaged=0, delivered=...)
    assert said["expected"] == said["delivered"]
    assert said["server_rss_bytes"] > 0
    assert all(after > first for after, first in zip(handed_out(cluster), before)), "not all nodes had members"
