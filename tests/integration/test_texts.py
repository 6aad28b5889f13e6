"""What texts may hold, alike on every road: HTTP, both room sockets, edits, names and titles."""

import contextlib
import json
import sqlite3
import threading
import unicodedata

import pytest

import expect
from clients import PASSWORD, Api, Sockets

SILENT = [" ", "\n\n\n", "\t", "\u00a0", "\u3000", "\u2028", "\u200b", "\u200b\u200d\ufeff", "\u2800", "\u3164", "\u115f\u1160",
          "\uffa0", "\u202e", "\u2066\u2069", "\u200f", "\u00ad", "\ufe0f", "\U000e0041\U000e007f", "\U000e0100", "\u2060\u2064",
          "\u034f", "\u061c", "\u180e", "\U0001d159", " \u200b\u2800\u3164 "]

SAYING = ["👨\u200d👩\u200d👧", "❤\ufe0f", "🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f", "🇨🇳", "1\ufe0f\u20e3",
          "\u200fשלום", "می\u200cخواهم", ".", "\u200b.", "\u0301", "क्\u200dष"]


# -- texts that say nothing ----------------------------------------------------------


@pytest.mark.parametrize("content", SILENT)
def test_a_message_that_says_nothing_is_422(api, alice, content):
    room = api.room(alice)
    expect.problem(api.post(f"/rooms/{room}/messages/", user=alice, json={"content": content}), 422,
                   "validation_failed", "content")
    expect.problem(api.post(f"/api/chat/rooms/{room}/messages/", user=alice, json={"content": content}), 422,
                   "validation_failed", "content")
    kept = api.say(alice, room, "a real one")
    expect.problem(api.put(f"/messages/{kept}", user=alice, json={"content": content}), 422, "validation_failed",
                   "content")
    assert api.get(f"/messages/{kept}", user=alice).json()["content"] == "a real one"


async def test_a_message_that_says_nothing_is_refused_on_both_sockets(api, sockets, alice):
    room = api.room(alice)
    one, flat = await sockets.joined(alice, room), await sockets.chatting(room, alice)
    for content in SILENT:
        for ascii_only in (True, False):  # escaped, it goes past the short reader of posts
            frame = {"type": "send_message", "payload": {"room_id": room, "content": content}}
            await one.send_text(json.dumps(frame, ensure_ascii=ascii_only))
            expect.error_frame(await one.until("error"), "validation_failed")
            await flat.send_text(json.dumps({"type": "chat_message", "content": content}, ensure_ascii=ascii_only))
            expect.chat_error(await flat.until("error"), "validation_failed")
    assert api.get(f"/rooms/{room}/messages/", user=alice).json()["items"] == []


@pytest.mark.parametrize("content", SAYING)
def test_emoji_and_scripts_with_joiners_say_something(api, alice, content):
    message = api.say(alice, api.room(alice, name=content), content)
    assert api.get(f"/messages/{message}", user=alice).json()["content"] == content


@pytest.mark.parametrize("name", SILENT)
def test_a_name_or_title_that_says_nothing_is_422(api, alice, name):
    room = api.room(alice)
    expect.problem(api.post("/rooms/", user=alice, json={"name": name}), 422, "validation_failed", "name")
    expect.problem(api.put(f"/rooms/{room}", user=alice, json={"name": name}), 422, "validation_failed", "name")
    link = {"title": name, "url": "https://a.example/film"}
    expect.problem(api.post(f"/rooms/{room}/videos", user=alice, json=link), 422, "validation_failed", "title")
    film = api.post(f"/rooms/{room}/videos", user=alice, params={"title": name}, content=b"x",
                    headers={"Content-Type": "video/mp4"})
    expect.problem(film, 422, "validation_failed", "title")
    body = {"username": name * 2, "email": f"{api.unique_name()}@example.org", "password": PASSWORD}
    expect.problem(api.post("/users/", json=body), 422, "validation_failed", "username")


# -- names ---------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["张伟", "李娜", "علی\u200cرضا", "ශ්\u200dරීමාලි", "നന്\u200dസി", "अक्\u200cष", "ab"])
def test_a_name_may_be_short_and_have_the_joiners_of_its_script(api, name):
    made = api.post("/users/", json={"username": name, "email": f"{api.unique_name()}@example.org", "password": PASSWORD})
    assert made.status_code == 201, made.text
    assert made.json()["username"] == unicodedata.normalize("NFC", name)
    assert api.login(name).status_code == 200
    without = {"username": name.translate({0x200c: None, 0x200d: None}), "email": f"{api.unique_name()}@example.org",
               "password": PASSWORD}
    expect.problem(api.post("/users/", json=without), 409, "username_taken")


@pytest.mark.parametrize("name", ["a\u200cda", "a\u200dda", "ad\u200ba", "\u200cعلی", "علی\u200c", "ق\u200dق", "a\u2060b", "a\u00adb",
                                  "a\ufe0fb", "👨\u200d👩", "a"])
def test_a_name_in_disguise_is_422(api, name):
    body = {"username": name, "email": f"{api.unique_name()}@example.org", "password": PASSWORD}
    expect.problem(api.post("/users/", json=body), 422, "validation_failed", "username")


