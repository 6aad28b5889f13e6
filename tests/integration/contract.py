"""Checks what the server says against its own /openapi.json and /asyncapi.json: what they do not list fails the test."""

import functools
import json
import tempfile
import urllib.parse
import urllib.request

import jsonschema

from harness import DEADLINE, Server

PROBLEM = "application/problem+json"


def read_json(text):
    """Parses strictly: no member twice, no NaN."""
    def members(pairs):
        made = dict(pairs)
        assert len(made) == len(pairs), f"a member stands twice in {text!r}"
        return made

    def refuse(word):
        raise AssertionError(f"{word} in {text!r}")

    return json.loads(text, object_pairs_hook=members, parse_constant=refuse)


class Schemas:
    """Validators of one document, each made once. None of the schemas refers to itself, so references are filled in."""

    def __init__(self, document):
        self.document = document
        self._resolved = {}
        self._made = {}

    def expand(self, part):
        if isinstance(part, list):
            return [self.expand(one) for one in part]
        if not isinstance(part, dict):
            return part
        reference = part.get("$ref")
        if reference is None:
            return {key: self.expand(value) for key, value in part.items()}
        if reference not in self._resolved:
            found = self.document
            for key in reference.removeprefix("#/").split("/"):
                found = found[key]
            self._resolved[reference] = self.expand(found)
        return self._resolved[reference]

    def check(self, key, schema, value):
        """`key` names the schema for good; fails with what is wrong and where."""
        validator = self._made.get(key)
        if validator is None:
            validator = self._made[key] = jsonschema.Draft202012Validator(self.expand(schema))
        if validator.is_valid(value):
            return
        fault = jsonschema.exceptions.best_match(validator.iter_errors(value))
        place = "/".join(str(step) for step in fault.absolute_path)
        raise AssertionError(f"{key} does not allow {value!r}: {fault.message} (at /{place})")


class Paths:
    """Finds the template of a path as the server does: literal segments first, `%2F` is data."""

    def __init__(self, templates):
        """`templates` maps each template to the names of its parameters that take slashes."""
        self.templates = [(self._split(one), slashes, one) for one, slashes in templates.items()]
        self.templates.sort(key=lambda one: [step.startswith("{") for step in one[0]])

    @staticmethod
    def _split(path):
        return path.removesuffix("/").split("/")[1:]

    def find(self, path):
        for steps, slashes, template in self.templates:
            if self._fits(steps, slashes, path):
                return template
        return None

    def _fits(self, steps, slashes, path):
        given = self._split(path)
        if steps and steps[-1].strip("{}") in slashes:
            rest = path.split("/")[len(steps):]
            return given[:len(steps) - 1] == steps[:-1] and "/".join(rest) != ""
        return len(given) == len(steps) and all(
            one != "" if step.startswith("{") else urllib.parse.unquote(one) == step for one, step in zip(given, steps))


