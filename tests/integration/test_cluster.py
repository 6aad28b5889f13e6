"""Several nodes on one PostgreSQL: rooms whose home is another node, what belongs to no room, deaths, refusals."""

import asyncio
import contextlib
import os
import signal
import socket
import ssl
import struct

import pytest

import postgres
from authority import Authority
from clients import Api, ChatSocket, Sockets
from harness import DEADLINE, Server, run_parley, settings_flags, soon
from media import resident

pytestmark = pytest.mark.skipif(not postgres.ASKED_FOR, reason="PARLEY_TEST_DATABASE is not postgres")

#: Messages of each sender where several speak at once.
MESSAGES = 30


class Cluster:
    """Nodes of one database and one folder of files."""

    def __init__(self, folder, settings=None):
        self.folder = folder
        self.settings = {"cluster.enabled": "true", "files.dir": str(folder / "files"), **(settings or {})}
        self.shared = postgres.Postgres.shared()
        self.url = self.shared.url_of(folder)
        self.nodes = []
        self.apis = []

    def node(self, name, settings=None):
        return Server(self.folder / name, {**self.settings, "cluster.name": name, **(settings or {})},
                      args=["--db", self.url])

    def start(self, *names):
        for name in names:
            self.nodes.append(self.node(name).start())
            self.apis.append(Api(self.nodes[-1]))
        return self

    def query(self, sql):
        return self.shared.query(self.shared.database_of(self.folder), sql)

    def refusal(self, name, settings=None):
        """What a node says that does not start: one line."""
        more = {**self.settings, "cluster.name": name, **(settings or {})}
        done = run_parley("serve", "--port", 0, "--data-dir", self.folder / f"refused-{name}", "--db", self.url,
                          *settings_flags(more))
        assert done.returncode == 1, done.stderr
        said = [line for line in done.stderr.splitlines() if line.startswith("parley: ")]
        assert len(said) == 1, done.stderr
        return said[0]

    def end(self):
        for api in self.apis:
            api.close()
        for one in self.nodes:
            if one.process.poll() is None:
                one.process.send_signal(signal.SIGCONT)
                one.kill()


@pytest.fixture(name="three", scope="module")
def three_nodes(tmp_path_factory):
    made = Cluster(tmp_path_factory.mktemp("three"))
    try:
        yield made.start("a", "b", "c")
    finally:
        made.end()


@pytest.fixture(name="cluster")
def fresh_cluster(tmp_path):
    made = Cluster(tmp_path)
    yield made
    made.end()


class Many(Sockets):
    """Sockets on several nodes."""

    def __init__(self):
        super().__init__(None)

    def of(self, server):
        self.server = server
        return self


@pytest.fixture(name="many")
def sockets_everywhere():
    return Many()


def room_at(cluster, node, owner, *members, **config):
    """A room whose home is that node: whoever asks for it first."""
    api = cluster.apis[node]
    made = api.post("/rooms/", user=owner, json={"name": "far", "config": {"join_policy": "open", **config}})
    assert made.status_code == 201, made.text
    room = made.json()["id"]
    for member in (*members, owner):
        api.post(f"/rooms/{room}/members", user=member, json={})
    home = cluster.query(f"SELECT n.name FROM room_homes h JOIN nodes n ON n.id = h.node_id WHERE h.room_id = {room}")
    assert home == [["node " + "abc"[node]]]
    return room


async def join(sockets, server, user, room):
    one = await sockets.of(server).ws(user)
    answer = await one.ask("join_room", room_id=room)
    assert answer["type"] == "room_joined", answer
    return one


async def test_members_on_every_node_hear_each_other_in_one_order(three, many):
    people = [three.apis[0].register() for _ in range(3)]
    room = room_at(three, 0, *people)
    everybody = [await join(many, three.nodes[i], people[i], room) for i in range(3)]

    async def speak(k):
        for number in range(MESSAGES):
            await everybody[k].tell("send_message", room_id=room, content=f"{k} {number}")

    async def listen(k):
        heard = []
        while len(heard) < 3 * MESSAGES:
            frame = await everybody[k].receive()
            assert frame["type"] != "error", frame
            if frame["type"] == "room_message":
                heard.append((frame["payload"]["id"], frame["payload"]["content"]))
        return heard

    *_, first, second, third = await asyncio.gather(*(speak(k) for k in range(3)), *(listen(k) for k in range(3)))
    assert first == second == third
    assert [number for number, _ in first] == sorted(number for number, _ in first)
    assert {content for _, content in first} == {f"{k} {n}" for k in range(3) for n in range(MESSAGES)}


