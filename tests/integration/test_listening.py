"""Where a node listens: both families, several places, Unix sockets, sockets of whoever started it; what a start tells."""

import asyncio
import collections
import json
import os
import pathlib
import re
import signal
import socket
import stat
import subprocess
import sys

import httpx
import pytest
import websockets

from clients import Api, Sockets
from harness import BINARY, DEADLINE, Server, clean_environment, run_parley, settings_flags, soon

HAS_IPV6 = os.path.exists("/proc/net/if_inet6")
needs_ipv6 = pytest.mark.skipif(not HAS_IPV6, reason="this machine has no IPv6")


def by_unix(path):
    return httpx.Client(transport=httpx.HTTPTransport(uds=str(path)), base_url="http://localhost", timeout=DEADLINE)


def answers(url):
    return httpx.get(f"{url}/healthz", timeout=DEADLINE).status_code == 200


def listening(server, count):
    soon(lambda: len(server.places) == count)
    return server.places


def refused(data_dir, *arguments):
    """The one line of a server that must not start."""
    done = run_parley("serve", "--data-dir", data_dir, *arguments, *settings_flags({}))
    assert done.returncode == 1, (done.returncode, done.stderr)
    [line] = done.stderr.strip().splitlines()
    assert line.startswith("parley: ")
    return line


# -- TCP -------------------------------------------------------------------------------------


@needs_ipv6
def test_localhost_is_served_in_both_families_on_one_port(start_server):
    places = listening(start_server(args=("--host", "localhost")), 2)
    port = re.fullmatch(r"http://127\.0\.0\.1:(\d+)", places[0])[1]
    assert places[1] == f"http://[::1]:{port}"
    assert all(answers(place) for place in places)


@needs_ipv6
@pytest.mark.parametrize("host", ["127.0.0.1,::1", "127.0.0.1, [::1]", '["127.0.0.1","[::1]"]'])
def test_several_places_stand_in_one_word(start_server, host):
    assert all(answers(place) for place in listening(start_server(args=("--host", host)), 2))


@needs_ipv6
@pytest.mark.parametrize("host", ["::1", "[::1]"])
def test_an_ipv6_address_is_taken_with_brackets_or_without_and_printed_with_them(start_server, host):
    [place] = start_server(args=("--host", host)).places
    assert re.fullmatch(r"http://\[::1\]:\d+", place) and answers(place)


@needs_ipv6
@pytest.mark.parametrize("how", ["a list", "one by one", "the environment"])
def test_several_places_are_a_line_each(start_server, how):
    args, env = {"a list": (("--host", '["127.0.0.1", "[::1]"]'), None),
                 "one by one": (("--host", "127.0.0.1", "--host", "::1"), None),
                 "the environment": ((), {"PARLEY_SERVER_HOST": '["127.0.0.1", "::1"]'})}[how]
    places = listening(start_server(args=args, env=env), 2)
    assert all(answers(place) for place in places)


def test_an_ipv4_client_of_a_wildcard_of_ipv6_is_known_by_its_ipv4_address(start_server):
    if not HAS_IPV6:
        pytest.skip("this machine has no IPv6")
    one = start_server(args=("--host", "::"))
    one.host = "127.0.0.1"
    with Api(one) as api:
        api.login("nobody")
    soon(lambda: any("failed login from 127.0.0.1:" in line for line in one.log))


@pytest.mark.parametrize("host, words", [
    ("192.0.2.1", ["192.0.2.1", "no interface"]),
    ("no-such-host.invalid", ["no-such-host.invalid", "--host"]),
])
def test_a_place_that_is_not_ours_is_one_line_that_says_how_to_mend_it(tmp_path, host, words):
    line = refused(tmp_path / "data", "--port", 0, "--host", host)
    assert all(word in line for word in words)


def test_a_port_in_use_is_said_to_be_so_with_what_to_do(server, tmp_path):
    line = refused(tmp_path / "data", "--port", server.port)
    assert f"127.0.0.1:{server.port}" in line and "in use" in line and "--port" in line


@pytest.mark.skipif(os.geteuid() == 0, reason="root may open any port")
def test_a_port_that_needs_a_permission_is_said_to_be_so(tmp_path):
    if int(pathlib.Path("/proc/sys/net/ipv4/ip_unprivileged_port_start").read_text()) <= 80:
        pytest.skip("here anybody may open it")
    assert "need a permission" in refused(tmp_path / "data", "--port", 80)


@pytest.mark.parametrize("host", ["127.0.0.1:8000", "[127.0.0.1]", "http://127.0.0.1", "unix:", "[]"])
def test_what_names_no_place_is_refused_by_its_key(tmp_path, host):
    done = run_parley("serve", "--data-dir", tmp_path, "--host", host)
    assert done.returncode == 2 and done.stderr.startswith("parley: server.host: "), done.stderr


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_data_folder_that_cannot_be_written_is_one_line_that_says_how_to_mend_it(tmp_path):
    tmp_path.chmod(0o500)
    assert "--data-dir" in refused(tmp_path / "data", "--port", 0)


