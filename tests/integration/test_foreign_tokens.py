"""Tokens that an identity provider signed (`auth.jwks`): users at first sight, rotation, what must not get in."""

import base64
import concurrent.futures
import http.server
import json
import signal
import ssl
import threading
import time

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

import expect
import postgres
from clients import PASSWORD, Api, Sockets
from harness import claims_for, query, run_parley, sign, soon
from test_cluster import Cluster
from test_tls import Certificate

ISSUER = "https://id.example.org/realms/chat"
AUDIENCE = "parley"


def encode(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def encode_number(value, size):
    return encode(value.to_bytes(size, "big"))


class Key:
    """A key of the provider: `RS256`, `ES256` or `EdDSA`."""

    def __init__(self, alg, kid):
        self.alg, self.kid = alg, kid
        self.private = {"RS256": lambda: rsa.generate_private_key(65537, 2048),
                        "ES256": lambda: ec.generate_private_key(ec.SECP256R1()),
                        "EdDSA": ed25519.Ed25519PrivateKey.generate}[alg]()

    def jwk(self):
        public = self.private.public_key()
        more = {"kid": self.kid, "use": "sig", "alg": self.alg}
        if self.alg == "RS256":
            numbers = public.public_numbers()
            return {"kty": "RSA", "n": encode_number(numbers.n, 256), "e": encode_number(numbers.e, 3), **more}
        if self.alg == "ES256":
            numbers = public.public_numbers()
            return {"kty": "EC", "crv": "P-256", "x": encode_number(numbers.x, 32), "y": encode_number(numbers.y, 32), **more}
        raw = public.public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
        return {"kty": "OKP", "crv": "Ed25519", "x": encode(raw), **more}

    def pem(self):
        return self.private.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)

    def sign(self, text):
        if self.alg == "RS256":
            return self.private.sign(text, padding.PKCS1v15(), hashes.SHA256())
        if self.alg == "ES256":
            r, s = decode_dss_signature(self.private.sign(text, ec.ECDSA(hashes.SHA256())))
            return r.to_bytes(32, "big") + s.to_bytes(32, "big")
        return self.private.sign(text)

    def token(self, subject="f81d4fae", **claims):
        """A claim of None is left out."""
        now = int(time.time())
        whole = {"iss": ISSUER, "aud": AUDIENCE, "sub": subject, "iat": now, "exp": now + 600, **claims}
        head = {"alg": self.alg, "kid": self.kid, "typ": "JWT"}
        text = ".".join(encode(json.dumps(x).encode())
                        for x in (head, {k: v for k, v in whole.items() if v is not None})).encode()
        return f"{text.decode()}.{encode(self.sign(text))}"


class Provider(http.server.ThreadingHTTPServer):
    """Serves the public keys of `keys`, as its realm's address does."""

    def __init__(self, *keys, certificate=None):
        self.keys, self.asked = list(keys), 0
        self.answers = threading.Event()  # it hangs while this is not set
        self.answers.set()
        super().__init__(("127.0.0.1", 0), ProviderHandler)
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate.pem, certificate.key)
            self.socket = context.wrap_socket(self.socket, server_side=True)
        self.url = f"http{'s' if certificate else ''}://127.0.0.1:{self.server_port}/certs"
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def __exit__(self, *how):
        self.answers.set()
        self.shutdown()
        super().__exit__(*how)

    def handle_error(self, request, client_address):
        """Clients that do not trust it are not news."""


class ProviderHandler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):  # pylint: disable=invalid-name
        self.server.asked += 1
        self.server.answers.wait()
        if self.path == "/elsewhere":
            self.send_response(302)
            self.send_header("Location", "/certs")
            self.end_headers()
            return
        body = json.dumps({"keys": [key.jwk() for key in self.server.keys]}).encode()
        self.send_response(200 if self.path == "/certs" else 404)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):  # pylint: disable=arguments-differ
        pass


@pytest.fixture(scope="module")
def keys():
    return {alg: Key(alg, f"key of {alg}") for alg in ("RS256", "ES256", "EdDSA")}


def settings_of(place, **more):
    return {"auth.jwks": place, "auth.issuer": ISSUER, "auth.audience": AUDIENCE,
            **{f"auth.{name}": value for name, value in more.items()}}