async def test_the_flat_shape_reaches_over_nodes_and_comes_back_there(three, many):
    ann, bob = (three.apis[0].register() for _ in range(2))
    room = room_at(three, 0, ann, bob)
    here = await many.of(three.nodes[0]).chatting(room, ann)
    there = await many.of(three.nodes[1]).chatting(room, bob)
    await there.tell("chat_message", content="from afar")
    heard, own = await here.until("chat_message"), await there.until("chat_message")
    assert heard["message"]["content"] == "from afar" and heard["message"] == own["message"]


async def test_who_goes_on_another_node_is_told_to_the_room(three, many):
    ann, bob = (three.apis[0].register() for _ in range(2))
    room = room_at(three, 0, ann, bob)
    here = await join(many, three.nodes[0], ann, room)
    there = await join(many, three.nodes[1], bob, room)
    come = await here.until("presence")
    assert (come["payload"]["user"]["id"], come["payload"]["status"]) == (bob.id, "online")
    await there.close()
    gone = await here.until("presence")
    assert (gone["payload"]["user"]["id"], gone["payload"]["status"]) == (bob.id, "offline")


async def test_http_orders_are_carried_out_at_the_home(three, many):
    ann, bob = (three.apis[0].register() for _ in range(2))
    room = room_at(three, 0, ann, bob)
    here = await join(many, three.nodes[0], ann, room)
    far = three.apis[2]
    number = far.say(bob, room, "over HTTP")
    assert (await here.until("room_message"))["payload"]["id"] == number
    changed = far.put(f"/messages/{number}", user=bob, json={"content": "better"})
    assert changed.status_code == 200, changed.text
    assert (await here.until("message_edited"))["payload"]["content"] == "better"
    refused = far.put(f"/rooms/{room}", user=bob, json={"name": "mine"})
    assert refused.status_code == 403, refused.text
    renamed = far.put(f"/rooms/{room}", user=ann, json={"name": "ours"})
    assert renamed.status_code == 200 and renamed.json()["name"] == "ours", renamed.text
    shown = far.get(f"/rooms/{room}", user=bob).json()
    assert (shown["is_active"], shown["active_users"]) == (True, 1)


async def test_who_is_online_is_known_everywhere(three, many):
    ann = three.apis[0].register()
    bob = three.apis[1].register()

    def is_online():
        return three.apis[2].get(f"/users/{ann.id}", user=bob).json()["online"]

    assert not is_online()
    one = await many.of(three.nodes[0]).ws(ann)
    await asyncio.to_thread(soon, is_online)
    await one.close()
    await asyncio.to_thread(soon, lambda: not is_online())


async def test_a_session_that_ends_on_one_node_is_over_on_all(three, many):
    ann = three.apis[0].register()
    there = await many.of(three.nodes[1]).ws(ann)
    ended = three.apis[0].post("/token/revoke", json={"refresh_token": ann.refresh_token})
    assert ended.status_code in (200, 204), ended.text
    assert await there.closed() == 4401
    for api in three.apis:
        assert api.get("/users/me", user=ann).status_code == 401


async def test_a_push_reaches_clients_of_every_node(three, many):
    ann, admin = (three.apis[0].register() for _ in range(2))
    promoted = run_parley("user", "promote", admin.username, "--data-dir", three.nodes[0].data_dir, "--db", three.url)
    assert promoted.returncode == 0, promoted.stderr
    held = []
    for i, one in enumerate(three.nodes):
        held.append(await many.of(one).open(f"/ws/client-{i}", ChatSocket,
                                            headers={"Authorization": f"Bearer {ann.token}"}))
        assert (await held[-1].receive())["type"] == "connected"
    sent = three.apis[1].post(f"/users/{ann.id}/push", user=admin, json={"data": 1})
    assert sent.json() == {"delivered_to": 3}
    sent = three.apis[1].post("/clients/client-2/messages", user=admin, json={"data": 2})
    assert sent.json() == {"delivered_to": 1}
    for one in held:
        assert (await one.until("push"))["data"] == 1
    assert (await held[2].until("push"))["data"] == 2


def test_the_status_counts_users_of_all_nodes(three):
    for i, api in enumerate(three.apis):
        status = api.get("/ws/status").json()
        assert status["node"] == "abc"[i]


