"""The examples of the requirements, word for word but for address and token, and Node and Python in one room."""

import asyncio
import json
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
    async def run(cls, *command, token, page=None):
        env = {**clean_environment(), "JWT_TOKEN": token, "NODE_PATH": str(NODE_MODULES), "PYTHONUNBUFFERED": "1",
               "PYTHONIOENCODING": "utf-8", "PAGE": json.dumps(page or {})}
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


def readdressed(tmp_path, name, server):
    """The example with this server in place of the hosts that its text names."""
    source, places = re.subn(r"(?:https://api|ws://ws)\.localhost|ws://localhost:8000",
                             lambda found: server.http if found[0].startswith("https") else server.ws,
                             (EXAMPLES / name).read_text())
    assert places
    target = tmp_path / name
    target.write_text(source)
    return target


def frame_in(line):
    """The JSON that follows the words of a line."""
    return json.loads(line[line.index("{"):])


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


# -- known and anonymous clients, tasks ----------------------------------------------------------


@pytest.fixture
def known(server, api):
    """The user of the examples, who signs in by e-mail: (id, username)."""
    form = {"email": "user@example.com", "password": "password123"}
    signed_in = api.login(form["email"], form["password"])
    if signed_in.status_code != 200:
        name = api.unique_name("known")
        assert api.post("/users/", json={"username": name, **form}).status_code == 201
        signed_in = api.login(form["email"], form["password"])
    who = api.get("/users/me", user=signed_in.json()["access_token"]).json()
    return {"id": who["id"], "username": who["username"]}


async def test_the_javascript_example_of_a_known_client_says_hello(server, known, node, tmp_path):
    page = await Program.run(node, EXAMPLES / "browser.js", readdressed(tmp_path, "known_client.js", server),
                             "connectWebSocket().then((socket) => { globalThis.ws = socket; })", token="")
    await page.until("WebSocket соединение установлено")
    connected = frame_in(await page.until("Получено сообщение:"))
    assert connected["type"] == "connected" and connected["auth_status"] == "authenticated"
    assert connected["user_id"] == known["id"] and re.fullmatch(r"\d+", connected["client_id"])
    assert frame_in(await page.until("Получено сообщение:")) == {
        "type": "hello", "message": "Привет, сервер!", "client_id": connected["client_id"], "user": known}
    assert "Соединение закрыто корректно, код=1005 причина=" in await page.ends()


async def test_the_python_example_of_a_known_client_says_hello(server, known, tmp_path):
    script = await Program.run(sys.executable, readdressed(tmp_path, "known_client.py", server), token="")
    await script.until("WebSocket соединение установлено")
    connected = frame_in(await script.until("Получено сообщение:"))
    assert connected["type"] == "connected" and connected["user_id"] == known["id"]
    assert await script.ends() == []


@pytest.mark.parametrize("name, status", [("task_watcher.js", "authenticated"), ("task_guest.js", "guest")])
async def test_the_javascript_examples_of_a_task_watch_it(server, api, alice, bob, node, tmp_path, name, status):
    task = f"upload_{status}"
    page = await Program.run(node, EXAMPLES / "browser.js", readdressed(tmp_path, name, server),
                             "ws.onmessage = (event) => console.log(event.data);", token="",
                             page={"connectionId": task, "jwtToken": bob.token})
    assert frame_in(await page.until("connected")) == {
        "type": "connected", "message": "WebSocket连接成功", "connection_id": task,
        "user_id": bob.id if status == "authenticated" else 1, "auth_status": status}
    published = api.post("/realtime/tasks", user=alice, json={"connection_id": task, "status": "running"})
    assert published.status_code == 200, published.text
    assert frame_in(await page.until("task_status"))["status"] == "running"
    assert await page.ends() == []


async def test_node_gets_texts_and_bytes_back(server, node):
    echo = await Program.run(node, EXAMPLES / "echo.js", server.ws + "/ws/test/node", token="")
    assert frame_in(await echo.until("text"))["type"] == "test"
    assert await echo.until("text") == "text text"
    assert await echo.until("binary") == "binary 00ff"
    assert await echo.until("binary") == "binary "
    assert await echo.until("closed") == "closed 1000"
    assert await echo.ends() == []
