"""What is done to the servers while people talk, and the supervisor that starts what ended."""

import asyncio
import contextlib
import signal
import time

#: Exit codes that a supervisor expects: the end of a drain, and of a node whose place was taken.
EXPECTED = {0, 75}

#: Seconds within which all nodes must be members again once a fault is over.
WHOLE = 60.0


class Faults:
    """`run` makes as many as asked for, one after another; after each the cluster must become whole again."""

    KINDS = ("kill", "stop0.5", "stop2", "stop30", "roll", "postgres", "failover", "link", "link-one-way", "from-database",
             "from-database-one-way", "cable")
    CUTS = {"link", "link-one-way", "from-database", "from-database-one-way", "cable"}
    RARE = {"stop30": 0.25, "roll": 0.5}

    def __init__(self, world, options, say):
        self.world, self.servers, self.lot = world, world.servers, world.lot
        self.options, self.say = options, say
        self.kinds = [k for k in options.kinds.split(",") if k] or list(self.KINDS)
        unknown = set(self.kinds) - set(self.KINDS)
        if unknown:
            raise SystemExit(f"no such fault: {', '.join(sorted(unknown))}")
        if not self.servers.network:
            self.kinds = [k for k in self.kinds if k not in self.CUTS]
        self.made = 0
        self.killed = set()  # names of nodes whose next end is ours
        self.problems = []

    async def run(self):
        weights = [self.RARE.get(kind, 1) for kind in self.kinds]
        for number in range(self.options.faults):
            # every kind that is asked for comes once, as far as there are faults for all
            kind = self.kinds[number] if number < len(self.kinds) else self.lot.choices(self.kinds, weights)[0]
            began = time.monotonic()
            await asyncio.gather(self.make(kind), *(self.make_late(self.lot.choice(self.kinds))
                                                    for _ in range(self.lot.random() < self.options.overlap)))
            fault_over = time.monotonic()
            await self.until_whole(kind)
            self.say(f"{self.made:4} {kind:22} {fault_over - began:5.1f} s, whole again after "
                     f"{time.monotonic() - fault_over:5.1f} s")
            await self.world.pause(self.lot.uniform(0.7, 1.3) * self.options.quiet)

    async def make(self, kind):
        await getattr(self, kind.rstrip("0123456789.").replace("-", "_"))(kind)
        self.made += 1

    async def make_late(self, kind):
        """A second one while the first one lasts, or just after it. Not of what it could not be told apart from."""
        await self.world.pause(self.lot.uniform(0, 2))
        if kind not in ("roll", "postgres", "failover"):
            self.say(f"     with {kind}")
            await self.make(kind)

    async def until_whole(self, kind):
        end = time.monotonic() + WHOLE
        names = sorted(self.servers.names)
        while True:
            members = None
            with contextlib.suppress(Exception):
                members = await asyncio.to_thread(self.servers.members)
            if members == names and len(self.servers.up()) == len(names):
                break
            if time.monotonic() > end:
                self.problems.append(f"not whole {WHOLE:.0f} s after {kind} (fault {self.made}): members {members}, "
                                     f"up {[node.name for node in self.servers.up()]}")
                break
            await self.world.pause(0.1)
        for node in self.servers.nodes:
            node.is_healthy = True

    async def tend(self):
        """Starts nodes that ended, as a supervisor does."""
        while not self.world.over.is_set():
            for node in self.servers.nodes:
                if node.is_wanted and node.process.poll() is not None:
                    self.note_end(node)
                    with contextlib.suppress(AssertionError):  # it cannot start yet: again
                        await asyncio.to_thread(self.start, node)
            await self.world.pause(0.1)

    def start(self, node):
        node.start()
        node.log.append(f"--- chaos: it runs as {node.process.pid}")

    def note_end(self, node):
        code = node.process.returncode
        node.log.append(f"--- chaos: it ended with {code} at {time.monotonic():.3f}")
        ours = node.name in self.killed
        self.killed.discard(node.name)
        never_ready = not node.places
        if not ours and not never_ready and code not in EXPECTED:
            self.problems.append(f"{node.name} ended with {code}:\n" + "\n".join(node.log[-30:]))

    async def fault(self, kind, nodes, work):
        """Tells the log of a fault and of the rooms that it concerns."""
        rooms = []
        for node in nodes:
            with contextlib.suppress(Exception):  # another fault may have the database
                rooms += await asyncio.to_thread(self.servers.rooms_of, node.name)
        for node in nodes:
            node.is_healthy = False
            node.log.append(f"--- chaos: {kind} at {time.monotonic():.3f}")
        began = time.monotonic()
        await work()
        self.world.tell("fault", kind=kind, rooms=sorted(rooms), nodes=[node.name for node in nodes], until=time.monotonic(),
                        at=began)

    def victim(self):
        return self.lot.choice(self.servers.nodes)

    async def kill(self, kind):
        node = self.victim()
        if node.process.poll() is not None:
            return

        async def work():
            node.is_wanted = False
            self.killed.add(node.name)
            node.process.kill()
            await asyncio.to_thread(node.process.wait, 30)
        await self.fault(kind, [node], work)
        await self.world.pause(self.lot.choice([0.0, 0.3, 3.0]))
        self.forget(node)
        node.is_wanted = True

    @staticmethod
    def forget(node):
        """The process has ended, and the harness need not know."""
        if node in type(node).running:
            type(node).running.remove(node)

    async def stop(self, kind):
        node = self.victim()

        async def work():
            node.process.send_signal(signal.SIGSTOP)
            await self.world.pause(float(kind.removeprefix("stop")))
            node.process.send_signal(signal.SIGCONT)
        await self.fault(kind, [node], work)
        await self.world.pause(1.0)  # it may need that to notice

    async def roll(self, kind):
        for node in self.servers.nodes:
            async def work(node=node):
                node.is_wanted = False
                node.process.send_signal(signal.SIGTERM)
                try:
                    code = await asyncio.to_thread(node.process.wait, 30)
                    if code != 0:
                        self.problems.append(f"{node.name} ended with {code} after SIGTERM:\n" + "\n".join(node.log[-30:]))
                except Exception as error:  # pylint: disable=broad-except
                    self.problems.append(f"{node.name} does not end: {error}")
                    node.process.kill()
                    node.process.wait(30)
            await self.fault(kind, [node], work)
            self.forget(node)
            node.change_program()
            node.is_wanted = True
            await self.until_whole(kind)
            await self.world.pause(0.5)

    async def postgres(self, kind):
        async def work():
            await asyncio.to_thread(self.servers.database.crash)
            await self.world.pause(self.lot.choice([0.0, 0.5, 2.0]))
            await asyncio.to_thread(self.servers.database.start_again)
        await self.fault(kind, [], work)

    async def failover(self, kind):
        """To a synchronous standby. The crashed one becomes the next standby before anything else happens."""
        await self.fault(kind, [], lambda: asyncio.to_thread(self.servers.fail_over))
        await asyncio.to_thread(self.servers.standby.follow, self.servers.database)
        while not await asyncio.to_thread(self.servers.database.is_followed):
            await self.world.pause(0.1)

    async def cuts(self, kind, nodes, pairs):
        network = self.servers.network

        async def work():
            for source, target in pairs:
                await asyncio.to_thread(network.cut, source, target)
            await self.world.pause(self.lot.uniform(1, self.options.longest))
            for source, target in pairs:
                await asyncio.to_thread(network.mend, source, target)
        await self.fault(kind, nodes, work)
        await self.world.pause(1.0)

    async def link(self, kind):
        one, other = self.lot.sample(self.servers.nodes, 2)
        await self.cuts(kind, [one, other], [(one.name, other.name), (other.name, one.name)])

    async def link_one_way(self, kind):
        one, other = self.lot.sample(self.servers.nodes, 2)
        await self.cuts(kind, [one, other], [(one.name, other.name)])

    async def from_database(self, kind):
        node = self.victim()
        await self.cuts(kind, [node], [pair for db in ("db", "db2") for pair in ((node.name, db), (db, node.name))])

    async def from_database_one_way(self, kind):
        node = self.victim()
        there = self.lot.random() < 0.5
        await self.cuts(kind, [node], [(node.name, db) if there else (db, node.name) for db in ("db", "db2")])

    async def cable(self, kind):
        node = self.victim()

        async def work():
            await asyncio.to_thread(self.servers.network.pull, node.name)
            await self.world.pause(self.lot.uniform(1, self.options.longest))
            await asyncio.to_thread(self.servers.network.plug, node.name)
        await self.fault(kind, [node], work)
        await self.world.pause(1.0)
