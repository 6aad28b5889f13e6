"""Section 2: registration, the two login paths, token rotation and revocation, one's own profile."""

import hashlib
import json
import time

import pytest

import expect
from clients import PASSWORD, Api
from harness import claims_for, read_claims, sign


# -- registration --------------------------------------------------------------------


def test_the_first_registered_user_has_id_2(start_server):
    with Api(start_server()) as api:
        assert api.register().id == 2


def test_registering_answers_the_user_and_no_secret(api):
    name = api.unique_name()
    answer = api.post("/users/", json={"username": name, "email": f"{name}@example.org", "password": PASSWORD})
    assert answer.status_code == 201
    document = expect.user(answer.json())
    assert (document["username"], document["email"]) == (name, f"{name}@example.org")
    assert document["role"] == "user" and document["avatar_url"] is None and document["id"] > 1


@pytest.mark.parametrize("stem", ["имя", "用户名字", "a_b-c.d", "abc"])
def test_a_username_may_be_of_any_script(api, stem):
    name = api.unique_name(stem)
    user = api.register(name)
    assert api.get("/users/me", user=user).json()["username"] == name


@pytest.mark.parametrize("name", ["a", "x" * 33, "a b c", "a@bc", "a/bc", "abc\n", "", None, 7])
def test_a_bad_username_is_refused(api, name):
    body = {"username": name, "email": f"{api.unique_name()}@example.org", "password": PASSWORD}
    expect.problem(api.post("/users/", json=body), 422, "validation_failed", "username")


@pytest.mark.parametrize("email", ["", "nobody", "a@", "@b.org", "a b@c.org"])
def test_a_bad_email_is_refused(api, email):
    body = {"username": api.unique_name(), "email": email, "password": PASSWORD}
    expect.problem(api.post("/users/", json=body), 422, "validation_failed", "email")


@pytest.mark.parametrize("password, good", [("x" * 7, False), ("x" * 8, True), ("x" * 72, True), ("x" * 73, False),
                                            ("界" * 24, True), ("界" * 25, False)])
def test_a_password_has_8_to_72_bytes(api, password, good):
    name = api.unique_name()
    answer = api.post("/users/", json={"username": name, "email": f"{name}@example.org", "password": password})
    assert answer.status_code == (201 if good else 422), answer.text
    if good:
        assert api.login(name, password).status_code == 200


def test_a_taken_name_or_email_is_409(api, alice):
    other = api.unique_name()
    same_name = {"username": alice.username, "email": f"{other}@example.org", "password": PASSWORD}
    same_email = {"username": other, "email": alice.email, "password": PASSWORD}
    expect.problem(api.post("/users/", json=same_name), 409, "username_taken")
    expect.problem(api.post("/users/", json=same_email), 409, "email_taken")


# -- login ---------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/token", "/token/", "/api/v1/login/access-token"])
@pytest.mark.parametrize("by", ["username", "email"])
def test_a_user_signs_in_by_name_or_email_on_either_path(api, alice, path, by):
    answer = api.login(getattr(alice, by), path=path)
    assert answer.status_code == 200
    pair = answer.json()
    assert set(pair) == {"access_token", "refresh_token", "token_type", "expires_in"}
    assert (pair["token_type"], pair["expires_in"]) == ("bearer", 1800)
    assert api.get("/token/check", user=pair["access_token"]).json()["user_id"] == alice.id


def test_an_access_token_has_the_claims_of_the_contract(api, alice):
    claims = read_claims(api.sign_in(alice.username)["access_token"])
    assert claims["sub"] == str(alice.id) and claims["type"] == "access" and claims["jti"]
    assert claims["exp"] - claims["iat"] == 1800
    assert abs(claims["iat"] - time.time()) < 60


def test_a_wrong_password_and_an_unknown_user_get_one_answer(api, alice):
    wrong = expect.problem(api.login(alice.username, "not the password"), 401, "bad_credentials")
    unknown = expect.problem(api.login("nobody-at-all", "not the password"), 401, "bad_credentials")
    assert wrong == unknown


def test_the_anonymous_user_cannot_sign_in(api):
    for password in ("", "anonymous", PASSWORD):
        assert api.login("anonymous", password).status_code in (401, 422)


