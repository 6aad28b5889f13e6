"""The application of /app as HTTP sees it. A server that was built without npm has none, and says so everywhere alike."""

import re

import httpx
import pytest

import expect
from harness import DEADLINE, REPOSITORY, Server

BUILT = (REPOSITORY / "web/app/dist/files.txt").exists()


def page_of(api, path="/app/"):
    """The answer that has the page; None where the build had no npm, and the answer is that."""
    said = api.get(path)
    if BUILT:
        assert said.status_code == 200
        return said
    expect.problem(said, 404, "not_found")
    return None


def test_the_door_has_a_link_exactly_if_the_application_is_there(api):
    assert ('href="/app/"' in api.get("/").text) == BUILT
    page_of(api)


@pytest.mark.parametrize("path", ["/app", "/app/", "/app/login", "/app/r/5", "/app/r/5?panel=members", "/app/no/such"])
def test_every_address_of_the_application_is_its_page(api, path):
    if said := page_of(api, path):
        assert said.headers["content-type"] == "text/html; charset=utf-8"
        assert said.headers["cache-control"] == "no-cache"
        assert '<div id="app">' in said.text


def test_assets_with_a_digest_in_their_name_may_be_kept_for_a_year(api):
    if page := page_of(api):
        found = re.findall(r'(?:src|href)="(/static/app/assets/[^"]+)"', page.text)
        assert found
        for path in found:
            said = api.get(path)
            assert said.status_code == 200, path
            assert said.headers["cache-control"] == "public, max-age=31536000, immutable"
            assert said.headers["content-encoding"] == "gzip"


def test_a_missing_asset_is_404_and_never_the_page(api):
    for path in ("/static/app/assets/index-00000000.js", "/app/x.js", "/app/assets/index-00000000.css", "/app/favicon.ico"):
        expect.problem(api.get(path), 404, "not_found")


def test_the_policy_of_the_page_lets_nothing_else_in(api):
    if page := page_of(api, "/app/r/5"):
        head = page.headers
        policy = dict(part.split(" ", 1) for part in head["content-security-policy"].split("; "))
        assert policy["script-src"] == policy["style-src"] == policy["connect-src"] == "'self'"
        for name in ("default-src", "frame-ancestors", "base-uri", "form-action"):
            assert policy[name] == "'none'"
        assert policy["require-trusted-types-for"] == "'script'" and policy["trusted-types"] == "vue"
        assert not re.search(r"unsafe|https?:|\*", head["content-security-policy"])
        assert head["cross-origin-opener-policy"] == "same-origin"
        assert "camera=()" in head["permissions-policy"]
        assert head["referrer-policy"] == "no-referrer"


def test_the_page_follows_the_base_path(tmp_path):
    with (Server(tmp_path / "data", {"http.base_path": "/chat"}) as server,
          httpx.Client(base_url=server.http, timeout=DEADLINE) as api):
        if page := page_of(api, "/chat/app/"):
            assert 'rel="start" href="/chat/"' in page.text
            assert not re.search(r'(?:src|href)="/static', page.text)
            for path in re.findall(r'(?:src|href)="(/chat/static/app/[^"]+)"', page.text):
                assert api.get(path).status_code == 200


def test_the_page_plays_films_of_listed_hosts_alone(tmp_path):
    hosts = ["media.example.org", "https://*.example.net:8443"]
    with (Server(tmp_path / "data", {"http.media_hosts": hosts}) as server,
          httpx.Client(base_url=server.http, timeout=DEADLINE) as api):
        if page := page_of(api, "/app/r/5"):
            policy = dict(part.split(" ", 1) for part in page.headers["content-security-policy"].split("; "))
            assert policy["media-src"] == "'self' blob: media.example.org https://*.example.net:8443"
            assert policy["img-src"] == "'self' blob: data:" and policy["connect-src"] == "'self'"
