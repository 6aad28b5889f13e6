"""The cases of test_http1.py: the bytes of requests, and the statuses of the answers, family by family.

RFC 9110 and 9112, as far as the contract leaves it to them. `HOST` stands for the server's own authority.
"""

import dataclasses

HEAD_LIMIT = 8192

GET = b"GET /healthz HTTP/1.1\r\nHost: HOST\r\n"
POST = b"POST /token/revoke HTTP/1.1\r\nHost: HOST\r\nContent-Type: application/json\r\n"  # 204, whatever the body says
NEXT = GET + b"\r\n"  # 200


@dataclasses.dataclass
class Case:
    """`lives`: whether the connection takes another request afterwards; else it must be closed."""

    name: str
    sends: bytes
    statuses: list
    lives: bool


def good(name, sends, *statuses):
    return Case(name, sends, list(statuses or [200]), True)


def last(name, sends, *statuses):
    """Answered, and then closed."""
    return Case(name, sends, list(statuses), False)


def bad(name, sends):
    """What is malformed ends the connection, and so whatever hides behind it."""
    return last(name, sends + NEXT, 400)


def lengths():
    for value in (b"5, 5", b"5,6", b"+5", b"-5", b"5 5", b"0x5", b"5.0", b"5e0", b"", b"five", b"\xef\xbc\x95", b"5;",
                  b"'5'",
                  b"18446744073709551616", b"99999999999999999999999"):
        yield bad(f"length {value.decode()!r}", POST + b"Content-Length: " + value + b"\r\n\r\nhello")
    yield bad("two equal lengths", POST + b"Content-Length: 5\r\nContent-Length: 5\r\n\r\nhello")
    yield bad("two different lengths", POST + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello")
    yield bad("lengths in two cases", POST + b"Content-Length: 5\r\ncontent-length: 5\r\n\r\nhello")
    yield good("length with zeros in front", POST + b"Content-Length: 0005\r\n\r\nhello" + NEXT, 204, 200)
    yield good("length with white space around", POST + b"Content-Length: \t5 \t\r\n\r\nhello" + NEXT, 204, 200)
    yield good("length of nothing", POST + b"Content-Length: 0\r\n\r\n" + NEXT, 204, 200)
    yield good("no length", POST + b"\r\n" + NEXT, 204, 200)
    yield last("length over the limit", POST + b"Content-Length: 1048577\r\n\r\n", 413)
    yield last("length as large as can be", POST + b"Content-Length: 9223372036854775807\r\n\r\n", 413)
    yield last("length just within 64 bits", POST + b"Content-Length: 18446744073709551615\r\n\r\n", 413)
    yield good("body of a GET", GET + b"Content-Length: 5\r\n\r\nhello" + NEXT, 200, 200)
    yield good("body of a GET that looks like a request",
               GET + b"Content-Length: 34\r\n\r\nGET /nowhere HTTP/1.1\r\nHost: a\r\n\r\n", 200)
    yield good("body of an unknown path", b"POST /nowhere HTTP/1.1\r\nHost: HOST\r\nContent-Length: 5\r\n\r\nhello" +
               NEXT, 404, 200)
    yield good("body of a refused method", b"PUT /healthz HTTP/1.1\r\nHost: HOST\r\nContent-Length: 5\r\n\r\nhello" +
               NEXT, 405, 200)
    yield good("body of nobody", b"PUT /users/me HTTP/1.1\r\nHost: HOST\r\nContent-Length: 5\r\n\r\nhello" + NEXT,
               401, 200)


CHUNKS = b"5\r\nhello\r\n0\r\n\r\n"


def codings():
    for value in (b"chunked, chunked", b"chunked, identity", b"identity, chunked", b"identity", b"gzip, chunked",
                  b"gzip",
                  b"xchunked", b"chunkedx", b"chunked;q=1", b'"chunked"', b"'chunked'", b"", b",chunked", b"chunked,",
                  b"chun ked",
                  b"\x0bchunked", b"chunked\x0c", b"\x00chunked", b"chunked\x00", b"chunked\xa0", b"x: chunked"):
        yield bad(f"coding {value.decode('latin-1')!r}", POST + b"Transfer-Encoding: " + value + b"\r\n\r\n" + CHUNKS)
    chunked = b"Transfer-Encoding: chunked\r\n"
    yield bad("length and coding", POST + b"Content-Length: 5\r\n" + chunked + b"\r\n" + CHUNKS)
    yield bad("coding and length", POST + chunked + b"Content-Length: 5\r\n\r\n" + CHUNKS)
    yield bad("coding and a length of nothing", POST + chunked + b"Content-Length: 0\r\n\r\n" + CHUNKS)
    yield bad("length and no coding", POST + b"Content-Length: 5\r\nTransfer-Encoding: identity\r\n\r\nhello")
    yield bad("two codings", POST + chunked + chunked + b"\r\n" + CHUNKS)
    yield bad("two different codings", POST + chunked + b"Transfer-Encoding: identity\r\n\r\n" + CHUNKS)
    yield bad("space before the colon", POST + b"Transfer-Encoding : chunked\r\n\r\n" + CHUNKS)
    yield bad("tab before the colon", POST + b"Transfer-Encoding\t: chunked\r\n\r\n" + CHUNKS)
    yield bad("space before the name", POST + b" Transfer-Encoding: chunked\r\n\r\n" + CHUNKS)
    yield bad("folded coding", POST + b"Transfer-Encoding:\r\n chunked\r\n\r\n" + CHUNKS)
    yield bad("coding behind a bare LF", POST + b"X: y\nTransfer-Encoding: chunked\r\n\r\n" + CHUNKS)
    yield bad("coding behind a bare CR", POST + b"X: y\rTransfer-Encoding: chunked\r\n\r\n" + CHUNKS)
    yield bad("NUL within the name", POST + b"Transfer-\0Encoding: chunked\r\n\r\n" + CHUNKS)
    yield bad("HTTP/1.0 has no codings", b"POST /token/revoke HTTP/1.0\r\nHost: HOST\r\n" + chunked + b"\r\n" + CHUNKS)
    for line in (b"Transfer-Encoding: CHUNKED", b"transfer-encoding:chunked", b"Transfer-Encoding:\t chunked \t"):
        yield good(line.decode(), POST + line + b"\r\n\r\n" + CHUNKS + NEXT, 204, 200)
    yield good("a name that is only similar", POST + b"Transfer_Encoding: chunked\r\nContent-Length: 5\r\n\r\nhello" +
               NEXT, 204, 200)
    yield good("chunked body of a GET", GET + chunked + b"\r\n" + CHUNKS + NEXT, 200, 200)


def chunks():
    begin = POST + b"Transfer-Encoding: chunked\r\n\r\n"
    for size in (b"", b"g", b"-1", b"+5", b"0x5", b" 5", b"5 ", b"5\t", b"5_", b"5,", b"\xb5", b"5 5",
                 b"00000000000000005",
                 b"10000000000000005", b"5\x00", b"5;\x00", b"5;\x7f", b"5;a\rb"):
        yield bad(f"size {size.decode('latin-1')!r}", begin + size + b"\r\nhello\r\n0\r\n\r\n")
    yield bad("LF behind the size", begin + b"5\nhello\r\n0\r\n\r\n")
    yield bad("CR behind the size", begin + b"5\rhello\r\n0\r\n\r\n")
    yield bad("LF within an extension", begin + b"5;a\nb\r\nhello\r\n0\r\n\r\n")
    yield bad("more data than its size", begin + b"4\r\nhello\r\n0\r\n\r\n")
    yield bad("less data than its size", begin + b"6\r\nhello\r\n0\r\n\r\n")
    yield bad("LF behind the data", begin + b"5\r\nhello\n0\r\n\r\n")
    yield bad("LF behind the last chunk", begin + b"5\r\nhello\r\n0\n\r\n")
    yield bad("LF at the end", begin + b"5\r\nhello\r\n0\r\n\n")
    yield bad("extensions without end", begin + b"5;" + b"x" * 9000 + b"\r\nhello\r\n0\r\n\r\n")
    yield bad("many extensions", begin + b"1;xyz\r\nh\r\n" * 3000 + b"0\r\n\r\n")
    yield bad("trailer without a colon", begin + b"0\r\nX\r\n\r\n")
    yield bad("trailer without a name", begin + b"0\r\n: x\r\n\r\n")
    yield bad("trailer with a space before the colon", begin + b"0\r\nX : y\r\n\r\n")
    yield bad("folded trailer", begin + b"0\r\nX: y\r\n z\r\n\r\n")
    yield bad("trailers without end", begin + b"0\r\nX: " + b"y" * 9000 + b"\r\n\r\n")
    yield bad("a request in the place of the trailers", begin + b"0\r\n" + NEXT)
    yield last("sum over the limit", begin + b"1\r\nx\r\n100000\r\n", 413)
    yield last("size of 64 bits", begin + b"ffffffffffffffff\r\n", 413)
    yield last("sum past 64 bits", begin + b"1\r\nx\r\nffffffffffffffff\r\n", 413)
    for name, body in (("nothing", b"0\r\n\r\n"), ("zeros", b"0000\r\n\r\n"),
                       ("zeros in front", b"0005\r\nhello\r\n0\r\n\r\n"),
                       ("letters of both cases", b"a\r\n0123456789\r\nA\r\n0123456789\r\n0\r\n\r\n"),
                       ("extensions", b'5;a;b=c;d="e f"\r\nhello\r\n0;last\r\n\r\n'),
                       ("white space before them", b"5 \t;a\r\nhello\r\n0\r\n\r\n"),
                       ("trailers", b"0\r\nX: y\r\nZ:\r\n\r\n"),
                       ("trailers that mean nothing",
                        b"0\r\nContent-Length: 9\r\nHost: evil\r\nTransfer-Encoding: gzip\r\nConnection: close\r\n\r\n")):
        yield good(name, begin + body + NEXT, 204, 200)


def heads():
    for name, line in (("folded", b"X: y\r\n z"), ("folded with a tab", b"X: y\r\n\tz"),
                       ("space before the colon", b"X : y"),
                       ("no colon", b"X"), ("no name", b": y"), ("space in a name", b"X Y: z"),
                       ("bracket in a name", b"X(Y): z"),
                       ("slash in a name", b"X/Y: z"), ("non-ASCII name", "É: x".encode()),
                       ("NUL in a name", b"X\0: y"),
                       ("NUL in a value", b"X: y\0z"), ("bare LF", b"X: y\nZ: a"), ("bare CR", b"X: y\rZ: a"),
                       ("two CRs", b"X: y\r")):
        yield bad(name, GET + line + b"\r\n\r\n")
    for byte in (*range(1, 9), 11, 12, *range(14, 32), 127):
        yield bad(f"byte {byte} in a value", GET + b"X: y" + bytes([byte]) + b"z\r\n\r\n")
    yield bad("space before the first field", b"GET /healthz HTTP/1.1\r\n Host: HOST\r\n\r\n")
    yield bad("LF alone", b"GET /healthz HTTP/1.1\nHost: HOST\n\n")
    yield bad("LF behind the request line", b"GET /healthz HTTP/1.1\nHost: HOST\r\n\r\n")
    yield bad("LF at the end", GET + b"\n")
    for name, line in (("tab in a value", b"X: a\tb"), ("no value", b"X:"), ("no space", b"X:y"),
                       ("UTF-8 in a value", "X: é".encode()),
                       ("Latin-1 in a value", b"X: \xe9"), ("all letters of a name", b"!#$%&'*+-.^_`|~09azAZ: x"),
                       ("the same name twice", b"X: a\r\nX: b"), ("colons in a value", b"X: a:b::")):
        yield good(name, GET + line + b"\r\n\r\n")
    yield good("empty lines before it", b"\r\n\r\n" + NEXT)
    yield good("empty lines between two", NEXT + b"\r\n" + NEXT, 200, 200)


def hosts():
    begin = b"GET /healthz HTTP/1.1\r\n"
    for value in (b"a b", b"a/b", b"a?b", b"a#b", b"a\\b", b"a,b", b"user@a", b"a\tb"):
        yield bad(f"host {value.decode()!r}", begin + b"Host: " + value + b"\r\n\r\n")
    yield bad("none", begin + b"\r\n")
    yield bad("two of the same", begin + b"Host: HOST\r\nHost: HOST\r\n\r\n")
    yield bad("two", begin + b"Host: HOST\r\nHost: b\r\n\r\n")
    yield bad("two in two cases", begin + b"Host: HOST\r\nhost: b\r\n\r\n")
    yield bad("space before the colon", begin + b"Host : HOST\r\n\r\n")
    for value in (b"", b"b", b"b:80", b"[::1]", b"[::1]:80", b"b.example.", b"xn--bcher-kva.example"):
        yield good(f"host {value.decode()!r}", begin + b"Host: " + value + b"\r\n\r\n")


def targets():
    def get(target):
        return b"GET " + target + b" HTTP/1.1\r\nHost: HOST\r\n\r\n"

    for target in (b"http://HOST/healthz", b"HTTP://other/healthz", b"https://other:8443/healthz?x=1", b"/healthz?",
                   b"/healthz/",
                   b"/healthz?a=b&c", b"http://HOST", b"http://HOST?x=1", b"/"):
        yield good(f"target {target.decode()}", get(target))
    for target in (b"healthz", b"*", b"HOST", b"a:80", b"ftp://a/healthz", b"http:/healthz", b"http:///healthz",
                   b"http://",
                   b"http://?x", b"file:///etc/passwd", b"/healthz#x", b"http://a/healthz#x", b"?x", b"javascript:0"):
        yield good(f"target {target.decode()}", get(target), 400)
    for target in (b"/a b", b"/\x00", b"/\x7f", b"/a\tb", b""):
        yield bad(f"target {target.decode()!r}", get(target))
    yield good("authority", b"CONNECT a:80 HTTP/1.1\r\nHost: a:80\r\n\r\n", 400)
    yield good("asterisk", b"OPTIONS * HTTP/1.1\r\nHost: HOST\r\n\r\n", 204)
    # Nothing is decoded or simplified before the path is cut into its segments.
    for target, status in ((b"//", 404), (b"//healthz", 404), (b"/healthz//", 404), (b"/./healthz", 404),
                           (b"/x/../healthz", 404),
                           (b"/%2e/healthz", 404), (b"/x/%2e%2e/healthz", 404), (b"/healthz%2F", 404),
                           (b"/%2Fhealthz", 404),
                           (b"/healthz%00", 404), (b"/%68ealthz", 200), (b"/healthz%", 404), (b"/healthz%2", 404),
                           (b"/%c0%afhealthz", 404),
                           (b"/healthz?x=%", 422), (b"/healthz?x=%zz", 422), (b"/healthz?x=%00", 422),
                           (b"/healthz?x=%c0%af", 422),
                           (b"/healthz?x=%ed%a0%80", 422), (b"/healthz?x=%C3%A9+%2B", 200), (b"/static/../docs", 404),
                           (b"/static/%2e%2e/docs", 404), (b"/static/..%2fdocs", 404), (b"/static/..%5cdocs", 404),
                           (b"/avatars/..%2f..%2fparley.db", 404), (b"/avatars/%2e%2e", 404)):
        yield good(f"target {target.decode()}", get(target), status)


def versions():
    yield last("HTTP/1.0", b"GET /healthz HTTP/1.0\r\n\r\n" + NEXT, 200)
    yield last("HTTP/1.0 with a host", b"GET /healthz HTTP/1.0\r\nHost: HOST\r\n\r\n" + NEXT, 200)
    yield good("HTTP/1.0 that is kept", b"GET /healthz HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n" + NEXT, 200, 200)
    yield bad("HTTP/0.9", b"GET /healthz\r\n\r\n")
    yield bad("HTTP/2's preface", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")
    for version in (b"HTTP/2.0", b"HTTP/2", b"HTTP/0.9", b"HTTP/1", b"HTTP/1.", b"HTTP/1.10", b"HTTP/01.1",
                    b"http/1.1", b"HTTP/1.1 ",
                    b"HTTP /1.1", b"HTTP/-1.1", b"HTTP/1.1x", b"ICY/1.1", b"HTTPS/1.1"):
        yield bad(f"version {version.decode()!r}", b"GET /healthz " + version + b"\r\nHost: HOST\r\n\r\n")
    yield bad("two spaces", b"GET  /healthz HTTP/1.1\r\nHost: HOST\r\n\r\n")
    yield bad("tabs", b"GET\t/healthz\tHTTP/1.1\r\nHost: HOST\r\n\r\n")
    yield bad("space before it", b" GET /healthz HTTP/1.1\r\nHost: HOST\r\n\r\n")
    yield bad("TLS", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n")
    yield bad("nothing of it", b"\x00\x01\x02\x03")


def methods():
    for method in (b"PATCH", b"TRACE", b"BREW", b"get", b"GETT", b"!#$%&'*+-.^_`|~", b"X" * 100):
        yield good(f"method {method.decode()[:20]}", method + b" /healthz HTTP/1.1\r\nHost: HOST\r\n\r\n", 405)
    yield good("unknown method of an unknown path", b"BREW /coffee HTTP/1.1\r\nHost: HOST\r\n\r\n", 404)
    for method in (b"G\x01T", b"G(T", b"G:T", b"G\xc3\x89T", b"G/T"):
        yield bad(f"method {method.decode()!r}", method + b" /healthz HTTP/1.1\r\nHost: HOST\r\n\r\n")


def sizes():
    # What is over is answered before it ends: nothing that a client sends behind the limit is waited for.
    yield last("target over", b"GET /" + b"x" * HEAD_LIMIT, 431)
    yield last("method over", b"X" * (HEAD_LIMIT + 1), 431)
    yield last("name over", GET + b"X" * HEAD_LIMIT, 431)
    yield last("value over", GET + b"X: " + b"y" * HEAD_LIMIT, 431)
    yield last("too many fields", GET + b"a:\r\n" * (HEAD_LIMIT // 4), 431)
    yield last("whole and over", GET + b"X: " + b"y" * HEAD_LIMIT + b"\r\n\r\n", 431)
    yield good("many fields", GET + b"a:\r\n" * 1500 + b"\r\n")
    yield good("long target", b"GET /" + b"x" * 7000 + b" HTTP/1.1\r\nHost: HOST\r\n\r\n", 404)


def pipelines():
    yield good("fifty", NEXT * 50, *[200] * 50)
    yield good("of all kinds", NEXT + POST + b"Content-Length: 5\r\n\r\nhello" +
               b"GET /nowhere HTTP/1.1\r\nHost: HOST\r\n\r\n" + POST +
               b"Transfer-Encoding: chunked\r\n\r\n" + CHUNKS + NEXT, 200, 204, 404, 204, 200)
    yield last("behind a fault", NEXT + b"BROKEN\r\n\r\n" + NEXT, 200, 400)
    yield last("behind a close", NEXT + GET + b"Connection: close\r\n\r\n" + NEXT, 200, 200)
    yield last("behind a close in a list", GET + b"Connection: foo, CLOSE\r\n\r\n" + NEXT, 200)
    yield last("behind a body that is too large", POST + b"Content-Length: 1048577\r\n\r\n" + NEXT, 413)
    yield last("behind a head that is too large", NEXT + GET + b"X: " + b"y" * HEAD_LIMIT + b"\r\n\r\n" + NEXT, 200,
               431)


def expectations():
    yield last("answer that needs no body",
               b"POST /nowhere HTTP/1.1\r\nHost: HOST\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n", 404)
    yield last("body over the limit", POST + b"Expect: 100-continue\r\nContent-Length: 1048577\r\n\r\n", 413)
    yield good("body that came at once", POST + b"Expect: 100-Continue\r\nContent-Length: 5\r\n\r\nhello" + NEXT, 100,
               204, 200)
    yield good("chunks that came at once", POST + b"Expect: 100-continue\r\nTransfer-Encoding: chunked\r\n\r\n" +
               CHUNKS + NEXT, 100, 204, 200)
    yield good("no body", GET + b"Expect: 100-continue\r\n\r\n")
    yield good("HTTP/1.0 expects nothing",
               b"POST /token/revoke HTTP/1.0\r\nConnection: keep-alive\r\nExpect: 100-continue\r\n"
               b"Content-Length: 5\r\n\r\nhello" + NEXT, 204, 200)
    yield last("something else", POST + b"Expect: 200-ok\r\nContent-Length: 5\r\n\r\n", 417)
    yield last("something else as well", POST + b"Expect: 100-continue, more\r\nContent-Length: 5\r\n\r\n", 417)
    yield last("something else without a body", GET + b"Expect: a-miracle\r\n\r\n", 417)


KEY = b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
VERSION = b"Sec-WebSocket-Version: 13\r\n"
UPGRADE = b"Upgrade: websocket\r\n"
CONNECTION = b"Connection: Upgrade\r\n"


def upgrades():
    def shake(*lines, begin=b"GET /ws/test/t HTTP/1.1\r\nHost: HOST\r\n"):
        return begin + b"".join(lines) + b"\r\n"

    for version in (b"0", b"7", b"8", b"12", b"14", b"13, 8", b"013", b"13.0", b"", b"255", b"x"):
        yield good(f"version {version.decode()!r}",
                   shake(UPGRADE, CONNECTION, KEY, b"Sec-WebSocket-Version: " + version + b"\r\n"), 426)
    yield good("no version", shake(UPGRADE, CONNECTION, KEY), 426)
    for key in (b"", b"x", b"dGhlIHNhbXBsZSBub25jZQ", b"dGhlIHNhbXBsZSBub25jZQ=", b"dGhlIHNhbXBsZSBub25jZQAA",
                b"dGhlIHNhbXBsZSBub25jZTEy",
                b"dGhlIHNhbXBs*SBub25jZQ==", b"dGhl HNhbXBsZSBub25jZQ==", b"dGhlIHNhbXBsZSBub25jZQ== x",
                b"dGhlIHNhbXBsZSBub25jZQ==="):
        yield good(f"key {key.decode()!r}",
                   shake(UPGRADE, CONNECTION, VERSION, b"Sec-WebSocket-Key: " + key + b"\r\n"), 400)
    yield good("no key", shake(UPGRADE, CONNECTION, VERSION), 400)
    yield good("two keys", shake(UPGRADE, CONNECTION, VERSION, KEY, KEY), 400)
    yield good("two versions", shake(UPGRADE, CONNECTION, VERSION, VERSION, KEY), 400)
    for value in (b"keep-alive", b"close", b"Upgrade-Insecure", b"xUpgrade"):
        lives = good if value != b"close" else last
        yield lives(f"connection {value.decode()}", shake(UPGRADE, VERSION, KEY, b"Connection: " + value + b"\r\n"),
                    426)
    yield bad("connection that is no list", shake(UPGRADE, VERSION, KEY, b'Connection: "Upgrade"\r\n'))
    yield good("no connection", shake(UPGRADE, VERSION, KEY), 426)
    for value in (b"h2c", b"websockets", b"web socket", b"", b"websocket/13"):
        yield good(f"upgrade {value.decode()!r}", shake(CONNECTION, VERSION, KEY, b"Upgrade: " + value + b"\r\n"), 426)
    yield good("no upgrade", shake(CONNECTION, VERSION, KEY), 426)
    yield last("HTTP/1.0", shake(UPGRADE, CONNECTION, VERSION, KEY,
                                 begin=b"GET /ws/test/t HTTP/1.0\r\nHost: HOST\r\n"), 426)
    yield good("body", shake(UPGRADE, CONNECTION, VERSION, KEY, b"Content-Length: 5\r\n") + b"hello", 400)
    yield good("POST", shake(UPGRADE, CONNECTION, VERSION, KEY, begin=b"POST /ws/test/t HTTP/1.1\r\nHost: HOST\r\n"),
               405)
    yield good("HEAD", shake(UPGRADE, CONNECTION, VERSION, KEY, begin=b"HEAD /ws/test/t HTTP/1.1\r\nHost: HOST\r\n"),
               405)
    yield good("no socket's path", shake(UPGRADE, CONNECTION, VERSION, KEY, begin=GET))
    yield good("h2c of a path that is none", GET +
               b"Upgrade: h2c\r\nConnection: Upgrade, HTTP2-Settings\r\nHTTP2-Settings: AAMAAABk\r\n\r\n")


#: Handshakes that are taken, with their odd lines.
TAKEN = {
    "plain": UPGRADE + CONNECTION, "other case": b"UPGRADE: WebSocket\r\nCONNECTION: uPGRADE\r\n",
    "lists": b"Upgrade: h2c, websocket\r\nConnection: keep-alive , upgrade\r\n",
    "two fields of each": b"Upgrade: h2c\r\nUpgrade: websocket\r\nConnection: keep-alive\r\nConnection: Upgrade\r\n",
    "close as well": UPGRADE + b"Connection: close, Upgrade\r\n", "length of nothing": UPGRADE + CONNECTION +
    b"Content-Length: 0\r\n",
    "extensions": UPGRADE + CONNECTION + b"Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n",
    "protocols": UPGRADE + CONNECTION + b"Sec-WebSocket-Protocol: chat, superchat\r\n",
}

FAMILIES = (lengths, codings, chunks, heads, hosts, targets, versions, methods, sizes, pipelines, expectations,
            upgrades)
