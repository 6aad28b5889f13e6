"""Bytes that look like videos and pictures, and what is common to the tests of videos and of uploads."""

import struct
import zlib

import expect

VIDEO = {"id", "room_id", "title", "kind", "url", "size", "content_type", "uploaded_by", "created_at"}


def mp4(size, seed=0):
    """`size` bytes that begin as an MP4 does and are different everywhere after that."""
    head = b"\x00\x00\x00\x18ftypisom\x00\x00\x02\x00isomiso2"
    unit = b"".join((n + seed).to_bytes(4, "big") for n in range(16384))
    return (head + unit * (size // len(unit) + 1))[:size]


def png(width=8, height=8, tail=b"", cut=0):
    """A grey picture as a PNG file."""
    def chunk(kind, body):
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
    rows = b"".join(b"\0" + b"\x80" * width for _ in range(min(height, 600)))
    file = (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)) +
            chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))
    return file[:len(file) - cut] + tail


def video(document, **known):
    """A `Video`; `known` are members whose values the test knows."""
    assert set(document) == VIDEO, document
    assert expect.is_time(document["created_at"])
    assert {k: document[k] for k in known} == known
    return document


def add(api, user, room, content, title="a film", content_type="video/mp4", **more):
    """POSTs the bytes of a video."""
    headers = {"Content-Type": content_type, **more.pop("headers", {})}
    return api.post(f"/rooms/{room}/videos", user=user, params={"title": title}, content=content, headers=headers,
                    **more)


def added(api, user, room, content, **more):
    """The `Video` that was made of the bytes."""
    answer = add(api, user, room, content, **more)
    assert answer.status_code == 201, answer.text
    return answer.json()


def files(server):
    """Names of the files in the folder of videos."""
    return sorted(path.name for path in (server.data_dir / "videos").iterdir())


def resident(server):
    """The server's memory in bytes."""
    with open(f"/proc/{server.process.pid}/status", encoding="ascii") as status:
        return next(int(line.split()[1]) * 1024 for line in status if line.startswith("VmRSS:"))
