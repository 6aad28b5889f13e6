"""The cases of test_rfc6455.py: what a client sends after its handshake, and what comes back, family by family.

The families are those of the well-known conformance suite: framing, pings, reserved bits, opcodes, fragmentation,
UTF-8, closes, limits.
"""

import dataclasses
import struct

from raw import BINARY, CLOSE, CONTINUATION, PING, PONG, TEXT, masked, unmasked

LIMIT = 65536  #: `websocket.message_bytes`

ALIVE = masked(PING, b"still there?")
IS_ALIVE = (PONG, b"still there?")


@dataclasses.dataclass
class Case:
    """`answers` are frames, (opcode, payload); the last one of (CLOSE, code) where the connection is to end.

    Without one, it is to live on. `texts_only` are the answers of a socket that takes no binary, where others.
    """

    name: str
    sends: bytes
    answers: list
    texts_only: list = None
    byte_by_byte: bool = False


def text(payload, final=True, **more):
    return masked(TEXT, payload, final, **more)


def more(payload, final=True):
    return masked(CONTINUATION, payload, final)


def head(first, second, extended=b"", mask=b"\0\0\0\0"):
    """The head of a frame, as odd as it may be."""
    return bytes([first, second]) + extended + mask


def closes(code, *before):
    return [*before, (CLOSE, code)]


def framing():
    for size in (0, 1, 125, 126, 127, 128, 1000, 65535, 65536):
        data = b"*" * size
        yield Case(f"text of {size}", text(data), [(TEXT, data)])
        yield Case(f"binary of {size}", masked(BINARY, b"\xfe" * size), [(BINARY, b"\xfe" * size)], closes(1003))
    for size in (0, 126, 300):
        data = b"*" * size
        yield Case(f"text of {size} byte by byte", text(data), [(TEXT, data)], byte_by_byte=True)
    yield Case("mask of zeros", text(b"plain", mask=b"\0\0\0\0"), [(TEXT, b"plain")])
    yield Case("mask of ones", text(b"plain", mask=b"\xff\xff\xff\xff"), [(TEXT, b"plain")])
    yield Case("many at once", text(b"a") * 5 + ALIVE, [(TEXT, b"a")] * 5 + [IS_ALIVE])
    for op, name in ((TEXT, "text"), (BINARY, "binary"), (PING, "ping"), (CLOSE, "close")):
        yield Case(f"unmasked {name}", unmasked(op, b"" if op == CLOSE else b"x"), closes(1002))
    yield Case("unmasked after good ones", text(b"a") + unmasked(TEXT, b"x"), closes(1002, (TEXT, b"a")))


def pings():
    for size in (0, 1, 124, 125):
        data = b"\xfe" * size
        yield Case(f"ping of {size}", masked(PING, data), [(PONG, data)])
    yield Case("ping of 125 byte by byte", masked(PING, b"p" * 125), [(PONG, b"p" * 125)], byte_by_byte=True)
    yield Case("ping of 126", head(0x89, 0x80 | 126, b"\0\x7e") + b"p" * 126, closes(1002))
    yield Case("ping of 65536", head(0x89, 0x80 | 127, struct.pack(">Q", 65536)), closes(1002))
    yield Case("pong of 126", head(0x8A, 0x80 | 126, b"\0\x7e") + b"p" * 126, closes(1002))
    ten = [b"%d" % i for i in range(10)]
    yield Case("ten pings", b"".join(masked(PING, data) for data in ten), [(PONG, data) for data in ten])
    yield Case("unsolicited pong", masked(PONG), [])
    yield Case("unsolicited pong with data", masked(PONG, b"why") + masked(PING, b"x"), [(PONG, b"x")])
    yield Case("pings and pongs", (masked(PING, b"a") + masked(PONG, b"a")) * 3, [(PONG, b"a")] * 3)
    yield Case("ping between fragments", text(b"a", False) + masked(PING, b"p") + more(b"b"),
               [(PONG, b"p"), (TEXT, b"ab")])
    yield Case("pong between fragments", text(b"a", False) + masked(PONG, b"p") + more(b"b"), [(TEXT, b"ab")])
    yield Case("pings between all fragments", text(b"a", False) + masked(PING, b"1") + more(b"b", False) +
               masked(PING, b"2") + more(b"c"), [(PONG, b"1"), (PONG, b"2"), (TEXT, b"abc")])


