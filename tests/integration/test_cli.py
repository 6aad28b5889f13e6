"""Section 12: the subcommands, and settings from flags, environment and file."""

import re
import stat
import time

import pytest

import expect
from clients import PASSWORD, Api
from harness import SECRET, TEST_SETTINGS, read_claims, run_parley, settings_flags

FLAGS = settings_flags({})


def succeed(*arguments, **more):
    """Runs a subcommand that must succeed and returns its standard output."""
    done = run_parley(*arguments, **more)
    assert done.returncode == 0, done.stderr
    return done.stdout


def refuse(*arguments, **more):
    """Runs a command that must fail with one line on standard error and returns that line."""
    done = run_parley(*arguments, **more)
    assert done.returncode != 0, done.stdout
    assert done.returncode > 0, f"died by signal {-done.returncode}: {done.stderr}"
    lines = done.stderr.strip().splitlines()
    assert len(lines) == 1, done.stderr
    return lines[0]


# -- the version ----------------------------------------------------------------------


def test_version_is_one_line():
    assert re.fullmatch(r"\d+\.\d+\.\d+\n", succeed("--version"))


@pytest.mark.parametrize("order", [("--version", "--verbose"), ("--verbose", "--version")])
def test_a_verbose_version_tells_what_it_was_built_with_and_runs_with(order):
    about, libraries = succeed(*order).split("\n\n")
    first, *rest = about.splitlines()
    assert first == f"parley {succeed('--version').strip()}"
    facts = dict(line.split(maxsplit=1) for line in rest)
    assert set(facts) == {"revision", "compiler", "standard", "build", "sanitizers"}, about
    assert facts["standard"].startswith("C++20 (") and re.match(r"\w+ \d+\.\d+", facts["compiler"])
    head, *rows = (line.split() for line in libraries.splitlines())
    assert head == ["component", "built-with", "runs-with"]
    assert [name for name, _, _ in rows] == sorted(name for name, _, _ in rows)
    assert {"boost", "caf", "fmt", "nlohmann-json", "openssl", "soci", "spdlog", "sqlite"} <= {row[0] for row in rows}
    for name, built_with, runs_with in rows:
        assert re.match(r"\d+\.\d+", built_with) and (runs_with == "-" or re.match(r"\d+\.\d+", runs_with)), name
    assert all(runs != "-" for name, _, runs in rows if name in ("openssl", "sqlite"))


def test_verbose_goes_with_the_version_only():
    assert run_parley("--verbose", "routes").returncode == 2


# -- routes --------------------------------------------------------------------------


def test_routes_prints_one_route_a_line_and_counts_them():
    *routes, count = succeed("routes").strip().splitlines()
    assert int(re.search(r"\d+", count)[0]) == len(routes)
    parts = [line.split() for line in routes]
    assert all(len(part) == 4 for part in parts), routes
    assert len({(method, path) for method, path, _, _ in parts}) == len(routes)
    names = [name for _, _, _, name in parts]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("method, path", [
    ("POST", "/users/"), ("POST", "/token"), ("POST", "/api/v1/login/access-token"), ("POST", "/token/refresh"),
    ("GET", "/token/check"), ("POST", "/token/revoke"), ("GET", "/users/me"), ("PUT", "/users/me"),
    ("POST", "/rooms/"), ("GET", "/rooms/"), ("GET", "/rooms/{}"), ("GET", "/rooms/{}/details"), ("PUT", "/rooms/{}"),
    ("PUT", "/rooms/{}/config"), ("DELETE", "/rooms/{}"), ("POST", "/rooms/{}/members"),
    ("DELETE", "/rooms/{}/members/{}"), ("POST", "/rooms/join"), ("POST", "/rooms/leave"),
    ("POST", "/rooms/{}/messages/"), ("GET", "/rooms/{}/messages/"), ("GET", "/messages/{}"), ("GET", "/ws/status"),
    ("GET", "/healthz"), ("GET", "/readyz"), (None, "/ws"), (None, "/ws/chat/{}/")])