# -- Unix sockets ----------------------------------------------------------------------------


@pytest.mark.parametrize("form", ["unix:{}", "{}"])
def test_a_unix_socket_serves_http_and_websockets_and_goes_with_the_server(start_server, tmp_path, form):
    path = tmp_path / "s.sock"
    one = start_server(args=("--host", form.format(path)))
    assert one.places == [f"unix:{path}"]
    with by_unix(path) as client:
        assert client.get("/healthz").status_code == 200

    async def greet():
        async with websockets.unix_connect(str(path), uri="ws://localhost/ws/someone") as connection:
            return json.loads(await asyncio.wait_for(connection.recv(), DEADLINE))

    assert asyncio.run(greet())["type"] == "connected"
    one.stop()
    assert not path.exists()


def test_clients_of_a_unix_socket_are_called_unix(start_server, tmp_path):
    path = tmp_path / "s.sock"
    one = start_server({"log.access": "all"}, args=("--host", f'["127.0.0.1", "unix:{path}"]'))
    listening(one, 2)
    with by_unix(path) as client:
        assert client.post("/token", data={"username": "nobody", "password": "wrong password"}).status_code == 401
    soon(lambda: any("failed login from unix: bad_credentials" in line for line in one.log))
    soon(lambda: any("request POST /token 401" in line and "from unix" in line for line in one.log))


def test_limits_of_addresses_count_all_clients_of_a_unix_socket_as_one(start_server, tmp_path):
    path = tmp_path / "s.sock"
    start_server({"limits.rate_limiting": "true"}, args=("--host", f"unix:{path}"))
    with by_unix(path) as client:
        form = {"username": "nobody", "password": "wrong password"}
        assert [client.post("/token", data=form).status_code for _ in range(6)] == [401] * 5 + [429]


@pytest.mark.parametrize("mode", [None, "0600", "0666"])
def test_the_mode_of_the_socket_is_as_it_was_set(start_server, tmp_path, mode):
    path = tmp_path / "s.sock"
    start_server({"server.unix_mode": mode}, args=("--host", f"unix:{path}"))
    assert stat.S_IMODE(path.stat().st_mode) == int(mode or "0660", 8)


def test_the_socket_of_a_dead_server_is_replaced_and_that_of_a_live_one_is_not(start_server, tmp_path):
    path = tmp_path / "s.sock"
    start_server(args=("--host", f"unix:{path}")).kill()
    assert path.is_socket()
    start_server(args=("--host", f"unix:{path}"))
    assert "another program listens there" in refused(tmp_path / "other", "--host", f"unix:{path}")
    with by_unix(path) as client:
        assert client.get("/healthz").status_code == 200


def test_a_file_that_is_no_socket_is_left_alone(tmp_path):
    path = tmp_path / "precious"
    path.write_text("data")
    assert "no socket" in refused(tmp_path / "data", "--host", f"unix:{path}")
    assert path.read_text() == "data"


async def test_the_threads_share_the_clients_of_one_unix_socket_evenly(start_server, tmp_path):
    path = tmp_path / "s.sock"
    one = start_server({"server.threads": 3}, args=("--host", f'["127.0.0.1", "unix:{path}"]'))
    made = run_parley("user", "create", "--username", "root", "--email", "root@example.org", "--admin", "--data-dir",
                      one.data_dir, stdin="correct horse battery\n")
    assert made.returncode == 0, made.stderr
    sockets = [await websockets.unix_connect(str(path), uri=f"ws://localhost/ws/client{i}") for i in range(12)]
    for connection in sockets:
        await asyncio.wait_for(connection.recv(), DEADLINE)
    with Api(one) as api:
        token = api.sign_in("root")["access_token"]
        listed = api.get("/admin/connections", user=token).json()["items"]
    assert [item["address"] for item in listed] == ["unix"] * 12
    # A connection's id tells its thread: ids are numbered through by thread.
    assert collections.Counter(item["id"] % 3 for item in listed) == {0: 4, 1: 4, 2: 4}
    for connection in sockets:
        await connection.close()


# -- sockets that are passed -----------------------------------------------------------------

PASS = """import os, sys
for at, descriptor in enumerate(map(int, sys.argv[1].split(","))):
    os.dup2(descriptor, 100 + at)
for at in range(int(os.environ["LISTEN_FDS"])):
    os.dup2(100 + at, 3 + at, inheritable=True)
os.environ["LISTEN_PID"] = str(os.getpid() + int(sys.argv[2]))
os.execv(sys.argv[3], sys.argv[3:])
"""


