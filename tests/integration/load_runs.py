"""Runs parley-load and reads what it says of itself."""

import contextlib
import json
import os
import pathlib
import subprocess

from harness import BINARY, Server, clean_environment, run_parley, settings_flags

LOAD = os.environ.get("PARLEY_LOAD") or str(pathlib.Path(BINARY).with_name("parley-load"))
GOOD, FAILED, USAGE, BUSY = 0, 1, 2, 3


@contextlib.contextmanager
def seeded_server(folder, users, rooms, certificate=None, args=()):
    """A server, and the file of the tokens of its users: user k owns or is a member of room 1 + k mod `rooms`."""
    tokens = folder / "tokens"
    made = run_parley("fixtures", "--users", users, "--rooms", rooms, "--tokens", tokens, "--data-dir", folder / "data",
                      *settings_flags({}))
    assert made.returncode == 0, made.stderr
    with Server(folder / "data", certificate=certificate, args=args) as server:
        yield server, tokens


def words_of(*arguments):
    return [part for each in arguments for part in (each.split() if isinstance(each, str) else [str(each)])]


def run_load(*arguments):
    return subprocess.run([LOAD, *words_of(*arguments)], env=clean_environment(), capture_output=True, text=True,
                          timeout=60, check=False)


def figures(done):
    return json.loads(done.stdout)["figures"]


def first_fault(done):
    """What went wrong; on a busy machine a line that the client was the limit may follow."""
    return done.stderr.splitlines()[0]


def good(done, **expected):
    """The figures of a good run; each that is named is so, or above 0 where it is `...`."""
    assert done.returncode in (GOOD, BUSY), done.stderr
    said = figures(done)
    expected |= dict.fromkeys(("lost", "doubled", "out_of_order", "strays", "errors", "closes"), 0)
    wrong = {name: said[name] for name, value in expected.items()
             if not (said[name] > 0 if value is ... else said[name] == value)}
    assert not wrong, said
    return said