@pytest.fixture
def realm(start_server, keys):
    """A server that makes users of the provider at first sight, its HTTP client, and the provider."""
    with Provider(*keys.values()) as provider:
        server = start_server(settings_of(provider.url, provision="true"))
        with Api(server) as api:
            yield server, api, provider


# -- users at first sight ---------------------------------------------------------------


@pytest.mark.parametrize("alg", ["RS256", "ES256", "EdDSA"])
def test_a_provider_s_user_is_made_at_first_sight_and_known_again(realm, keys, alg):
    _, api, _ = realm
    first = api.get("/users/me", user=keys[alg].token(preferred_username="ann", email="ann@example.org", email_verified=True))
    assert first.status_code == 200, first.text
    assert (first.json()["username"], first.json()["email"]) == ("ann", "ann@example.org")
    for _ in range(4):  # whichever thread it is that serves
        again = api.get("/users/me", user=keys[alg].token(preferred_username="ann lee"), headers={"Connection": "close"})
        assert (again.json()["id"], again.json()["username"]) == (first.json()["id"], "ann")


async def test_a_socket_makes_a_user_too(realm, keys):
    server, api, _ = realm
    sockets = Sockets(server)
    ann, bob = keys["ES256"].token("1-ann", preferred_username="ann"), keys["EdDSA"].token("2-bob", preferred_username="bob")
    one = await sockets.ws(ann)
    room = api.room(ann)
    await one.join(room)
    other = await sockets.ws(bob)
    assert api.get("/users/me", user=bob).json()["username"] == "bob"
    assert api.post(f"/rooms/{room}/members", user=bob, json={}).status_code == 201
    api.say(ann, room, "hello")
    assert (await one.until("room_message"))["payload"]["content"] == "hello"
    await other.close()
    await sockets.close()


async def test_a_guest_may_become_a_provider_s_user(realm, keys):
    server, _, _ = realm
    sockets = Sockets(server)
    socket = await sockets.ws()
    answer = await socket.ask("auth", token=keys["ES256"].token(preferred_username="ann"))
    assert answer["type"] == "auth_ok" or "user" in json.dumps(answer), answer
    await sockets.close()


def test_names_and_addresses_that_somebody_has_make_nobody_that_somebody(realm, keys):
    _, api, _ = realm
    ada = api.register("ada")
    told = api.get("/users/me", user=keys["ES256"].token("x", preferred_username="Ada", email=ada.email, email_verified=True)).json()
    assert told["id"] != ada.id and told["username"] == "Ada-2" and told["email"].endswith("@parley.invalid")
    unverified = api.get("/users/me", user=keys["ES256"].token("y", name="eve lee", email="eve@example.org")).json()
    assert unverified["username"] == "eve_lee" and unverified["email"].endswith("@parley.invalid")
    nameless = api.get("/users/me", user=keys["ES256"].token("z", name="!?")).json()
    assert nameless["username"] == "user"
    reserved = api.get("/users/me", user=keys["ES256"].token("w", name="anonymous")).json()
    assert reserved["username"] == "anonymous-2"


def test_a_number_of_the_provider_s_is_no_id_of_ours(realm, keys):
    server, api, _ = realm
    ada = api.register("ada")
    assert run_parley("user", "promote", "ada", "--data-dir", server.data_dir).returncode == 0
    stranger = api.get("/users/me", user=keys["ES256"].token(str(ada.id), preferred_username="eve")).json()
    assert stranger["id"] != ada.id and stranger["role"] == "user"
    assert stranger["id"] != 1 != api.get("/users/me", user=keys["ES256"].token("1")).json()["id"]


def test_whoever_was_made_so_has_no_password(realm, keys):
    server, api, _ = realm
    api.get("/users/me", user=keys["ES256"].token(preferred_username="ann"))
    for password in (PASSWORD, ""):
        assert api.login("ann", password).status_code in (401, 422)
    assert query(server, "SELECT password_hash FROM users WHERE username = 'ann'") == [[""]]


def test_an_account_that_ended_is_not_made_anew_by_a_token_of_before(realm, keys):
    server, api, _ = realm
    api.register("ada")
    old = keys["ES256"].token(preferred_username="ann")
    ended = api.get("/users/me", user=old).json()["id"]
    query(server, "UPDATE users SET password_hash = (SELECT password_hash FROM users WHERE username = 'ada') "
                  f"WHERE id = {ended}")
    assert api.request("DELETE", "/users/me", user=old, json={"current_password": PASSWORD}).status_code == 204
    for _ in range(4):
        expect.problem(api.get("/users/me", user=old, headers={"Connection": "close"}), 401, "invalid_token")
    again = api.get("/users/me", user=keys["ES256"].token(preferred_username="ann", iat=int(time.time()) + 30)).json()
    assert again["username"] == "ann" and again["id"] != ended


