"""parley-load held to what it claims: a lying server is found out, a starved client says so, comparisons are honest.

The server is `parley-load lie`; it shares no figure with the run that judges it. Nothing here asserts that something is
fast; a machine that is too busy for the client (exit 3) is no failure but where that is what is asked for.
"""

import contextlib
import json
import os
import signal
import subprocess
import sys

import pytest

from harness import clean_environment
from load_runs import BUSY, FAILED, GOOD, LOAD, USAGE, figures, good, run_load, words_of

LIAR = "--dialect liar --json --quiet --warmup 0"


@contextlib.contextmanager
def lying(fault="none", command=()):
    """The URL of a server that does this wrong."""
    server = subprocess.Popen([*command, LOAD, "lie", fault], env=clean_environment(), stderr=subprocess.PIPE, text=True)
    try:
        yield server.stderr.readline().split()[-1]
    finally:
        server.terminate()
        server.wait(15)
        server.stderr.close()


def document(done):
    return json.loads(done.stdout)


def test_every_fault_is_found_and_the_truth_is_not_blamed():
    done = subprocess.run([LOAD, "selftest"], env=clean_environment(), capture_output=True, text=True, timeout=240,
                          check=False)
    assert done.returncode == GOOD, done.stdout + done.stderr
    told = [line.split()[:2] for line in done.stdout.splitlines()]
    assert {word for word, _ in told} == {"found"}
    assert {name for _, name in told} >= {"none", "batched", "lost", "doubled-late", "cut", "changed", "longer", "forged",
                                          "own-ids", "unacknowledged", "quantiles"}


def test_a_closed_loop_goes_on_after_losses_and_says_why():
    with lying("lost") as url:
        done = run_load("fanout --rooms 1 --members 4 --window 2 --duration 3", LIAR, "--url", url)
    assert done.returncode == FAILED
    run = document(done)
    assert run["figures"]["given_up"] > 0
    assert run["figures"]["sent"] >= 3 * 2, "a full window three times, one second each"
    assert any("the closed loop went on without" in each for each in run["verdict"]["faults"])


def test_senders_in_a_closed_loop_go_on_as_well():
    with lying("lost") as url:
        done = run_load("send --rooms 1 --senders 2 --window 2 --duration 3", LIAR, "--url", url)
    assert done.returncode == FAILED
    assert figures(done)["given_up"] >= 4, "both windows were lost once"
    assert figures(done)["lost"] > 4, "and what came after was lost as well"


