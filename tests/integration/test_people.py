"""Section 2: how others see a user, the search, and avatars."""

import base64
import contextlib
import struct

import pytest

import expect
from clients import Api, Sockets
from media import png
from raw import Connection


@pytest.fixture(scope="module")
def alice(api):
    return api.register()


@pytest.fixture
def bob(api):
    return api.register()


def text(file):
    return base64.b64encode(file).decode()


def put(api, user, **members):
    return api.put("/users/me", user=user, json=members)


# -- others -----------------------------------------------------------------------------


async def test_others_see_name_picture_and_whether_one_is_there(api, sockets, alice, bob):
    path = f"/users/{bob.id}"
    assert api.get(path, user=alice).json() == {**bob.brief, "avatar_url": None, "online": False}
    socket = await sockets.ws(bob)
    await socket.ask("ping", timestamp=1)
    assert api.get(path, user=alice).json()["online"] is True


@pytest.mark.parametrize(("user", "status", "code"), [
    (1 << 40, 404, "user_not_found"), ("0", 422, "validation_failed"), ("x", 422, "validation_failed"),
    ("9" * 30, 422, "validation_failed")])
def test_whoever_is_not_there_is_not_found(api, alice, user, status, code):
    expect.problem(api.get(f"/users/{user}", user=alice), status, code)


def test_users_are_listed_by_their_ids(api, alice):
    some = [api.register() for _ in range(23)]
    asked = ",".join(str(one.id) for one in reversed(some)) + f",{1 << 40},1,{some[0].id}"
    page = api.get("/users/", params={"ids": asked}, user=alice).json()
    assert [one["id"] for one in page["items"]] == [one.id for one in some], "each once, and nobody who is not there"
    assert (page["total"], page["page"], page["size"]) == (23, 1, 100) and set(page["items"][0]) == {*alice.brief, "avatar_url", "online"}
    rest = api.get("/users/", params={"ids": asked, "size": 20, "page": 2}, user=alice).json()
    assert [one["id"] for one in rest["items"]] == [one.id for one in some[20:]] and rest["total"] == 23
    assert api.get("/users/", params={"ids": ""}, user=alice).json()["items"] == []


@pytest.mark.parametrize("query, field", [
    ({"ids": "x"}, "ids"), ({"ids": "1,,2"}, "ids"), ({"ids": "0"}, "ids"), ({"ids": "1,-2"}, "ids"), ({"ids": "9" * 30}, "ids"),
    ({"ids": ",".join(map(str, range(1, 102)))}, "ids"), ({"ids": "2", "search": "a"}, "search")])
def test_a_bad_list_of_ids_is_refused(api, alice, query, field):
    expect.problem(api.get("/users/", params=query, user=alice), 422, "validation_failed", field)


def test_search_finds_any_part_of_a_name_whatever_its_case(api, alice):
    stem = api.unique_name("Иван_")
    first, second = api.register(f"{stem}a"), api.register(f"x{stem}"[:32])
    found = api.get("/users/", params={"search": stem.upper()}, user=alice).json()
    assert [one["id"] for one in found["items"]] == [first.id, second.id] and found["total"] == 2
    page = api.get("/users/", params={"search": stem, "page": 2, "size": 1}, user=alice).json()
    assert [one["id"] for one in page["items"]] == [second.id] and (page["total"], page["page"]) == (2, 2)
    assert api.get("/users/", params={"search": stem.replace("_", "%")}, user=alice).json()["total"] == 0


def test_the_reserved_user_is_not_listed(api, alice):
    assert api.get("/users/", params={"search": "anonymous"}, user=alice).json()["items"] == []


@pytest.mark.parametrize("query", [{"page": 0}, {"page": "x"}, {"size": 101}, {"size": ""}, {"search": "x" * 101}])
def test_a_wrong_page_or_search_is_422(api, alice, query):
    expect.problem(api.get("/users/", params=query, user=alice), 422, "validation_failed", *query)


# -- avatars ----------------------------------------------------------------------------