class HttpContract:
    def __init__(self, document):
        self.document = document
        self.schemas = Schemas(document)
        self.operations = {path: {method.upper(): self.schemas.expand(operation)
                                  for method, operation in methods.items()}
                           for path, methods in document["paths"].items()}
        self.any_request = self.schemas.expand(document["components"]["responses"]["any_request"])
        self.paths = Paths({path: {one["name"] for operation in methods.values()
                                   for one in operation.get("parameters", []) if one.get("x-takes-slashes")}
                            for path, methods in self.operations.items()})

    def check(self, method, path, status, headers, read_body):
        """`headers` has lower-case names or ignores case; `read_body` gives the body's text where it is needed."""
        template = self.paths.find(path)
        key = f"{method} {template or path} {status}"
        if template is None:
            return self._check_refusal(key, {404: "not_found"}, status, headers, read_body, method)
        methods = self.operations[template]
        operation = methods.get(method) or (methods.get("GET") if method == "HEAD" else None)
        if operation is None and method == "OPTIONS":
            assert status == 204 and "allow" in headers, f"{key}: {headers}"
            return None
        if operation is None:
            return self._check_refusal(key, {405: "method_not_allowed"}, status, headers, read_body, method)
        documented = operation["responses"].get(str(status))
        if documented is None:
            return self._check_answer(key, self.any_request, headers, read_body, method)
        return self._check_answer(key, documented, headers, read_body, method)

    def _check_refusal(self, key, expected, status, headers, read_body, method):
        if status not in expected:
            return self._check_answer(key, self.any_request, headers, read_body, method)
        assert media_type(headers) == PROBLEM, f"{key} is {headers.get('content-type')}"
        if method != "HEAD":
            document = read_json(read_body())
            self.schemas.check("Problem", {"$ref": "#/components/schemas/Problem"}, document)
            assert document["code"] == expected[status], f"{key} has the code {document['code']}"
        return None

    def _check_answer(self, key, documented, headers, read_body, method):
        for name, header in documented.get("headers", {}).items():
            assert name.lower() in headers or not header.get("required"), f"{key} lacks {name}"
        contents = documented.get("content")
        if contents is None:
            assert "content-type" not in headers, f"{key} has a body that is not documented"
            return
        media = media_type(headers)
        allowed = next((one for one in contents if fits_media(one, media)), None)
        assert allowed is not None, f"{key} is {media}, which is not documented: {read_body()[:500]!r}"
        if allowed.endswith("json") and method != "HEAD":
            self.schemas.check(f"{key} {allowed}", contents[allowed]["schema"], read_json(read_body()))


def media_type(headers):
    return headers.get("content-type", "").split(";")[0].strip()


def fits_media(pattern, media):
    kind, _, rest = pattern.partition("/")
    return media != "" and (pattern == media or pattern == "*/*" or (rest == "*" and media.startswith(kind + "/")))


class FrameContract:
    def __init__(self, document):
        self.document = document
        self.schemas = Schemas(document)
        self.channels = {}
        for channel in document["channels"].values():
            said = {message["name"]: message["payload"] for key, message in channel["messages"].items()
                    if key.startswith("server.")}
            self.channels[channel["address"]] = said
        self.paths = Paths({channel["address"]: {name for name, one in channel.get("parameters", {}).items()
                                                 if one.get("x-takes-slashes")}
                            for channel in document["channels"].values()})

    def check(self, path, data):
        """`data` is what one frame of the server held, a str or bytes."""
        address = self.paths.find(path.partition("?")[0])
        assert address is not None, f"{path} is no documented channel"
        said = self.channels[address]
        if "any" in said:
            return
        assert isinstance(data, str), f"{address} sent bytes"
        frame = read_json(data)
        kind = frame.get("type")
        assert kind in said, f"{address} does not list a frame of the type {kind!r}: {data}"
        self.schemas.check(f"{address} {kind}", said[kind], frame)


@functools.cache
def documents():
    """Both documents as a server of this build gives them: (openapi, asyncapi)."""
    with tempfile.TemporaryDirectory() as folder, Server(folder) as server:
        texts = []
        for name in ("/openapi.json", "/asyncapi.json"):
            with urllib.request.urlopen(server.http + name, timeout=DEADLINE) as answer:
                texts.append(read_json(answer.read()))
        return tuple(texts)


@functools.cache
def http_contract():
    return HttpContract(documents()[0])


@functools.cache
def frame_contract():
    return FrameContract(documents()[1])


def check_response(response):
    """A hook of httpx: each answer is documented, down to the members of its body."""
    def read_body():
        response.read()
        return response.text

    path = response.request.url.raw_path.decode().partition("?")[0]
    # Of uploads, a POST may mean another method.
    method = response.request.headers.get("X-HTTP-Method-Override", response.request.method) if "/uploads" in path \
        else response.request.method
    http_contract().check(method, path, response.status_code, response.headers, read_body)


def check_frame(path, data):
    frame_contract().check(path, data)
