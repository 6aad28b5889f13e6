"""Fixtures: a server for the whole run, its HTTP client, WebSocket clients that are closed after each test."""

import asyncio
import contextlib
import inspect

import pytest

from clients import Api, Sockets
from harness import Server, run_parley

#: Seconds that one asynchronous test may take in all.
TEST_DEADLINE = 90.0


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem):
    """Runs `async def` tests on a loop of their own, under a deadline, and closes the sockets that they opened."""
    if not inspect.iscoroutinefunction(pyfuncitem.obj):
        return None
    arguments = {name: pyfuncitem.funcargs[name] for name in pyfuncitem._fixtureinfo.argnames}

    async def run():
        try:
            await asyncio.wait_for(pyfuncitem.obj(**arguments), TEST_DEADLINE)
        finally:
            for value in arguments.values():
                if isinstance(value, Sockets):
                    await value.close()

    asyncio.run(run())
    return True


def pytest_make_parametrize_id(val):
    """Long texts are named by their beginning and length."""
    return f"{val[:8]}… of {len(val)}" if isinstance(val, (str, bytes)) and len(val) > 48 else None


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    """A failed test shows what the servers that were up said."""
    outcome = yield
    report = outcome.get_result()
    if report.failed:
        for server in Server.running:
            report.sections.append((f"stderr of {' '.join(server.command)}", server.log_text()))


@pytest.fixture(scope="session")
def server(tmp_path_factory):
    with Server(tmp_path_factory.mktemp("data")) as running:
        yield running


@pytest.fixture(scope="session")
def api(server):
    with Api(server) as client:
        yield client


@pytest.fixture(scope="session")
def admin(server, api):
    """A user who was promoted while the server runs."""
    user = api.register()
    done = run_parley("user", "promote", user.username, "--data-dir", server.data_dir)
    assert done.returncode == 0, done.stderr
    return user


@pytest.fixture
def sockets(server):
    return Sockets(server)


@pytest.fixture
def start_server(tmp_path):
    """Starts servers with settings of a test's own: `start_server({"auth.access_minutes": 1})`."""
    started = []

    def start(settings=None, data_dir=None, **more):
        one = Server(data_dir or tmp_path / f"data{len(started)}", settings, **more)
        started.append(one)
        return one.start()

    yield start
    with contextlib.ExitStack() as ends:  # one that does not stop as it should holds up none of the others
        for one in started:
            ends.callback(stop_if_running, one)


def stop_if_running(server):
    if server.process and server.process.poll() is None:
        server.stop()


@pytest.fixture(scope="session")
def users(api):
    """Three users whom tests may use but not change: `alice`, `bob` and `carol`."""
    return [api.register() for _ in range(3)]


@pytest.fixture(scope="session")
def alice(users):
    return users[0]


@pytest.fixture(scope="session")
def bob(users):
    return users[1]


@pytest.fixture(scope="session")
def carol(users):
    return users[2]
