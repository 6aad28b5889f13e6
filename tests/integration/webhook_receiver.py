"""A receiver of webhooks that fails in the ways that receivers do, and what tests of it share."""

import base64
import hashlib
import hmac
import http.server
import json
import ssl
import threading
import time

from harness import run_parley

#: Fast retries, and the receivers of the tests are on this machine.
SETTINGS = {"webhooks.allow_addresses": '["loopback"]', "webhooks.retry_ms": 10}


#: Seconds that a late answer takes: less than the server waits.
LATE = 2


class Receiver(http.server.ThreadingHTTPServer):
    """Keeps what it is posted, and answers as `answer(event)` says: a status, "hang", "cut" or "late"."""

    daemon_threads = True

    def __init__(self, answer=lambda event: 204, port=0, certificate=None):
        self.answer, self.got, self.refused = answer, [], []
        self.released = threading.Event()  # those that hang
        self.lock = threading.Lock()
        super().__init__(("127.0.0.1", port), ReceiverHandler)
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate.pem, certificate.key)
            self.socket = context.wrap_socket(self.socket, server_side=True)
        self.url = f"http{'s' if certificate else ''}://127.0.0.1:{self.server_port}/hook?from=parley"
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def __exit__(self, *how):
        self.released.set()
        self.shutdown()
        super().__exit__(*how)

    def handle_error(self, request, client_address):
        """A client that is killed is not news."""

    def contents(self, room=None):
        """What messages that were taken said, in the order in which they came, each once."""
        said = [x["data"]["content"] for x in self.events("message.posted") if room in (None, x["data"]["room_id"])]
        return list(dict.fromkeys(said))

    def events(self, kind=None):
        with self.lock:
            return [one["event"] for one in self.got if kind in (None, one["event"]["type"])]


class ReceiverHandler(http.server.BaseHTTPRequestHandler):
    def do_POST(self):  # pylint: disable=invalid-name
        body = self.rfile.read(int(self.headers["Content-Length"]))
        one = {"headers": {k.lower(): v for k, v in self.headers.items()}, "body": body.decode(), "path": self.path,
               "event": json.loads(body), "at": time.monotonic()}
        status = self.server.answer(one["event"])
        with self.server.lock:
            (self.server.got if status in (200, 204, "late") else self.server.refused).append(one)
        if status == "hang":
            self.server.released.wait()
            return
        if status == "cut":
            return
        if status == "late":
            self.server.released.wait(LATE)
            status = 204
        self.send_response(status)
        if status == 302:
            self.send_header("Location", "/elsewhere")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):  # pylint: disable=arguments-differ
        pass


def is_signed(secret, one):
    """By Python's own HMAC."""
    headers = one["headers"]
    text = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.{one['body']}".encode()
    key = base64.b64decode(secret.removeprefix("whsec_"))
    wanted = "v1," + base64.b64encode(hmac.new(key, text, hashlib.sha256).digest()).decode()
    return headers["webhook-signature"] == wanted and abs(time.time() - int(headers["webhook-timestamp"])) < 60


def promote(server, api):
    user = api.register()
    done = run_parley("user", "promote", user.username, "--data-dir", server.data_dir)
    assert done.returncode == 0, done.stderr
    return user


def hook(api, admin, receiver, **more):
    made = api.post("/admin/webhooks", user=admin, json={"url": getattr(receiver, "url", receiver), **more})
    assert made.status_code == 201, made.text
    return made.json()


def waiting(api, admin, one, state=None):
    found = api.get(f"/admin/webhooks/{one['id']}/deliveries", user=admin, params={"state": state} if state else {})
    assert found.status_code == 200, found.text
    return found.json()["items"]
