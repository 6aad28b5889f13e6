"""/openapi.json, /asyncapi.json and /docs: valid by tools that we did not write, readable, and able to refuse."""

import copy
import json
import os
import pathlib
import shutil
import subprocess

import jsonschema
import pytest

import contract
from harness import clean_environment

HERE = pathlib.Path(__file__).parent
SCRIPTS = HERE / "documents"
BROWSER_DEADLINE = 240.0
WIDTHS_DEADLINE = 500.0
CLOSE_CODES = "1000 1001 1002 1003 1007 1009 1011 4400 4401 4403 4404 4408 4409 4413 4429".split()


def run_node(script, *arguments, deadline=60.0):
    node = shutil.which("node")
    assert node, "these tests want Node"
    return subprocess.run([node, SCRIPTS / script, *arguments], env=clean_environment(), cwd=HERE, text=True,
                          capture_output=True, timeout=deadline, check=False)


# -- the documents -------------------------------------------------------------------


@pytest.mark.parametrize("path, script, words", [("/openapi.json", "check_openapi.mjs", "OpenAPI 3.1"),
                                                 ("/asyncapi.json", "check_asyncapi.mjs", "AsyncAPI 3.0.0")])
def test_a_validator_of_others_finds_no_fault(api, tmp_path, path, script, words):
    answer = api.get(path)
    assert answer.status_code == 200
    file = tmp_path / "document.json"
    file.write_bytes(answer.content)
    checked = run_node(script, file)
    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert words in checked.stdout

    broken = answer.json()
    del broken["info"]
    file.write_text(json.dumps(broken))
    assert run_node(script, file).returncode == 1, "the validator looks at nothing"


@pytest.mark.parametrize("index", [0, 1], ids=["openapi", "asyncapi"])
def test_every_schema_is_one_of_json_schema_2020_12(index):
    for name, schema in contract.documents()[index]["components"]["schemas"].items():
        jsonschema.Draft202012Validator.check_schema(schema)
        if schema.get("additionalProperties") is False:
            assert set(schema["required"]) <= set(schema["properties"]), name


@pytest.mark.parametrize("index", [0, 1], ids=["openapi", "asyncapi"])
def test_every_example_is_what_its_schema_allows(index):
    document = contract.documents()[index]
    schemas = contract.Schemas(document)
    found = 0

    def look(part, place):
        nonlocal found
        if isinstance(part, list):
            for number, one in enumerate(part):
                look(one, f"{place}/{number}")
        elif isinstance(part, dict):
            for name, example in part["examples"].items() if "schema" in part and "examples" in part else ():
                schemas.check(f"{place} {name}", part["schema"], example["value"])
                found += 1
            for key, one in part.items():
                look(one, f"{place}/{key}")

    look(document, "")
    assert found > 20 or index == 1, "there are examples"


def test_no_schema_is_left_over():
    for document in contract.documents():
        text = json.dumps(document)
        for name in document["components"]["schemas"]:
            assert f'"#/components/schemas/{name}"' in text, f"{name} is used nowhere"


def test_the_documents_name_no_other_host(server):
    for document in contract.documents():
        assert "://" not in json.dumps(document).replace('"pattern": "^https?://"', "")


# -- the checks of every other test --------------------------------------------------


class Answer:
    def __init__(self, status, body=None, media="application/json", **headers):
        self.status = status
        self.headers = {**({} if body is None else {"content-type": media}), **headers}
        self.body = json.dumps(body)

    def check(self, method="GET", path="/healthz"):
        contract.http_contract().check(method, path, self.status, self.headers, lambda: self.body)


def problem(status, code, **more):
    return {"type": "about:blank", "title": "x", "status": status, "detail": "x", "code": code, **more}


def test_what_is_documented_passes():
    Answer(200, {"status": "ok"}).check()
    Answer(200, {"status": "ok"}).check("HEAD", "/healthz/")
    Answer(404, problem(404, "room_not_found"), contract.PROBLEM).check("PUT", "/rooms/5")
    Answer(404, problem(404, "not_found"), contract.PROBLEM).check("GET", "/no/such/path")
    Answer(405, problem(405, "method_not_allowed"), contract.PROBLEM).check("PATCH", "/rooms/5")
    Answer(413, problem(413, "payload_too_large"), contract.PROBLEM).check("POST", "/rooms/")
    Answer(204, allow="GET").check("OPTIONS", "/rooms/5")