def reserved_bits():
    for bits in range(1, 8):
        yield Case(f"bits {bits} on a text", text(b"x", reserved=bits), closes(1002))
        yield Case(f"bits {bits} after good ones", text(b"a") + masked(PING, b"p", reserved=bits),
                   closes(1002, (TEXT, b"a")))
    for op, name in ((BINARY, "binary"), (PING, "ping"), (PONG, "pong"), (CLOSE, "close")):
        yield Case(f"a bit on a {name}", masked(op, b"", reserved=4), closes(1002))
    yield Case("a bit on a continuation", text(b"a", False) + masked(CONTINUATION, b"b", reserved=4), closes(1002))


def opcodes():
    for op in (3, 4, 5, 6, 7, 11, 12, 13, 14, 15):
        yield Case(f"opcode {op}", masked(op), closes(1002))
        yield Case(f"opcode {op} with data", text(b"a") + masked(op, b"x") + masked(PING), closes(1002, (TEXT, b"a")))
        yield Case(f"opcode {op} between fragments", text(b"a", False) + masked(op, b"x"), closes(1002))


def fragmentation():
    yield Case("two", text(b"a", False) + more(b"b"), [(TEXT, b"ab")])
    yield Case("two of nothing", text(b"", False) + more(b""), [(TEXT, b"")])
    yield Case("nothing around something", text(b"", False) + more(b"x", False) + more(b""), [(TEXT, b"x")])
    yield Case("a hundred", text(b"a", False) + more(b"b", False) * 98 + more(b"c"), [(TEXT, b"a" + b"b" * 98 + b"c")])
    yield Case("byte by byte", text(b"a", False) + more(b"b"), [(TEXT, b"ab")], byte_by_byte=True)
    yield Case("binary", masked(BINARY, b"\xff", False) + more(b"\xfe"), [(BINARY, b"\xff\xfe")], closes(1003))
    yield Case("binary with pings", masked(BINARY, b"\xff", False) + masked(PING, b"p") + more(b"\xfe"),
               [(PONG, b"p"), (BINARY, b"\xff\xfe")], closes(1003))
    yield Case("two messages", (text(b"a", False) + more(b"b")) * 2, [(TEXT, b"ab")] * 2)
    for op, name in ((PING, "ping"), (PONG, "pong"), (CLOSE, "close")):
        yield Case(f"fragmented {name}", masked(op, b"", False) + more(b""), closes(1002))
    yield Case("continuation of nothing", more(b"x"), closes(1002))
    yield Case("continuation of nothing that goes on", more(b"x", False) + more(b"y"), closes(1002))
    yield Case("continuation after a whole text", text(b"a") + more(b"x"), closes(1002, (TEXT, b"a")))
    yield Case("continuation after an ended text", text(b"a", False) + more(b"b") + more(b"c"),
               closes(1002, (TEXT, b"ab")))
    yield Case("text within a text", text(b"a", False) + text(b"b"), closes(1002))
    yield Case("text that goes on within a text", text(b"a", False) + text(b"b", False), closes(1002))
    yield Case("binary within a text", text(b"a", False) + masked(BINARY, b"b"), closes(1002))
    yield Case("text within a binary", masked(BINARY, b"a", False) + text(b"b"), closes(1002), closes(1003))
    yield Case("close within a text", text(b"a", False) + masked(CLOSE, struct.pack(">H", 1000)), closes(1000))