@pytest.mark.parametrize("as_url", [False, True])
def test_an_avatar_is_encoded_anew_and_served(api, bob, as_url):
    avatar = text(png(600, 300))
    changed = put(api, bob, avatar=f"data:image/png;base64,{avatar}" if as_url else avatar)
    assert changed.status_code == 200, changed.text
    url = changed.json()["avatar_url"]
    assert url.startswith("/avatars/") and bob.username not in url
    picture = api.get(url)
    assert picture.status_code == 200 and picture.headers["content-type"] == "image/png"
    assert picture.headers["x-content-type-options"] == "nosniff" and "immutable" in picture.headers["cache-control"]
    assert struct.unpack(">II", picture.content[16:24]) == (512, 256)
    unchanged = api.get(url, headers={"If-None-Match": picture.headers["etag"]})
    assert unchanged.status_code == 304 and unchanged.content == b""
    for wants in ({"If-Match": '"x"'}, {"If-Unmodified-Since": "Sun, 06 Nov 1994 08:49:37 GMT"}):
        expect.problem(api.get(url, headers=wants), 412, "bad_request")
    for wants in ({"If-Match": picture.headers["etag"]}, {"If-Unmodified-Since": picture.headers["last-modified"]}):
        assert api.get(url, headers=wants).content == picture.content
    assert api.get("/users/me", user=bob).json()["avatar_url"] == url


def test_another_avatar_or_none_removes_the_file(api, bob):
    first = put(api, bob, avatar=text(png())).json()["avatar_url"]
    second = put(api, bob, avatar=text(png(9, 9))).json()["avatar_url"]
    assert second != first
    assert put(api, bob, avatar=None).json()["avatar_url"] is None
    assert put(api, bob, avatar=None).status_code == 200
    for url in (first, second):
        for _ in range(2000):  # nobody waits for the removal
            if (gone := api.get(url)).status_code == 404:
                break
        expect.problem(gone, 404, "not_found")


def test_a_change_of_the_name_alone_keeps_the_avatar(api, bob):
    url = put(api, bob, avatar=text(png())).json()["avatar_url"]
    assert put(api, bob, username=api.unique_name("new")).json()["avatar_url"] == url


@pytest.mark.parametrize("avatar", [
    "", "%%%", text(b"GIF89a"), text(b"<svg xmlns='http://www.w3.org/2000/svg'/>"), text(png(cut=1)), text(png(cut=20)),
    text(png(30000, 30000)),
    "data:text/html;base64," + text(png()), "data:image/png," + text(png())])
def test_what_is_no_whole_picture_of_bearable_size_is_refused(api, alice, avatar):
    expect.problem(put(api, alice, avatar=avatar), 422, "bad_image")
    assert api.get("/users/me", user=alice).json()["avatar_url"] is None


@pytest.mark.parametrize("avatar", [1, [], {}, True])
def test_an_avatar_is_a_text_or_null(api, alice, avatar):
    expect.problem(put(api, alice, avatar=avatar), 422, "validation_failed", "avatar")


def test_an_avatar_over_its_bound_is_refused(api, alice):
    expect.problem(put(api, alice, avatar=text(b"\0" * (2 * 1024 * 1024 + 1))), 422, "validation_failed", "avatar")


def test_a_body_that_could_hold_no_avatar_is_too_large(api, alice):
    expect.problem(put(api, alice, avatar="A" * (3 * 1024 * 1024)), 413, "payload_too_large")


@pytest.mark.parametrize("name", ["..%2Fparley.db", "%2e%2e%2Fauth.secret", ".png", "x.svg", "a.png.html", "a/b.png"])
def test_no_path_leaves_the_folder_of_avatars(api, name):
    assert api.get(f"/avatars/{name}").status_code == 404


async def test_a_new_name_is_known_on_every_thread_once_it_is_answered(start_server):
    server = start_server({"server.threads": 4})
    async with contextlib.AsyncExitStack() as ends:
        api = ends.enter_context(Api(server))
        sockets = Sockets(server)
        ends.push_async_callback(sockets.close)
        user = api.register()
        room = api.room(user)
        hearer = await sockets.joined(user, room)
        connections = [ends.enter_context(Connection(server)) for _ in range(24)]  # the kernel spreads them
        body = b'{"content":"hello"}'
        lines = (f"POST /rooms/{room}/messages/ HTTP/1.1", f"Authorization: Bearer {user.token}",
                 f"Content-Length: {len(body)}")
        for name in (user.username, api.unique_name("new")):
            assert put(api, user, username=name).status_code == 200
            for one in connections:
                assert one.request(*lines, body=body).response().status_code == 201
                heard = await hearer.until("room_message")
                assert heard["payload"]["sender_username"] == name
