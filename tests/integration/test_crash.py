"""kill -9 at random moments: a message that was answered with an id is in the database, once, every time."""

import asyncio
import os
import random
import signal
import threading
import time

from crowd import SENDERS, Crowd
from harness import Server

#: Lives of the server, each ended by SIGKILL. `PARLEY_CRASHES=200` is the long form.
CRASHES = int(os.environ.get("PARLEY_CRASHES", "10"))


async def kill(crowd):
    crowd.server.process.kill()


def kill_amid_drain(moment):
    """SIGTERM, then SIGKILL that many seconds later, where it is still there."""
    async def end(crowd):
        crowd.server.process.send_signal(signal.SIGTERM)
        await asyncio.to_thread(threading.Event().wait, moment)
        crowd.server.process.kill()
    return end


def test_no_acknowledged_message_is_lost_or_doubled_over_many_crashes(tmp_path):
    seed = int(os.environ.get("PARLEY_CRASH_SEED", "20"))
    dice = random.Random(seed)
    server = Server(tmp_path / "data")
    crowd = Crowd(server, tmp_path)
    starting = draining = 0
    for life in range(CRASHES):
        began = time.monotonic()
        server.start()
        took = time.monotonic() - began
        crowd.check()
        how = dice.choice(["load", "load", "drain"])
        draining += how == "drain"
        end = kill if how == "load" else kill_amid_drain(dice.uniform(0, 0.4))
        asyncio.run(crowd.speak_until(life, dice.randint(1, 600), end))
        server.kill()
        if dice.random() < 0.3:  # and once more while it starts, amid its repair of the database
            starting += 1
            server.launch()
            threading.Event().wait(dice.uniform(0, took))
            server.kill()
    server.start()
    crowd.check()
    server.stop()
    assert len(crowd.acknowledged) > CRASHES * SENDERS
    print(f"seed {seed}: {CRASHES} crashes under load ({draining} of them amid a drain) and {starting} amid a start; "
          f"{len(crowd.acknowledged)} acknowledged messages, {crowd.repeated} repeated, "
          f"{len(crowd.upload.videos)} uploads")
