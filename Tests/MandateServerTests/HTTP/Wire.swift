import Foundation

@testable import MandateServer

/// What a parser makes of bytes: the requests, then perhaps a failure.
struct Transcript: Equatable {
    var requests: [HTTPRequest] = []
    var failure: HTTPFailure?
    /// How many bytes were left waiting.
    var waiting = 0

    /// Feeds `pieces` one after the other, as a connection does.
    init(of pieces: some Sequence<some Sequence<UInt8>>) {
        var parser = HTTPParser()
        do throws(HTTPFailure) {
            for piece in pieces {
                parser.append(piece)
                reading: while true {
                    switch try parser.next() {
                    case .request(let request): requests.append(request)
                    case .incomplete, .awaitsContinue: break reading
                    }
                }
            }
        } catch {
            failure = error
        }
        waiting = failure == nil ? parser.waiting : 0
    }

    init(of text: String) { self.init(of: [Array(text.utf8)]) }

    var status: Int? { failure?.status }
}

/// Requests as they are on the wire.
enum Wire {
    static func request(
        _ line: String = "POST /oauth/token HTTP/1.1", fields: [String] = ["Host: mandate.example"], body: String = ""
    ) -> String {
        ([line] + fields).joined(separator: "\r\n") + "\r\n\r\n" + body
    }

    static func chunked(_ body: String) -> String {
        request(fields: ["Host: a", "Transfer-Encoding: chunked"], body: body)
    }

    /// A head of about `count` bytes, without its end.
    static func head(count: Int) -> String {
        "GET / HTTP/1.1\r\nHost: a\r\nX: " + String(repeating: "a", count: count - 30)
    }

    /// `Authorization: Basic` for this pair, as it stands.
    static func basic(_ pair: String) -> String { "Basic " + Data(pair.utf8).base64EncodedString() }

    /// Good requests and bad ones, of every kind.
    static let corpus = [
        request("GET /healthz HTTP/1.1"), request("GET /a?b=c HTTP/1.0", fields: []),
        request(fields: ["Host: a", "Content-Length: 5"], body: "a=b&c"),
        request(fields: ["Host: a", "Content-Length: 5"], body: "a=b&c") + request("GET /next HTTP/1.1"),
        request(fields: ["host:a", "CONTENT-LENGTH:3", "Content-Type:  text/plain ; a=b\t"], body: "xyz"),
        chunked("5\r\nhello\r\n1;ext=\"1\"\r\n!\r\n0\r\nTrailer: x\r\n\r\n") + request("GET /n HTTP/1.1"),
        request("POST http://other.example/oauth/token?x HTTP/1.1"),
        request(fields: ["Host: a", "Authorization: Basic YTpi", "If-None-Match: W/\"x\"", "Connection: a, close"]),
        request(fields: ["Host: a", "Expect: 100-continue", "Content-Length: 2"], body: "ok"),
        "GET / HTTP/1.1\nHost: a\r\n\r\n", "GET / HTTP/1.1\r\nHost: a\r\n b: c\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: \u{0}\r\n\r\n",
        request(fields: ["Host: a", "Content-Length: 5", "Content-Length: 5"], body: "aaaaa"),
        request(fields: ["Host: a", "Content-Length: 5", "Transfer-Encoding: chunked"], body: "0\r\n\r\n"),
        chunked("5\r\nhelloX\r\n0\r\n\r\n"), chunked("zz\r\n"), "\r\n" + request("GET / HTTP/1.1"), "x", "",
    ]
}
