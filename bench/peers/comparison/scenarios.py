"""The scenarios: what parley-load is told, and which figure stands for the outcome."""

import dataclasses

from .servers import Crowd


@dataclasses.dataclass(frozen=True)
class Figure:
    """One column of a scenario's table; `key` is a figure of parley-load's."""

    key: str
    title: str
    scale: float = 1
    digits: int = 1


P50 = Figure("p50_ms", "p50 ms", digits=2)
P99 = Figure("p99_ms", "p99 ms", digits=2)
CPU = Figure("server_cpu_us_per_delivery", "server CPU µs a delivery", digits=2)
DELIVERED = Figure("delivered_per_s", "deliveries k/s", 1e-3)


@dataclasses.dataclass(frozen=True)
class Scenario:
    name: str
    title: str
    command: tuple  # parley-load's subcommand and its flags
    crowd: Crowd
    figures: tuple  # the first one is what ratios are made of
    round_trips: bool = False  # each connection hears itself alone


def fan_out(name, title, rooms, members, flags, main=None):
    columns = (DELIVERED, CPU, P50, P99)
    if main is not None:
        columns = (main, *(figure for figure in columns if figure != main))
    return Scenario(name, title, ("fanout", "--rooms", rooms, "--members", members, *flags),
                    Crowd(rooms * members, rooms), columns)


def all_scenarios(quick, duration_s, warmup_s, connections):
    """`quick` asks for correctness only: a few connections for about a second."""
    members, rooms, ten, rate, trips = (20, 4, 5, 50, 10) if quick else (1000, 100, 10, 100, 100)
    crowded, churning = max(1, connections // 100), 20 if quick else 120
    timing = ("--duration", duration_s, "--warmup", warmup_s)
    return [
        fan_out("fanout-one", f"one room of {members}, closed loop, window 8", 1, members, ("--window", 8, *timing)),
        fan_out("fanout-many", f"{rooms} rooms of {ten}, closed loop, window 8", rooms, ten,
                ("--window", 8, *timing)),
        fan_out("fanout-rate", f"one room of {members}, open loop, {rate} messages/s", 1, members,
                ("--rate", rate, *timing), CPU),
        Scenario("round-trips", f"round trips, {trips} connections",
                 ("fanout", "--rooms", trips, "--members", 1, "--window", 1, *timing), Crowd(trips, trips),
                 (DELIVERED, CPU, P50, P99), round_trips=True),
        Scenario("idle", f"{connections:,} idle members of rooms of {connections // crowded}",
                 ("connect", "--connections", connections, "--rooms", crowded, "--hold", duration_s),
                 Crowd(connections, crowded),
                 (Figure("bytes_per_connection", "KB a connection", 1e-3, 2),
                  Figure("server_cpu_percent", "server CPU %", digits=2))),
        Scenario("handshakes", f"{churning} connections that leave their room of ten and come again",
                 ("connect", "--connections", churning, "--rooms", churning // 10, "--churn", *timing),
                 Crowd(churning, churning // 10),
                 (Figure("handshakes_per_s", "handshakes k/s", 1e-3, 2),
                  Figure("handshake_p99_ms", "p99 ms"))),
    ]
