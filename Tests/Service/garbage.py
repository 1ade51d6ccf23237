"""A seeded generator of requests nobody should send, in families. Each says which statuses are a right refusal."""

import random

from wire import FORM, request

CLOSED = "closed"          # hung up without an answer
BAD = {400}
FRAMING = {400, CLOSED}


class Garbage:
    """One hostile input. `ends`: the server must hang up after its answer, because it cannot know where the next begins."""

    def __init__(self, family, data, expected, ends=False, finish=False):
        self.family, self.data, self.expected = family, data, frozenset(expected)
        self.ends, self.finish = ends, finish


class Generator:
    def __init__(self, seed, authorization):
        self.random = random.Random(seed)
        self.authorization = authorization
        self.families = [name for name in vars(Generator) if name.startswith("make_")]

    def stream(self, count):
        """`count` inputs; every family has its turn, then chance decides."""
        for number in range(count):
            name = self.families[number] if number < len(self.families) else self.random.choice(self.families)
            if name in RARE and number >= len(self.families) and self.random.random() > 0.05:
                name = "make_random_bytes"
            yield getattr(self, name)(name.removeprefix("make_"))

    def bytes(self, most):
        return self.random.randbytes(self.random.randint(1, most))

    def pick(self, *choices):
        return self.random.choice(choices)

    def post(self, body, *headers, content_type=FORM, length=True):
        return request("POST", "/oauth/token", [
            ("Content-Type", content_type), ("Authorization", self.authorization), *headers], body, length)

    # Not HTTP

    def make_random_bytes(self, family):
        return Garbage(family, self.bytes(300).replace(b"\n", b"x") + b"\r\n\r\n", {400, 405, 414, 431, 501, 505, CLOSED},
                       ends=True, finish=True)

    def make_printable_noise(self, family):
        line = "".join(self.random.choices("GEPOST /?%&:;\t\"'<>()[]{}=.\\", k=self.random.randint(1, 200)))
        return Garbage(family, line.encode() + b"\r\n\r\n", {400, 404, 405, 501, 505, CLOSED}, finish=True)

    def make_another_protocol(self, family):
        return Garbage(family, self.pick(
            b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + self.random.randbytes(64),
            b"SSH-2.0-OpenSSH_9.6\r\n\r\n", b"GET /healthz HTTP/9.9\r\nHost: a\r\n\r\n", b"GET /healthz\r\n\r\n",
            b"GET /healthz http/1.1\r\nHost: a\r\n\r\n", b"GET  /healthz HTTP/1.1\r\nHost: a\r\n\r\n",
            b"*1\r\n$4\r\nPING\r\n\r\n"), {400, 505, CLOSED}, ends=True, finish=True)

    def make_pipelined_garbage(self, family):
        good = self.post(b"grant_type=client_credentials")
        return Garbage(family, good + self.bytes(200).replace(b"\n", b"x") + b"\r\n\r\n", {200}, ends=True)

    # Framing

    def make_bare_line_feed(self, family):
        head = self.post(b"").replace(b"\r\n", b"\n") if self.random.random() < 0.5 else \
            request("GET", "/healthz", [("X-A", "b\nX-C: d")])
        return Garbage(family, head, FRAMING, ends=True)

    def make_nul(self, family):
        return Garbage(family, self.pick(
            request("GET", "/heal\0thz"), request("GET", "/healthz", [("X-A", "b\0c")]),
            request("GET", "/healthz", [("X\0A", "b")]), b"\0" + request("GET", "/healthz"),
            b"GET /healthz HTTP/1.1\0\r\n\r\n"), FRAMING, ends=True)

    def make_bad_header(self, family):
        return Garbage(family, self.pick(
            request("GET", "/healthz", [("X-A ", "b")]), request("GET", "/healthz", [("", "b")]),
            request("GET", "/healthz", [("X(A", "b")]), request("GET", "/healthz", [("X-A", "b\r\n folded")]),
            b"GET /healthz HTTP/1.1\r\nno colon here\r\n\r\n", b"GET /healthz HTTP/1.1\r\n X-A: b\r\n\r\n",
            request("GET", "/healthz", [("X-A", "b\rc")]), request("GET", "/healthz", [("X-A", "\x01\x02")])),
            FRAMING, ends=True)

    def make_two_lengths(self, family):
        body = b"grant_type=client_credentials"
        first, second = self.pick((len(body), len(body)), (len(body), 0), (0, len(body)), (5, 6))
        return Garbage(family, self.post(body, ("Content-Length", first), ("Content-Length", second), length=False),
                       FRAMING, ends=True)

    def make_length_and_chunked(self, family):
        fields = [("Content-Length", self.random.randint(0, 60)), ("Transfer-Encoding", "chunked")]
        self.random.shuffle(fields)
        body = b"1d\r\ngrant_type=client_credentials\r\n0\r\n\r\n"
        return Garbage(family, self.post(body, *fields, length=False), FRAMING, ends=True)

    def make_bad_length(self, family):
        length = self.pick("-1", "+5", "5,5", "5, 6", "0x10", "1e3", "٣", "", " ", "5 5", "five", "5;", "9" * 30,
                           "18446744073709551616", "9223372036854775808", "4294967296x")
        value = length.encode().decode("latin-1")
        return Garbage(family, self.post(b"a=b", ("Content-Length", value), length=False), {400, 413, CLOSED}, ends=True)

    def make_huge_length(self, family):
        length = self.pick(2 ** 31, 2 ** 31 - 1, 2 ** 32, 2 ** 63 - 1, 65537, 10 ** 12)
        return Garbage(family, self.post(b"grant_type=", ("Content-Length", length), length=False), {413, CLOSED})

    def make_bad_chunks(self, family):
        size = self.pick(b"zz", b"-1", b"0x5", b"", b" 5", b"5 ", b"+5", b"ffffffffffffffff", b"1" * 40, b"5\n", b"5;\0")
        body = size + b"\r\nabcde\r\n0\r\n\r\n"
        return Garbage(family, self.post(body, ("Transfer-Encoding", "chunked"), length=False), {400, 413, CLOSED},
                       ends=True)

    def make_bad_chunk_end(self, family):
        body = self.pick(b"5\r\nabcdeXX0\r\n\r\n", b"5\r\nabcdefgh\r\n0\r\n\r\n", b"5\nabcde\n0\n\n", b"5\r\nabc\r\n0\r\n\r\n")
        return Garbage(family, self.post(body, ("Transfer-Encoding", "chunked"), length=False), FRAMING,
                       ends=True)

    def make_unknown_coding(self, family):
        coding = self.pick("gzip", "gzip, chunked", "chunked, chunked", "xchunked", "identity", "chunked, gzip", "\x0bchunked",
                           "chunked;q=1", '"chunked"')
        return Garbage(family, self.post(b"0\r\n\r\n", ("Transfer-Encoding", coding), length=False),
                       {400, 415, 501, CLOSED}, ends=True)

    def make_truncated_body(self, family):
        if self.random.random() < 0.5:
            data = self.post(b"grant_type=client", ("Content-Length", self.random.randint(30, 60000)), length=False)
        else:
            data = self.post(b"1d\r\ngrant_type=client", ("Transfer-Encoding", "chunked"), length=False)
        return Garbage(family, data, {400, 408, CLOSED}, ends=True, finish=True)

    def make_truncated_head(self, family):
        whole = self.post(b"")
        return Garbage(family, whole[:self.random.randint(1, len(whole) - 3)], {400, 408, CLOSED}, ends=True, finish=True)

    # Sizes

    def make_70_000_headers(self, family):
        lines = b"".join(b"X-%d: 1\r\n" % n for n in range(70_000))
        return Garbage(family, b"GET /healthz HTTP/1.1\r\n" + lines + b"\r\n", {431, CLOSED}, ends=True)

    def make_many_headers(self, family):
        fields = [(f"X-{n}", "1") for n in range(self.random.randint(65, 900))]
        return Garbage(family, request("GET", "/healthz", fields), {431, CLOSED})

    def make_huge_request_line(self, family):
        size = self.pick(4097, 5000, 20_000, 300_000)
        return Garbage(family, request("GET", self.pick("/", "/healthz?", "/oauth/token?a=") + "x" * size), {414, CLOSED})

    def make_many_parameters(self, family):
        body = "&".join(f"{self.pick('x', 'scope', '')}{n}=1" for n in range(self.random.randint(65, 9000)))[:65000]
        return Garbage(family, self.post(body.encode()), BAD)

    def make_large_body(self, family):
        return Garbage(family, self.post(b"a=" + b"x" * self.random.randint(65536, 200_000)), {413, CLOSED})

    # Parameters

    def make_repeated_parameter(self, family):
        name = self.pick("grant_type", "scope", "task_id", "expires_in", "x", "client_assertion", "")
        body = f"grant_type=client_credentials&{name}=1&{name}={self.random.randint(0, 9)}"
        return Garbage(family, self.post(body.encode()), BAD if name else BAD | {200})

    def make_bytes_in_values(self, family):
        name = self.pick("scope", "grant_type", "task_id", "audience", "expires_in", "requested_token_type")
        junk = b"".join(b"%%%02X" % byte for byte in self.random.randbytes(self.random.randint(8, 100)))
        junk += self.pick(b"%FF", b"%00", b"%C0%AF", b"%ED%A0%80", b"%F5%80%80%80", b"\xff\xfe", b"\0")
        start = b"" if name == "grant_type" else b"grant_type=client_credentials&"
        return Garbage(family, self.post(start + name.encode() + b"=" + junk), BAD)

    def make_percent_tricks(self, family):
        value = self.pick("%", "%2", "%zz", "%%", "%u0041", "a%", "a:b%2", "%-1", "%+1", "% 1", "%0", "%G0")
        return Garbage(family, self.post(f"grant_type=client_credentials&scope={value}".encode()), BAD)

    def make_random_form(self, family):
        return Garbage(family, self.post(self.bytes(2000)), BAD)

    def make_scope_noise(self, family):
        scope = "".join(self.random.choices("a:*b:*%3A%2A+c", k=self.random.randint(2, 2000)))
        return Garbage(family, self.post(f"grant_type=client_credentials&scope=zz:{scope}".encode()), BAD)

    def make_odd_number(self, family):
        number = self.pick("1e2", "0x10", "-0", "--1", "NaN", "Infinity", "1_000", "%D9%A3", "1.0", " 1", "1+", "0", "00", "-9" * 40)
        return Garbage(family, self.post(f"grant_type=client_credentials&expires_in={number}".encode()), BAD)

    def make_bad_json(self, family):
        body = self.pick(
            b"[" * self.random.randint(17, 60_000), b'{"a":' * self.random.randint(17, 10_000), b'{"grant_type":1e999}',
            b'{"grant_type":"client_credentials","a":"\\ud800"}', b'{"a":"\xff"}', b"nul", b"NaN", b'{"a":1,}', b'"', b"{}",
            b'{"grant_type":"client_credentials","grant_type":"x"}', self.bytes(500), b'{"a":"' + b"\\u0000" * 900 + b'"}')
        return Garbage(family, self.post(body, content_type="application/json"), BAD)

    # The rest of the request

    def make_odd_method(self, family):
        method = self.pick("post", "TRACE", "CONNECT", "BREW", "PROPFIND", "X" * 500, "GET", "Options")
        return Garbage(family, request(method, "/oauth/token"), {400, 405, 501, CLOSED})

    def make_odd_path(self, family):
        path = self.pick("//oauth/token", "/oauth/../oauth/token", "/oauth/token%00", "/%2e%2e/%2e%2e/etc/passwd", "*",
                         "/oauth%2Ftoken", "/oauth/token;x=y", "token", "/.well-known/../mandate.db", "/mandate.yaml", "\\oauth",
                         "/delegations/" + "a" * 500, "/oauth/tasks/../complete", "http://127.0.0.1/nothing", "/\xff\xfe")
        return Garbage(family, request("GET", path), {400, 401, 404, 405, CLOSED})

    def make_odd_content_type(self, family):
        kind = self.pick("text/plain", "application/*", "*/*", "a" * 3000, ";", "application/json+x", "\xff\xff", "application")
        return Garbage(family, self.post(b"grant_type=client_credentials", content_type=kind), {400, 415, CLOSED})

    def make_bad_authorization(self, family):
        value = self.pick("Basic", "Basic =", "Basic " + "A" * 9000, "Bearer x", "Negotiate abc", "Basic QQ==\t", "Basic /w==",
                          "Basic OjpBOg==", "Basic Og==", "Basic " + "%" * 40, "\x80\x81", "Basic AAAA AAAA")
        return Garbage(family, request("POST", "/oauth/token", [
            ("Content-Type", FORM), ("Authorization", value)], b"grant_type=client_credentials"), {400, 401, CLOSED})

    def make_two_authorizations(self, family):
        fields = [("Content-Type", FORM), ("Authorization", self.authorization), ("Authorization", "Basic QTpC")]
        self.random.shuffle(fields)
        return Garbage(family, request("POST", "/oauth/token", fields, b"grant_type=client_credentials"), {400, 401, CLOSED})

    def make_compressed(self, family):
        return Garbage(family, self.post(self.bytes(100), ("Content-Encoding", self.pick("gzip", "br", "deflate", "x"))),
                       {415, CLOSED})


RARE = {"make_70_000_headers", "make_large_body"}
