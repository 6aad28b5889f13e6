#!/usr/bin/python3
"""The chat of the requirement documents on the stack that they name: FastAPI, SQLAlchemy on aiosqlite, JWT, Pydantic.

/ws/chat/{room_id}/?token=… checks the token and the membership, stores each message with an INSERT and a commit of its
own, and then sends it to one member after the other. /ws/test/{connection_id} returns every frame. All settings of
SQLite are the defaults, as in the documents. What the server needs in its database is laid out at the start: users 2
to N + 1, rooms 1 to R, user k (from 0) a member of room 1 + k mod R, as `parley fixtures` does it.
"""

import argparse
import asyncio
import datetime
import json
import pathlib
import secrets
import socket
import tempfile
from typing import Literal, Union

import jwt
import uvicorn
from fastapi import FastAPI, WebSocket, WebSocketDisconnect
from pydantic import BaseModel, ValidationError, parse_raw_as
from sqlalchemy import Boolean, Column, DateTime, ForeignKey, Integer, String, Text, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine
from sqlalchemy.orm import declarative_base, sessionmaker

ALGORITHM = "HS256"
FIRST_USER = 2  # 1 is `anonymous`

Base = declarative_base()


class User(Base):
    __tablename__ = "users"
    id = Column(Integer, primary_key=True)
    username = Column(String(32), unique=True, nullable=False)


class Room(Base):
    __tablename__ = "rooms"
    id = Column(Integer, primary_key=True)
    name = Column(String(100), nullable=False)
    is_active = Column(Boolean, nullable=False, default=False)


class Member(Base):
    __tablename__ = "room_members"
    room_id = Column(Integer, ForeignKey("rooms.id"), primary_key=True)
    user_id = Column(Integer, ForeignKey("users.id"), primary_key=True, index=True)


class Message(Base):
    __tablename__ = "messages"
    id = Column(Integer, primary_key=True)
    room_id = Column(Integer, ForeignKey("rooms.id"), nullable=False, index=True)
    sender_id = Column(Integer, ForeignKey("users.id"), nullable=False)
    content = Column(Text, nullable=False)
    message_type = Column(String(10), nullable=False)
    timestamp = Column(DateTime, nullable=False, default=datetime.datetime.utcnow)


class ChatMessage(BaseModel):
    type: Literal["chat_message"]
    content: str
    message_type: Literal["text", "image", "file", "system"] = "text"


class Typing(BaseModel):
    type: Literal["typing"]
    is_typing: bool


class ConnectionManager:
    """Who is in which room now, and the way to all of them."""

    def __init__(self):
        self.rooms: dict[int, set[WebSocket]] = {}

    def join(self, room_id: int, websocket: WebSocket) -> bool:
        """True where the room has been empty."""
        members = self.rooms.setdefault(room_id, set())
        members.add(websocket)
        return len(members) == 1

    def leave(self, room_id: int, websocket: WebSocket) -> bool:
        """True where the room is empty now."""
        members = self.rooms.get(room_id, set())
        members.discard(websocket)
        if members:
            return False
        self.rooms.pop(room_id, None)
        return True

    async def broadcast_to_room(self, room_id: int, event: dict) -> None:
        text = json.dumps(event, ensure_ascii=False)
        for member in list(self.rooms.get(room_id, ())):
            try:
                await member.send_text(text)
            except (RuntimeError, WebSocketDisconnect):
                self.leave(room_id, member)


class Store:
    def __init__(self, file: pathlib.Path):
        self.engine = create_async_engine(f"sqlite+aiosqlite:///{file}")
        self.session = sessionmaker(self.engine, class_=AsyncSession, expire_on_commit=False)

    async def lay_out(self, users: int, rooms: int) -> None:
        async with self.engine.begin() as connection:
            await connection.run_sync(Base.metadata.create_all)
            if await connection.scalar(select(func.count()).select_from(User)):
                return
            ids = range(FIRST_USER, FIRST_USER + users)
            await connection.execute(insert(User), [{"id": 1, "username": "anonymous"}])
            await connection.execute(insert(User), [{"id": i, "username": f"load{i - 1}"} for i in ids])
            await connection.execute(insert(Room), [{"id": i, "name": f"room {i}"} for i in range(1, rooms + 1)])
            await connection.execute(
                insert(Member), [{"room_id": 1 + k % rooms, "user_id": i} for k, i in enumerate(ids)])

    async def member(self, room_id: int, user_id: int) -> Union[User, None]:
        async with self.session() as session:
            query = select(User).join(Member, Member.user_id == User.id)
            return await session.scalar(query.where(Member.room_id == room_id, User.id == user_id))

    async def add_message(self, room_id: int, sender: User, incoming: ChatMessage) -> Message:
        async with self.session() as session:
            message = Message(room_id=room_id, sender_id=sender.id, content=incoming.content,
                              message_type=incoming.message_type)
            session.add(message)
            await session.commit()
            return message

    async def set_active(self, room_id: int, is_active: bool) -> None:
        async with self.session() as session:
            await session.execute(update(Room).where(Room.id == room_id).values(is_active=is_active))
            await session.commit()


