"""Section 2: a refresh whose answer was lost, or that two tabs ask for, gets one answer; a later one is a theft."""

import hashlib
import threading

import expect
from clients import Api
from harness import query, read_claims


def refresh(api, token, key=None):
    return api.post("/token/refresh", json={"refresh_token": token}, headers={"Idempotency-Key": key} if key else {})


def pair_of(answer):
    assert answer.status_code == 200, answer.text
    pair = answer.json()
    return pair["access_token"], pair["refresh_token"]


def pass_seconds(server, token, seconds):
    """As if the token had been exchanged so much earlier."""
    name = hashlib.sha256(token.encode()).hexdigest()
    changed = query(server, f"UPDATE refresh_tokens SET used_at = used_at - {seconds * 1000} "
                            f"WHERE token_hash = '{name}' AND used = 1 RETURNING token_hash")
    assert len(changed) == 1


def test_two_tabs_get_one_pair_and_it_is_good(api):
    user = api.register()
    first = pair_of(refresh(api, user.refresh_token))
    assert pair_of(refresh(api, user.refresh_token)) == first
    assert pair_of(refresh(api, user.refresh_token, key="of the second tab")) == first
    assert api.get("/users/me", user=first[0]).status_code == 200
    assert api.get("/users/me", user=user.token).status_code == 200
    assert pair_of(refresh(api, first[1])) != first


def test_tabs_that_ask_at_once_get_one_pair(server, api):
    user = api.register()
    answers = []

    def ask():
        with Api(server) as tab:
            answers.append(pair_of(refresh(tab, user.refresh_token)))

    tabs = [threading.Thread(target=ask) for _ in range(8)]
    for one in tabs:
        one.start()
    for one in tabs:
        one.join()
    assert len(answers) == 8 and len(set(answers)) == 1
    assert refresh(api, answers[0][1]).status_code == 200


def test_the_same_answer_says_how_long_its_token_is_still_good(server, api):
    user = api.register()
    first = refresh(api, user.refresh_token, key="k").json()
    pass_seconds(server, user.refresh_token, 60)
    again = refresh(api, user.refresh_token, key="k").json()
    claims = read_claims(again["access_token"])
    assert claims["exp"] - claims["iat"] == 1800 and claims["jti"] == read_claims(first["access_token"])["jti"]
    assert 1700 < again["expires_in"] <= 1740


def test_after_ten_seconds_it_is_a_theft(server, api):
    user = api.register()
    pair = pair_of(refresh(api, user.refresh_token))
    pass_seconds(server, user.refresh_token, 11)
    expect.problem(refresh(api, user.refresh_token), 401, "invalid_token")
    expect.problem(api.get("/users/me", user=pair[0]), 401, "invalid_token")
    expect.problem(refresh(api, pair[1]), 401, "invalid_token")


def test_with_the_same_key_there_are_two_minutes(server, api):
    user = api.register()
    first = pair_of(refresh(api, user.refresh_token, key="one try"))
    pass_seconds(server, user.refresh_token, 100)
    again = pair_of(refresh(api, user.refresh_token, key="one try"))
    assert again[1] == first[1]
    pass_seconds(server, user.refresh_token, 21)
    expect.problem(refresh(api, user.refresh_token, key="one try"), 401, "invalid_token")
    expect.problem(refresh(api, first[1]), 401, "invalid_token")


def test_another_key_has_no_more_than_ten_seconds(server, api):
    user = api.register()
    refresh(api, user.refresh_token, key="one try")
    pass_seconds(server, user.refresh_token, 11)
    expect.problem(refresh(api, user.refresh_token, key="another"), 401, "invalid_token")


def test_no_key_is_no_key_that_two_requests_share(server, api):
    user = api.register()
    refresh(api, user.refresh_token)
    pass_seconds(server, user.refresh_token, 11)
    expect.problem(refresh(api, user.refresh_token), 401, "invalid_token")


def test_once_the_successor_was_used_it_is_a_theft_with_a_key_too(api):
    user = api.register()
    first = pair_of(refresh(api, user.refresh_token, key="k"))
    second = pair_of(refresh(api, first[1], key="k"))
    expect.problem(refresh(api, user.refresh_token, key="k"), 401, "invalid_token")
    expect.problem(api.get("/users/me", user=second[0]), 401, "invalid_token")


def test_a_revoked_family_answers_nothing_again(api):
    user = api.register()
    pair = pair_of(refresh(api, user.refresh_token))
    assert api.post("/token/revoke", json={"refresh_token": pair[1]}).status_code == 204
    expect.problem(refresh(api, user.refresh_token), 401, "invalid_token")


def test_the_answer_is_the_same_after_a_restart_and_none_of_it_is_stored(start_server, tmp_path):
    one = start_server(data_dir=tmp_path / "kept")
    with Api(one) as api:
        user = api.register()
        first = pair_of(refresh(api, user.refresh_token, key="the key"))
    one.stop()
    stored = b"".join(path.read_bytes() for path in (tmp_path / "kept").iterdir() if path.is_file())
    for secret in (*first, user.refresh_token, "the key"):
        assert secret.encode() not in stored
    with Api(start_server(data_dir=tmp_path / "kept")) as api:
        assert pair_of(refresh(api, user.refresh_token, key="the key")) == first


def test_another_secret_knows_no_successor(start_server, tmp_path):
    one = start_server(data_dir=tmp_path / "kept")
    with Api(one) as api:
        user = api.register()
        pair_of(refresh(api, user.refresh_token))
    one.stop()
    with Api(start_server({"auth.secret": "another secret of thirty-two bytes"}, data_dir=tmp_path / "kept")) as api:
        expect.problem(refresh(api, user.refresh_token), 401, "invalid_token")


def test_the_document_names_the_header(api):
    operation = api.get("/openapi.json").json()["paths"]["/token/refresh"]["post"]
    assert [(one["name"], one["in"]) for one in operation["parameters"]] == [("Idempotency-Key", "header")]
