"""Behind nginx and HAProxy of Debian, configured as docs/operations.md shows it: below a path, and for many clients."""

import asyncio
import base64
import json
import re
import shutil
import socket
import urllib.parse

import pytest
import websockets

import media
from harness import DEADLINE, run_parley, soon
from proxies import ADA, BOB, PREFIX, TRUSTED, Client, HaProxy, Nginx, documented
from test_documents import BROWSER_DEADLINE, run_node
from test_tls import certificate  # pylint: disable=unused-import

BELOW = {**TRUSTED, "http.base_path": PREFIX}
LIMITED = {**BELOW, "limits.rate_limiting": "true"}


def nginx(folder, server, keeps_prefix=False):
    configuration, = documented("nginx")
    if keeps_prefix:
        assert "proxy_pass http://127.0.0.1:8000/;" in configuration
        configuration = configuration.replace("proxy_pass http://127.0.0.1:8000/;", "proxy_pass http://127.0.0.1:8000;")
    return Nginx(folder / "nginx", server, configuration)


def haproxy(folder, server):
    return HaProxy(folder / "haproxy", server, documented("haproxy")[0])


def balancer(folder, server, version="send-proxy-v2"):
    return HaProxy(folder / "balancer", server, documented("haproxy")[1].replace("send-proxy-v2", version))


#: Every way in which a proxy of HTTP is put before the server.
WAYS = {"nginx": nginx, "nginx, prefix kept": lambda folder, server: nginx(folder, server, keeps_prefix=True),
        "haproxy": haproxy}


@pytest.fixture(params=WAYS.values(), ids=WAYS.keys())
def way(request):
    return request.param


@pytest.fixture
def proxied(start_server, tmp_path, way):
    """A server below a path, and the proxy before it."""
    server = start_server(BELOW)
    with way(tmp_path, server) as proxy:
        yield server, proxy


def administrator(server):
    """Makes the proxied server's administrator and returns its token."""
    admin, token = Client(server).register(base="")
    name = json.loads(Client(server).ask("GET", f"/users/{admin}", token=token).content)["username"]
    done = run_parley("user", "promote", name, "--data-dir", server.data_dir)
    assert done.returncode == 0, done.stderr
    return token


def addresses(server, admin):
    """Of the open sockets, as an administrator sees them."""
    page = json.loads(Client(server).ask("GET", "/admin/connections", token=admin).content)
    return sorted(one["address"] for one in page["items"])


def metadata(**members):
    """For `Upload-Metadata`."""
    return ",".join(f"{name} {base64.b64encode(value.encode()).decode()}" for name, value in members.items())


async def open_socket(proxy, path, origin=None, source=ADA, **headers):
    return await websockets.connect(f"ws://{proxy.authority}{path}", origin=origin, local_addr=(source, 0),
                                    extra_headers=headers, open_timeout=DEADLINE, close_timeout=DEADLINE)


# -- below a path ---------------------------------------------------------------------


@pytest.mark.parametrize("page", ["/", "/docs", "/docs/"])
def test_what_a_page_refers_to_is_below_the_path(proxied, page):
    _, proxy = proxied
    client = Client(proxy)
    there = f"http://{proxy.authority}{PREFIX}{page}"
    text = client.ask("GET", there).content.decode()
    named = {one for one in re.findall(r'(?:src|href)="([^"#]+)"', text) if not one.startswith("data:")}
    assert len(named) > 3, text
    for one in named:
        url = urllib.parse.urljoin(there, one)
        assert url.startswith(f"http://{proxy.authority}{PREFIX}/"), one
        assert client.ask("GET", url).status == 200, one


def test_a_browser_reads_and_tries_the_documents(proxied):
    _, proxy = proxied
    read = run_node("read_docs.mjs", shutil.which("chromium"), f"http://{proxy.authority}{PREFIX}",
                    deadline=BROWSER_DEADLINE)
    assert read.returncode == 0, read.stderr
    seen = json.loads(read.stdout)
    assert (seen["health"], seen["faults"], seen["foreign"]) == ("200", [], [])
    assert '"type":"pong"' in seen["pong"]


