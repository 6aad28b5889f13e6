"""README.md and docs/*.md show what happens, and walkthrough.py, which tries that, believes no page too much."""

import os
import pathlib
import re
import subprocess
import sys

import pytest

import walkthrough

from harness import BINARY, REPOSITORY, Server
from walkthrough import Walk, differs, parse, shape, split_session

#: Rooms in which the tour is taken at one time.
TOURS = 12
TOUR_DEADLINE = 60.0

TALK = re.compile(r"cat > talk\.py <<'PYTHON'\n(.*?)\nPYTHON\n", re.DOTALL)


# -- the pages -----------------------------------------------------------------------


@pytest.mark.parametrize("page", walkthrough.pages())
def test_a_page_does_what_it_shows(page, tmp_path, capsys):
    def report(line):
        with capsys.disabled():
            print(f"\n{line}", end="")

    one = Walk(page, report, tmp_path)
    one.run()
    assert not one.faults, "\n".join(one.faults)


@pytest.mark.parametrize("page", walkthrough.pages())
def test_the_commands_in_running_text_have_the_options_that_it_names(page):
    programs = {"parley": BINARY, "parley-load": os.environ.get("PARLEY_LOAD")}
    prose = re.sub(r"```.*?```", "", (REPOSITORY / page).read_text(), flags=re.DOTALL)
    for span in re.findall(r"`((?:build/release/)?parley(?:-load)?(?: [^`]+)?)`", prose):
        name, *words = span.split()
        program = programs[pathlib.Path(name).name]
        subcommand = []
        for word in words:
            if not re.fullmatch(r"[a-z][a-z-]*", word):
                break
            subcommand.append(word)
        if not subcommand and "--config" in words:
            subcommand = ["fanout"]  # which such a file names
        if program and words:
            known = subprocess.run([program, *subcommand[:2], "--help"], capture_output=True, text=True, timeout=30,
                                   check=False)
            said = known.stdout + known.stderr
            assert known.returncode == 0, f"{page}: {span}: {said}"
            for option in re.findall(r"(?<!\S)--[a-z-]+", span):
                assert option in said or option == "--version", f"{page}: {span}: no {option} in {said}"


# -- the tour of the README --------------------------------------------------------------


def talk_script(folder, server):
    """talk.py as the README has it, for this server."""
    source = TALK.search((REPOSITORY / "README.md").read_text())[1]
    target = folder / "talk.py"
    target.write_text(source.replace("127.0.0.1:8000", server.authority))
    return target


def start_talk(script, *arguments):
    return subprocess.Popen([sys.executable, script, *map(str, arguments)], stdout=subprocess.PIPE,
                            stderr=subprocess.PIPE, text=True)


def test_the_tour_never_hangs_in_new_rooms(server, api, tmp_path):
    """Bob's first entry waits for a commit and Ada's join for a read: neither order of the two may hang the tour."""
    script = talk_script(tmp_path, server)
    tours = []
    for _ in range(TOURS):
        ada, bob = api.register(), api.register()
        tours.append(start_talk(script, ada.token, bob.token, api.room(ada, join_policy="open")))
    for tour in tours:
        said, faults = tour.communicate(timeout=TOUR_DEADLINE)
        assert tour.returncode == 0, said + faults
        assert [line.split()[0] for line in said.splitlines() if "hello" in line] == ["ada", "bob", "bob"], said


def test_the_tour_goes_on_in_a_room_that_has_members_and_messages(server, api, tmp_path):
    ada, bob, carol = (api.register() for _ in range(3))
    room = api.room(ada, bob, carol)
    api.say(carol, room, "long before")
    for _ in range(2):
        tour = start_talk(talk_script(tmp_path, server), ada.token, bob.token, room)
        said, faults = tour.communicate(timeout=TOUR_DEADLINE)
        assert tour.returncode == 0 and said.splitlines()[-1].count("hello, Bob") == 1, said + faults


@pytest.mark.parametrize("ada, bob, room", [("", "bob", "room"), ("ada", "", "room"), ("ada", "carol", "room"),
                                            ("ada", "bob", "999999")])
def test_the_tour_ends_where_somebody_may_not_enter(server, api, tmp_path, ada, bob, room):
    people = {"ada": api.register(), "bob": api.register(), "carol": api.register()}
    number = api.room(people["ada"], people["bob"], join_policy="invite")
    tokens = [people[name].token if name else "" for name in (ada, bob)]
    tour = start_talk(talk_script(tmp_path, server), *tokens, number if room == "room" else room)
    said, faults = tour.communicate(timeout=TOUR_DEADLINE)
    assert tour.returncode == 1 and re.fullmatch("the tour ends: .+\n", faults), said + faults


