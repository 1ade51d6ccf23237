import Testing

@testable import MandateServer

@Suite("The HTTP parser")
struct HTTPParserTests {
    @Test(
        "refuses bad framing",
        arguments: [
            ("a bare line feed after the request line", "GET / HTTP/1.1\nHost: a\r\n\r\n"),
            ("a bare line feed after a field", "GET / HTTP/1.1\r\nHost: a\n\r\n"),
            ("a bare line feed as the empty line", "GET / HTTP/1.1\r\nHost: a\r\n\n"),
            ("a bare carriage return in a field", "GET / HTTP/1.1\r\nHost: a\rX: b\r\n\r\n"),
            ("a bare carriage return in the request line", "GET /\r HTTP/1.1\r\nHost: a\r\n\r\n"),
            ("a NUL", "GET / HTTP/1.1\r\nHost: a\u{0}\r\n\r\n"), ("a NUL at once", "\u{0}"),
            ("a folded field", "GET / HTTP/1.1\r\nHost: a\r\nX: b\r\n c\r\n\r\n"),
            ("a folded first field", "GET / HTTP/1.1\r\n Host: a\r\n\r\n"),
            ("a space before the colon", "GET / HTTP/1.1\r\nHost : a\r\n\r\n"),
            ("a field without colon", "GET / HTTP/1.1\r\nHost: a\r\nX\r\n\r\n"),
            ("a field without name", "GET / HTTP/1.1\r\nHost: a\r\n: x\r\n\r\n"),
            ("no Host", "GET / HTTP/1.1\r\nX: a\r\n\r\n"),
            ("two Hosts", "GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n"),
            ("an empty line first", "\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n"), ("no request line", "\r\n\r\n"),
            ("no path", "GET HTTP/1.1\r\nHost: a\r\n\r\n"), ("two spaces", "GET  / HTTP/1.1\r\nHost: a\r\n\r\n"),
            ("four words", "GET / x HTTP/1.1\r\nHost: a\r\n\r\n"), ("no method", " / HTTP/1.1\r\nHost: a\r\n\r\n"),
            ("a method that is no token", "G(T / HTTP/1.1\r\nHost: a\r\n\r\n"),
            ("a path that does not start with /", "GET a HTTP/1.1\r\nHost: a\r\n\r\n"),
            ("an asterisk", "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n"),
            ("an authority", "CONNECT a:443 HTTP/1.1\r\nHost: a\r\n\r\n"),
            ("an absolute form without a path", "GET http://a HTTP/1.1\r\nHost: a\r\n\r\n"),
            ("a fragment", "GET /a#b HTTP/1.1\r\nHost: a\r\n\r\n"), ("UTF-8", "GET /é HTTP/1.1\r\nHost: a\r\n\r\n"),
        ])
    func framing(what: String, text: String) {
        #expect(Transcript(of: text).failure.map { [$0.reason] } == ["malformed_request"], "\(what)")
        #expect(Transcript(of: text).requests == [], "\(what)")
    }

    @Test(
        "refuses a body whose length is not said exactly once",
        arguments: [
            ["Content-Length: 5", "Content-Length: 5"], ["Content-Length: 5", "Content-Length: 6"],
            ["Content-Length: 5", "Transfer-Encoding: chunked"], ["Transfer-Encoding: chunked", "Content-Length: 0"],
            ["Transfer-Encoding: chunked", "transfer-encoding: chunked"], ["Transfer-Encoding: chunked, chunked"],
            ["Transfer-Encoding: gzip, chunked"], ["Transfer-Encoding: identity"], ["Transfer-Encoding:"],
            ["Transfer-Encoding: xchunked"], ["Transfer-Encoding: chunked;q=1"], ["Content-Length:"],
            ["Content-Length: +5"], ["Content-Length: -1"], ["Content-Length: 5, 5"], ["Content-Length: 5 5"],
            ["Content-Length: 0x5"], ["Content-Length: 5.0"], ["Content-Length: ５"],
            ["Content-Length: 00000000000000000005"],
        ])
    func lengths(fields: [String]) {
        let transcript = Transcript(of: Wire.request(fields: ["Host: a"] + fields, body: "0\r\n\r\n"))
        #expect(transcript.status == 400 && transcript.requests == [])
    }

    @Test("does not read chunks from a client that cannot know them")
    func oldClients() {
        let text = Wire.request("POST / HTTP/1.0", fields: ["Transfer-Encoding: chunked"], body: "0\r\n\r\n")
        #expect(Transcript(of: text).status == 400)
    }