@pytest.mark.parametrize("answer, method, path", [
    (Answer(201, {"status": "ok"}), "GET", "/healthz"),
    (Answer(200, {"status": "ok", "more": 1}), "GET", "/healthz"),
    (Answer(200, {}), "GET", "/healthz"),
    (Answer(200, {"status": "fine"}), "GET", "/healthz"),
    (Answer(200, {"status": "ok"}, "text/plain"), "GET", "/healthz"),
    (Answer(200), "GET", "/healthz"),
    (Answer(204, {}), "DELETE", "/rooms/5"),
    (Answer(403, problem(403, "sender_only"), contract.PROBLEM), "PUT", "/rooms/5"),
    (Answer(422, problem(422, "validation_failed"), contract.PROBLEM), "PUT", "/rooms/5"),
    (Answer(401, problem(401, "invalid_token"), contract.PROBLEM), "PUT", "/rooms/5"),
    (Answer(404, problem(404, "room_not_found"), contract.PROBLEM), "GET", "/no/such/path"),
    (Answer(404, problem(404, "room_not_found"), "application/json"), "PUT", "/rooms/5"),
    (Answer(200, {"status": "ok"}), "PATCH", "/healthz"),
], ids=["status", "member", "no member", "value", "type", "no body", "a body", "code", "no faults", "no challenge",
        "path", "type of a problem", "method"])
def test_what_is_not_documented_fails(answer, method, path):
    with pytest.raises(AssertionError):
        answer.check(method, path)


PONG = {"type": "pong", "payload": {"timestamp": None, "server_time_ms": 1}}


def changed(frame, **changes):
    """A copy with these members of the payload, or without where one is `...`."""
    made = copy.deepcopy(frame)
    made["payload"].update(changes)
    made["payload"] = {k: v for k, v in made["payload"].items() if v is not ...}
    return made


def test_documented_frames_pass():
    contract.check_frame("/ws?token=x", json.dumps(PONG))
    contract.check_frame("/ws", json.dumps({**PONG, "id": "a"}))
    contract.check_frame("/ws/chat/5/", json.dumps({"type": "pong", "server_time_ms": 1}))


@pytest.mark.parametrize("path, text", [
    ("/ws", json.dumps({**PONG, "type": "pang"})),
    ("/ws", json.dumps(changed(PONG, more=1))),
    ("/ws", json.dumps(changed(PONG, server_time_ms=...))),
    ("/ws", json.dumps(changed(PONG, server_time_ms="1"))),
    ("/ws", json.dumps({**PONG, "more": 1})),
    ("/ws", json.dumps({**PONG, "id": None})),
    ("/ws", '{"type":"pong","type":"pong","payload":{"timestamp":1,"server_time_ms":1}}'),
    ("/ws/chat/5", json.dumps(PONG)),
    ("/ws/nowhere/at/all", json.dumps(PONG)),
    ("/ws", json.dumps(PONG).encode()),
], ids=["type", "member", "no member", "mistyped", "beside the payload", "id", "twice", "shape", "channel", "bytes"])
def test_frames_that_are_not_documented_fail(path, text):
    with pytest.raises(AssertionError):
        contract.check_frame(path, text)


# -- the page ------------------------------------------------------------------------


def find_browser():
    browser = os.environ.get("PARLEY_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    assert browser, "these tests want Chromium"
    return browser


def test_the_page_shows_every_operation_and_frame_and_asks_no_other_host(server):
    read = run_node("read_docs.mjs", find_browser(), server.http, deadline=BROWSER_DEADLINE)
    assert read.returncode == 0, read.stdout + read.stderr
    seen = json.loads(read.stdout)
    openapi, asyncapi = contract.documents()
    assert seen["faults"] == [] and seen["foreign"] == []
    assert seen["home"] == "Parley"
    assert seen["operations"] == sum(len(methods) for methods in openapi["paths"].values())
    assert seen["health"].startswith("200")
    assert seen["channels"] == len(asyncapi["channels"])
    assert seen["frames"] == sum(len(channel["messages"]) for channel in asyncapi["channels"].values())
    assert json.loads(seen["pong"])["type"] == "pong"


def test_the_pages_fit_a_phone_a_tablet_and_a_desk(server, tmp_path):
    """With every operation and frame unfolded; what an address or a link names is not hidden by the bar."""
    read = run_node("read_widths.mjs", find_browser(), server.http, tmp_path, deadline=WIDTHS_DEADLINE)
    assert read.returncode == 0, read.stdout + read.stderr
    _, asyncapi = contract.documents()
    seen = json.loads(read.stdout)
    assert set(seen) == {"390", "768", "1280"}
    for width, found in seen.items():
        for page in ("home", "folded", "operations", "channels", "frames"):
            assert found[page] == {"overflow": 0, "beyond": []}, f"{page} at {width}"
        rows = found["buttons"]
        assert len(set(rows)) == 1, f"at {width} a button stands alone in a line: {rows}"
        assert found["filter"], f"the filter is cut off at {width}"
        assert found["links"] == [f"#channel-{name}" for name in asyncapi["channels"]]
        assert found["codes"] == CLOSE_CODES
        for link, where in found["clicked"].items():
            assert 0 <= where["below"] and (where["below"] <= 40 or where["atEnd"]), f"{link} at {width}: {where}"
