"""A chat on FastAPI as document 004 describes it: its SQLAlchemy models, and a database of them with every fault that years
of use leave. Password of all: PASSWORD of clients.py."""

import datetime
import enum

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Session, declarative_base
from sqlalchemy.schema import CreateTable

BCRYPT = "$2b$04$abcdefghijklmnopqrstuuqREtd3VJD2QVZbuFskFSLk6eRIrQoOS"
ARGON2 = "$argon2id$v=19$m=65536,t=3,p=4$c29tZXNhbHRzb21lc2FsdA$4wYhZ8p0bq1mF0J1n2o3p4q5r6s7t8u9v0w1x2y3z4A"

Base = declarative_base()


class Status(enum.Enum):
    UNREAD = "unread"
    READ = "read"
    ACCEPTED = "accepted"
    REJECTED = "rejected"


room_members = sa.Table(
    "room_members", Base.metadata,
    sa.Column("room_id", sa.Integer, sa.ForeignKey("rooms.id"), primary_key=True),
    sa.Column("user_id", sa.Integer, sa.ForeignKey("users.id"), primary_key=True))


class User(Base):
    __tablename__ = "users"
    id = sa.Column(sa.Integer, primary_key=True, index=True)
    username = sa.Column(sa.String(50))
    email = sa.Column(sa.String(100))
    hashed_password = sa.Column(sa.String(255))
    avatar = sa.Column(sa.Text)
    is_active = sa.Column(sa.Boolean, default=True)
    is_superuser = sa.Column(sa.Boolean, default=False)
    created_at = sa.Column(sa.DateTime)


class Room(Base):
    __tablename__ = "rooms"
    id = sa.Column(sa.Integer, primary_key=True, index=True)
    name = sa.Column(sa.String(200))
    owner_id = sa.Column(sa.Integer)
    is_active = sa.Column(sa.Boolean, default=False)
    created_at = sa.Column(sa.DateTime(timezone=True))


class Message(Base):
    __tablename__ = "messages"
    id = sa.Column(sa.Integer, primary_key=True, index=True)
    room_id = sa.Column(sa.Integer, index=True)
    sender_id = sa.Column(sa.Integer, index=True)
    content = sa.Column(sa.Text)
    message_type = sa.Column(sa.String(20), default="text")
    timestamp = sa.Column(sa.String(40))  # text: several forms were in use


class Notification(Base):
    __tablename__ = "notifications"
    id = sa.Column(sa.Integer, primary_key=True, index=True)
    user_id = sa.Column(sa.Integer, index=True)
    content = sa.Column(sa.JSON)
    status = sa.Column(sa.Enum(Status), default=Status.UNREAD)
    created_at = sa.Column(sa.DateTime, default=lambda: NOON)


class AlembicVersion(Base):
    __tablename__ = "alembic_version"
    version_num = sa.Column(sa.String(32), primary_key=True)


NOON = datetime.datetime(2025, 6, 16, 12, 0)


def user(number, name, **more):
    return User(**{"id": number, "username": name, "email": f"{name}@example.org", "hashed_password": BCRYPT,
                   "created_at": NOON, **more})


def message(number, sender, content, timestamp="2025-06-16 12:00:00", room=10, **more):
    return Message(id=number, room_id=room, sender_id=sender, content=content, timestamp=timestamp, **more)


def notification(number, receiver, kind, room, asker, **more):
    return Notification(id=number, user_id=receiver,
                        content={"type": kind, "room_id": room, "user_id": asker, "token": f"token-{number}"}, **more)