def test_the_tour_can_be_taken_again(tmp_path):
    """The names are taken then, and the room is another one."""
    settings = {"limits.rate_limiting": None, "auth.secret": None}
    with Server(tmp_path / "data", settings) as server:
        shell = walkthrough.Shell(tmp_path / "work", server.port)
        try:
            blocks = parse("README.md", (REPOSITORY / "README.md").read_text())
            commands = [one.text for one in blocks if one.language == "sh" and "skip" not in one.directives]
            rounds = [[shell.run(command) for command in commands] for _ in range(2)]
        finally:
            shell.end()
    for one in rounds:
        assert [code for code, _, _ in one] == [0] * len(commands), one
    opened = ["".join(printed + aside) for printed, aside in (one[0][1:] for one in rounds)]
    assert "username_taken" not in opened[0] and opened[1].count("username_taken") == 2
    assert '"name":"Engine room"' in opened[0] and '"name":"Engine room"' in opened[1]


# -- the runner ----------------------------------------------------------------------


@pytest.mark.parametrize("line, same", [
    ('{"id":2,"at":"2026-11-21T04:59:50.351Z"}', '{"id":31,"at":"2027-01-01T00:00:00Z"}'),
    ("p50_ms    1.33 ms", "p50_ms  201 µs"), ("rss 20.91 MiB", "rss –"),
    ("a 0.443 ms 0.539 ms 0.82 x better", "a 1 s 2 s 1.00 x"), ("token eyJhbGci.eyJzdWI.c2ln", "token eyJ0.eyJ1.c"),
    ("listening on http://127.0.0.1:8000", "listening on http://127.0.0.1:41")])
def test_what_differs_between_runs_counts_as_equal(line, same):
    assert shape(line) == shape(same)


@pytest.mark.parametrize("line, other", [
    ('{"id":2,"name":"ada"}', '{"id":2,"name":"bob"}'), ('{"id":2}', '{"id":null}'), ('{"id":2}', '{"id":2,"more":1}'),
    ("p50_ms 1.33 ms", "p90_ms 1.33 ms"), ("[1]", "[]"), ("no", "yes")])
def test_everything_else_does_not(line, other):
    assert shape(line) != shape(other)


@pytest.mark.parametrize("shown, printed, aside", [
    (["a", "b 1"], ["a", "b 2"], []), (["a", "…"], ["a", "b", "c"], []), (["…", "c"], ["a", "b", "c"], []),
    (["a", "…", "c"], ["a", "c"], []), (["…", "said"], ["a"], ["said"]), ([], [], ["log"])])
def test_output_that_is_as_shown(shown, printed, aside):
    assert differs(shown, printed, aside) is None


@pytest.mark.parametrize("shown, printed", [
    (["a"], []), (["a"], ["a", "b"]), (["a", "b"], ["b", "a"]), (["a", "…", "c"], ["a", "b"]), ([], ["a"]),
    (["…", "b"], ["b", "c"])])
def test_output_that_is_not(shown, printed):
    assert differs(shown, printed) is not None


def test_a_session_is_split_into_commands_with_their_output():
    block = parse("p", "```console\n$ one \\\n  more\n1\n2\n$ two\n```\n")[0]
    assert split_session(block) == [("one \\\n  more", ["1", "2"]), ("two", [])]


def walk_text(monkeypatch, tmp_path, text):
    """(what is reported, faults) of a page with this text."""
    (tmp_path / "page.md").write_text(text)
    for name in ("config", "docs", "script"):
        (tmp_path / name).mkdir()
    monkeypatch.setattr(walkthrough, "REPOSITORY", tmp_path)
    lines = []
    one = Walk("page.md", lines.append, tmp_path / "run")
    one.run()
    return lines, one.faults


def test_a_page_is_one_shell(monkeypatch, tmp_path):
    text = "```sh\nx=7\n```\n<!-- check-docs: with: 9 => 8 -->\n```console\n$ echo $x 9\n7 8\n```\n" \
           "```sh\necho a\n```\n```text\na\n```\n"
    ran = ["ran      page.md:1", "ran      page.md:5", "ran      page.md:9"]
    assert walk_text(monkeypatch, tmp_path, text) == (ran, [])


@pytest.mark.parametrize("text, fault", [
    ("```sh\nfalse\n```\n", "exit code 1"), ("```console\n$ echo a\nb\n```\n", "shown, but not so: b"),
    ("```sh\necho a\n```\n```text\nb\n```\n", "shown, but not so: b"), ("```\na\n```\n", "is neither"),
    ("```sh\ntouch rubbish\n```\n", ".gitignore")])
def test_a_page_that_does_not_do_what_it_shows_is_a_fault(monkeypatch, tmp_path, text, fault):
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    _, [found] = walk_text(monkeypatch, tmp_path, text)
    assert fault in found


def test_a_block_that_is_not_run_is_listed_with_the_reason(monkeypatch, tmp_path):
    text = "<!-- check-docs: skip: takes a week -->\n```sh\nfalse\n```\n"
    assert walk_text(monkeypatch, tmp_path, text) == (["skipped  page.md:2: takes a week"], [])
