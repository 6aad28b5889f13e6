"""The cases of test_http1.py: the bytes of requests, and the statuses of the answers, family by family.

RFC 9110 and 9112, as far as the contract leaves it to them. `HOST` stands for the server's own authority.
"""

import dataclasses

HEAD_LIMIT = 16384

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
    for value in (b"chunked, chunked", b"chunked, identity", b"identity, chunked", b"identity", b"gzip",
                  b"chunked, gzip", b"gzip, chunked, chunked", b"gzip, identity, chunked", b"gzip;q=1, chunked",
                  b"gzip,, chunked", b", gzip, chunked", b"gzip chunked", b"gzip, xchunked", b"gzip, chunked,",
                  b"xchunked", b"chunkedx", b"chunked;q=1", b'"chunked"', b"'chunked'", b"", b",chunked", b"chunked,",
                  b"chun ked",
                  b"\x0bchunked", b"chunked\x0c", b"\x00chunked", b"chunked\x00", b"chunked\xa0", b"x: chunked"):
        yield bad(f"coding {value.decode('latin-1')!r}", POST + b"Transfer-Encoding: " + value + b"\r\n\r\n" + CHUNKS)
    chunked = b"Transfer-Encoding: chunked\r\n"
    for value in (b"gzip, chunked", b"GZIP\t,CHUNKED", b"deflate, gzip, chunked", b"x, chunked"):
        yield last(f"coding {value.decode()!r}", POST + b"Transfer-Encoding: " + value + b"\r\n\r\n" + CHUNKS + NEXT, 501)
    yield bad("length and an unknown coding",
              POST + b"Content-Length: 5\r\nTransfer-Encoding: gzip, chunked\r\n\r\n" + CHUNKS)
    yield bad("unknown coding in a field of its own", POST + b"Transfer-Encoding: gzip\r\n" + chunked + b"\r\n" + CHUNKS)
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
    for extension in (b";", b"; ", b";;a", b";a;", b";a=", b";=b", b";a=b=c", b";bad[=x", b";a=b]", b';a="b', b';a="b"c',
                      b';a=b"', b';"a"=b', b';a="\\', b";a ", b";a=b ", b';a="b" ', b";a b", b";a=b c", b";a=\xc3\xa9",
                      b";\xc3\xa9", b',a', b'="a"', b";a=(b)", b';a="\x01"', b';a="\\\x7f"'):
        yield bad(f"extension {extension.decode('latin-1')!r}", begin + b"5" + extension + b"\r\nhello\r\n0\r\n\r\n")
        yield bad(f"extension {extension.decode('latin-1')!r} of the last chunk",
                  begin + b"5\r\nhello\r\n0" + extension + b"\r\n\r\n")
    yield bad("line end within quotation marks", begin + b'5;a="\r\nhello\r\n0\r\n\r\n"')
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
                       ("white space within them", b'5; a\t= "b" ;\tc =d\r\nhello\r\n0\r\n\r\n'),
                       ("all that a quoted string holds", b'5;a="\t !#~\xc3\xa9;=\\"\\\\\\a";b=""\r\nhello\r\n0\r\n\r\n'),
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
    for name, line in (("CR", b"\r"), ("two CRs", b"\r\r"), ("two CRs and LF", b"\r\r\n"), ("LF", b"\n"),
                       ("CR behind an empty line", b"\r\n\r"), ("LF behind an empty line", b"\r\n\n"),
                       ("space", b" \r\n"), ("tab", b"\t"), ("byte order mark", b"\xef\xbb\xbf"), ("NUL", b"\0")):
        yield bad(f"{name} before it", line + NEXT)
    for name, line in (("before the target", b"GET \r/healthz HTTP/1.1"), ("in the target", b"GET /heal\rthz HTTP/1.1"),
                       ("before the version", b"GET /healthz \rHTTP/1.1"), ("in the method", b"G\rET /healthz HTTP/1.1"),
                       ("at the end", b"GET /healthz HTTP/1.1\r")):
        yield bad(f"CR {name}", line + b"\r\nHost: HOST\r\n\r\n")
    yield good("empty lines between two", NEXT + b"\r\n" + NEXT, 200, 200)


