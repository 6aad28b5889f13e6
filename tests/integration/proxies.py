"""nginx and HAProxy of Debian before a server, configured as docs/operations.md shows it; and clients with addresses."""

import http.client
import itertools
import json
import pathlib
import re
import shutil
import socket
import subprocess
import time

from harness import DEADLINE, REPOSITORY

#: Loopback addresses of clients. The proxies' own is 127.0.0.1, so that only they are trusted in the tests.
ADA, BOB = "127.0.0.2", "127.0.0.3"
TRUSTED = {"http.trusted_proxies": '["127.0.0.1"]'}
PREFIX = "/parley"


def documented(language):
    """The configurations of docs/operations.md in that language, in their order."""
    text = (REPOSITORY / "docs" / "operations.md").read_text()
    return re.findall(rf"^```{language}\n(.*?)^```", text, re.M | re.S)


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


class Proxy:
    """One process of a proxy on a free port of loopback, with all its files in `folder`."""

    def __init__(self, folder, server, configuration):
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(exist_ok=True)
        self.host, self.port = "127.0.0.1", free_port()
        self.authority = f"{self.host}:{self.port}"
        self.log = self.folder / "log"
        self.configuration = self.folder / "configuration"
        self.configuration.write_text(self.arrange(configuration.replace("127.0.0.1:8000", server.authority)))
        self.process = None

    def arrange(self, configuration):
        raise NotImplementedError

    def command(self):
        raise NotImplementedError

    def __enter__(self):
        with open(self.log, "wb") as log:
            self.process = subprocess.Popen(self.command(), stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        end = time.monotonic() + DEADLINE
        while True:
            try:
                socket.create_connection((self.host, self.port), timeout=DEADLINE).close()
                return self
            except ConnectionRefusedError:
                said = self.log.read_text(errors="replace")
                assert self.process.poll() is None and time.monotonic() < end, said

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(DEADLINE)


class Nginx(Proxy):
    def arrange(self, configuration):
        configuration, listens = re.subn(r"listen 80;", f"listen {self.authority};", configuration)
        assert listens == 1, configuration
        paths = "".join(f"{kind}_temp_path {self.folder}/{kind};\n"
                        for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
        return (f"daemon off;\nmaster_process off;\npid {self.folder}/pid;\nerror_log stderr;\nevents {{}}\n"
                f"http {{\naccess_log off;\n{paths}{configuration}}}\n")

    def command(self):
        return [program("nginx"), "-p", str(self.folder), "-e", "stderr", "-c", str(self.configuration)]


class HaProxy(Proxy):
    def arrange(self, configuration):
        configuration, binds = re.subn(r"bind :\d+", f"bind {self.authority}", configuration)
        assert binds == 1, configuration
        return configuration

    def command(self):
        return [program("haproxy"), "-db", "-f", str(self.configuration)]


def program(name):
    """Debian keeps it where only root's PATH looks."""
    found = shutil.which(name) or shutil.which(name, path="/usr/sbin")
    assert found, f"{name} is not installed: script/bootstrap test"
    return found


class Client:
    """HTTP by one address of loopback, to a proxy or to the server itself; never follows anything by itself."""

    _names = itertools.count(1)

    def __init__(self, there, address=ADA):
        self.there = there
        self.address = address

    def ask(self, method, url, body=None, token=None, **headers):
        """`url` may have a host: it must be the proxy's. Header names are written with `_` for `-`."""
        if url.startswith("http"):
            start = f"http://{self.there.authority}/"
            assert url.startswith(start), url
            url = url[len(start) - 1:]
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if token:
            sent["Authorization"] = f"Bearer {token}"
        if isinstance(body, dict):
            body = json.dumps(body).encode()
            sent.setdefault("Content-Type", "application/json")
        line = http.client.HTTPConnection(self.there.host, self.there.port, timeout=DEADLINE,
                                          source_address=(self.address, 0))
        try:
            line.request(method, url, body, sent)
            answer = line.getresponse()
            answer.content = answer.read()
        finally:
            line.close()
        return answer

    def fails_to_log_in(self, base=PREFIX, **headers):
        """The status of a login with a wrong password."""
        return self.ask("POST", f"{base}/token", b"username=nobody&password=wrong+wrong",
                        Content_Type="application/x-www-form-urlencoded", **headers).status

    def register(self, base=PREFIX):
        """Id and access token of a new user."""
        name = f"proxied{next(self._names)}"
        password = "correct horse battery"
        made = self.ask("POST", f"{base}/users/",
                        {"username": name, "email": f"{name}@example.org", "password": password})
        assert made.status == 201, made.content
        signed = self.ask("POST", f"{base}/token", f"username={name}&password=correct+horse+battery".encode(),
                          Content_Type="application/x-www-form-urlencoded")
        assert signed.status == 200, signed.content
        return json.loads(made.content)["id"], json.loads(signed.content)["access_token"]