def test_what_is_under_way_at_an_interruption_is_not_lost():
    with lying("slow") as url:
        run = subprocess.Popen([LOAD, *words_of("fanout --rooms 2 --members 4 --rate 400 --duration 60", LIAR, "--url", url,
                                                "--ndjson", "/dev/stderr")],
                               env=clean_environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        while json.loads(run.stderr.readline())["delivered_per_s"] == 0:
            pass
        run.send_signal(signal.SIGINT)
        out, err = run.communicate(timeout=60)
    assert run.returncode == FAILED
    assert "interrupted" in err
    said = json.loads(out)
    assert said["verdict"]["faults"] == ["interrupted"]
    assert said["figures"]["delivered"] == said["figures"]["expected"] > 0 == said["figures"]["lost"]


def test_send_has_an_open_loop_and_each_document_says_which_loop_it_was():
    with lying("slow") as url:
        done = run_load("send --rooms 1 --senders 4 --rate 100 --duration 0.5", LIAR, "--url", url)
        said = good(done, sent=50, delivered=50)
        assert document(done)["loop"] == "open"
        assert said["p50_ms"] > 0 and said["send_lag_p50_ms"] is not None
        done = run_load("send --rooms 1 --senders 4 --duration 0.3", LIAR, "--url", url)
        assert document(done)["loop"] == "closed"
        done = run_load("send --rooms 1 --senders 4 --rate 100 --duration 0.3 --dialect liar --quiet --url", url)
        assert "Latency (open loop" in done.stdout and "Certificate" in done.stdout


def test_acknowledgements_without_a_name_tell_no_latency_where_one_is_missing(tmp_path):
    nameless = tmp_path / "nameless.toml"
    nameless.write_text(run_load("dialects liar").stdout.replace('ack_id_key = "mid"\n', ""))
    words = ("fanout --rooms 1 --members 2 --rate 50 --duration 0.5 --json --quiet --warmup 0 --dialect", nameless)
    with lying("none") as url:
        assert figures(run_load(*words, "--url", url))["ack_p50_ms"] > 0
    with lying("unacknowledged") as url:
        assert figures(run_load(*words, "--url", url))["ack_p50_ms"] is None


def test_figures_of_rooms_are_those_of_the_last_member():
    with lying("none") as url:
        said = good(run_load("fanout --rooms 3 --members 8 --rate 100 --duration 0.5", LIAR, "--url", url))
    assert said["everyone_p50_ms"] >= said["p50_ms"]
    assert said["spread_max_ms"] <= said["everyone_max_ms"]
    assert said["worst_room"] in (1, 2, 3)


# -- the client itself ---------------------------------------------------------------


@pytest.mark.skipif(len(os.sched_getaffinity(0)) < 2, reason="wants two cores")
def test_a_client_that_is_starved_says_so():
    first, second = sorted(os.sched_getaffinity(0))[:2]
    spin = [sys.executable, "-c", "while True: pass"]
    loops = [subprocess.Popen(["taskset", "-c", str(first), *spin]) for _ in range(3)]
    try:
        with lying("none", ("taskset", "-c", str(second))) as url:
            done = subprocess.run(["taskset", "-c", str(first), LOAD,
                                   *words_of("fanout --rooms 8 --members 50 --window 32 --duration 3", LIAR, "--url", url)],
                                  env=clean_environment(), capture_output=True, text=True, timeout=90, check=False)
    finally:
        for each in loops:
            each.kill()
            each.wait(15)
    assert done.returncode == BUSY, done.stderr
    assert "the client was the limit: it waited for a core" in done.stderr
    assert figures(done)["client_run_delay_percent"] > 25


# -- comparisons -----------------------------------------------------------------------


def test_another_load_is_not_compared(tmp_path):
    kept = tmp_path / "kept.json"
    with lying("none") as url:
        words = ("fanout --rooms 1 --members 2 --duration 0.3", LIAR, "--url", url)
        kept.write_text(run_load(*words, "--rate 50").stdout)
        other = run_load(*words, "--rate 60", "--against", kept)
        assert other.returncode == USAGE and "of another load: its --rate is 50, here 60" in other.stderr
        other = run_load("send --rooms 1 --senders 2 --rate 50 --duration 0.3", LIAR, "--url", url, "--against", kept)
        assert other.returncode == USAGE and "its scenario is fanout" in other.stderr
        good(run_load(*words, "--rate 50", "--against", kept, "--against", kept))


def run_file(folder, name, url, more=""):
    file = folder / f"{name}.toml"
    file.write_text(f'scenario = "fanout"\nurl = "{url}"\ndialect = "liar"\nrooms = 1\nmembers = 4\nduration = 0.3\n'
                    f"warmup = 0\n{more}")
    return file


def test_two_servers_are_compared_by_turns(tmp_path):
    with lying("none") as one, lying("slow") as other:
        a, b = run_file(tmp_path, "a", one, "rate = 100"), run_file(tmp_path, "b", other, "rate = 100")
        done = run_load("compare", a, b, "--rounds 3 --json")
        assert done.returncode in (GOOD, BUSY), done.stderr
        compared = document(done)
        p50 = compared["figures"]["p50_ms"]
        assert p50["a"] < p50["b"] and p50["low"] <= p50["ratio"] <= p50["high"] and p50["rounds_for_3_percent"] >= 3
        assert compared["figures"]["lost"] == {"a": 0, "b": 0}
        assert {row["verdict"] for row in compared["figures"].values() if "verdict" in row} <= {
            "better", "worse", "different", "not distinguishable"}
        order = [line.split()[1:3] for line in done.stderr.splitlines() if line.startswith("round ")]
        assert order == [["1", str(a)], ["1", str(b)], ["2", str(b)], ["2", str(a)], ["3", str(a)], ["3", str(b)]]
        refused = run_load("compare", a, run_file(tmp_path, "c", other, "rate = 200"))
        assert refused.returncode == USAGE and "its --rate is 200" in refused.stderr


def test_the_highest_rate_of_an_objective_is_looked_for(tmp_path):
    with lying("slow") as url:
        run = run_file(tmp_path, "run", url)
        done = run_load("limit", run, "--slo p50_ms<10000 --from 50 --to 100 --json")
        assert done.returncode in (GOOD, BUSY, FAILED), done.stderr
        found = document(done)
        assert found["highest_held"] in (None, *[each["rate"] for each in found["curve"]])
        if done.returncode == GOOD:
            assert found["highest_held"] == 100 and [each["rate"] for each in found["curve"]] == [50, 100]
        done = run_load("limit", run, "--slo p50_ms<10 --from 0.4 --to 0.4 --json", "--duration 6")
        assert done.returncode == FAILED
        assert document(done)["highest_held"] is None and document(done)["reason"].startswith("p50_ms<10 was ")


def test_the_version_is_that_of_the_documents():
    said = run_load("--version")
    assert said.returncode == GOOD
    with lying("none") as url:
        run = document(run_load("connect --connections 2 --rooms 1", LIAR, "--url", url))
    assert said.stdout.split() == ["parley-load", run["parley_load"]]
    assert run["schema"] == 2
