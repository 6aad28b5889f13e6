"""An attacker's requests: out of folders, from foreign pages, into headers, through guesses, and too deep."""

import os
import urllib.parse

import pytest

import expect
from clients import PASSWORD, Api
from harness import Server, run_parley
from raw import TEXT, Connection, masked

LIMITED = {"limits.rate_limiting": "true", "limits.registrations_per_minute": "5", "limits.logins_per_minute": "5"}

#: Ways to write `../` and absolute names.
DOTS = ["..", "%2e%2e", "%2E.", ".%2e", "..%2f..", "%2e%2e%2f%2e%2e", "..%5c..", "%252e%252e", "....//", "./..", "%c0%ae%c0%ae"]


# -- paths ------------------------------------------------------------------------------


@pytest.mark.parametrize("folder", ["/static", "/static/docs", "/avatars", "/videos", "/uploads", ""])
def test_no_spelling_of_a_path_leaves_its_folder(server, alice, folder):
    inside = (server.data_dir / "parley.db").read_bytes()[:16]
    with Connection(server) as raw:
        for dots in DOTS:
            for file in ("parley.db", "secret", "etc/passwd", "%2fetc%2fpasswd", "/etc/passwd"):
                raw.request(f"GET {folder}/{dots}/{file} HTTP/1.1", f"Authorization: Bearer {alice.token}",
                            "Tus-Resumable: 1.0.0")
                answer = raw.response()
                assert answer.status_code in (404, 405, 422), (folder, dots, file, answer)
                assert inside not in answer.body and b"root:" not in answer.body


def test_a_link_in_a_folder_of_uploads_is_not_followed(server, api, alice):
    os.symlink(server.data_dir / "parley.db", server.data_dir / "avatars" / "abcdefghijklmnopqrstuvwx.png")
    expect.problem(api.get("/avatars/abcdefghijklmnopqrstuvwx.png"), 404, "not_found")
    expect.problem(api.get("/avatars/abcdefghijklmnopqrstuvwx.png", user=alice), 404, "not_found")


# -- pages of others ----------------------------------------------------------------


def test_nothing_is_kept_in_a_cookie_and_no_foreign_page_may_send_credentials(start_server):
    with Api(start_server({"http.origins": '["https://friend.example"]'})) as api:
        user = api.register()
        for origin in ("https://friend.example", "https://evil.example", "https://friend.example.evil.example",
                       "https://evil.example/https://friend.example", "http://friend.example", "null"):
            for answer in (api.get("/users/me", user=user, headers={"Origin": origin}),
                           api.login(user.username, PASSWORD, headers={"Origin": origin}),
                           api.options("/users/me", headers={"Origin": origin,
                                                             "Access-Control-Request-Method": "PUT"})):
                allowed = answer.headers.get("access-control-allow-origin")
                assert allowed == (origin if origin == "https://friend.example" else None)
                assert "set-cookie" not in answer.headers
                assert "access-control-allow-credentials" not in answer.headers
                assert "origin" in answer.headers["vary"].lower()


@pytest.mark.parametrize("origin", ["null", "https://evil.example", "file://", "http://127.0.0.1.evil.example",
                                    "http://127.0.0.1@evil.example"])
def test_no_socket_is_opened_from_a_foreign_or_opaque_origin(server, alice, origin):
    for path in ("/ws", "/ws/client", "/ws/chat/1/", "/ws/test/1"):
        with Connection(server) as raw:
            raw.upgrade(f"{path}?token={alice.token}", f"Origin: {origin}")
            expect.problem(raw.response(), 403, "forbidden")


def test_pages_carry_their_policy_and_everything_is_what_it_says(api):
    for path in ("/", "/docs"):
        head = api.get(path).headers
        policy = dict(part.split(" ", 1) for part in head["content-security-policy"].split("; "))
        assert policy["default-src"] == policy["frame-ancestors"] == policy["base-uri"] == "'none'"
        assert policy["script-src"] == "'self'"
        assert head["referrer-policy"] == "no-referrer"
    for path in ("/", "/docs", "/static/docs/docs.js", "/openapi.json", "/metrics", "/users/me", "/nowhere"):
        assert api.get(path).headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("method", ["TRACE", "CONNECT", "PROPFIND"])
def test_no_method_gives_a_request_back(server, method):
    with Connection(server) as raw:
        answer = raw.request(f"{method} / HTTP/1.1", "X-Secret: hunter2").response()
        assert answer.status_code == (501 if method == "PROPFIND" else 405) and b"hunter2" not in answer.body