@pytest.mark.parametrize("path", ["/token", "/api/v1/login/access-token"])
def test_a_login_may_come_as_form_data_or_json(api, alice, path):
    fields = {"username": alice.username, "password": PASSWORD}
    ways = {
        "FormData": {"files": {name: (None, value) for name, value in fields.items()}},
        "FormData with more": {"files": {"picture": ("x.png", b"\x89PNG"), "grant_type": (None, "password"),
                                         **{name: (None, value) for name, value in fields.items()}}},
        "JSON": {"json": fields},
        "JSON behind curl's type": {"content": json.dumps(fields),
                                    "headers": {"Content-Type": "application/x-www-form-urlencoded"}},
    }
    for name, body in ways.items():
        answer = api.post(path, **body)
        assert answer.status_code == 200, (name, answer.text)
        assert api.get("/token/check", user=answer.json()["access_token"]).json()["user_id"] == alice.id


def test_a_login_in_another_form_names_its_fault(api, alice):
    fields = {"username": (None, alice.username), "password": (None, "wrong horse")}
    expect.problem(api.post("/token", files=fields), 401, "bad_credentials")
    del fields["password"]
    expect.problem(api.post("/token", files=fields), 422, "validation_failed", "password")
    expect.problem(api.post("/token", json={"username": 5}), 422, "validation_failed", "username", "password")
    expect.problem(api.post("/token", content="{", headers={"Content-Type": "application/json"}), 400, "bad_json")
    for boundary in ("; boundary=b", ""):
        broken = api.post("/token", content="--b\r\nx", headers={"Content-Type": "multipart/form-data" + boundary})
        expect.problem(broken, 422, "validation_failed", "body")
    refused = api.post("/token", content="<a/>", headers={"Content-Type": "application/xml"})
    expect.problem(refused, 415, "unsupported_media_type")
    assert refused.headers["accept"] == "application/x-www-form-urlencoded, multipart/form-data, application/json"


def test_a_login_form_without_fields_names_them(api):
    expect.problem(api.post("/token", data={}), 422, "validation_failed", "username", "password")


def test_an_unknown_user_takes_as_long_as_a_wrong_password(start_server):
    with Api(start_server({"auth.bcrypt_cost": 10})) as api:
        user = api.register()

        def seconds(name):
            began = time.monotonic()
            assert api.login(name, "not the password").status_code == 401
            return time.monotonic() - began

        # In turns, and the quickest of each: a busy machine slows both alike, and rarely all of one.
        pairs = [(seconds(user.username), seconds("nobody-at-all")) for _ in range(8)]
        known, unknown = (min(one) for one in zip(*pairs))
        assert 0.5 < unknown / known < 2, pairs


# -- refresh, check, revoke ----------------------------------------------------------


def test_a_refresh_gives_a_new_pair_and_ends_the_old_one(api):
    user = api.register()
    answer = api.post("/token/refresh", json={"refresh_token": user.refresh_token})
    assert answer.status_code == 200
    pair = answer.json()
    assert set(pair) == {"access_token", "refresh_token", "token_type", "expires_in"}
    assert pair["refresh_token"] != user.refresh_token and pair["access_token"] != user.token
    assert api.get("/token/check", user=pair["access_token"]).json()["user_id"] == user.id
    again = api.post("/token/refresh", json={"refresh_token": pair["refresh_token"]})
    assert again.status_code == 200


def test_a_refresh_may_come_as_a_form(api):
    user = api.register()
    asked = {"grant_type": "refresh_token", "refresh_token": user.refresh_token}
    answer = api.post("/token/refresh", data=asked)
    assert answer.status_code == 200, answer.text
    asked["refresh_token"] = answer.json()["refresh_token"]
    answer = api.post("/token/refresh", files={name: (None, value) for name, value in asked.items()})
    assert answer.status_code == 200, answer.text
    last = answer.json()
    assert api.post("/token/revoke", data={"refresh_token": last["refresh_token"]}).status_code == 204
    expect.problem(api.get("/token/check", user=last["access_token"]), 401, "invalid_token")
    expect.problem(api.post("/token/refresh", data={"x": "y"}), 422, "validation_failed", "refresh_token")


def test_a_refresh_token_used_twice_revokes_its_family(api):
    user = api.register()
    other_login = api.sign_in(user.username)
    pair = api.post("/token/refresh", json={"refresh_token": user.refresh_token}).json()
    heir = api.post("/token/refresh", json={"refresh_token": pair["refresh_token"]}).json()
    expect.problem(api.post("/token/refresh", json={"refresh_token": user.refresh_token}), 401, "invalid_token")
    expect.problem(api.post("/token/refresh", json={"refresh_token": heir["refresh_token"]}), 401, "invalid_token")
    for token in (user.token, pair["access_token"], heir["access_token"]):
        expect.problem(api.get("/users/me", user=token), 401, "invalid_token")
    assert api.get("/users/me", user=other_login["access_token"]).status_code == 200


