"""Runs what README.md and docs/*.md show: every fenced block, in order, as a reader would type it.

A block in a page is one of

  sh        run in one shell a page. A `text` block below it is what it prints.
  console   `$ command` lines, each with what it prints below it.
  any other kept in a file, where a comment above it says `save: NAME`.

What cannot be so says why. Comments of this form are for the block below them, and invisible to readers:

  <!-- check-docs: skip: why -->          not run, not compared
  <!-- check-docs: save: smoke.toml -->   what the block holds is the content of this file
  <!-- check-docs: then: command -->      what is run after that
  <!-- check-docs: exit: 0 3 -->          the exit codes that its commands may have, in place of 0
  <!-- check-docs: with: A => B -->       B is run in place of A: fewer, shorter, another port. May be repeated
  <!-- check-docs: server -->             a fresh server runs from here on, until the end of the page

Shown and printed lines are compared by shape: times, tokens, numbers and their units count as equal, all else is as it
stands. `…` stands for any number of lines. A shown line may also be one of standard error.
"""

import dataclasses
import json
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import threading

from harness import BINARY, REPOSITORY, Server, clean_environment, soon
from proxies import free_port

#: Seconds that one command may take.
COMMAND_DEADLINE = 120.0
#: Seconds until a server that a page starts takes connections.
START_DEADLINE = 30.0
#: The port that the pages use.
SHOWN_PORT = "8000"

