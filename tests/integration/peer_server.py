"""A WebSocket server of the tests' own, in a thread, from the beginning of its context to the end."""

import asyncio
import threading

import websockets

from harness import DEADLINE


class PeerServer:
    """`url` is known inside the context. A subclass has `_member(socket, path)`, which serves one connection."""

    def __init__(self, **options):
        self._options = options  # of websockets.serve
        self._ready = threading.Event()
        self._loop = None
        self._end = None
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()), daemon=True)

    def __enter__(self):
        self._thread.start()
        assert self._ready.wait(DEADLINE)
        return self

    def __exit__(self, *_):
        self._loop.call_soon_threadsafe(self._end.set)
        self._thread.join(DEADLINE)

    async def _serve(self):
        self._loop, self._end = asyncio.get_running_loop(), asyncio.Event()
        async with websockets.serve(self._member, "127.0.0.1", 0, ping_interval=None, **self._options) as server:
            self.url = f"ws://127.0.0.1:{server.sockets[0].getsockname()[1]}"
            self._ready.set()
            await self._end.wait()
