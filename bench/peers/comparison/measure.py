"""One run: a fresh server, parley-load against it, and what that found."""

import dataclasses
import json
import pathlib
import shutil
import subprocess
import tempfile
from typing import Optional

from .servers import ServerFault

GOOD = (0, 3)  # 3: the client was the limit, the figures hold as a lower bound
OVERTIME_S = 300  # opening 15,000 connections takes the slowest peer minutes


@dataclasses.dataclass
class Outcome:
    server: str
    scenario: str
    round: int
    command: list = dataclasses.field(default_factory=list)
    exit_code: Optional[int] = None  # parley-load's; None where it never ended
    fault: Optional[str] = None  # one line for people
    document: Optional[dict] = None  # what parley-load --json printed

    @property
    def good(self):
        return self.exit_code in GOOD and self.document is not None and self.fault is None

    def figure(self, key):
        """A number, or None where this run has none."""
        value = (self.document or {}).get("figures", {}).get(key)
        return value if isinstance(value, (int, float)) and not isinstance(value, bool) else None

    @property
    def client_limited(self):
        return self.exit_code == 3


def load_command(parley_load, scenario, server, running, folder):
    command = [parley_load, *scenario.command, "--url", f"ws://127.0.0.1:{running.port}", "--dialect",
               server.dialect(scenario), "--server-pid", running.pid, "--json", "--quiet"]
    if server.tokens(folder) is not None:
        command += ["--tokens", server.tokens(folder)]
    return [str(part) for part in command]


def drive(outcome, limit_s):
    """Runs `outcome.command` and notes what came of it."""
    try:
        done = subprocess.run(outcome.command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, text=True, errors="replace", timeout=limit_s, check=False)
    except subprocess.TimeoutExpired:
        outcome.fault = f"parley-load was not through after {limit_s:.0f} s"
        return
    outcome.exit_code = done.returncode
    try:
        outcome.document = json.loads(done.stdout)
    except ValueError:
        outcome.fault = "parley-load printed no document"
    if done.returncode not in GOOD:
        said = done.stderr.strip().splitlines()
        outcome.fault = said[0] if said else f"parley-load ended with status {done.returncode}"


def run_once(parley_load, scenario, server, number, limit_s):
    outcome = Outcome(server.name, scenario.name, number)
    scratch = pathlib.Path(tempfile.mkdtemp(prefix="parley-peers-"))
    folder = scratch / server.name
    try:
        running = server.start(scenario.crowd, folder)
        try:
            outcome.command = load_command(parley_load, scenario, server, running, folder)
            drive(outcome, limit_s + OVERTIME_S)
        finally:
            outcome.fault = running.stop() or outcome.fault
    except ServerFault as fault:
        outcome.fault = str(fault)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    return outcome