    @Test(
        "ends every limit in its own status, before the rest has come",
        arguments: [
            (414, "GET /" + String(repeating: "a", count: 4083) + " HTTP/1.1\r\n"),
            (414, String(repeating: "a", count: 5000)), (431, Wire.head(count: 17_000)),
            (431, Wire.request(fields: ["Host: a"] + (0..<64).map { "X-\($0): a" })),
            (413, Wire.request(fields: ["Host: a", "Content-Length: 65537"])),
            (413, Wire.request(fields: ["Host: a", "Content-Length: 9223372036854775807"])),
            (413, Wire.request(fields: ["Host: a", "Content-Length: 9999999999999999999"])),
            (413, Wire.chunked("10001\r\n")), (413, Wire.chunked("ffffffff\r\n")),
            (413, Wire.chunked("8000\r\n" + String(repeating: "a", count: 0x8000) + "\r\n8001\r\n")),
            (413, Wire.chunked(String(repeating: "1\r\na\r\n", count: 22_000))),
            (415, Wire.request(fields: ["Host: a", "Content-Encoding: gzip", "Content-Length: 5"])),
            (417, Wire.request(fields: ["Host: a", "Expect: 200-ok"])), (505, Wire.request("GET / HTTP/2.0")),
            (505, Wire.request("GET / http/1.1")), (505, Wire.request("GET / HTTP/1.10")),
        ] as [(Int, String)])
    func limits(status: Int, text: String) {
        let transcript = Transcript(of: text)
        #expect(transcript.status == status && transcript.requests == [])
    }

    @Test("reads what is just within a limit")
    func withinLimits() {
        let body = String(repeating: "a", count: 65_536)
        let good = [
            "GET /" + String(repeating: "a", count: 4082) + " HTTP/1.1\r\nHost: a\r\n\r\n",
            Wire.head(count: 16_000) + "\r\n\r\n", Wire.request(fields: ["Host: a"] + (0..<63).map { "X-\($0): a" }),
            Wire.request(fields: ["Host: a", "Content-Length: 65536"], body: body),
            Wire.chunked("10000\r\n\(body)\r\n0\r\n\r\n"),
            Wire.request(fields: ["Host: a", "Content-Encoding: identity", "Content-Length: 1"], body: "a"),
        ]
        for text in good {
            let transcript = Transcript(of: text)
            #expect(transcript.failure == nil && transcript.requests.count == 1 && transcript.waiting == 0)
        }
    }

    @Test(
        "refuses chunks that are not what RFC 9112 says",
        arguments: [
            "\r\n", "g\r\n", "-1\r\n", "+1\r\n", " 1\r\n", "0x1\r\n", "1 \r\na\r\n", ";a\r\n", "100000000\r\n",
            "1\na\r\n", "1\r\nab\r\n", "1\r\na\n0\r\n", "1;\u{0}\r\n", "1\rx\r\n", "0\r\n\n", "0\r\nA: \u{1}\r\n\r\n",
            "1;" + String(repeating: "a", count: 300) + "\r\n", "0\r\n" + String(repeating: "a", count: 300),
        ])
    func chunks(body: String) {
        #expect(Transcript(of: Wire.chunked(body)).status == 400)
    }

    @Test("reads a request whole")
    func wholeRequest() {
        let text = Wire.request(
            "POST /oauth/token?a=b?c HTTP/1.1",
            fields: [
                "hOST: evil.example", "Content-Type: \t application/json \t", "AUTHORIZATION: Basic YTpi",
                "If-None-Match: \"tag\"", "X-Forwarded-Host: evil", "Content-Length: 2",
                "Connection: Keep-Alive, Close",
            ], body: "{}")
        let expected = HTTPRequest(
            method: "POST", path: "/oauth/token", query: Array("a=b?c".utf8), contentType: "application/json",
            authorization: Array("Basic YTpi".utf8), ifNoneMatch: "\"tag\"", idempotencyKey: nil, traceparent: nil,
            body: Array("{}".utf8), keepsAlive: false)
        #expect(Transcript(of: text).requests == [expected])
    }

    @Test("takes the path of an absolute form and nothing of its authority")
    func absoluteForm() {
        for line in ["GET http://evil/a?b HTTP/1.1", "GET https://evil:1/a?b HTTP/1.1", "GET /a?b HTTP/1.1"] {
            let request = Transcript(of: Wire.request(line)).requests.first
            #expect(request?.path == "/a" && request?.query == Array("b".utf8))
        }
    }

    @Test("reads pipelined requests in order and keeps what is not yet whole")
    func pipelining() {
        let first = Wire.request("POST /1 HTTP/1.1", fields: ["Host: a", "Content-Length: 3"], body: "one")
        let second = Wire.chunked("3\r\ntwo\r\n0\r\n\r\n")
        let transcript = Transcript(of: first + second + Wire.request("GET /3 HTTP/1.1") + "GET /4")
        #expect(transcript.requests.map(\.path) == ["/1", "/oauth/token", "/3"])
        #expect(transcript.requests.map { String(decoding: $0.body, as: UTF8.self) } == ["one", "two", ""])
        #expect(transcript.waiting == 6 && transcript.failure == nil)
    }

    @Test("asks for the body once when its sender waits to be asked, and not when it is there")
    func continues() throws {
        let head = Wire.request(fields: ["Host: a", "Expect: 100-Continue", "Content-Length: 2"])
        var parser = HTTPParser()
        parser.append(Array(head.utf8))
        guard case .awaitsContinue = try parser.next(), case .incomplete = try parser.next() else {
            Issue.record("the sender was not asked exactly once")
            return
        }
        parser.append(Array("ok".utf8))
        guard case .request(let request) = try parser.next() else {
            Issue.record("the request is not whole")
            return
        }
        #expect(request.body == Array("ok".utf8) && !parser.isInside)
    }
}
