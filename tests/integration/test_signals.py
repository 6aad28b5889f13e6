"""What signals do to a running server: it reads certificates and its log's file anew, and drops nobody."""

import os
import pty
import signal
import socket
import ssl
import subprocess

import pytest

from clients import Api, Sockets
from harness import DEADLINE, Server, run_parley, settings_flags, soon
from test_tls import Certificate


def told(server, words):
    soon(lambda: any(words in line for line in server.log))


def shown(server, name=None):
    """The certificate that a new client is shown, as DER; `name` is the server's that it asks for."""
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    with socket.create_connection((server.host, server.port), timeout=DEADLINE) as plain:
        with context.wrap_socket(plain, server_hostname=name) as secure:
            return secure.getpeercert(binary_form=True)


def der(certificate):
    with open(certificate.pem, encoding="ascii") as file:
        return ssl.PEM_cert_to_DER_cert(file.read())


def replace(certificate, other):
    os.replace(other.pem, certificate.pem)
    os.replace(other.key, certificate.key)


# -- SIGHUP ----------------------------------------------------------------------------------


async def test_sockets_that_talk_live_through_it(start_server):
    server = start_server()
    sockets = Sockets(server)
    with Api(server) as api:
        one, two = api.register(), api.register()
        room = api.room(one, two)
    talker, listener = await sockets.joined(one, room), await sockets.joined(two, room)
    for i in range(30):
        await talker.tell("send_message", room_id=room, content=str(i))
        server.process.send_signal(signal.SIGHUP)
        heard = await listener.until(lambda f: f["type"] == "room_message")
        assert heard["payload"]["content"] == str(i)
    told(server, "reloaded: log")
    assert server.process.poll() is None
    await sockets.close()


async def test_new_handshakes_get_the_new_certificate_and_old_sockets_stay(start_server, tmp_path):
    certificate, other = Certificate.make(tmp_path), Certificate.make(tmp_path, "other")
    old, new = der(certificate), der(other)
    server = start_server(certificate=certificate)
    sockets = Sockets(server)
    with Api(server) as api:
        user = api.register()
    socket_ = await sockets.ws(user)
    assert shown(server) == old
    replace(certificate, other)
    server.process.send_signal(signal.SIGHUP)
    told(server, "certificates (good until ")
    soon(lambda: shown(server) == new)
    assert (await socket_.ask("ping", timestamp=1))["type"] == "pong"
    server.trust = ssl.create_default_context(cafile=certificate.pem)
    with Api(server) as api:
        assert api.get("/healthz").status_code == 200
    await sockets.close()


@pytest.mark.parametrize("breakage", ["no PEM", "gone", "another key", "half written"])
def test_a_broken_certificate_is_refused_and_the_old_goes_on(start_server, tmp_path, breakage):
    certificate, other = Certificate.make(tmp_path), Certificate.make(tmp_path, "other")
    old = der(certificate)
    server = start_server(certificate=certificate)
    if breakage == "gone":
        os.remove(certificate.key)
    elif breakage == "another key":
        os.replace(other.key, certificate.key)
    else:
        with open(certificate.pem, "r+", encoding="ascii") as file:
            file.truncate(0 if breakage == "no PEM" else 200)
    server.process.send_signal(signal.SIGHUP)
    told(server, "error not reloaded, the old goes on: tls.")
    assert shown(server) == old
    server.stop()


def test_the_file_of_the_log_is_opened_anew_and_no_line_is_lost(start_server, tmp_path):
    file = tmp_path / "parley.log"
    server = start_server({"log.file": file})
    assert [line for line in server.log if not line.startswith("listening on")] == []
    assert "Parley" in file.read_text()
    with Api(server) as api:
        api.login("before")
        soon(lambda: "failed login" in file.read_text())
        file.rename(tmp_path / "parley.log.1")
        server.process.send_signal(signal.SIGHUP)
        soon(lambda: file.exists() and "reloaded: log" in file.read_text())
        api.login("after")
        soon(lambda: "failed login" in file.read_text())
    server.stop()
    assert (tmp_path / "parley.log.1").read_text().count("failed login") == 1
    assert file.read_text().count("failed login") == 1
    assert file.stat().st_mode & 0o077 == 0


def test_a_log_file_that_cannot_be_opened_anew_leaves_the_old_one(start_server, tmp_path):
    folder = tmp_path / "logs"
    folder.mkdir()
    server = start_server({"log.file": folder / "parley.log"})
    (folder / "parley.log").rename(tmp_path / "kept.log")
    folder.rmdir()
    server.process.send_signal(signal.SIGHUP)
    soon(lambda: "not reloaded, the old goes on: log.file: " in (tmp_path / "kept.log").read_text())
    server.stop()
    assert "drained" in (tmp_path / "kept.log").read_text()