def test_routes_names_what_the_contract_names(method, path):
    lines = succeed("routes").strip().splitlines()[:-1]
    known = {(line.split()[0], re.sub(r"\{[^}]*\}", "{}", line.split()[1]).rstrip("/")) for line in lines}
    wanted = path.rstrip("/")
    assert any(p == wanted and method in (None, m) for m, p in known), sorted(known)


# -- migrate -------------------------------------------------------------------------


def test_migrate_brings_the_schema_up_and_its_status_says_so(tmp_path):
    before = succeed("migrate", "--status", "--data-dir", tmp_path)
    assert before.strip(), "the pending migrations are listed"
    succeed("migrate", "--data-dir", tmp_path)
    after = succeed("migrate", "--status", "--data-dir", tmp_path)
    assert after != before
    succeed("migrate", "--data-dir", tmp_path)
    assert succeed("migrate", "--status", "--data-dir", tmp_path) == after, "a second run changes nothing"


def test_serve_migrates_too(start_server, tmp_path):
    one = start_server(data_dir=tmp_path / "new")
    one.stop()
    served = succeed("migrate", "--status", "--data-dir", tmp_path / "new")
    succeed("migrate", "--data-dir", tmp_path / "other")
    other = succeed("migrate", "--status", "--data-dir", tmp_path / "other")
    assert len(served.splitlines()) == len(other.splitlines())


def test_db_names_the_file(tmp_path):
    url = f"sqlite:///{tmp_path}/elsewhere.db"
    succeed("migrate", "--db", url, "--data-dir", tmp_path / "data")
    assert (tmp_path / "elsewhere.db").exists()


# -- users and tokens ----------------------------------------------------------------


def create(data, name, *flags, password=PASSWORD):
    return run_parley("user", "create", "--username", name, "--email", f"{name}@example.org", *flags, "--data-dir",
                      data, *FLAGS, stdin=password + "\n")


def test_a_created_user_signs_in_and_a_promoted_one_is_admin(start_server, tmp_path):
    for name, flags in (("plain", ()), ("chief", ("--admin",)), ("risen", ())):
        assert create(tmp_path, name, *flags).returncode == 0
    succeed("user", "promote", "risen", "--data-dir", tmp_path, *FLAGS)
    with Api(start_server(data_dir=tmp_path)) as api:
        roles = {name: api.get("/users/me", user=api.sign_in(name)["access_token"]).json()["role"]
                 for name in ("plain", "chief", "risen")}
    assert roles == {"plain": "user", "chief": "admin", "risen": "admin"}


@pytest.mark.parametrize("name, password", [("a", PASSWORD), ("good", "short"), ("good", ""), ("a b", PASSWORD)])
def test_a_user_that_the_api_would_refuse_is_not_created(tmp_path, name, password):
    done = create(tmp_path, name, password=password)
    assert done.returncode > 0 and len(done.stderr.strip().splitlines()) == 1, done.stderr


def test_a_taken_name_and_an_unknown_user_are_refused(tmp_path):
    assert create(tmp_path, "someone").returncode == 0
    again = create(tmp_path, "someone")
    assert again.returncode > 0 and len(again.stderr.strip().splitlines()) == 1, again.stderr
    refuse("user", "promote", "nobody", "--data-dir", tmp_path, *FLAGS)


def test_a_token_from_the_command_line_is_good(start_server, tmp_path):
    assert create(tmp_path, "someone").returncode == 0
    token = succeed("token", "--user", 2, "--minutes", 7, "--data-dir", tmp_path, *FLAGS).strip()
    claims = read_claims(token)
    assert (claims["sub"], claims["type"]) == ("2", "access") and 0 <= claims["exp"] - time.time() <= 7 * 60
    with Api(start_server(data_dir=tmp_path)) as api:
        assert api.get("/token/check", user=token).json()["user_id"] == 2