def test_nothing_that_is_sent_becomes_a_header(server, api, alice):
    room = api.room(alice)
    evil = "http://friend.example/\r\nSet-Cookie: a=b"
    expect.problem(api.post(f"/rooms/{room}/videos", user=alice, json={"title": "t", "url": evil}),
                   422, "validation_failed", "url")
    escaped = urllib.parse.quote("\r\nSet-Cookie: a=b", safe="")
    with Connection(server) as raw:
        for target in (f"/{escaped}", f"/static/{escaped}", f"/rooms/{escaped}", f"/docs?{escaped}", f"//{escaped}"):
            raw.request(f"GET {target} HTTP/1.1", "Accept-Language: en%0d%0aSet-Cookie:a=b")
            assert "set-cookie" not in raw.response().headers


# -- guesses ------------------------------------------------------------------------


@pytest.fixture(scope="module")
def stolen(tmp_path_factory):
    """A server with the default limits, and what somebody has who stole a token: the API, and the token's user."""
    with Server(tmp_path_factory.mktemp("stolen"), LIMITED) as server, Api(server) as api:
        yield api, api.register()


def test_a_stolen_token_does_not_help_to_guess_the_password(stolen):
    api, user = stolen
    guess = {"password": "a new password", "current_password": "a guess"}
    for _ in range(5):
        expect.problem(api.put("/users/me", user=user, json=guess), 403, "wrong_password")
    expect.problem(api.put("/users/me", user=user, json=guess), 429, "rate_limited")
    right = {"password": "a new password", "current_password": PASSWORD}
    expect.problem(api.put("/users/me", user=user, json=right), 429, "rate_limited")


def test_a_profile_does_not_help_to_learn_who_is_registered(stolen):
    api, user = stolen
    answers = [api.put("/users/me", user=user, json={"email": f"somebody{n}@example.org"}) for n in range(6)]
    assert [answer.status_code for answer in answers[:5]] == [200] * 5
    expect.problem(answers[5], 429, "rate_limited")
    assert api.put("/users/me", user=user, json={"avatar": None}).status_code == 200


# -- shapes -------------------------------------------------------------------------


@pytest.mark.parametrize("body", ["[" * 500_000, '{"a":' * 150_000, '{"status":"a","connection_id":"x","data":' + "[" * 70],
                         ids=["arrays", "objects", "data"])
def test_what_nests_too_deep_is_no_json(server, api, alice, body):
    expect.problem(api.post("/realtime/tasks", user=alice, content=body), 400, "bad_json")
    with Connection(server) as raw:
        raw.upgrade(f"/ws?token={alice.token}")
        assert raw.response().status_code == 101
        raw.text_frame()
        raw.send(masked(TEXT, body[:60_000].encode()))
        assert raw.text_frame()["payload"]["code"] == "bad_message"


@pytest.mark.parametrize("text", ["' OR 1=1 --", "\"; DROP TABLE users; --", "%' UNION SELECT * FROM users --", "\\", "%_%"])
def test_a_text_is_data_and_never_a_statement(api, alice, bob, text):
    room = api.room(alice, name=text)
    assert api.get(f"/rooms/{room}", user=alice).json()["name"] == text
    assert api.get(f"/messages/{api.say(alice, room, text)}", user=alice).json()["content"] == text
    for path in ("/users/", "/rooms/"):
        found = api.get(path, params={"search": text}, user=bob)
        assert found.status_code == 200 and found.json()["total"] == 0
    expect.problem(api.login(text, text), 401, "bad_credentials")
    assert api.get("/users/me", user=alice).status_code == 200


def test_a_token_of_the_command_line_dies_with_the_password(server, api):
    user = api.register()
    made = run_parley("token", "--user", user.id, "--data-dir", server.data_dir, *server.command[6:])
    assert made.returncode == 0, made.stderr
    token = made.stdout.strip()
    assert api.get("/users/me", user=token).status_code == 200
    changed = {"password": "another password", "current_password": PASSWORD}
    assert api.put("/users/me", user=user, json=changed).status_code == 200
    expect.problem(api.get("/users/me", user=token), 401, "invalid_token")


def test_answers_about_the_caller_are_not_kept_by_caches(api, alice):
    room = api.room(alice)
    for answer in (api.get("/users/me", user=alice), api.get(f"/rooms/{room}/messages/", user=alice), api.get("/users/me"),
                   api.login(alice.username), api.get("/notifications/", user=alice)):
        assert answer.headers["cache-control"] == "no-store"
