"""A small chat server of the tests' own, in a thread: what it does wrong on purpose, parley-load must count."""

import json
import threading

import websockets

from peer_server import PeerServer

#: How parley-load is told to speak to it.
DIALECT = """
name = "peer"
path = "/room/{room}"
publish = '{"say":"{content}"}'
id_key = "n"
errors = ['"fault"']
code_key = "fault"

[[first]]
send = '{"hello":{member}}'
expect = '"welcome"'

[heartbeat]
seen = '"tick"'
whole = false
answer = '{"tock":true}'
"""


class RoomsPeer(PeerServer):
    """`spoil(number, text)` answers with the texts to send to a member in place of the `number`-th delivery's."""

    def __init__(self, spoil=None):
        super().__init__()
        self.spoil = spoil or (lambda number, text: [text])
        self.spoken = threading.Event()  # somebody said something
        self.addresses, self.paths, self.tocks, self.messages, self.deliveries = set(), set(), 0, 0, 0
        self._rooms = {}

    async def _member(self, socket, path):
        self.addresses.add(socket.remote_address[0])
        self.paths.add(path)
        room = self._rooms.setdefault(path, [])
        try:
            async for text in socket:
                frame = json.loads(text)
                if "hello" in frame:
                    room.append(socket)
                    await socket.send('{"welcome":true}')
                    await socket.send('{"tick":1}')
                elif "tock" in frame:
                    self.tocks += 1
                else:
                    await self._say(room, frame["say"])
        except websockets.ConnectionClosed:
            pass
        finally:
            if socket in room:
                room.remove(socket)

    async def _say(self, room, content):
        self.messages += 1
        text = json.dumps({"n": self.messages, "text": content})
        for socket in list(room):
            self.deliveries += 1
            for each in self.spoil(self.deliveries, text):
                try:
                    await socket.send(each)
                except websockets.ConnectionClosed:
                    break
        self.spoken.set()