def test_a_token_is_good_with_the_made_secret_too(start_server, tmp_path):
    assert create(tmp_path, "someone").returncode == 0
    one = start_server({"auth.secret": None}, data_dir=tmp_path)
    token = succeed("token", "--user", 2, "--data-dir", tmp_path).strip()
    with Api(one) as api:
        assert api.get("/token/check", user=token).status_code == 200


# -- fixtures ------------------------------------------------------------------------


def test_fixtures_lay_out_users_rooms_and_tokens(start_server, tmp_path):
    data, file = tmp_path / "data", tmp_path / "tokens"
    succeed("fixtures", "--users", 7, "--rooms", 3, "--tokens", file, "--data-dir", data, *FLAGS)
    tokens = file.read_text().splitlines()
    assert len(tokens) == 7
    with Api(start_server(data_dir=data)) as api:
        for k, token in enumerate(tokens):
            me = api.get("/users/me", user=token).json()
            assert me["username"] == f"load{k + 1}"
            rooms = {one["id"] for one in me["owned_rooms"] + me["joined_rooms"]}
            assert 1 + k % 3 in rooms
            assert 11.9 * 3600 < read_claims(token)["exp"] - time.time() < 12.1 * 3600
            assert api.say(token, 1 + k % 3, "hello")
        expect.problem(api.login("load1", "any password"), 401, "bad_credentials")
        assert api.get("/rooms/4", user=tokens[0]).status_code == 404


def test_fixtures_want_an_empty_database(tmp_path):
    arguments = ("fixtures", "--users", 2, "--rooms", 1, "--tokens", tmp_path / "tokens", "--data-dir", tmp_path / "d")
    succeed(*arguments, *FLAGS)
    refuse(*arguments, *FLAGS)


# -- settings ------------------------------------------------------------------------


def setting(key, *arguments, **more):
    """The line of `parley config` that shows the key."""
    shown = succeed("config", *arguments, **more).splitlines()
    [line] = [line for line in shown if re.match(re.escape(key) + r"\b", line)]
    return line


def test_config_masks_secrets(tmp_path):
    shown = succeed("config", "--data-dir", tmp_path, *FLAGS, "--db", "postgresql://me:hush@db.example/chat")
    assert SECRET not in shown and "hush" not in shown
    assert "auth.secret" in shown and "storage.url" in shown


def test_config_says_where_each_value_came_from(tmp_path):
    file = tmp_path / "parley.toml"
    file.write_text("[auth]\nrefresh_days = 3\n")
    env = {"PARLEY_AUTH_REFRESH_DAYS": "3"}
    lines = {
        "default": setting("auth.refresh_days"),
        "file": setting("auth.refresh_days", "--config", file),
        "environment": setting("auth.refresh_days", env=env),
        "flag": setting("auth.refresh_days", "--set", "auth.refresh_days=3"),
    }
    assert "14" in lines.pop("default")
    assert all("3" in line for line in lines.values()) and len(set(lines.values())) == 3, lines


def test_flags_go_before_environment_before_file_before_defaults(tmp_path):
    file = tmp_path / "parley.toml"
    file.write_text("[auth]\nrefresh_days = 91\naccess_minutes = 91\nbcrypt_cost = 9\n")
    env = {"PARLEY_AUTH_REFRESH_DAYS": "92", "PARLEY_AUTH_ACCESS_MINUTES": "92"}
    arguments = ("--config", file, "--set", "auth.refresh_days=93")
    assert "93" in setting("auth.refresh_days", *arguments, env=env)
    assert "92" in setting("auth.access_minutes", *arguments, env=env)
    assert "9" in setting("auth.bcrypt_cost", *arguments, env=env)
    assert "65536" in setting("websocket.message_bytes", *arguments, env=env)


