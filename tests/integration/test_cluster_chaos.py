"""A short run of script/cluster-chaos: clients on all nodes, a fault of each kind that this test has time for, and the checker
over what the clients saw."""

import asyncio
import pathlib
import sys

import pytest

import postgres

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "cluster_chaos"))

from run import Run, arguments, check  # noqa: E402  pylint: disable=wrong-import-position
from servers import Servers  # noqa: E402  pylint: disable=wrong-import-position

pytestmark = pytest.mark.skipif(not postgres.ASKED_FOR, reason="PARLEY_TEST_DATABASE is not postgres")


def test_faults_lose_and_double_and_reorder_nothing(tmp_path):
    said = []
    options = arguments(["--faults", "3", "--kinds", "kill,stop0.5,postgres", "--rooms", "3", "--visitors", "6",
                         "--readers", "2", "--quiet", "0.5"])
    servers = Servers(tmp_path, 3, with_network=False)
    try:
        run = Run(servers, options, said.append)
        run.make_people()
        asyncio.run(run.run())
    finally:
        servers.end()
    assert check(tmp_path, said.append), "\n".join(said)
    assert not run.problems, "\n".join(said + run.problems)
    assert run.faults.made == 3
