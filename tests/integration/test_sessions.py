"""Section 2: where a user is signed in, and the end of one login or of all others."""

import expect

SESSION = {"id", "created_at", "last_used_at", "address", "user_agent", "current"}


def sessions(api, user, query=""):
    answer = api.get(f"/users/me/sessions{query}", user=user)
    assert answer.status_code == 200, answer.text
    page = answer.json()
    for one in page["items"]:
        assert set(one) == SESSION and expect.is_time(one["created_at"]) and expect.is_time(one["last_used_at"])
    return page


def refresh(api, token):
    return api.post("/token/refresh", json={"refresh_token": token})


def test_each_login_is_a_session_and_the_last_used_comes_first(api):
    user = api.register()
    other = api.login(user.username, headers={"User-Agent": "another client/2.0"}).json()
    page = sessions(api, user)
    assert (page["total"], page["page"], page["size"]) == (2, 1, 20)
    assert [one["current"] for one in page["items"]] == [False, True]
    assert page["items"][0]["user_agent"] == "another client/2.0"
    assert page["items"][0]["address"] == "127.0.0.1"
    assert [one["current"] for one in sessions(api, other["access_token"])["items"]] == [True, False]
    first = sessions(api, user, "?size=1&page=2")["items"]
    assert [one["id"] for one in first] == [page["items"][1]["id"]]


def test_a_refresh_is_the_same_session_used_anew(api):
    user = api.register()
    (before,) = sessions(api, user)["items"]
    answer = api.post("/token/refresh", json={"refresh_token": user.refresh_token},
                      headers={"User-Agent": "\u043f\u0440 and more".encode()})
    (after,) = sessions(api, answer.json()["access_token"])["items"]
    assert (after["id"], after["created_at"]) == (before["id"], before["created_at"])
    assert after["last_used_at"] >= before["last_used_at"]
    assert after["user_agent"] == "???? and more" and after["current"]


async def test_an_ended_session_takes_its_tokens_and_sockets_along(api, sockets):
    user = api.register()
    other = api.sign_in(user.username)
    gone, kept = await sockets.ws(other["access_token"]), await sockets.ws(user)
    (theirs,) = [one["id"] for one in sessions(api, user)["items"] if not one["current"]]
    answer = api.delete(f"/users/me/sessions/{theirs}", user=user)
    assert (answer.status_code, answer.content) == (204, b"")
    assert await gone.closed() == 4401
    expect.problem(api.get("/users/me", user=other["access_token"]), 401, "invalid_token")
    expect.problem(refresh(api, other["refresh_token"]), 401, "invalid_token")
    assert (await kept.ask("ping", timestamp=1))["type"] == "pong"
    assert [one["current"] for one in sessions(api, user)["items"]] == [True]
    expect.problem(api.delete(f"/users/me/sessions/{theirs}", user=user), 404, "sessions_not_found")


def test_nobody_ends_a_session_of_somebody_else(api, alice):
    user = api.register()
    (own,) = [one["id"] for one in sessions(api, user)["items"]]
    expect.problem(api.delete(f"/users/me/sessions/{own}", user=alice), 404, "sessions_not_found")
    assert api.get("/users/me", user=user).status_code == 200
    for wrong in ("x", "0", "-1"):
        expect.problem(api.delete(f"/users/me/sessions/{wrong}", user=user), 422, "validation_failed", "session_id")


async def test_all_others_end_and_the_own_one_stays(api, sockets):
    user = api.register()
    others = [api.sign_in(user.username)["access_token"] for _ in range(3)]
    gone, kept = [await sockets.ws(one) for one in others], await sockets.ws(user)
    assert api.delete("/users/me/sessions", user=user).status_code == 204
    assert [await one.closed() for one in gone] == [4401] * 3
    for one in others:
        expect.problem(api.get("/users/me", user=one), 401, "invalid_token")
    assert (await kept.ask("ping", timestamp=1))["type"] == "pong"
    assert refresh(api, user.refresh_token).status_code == 200
    assert [one["current"] for one in sessions(api, user)["items"]] == [True]


def test_a_logout_ends_the_session(api):
    user = api.register()
    other = api.sign_in(user.username)
    assert api.post("/token/revoke", json={"refresh_token": other["refresh_token"]}).status_code == 204
    assert sessions(api, user)["total"] == 1