def test_a_log_file_that_cannot_be_written_stops_the_start(tmp_path):
    done = run_parley("serve", "--port", 0, "--data-dir", tmp_path / "data",
                      *settings_flags({"log.file": tmp_path / "missing" / "parley.log"}))
    assert done.returncode == 1 and done.stderr.startswith("parley: log.file: "), done.stderr


# -- other signals ---------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["SIGUSR1", "SIGUSR2", "SIGPIPE"])
def test_signals_without_a_meaning_are_ignored(start_server, name):
    server = start_server()
    server.process.send_signal(getattr(signal, name))
    server.process.send_signal(signal.SIGHUP)
    told(server, "reloaded: log")  # it came after the other one, and was answered
    with Api(server) as api:
        assert api.get("/healthz").status_code == 200


TAKE_TERMINAL = """import fcntl, os, sys, termios
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
os.execvp(sys.argv[1], sys.argv[1:])
"""


class OnTerminal(Server):
    """A server with a terminal of its own, whose other end is `terminal`."""

    terminal = None

    def spawn(self):
        self.terminal, theirs = pty.openpty()
        out = subprocess.Popen(["/usr/bin/python3", "-c", TAKE_TERMINAL, *self.command], env=self.env, stdin=theirs,
                               stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, start_new_session=True)
        os.close(theirs)
        return out


def test_a_terminal_that_closes_ends_the_server_in_order(tmp_path):
    server = OnTerminal(tmp_path / "data").start()
    os.close(server.terminal)
    assert server.wait() == 0
    assert any(line.endswith("drained") for line in server.log), server.log_text()


def test_a_server_that_was_to_outlive_its_terminal_does(tmp_path):
    server = OnTerminal(tmp_path / "data")
    server.command = ["nohup", *server.command]
    server.start()
    os.close(server.terminal)
    told(server, "reloaded: log")
    server.stop()


# -- several certificates --------------------------------------------------------------------


class Pairs:
    """Certificates for these names each, with the settings that name them."""

    def __init__(self, folder, *names):
        self.made = []
        for at, alternatives in enumerate(names):
            one = Certificate(str(folder / f"{at}.pem"), str(folder / f"{at}.key"))
            subject = ",".join(f"DNS:{name}" for name in alternatives)
            subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                            "-days", "2", "-subj", f"/CN=pair {at}", "-addext", f"subjectAltName={subject}", "-keyout",
                            one.key, "-out", one.pem], check=True, capture_output=True, timeout=DEADLINE)
            os.chmod(one.key, 0o600)
            self.made.append(one)

    @staticmethod
    def _list(texts):
        return "[" + ", ".join(f'"{text}"' for text in texts) + "]"

    @property
    def settings(self):
        return {"tls.certificate": self._list(one.pem for one in self.made),
                "tls.key": self._list(one.key for one in self.made)}


def test_the_name_that_a_client_asks_for_chooses_the_certificate(start_server, tmp_path):
    pairs = Pairs(tmp_path, ["first.example"], ["*.example.org", "example.org"], ["exact.example.org"])
    server = start_server(pairs.settings, secure=True)
    first, wildcard, exact = map(der, pairs.made)
    for name, expected in (("first.example", first), ("a.example.org", wildcard), ("example.org", wildcard),
                           ("exact.example.org", exact), ("A.EXAMPLE.ORG", wildcard), ("a.b.example.org", first),
                           ("stranger.example", first), (None, first)):
        assert shown(server, name) == expected, name


def test_all_certificates_are_read_anew(start_server, tmp_path):
    pairs = Pairs(tmp_path, ["first.example"], ["second.example"])
    server = start_server(pairs.settings, secure=True)
    (tmp_path / "new").mkdir()
    others = Pairs(tmp_path / "new", ["first.example"], ["second.example"])
    expected = der(others.made[1])
    for one, other in zip(pairs.made, others.made):
        replace(one, other)
    server.process.send_signal(signal.SIGHUP)
    soon(lambda: shown(server, "second.example") == expected)


@pytest.mark.parametrize("which", [0, 1])
def test_one_certificate_that_is_no_good_stops_the_start(tmp_path, which):
    pairs = Pairs(tmp_path, ["first.example"], ["second.example"])
    os.replace(pairs.made[which].pem, tmp_path / "elsewhere")
    done = run_parley("serve", "--port", 0, "--data-dir", tmp_path / "data", *settings_flags(pairs.settings))
    assert done.returncode == 1 and f"{which}.pem" in done.stderr and done.stderr.count("\n") == 1, done.stderr