def hosts():
    begin = b"GET /healthz HTTP/1.1\r\n"
    for value in (b"a b", b"a/b", b"a?b", b"a#b", b"a\\b", b"a,b", b"user@a", b"a\tb", b"", b" ", b"[::1", b"::1", b"[]",
                  b"[a]", b"[::1]x", b"[::1]80", b"[::1]:x", b"[::1%25eth0]", b"[::g]", b"a:b", b"a:80:80", b"a:-1", b"a:65536",
                  b":80",
                  b'"a"', b"<>", b"a{}", b"a|b", b"a^b", b"a`b", b"%zz", b"a%", b"%4", b"a]", b"a[", b"\xff", b"\xc3\xa9",
                  b"http://a", b"HOST, HOST", b"HOST HOST", b"user:p@a"):
        yield bad(f"host {value.decode('latin-1')!r}", begin + b"Host: " + value + b"\r\n\r\n")
        yield bad(f"host {value.decode('latin-1')!r} beside an absolute target",
                  b"GET http://HOST/healthz HTTP/1.1\r\nHost: " + value + b"\r\n\r\n")
    yield bad("none beside an absolute target", b"GET http://HOST/healthz HTTP/1.1\r\n\r\n")
    yield bad("two beside an absolute target", b"GET http://HOST/healthz HTTP/1.1\r\nHost: HOST\r\nHost: HOST\r\n\r\n")
    yield bad("two of HTTP/1.0", b"GET /healthz HTTP/1.0\r\nHost: HOST\r\nHost: HOST\r\n\r\n")
    yield bad("malformed of HTTP/1.0", b"GET /healthz HTTP/1.0\r\nHost: a:b\r\n\r\n")
    yield last("of nobody, of HTTP/1.0", b"GET /healthz HTTP/1.0\r\nHost:\r\n\r\n" + NEXT, 200)
    yield bad("none", begin + b"\r\n")
    yield bad("two of the same", begin + b"Host: HOST\r\nHost: HOST\r\n\r\n")
    yield bad("two", begin + b"Host: HOST\r\nHost: b\r\n\r\n")
    yield bad("two in two cases", begin + b"Host: HOST\r\nhost: b\r\n\r\n")
    yield bad("space before the colon", begin + b"Host : HOST\r\n\r\n")
    for value in (b"b", b"b:", b"b:80", b"b:65535", b"127.0.0.1:8000", b"[::1]", b"[::1]:80", b"[::ffff:192.0.2.1]",
                  b"[v1.x:y]", b"b.example.", b"xn--bcher-kva.example", b"under_score", b"!$&'()*+;=~-._", b"b%C3%A9"):
        yield good(f"host {value.decode()!r}", begin + b"Host: " + value + b"\r\n\r\n")


