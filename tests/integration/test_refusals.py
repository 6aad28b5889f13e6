"""What every route of /openapi.json says to a method, a type or a coding of a body that it does not take."""

import re

import pytest

import contract
import expect
from raw import Connection

PATHS = contract.documents()[0]["paths"]
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "TRACE", "CONNECT")

#: Whose body is read before its type is looked at, or whatever it is.
TAKES_ALL = {"revoke_token"}


def example(path):
    return re.sub(r"\{\w+\}", "1", path)


def methods_of(path):
    known = {method.upper() for method in PATHS[path]}
    return known | ({"HEAD"} if "GET" in known and "101" not in PATHS[path]["get"]["responses"] else set())


@pytest.mark.parametrize("path", PATHS)
def test_a_path_names_its_methods_to_another_one(server, path):
    known = methods_of(path)
    with Connection(server) as raw:
        for method in METHODS:
            if method in known:
                continue
            answer = raw.request(f"{method} {example(path)} HTTP/1.1").response(has_body=method != "HEAD")
            assert answer.status_code == 405, method
            assert known - {"OPTIONS"} <= set(answer.headers["allow"].split(", ")), method
        answer = raw.request(f"OPTIONS {example(path)} HTTP/1.1").response()
        assert answer.status_code == 204
        answer = raw.request(f"BREW {example(path)} HTTP/1.1").response()
        expect.problem(answer, 501, "method_not_allowed")


@pytest.mark.parametrize("path, method, operation", [
    (path, method.upper(), operation) for path, methods in PATHS.items() for method, operation in methods.items()
    if "requestBody" in operation])
def test_a_body_that_is_packed_is_415(server, admin, path, method, operation):
    with Connection(server) as raw:
        raw.request(f"{method} {example(path)} HTTP/1.1", f"Authorization: Bearer {admin.token}", "Content-Length: 2",
                    "Content-Encoding: gzip", f"Content-Type: {list(operation['requestBody']['content'])[0]}",
                    body=b"xx")
        answer = raw.response()
        expect.problem(answer, 415, "unsupported_media_type")
        assert answer.headers["accept-encoding"] == "identity"


@pytest.mark.parametrize("path, method, operation", [
    (path, method.upper(), operation) for path, methods in PATHS.items() for method, operation in methods.items()
    if operation.get("requestBody", {}).get("content", {}).keys() & {"application/json"}])
def test_a_body_of_another_type_is_415_with_those_that_are_taken(server, admin, path, method, operation):
    if operation["operationId"] in TAKES_ALL:
        return
    with Connection(server) as raw:
        raw.request(f"{method} {example(path)} HTTP/1.1", f"Authorization: Bearer {admin.token}", "Content-Length: 4",
                    "Content-Type: application/xml", body=b"<a/>")
        answer = raw.response()
        if answer.status_code == 404:  # who may not see the room is told that first
            return
        expect.problem(answer, 415, "unsupported_media_type")
        assert set(answer.headers["accept"].split(", ")) == set(operation["requestBody"]["content"])
