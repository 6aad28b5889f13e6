"""The page of `parley-load report`, as a browser shows it: charts, gaps, two runs, and nothing from anywhere else."""

import json
import os
import pathlib
import shutil
import subprocess

import pytest

from harness import BINARY, clean_environment

HERE = pathlib.Path(__file__).parent
LOAD = os.environ.get("PARLEY_LOAD") or str(pathlib.Path(BINARY).with_name("parley-load"))
DEADLINE = 90.0

OVER_TIME = ["Latency over time", "Deliveries a second", "Messages sent a second", "Connections",
             "Errors and lost connections so far", "CPU (100 % is one core)", "Memory of the server"]


def document(**changes):
    """A run of twelve seconds: nothing was delivered in the fifth and seventh, the sixth stands alone."""
    seconds = list(range(1, 13))
    latency = [None if t in (5, 7) else float(t) for t in seconds]
    series = {"t_s": seconds, "connections": [100] * 12, "errors": [0] * 11 + [2],
              "sent_per_s": [10.0] * 12, "delivered_per_s": [None if t in (5, 7) else 1e6 for t in seconds],
              "p50_ms": latency, "p90_ms": [t and 2 * t for t in latency], "p99_ms": [t and 3 * t for t in latency],
              "max_ms": [t and 4 * t for t in latency], "server_cpu_percent": [None] + [90.5] * 11,
              "client_cpu_percent": [40] * 12, "server_rss_bytes": [5 * 2**20] * 12}
    return {"parley_load": "0.1.0", "scenario": "fanout", "started_at": "2024-05-02T10:00:00.000Z",
            "command": ["parley-load", "fanout", "--assert", "p99_ms<50"], "options": {"rooms": 1},
            "target": {"url": "ws://127.0.0.1:8080", "dialect": "parley"},
            "figures": {"lost": 0, "p99_ms": 12.5, "delivered_per_s": 1e6, "ack_p99_ms": None},
            "quantiles": {"latency": [[0.0, 1], [0.5, 4], [0.9, 7], [0.99, 12.5], [0.999, 20], [1.0, 30]]},
            "series": series, "assertions": [{"text": "p99_ms<50", "value": 12.5, "held": True}],
            "verdict": {"exit_code": 0, "faults": [], "client_saturated": False}, **changes}


@pytest.fixture
def read_page(tmp_path):
    """Makes the page of these documents and returns what the browser saw of it."""
    browser = os.environ.get("PARLEY_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    node = shutil.which("node")
    assert browser and node, "these tests want Chromium and Node"

    def read(*documents):
        page = tmp_path / "out.html"
        files = []
        for index, one in enumerate(documents):
            files.append(tmp_path / f"{index}.json")
            files[-1].write_text(json.dumps(one))
        made = subprocess.run([LOAD, "report", *files, "--out", page], env=clean_environment(), text=True,
                              capture_output=True, timeout=DEADLINE, check=False)
        assert made.returncode == 0, made.stderr
        seen = subprocess.run([node, HERE / "documents" / "read_report.mjs", browser, page], env=clean_environment(),
                              cwd=HERE, text=True, capture_output=True, timeout=DEADLINE, check=False)
        assert seen.returncode == 0, seen.stdout + seen.stderr
        found = json.loads(seen.stdout)
        assert found["faults"] == []
        assert found["requests"] == ["file:"], "the page asks for nothing but itself"
        assert found["overflow"] <= 0, "the page fits a phone"
        return found

    return read


def test_the_page_of_a_run_has_a_chart_of_each_series(read_page):
    seen = read_page(document())
    assert seen["title"] == "fanout · parley-load"
    assert seen["badges"] == ["✓ Passed"]
    assert seen["figures"] == ["delivered_per_s", "lost", "p99_ms"]
    assert set(seen["charts"]) == {*OVER_TIME, "Latency by quantile"}
    latency = seen["charts"]["Latency over time"]
    assert {line["style"] for line in latency["lines"]} == {"p50", "p90", "p99", "max"}
    assert latency["labels"][:5] == ["0 ms", "20 ms", "40 ms", "60 ms", "0 s"]
    nines = ["50 %", "90 %", "99 %", "99.9 %"]
    assert [label for label in seen["charts"]["Latency by quantile"]["labels"] if "%" in label] == nines
    assert "1M" in seen["charts"]["Deliveries a second"]["labels"]


def test_a_second_without_a_figure_is_a_gap(read_page):
    charts = read_page(document())["charts"]
    for line in charts["Latency over time"]["lines"] + charts["Deliveries a second"]["lines"]:
        assert (line["rows"], line["alone"]) == (2, 1), "two rows, and the sixth second by itself"
    assert charts["Connections"]["lines"] == [{"style": "main", "rows": 1, "alone": 0}]


def test_the_crosshair_reads_every_line_and_the_legend_hides_one(read_page):
    seen = read_page(document())
    reading = seen["reading"].split("\n")
    assert reading[0].endswith(" s") and reading[1::2] == ["p50", "p90", "p99", "max"]
    assert seen["crosses"] == len(OVER_TIME), "the charts over time are read at the same second"
    assert seen["crosses_left"] == 0
    assert seen["first_reading"] == "1 s"
    assert seen["hidden"] == 1
    assert seen["logarithmic"]


def test_two_runs_lie_over_each_other_in_two_colours(read_page):
    other = document(target={"url": "ws://127.0.0.1:8081", "dialect": "nchan"},
                     verdict={"exit_code": 1, "faults": ["deliveries: 3 lost"]})
    seen = read_page(document(), other)
    assert seen["badges"] == ["✓ Passed", "✗ Failed exit code 1"]
    for title in OVER_TIME + ["Latency by quantile"]:
        assert {line["style"][0] for line in seen["charts"][title]["lines"]} == {"a", "b"}, title
    assert [line["style"] for line in seen["charts"]["Latency over time"]["lines"]] == ["b p99", "b p50", "a p99",
                                                                                       "a p50"]
    assert seen["reading"].split("\n")[1::2] == ["parley p50", "parley p99", "nchan p50", "nchan p99"]


def test_what_a_document_lacks_is_left_out(read_page):
    series = document()["series"]
    kept = {"t_s": series["t_s"], "connections": series["connections"], "p50_ms": [None] * 12, "p99_ms": "odd"}
    assert list(read_page(document(series=kept, quantiles={}))["charts"]) == ["Connections"]
    assert read_page({"figures": {}})["charts"] == {}


def test_one_of_two_documents_may_lack_a_series(read_page):
    series = {key: value for key, value in document()["series"].items() if key != "server_rss_bytes"}
    charts = read_page(document(), document(series=series))["charts"]
    assert charts["Memory of the server"]["lines"] == [{"style": "a main", "rows": 1, "alone": 0}]


def test_the_text_of_a_document_is_never_markup(read_page):
    text = "</script><script>console.error('ran')</script><!--<img src=x onerror=console.error(1)>"
    seen = read_page(document(scenario=text, command=[text], options={text: text}, figures={text: text},
                              target={"url": text, "dialect": text}, quantiles={text: [[0.5, 1], [0.9, 2]]},
                              verdict={"exit_code": 1, "faults": [text]}))
    assert seen["title"] == f"{text} · parley-load"
    assert seen["figures"] == [text]
    assert f"Quantiles of {text}" in seen["charts"]