# -- limits --------------------------------------------------------------------------

LIMITS = {"limits.content_characters": 5, "limits.username_min": 4, "limits.username_max": 6,
          "limits.password_min_bytes": 10, "limits.password_max_bytes": 12, "limits.room_name_characters": 3,
          "limits.path_id_bytes": 64}


@pytest.fixture
def limited(start_server):
    with Api(start_server(LIMITS)) as api:
        yield api


def test_every_limit_of_a_text_can_be_set(limited):
    def register(name, password):
        return limited.post("/users/", json={"username": name, "email": f"{name}@example.org", "password": password})

    expect.problem(register("abc", "x" * 9), 422, "validation_failed", "username", "password")
    expect.problem(register("abcdefg", "x" * 13), 422, "validation_failed", "username", "password")
    user = limited.register("abcd", "x" * 10)
    limited.register("abcdef", "x" * 12)
    expect.problem(limited.post("/rooms/", user=user, json={"name": "four"}), 422, "validation_failed", "name")
    room = limited.room(user, name="界" * 3)
    message = limited.say(user, room, "界" * 5)
    too_long = {"content": "x" * 6}
    expect.problem(limited.post(f"/rooms/{room}/messages/", user=user, json=too_long), 422, "validation_failed", "content")
    expect.problem(limited.put(f"/messages/{message}", user=user, json=too_long), 422, "validation_failed", "content")
    assert limited.get("/realtime/tasks/" + "x" * 64, user=user).status_code == 404
    expect.problem(limited.get("/realtime/tasks/" + "x" * 65, user=user), 422, "validation_failed", "connection_id")


async def test_the_sockets_keep_the_limit_of_content(start_server):
    server = start_server(LIMITS)
    with Api(server) as api:
        user = api.register("abcd", "x" * 10)
        room = api.room(user, name="abc")
        opened = Sockets(server)
        try:
            one, flat = await opened.joined(user, room), await opened.chatting(room, user)
            assert (await one.ask("send_message", room_id=room, content="12345"))["type"] == "message_ack"
            expect.error_frame(await one.ask("send_message", room_id=room, content="123456"), "validation_failed")
            await flat.tell("chat_message", content="123456")
            expect.chat_error(await flat.until("error"), "validation_failed")
        finally:
            await opened.close()


def test_the_documents_show_the_limits_that_hold(limited):
    schemas = limited.get("/openapi.json").json()["components"]["schemas"]
    assert schemas["MessageContent"]["maxLength"] == 5
    assert (schemas["Username"]["minLength"], schemas["Username"]["maxLength"]) == (4, 6)
    assert (schemas["Password"]["x-minBytes"], schemas["Password"]["x-maxBytes"]) == (10, 12)
    assert schemas["RoomName"]["maxLength"] == 3 and schemas["PathId"]["maxLength"] == 64
    frames = limited.get("/asyncapi.json").json()["components"]["schemas"]
    assert frames["SaidContent"]["maxLength"] == 5


# -- passwords -----------------------------------------------------------------------

ACCENTED = "Žluťoučký kůň 7"


@pytest.mark.parametrize("made", ["NFC", "NFD"])
def test_a_password_may_be_typed_in_either_normal_form(api, made):
    name = api.unique_name()
    body = {"username": name, "email": f"{name}@example.org", "password": unicodedata.normalize(made, ACCENTED)}
    assert api.post("/users/", json=body).status_code == 201
    for typed in ("NFC", "NFD"):
        assert api.login(name, unicodedata.normalize(typed, ACCENTED)).status_code == 200, typed
    assert api.login(name, ACCENTED.replace(" ", "\u00a0")).status_code == 200
    expect.problem(api.login(name, unicodedata.normalize("NFD", ACCENTED).encode("ascii", "ignore").decode()), 401,
                   "bad_credentials")


def test_a_new_password_and_the_current_one_have_one_form(api):
    user = api.register(password=unicodedata.normalize("NFC", ACCENTED))
    change = {"current_password": unicodedata.normalize("NFD", ACCENTED), "password": unicodedata.normalize("NFD", "ünïcödé é")}
    assert api.put("/users/me", user=user, json=change).status_code == 200
    assert api.login(user.username, unicodedata.normalize("NFC", "ünïcödé é")).status_code == 200


class Hashes:
    """The stored hash of one user, read and written beside the server."""

    def __init__(self, server, name):
        self.file, self.name = server.database, name

    def get(self):
        with contextlib.closing(sqlite3.connect(self.file)) as link:
            return link.execute("SELECT password_hash FROM users WHERE username = ?", (self.name,)).fetchone()[0]

    def set(self, value):
        with contextlib.closing(sqlite3.connect(self.file)) as link, link:
            link.execute("UPDATE users SET password_hash = ? WHERE username = ?", (value, self.name))