GOOD = {
    "one of each length": "$£€𐍈".encode(), "Greek": "κόσμε".encode(), "first of 2": b"\xc2\x80",
    "last of 2": b"\xdf\xbf", "first of 3": b"\xe0\xa0\x80", "last of 3": b"\xef\xbf\xbf",
    "first of 4": b"\xf0\x90\x80\x80",
    "last of all": b"\xf4\x8f\xbf\xbf", "before the surrogates": b"\xed\x9f\xbf",
    "behind the surrogates": b"\xee\x80\x80", "replacement": b"\xef\xbf\xbd",
    "noncharacter FFFE": b"\xef\xbf\xbe", "noncharacter FDD0": b"\xef\xb7\x90",
    "noncharacter 1FFFE": b"\xf0\x9f\xbf\xbe", "noncharacter 10FFFF": b"\xf4\x8f\xbf\xbf", "NUL": b"a\0b",
    "byte order mark": b"\xef\xbb\xbfa"}

BAD = {
    "continuation byte alone": b"\x80", "two of them": b"\x80\xbf", "all lone": bytes(range(0x80, 0xC0)),
    "first byte alone": b"\xc3", "first bytes with spaces": b"\xc3 \xe2 \xf0 ", "first of 3 and one": b"\xe2\x82",
    "first of 4 and two": b"\xf0\x9f\x98", "FE": b"\xfe", "FF": b"\xff", "overlong slash of 2": b"\xc0\xaf",
    "overlong slash of 3": b"\xe0\x80\xaf", "overlong slash of 4": b"\xf0\x80\x80\xaf", "overlong NUL": b"\xc0\x80",
    "longest overlong of 2": b"\xc1\xbf", "longest overlong of 3": b"\xe0\x9f\xbf",
    "longest overlong of 4": b"\xf0\x8f\xbf\xbf", "first surrogate": b"\xed\xa0\x80", "last surrogate": b"\xed\xbf\xbf",
    "pair of surrogates": b"\xed\xa0\xb4\xed\xb4\x9e", "past the last": b"\xf4\x90\x80\x80",
    "F5": b"\xf5\x80\x80\x80", "five bytes": b"\xf8\x88\x80\x80\x80",
    "six bytes": b"\xfc\x84\x80\x80\x80\x80", "Latin-1": b"caf\xe9!",
    "good then bad": "κόσμε".encode() + b"\xed\xa0\x80edited"}


def utf8():
    for name, data in GOOD.items():
        yield Case(name, text(data), [(TEXT, data)])
    for name in ("one of each length", "Greek", "last of all"):
        data = GOOD[name]
        for cut in range(len(data) + 1):
            yield Case(f"{name} cut at {cut}", text(data[:cut], False) + more(data[cut:]), [(TEXT, data)])
        each = [data[i:i + 1] for i in range(len(data))]
        yield Case(f"{name} in fragments of a byte",
                   text(each[0], False) + b"".join(more(b, False) for b in each[1:]) + more(b""), [(TEXT, data)])
        yield Case(f"{name} in fragments with pings",
                   text(each[0], False) + b"".join(masked(PING, b) + more(b, False) for b in each[1:]) + more(b""),
                   [(PONG, b) for b in each[1:]] + [(TEXT, data)])
        yield Case(f"{name} byte by byte", text(data), [(TEXT, data)], byte_by_byte=True)
    for name, data in BAD.items():
        yield Case(name, text(data), closes(1007))
        yield Case(f"{name} after a good fragment", text("Grüße".encode(), False) + more(data), closes(1007))
    # What is wrong already is not waited for: neither the rest of the message nor the next fragment comes.
    for name in ("FF", "overlong slash of 3", "first surrogate", "past the last", "F5"):
        yield Case(f"{name} in a message that goes on", text(BAD[name], False), closes(1007))
        yield Case(f"{name} cut in a message that goes on",
                   text(BAD[name][:1], False) + more(BAD[name][1:] or b"x", False), closes(1007))
    for name in ("first byte alone", "first of 3 and one", "first of 4 and two"):
        yield Case(f"{name} ended by an empty fragment", text(BAD[name], False) + more(b""), closes(1007))
    yield Case("binary may hold anything", masked(BINARY, BAD["six bytes"]), [(BINARY, BAD["six bytes"])], closes(1003))
    yield Case("a ping may hold anything", masked(PING, b"\xff\xfe"), [(PONG, b"\xff\xfe")])


