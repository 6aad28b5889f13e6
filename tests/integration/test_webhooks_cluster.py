"""Webhooks on several nodes: each event is delivered, in the order of its room, also over the death of a node."""

import collections

import pytest

import postgres
from harness import run_parley, soon
from test_cluster import Cluster
from webhook_receiver import SETTINGS, Receiver, hook

pytestmark = pytest.mark.skipif(not postgres.ASKED_FOR, reason="PARLEY_TEST_DATABASE is not postgres")

#: Messages of each round.
MESSAGES = 30


@pytest.fixture(name="cluster")
def two_nodes(tmp_path):
    made = Cluster(tmp_path, SETTINGS)
    try:
        yield made.start("a", "b")
    finally:
        made.end()


def sender_of(cluster):
    """The node that the webhooks are sent to by."""
    found = cluster.query("SELECT DISTINCT n.name FROM webhooks w JOIN nodes n ON n.id = w.node_id")
    return found[0][0].removeprefix("node ") if found else None


def test_each_event_is_delivered_in_order_over_the_death_of_the_node_that_sends(cluster):
    ours, theirs = cluster.apis
    alice = ours.register()
    root = ours.register()
    done = run_parley("user", "promote", root.username, "--db", cluster.url)
    assert done.returncode == 0, done.stderr
    rooms = [ours.room(alice), theirs.room(alice)]
    said = collections.defaultdict(list)

    def say(apis, word):
        for i in range(MESSAGES):
            room = rooms[i % 2]
            apis[i // 2 % len(apis)].say(alice, room, f"{word} {i}")
            said[room].append(f"{word} {i}")

    with Receiver() as receiver:
        made = hook(ours, root, receiver, events=["message.posted"])
        soon(lambda: sender_of(cluster))
        # The other node knows of the webhook a moment later.
        soon(lambda: theirs.say(alice, rooms[1], "known?") and receiver.contents(rooms[1]))
        said[rooms[1]] += ["known?"]
        say(cluster.apis, "both")
        for room in rooms:
            soon(lambda room=room: set(receiver.contents(room)) >= set(said[room]))
            assert receiver.contents(room) == said[room]
        first = sender_of(cluster)
        dying = "ab".index(first)
        receiver.answer = lambda event: 500
        say(cluster.apis, "before the death")
        cluster.nodes[dying].kill()
        receiver.answer = lambda event: 204
        left = [cluster.apis[1 - dying]]
        soon(lambda: sender_of(cluster) not in (None, first))
        say(left, "after it")
        for room in rooms:
            soon(lambda room=room: len(receiver.contents(room)) == len(said[room]))
            assert receiver.contents(room) == said[room]
        assert left[0].get(f"/admin/webhooks/{made['id']}", user=root).status_code == 200