def test_an_upload_goes_on_where_its_address_says(proxied):
    _, proxy = proxied
    client = Client(proxy)
    _, token = client.register()
    room = json.loads(client.ask("POST", f"{PREFIX}/rooms/", {"name": "r"}, token).content)["id"]
    film = media.mp4(40_000)
    there = f"http://{proxy.authority}{PREFIX}/rooms/{room}/uploads"
    made = client.ask("POST", there, b"", token, Tus_Resumable="1.0.0", Upload_Length=str(len(film)),
                      Upload_Metadata=metadata(title="a film", filetype="video/mp4"))
    assert made.status == 201, made.content
    upload = urllib.parse.urljoin(there, made.getheader("Location"))
    sent = client.ask("PATCH", upload, film, token, Tus_Resumable="1.0.0", Upload_Offset="0",
                      Content_Type="application/offset+octet-stream")
    assert sent.status == 204, sent.content
    content = urllib.parse.urljoin(upload, sent.getheader("Location"))
    assert client.ask("GET", content, token=token).content == film

    listed = json.loads(client.ask("GET", f"{PREFIX}/rooms/{room}/videos", token=token).content)["items"][0]
    signed = client.ask("GET", urllib.parse.urljoin(there, listed["url"]))
    assert (signed.status, signed.content) == (200, film), "by its signature alone"


async def test_frames_give_out_addresses_below_the_path(proxied):
    _, proxy = proxied
    client = Client(proxy)
    me, token = client.register()
    room = json.loads(client.ask("POST", f"{PREFIX}/rooms/", {"name": "r"}, token).content)["id"]
    picture = base64.b64encode(media.png()).decode()
    avatars = []
    for _ in range(2):
        changed = client.ask("PUT", f"{PREFIX}/users/me", {"avatar": picture}, token)
        assert changed.status == 200, changed.content
        avatars.append(json.loads(changed.content)["avatar_url"])
        assert avatars[-1].startswith(f"{PREFIX}/avatars/")
        assert client.ask("GET", avatars[-1]).status == 200
    # The one before is removed, however it was given out.
    soon(lambda: client.ask("GET", avatars[0]).status == 404)
    made = client.ask("POST", f"{PREFIX}/rooms/{room}/videos?title=x", media.mp4(1000), token, Content_Type="video/mp4")
    video = json.loads(made.content)

    _, other = client.register()
    watcher, owner = [await open_socket(proxy, f"{PREFIX}/ws?token={one}") for one in (other, token)]

    async def heard(kind):
        while (frame := json.loads(await asyncio.wait_for(watcher.recv(), DEADLINE)))["type"] != kind:
            pass
        return frame["payload"]

    await heard("connected")
    assert client.ask("POST", f"{PREFIX}/rooms/{room}/members", {}, other).status == 201
    asked = json.loads(client.ask("GET", f"{PREFIX}/notifications/", token=token).content)["items"][0]
    answer = {"action": "accept", "token": asked["content"]["token"]}
    assert client.ask("POST", f"{PREFIX}/notifications/{asked['id']}/respond", answer, token).status == 200
    user = (await heard("notification_answered"))["user"]
    assert (user["id"], user["avatar_url"]) == (me, avatars[1])

    join = json.dumps({"type": "join_room", "payload": {"room_id": room}})
    await watcher.send(join)
    await heard("room_joined")
    await owner.send(join)
    await owner.send(json.dumps({"type": "sync_load", "payload": {"room_id": room, "video_id": video["id"]}}))
    url = (await heard("sync_state"))["video"]["url"]
    assert url.startswith(f"{PREFIX}/videos/") and client.ask("GET", url).status == 200
    await watcher.close()
    await owner.close()


