"""The server behind TLS of its own: httpx, websockets and Node's ws, and what must not get in."""

import asyncio
import dataclasses
import os
import socket
import ssl
import stat
import subprocess

import pytest

import expect
from clients import Api, Sockets
from harness import DEADLINE, run_parley
from raw import Connection
from test_examples import EXAMPLES, Program, node  # pylint: disable=unused-import

HSTS = "max-age=31536000"


@dataclasses.dataclass
class Certificate:
    pem: str
    key: str

    @classmethod
    def make(cls, folder, name="server"):
        """A self-signed one for 127.0.0.1, with a key that its owner alone may read."""
        made = cls(str(folder / f"{name}.pem"), str(folder / f"{name}.key"))
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                        "-days", "2", "-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1",
                        "-keyout", made.key, "-out", made.pem],
                       check=True, capture_output=True, timeout=DEADLINE)
        os.chmod(made.key, stat.S_IRUSR | stat.S_IWUSR)
        return made


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    return Certificate.make(tmp_path_factory.mktemp("certificate"))


@pytest.fixture
def secure(start_server, certificate):
    """A server that speaks TLS, with its HTTP client."""
    server = start_server(certificate=certificate)
    with Api(server) as api:
        yield server, api


# -- what works as without it ---------------------------------------------------------


def test_every_http_answer_comes_by_tls_and_asks_to_stay_with_it(secure):
    _, api = secure
    user = api.register()
    for answer, status in ((api.get("/users/me", user=user), 200), (api.get("/users/me"), 401),
                           (api.get("/nowhere"), 404)):
        assert answer.status_code == status
        assert answer.headers["strict-transport-security"] == HSTS


def test_health_is_asked_over_it(secure):
    server, _ = secure
    done = run_parley("health", server.http)
    assert (done.returncode, done.stderr) == (0, "")


def test_a_plain_server_does_not_speak_of_it(api):
    assert "strict-transport-security" not in api.get("/ws/status").headers


async def test_both_kinds_of_sockets_chat_over_wss(secure):
    server, api = secure
    one, two = api.register(), api.register()
    room = api.room(one, two)
    sockets = Sockets(server)
    envelope, chat = await sockets.joined(one, room), await sockets.chatting(room, two)
    await envelope.tell("send_message", room_id=room, content="через TLS")
    expect.chat_message((await chat.until("chat_message"))["message"], content="через TLS", sender=one.brief)
    await chat.tell("chat_message", content="你好")
    heard = await envelope.until(lambda f: f["type"] == "room_message" and f["payload"]["sender_id"] == two.id)
    expect.message(heard["payload"], content="你好")
    await sockets.close()


async def test_node_and_python_chat_in_one_room_over_wss(secure, certificate, node, monkeypatch):
    monkeypatch.setenv("NODE_EXTRA_CA_CERTS", certificate.pem)
    server, api = secure
    one, two = api.register(), api.register()
    room = api.room(one, two)
    sockets = Sockets(server)
    python = await sockets.joined(two, room)
    talker = await Program.run(node, EXAMPLES / "talker.js", server.ws + "/ws", room, token=one.token)
    await talker.until("joined")
    for text in ("hello", "😀" * 1000):
        await python.tell("send_message", room_id=room, content=text)
        answer = await python.until(lambda f: f["type"] == "room_message" and f["payload"]["sender_id"] == one.id)
        expect.message(answer["payload"], content=f"you said: {text}")
    await python.tell("send_message", room_id=room, content="bye")
    assert await talker.until("closed") == "closed 1000"
    assert await talker.ends() == []
    await sockets.close()


async def test_megabytes_come_whole_and_in_order(start_server, certificate):
    server = start_server({"websocket.outbox_bytes": 4_000_000}, certificate=certificate)  # room for one large commit
    api, sockets = Api(server), Sockets(server)
    one, two = api.register(), api.register()
    room = api.room(one, two)
    talker, listener = await sockets.joined(one, room), await sockets.chatting(room, two)
    said = [f"{i}:" + chr(0x4E00 + i) * 3900 for i in range(120)]  # 3 bytes a character

    async def talk():
        for text in said:
            await talker.tell("send_message", room_id=room, content=text)

    talking = asyncio.create_task(talk())
    heard = [(await listener.until("chat_message"))["message"]["content"] for _ in said]
    await talking
    assert heard == said
    page = api.get(f"/rooms/{room}/messages/?limit=200", user=two)
    assert len(page.content) > 1_000_000
    assert [m["content"] for m in page.json()["items"]] == said
    await sockets.close()
    api.close()