def targets():
    def get(target):
        return b"GET " + target + b" HTTP/1.1\r\nHost: HOST\r\n\r\n"

    for target in (b"http://HOST/healthz", b"HTTP://other/healthz", b"https://other:8443/healthz?x=1",
                   b"http://[::1]:80/healthz", b"/healthz?", b"/healthz/", b"/healthz?a[]=b|c^d`e{}\\",
                   "/healthz?x=房间".encode(), b"/healthz?x=/?:@",
                   b"/healthz?a=b&c", b"http://HOST", b"http://HOST?x=1", b"/"):
        yield good(f"target {target.decode()}", get(target))
    for target in (b"healthz", b"*", b"HOST", b"a:80", b"ftp://a/healthz", b"http:/healthz", b"http:///healthz",
                   b"http://",
                   b"http://?x", b"file:///etc/passwd", b"/healthz#x", b"http://a/healthz#x", b"?x", b"javascript:0",
                   b"/healthz?x#y", b"/healthz#", b"/healthz?<>", b'/healthz?"', b"/<healthz>", "/healthz?é<>\"".encode(),
                   b"http://user@HOST/healthz", b"http://a:b/healthz", b"http://[::1/healthz", b"http://a,b/healthz",
                   b"http://a%zz/healthz", b"http:healthz", b"//a/healthz#"):
        yield good(f"target {target.decode()}", get(target), 400)
    for target in (b"/a b", b"/\x00", b"/\x7f", b"/a\tb", b""):
        yield bad(f"target {target.decode()!r}", get(target))
    yield good("authority", b"CONNECT a:80 HTTP/1.1\r\nHost: a:80\r\n\r\n", 501)
    yield good("authority of another method", b"GET a:80 HTTP/1.1\r\nHost: a:80\r\n\r\n", 400)
    for method in (b"POST", b"HEAD", b"DELETE", b"TRACE"):
        yield good(f"asterisk of {method.decode()}", method + b" * HTTP/1.1\r\nHost: HOST\r\n\r\n", 400)
    yield good("asterisk with more", b"OPTIONS *x HTTP/1.1\r\nHost: HOST\r\n\r\n", 400)
    yield good("absolute target of OPTIONS", b"OPTIONS http://HOST/healthz HTTP/1.1\r\nHost: HOST\r\n\r\n", 204)
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
    yield bad("line of HTTP/0.9", b"GET /healthz\r\n\r\n")
    yield bad("HTTP/2's preface", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")
    for minor in range(2, 10):
        yield good(f"HTTP/1.{minor}", b"GET /healthz HTTP/1.%d\r\nHost: HOST\r\n\r\n" % minor)
        yield bad(f"HTTP/1.{minor} without a host", b"GET /healthz HTTP/1.%d\r\n\r\n" % minor)
    yield last("HTTP/1.2 that closes", b"GET /healthz HTTP/1.2\r\nHost: HOST\r\nConnection: close\r\n\r\n" + NEXT, 200)
    yield good("chunks of HTTP/1.3", b"POST /token/revoke HTTP/1.3\r\nHost: HOST\r\nTransfer-Encoding: chunked\r\n\r\n" +
               CHUNKS + NEXT, 204, 200)
    for version in (b"HTTP/2.0", b"HTTP/2.1", b"HTTP/3.0", b"HTTP/9.9", b"HTTP/0.9", b"HTTP/0.0", b"HTTP/2", b"HTTP/20", b"HTTP/1", b"HTTP/1.", b"HTTP/1.10", b"HTTP/01.1", b"HTTP/10.1",
                    b"HTTP/1,1", b"HTTP/a.1", b"HTTP/1.a", b"HTTP/2.0x", b"HTTP1.1", b"HTTP/ 1.1", b"http/2.0",
                    b"http/1.1", b"HTTP/1.1 ",
                    b"HTTP /1.1", b"HTTP/-1.1", b"HTTP/1.1x", b"ICY/1.1", b"HTTPS/1.1"):
        yield bad(f"version {version.decode()!r}", b"GET /healthz " + version + b"\r\nHost: HOST\r\n\r\n")
    yield bad("two spaces", b"GET  /healthz HTTP/1.1\r\nHost: HOST\r\n\r\n")
    yield bad("tabs", b"GET\t/healthz\tHTTP/1.1\r\nHost: HOST\r\n\r\n")
    yield bad("space before it", b" GET /healthz HTTP/1.1\r\nHost: HOST\r\n\r\n")
    yield bad("TLS", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n")
    yield bad("nothing of it", b"\x00\x01\x02\x03")


def methods():
    for method in (b"POST", b"PUT", b"DELETE", b"PATCH", b"TRACE", b"CONNECT"):
        yield good(f"method {method.decode()}", method + b" /healthz HTTP/1.1\r\nHost: HOST\r\n\r\n", 405)
    for method in (b"BREW", b"PROPFIND", b"get", b"Get", b"GETT", b"!#$%&'*+-.^_`|~", b"X" * 100):
        yield good(f"method {method.decode()[:20]}", method + b" /healthz HTTP/1.1\r\nHost: HOST\r\n\r\n", 501)
    yield good("unknown method of an unknown path", b"BREW /coffee HTTP/1.1\r\nHost: HOST\r\n\r\n", 501)
    yield good("body of an unknown method", b"BREW /healthz HTTP/1.1\r\nHost: HOST\r\nContent-Length: 5\r\n\r\nhello" +
               NEXT, 501, 200)
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
    yield good("many fields", GET + b"a:\r\n" * 3000 + b"\r\n")
    yield good("cookies of a parent domain", GET + b"Cookie: " + b"; ".join(b"c%d=" % i + b"x" * 300 for i in range(50)) +
               b"\r\n\r\n")
    yield good("long target", b"GET /" + b"x" * 15000 + b" HTTP/1.1\r\nHost: HOST\r\n\r\n", 404)


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


def contents():
    def post(*lines, path=b"/token/revoke", body=b"{}"):
        return (b"POST " + path + b" HTTP/1.1\r\nHost: HOST\r\n" + b"".join(line + b"\r\n" for line in lines) +
                b"Content-Length: %d\r\n\r\n" % len(body) + body)

    for coding in (b"gzip", b"GZip", b"x-gzip", b"deflate", b"br", b"zstd", b"compress", b"aws-chunked", b"identity, gzip",
                   b"gzip, gzip", b"nothing"):
        yield good(f"content coding {coding.decode()}", post(b"Content-Encoding: " + coding) + NEXT, 415, 200)
    yield good("content codings in two fields", post(b"Content-Encoding: identity", b"Content-Encoding: gzip") + NEXT, 415,
               200)
    yield good("content coding of chunks", POST + b"Content-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n" + CHUNKS +
               NEXT, 415, 200)
    yield last("content coding of a body that waits",
               POST + b"Content-Encoding: gzip\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n", 415)
    for coding in (b"identity", b"Identity", b"", b" "):
        yield good(f"content coding {coding.decode()!r}", post(b"Content-Encoding: " + coding) + NEXT, 204, 200)
    yield good("content coding of no body", GET + b"Content-Encoding: gzip\r\n\r\n")
    yield good("content coding of an unknown path", post(b"Content-Encoding: gzip", path=b"/nowhere") + NEXT, 404, 200)
    for kind in (b"application/xml", b"text/html", b"multipart/form-data; boundary=b", b"application/octet-stream",
                 b"application/x-www-form-urlencoded", b"application/msgpack"):
        yield good(f"type {kind.decode()} in the place of JSON",
                   post(b"Content-Type: " + kind, path=b"/users/", body=b"x=y") + NEXT, 415, 200)
    for kind in (b"application/json", b"application/json; charset=utf-8", b"application/merge-patch+json"):
        yield good(f"type {kind.decode()} that is none",
                   post(b"Content-Type: " + kind, path=b"/users/", body=b"x=y") + NEXT, 400, 200)
    for kind in (b"", b"Content-Type: application/x-www-form-urlencoded", b"Content-Type: text/plain"):
        yield good(f"JSON behind {kind.decode()!r}", post(kind or b"X: y", path=b"/users/", body=b"{}") + NEXT, 422, 200)


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
            contents, upgrades)