def rows():
    """alice (1), bob (2) and carol (3) are in room 10 of alice; all else is about a fault."""
    people = [
        user(1, "alice", avatar="/static/avatars/alice.png"),
        user(2, "bob", hashed_password=BCRYPT.replace("$2b$", "$2a$"), is_superuser=True),
        user(3, "李雷", email="carol@example.org", hashed_password=BCRYPT.replace("$2b$", "$2y$"),
             avatar="avatars/gone.png"),
        user(4, "dave smith", email="dave@example.org"),
        user(5, "BOB", email="Bob@Example.org"),
        user(6, "x", email="none"),
        user(7, "erin", hashed_password=ARGON2),
        user(8, "frank", is_active=False),
        user(9, "deleted-12", hashed_password=None),
    ]
    rooms = [
        Room(id=10, name="一号房间", owner_id=1, is_active=True, created_at=NOON),
        Room(id=11, name="n" * 120, owner_id=99, created_at=NOON),
        Room(id=12, name="nobody's", owner_id=99, created_at=NOON),
        Room(id=13, name=" ", owner_id=2, created_at=NOON),
    ]
    said = [
        message(101, 1, "naive text", "2025-06-16 12:00:01"),
        message(102, 2, "with a T and fractions", "2025-06-16T12:00:02.500000"),
        message(103, 3, "with an offset", "2025-06-16T14:00:03+02:00"),
        message(104, 1, "epoch, seconds", "1750075204"),
        message(105, 2, "epoch, milliseconds", "1750075205000", message_type="IMAGE"),
        message(106, 77, "from somebody who is gone"),
        message(107, None, "from nobody", "yesterday"),
        message(108, 1, "   "),
        message(109, 1, "in no room", room=55),
        message(110, 1, "sticker", message_type="sticker"),
        message(111, 1, "long " * 1000),
    ]
    asked = [
        notification(1, 1, "join_request", 10, 4),
        notification(2, 4, "owner_invitation", 10, 1),  # another one waits for an answer about 4
        notification(3, 2, "owner_invitation", 10, 1),  # is a member already
        notification(4, 6, "owner_invitation", 10, 1, status=Status.REJECTED),
        notification(5, 6, "system_notice", 10, 1),
        notification(6, 6, "owner_invitation", 56, 1),
    ]
    return [*people, *rooms, *said, *asked, AlembicVersion(version_num="31ba4580cbae")]


MEMBERS = [(10, 1), (10, 2), (10, 3), (10, 88), (11, 3), (44, 1)]

#: What the report says of it: kind, id, rule.
FAULTS = sorted([
    ("source", "table alembic_version", "not_taken"), ("source", "column rooms.is_active", "not_taken"),
    ("user", "1", "new_id"), ("user", "2", "administrator"), ("user", "3", "no_picture"),
    ("user", "4", "new_name"), ("user", "5", "new_name"), ("user", "5", "new_email"),
    ("user", "6", "new_name"), ("user", "6", "new_email"), ("user", "7", "foreign_password"), ("user", "8", "disabled"),
    ("user", "9", "new_name"), ("user", "9", "no_password"),
    ("user", "77", "new_id"), ("user", "77", "stand_in"), ("user", "", "new_id"), ("user", "", "stand_in"),
    ("room", "11", "new_owner"), ("room", "11", "cut"), ("room", "12", "no_owner"), ("room", "13", "new_name"),
    ("member", "room 10, user 88", "no_user"), ("member", "room 44, user 1", "no_room"), ("member", "*", "no_time"),
    ("message", "107", "no_time"), ("message", "108", "says_nothing"), ("message", "109", "no_room"),
    ("message", "110", "unknown_word"), ("message", "111", "long_text"),
    ("notification", "2", "twice"), ("notification", "3", "answered"), ("notification", "5", "unknown_type"),
    ("notification", "6", "no_room"),
])


def make_sqlite(file, more=()):
    """The database, as the back end itself would have made it; `more` rows beside those of `rows`."""
    engine = sa.create_engine(f"sqlite:///{file}")
    Base.metadata.create_all(engine)
    add_sqlite(file, [*rows(), *more], MEMBERS)
    return f"sqlite:///{file}"


def add_sqlite(file, added, members=()):
    engine = sa.create_engine(f"sqlite:///{file}")
    with Session(engine) as session:
        session.add_all(added)
        session.flush()
        for room, member in members:
            session.execute(room_members.insert().values(room_id=room, user_id=member))
        session.commit()
    engine.dispose()


def postgres_script():
    """The same for PostgreSQL, as SQL: its driver is not needed. Its keys hold, so that dangling members are left away."""
    dialect = postgresql.dialect()
    out = ["CREATE TYPE status AS ENUM ('UNREAD', 'READ', 'ACCEPTED', 'REJECTED')"]
    out += [str(CreateTable(table).compile(dialect=dialect)) for table in Base.metadata.sorted_tables]

    def insert(table, values):
        return str(table.insert().values(**values).compile(dialect=dialect, compile_kwargs={"literal_binds": True}))

    for row in rows():
        table = row.__table__
        values = {column.name: getattr(row, column.name) for column in table.columns}
        for column in table.columns:
            if values[column.name] is None and column.default is not None:
                values[column.name] = column.default.arg(None) if callable(column.default.arg) else column.default.arg
        if isinstance(row, Notification):
            values["content"] = sa.text(f"'{sa.JSON().dialect_impl(dialect).bind_processor(dialect)(row.content)}'")
        if values.get("created_at") is not None:
            values["created_at"] = sa.text(f"'{values['created_at']}'")
        out.append(insert(table, values))
    out += [insert(room_members, {"room_id": room, "user_id": member}) for room, member in MEMBERS
            if room < 44 and member < 88]
    return ";\n".join(out)