class Activated(Server):
    """A server that is started as systemd would, with these sockets."""

    def __init__(self, data_dir, *sockets, for_another=False, **more):
        super().__init__(data_dir, **more)
        self.sockets = sockets
        self.env = {**self.env, "LISTEN_FDS": str(len(sockets)), "LISTEN_FDNAMES": ":".join(["x"] * len(sockets))}
        self.command = [sys.executable, "-c", PASS, ",".join(str(x.fileno()) for x in sockets),
                        "1" if for_another else "0", *self.command]

    def spawn(self):
        return subprocess.Popen(self.command, env=self.env, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                stderr=subprocess.PIPE, text=True, errors="replace",
                                pass_fds=[x.fileno() for x in self.sockets])


def listener(family=socket.AF_INET, address=("127.0.0.1", 0), kind=socket.SOCK_STREAM):
    out = socket.socket(family, kind)
    out.bind(address)
    if kind == socket.SOCK_STREAM:
        out.listen()
    return out


def test_passed_sockets_of_all_families_go_before_all_settings(tmp_path):
    with listener() as four, listener(socket.AF_UNIX, str(tmp_path / "s.sock")) as unix:
        given = [four, unix]
        if HAS_IPV6:
            given.append(listener(socket.AF_INET6, ("::1", 0)))
        with Activated(tmp_path / "data", *given, args=("--host", "192.0.2.1")) as one:
            places = listening(one, len(given))
            assert places[:2] == [f"http://127.0.0.1:{four.getsockname()[1]}", f"unix:{tmp_path}/s.sock"]
            assert answers(places[0]) and all(answers(place) for place in places[2:])
            with by_unix(tmp_path / "s.sock") as client:
                assert client.get("/healthz").status_code == 200
        assert (tmp_path / "s.sock").is_socket(), "it belongs to whoever made it"


def test_nobody_is_refused_while_a_server_with_a_passed_socket_starts_anew(tmp_path):
    with listener() as given, socket.socket() as client:
        with Activated(tmp_path / "data", given):
            pass
        client.settimeout(DEADLINE)
        client.connect(given.getsockname())  # nobody is there
        client.sendall(b"GET /healthz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        with Activated(tmp_path / "data", given):
            assert client.recv(12) == b"HTTP/1.1 200"


def test_sockets_meant_for_another_process_are_left_alone(tmp_path):
    with listener() as given, Activated(tmp_path / "data", given, for_another=True) as one:
        assert one.port != given.getsockname()[1]


@pytest.mark.parametrize("kind", ["deaf", "datagrams"])
def test_a_passed_descriptor_that_does_not_listen_stops_the_start(tmp_path, kind):
    given = listener(kind=socket.SOCK_DGRAM) if kind == "datagrams" else socket.socket()
    with given:
        one = Activated(tmp_path / "data", given).launch()
        assert one.wait() == 1
        assert any("LISTEN_FDS" in line for line in one.log), one.log_text()


# -- what a start tells ----------------------------------------------------------------------


def test_a_start_tells_what_a_person_wants_to_know(start_server, tmp_path):
    file = tmp_path / "parley.toml"
    file.write_text("[server]\nmax_connections = 77\n")
    one = start_server(data_dir=tmp_path / "data", args=("--config", file))
    told = "\n".join(line for line in one.log if not line.startswith("listening on"))
    version = run_parley("--version").stdout.strip()
    for word in (f"Parley {version}", f"{one.http}/", str(tmp_path / "data"), "parley.db", "durability full", str(file),
                 "77 connections", "open files"):
        assert word in told, (word, told)
    assert len(one.log) <= 10
    rows = [line for line in one.log if " info " in line and f"Parley {version}" not in line]
    columns = {re.match(r"\S+ info .{19}", line)[0][-1] for line in rows}
    assert columns == {" "}, "values begin in one column"


@pytest.mark.parametrize("settings, address", [
    ({"http.public_url": "https://chat.example.org/parley"}, r"https://chat\.example\.org/parley/"),
    ({"http.base_path": "/parley"}, r"http://127\.0\.0\.1:\d+/parley/"),
    ({"server.host": "0.0.0.0"}, r"http://127\.0\.0\.1:\d+/"),
])
def test_the_address_for_a_browser_is_one_that_it_can_open(start_server, settings, address):
    one = start_server(settings)
    assert any(re.search(f"open in a browser +{address}$", line) for line in one.log), one.log_text()


def test_a_start_tells_it_in_one_line_of_json(start_server):
    one = start_server({"log.format": "json"})
    [line] = [json.loads(line) for line in one.log if not line.startswith("listening on")]
    assert one.http in line["message"] and str(one.data_dir) in line["message"]


def test_a_start_says_nothing_that_was_not_asked_for(start_server):
    one = start_server({"log.level": "warning"})
    assert one.log == [f"listening on {one.http}"]


def test_the_password_of_a_database_is_not_told(tmp_path):
    done = run_parley("serve", "--data-dir", tmp_path, "--db", "postgresql://u:very-secret@127.0.0.1:1/d")
    assert done.returncode == 1 and "very-secret" not in done.stderr