async def test_a_room_goes_on_elsewhere_when_its_home_is_killed(cluster, many):
    cluster.start("a", "b", "c")
    ann, bob, eve = (cluster.apis[1].register() for _ in range(3))
    room = room_at(cluster, 0, ann, bob, eve)
    first, second = await join(many, cluster.nodes[1], ann, room), await join(many, cluster.nodes[2], bob, room)
    left = room_at(cluster, 0, eve, ann)
    await (await join(many, cluster.nodes[0], eve, room)).ask("join_room", room_id=left)
    assert (await first.until("presence"))["payload"]["user"]["id"] == bob.id
    for i in range(5):
        assert (await first.ask("send_message", room_id=room, content=f"before {i}"))["type"] == "message_ack"
    cluster.nodes[0].kill()
    # Nothing is refused meanwhile, and no socket is closed.
    await second.tell("send_message", room_id=room, content="after", client_msg_id="once")

    async def heard(one):
        out = []
        while "after" not in out:
            frame = await one.receive()
            assert frame["type"] not in ("room_joined", "error"), frame
            if frame["type"] == "room_message":
                out.append(frame["payload"]["content"])
        return out

    assert await heard(second) == [f"before {i}" for i in range(5)] + ["after"]
    assert await heard(first) == ["before 4", "after"]
    gone = await first.until("presence")
    while gone["payload"]["status"] == "online":
        gone = await first.until("presence")
    assert gone["payload"]["user"]["id"] == eve.id and gone["payload"]["active_users"] == 2
    home = cluster.query(f"SELECT n.name FROM room_homes h JOIN nodes n ON n.id = h.node_id WHERE h.room_id = {room}")
    assert home in ([["node b"]], [["node c"]])
    history = cluster.apis[2].get(f"/rooms/{room}/messages/", user=ann).json()["items"]
    assert [x["content"] for x in history] == [f"before {i}" for i in range(5)] + ["after"]
    assert cluster.query("SELECT name FROM nodes WHERE slot IS NOT NULL ORDER BY name") == [["node b"], ["node c"]]
    # Nobody came back to this one: who posts there over HTTP brings it to life, and it is empty.
    assert cluster.apis[2].say(ann, left, "is anybody here")
    assert cluster.query(f"SELECT is_active FROM rooms WHERE id IN ({room}, {left}) ORDER BY id") == [["1"], ["0"]]


async def test_a_frozen_node_is_followed_and_stores_nothing_late(cluster, many):
    cluster.start("a", "b")
    ann = cluster.apis[1].register()
    room = room_at(cluster, 0, ann)
    one = await join(many, cluster.nodes[1], ann, room)
    cluster.nodes[0].process.send_signal(signal.SIGSTOP)
    answer = await one.ask("send_message", room_id=room, content="without it", client_msg_id="once")
    assert answer["type"] == "message_ack", answer
    assert cluster.query("SELECT COUNT(*) FROM nodes WHERE slot IS NOT NULL") == [["1"]]
    cluster.nodes[0].process.send_signal(signal.SIGCONT)
    assert await asyncio.to_thread(cluster.nodes[0].wait, 20) == 75
    assert cluster.query("SELECT MAX(id) FROM messages") == [[str(answer["payload"]["message_id"])]]


async def test_a_node_that_ends_in_order_hands_its_rooms_over(cluster, many):
    cluster.start("a", "b")
    ann = cluster.apis[1].register()
    room = room_at(cluster, 0, ann)
    one = await join(many, cluster.nodes[1], ann, room)
    ending = asyncio.create_task(asyncio.to_thread(cluster.nodes[0].stop))
    told = 0
    while told < MESSAGES or not ending.done():
        answer = await one.ask("send_message", room_id=room, content=f"{told}")
        assert answer["type"] == "message_ack", answer
        told += 1
    await ending
    assert cluster.query(f"SELECT COUNT(*), MAX(content::int) FROM messages WHERE room_id = {room}") == [
        [str(told), str(told - 1)]]
    assert cluster.query("SELECT n.name FROM room_homes h JOIN nodes n ON n.id = h.node_id") == [["node b"]]
    assert cluster.query(f"SELECT is_active FROM rooms WHERE id = {room}") == [["1"]]


def test_a_node_that_ends_leaves_nothing_behind(cluster):
    cluster.start("a", "b")
    ann = cluster.apis[0].register()
    room = room_at(cluster, 0, ann)
    cluster.nodes[0].stop()
    assert cluster.query("SELECT name FROM nodes WHERE slot IS NOT NULL") == [["node b"]]
    assert cluster.query("SELECT COUNT(*) FROM room_homes") == [["0"]]
    assert cluster.apis[1].say(ann, room, "goes on")


