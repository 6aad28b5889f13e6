"""Clients on all nodes of a cluster, faults by a seed, and the checker over what the clients saw. script/cluster-chaos --help."""

import argparse
import asyncio
import pathlib
import random
import signal
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "integration")]

from clients import Api  # noqa: E402
from faults import Faults  # noqa: E402
from harness import REPOSITORY  # noqa: E402
from people import Editor, Log, Owner, Reader, Speaker, Visitor, World, http  # noqa: E402
from servers import Servers, why_no_network  # noqa: E402

#: Seconds within which everybody must be back in its rooms and have heard everything once the faults are over.
REST = 30.0


class Run:
    """One run: people, faults, rest, the end state. Its folder holds history.ndjson, stored.ndjson and the nodes' logs."""

    def __init__(self, servers, options, say=print):
        self.servers, self.options, self.say = servers, options, say
        self.lot = random.Random(options.seed)
        self.history = servers.folder / "history.ndjson"
        self.log = Log(self.history)
        self.world = World(servers, self.lot, self.log)
        self.faults = Faults(self.world, options, say)
        self.speakers, self.listeners, self.others = [], [], []
        self.problems = []

    def make_people(self):
        """Everybody is a member of everything that it needs; an owner and a clock for each room, the rest by lot."""
        options, world = self.options, self.world
        with Api(self.servers.nodes[0]) as api:
            owners = [api.register() for _ in range(options.rooms)]
            visitors = [api.register() for _ in range(options.visitors)]
            readers = [api.register() for _ in range(options.readers)]
            outcast, self.auditor = api.register(), api.register()
            self.rooms = []
            for i, owner in enumerate(owners):  # each is asked for at another node first, which becomes its home
                with Api(self.servers.nodes[i % len(self.servers.nodes)]) as there:
                    room = there.room(owner, *visitors, *readers, outcast, self.auditor, join_policy="open", history="all")
                    there.say(owner, room, "the room is open")
                self.rooms.append(room)
                for user in (owner, *visitors, *readers, outcast, self.auditor):
                    world.tell("added", user=user.id, room=room)
                self.speakers.append(Speaker(world, owner, room, options.interval))
        for i, user in enumerate(visitors):
            if i < max(1, len(visitors) // 5):
                self.others.append(Editor(world, user, self.rooms[i % len(self.rooms)], 4 * options.interval))
            else:
                some = self.lot.sample(self.rooms, self.lot.randint(1, min(4, len(self.rooms))))
                self.listeners.append(Visitor(world, user, some, 2.5 * options.interval))
        for i, user in enumerate(readers):
            self.listeners.append(Reader(world, user, self.rooms[i % len(self.rooms)], 4 * options.interval))
        self.listeners.append(Visitor(world, outcast, [self.rooms[0]], options.interval))
        self.others.append(Owner(world, owners[0], self.rooms[0], outcast))

    async def run(self):
        started = time.monotonic()
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, asyncio.current_task().cancel)
        talking = [asyncio.create_task(one.run()) for one in (*self.speakers, *self.others)]
        listening = [asyncio.create_task(one.run()) for one in self.listeners]
        tending = asyncio.create_task(self.faults.tend())
        try:
            await self.world.pause(self.options.quiet)
            await self.faults.run()
            self.world.writing.set()
            await asyncio.wait_for(asyncio.gather(*talking), REST)
            await self.rest()
            for task in (*talking, *listening, tending):
                if task.done() and not task.cancelled() and task.exception():
                    raise task.exception()
        finally:
            self.world.writing.set()
            self.world.over.set()
            for task in (*talking, *listening, tending):
                task.cancel()
            await asyncio.gather(*talking, *listening, tending, return_exceptions=True)
            self.log.close()
        self.store()
        self.problems += self.faults.problems
        self.say(f"{time.monotonic() - started:.0f} s, {self.faults.made} faults")

    async def rest(self):
        """A last message in each room, which everybody must hear; then who is there, by each node's word."""
        wanted = [(x, room) for x in self.listeners for room in getattr(x, "rooms", [getattr(x, "room", None)])]
        await self.until(lambda: all(not x.pending for x in self.listeners), "messages that nobody answers")
        await self.until(lambda: all(room in x.joined for x, room in wanted), "not everybody gets into its rooms again")
        lasts = {}
        for one in self.speakers:
            lasts[one.room] = await one.say("the last one")
        await self.until(lambda: all(room in x.joined and x.last.get(room, 0) >= lasts[room] for x, room in wanted),
                         "not everybody hears the last message of its rooms")
        for one, room in wanted:
            if room in one.joined:
                self.world.tell("settled", c=one.connection, room=room, upto=lasts[room], changes=True)
            else:
                self.problems.append(f"{one.name} did not get into room {room} again")
        await asyncio.gather(*(self.count(node, room) for node in self.servers.nodes for room in self.rooms))

    async def until(self, condition, complaint):
        end = time.monotonic() + REST
        while not condition():
            if time.monotonic() > end:
                self.problems.append(complaint)
                return
            await self.world.pause(0.05)

    async def count(self, node, room):
        """By a node's word, as it is within some leases."""
        expected = sorted({x.user.id for x in self.listeners if room in x.joined})
        shown = None
        end = time.monotonic() + 5
        while time.monotonic() < end:
            try:
                status, body = await http(node, "GET", f"/rooms/{room}", self.auditor.token)
                shown = body["active_users"] if status == 200 else body
            except OSError as error:
                shown = str(error)
            if shown == len(expected):
                break
            await self.world.pause(0.1)
        if shown != len(expected):
            self.problems.append(f"presence: {node.name} says of room {room} that {shown} are there, and {expected} are")

    def store(self):
        """What the database holds in the end."""
        with open(self.servers.folder / "stored.ndjson", "w", encoding="utf-8") as file:
            for [line] in self.servers.database.rows(
                    "SELECT json_build_object('what', 'stored', 'id', id, 'room', room_id, 'user', sender_id, 'key',"
                    " client_msg_id, 'content', content, 'deleted', deleted <> 0) FROM messages ORDER BY id"):
                file.write(line + "\n")


