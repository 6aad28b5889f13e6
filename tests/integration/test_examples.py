"""The examples of the requirements, word for word but for address and token, and Node and Python in one room."""

import asyncio
import os
import pathlib
import re
import shutil
import sys

import pytest

import expect
from clients import Api, Sockets
from harness import DEADLINE, clean_environment

HERE = pathlib.Path(__file__).parent
EXAMPLES = HERE / "examples"
EXAMPLE_ROOM = 2
NODE_MODULES = pathlib.Path(os.environ.get("PARLEY_NODE_MODULES") or HERE / "node_modules")


class Program:
    """A client program: lines go in and come out, both with a deadline."""

    def __init__(self, process):
        self.process = process
        self.lines = []

    @classmethod
    async def run(cls, *command, token):
        env = {**clean_environment(), "JWT_TOKEN": token, "NODE_PATH": str(NODE_MODULES), "PYTHONUNBUFFERED": "1",
               "PYTHONIOENCODING": "utf-8"}
        return cls(await asyncio.create_subprocess_exec(*map(str, command), env=env, stdin=asyncio.subprocess.PIPE,
                                                        stdout=asyncio.subprocess.PIPE,
                                                        stderr=asyncio.subprocess.STDOUT))

    def type(self, line):
        self.process.stdin.write(line.encode() + b"\n")

    async def until(self, text):
        """The first line from now on in which `text` stands."""
        async def look():
            while line := (await self.process.stdout.readline()).decode().rstrip("\n"):
                self.lines.append(line)
                if text in line:
                    return line
            raise AssertionError(f"ended without {text!r}: {self.lines}")

        try:
            return await asyncio.wait_for(look(), DEADLINE)
        except asyncio.TimeoutError:
            self.process.kill()
            raise AssertionError(f"no {text!r} within {DEADLINE} s: {self.lines}") from None

    async def ends(self):
        """Closes its standard input and returns what it said after the last `until`."""
        rest, _ = await asyncio.wait_for(self.process.communicate(b""), DEADLINE)
        assert self.process.returncode == 0, self.lines + rest.decode().splitlines()
        return rest.decode().splitlines()


def adapted(tmp_path, name, server, token):
    """The example with this server's address and a token of ours in the two places that it leaves to the reader."""
    source = (EXAMPLES / name).read_text()
    assert source.count("localhost:8000") == 1
    source = source.replace("localhost:8000", server.authority).replace("your_jwt_token_here", token)
    target = tmp_path / name
    target.write_text(source)
    return target


@pytest.fixture
def example(start_server):
    """A new server, whose room 2 has two members: (server, api, member, member)."""
    server = start_server()
    with Api(server) as api:
        one, two = api.register(), api.register()
        api.room(one)
        assert api.room(one, two) == EXAMPLE_ROOM
        yield server, api, one, two


@pytest.fixture
def node():
    found = shutil.which("node")
    assert found, "these tests want Node"
    assert (NODE_MODULES / "ws").is_dir(), "run `npm ci` in tests/integration first"
    return found


async def test_the_javascript_example_shows_what_the_room_hears(example, node, tmp_path):
    server, api, one, two = example
    sockets = Sockets(server)
    other = await sockets.chatting(EXAMPLE_ROOM, two)
    page = await Program.run(node, EXAMPLES / "browser.js", adapted(tmp_path, "chat_client.js", server, one.token),
                             token=one.token)
    await page.until("WebSocket连接成功")
    assert await page.until("连接确认:") == "连接确认: 连接成功"
    assert await page.until("用户加入:") == f"用户加入: {one.username}"

    page.type("sendMessage('从页面')")
    assert await page.until("消息内容:") == "消息内容: 从页面"
    heard = (await other.until("chat_message"))["message"]
    expect.chat_message(heard, content="从页面", message_type="text", sender=one.brief)
    assert f"消息ID: {heard['id']}" in page.lines

    page.type("sendTyping(true)")
    assert await other.until("typing") == {"type": "typing", "user": one.brief, "is_typing": True}
    await other.tell("typing", is_typing=True)
    assert await page.until("用户正在输入:") == f"用户正在输入: {two.username} true"

    by_http = api.say(two, EXAMPLE_ROOM, "by http")
    assert await page.until("消息内容:") == "消息内容: by http"
    assert f"消息ID: {by_http}" in page.lines
    page.type("sendMessage('')")
    assert re.fullmatch("错误: .+", await page.until("错误:"))
    await other.close()
    assert await page.until("用户离开:") == f"用户离开: {two.username}"
    assert "WebSocket连接关闭" in await page.ends()


async def test_the_javascript_example_is_told_of_a_missing_token(example, node, tmp_path):
    server, *_ = example
    page = await Program.run(node, EXAMPLES / "browser.js", adapted(tmp_path, "chat_client.js", server, ""), token="")
    await page.until("错误:")
    await page.until("WebSocket连接关闭")
    await page.ends()


async def test_the_python_example_runs_as_it_stands(example, tmp_path):
    server, api, one, two = example
    sockets = Sockets(server)
    other = await sockets.chatting(EXAMPLE_ROOM, two)
    script = await Program.run(sys.executable, adapted(tmp_path, "chat_client.py", server, one.token), token="")
    await script.until("WebSocket连接成功")
    line = await script.until("收到消息:")
    assert "'connection_established'" in line and f"'username': '{one.username}'" in line
    heard = (await other.until("chat_message"))["message"]
    expect.chat_message(heard, content="Hello WebSocket!", message_type="text", sender=one.brief)
    stored = api.get(f"/messages/{heard['id']}", user=two).json()
    assert stored["content"] == "Hello WebSocket!"
    assert await script.ends() == []
    await sockets.close()


async def test_node_and_python_chat_in_one_room(server, api, sockets, alice, bob, node):
    room = api.room(alice, bob)
    python = await sockets.joined(bob, room)
    talker = await Program.run(node, EXAMPLES / "talker.js", server.ws + "/ws", room, token=alice.token)
    await talker.until("joined")
    for text in ("hello", "как дела?", "😀" * 100):
        await python.tell("send_message", room_id=room, content=text)
        answer = (await python.until(lambda f: f["type"] == "room_message" and f["payload"]["sender_id"] == alice.id))
        expect.message(answer["payload"], content=f"you said: {text}", sender_username=alice.username)
    await python.tell("send_message", room_id=room, content="bye")
    assert await talker.until("closed") == "closed 1000"
    assert await talker.ends() == []