async def test_a_refresh_token_used_twice_closes_the_sockets_of_its_family(api, sockets):
    user = api.register()
    stolen = await sockets.ws(user)
    heir = api.post("/token/refresh", json={"refresh_token": user.refresh_token}).json()
    api.post("/token/refresh", json={"refresh_token": heir["refresh_token"]})
    api.post("/token/refresh", json={"refresh_token": user.refresh_token})
    assert await stolen.closed() == 4401


@pytest.mark.parametrize("token", ["", "x", "a.b.c", "x" * 1000])
def test_an_unknown_refresh_token_is_401(api, token):
    expect.problem(api.post("/token/refresh", json={"refresh_token": token}), 401, "invalid_token")


def test_an_access_token_is_no_refresh_token_nor_the_reverse(api, alice):
    expect.problem(api.post("/token/refresh", json={"refresh_token": alice.token}), 401, "invalid_token")
    expect.problem(api.get("/users/me", user=alice.refresh_token), 401, "invalid_token")


def test_a_refresh_without_its_member_is_422(api):
    expect.problem(api.post("/token/refresh", json={}), 422, "validation_failed", "refresh_token")


def test_a_token_can_be_checked(api, alice):
    document = api.get("/token/check", user=alice).json()
    assert set(document) == {"valid", "user_id", "username", "expires_at"}
    assert (document["valid"], document["user_id"], document["username"]) == (True, alice.id, alice.username)
    expires = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(read_claims(alice.token)["exp"]))
    assert expect.is_time(document["expires_at"]) and document["expires_at"].startswith(expires)
    expect.problem(api.get("/token/check"), 401, "auth_required")


def test_revoking_ends_the_family_and_only_it(api):
    user = api.register()
    other_login = api.sign_in(user.username)
    assert api.post("/token/revoke", json={"refresh_token": user.refresh_token}).status_code == 204
    expect.problem(api.get("/token/check", user=user), 401, "invalid_token")
    expect.problem(api.post("/token/refresh", json={"refresh_token": user.refresh_token}), 401, "invalid_token")
    assert api.get("/token/check", user=other_login["access_token"]).status_code == 200


def test_revoking_is_204_always(api):
    for _ in range(2):
        assert api.post("/token/revoke", json={"refresh_token": "never issued"}).status_code == 204


async def test_revoking_closes_the_sockets_of_the_family(api, sockets):
    user = api.register()
    other_login = api.sign_in(user.username)
    room = api.room(user)
    revoked = [await sockets.ws(user), await sockets.chatting(room, user)]
    kept = await sockets.ws(other_login["access_token"])
    api.post("/token/revoke", json={"refresh_token": user.refresh_token})
    assert [await one.closed() for one in revoked] == [4401, 4401]
    assert (await kept.ask("ping", timestamp=1))["type"] == "pong"


def test_revocations_outlive_a_restart(start_server, tmp_path):
    one = start_server(data_dir=tmp_path / "kept")
    with Api(one) as api:
        user = api.register()
        kept = api.sign_in(user.username)
        api.post("/token/revoke", json={"refresh_token": user.refresh_token})
    one.stop()
    with Api(start_server(data_dir=tmp_path / "kept")) as api:
        expect.problem(api.get("/token/check", user=user), 401, "invalid_token")
        assert api.get("/token/check", user=kept["access_token"]).status_code == 200
        assert api.post("/token/refresh", json={"refresh_token": kept["refresh_token"]}).status_code == 200


# -- tokens of others ----------------------------------------------------------------


def test_a_token_without_a_type_counts_as_access(api, alice):
    assert api.get("/token/check", user=sign(claims_for(alice.id, type=None))).json()["user_id"] == alice.id


@pytest.mark.parametrize("name, changes", [("another type", {"type": "refresh"}), ("no exp", {"exp": None}),
                                           ("no sub", {"sub": None}), ("sub not a number", {"sub": "abc"}),
                                           ("unknown user", {"sub": "999999999"}), ("exp a word", {"exp": "later"})])
def test_a_token_with_wrong_claims_is_refused(api, alice, name, changes):
    expect.problem(api.get("/token/check", user=sign(claims_for(alice.id, **changes))), 401, "invalid_token")