def test_tokens_of_our_own_are_taken_beside(realm):
    _, api, _ = realm
    user = api.register()
    assert api.get("/users/me", user=user).json()["id"] == user.id
    assert api.get("/users/me", user=sign(claims_for(user.id))).json()["id"] == user.id


@pytest.mark.skipif(not postgres.ASKED_FOR, reason="several nodes need PostgreSQL")
def test_whom_two_nodes_meet_at_once_is_one_user(tmp_path, keys):
    with Provider(*keys.values()) as provider:
        cluster = Cluster(tmp_path, settings_of(provider.url, provision="true"))
        try:
            cluster.start("a", "b")
            with concurrent.futures.ThreadPoolExecutor(8) as several:
                for subject in ("ann", "bob", "eve"):
                    token = keys["ES256"].token(subject, preferred_username="guest")
                    ids = several.map(lambda api, user=token: api.get("/users/me", user=user).json()["id"], cluster.apis * 4)
                    assert len(set(ids)) == 1
            assert cluster.query("SELECT count(*) FROM users WHERE username LIKE 'guest%'") == [["3"]]
        finally:
            cluster.end()


# -- without provision ------------------------------------------------------------------


def test_without_provision_sub_is_the_id_of_a_user(start_server, keys, tmp_path):
    place = tmp_path / "keys.json"
    place.write_text(json.dumps({"keys": [keys["RS256"].jwk()]}))
    with Api(start_server(settings_of(place))) as api:
        user = api.register()
        assert api.get("/users/me", user=keys["RS256"].token(str(user.id))).json()["id"] == user.id
        for subject in ("1", "999", "f81d4fae", "0", "-2"):
            expect.problem(api.get("/users/me", user=keys["RS256"].token(subject)), 401, "invalid_token")


# -- what must not get in ---------------------------------------------------------------


def test_what_is_not_for_this_server_is_refused(realm, keys):
    _, api, _ = realm
    key, now = keys["ES256"], int(time.time())
    for claims in ({"iss": "https://id.example.org/realms/other"}, {"iss": None}, {"aud": "account"}, {"aud": None},
                   {"aud": ["account"]}, {"exp": None}, {"nbf": now + 120}, {"typ": "ID"}, {"type": "refresh"}):
        expect.problem(api.get("/users/me", user=key.token(**claims)), 401, "invalid_token")
    expect.problem(api.get("/users/me", user=key.token(exp=now - 1)), 401, "token_expired")
    stranger = Key("ES256", key.kid)
    expect.problem(api.get("/users/me", user=stranger.token()), 401, "invalid_token")
    assert api.get("/users/me", user=key.token(aud=["account", AUDIENCE])).status_code == 200


def test_a_public_key_is_no_shared_secret(realm, keys):
    _, api, _ = realm
    for secret in (keys["RS256"].pem().decode(), json.dumps(keys["RS256"].jwk()), ""):
        forged = sign({"iss": ISSUER, "aud": AUDIENCE, "sub": "x", "exp": int(time.time()) + 600}, secret=secret)
        expect.problem(api.get("/users/me", user=forged), 401, "invalid_token")


def test_a_token_without_a_signature_is_refused(realm, keys):
    _, api, _ = realm
    _, payload, _ = keys["ES256"].token().split(".")
    for alg in ("none", "None", "ES256"):
        header = encode(json.dumps({"alg": alg, "kid": keys["ES256"].kid}).encode())
        expect.problem(api.get("/users/me", user=f"{header}.{payload}."), 401, "invalid_token")


# -- keys that change -------------------------------------------------------------------


def test_a_new_key_is_got_when_a_token_names_it_and_an_old_one_ends(realm, keys):
    _, api, provider = realm
    old, new = keys["ES256"], Key("ES256", "the next")
    assert api.get("/users/me", user=old.token()).status_code == 200
    withdrawn = old.token()
    provider.keys = [new]
    soon(lambda: api.get("/users/me", user=new.token()).status_code == 200)
    expect.problem(api.get("/users/me", user=withdrawn), 401, "invalid_token")