async def test_a_slow_reader_is_cut_off_with_4413_and_the_others_are_not(start_server, certificate):
    server = start_server({"websocket.outbox_bytes": 65536}, certificate=certificate)
    sockets = Sockets(server)
    with Api(server) as api, Connection(server) as slow:
        slow.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        owner, sleeper = api.register(), api.register()
        room = api.room(owner, sleeper)
        watcher = await sockets.joined(owner, room)
        slow.upgrade(f"/ws/chat/{room}/?token={sleeper.token}")
        assert slow.response().status_code == 101
        await watcher.until(lambda f: f["type"] == "presence" and f["payload"]["user"]["id"] == sleeper.id)
        for _ in range(1000):  # up to 32 MB: more than any kernel keeps for a socket
            for _ in range(8):
                await watcher.tell("send_message", room_id=room, content="x" * 4000)
            seen = [await watcher.until(lambda f: f["type"] in ("message_ack", "presence")) for _ in range(8)]
            if any(f["type"] == "presence" and f["payload"]["status"] == "offline" for f in seen):
                break
        else:
            raise AssertionError("the slow reader was never cut off")
        assert await asyncio.get_running_loop().run_in_executor(None, slow.close_code) == 4413
        assert (await watcher.ask("ping", timestamp=1))["type"] == "pong"
    await sockets.close()


async def test_a_drain_reaches_sockets_over_wss(start_server, certificate):
    server = start_server(certificate=certificate)
    with Api(server) as api:
        user = api.register()
    sockets = Sockets(server)
    one = await sockets.ws(user)
    stopping = asyncio.get_running_loop().run_in_executor(None, server.stop)
    assert await one.closed() == 1001
    assert "server_draining" in one.types_passed()
    await stopping


# -- TLS itself ----------------------------------------------------------------------------


def trusting(certificate, **members):
    context = ssl.create_default_context(cafile=certificate.pem)
    for name, value in members.items():
        setattr(context, name, value)
    return context


def test_a_plain_client_is_closed_without_an_answer(secure):
    server, _ = secure
    with Connection(server, trust=False) as raw:
        raw.request("GET /ws/status HTTP/1.1", body=b"x" * 10_000)
        assert raw.socket.recv(4096) == b""


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_tls_1_1_is_refused(secure, certificate):
    server, _ = secure
    old = trusting(certificate, minimum_version=ssl.TLSVersion.TLSv1, maximum_version=ssl.TLSVersion.TLSv1_1)
    old.set_ciphers("ALL:@SECLEVEL=0")  # the client itself would take it
    with pytest.raises(ssl.SSLError, match="(?i)protocol.version"):
        Connection(server, trust=old)


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_both_versions_keep_secrets_from_who_learns_the_key_later(secure, certificate, version):
    server, _ = secure
    with Connection(server, trust=trusting(certificate, minimum_version=version, maximum_version=version)) as raw:
        assert raw.socket.version() == version.name.replace("_", ".")
        name, _, bits = raw.socket.cipher()
        assert name.startswith(("ECDHE-", "TLS_")) and bits >= 128
        assert raw.request("GET /ws/status HTTP/1.1").response().status_code == 200


def test_http_1_1_is_what_is_agreed_on(secure, certificate):
    server, _ = secure
    both, other = trusting(certificate), trusting(certificate)
    both.set_alpn_protocols(["h2", "http/1.1"])
    other.set_alpn_protocols(["h2"])
    with Connection(server, trust=both) as raw:
        assert raw.socket.selected_alpn_protocol() == "http/1.1"
    with pytest.raises(ssl.SSLError, match="(?i)no.application.protocol"):
        Connection(server, trust=other)


def test_a_session_is_resumed(secure, certificate):
    server, _ = secure
    context = trusting(certificate, maximum_version=ssl.TLSVersion.TLSv1_2)
    with Connection(server, trust=context) as first:
        assert first.request("GET /ws/status HTTP/1.1").response().status_code == 200
        session = first.socket.session
    with socket.create_connection((server.host, server.port), timeout=DEADLINE) as plain:
        with context.wrap_socket(plain, server_hostname=server.host, session=session) as again:
            assert again.session_reused


# -- the start -------------------------------------------------------------------------------


def refused(tmp_path, **files):
    """What the server says that does not start with these files."""
    flags = [part for key, path in files.items() for part in ("--set", f"tls.{key}={path}")]
    ended = run_parley("serve", "--port", "0", "--data-dir", tmp_path / "data", *flags)
    assert ended.returncode != 0
    lines = ended.stderr.splitlines()
    assert len(lines) == 1, lines
    assert not (tmp_path / "data" / "parley.db").exists()
    return lines[0]


def test_one_file_without_the_other_stops_the_start(tmp_path, certificate):
    assert "tls.key: must be set" in refused(tmp_path, certificate=certificate.pem)
    assert "tls.certificate: must be set" in refused(tmp_path, key=certificate.key)


def test_files_that_are_no_good_stop_the_start(tmp_path, certificate):
    other = Certificate.make(tmp_path, "other")
    (tmp_path / "text").write_text("no PEM")
    assert "tls.key: " in refused(tmp_path, certificate=certificate.pem, key=other.key)
    assert "tls.key: " in refused(tmp_path, certificate=certificate.pem, key=tmp_path / "nowhere")
    assert "tls.certificate: " in refused(tmp_path, certificate=tmp_path / "nowhere", key=certificate.key)
    assert "tls.certificate: " in refused(tmp_path, certificate=tmp_path / "text", key=certificate.key)


def test_a_key_that_others_may_read_is_warned_of(start_server, tmp_path):
    open_to_all = Certificate.make(tmp_path)
    os.chmod(open_to_all.key, 0o644)
    server = start_server(certificate=open_to_all)
    assert any("warning" in line and "tls.key" in line for line in server.log)