def test_the_documents_name_the_server_as_clients_reach_it(proxied):
    _, proxy = proxied
    http = json.loads(Client(proxy).ask("GET", f"{PREFIX}/openapi.json").content)
    assert http["servers"] == [{"url": PREFIX}]
    sockets = json.loads(Client(proxy).ask("GET", f"{PREFIX}/asyncapi.json").content)
    assert sockets["servers"] == {"this": {"host": proxy.authority, "protocol": "ws", "pathname": PREFIX}}


def test_a_public_url_stands_before_everything(start_server):
    site = "https://chat.example.org"
    server = start_server({"http.public_url": f"{site}{PREFIX}"})
    for base in ("", PREFIX):
        client = Client(server)
        _, token = client.register(base=base)
        room = json.loads(client.ask("POST", f"{base}/rooms/", {"name": "r"}, token).content)["id"]
        made = client.ask("POST", f"{base}/rooms/{room}/uploads", b"", token, Tus_Resumable="1.0.0", Upload_Length="9",
                          Upload_Metadata=metadata(title="t", filetype="video/mp4"))
        assert made.getheader("Location").startswith(f"{site}{PREFIX}/uploads/")
        video = client.ask("POST", f"{base}/rooms/{room}/videos?title=x", media.mp4(100), token,
                           Content_Type="video/mp4")
        assert json.loads(video.content)["url"].startswith(f"{site}{PREFIX}/videos/")
        changed = client.ask("PUT", f"{base}/users/me", {"avatar": base64.b64encode(media.png()).decode()}, token)
        assert json.loads(changed.content)["avatar_url"].startswith(f"{site}{PREFIX}/avatars/")
        http, sockets = (json.loads(client.ask("GET", f"{base}/{name}.json").content) for name in ("openapi", "asyncapi"))
        assert http["servers"] == [{"url": f"{site}{PREFIX}"}]
        assert sockets["servers"] == {"this": {"host": "chat.example.org", "protocol": "wss", "pathname": PREFIX}}


def test_paths_of_our_own_are_served_below_a_base_that_begins_like_them(start_server):
    server = start_server({"http.base_path": "/api"})
    client = Client(server)
    _, token = client.register(base="/api")
    made = client.ask("POST", "/api/rooms/", {"name": "r"}, token)
    room = json.loads(made.content)["id"]
    for path in (f"/rooms/{room}", f"/api/rooms/{room}", f"/api/chat/rooms/{room}", f"/api/api/chat/rooms/{room}"):
        assert client.ask("GET", path, token=token).status == 200, path
    assert client.ask("GET", "/apis/rooms/", token=token).status == 404


@pytest.mark.parametrize("base", ["/ws", "/rooms", "/docs", "/ws/status"])
def test_a_base_that_is_a_route_stops_the_start(tmp_path, base):
    done = run_parley("serve", "--port", "0", "--data-dir", tmp_path, "--set", f"http.base_path={base}")
    assert done.returncode != 0
    assert "http.base_path" in done.stderr and "\n" not in done.stderr.strip()


# -- who the client is ----------------------------------------------------------------


def test_one_client_locks_out_no_other(start_server, tmp_path, way):
    server = start_server(LIMITED)
    with way(tmp_path, server) as proxy:
        ada, bob = Client(proxy, ADA), Client(proxy, BOB)
        assert [ada.fails_to_log_in() for _ in range(6)] == [401] * 5 + [429]
        assert bob.fails_to_log_in() == 401


@pytest.mark.parametrize("header, value", [("X_Forwarded_For", "203.0.113.{}"), ("Forwarded", "for=203.0.113.{}"),
                                           ("X_Forwarded_For", "127.0.0.1, 203.0.113.{}, unknown"),
                                           ("Forwarded", 'for=203.0.113.{};by="')])