def test_a_provider_that_answers_nothing_of_use_leaves_the_old_keys(realm, keys):
    server, api, provider = realm
    provider.keys = []
    expect.problem(api.get("/users/me", user=Key("ES256", "nobody's").token()), 401, "invalid_token")
    soon(lambda: any("auth.jwks" in line and "no key" in line for line in server.log))
    assert api.get("/users/me", user=keys["ES256"].token()).status_code == 200


def test_names_that_nobody_has_do_not_make_the_server_ask_again_and_again(realm):
    _, api, provider = realm
    before = provider.asked
    stranger = Key("EdDSA", "nobody's")
    for _ in range(50):
        expect.problem(api.get("/users/me", user=stranger.token()), 401, "invalid_token")
    assert provider.asked <= before + 5


def test_sighup_reads_a_file_again(start_server, keys, tmp_path):
    place = tmp_path / "keys.json"
    place.write_text(json.dumps({"keys": [keys["ES256"].jwk()]}))
    server = start_server(settings_of(place, provision="true"))
    with Api(server) as api:
        expect.problem(api.get("/users/me", user=keys["EdDSA"].token()), 401, "invalid_token")
        place.write_text(json.dumps({"keys": [keys["EdDSA"].jwk()]}))
        server.process.send_signal(signal.SIGHUP)
        soon(lambda: api.get("/users/me", user=keys["EdDSA"].token()).status_code == 200)


def test_a_provider_that_is_not_there_at_the_start_is_waited_for(start_server, keys):
    with Provider() as gone:
        place = gone.url
    server = start_server(settings_of(place, provision="true"))
    assert any("auth.jwks" in line for line in server.log)
    with Api(server) as api:
        expect.problem(api.get("/users/me", user=keys["ES256"].token()), 401, "invalid_token")
        assert api.register()


def test_a_provider_that_hangs_is_not_waited_for_long(start_server, keys):
    with Provider(keys["ES256"]) as provider:
        provider.answers.clear()
        server = start_server(settings_of(provider.url, provision="true"))
        assert any("no answer within 5000 ms" in line for line in server.log), server.log_text()
        with Api(server) as api:
            expect.problem(api.get("/users/me", user=keys["ES256"].token()), 401, "invalid_token")
        assert server.stop() < 4


def test_keys_come_by_tls_of_an_authority_that_is_trusted(start_server, keys, tmp_path):
    certificate = Certificate.make(tmp_path)
    with Provider(keys["ES256"], certificate=certificate) as provider:
        told = settings_of(provider.url, provision="true")
        for trusted in (True, False):
            env = {"SSL_CERT_FILE": certificate.pem} if trusted else {}
            server = start_server(told, env=env)
            with Api(server) as api:
                answer = api.get("/users/me", user=keys["ES256"].token())
                assert answer.status_code == (200 if trusted else 401), server.log_text()


def test_a_redirection_is_not_followed(start_server, keys):
    with Provider(keys["ES256"]) as provider:
        server = start_server(settings_of(provider.url.replace("/certs", "/elsewhere"), provision="true"))
        assert any("it answers 302" in line for line in server.log)


@pytest.mark.parametrize("settings, words", [
    ({"jwks": "http://id.example.org/certs"}, "auth.jwks"),
    ({"jwks": "ftp://127.0.0.1/certs"}, "auth.jwks"),
    ({"jwks": "/nowhere/keys.json"}, "auth.jwks: /nowhere/keys.json: cannot be read"),
    ({"jwks": "https://id.example.org/certs", "issuer": ""}, "auth.issuer: must be set where auth.jwks is"),
    ({"jwks": "https://id.example.org/certs", "audience": ""}, "auth.audience: must be set where auth.jwks is"),
    ({"jwks": "", "provision": "true"}, "auth.jwks: must be set where auth.provision is"),
])
def test_a_setting_that_cannot_be_is_one_line(tmp_path, settings, words):
    told = settings_of("", **settings)
    done = run_parley("serve", "--port", "0", "--data-dir", tmp_path / "data",
                      *[part for name, value in told.items() for part in ("--set", f"{name}={value}")])
    assert done.returncode != 0 and words in done.stderr, done.stderr
    assert len(done.stderr.strip().splitlines()) == 1, done.stderr