def test_what_does_not_belong_together_is_refused_in_one_line(cluster, tmp_path):
    cluster.start("a")
    assert "a cluster.name of its own" in cluster.refusal("a")
    assert "auth.secret" in cluster.refusal("b", {"auth.secret": "quite another secret than all the others have"})
    other = tmp_path / "elsewhere"
    other.mkdir()
    assert "files.dir" in cluster.refusal("b", {"files.dir": str(other)})
    assert "cluster.enabled" in cluster.refusal("b", {"cluster.enabled": "false", "cluster.name": ""})


def test_a_server_that_is_alone_keeps_nodes_out(cluster):
    with Server(cluster.folder / "alone", args=["--db", cluster.url]):
        assert "it has no cluster.enabled" in cluster.refusal("a")


def test_garbage_on_the_port_of_nodes_harms_nobody(cluster):
    cluster.start("a", "b")
    address = cluster.query("SELECT address FROM nodes WHERE name = 'node a'")[0][0]
    host, port = address.rsplit(":", 1)
    for rubbish in (b"\0" * 4096, os.urandom(4096), b"GET / HTTP/1.1\r\n\r\n", b""):
        with socket.create_connection((host, int(port)), timeout=DEADLINE) as stranger:
            stranger.sendall(rubbish)
    ann = cluster.apis[0].register()
    room = room_at(cluster, 0, ann)
    assert cluster.apis[1].say(ann, room, "still there")


def test_a_header_that_promises_gigabytes_takes_no_memory(cluster):
    cluster.start("a", "b")
    host, port = cluster.query("SELECT address FROM nodes WHERE name = 'node a'")[0][0].rsplit(":", 1)
    before = resident(cluster.nodes[0])
    for operation in range(8):
        with socket.create_connection((host, int(port)), timeout=DEADLINE) as stranger:
            # CAF's: operation, two that are unused, flags, bytes that follow, data, from, to
            stranger.sendall(struct.pack(">BBBBIQQQ", operation, 0, 0, 0, 0xffff_ffff, 4, 5, 6) + b"and on it goes")
            stranger.settimeout(DEADLINE)
            with contextlib.suppress(ConnectionResetError):
                assert stranger.recv(4096) is not None and stranger.recv(4096) == b""  # a greeting, then the end
    assert resident(cluster.nodes[0]) < before + (64 << 20)
    assert not any("the link with node" in line for line in cluster.nodes[0].log)


def test_links_by_tls_take_certificates_of_their_authority_alone(cluster, tmp_path):
    ours, strangers = Authority(tmp_path, "ours"), Authority(tmp_path, "strangers")
    for name in ("a", "b"):
        cluster.nodes.append(cluster.node(name, ours.settings(name)).start())
        cluster.apis.append(Api(cluster.nodes[-1]))
    ann = cluster.apis[0].register()
    room = room_at(cluster, 0, ann)
    assert cluster.apis[1].say(ann, room, "by TLS")
    third = cluster.node("c", strangers.settings("c")).start(deadline=60)
    cluster.nodes.append(third)
    assert not any("linked with node" in line for line in third.log), third.log_text()
    with Api(third) as api:
        refused = api.post(f"/rooms/{room}/messages/", user=ann, json={"content": "by a stranger"})
        assert refused.status_code == 429, refused.text
    address = cluster.query("SELECT address FROM nodes WHERE name = 'node a'")[0][0]
    host, port = address.rsplit(":", 1)
    anybody = ssl.create_default_context()
    anybody.check_hostname, anybody.verify_mode = False, ssl.CERT_NONE
    with socket.create_connection((host, int(port)), timeout=DEADLINE) as plain:
        with pytest.raises(OSError):
            with anybody.wrap_socket(plain) as talk:
                talk.sendall(b"BASP?")
                assert talk.recv(1) == b"", "somebody without a certificate was answered"
                raise ConnectionResetError


def test_a_connection_that_breaks_ends_no_link_but_its_own(cluster, tmp_path):
    ours = Authority(tmp_path, "ours")
    for name in ("a", "b"):
        cluster.nodes.append(cluster.node(name, ours.settings(name)).start())
        cluster.apis.append(Api(cluster.nodes[-1]))
    ann = cluster.apis[0].register()
    room = room_at(cluster, 0, ann)
    for [address] in cluster.query("SELECT address FROM nodes"):
        host, port = address.rsplit(":", 1)
        for number in range(5):
            socket.create_connection((host, int(port)), timeout=DEADLINE).close()
            assert cluster.apis[1].say(ann, room, f"while strangers come and go {number}")
    assert not any("ended" in line for node in cluster.nodes for line in node.log)