def test_no_client_is_another_by_its_own_word(start_server, tmp_path, way, header, value):
    server = start_server(LIMITED)
    with way(tmp_path, server) as proxy:
        ada = Client(proxy, ADA)
        spent = [ada.fails_to_log_in(**{header: value.format(n)}) for n in range(6)]
        assert spent == [401] * 5 + [429]


def test_a_header_that_the_proxy_hands_on_unseen_makes_nobody_another(start_server, tmp_path):
    server = start_server(LIMITED)
    configuration, = documented("nginx")
    careless = configuration.replace('proxy_set_header Forwarded "";', "")
    assert careless != configuration
    with Nginx(tmp_path / "nginx", server, careless) as proxy:
        ada, bob = Client(proxy, ADA), Client(proxy, BOB)
        spent = [ada.fails_to_log_in(Forwarded=f"for=203.0.113.{n}") for n in range(6)]
        assert spent == [401] * 5 + [429]
        assert bob.fails_to_log_in() == 401


def test_whom_nobody_trusts_is_not_believed(start_server):
    server = start_server(LIMITED)
    stranger = Client(server, ADA)
    spent = [stranger.fails_to_log_in("", X_Forwarded_For=f"203.0.113.{n}", Forwarded=f"for=203.0.113.{n}")
             for n in range(6)]
    assert spent == [401] * 5 + [429]


async def test_an_administrator_sees_the_clients_addresses(start_server, tmp_path, way):
    server = start_server(BELOW)
    admin = administrator(server)
    with way(tmp_path, server) as proxy:
        opened = [await open_socket(proxy, f"{PREFIX}/ws?token={admin}", source=source) for source in (ADA, BOB)]
        for one in opened:
            await one.recv()
        assert addresses(server, admin) == [ADA, BOB]
        for one in opened:
            await one.close()


# -- origins --------------------------------------------------------------------------


async def test_the_sites_own_page_opens_sockets_and_no_other_does(proxied):
    _, proxy = proxied
    own = await open_socket(proxy, f"{PREFIX}/ws", origin=f"http://{proxy.authority}")
    await own.close()
    for foreign in ("http://evil.example", f"http://{proxy.host}.evil.example:{proxy.port}", "null"):
        with pytest.raises(websockets.InvalidStatusCode) as refused:
            await open_socket(proxy, f"{PREFIX}/ws", origin=foreign)
        assert refused.value.status_code == 403, foreign


async def test_a_public_url_names_the_sites_own_page(start_server, tmp_path):
    server = start_server({"http.public_url": "https://chat.example.org"})
    own = await open_socket(server, "/ws", origin="https://chat.example.org")
    await own.close()
    with pytest.raises(websockets.InvalidStatusCode):
        await open_socket(server, "/ws", origin="https://chat.example.org.evil.example")


# -- balancers of connections ---------------------------------------------------------


@pytest.mark.parametrize("version", ["send-proxy", "send-proxy-v2"])
async def test_a_balancer_tells_whose_connection_it_is(start_server, tmp_path, version):
    server = start_server({**TRUSTED, "server.proxy_protocol": "true", "limits.rate_limiting": "true"})
    with balancer(tmp_path, server, version) as proxy:
        ada, bob = Client(proxy, ADA), Client(proxy, BOB)
        spent = [ada.fails_to_log_in("", X_Forwarded_For="203.0.113.7") for _ in range(6)]
        assert spent == [401] * 5 + [429], "the client is no trusted proxy"
        assert bob.fails_to_log_in("") == 401
        line = await open_socket(proxy, "/ws")
        await line.recv()
        await line.close()


def test_a_balancer_hands_on_tls(start_server, tmp_path, certificate):
    server = start_server({**TRUSTED, "server.proxy_protocol": "true"}, certificate=certificate)
    with balancer(tmp_path, server) as proxy:
        line = server.trust.wrap_socket(
            socket.create_connection((proxy.host, proxy.port), DEADLINE), server_hostname=proxy.host)
        with line:
            line.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            assert line.recv(4096).startswith(b"HTTP/1.1 200")