def check(folder, say=print):
    """Whether script/check-history finds nothing."""
    done = subprocess.run([sys.executable, REPOSITORY / "script" / "check-history", "--pauses", folder / "history.ndjson",
                           folder / "stored.ndjson"], capture_output=True, text=True, check=False)
    say(done.stdout + done.stderr)
    return done.returncode == 0


def arguments(words=None):
    parser = argparse.ArgumentParser(prog="script/cluster-chaos", description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--faults", type=int, default=20, help="how many (20)")
    parser.add_argument("--kinds", default="", help=f"of these alone, by commas; known: {', '.join(Faults.KINDS)}")
    parser.add_argument("--nodes", type=int, default=3)
    parser.add_argument("--rooms", type=int, default=6)
    parser.add_argument("--visitors", type=int, default=15, help="users on /ws; a fifth of them edit over HTTP instead")
    parser.add_argument("--readers", type=int, default=6, help="users on /ws/chat/")
    parser.add_argument("--interval", type=float, default=0.1, help="seconds between two messages of a room's owner")
    parser.add_argument("--quiet", type=float, default=2.0, help="seconds between two faults")
    parser.add_argument("--longest", type=float, default=10.0, help="seconds that a cut lasts at most; at least 1 (10)")
    parser.add_argument("--overlap", type=float, default=0.0, metavar="SHARE",
                        help="of the faults, so many meet a second one (0)")
    parser.add_argument("--no-network", action="store_true", help="all on loopback; no cables are cut")
    parser.add_argument("--folder", help="keep logs and history there (a temporary folder)")
    parser.add_argument("--from", dest="program", metavar="FILE",
                        help="the server of another release: all nodes begin as it, and each roll changes the release of one "
                             "after the other")
    parser.add_argument("--set", action="append", default=[], metavar="KEY=VALUE", help="a setting of all nodes")
    return parser.parse_args(words)


def main():
    options = arguments()
    reason = "it was asked for" if options.no_network else why_no_network()
    if reason:
        print(f"all on loopback, no cables are cut: {reason}")
    folder = pathlib.Path(options.folder or tempfile.mkdtemp(prefix="parley-chaos-"))
    servers = Servers(folder, options.nodes, not reason, dict(x.split("=", 1) for x in options.set),
                      with_standby="failover" in (options.kinds or "failover"), program=options.program)
    try:
        run = Run(servers, options, lambda text: print(text, flush=True))
        run.make_people()
        asyncio.run(run.run())
    finally:
        servers.end()
    sound = check(folder)
    for problem in run.problems:
        print(f"problem: {problem}")
    print(f"seed {options.seed}; history and logs: {folder}")
    return 0 if sound and not run.problems else 1


if __name__ == "__main__":
    sys.exit(main())