@pytest.mark.parametrize("prefix", ["$2a$", "$2y$", "$2b$"])
def test_a_hash_of_another_application_logs_in_and_is_renewed(api, server, prefix):
    user = api.register()
    stored = Hashes(server, user.username)
    moved = prefix + stored.get()[4:]
    stored.set(moved)
    expect.problem(api.login(user.username, "not the password"), 401, "bad_credentials")
    assert stored.get() == moved
    assert api.login(user.username).status_code == 200
    assert stored.get().startswith("$2b$") and (stored.get() == moved) == (prefix == "$2b$")
    assert api.login(user.username).status_code == 200
    expect.problem(api.login(user.username, "not the password"), 401, "bad_credentials")


# bcrypt (cost 4) of ACCENTED in normalisation form D, as it was stored when passwords were hashed as they came
HASHED_AS_IT_CAME = "$2b$04$abcdefghijklmnopqrstuutd7Ec70RTEWyFpyTlhevbysIS2PClVK"


def test_a_hash_of_before_passwords_had_one_form_still_works_and_is_renewed(api, server):
    user = api.register()
    stored = Hashes(server, user.username)
    stored.set(HASHED_AS_IT_CAME)
    composed, decomposed = (unicodedata.normalize(form, ACCENTED) for form in ("NFC", "NFD"))
    assert api.login(user.username, decomposed).status_code == 200
    assert stored.get() != HASHED_AS_IT_CAME
    assert api.login(user.username, composed).status_code == 200


def test_logins_at_once_renew_a_hash_and_none_is_refused(api, server):
    user = api.register()
    stored = Hashes(server, user.username)
    stored.set("$2y$" + stored.get()[4:])
    answers = []
    threads = [threading.Thread(target=lambda: answers.append(login_apart(server, user.username))) for _ in range(6)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert answers == [200] * 6 and stored.get().startswith("$2b$")


def login_apart(server, name):
    with Api(server) as api:
        return api.login(name).status_code


# -- JSON ----------------------------------------------------------------------------


@pytest.mark.parametrize("tail", [b"\0", b"\0 this is not JSON {{{", b"\0\0", b"\n\0\n", b" x"])
def test_json_ends_where_it_ends_over_http(api, alice, tail):
    room = api.room(alice)
    headers = {"Content-Type": "application/json"}
    for method, path, body in (("POST", "/rooms/", {"name": "nul"}), ("POST", f"/rooms/{room}/messages/", {"content": "x"}),
                               ("PUT", f"/rooms/{room}", {"name": "x"}), ("PUT", "/users/me", {}),
                               ("POST", "/token/refresh", {"refresh_token": "x"}), ("POST", f"/rooms/{room}/members", {})):
        answer = api.request(method, path, user=alice, content=json.dumps(body).encode() + tail, headers=headers)
        expect.problem(answer, 400, "bad_json")


async def test_json_ends_where_it_ends_on_sockets(api, sockets, alice):
    room = api.room(alice)
    one, flat = await sockets.joined(alice, room), await sockets.chatting(room, alice)
    for tail in ("\0", "\0x"):
        frame = {"type": "send_message", "payload": {"room_id": room, "content": "x"}}
        await one.send_text(json.dumps(frame) + tail)
        expect.error_frame(await one.until("error"), "bad_message")
        await flat.send_text(json.dumps({"type": "chat_message", "content": "x"}) + tail)
        expect.chat_error(await flat.until("error"), "bad_message")


async def test_the_null_character_is_refused_in_ignored_members_on_every_road(api, sockets, alice):
    expect.problem(api.post("/rooms/", user=alice, json={"name": "z", "ignored": "a\0b"}), 422, "validation_failed", "ignored")
    expect.problem(api.post("/rooms/", user=alice, json={"name": "z", "ignored": [{"a": ["\0"]}], "config": {"b": "\0"}}), 422,
                   "validation_failed", "ignored", "config")
    one = await sockets.ws(alice)
    expect.error_frame(await one.ask("ping", timestamp=1, ignored="a\0b"), "bad_message")


@pytest.mark.parametrize("written", ["{}.0", "{}.000", "{}e0", "{}0e-1", "{}E+0"])
async def test_an_integer_is_one_however_it_is_written(api, sockets, alice, bob, written):
    room = api.room(alice)
    api.put(f"/rooms/{room}/config", user=alice, json={"join_policy": "open"})
    number = written.format(room)
    headers = {"Content-Type": "application/json"}
    joined = api.post("/rooms/join", user=bob, content=f'{{"room_id":{number}}}', headers=headers)
    assert (joined.status_code, joined.json()) == (200, {"status": "joined"})
    one = await sockets.ws(bob)
    await one.send_text(f'{{"type":"join_room","payload":{{"room_id":{number},"last_message_id":0.0}}}}')
    assert (await one.until("room_joined"))["payload"]["room_id"] == room
    await one.send_text(f'{{"type":"send_message","id":{number},"payload":{{"room_id":{number},"content":"x"}}}}')
    await one.until("message_ack")


@pytest.mark.parametrize("number", ["101.5", "1e-1", "0.0", "9223372036854775808", "1e300", "-1.0"])
def test_what_is_no_integer_of_ours_is_422(api, alice, number):
    answer = api.post("/rooms/join", user=alice, content=f'{{"room_id":{number}}}', headers={"Content-Type": "application/json"})
    expect.problem(answer, 422, "validation_failed", "room_id")
