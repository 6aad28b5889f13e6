"""parley-load's stages: ramps of an open loop against the real server, what each stage came to, and how it is judged.

Nothing here asserts a time; a machine that is too busy for the client's schedule (exit 3) is no failure.
"""

import json
import subprocess

import pytest

from harness import clean_environment
from load_runs import BUSY, FAILED, GOOD, LOAD, USAGE, figures, first_fault, good, run_load, seeded_server

ROOMS, USERS = 4, 48


@pytest.fixture(scope="module")
def target(tmp_path_factory):
    with seeded_server(tmp_path_factory.mktemp("load"), USERS, ROOMS) as (server, tokens):
        yield ("--url", server.ws + "/ws", "--tokens", tokens, "--quiet")


STAGED = {
    "fanout": ("fanout --members 4 --processes 2", "delivered", 4),
    "send": ("send --senders 8 --processes 2", "delivered", 1),
    "http": ("http --window 8", "answered", 1),
}


@pytest.mark.parametrize("words, work, copies", STAGED.values(), ids=STAGED)
def test_ramps_begin_as_much_as_their_rate_adds_up_to(target, words, work, copies):
    # 50 in the ramp, 100 at the height, none by the jump, 40 down again: 190.
    done = run_load(words, "--rooms", ROOMS, "--stages 100:1,100:1,80:0,0:1 --json", *target)
    said = good(done, sent=190, intended_per_s=round(190 / 3, 3))
    assert [said[f"intended_per_s{{stage={n}}}"] for n in (1, 2, 3, 4)] == [50, 100, None, 40]
    assert [said[f"{work}{{stage={n}}}"] for n in (1, 2, 3, 4)] == [50 * copies, 100 * copies, 0, 40 * copies]
    assert said["p95_ms{stage=2}"] > 0 and said["p99_ms{stage=3}"] is None
    document = json.loads(done.stdout)
    assert document["tags"] == {"stage": ["1", "2", "3", "4"]}
    assert document["options"]["duration"] == 3 and document["options"]["warmup"] == 0
    assert len(document["series"]["intended_per_s"]) == len(document["series"]["sent_per_s"]) > 0


def test_the_deeds_of_a_chat_ramp_too(target):
    done = run_load("chat --users 24 --mix text=1 --rooms", ROOMS, "--stages 80:1,80:1 --json", *target)
    said = good(done, sent=..., intended_per_s=60)
    assert said["delivered{stage=1}"] + said["delivered{stage=2}"] > 0


def test_the_rate_and_the_warm_up_come_before_the_first_stage(target):
    done = run_load("fanout --members 2 --rooms", ROOMS, "--rate 40 --warmup 0.5 --stages 40:1 --json", *target)
    said = good(done, sent=20 + 40)
    assert said["sent_per_s"] == 40 == said["intended_per_s{stage=1}"]


def test_a_stage_can_be_asserted_and_is_told_by_every_output(target, tmp_path):
    lines, text, cases, page = (tmp_path / name for name in ("lines", "text", "cases", "page.html"))
    done = run_load("fanout --members 2 --rooms", ROOMS, "--stages 60:1,60:1",
                    "--assert", "p99_ms{stage=2}<0", "--assert", "delivered{stage=1}==60",
                    "--assert", "p95_ms{op=ack}>0", "--ndjson", lines, "--prometheus", text, "--junit", cases,
                    "--report", page, *target)
    assert done.returncode == FAILED
    assert first_fault(done).startswith("parley-load: not so: p99_ms{stage=2}<0 (")
    assert "held    delivered{stage=1}==60\nheld    p95_ms{op=ack}>0\n" in done.stdout
    assert "By stage\n  stage" in done.stdout
    assert all("intended_per_s" in json.loads(line) for line in lines.read_text().splitlines())
    samples = [line for line in text.read_text().splitlines() if line.startswith("parley_load_p95_ms{")]
    assert len(samples) == 3 and ',stage="2"} ' in samples[2]
    assert 'name="p99_ms{stage=2}&lt;0"><failure message="was ' in cases.read_text()
    assert "<section class=\"parts\" aria-label=\"By stage\">" in page.read_text()