def verify_token(token: Union[str, None], secret: str) -> Union[int, None]:
    """The user's id; None for a token that is missing, wrong or expired."""
    try:
        return int(jwt.decode(token or "", secret, algorithms=[ALGORITHM])["sub"])
    except (jwt.InvalidTokenError, KeyError, ValueError):
        return None


def chat_message(message: Message, sender: User) -> dict:
    return {"type": "chat_message",
            "message": {"id": message.id, "content": message.content, "message_type": message.message_type,
                        "timestamp": message.timestamp.isoformat(timespec="milliseconds") + "Z",
                        "sender": {"id": sender.id, "username": sender.username}}}


def typing_event(incoming: Typing, sender: User) -> dict:
    return {"type": "typing", "user": {"id": sender.id, "username": sender.username},
            "is_typing": incoming.is_typing}


def make_app(store: Store, secret: str) -> FastAPI:
    app = FastAPI()
    manager = ConnectionManager()
    tasks = set()

    def in_the_background(work) -> None:
        task = asyncio.create_task(work)
        tasks.add(task)
        task.add_done_callback(tasks.discard)

    async def refuse(websocket: WebSocket, why: str, code: int) -> None:
        await websocket.send_json({"type": "error", "message": why})
        await websocket.close(code)

    @app.websocket("/ws/chat/{room_id}/")
    async def chat(websocket: WebSocket, room_id: int):
        await websocket.accept()
        user_id = verify_token(websocket.query_params.get("token"), secret)
        if user_id is None:
            return await refuse(websocket, "invalid token", 4401)
        user = await store.member(room_id, user_id)
        if user is None:
            return await refuse(websocket, "not a member of the room", 4403)
        if manager.join(room_id, websocket):
            in_the_background(store.set_active(room_id, True))
        try:
            await websocket.send_json({"type": "connection_established", "message": "连接成功",
                                       "user": {"id": user.id, "username": user.username}})
            while True:
                try:
                    incoming = parse_raw_as(Union[ChatMessage, Typing], await websocket.receive_text())
                except ValidationError as fault:
                    await websocket.send_json({"type": "error", "message": str(fault)})
                    continue
                if isinstance(incoming, Typing):
                    await manager.broadcast_to_room(room_id, typing_event(incoming, user))
                    continue
                message = await store.add_message(room_id, user, incoming)
                await manager.broadcast_to_room(room_id, chat_message(message, user))
        except (RuntimeError, WebSocketDisconnect):
            pass
        finally:
            if manager.leave(room_id, websocket):
                in_the_background(store.set_active(room_id, False))

    @app.websocket("/ws/test/{connection_id}")
    async def test(websocket: WebSocket, connection_id: str):
        await websocket.accept()
        greeting = {"type": "test", "connection_id": connection_id, "message": "connected"}
        await websocket.send_text(json.dumps(greeting, separators=(",", ":")))
        try:
            while True:
                await websocket.send_text(await websocket.receive_text())
        except (RuntimeError, WebSocketDisconnect):
            pass

    return app


def write_tokens(file: pathlib.Path, users: int, secret: str) -> None:
    expires = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(hours=12)
    with file.open("w", encoding="ascii") as out:
        for user_id in range(FIRST_USER, FIRST_USER + users):
            print(jwt.encode({"sub": str(user_id), "exp": expires}, secret, algorithm=ALGORITHM), file=out)


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("port", type=int, nargs="?", default=0, help="0, the default, takes a free one")
    parser.add_argument("--users", type=int, default=1000)
    parser.add_argument("--rooms", type=int, default=1)
    parser.add_argument("--tokens", type=pathlib.Path, help="file to write the users' access tokens to, one a line")
    parser.add_argument("--data-dir", type=pathlib.Path, help="where the database goes; a new folder by default")
    return parser.parse_args()


def main():
    arguments = parse_arguments()
    folder = arguments.data_dir or pathlib.Path(tempfile.mkdtemp(prefix="parley-fastapi-"))
    folder.mkdir(parents=True, exist_ok=True)
    store = Store(folder / "chat.db")
    secret = secrets.token_hex(32)
    if arguments.tokens:
        write_tokens(arguments.tokens, arguments.users, secret)
    app = make_app(store, secret)
    listener = socket.create_server(("127.0.0.1", arguments.port), backlog=4096)

    @app.on_event("startup")
    async def lay_out():
        await store.lay_out(arguments.users, arguments.rooms)
        # A connection that comes now waits in the backlog until uvicorn accepts.
        print(f"listening on ws://127.0.0.1:{listener.getsockname()[1]}", flush=True)

    config = uvicorn.Config(app, log_level="error", access_log=False, backlog=4096, ws="websockets",
                            timeout_keep_alive=60)
    uvicorn.Server(config).run(sockets=[listener])


if __name__ == "__main__":
    main()