DIRECTIVE = re.compile(r"<!-- check-docs: (skip|save|then|exit|with|server)(?:: (.*?))? ?-->")
FENCE = re.compile(r"^\s*```(\w*)\s*$")
#: What differs from one run to the next, the longest first.
VARYING = [
    (re.compile(r"eyJ[\w-]+\.[\w-]+\.[\w-]+"), "<token>"),
    (re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z"), "<time>"),
    (re.compile(r"127\.0\.0\.1:\d+"), "<address>"),
    (re.compile(r"(?<![\w.])(?:[-+]?\d[\d,]*(?:\.\d+)?|–)(?:[eE][-+]?\d+)?k?"), "<n>"),
    (re.compile(r"<n> ?(?:/s|s|ms|µs|%|[KMG]iB|B|x(?: better| worse| not distinguishable)?)(?![\w])"), "<n>"),
    (re.compile(r"(?<=client_saturated)\s+(?:yes|no)"), " <depends on the machine>"),
    (re.compile(r"\s+"), " "),
]
SERVE_IN_BACKGROUND = re.compile(r"\bparley serve (?:[^\n]|\\\n)*&\s*$", re.MULTILINE)


def shape(line):
    """The line without what differs between two good runs."""
    for pattern, word in VARYING:
        line = pattern.sub(word, line)
    return line.strip()


def differs(shown, printed, aside=()):
    """None where `printed` (lines) is what `shown` promises, else the first shown line that did not come.

    A shown line that is missing among the printed ones may stand in `aside`, the lines of another stream.
    """
    wanted, came = [shape(line) for line in shown], [shape(line) for line in printed]
    spare = {shape(line) for line in aside}
    at = 0
    anywhere = False
    for number, line in enumerate(wanted):
        if line == "…":
            anywhere = True
            continue
        found = next((i for i in range(at, len(came)) if came[i] == line), None) if anywhere else \
            at if at < len(came) and came[at] == line else None
        if found is not None:
            at, anywhere = found + 1, False
        elif line not in spare:
            return shown[number]
    return None if anywhere or at == len(came) else f"nothing more, but there was: {printed[at]}"


@dataclasses.dataclass
class Block:
    """A fenced block of a page, with the comments above it."""

    page: str
    line: int
    language: str
    text: str
    directives: dict

    @property
    def place(self):
        return f"{self.page}:{self.line}"

    @property
    def lines(self):
        return self.text.splitlines()

    @property
    def exits(self):
        return {int(code) for code in self.directives.get("exit", "0").split()}

    def adapt(self, text):
        """`text` with what the comments say in place of what is shown."""
        for change in self.directives.get("with", ()):
            old, new = change.split(" => ")
            text = text.replace(old, new)
        return text


def parse(page, text):
    """The blocks of a page in their order. Directives gather until the next block."""
    blocks, waiting, opened = [], {}, None
    for number, line in enumerate(text.splitlines(), 1):
        fence = FENCE.match(line)
        if opened and fence:
            blocks.append(Block(page, opened[0], opened[1], "".join(part + "\n" for part in opened[2]), waiting))
            waiting, opened = {}, None
        elif opened:
            opened[2].append(line)
        elif fence:
            opened = (number, fence[1], [])
        for kind, value in [] if opened else DIRECTIVE.findall(line):
            if kind == "with":
                waiting.setdefault(kind, []).append(value)
            else:
                waiting[kind] = value
    assert opened is None, f"{page}:{opened and opened[0]}: the block has no end"
    return blocks


def split_session(block):
    """[(command, lines shown below it)] of a `console` block."""
    steps, going_on = [], False
    for line in block.lines:
        if line.startswith("$ "):
            steps.append((line[2:], []))
        elif going_on:
            steps[-1] = (steps[-1][0] + "\n" + line, steps[-1][1])
        else:
            assert steps, f"{block.place}: a console block begins with a command"
            steps[-1][1].append(line)
        going_on = (line.startswith("$ ") or going_on) and line.endswith("\\")
    return steps


class Shell:
    """One bash in a folder that looks like the repository after a build; all that it started ends with it."""

    def __init__(self, folder, port):
        self.folder, self.port, self.count = folder, port, 0
        self.notes = pathlib.Path(tempfile.mkdtemp(prefix="steps-"))
        release = folder / "build" / "release"
        release.mkdir(parents=True)
        for name, binary in (("parley", BINARY), ("parley-load", os.environ.get("PARLEY_LOAD"))):
            if binary:
                (release / name).symlink_to(binary)
        for name in ("config", "docs", "script"):
            (folder / name).symlink_to(REPOSITORY / name)
        path = f"/usr/bin:{os.environ.get('PATH', '/bin')}"
        self.process = subprocess.Popen(["bash", "--norc", "--noprofile"], cwd=folder, text=True,
                                        start_new_session=True,
                                        env=clean_environment({"PATH": path, "PYTHONUNBUFFERED": "1"}),
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)

    def localize(self, text):
        return text.replace(f"127.0.0.1:{SHOWN_PORT}", f"127.0.0.1:{self.port}") \
                   .replace(f"--port {SHOWN_PORT}", f"--port {self.port}")

    def run(self, command):
        """(exit code, lines of standard output, lines of standard error). The shell keeps variables and jobs."""
        self.count += 1
        script, out, err = (self.notes / f"{self.count}.{kind}" for kind in ("sh", "out", "err"))
        script.write_text(self.localize(command) + "\n")
        self.process.stdin.write(f". '{script}' </dev/null >'{out}' 2>'{err}'; echo $?\n")
        self.process.stdin.flush()
        answer = []
        reader = threading.Thread(target=lambda: answer.append(self.process.stdout.readline()), daemon=True)
        reader.start()
        reader.join(COMMAND_DEADLINE)
        printed, aside = (file.read_text(errors="replace").splitlines() if file.exists() else [] for file in (out, err))
        if not answer:
            self.end()
            printed.append(f"[no end within {COMMAND_DEADLINE} s]")
        elif SERVE_IN_BACKGROUND.search(command) and not self.becomes_served():
            aside = [*err.read_text(errors="replace").splitlines(), "[the server did not get ready]"]
            answer = [""]
        return int(answer[0]) if answer and answer[0].strip() else None, printed, aside

    def becomes_served(self):
        """Waits for a server that was put into the background; a reader's hands are slower than its start."""
        def is_served():
            with socket.socket() as probe:
                return probe.connect_ex(("127.0.0.1", self.port)) == 0

        try:
            soon(is_served, START_DEADLINE)
        except AssertionError:
            return False
        return True

    def end(self):
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self.process.wait()
        shutil.rmtree(self.notes, ignore_errors=True)


class Walk:
    """One page, from its first block to its last. `report` takes lines of text."""

    def __init__(self, page, report, folder):
        self.page, self.report, self.folder = page, report, pathlib.Path(folder)
        self.blocks = parse(page, (REPOSITORY / page).read_text())
        self.server = self.shell = None
        self.faults = []
        self.right = {}  # number of a line: what the block that begins there should hold

    def run(self):
        """True where all went as the page says."""
        try:
            follows = dict(zip((block.line for block in self.blocks), self.blocks[1:]))
            compared = set()
            for block in self.blocks:
                if block.line not in compared:
                    shown = follows.get(block.line)
                    has_output = shown and shown.language == "text" and "skip" not in shown.directives
                    if block.language == "sh" and "skip" not in block.directives and has_output:
                        compared.add(shown.line)
                    self.take(block, shown if has_output and block.language == "sh" else None)
            if self.shell:
                self.look_for_rubbish()
        finally:
            if self.shell:
                self.shell.end()
            if self.server:
                self.server.stop()
        return not self.faults

    def take(self, block, output):
        """Does what a block asks for; `output` is the block that shows what this one prints."""
        if "server" in block.directives and not self.server:
            self.server = Server(self.folder / "served", {"limits.rate_limiting": None, "auth.bcrypt_cost": None,
                                                          "auth.secret": None}).start()
        if "skip" in block.directives:
            self.report(f"skipped  {block.place}: {block.directives['skip']}")
        elif "save" in block.directives:
            (self.work() / block.directives["save"]).write_text(self.shell.localize(block.adapt(block.text)))
            if "then" in block.directives:
                self.step(block, block.directives["then"], None)
            self.report(f"saved    {block.place}: {block.directives['save']}")
        elif block.language in ("sh", "console"):
            before = len(self.faults)
            if block.language == "console":
                self.hold_session(block)
            else:
                came = self.step(block, block.text, output and output.lines)
                if came is not None:
                    self.right[output.line] = came
            self.report(f"{'ran' if len(self.faults) == before else 'FAILED':8} {block.place}")
        else:
            self.fault(block, "is neither run, saved, the output of an sh block above it, nor skipped with a reason")
            self.report(f"FAILED   {block.place}")

    def hold_session(self, block):
        lines = []
        for command, shown in split_session(block):
            came = self.step(block, command, shown)
            lines += [*f"$ {command}".splitlines(), *(shown if came is None else came)]
        if lines != block.lines:
            self.right[block.line] = lines

    def work(self):
        if not self.shell:
            self.shell = Shell(self.folder / "work", self.server.port if self.server else free_port())
        return self.shell.folder

    def step(self, block, command, shown):
        """Runs one command. `shown` are the lines that it is to print; None where the page shows none.

        Returns what it printed, where that is not what is shown and could stand there.
        """
        self.work()
        code, printed, aside = self.shell.run(block.adapt(command))
        said = "".join(f"\n    | {line}" for line in (*printed, *aside))
        if code not in block.exits:
            self.fault(block, f"exit code {code}, not {block.directives.get('exit', '0')}: {command}{said}")
        elif shown is not None:
            missing = differs(shown, printed, aside)
            if missing is not None:
                self.fault(block, f"shown, but not so: {missing}{said}")
                if "…" not in shown:
                    return [line.replace(f":{self.shell.port}", f":{SHOWN_PORT}") for line in printed]
        return None

    def look_for_rubbish(self):
        """What the commands of a page leave in the repository's folder is nothing to commit."""
        left = [path.name + ("/" if path.is_dir() else "") for path in self.shell.folder.iterdir()
                if not path.is_symlink()]
        asked = subprocess.run(["git", "-c", f"safe.directory={REPOSITORY}", "-C", str(REPOSITORY), "check-ignore",
                                "--no-index", "--stdin"], input="\n".join(left), capture_output=True, text=True,
                               check=False)
        if asked.returncode in (0, 1):  # else there is no repository
            self.faults += [f"{self.page}: leaves {name}, which .gitignore does not name"
                            for name in left if name not in asked.stdout.splitlines() and name != "build/"]

    def update(self):
        """Writes into the page what came in place of what is shown, where no `…` says that only some of it is."""
        lines = (REPOSITORY / self.page).read_text().splitlines()
        for block in reversed(self.blocks):
            if block.line in self.right:
                lines[block.line:block.line + len(block.lines)] = self.right[block.line]
        (REPOSITORY / self.page).write_text("\n".join(lines) + "\n")

    def fault(self, block, what):
        self.faults.append(f"{block.place}: {what}")


def pages():
    """README.md, then docs/*.md by name."""
    return ["README.md", *sorted(str(path.relative_to(REPOSITORY)) for path in (REPOSITORY / "docs").glob("*.md"))]


def walk(chosen, report, update=False):
    """Runs the pages one after the other; the faults of all. With `update`, wrong output is put right in the pages."""
    faults = []
    for page in chosen:
        with tempfile.TemporaryDirectory(prefix="docs-") as folder:
            one = Walk(page, report, folder)
            one.run()
            if update:
                one.update()
            faults += one.faults
    return faults