def test_stages_may_stand_in_a_file(target, tmp_path):
    config = tmp_path / "run.toml"
    config.write_text('scenario = "fanout"\nstages = ["50:1", "50:0.5"]\n'
                      "assert = ['sent{stage=2}>0', 'intended_per_s{stage=2}==50']\n")
    good(run_load("--config", config, "--members 2 --rooms", ROOMS, "--json", *target), sent=25 + 25)


def test_two_staged_runs_are_compared_stage_by_stage(target, tmp_path):
    kept = tmp_path / "kept.json"
    words = ("fanout --members 2 --rooms", ROOMS, *target, "--stages")
    kept.write_text(run_load(*words, "40:0.5,40:0.5 --json").stdout)
    done = run_load(*words, "40:0.5,40:0.5 --against", kept)
    assert done.returncode in (GOOD, BUSY), done.stderr
    assert "p99_ms{stage=2}" in done.stdout
    other = run_load(*words, "40:0.5,41:0.5 --against", kept)
    assert other.returncode == USAGE and "--stages is" in first_fault(other)


MISTAKES = {
    "no seconds": ("--stages 100", "--stages: '100' is not TARGET:SECONDS, as 200:30 for a ramp to 200 a second in 30 seconds"),
    "nothing at all": ("--stages 0:5", "--stages: the stages begin nothing: give one of them a TARGET above 0"),
    "a duration": ("--stages 9:5 --duration 3", "--duration is what --stages last together: leave it out"),
    "a stage that is not there": ("--stages 9:5 --assert p99_ms{stage=2}<5", "--assert: fanout has no figure 'p99_ms{stage=2}'"),
    "half a tag": ("--stages 9:5 --assert p99_ms{stage<5", "--assert: 'p99_ms{stage<5' is not NAME<NUMBER"),
}


@pytest.mark.parametrize("words, said", MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_is_told_in_one_line_that_says_how_to_mend_it(target, words, said):
    done = run_load("fanout --rooms 4 --members 2", words, *target)
    assert done.returncode == USAGE
    assert done.stderr.startswith("parley-load: " + said) and done.stderr.count("\n") == 1, done.stderr


def test_a_limit_is_not_looked_for_along_a_ramp(target, tmp_path):
    config = tmp_path / "run.toml"
    config.write_text('scenario = "fanout"\nstages = ["50:1"]\nrooms = 4\nmembers = 2\n')
    done = subprocess.run([LOAD, "limit", config, "--slo", "lost==0", *map(str, target)], env=clean_environment(),
                          capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == USAGE and "leave stages out" in done.stderr, done.stderr


def test_one_rate_has_no_stages_but_is_told_beside_what_it_achieved(target):
    done = run_load("fanout --rooms 4 --members 2 --rate 5 --warmup 0 --duration 1 --json", *target)
    assert "tags" in json.loads(done.stdout) and not json.loads(done.stdout)["tags"]
    assert figures(done)["intended_per_s"] == 5


def test_a_handshake_is_told_by_its_phases(target):
    done = run_load("connect --connections 12 --rooms", ROOMS, "--json --assert", "p95_ms{phase=join}<60000", *target)
    said = good_connect(done)
    assert 0 < said["p50_ms{phase=upgrade}"] <= said["max_ms"]
    assert 0 < said["p50_ms{phase=join}"] <= said["max_ms"] >= said["p50_ms{phase=greeting}"] >= 0
    greeted_only = run_load("connect --connections 4 --json", *target)
    assert good_connect(greeted_only)["max_ms{phase=join}"] is None, "nobody joined a room"


def good_connect(done):
    assert done.returncode in (GOOD, BUSY), done.stderr
    return figures(done)