@pytest.mark.parametrize("flag, key", [
    ("auth.no_such_key=1", "auth.no_such_key"), ("nosection.key=1", "nosection.key"), ("auth.bcrypt_cost=99",
                                                                                       "auth.bcrypt_cost"),
    ("auth.bcrypt_cost=many", "auth.bcrypt_cost"), ("server.port=-1", "server.port"),
    ("limits.rate_limiting=perhaps", "limits.rate_limiting"), ("http.origins=[1]", "http.origins"),
    ("storage.durability=none", "storage.durability"), ("server.locale=fr", "server.locale"),
    ("storage.url=mysql://x", "storage.url")])
def test_a_bad_setting_stops_the_start_and_is_named(tmp_path, flag, key):
    assert key in refuse("serve", "--port", 0, "--data-dir", tmp_path, "--set", flag)


def test_a_bad_setting_of_file_or_environment_is_named(tmp_path):
    file = tmp_path / "parley.toml"
    file.write_text("[auth]\nbcrypt_cost = 'x'\n")
    assert "auth.bcrypt_cost" in refuse("serve", "--port", 0, "--data-dir", tmp_path, "--config", file)
    file.write_text("[auth\n")
    assert str(file) in refuse("serve", "--port", 0, "--data-dir", tmp_path, "--config", file)
    env = {"PARLEY_AUTH_BCRYPT_COST": "x"}
    assert "auth.bcrypt_cost" in refuse("serve", "--port", 0, "--data-dir", tmp_path, env=env)
    refuse("serve", "--port", 0, "--data-dir", tmp_path, "--config", tmp_path / "not there")


@pytest.mark.parametrize("arguments", [(), ("no-such-command",), ("serve", "--no-such-flag"), ("token",),
                                       ("serve", "--port", "x"), ("serve", "--set", "no equals sign"),
                                       ("fixtures", "--users", "2")])
def test_a_bad_command_line_is_refused(tmp_path, arguments):
    assert run_parley(*arguments, cwd=tmp_path).returncode > 0


def test_production_wants_a_secret_of_32_bytes(start_server, tmp_path):
    base = ("serve", "--port", 0, "--data-dir", tmp_path, "--set", "server.environment=production")
    assert "auth.secret" in refuse(*base)
    assert "auth.secret" in refuse(*base, "--set", "auth.secret=" + "x" * 31)
    good = {"server.environment": "production", "auth.secret": "x" * 32, "auth.bcrypt_cost": None}
    start_server(good, data_dir=tmp_path).stop()


def test_a_made_secret_is_kept_for_the_owner_alone(start_server, tmp_path):
    one = start_server({"auth.secret": None}, data_dir=tmp_path / "data")
    with Api(one) as api:
        user = api.register()
    one.stop()
    kept = [file for file in (tmp_path / "data").iterdir() if "secret" in file.name]
    assert [stat.S_IMODE(file.stat().st_mode) for file in kept] == [0o600]
    with Api(start_server({"auth.secret": None}, data_dir=tmp_path / "data")) as api:
        assert api.get("/token/check", user=user).status_code == 200


def test_a_port_in_use_is_one_line_and_not_a_crash(server, tmp_path):
    line = refuse("serve", "--port", server.port, "--data-dir", tmp_path, *FLAGS)
    assert str(server.port) in line


def test_the_listening_line_is_plain_text_whatever_the_log_format(start_server):
    one = start_server({"log.format": "json"})
    assert any(line == f"listening on {one.http}" for line in one.log), one.log_text()


def test_no_secret_is_logged(start_server):
    one = start_server({"log.level": "trace"})
    with Api(one) as api:
        user = api.register(password="a very secret password")
        api.get(f"/users/me?token={user.token}", user=user)
        api.login(user.username, "another secret guess")
    one.stop()
    log = "\n".join(one.log)
    for secret in ("a very secret password", "another secret guess", user.token, user.refresh_token,
                   TEST_SETTINGS["auth.secret"]):
        assert secret not in log