def close_with(code, reason=b""):
    return masked(CLOSE, struct.pack(">H", code) + reason)


def closing():
    yield Case("nothing", masked(CLOSE), closes(None))
    yield Case("one byte", masked(CLOSE, b"\x03"), closes(1002))
    for code in (1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000, 3999, 4000, 4999):
        yield Case(f"code {code}", close_with(code), closes(code))
    for code in (0, 1, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65535):
        yield Case(f"code {code}", close_with(code), closes(1002))
        yield Case(f"code {code} with a reason", close_with(code, b"why"), closes(1002))
    yield Case("reason", close_with(1000, "gut so".encode()), closes(1000))
    yield Case("reason of 123", close_with(1000, b"r" * 123), closes(1000))
    yield Case("reason of 124", head(0x88, 0x80 | 126, b"\0\x7e") + b"\x03\xe8" + b"r" * 124, closes(1002))
    yield Case("reason that is not UTF-8", close_with(1000, b"\xed\xa0\x80"), closes(1007))
    yield Case("reason that is cut", close_with(1000, "é".encode()[:1]), closes(1007))
    yield Case("byte by byte", close_with(1000, b"bye"), closes(1000), byte_by_byte=True)
    yield Case("text behind it", close_with(1000) + text(b"late"), closes(1000))
    yield Case("ping behind it", close_with(1000) + masked(PING, b"late"), closes(1000))
    yield Case("fault behind it", close_with(1000) + b"\xff\xff", closes(1000))
    yield Case("twice", close_with(1000) + close_with(1001), closes(1000))
    yield Case("text before it", text(b"a") + close_with(1000), closes(1000, (TEXT, b"a")))
    yield Case("ping before it", masked(PING, b"p") + close_with(1000), closes(1000, (PONG, b"p")))


def limits():
    half = b"h" * (LIMIT // 2)
    yield Case("exactly", text(b"x" * LIMIT), [(TEXT, b"x" * LIMIT)])
    yield Case("exactly in fragments", text(half, False) + more(half), [(TEXT, half + half)])
    yield Case("exactly and nothing", text(half, False) + more(half, False) + more(b""), [(TEXT, half + half)])
    yield Case("exactly, pings not counted", text(half, False) + masked(PING, b"p" * 125) + more(half),
               [(PONG, b"p" * 125), (TEXT, half + half)])
    # A head alone is enough.
    yield Case("one over", head(0x81, 0xFF, struct.pack(">Q", LIMIT + 1)), closes(1009))
    yield Case("one over in fragments", text(half, False) + more(half, False) + head(0x80, 0x81), closes(1009))
    yield Case("first fragment over", head(0x01, 0xFF, struct.pack(">Q", LIMIT + 1)), closes(1009))
    yield Case("binary one over", head(0x82, 0xFF, struct.pack(">Q", LIMIT + 1)), closes(1009), closes(1003))
    yield Case("as much as can be said", head(0x81, 0xFF, struct.pack(">Q", (1 << 63) - 1)), closes(1009))
    yield Case("top bit of the length", head(0x81, 0xFF, struct.pack(">Q", 1 << 63)), closes(1002))
    yield Case("all bits of the length", head(0x81, 0xFF, b"\xff" * 8), closes(1002))
    for size in (0, 1, 125):
        yield Case(f"{size} in two bytes", head(0x81, 0xFE, struct.pack(">H", size)) + b"x" * size, closes(1002))
    for size in (0, 125, 126, 65535):
        yield Case(f"{size} in eight bytes", head(0x81, 0xFF, struct.pack(">Q", size)), closes(1002))


FAMILIES = (framing, pings, reserved_bits, opcodes, fragmentation, utf8, closing, limits)