def test_an_expired_token_is_told_from_a_wrong_one(api, alice):
    expect.problem(api.get("/token/check", user=sign(claims_for(alice.id, seconds=-5))), 401, "token_expired")


def test_a_token_that_is_not_signed_as_it_should_be_is_refused(api, alice):
    claims = claims_for(alice.id)
    good = sign(claims)
    head, payload, signature = good.split(".")
    unsigned = sign(claims, header={"alg": "none"}).rsplit(".", 1)[0] + "."
    refused = {
        "another secret": sign(claims, secret="another secret of at least 32 bytes"),
        "alg none": unsigned,
        "alg none, still signed": sign(claims, header={"alg": "none"}),
        "HS512": sign(claims, header={"alg": "HS512"}, algorithm=hashlib.sha512),
        "RS256 by name": sign(claims, header={"alg": "RS256"}),
        "no signature": f"{head}.{payload}.",
        "two parts": f"{head}.{payload}",
        "other claims": f"{head}.{sign(claims_for(1)).split('.')[1]}.{signature}",
        "cut": good[:-2],
    }
    for name, token in refused.items():
        assert api.get("/token/check", user=token).status_code == 401, name
    assert api.get("/token/check", user=good).status_code == 200


# -- one's own profile ---------------------------------------------------------------


def test_the_profile_lists_owned_and_joined_rooms(api):
    owner, guest = api.register(), api.register()
    room = api.room(owner, guest, name="shared")
    api.say(owner, room, "one")
    api.say(owner, room, "two")
    mine = api.get("/users/me", user=owner).json()
    assert set(mine) == expect.USER | {"owned_rooms", "joined_rooms", "unread_notifications"}
    assert [one["id"] for one in mine["owned_rooms"]] == [room]
    theirs = api.get("/users/me", user=guest).json()
    assert theirs["owned_rooms"] == []
    assert theirs["joined_rooms"] == [{"id": room, "name": "shared", "is_active": False, "unread": 2}]
    assert theirs["unread_notifications"] == 0


def test_the_name_and_the_email_can_be_changed(api):
    user = api.register()
    name = api.unique_name("new")
    changed = api.put("/users/me", user=user, json={"username": name, "email": f"{name}@example.org"})
    assert changed.status_code == 200
    document = expect.user(changed.json())
    assert (document["id"], document["username"], document["email"]) == (user.id, name, f"{name}@example.org")
    assert api.login(name).status_code == 200
    expect.problem(api.login(user.username), 401, "bad_credentials")


def test_a_profile_cannot_take_anothers_name_or_email(api, alice):
    user = api.register()
    expect.problem(api.put("/users/me", user=user, json={"username": alice.username}), 409, "username_taken")
    expect.problem(api.put("/users/me", user=user, json={"email": alice.email}), 409, "email_taken")
    same = api.put("/users/me", user=user, json={"username": user.username, "email": user.email})
    assert same.status_code == 200


def test_bad_members_of_a_profile_are_all_named(api, alice):
    answer = api.put("/users/me", user=alice, json={"username": "a", "email": "b"})
    expect.problem(answer, 422, "validation_failed", "username", "email")


def test_a_new_password_needs_the_current_one(api):
    user = api.register()
    wrong = {"password": "another good password", "current_password": "not the password"}
    expect.problem(api.put("/users/me", user=user, json=wrong), 403, "wrong_password")
    assert api.put("/users/me", user=user, json={"password": "another good password"}).status_code in (403, 422)
    assert api.login(user.username).status_code == 200


async def test_a_new_password_ends_all_tokens_and_sockets_of_the_user(api, sockets):
    user = api.register()
    other_login = api.sign_in(user.username)
    minted = sign(claims_for(user.id, type=None))
    opened = [await sockets.ws(user), await sockets.ws(other_login["access_token"]), await sockets.ws(minted)]
    body = {"password": "another good password", "current_password": user.password}
    assert api.put("/users/me", user=user, json=body).status_code == 200
    assert [await one.closed() for one in opened] == [4401] * 3
    for token in (user.token, other_login["access_token"], minted):
        expect.problem(api.get("/users/me", user=token), 401, "invalid_token")
    for token in (user.refresh_token, other_login["refresh_token"]):
        expect.problem(api.post("/token/refresh", json={"refresh_token": token}), 401, "invalid_token")
    expect.problem(api.login(user.username), 401, "bad_credentials")
    assert api.login(user.username, "another good password").status_code == 200
