/// The request line and the header fields of one request (RFC 9112 §3, §5), strictly read.
struct HTTPHead {
    enum Framing: Hashable {
        case length(Int)
        case chunked
    }

    private(set) var method = ""
    private(set) var path = ""
    private(set) var query: [UInt8]?
    private(set) var contentType: String?
    private(set) var authorization: [UInt8]?
    private(set) var ifNoneMatch: String?
    private(set) var idempotencyKey: String?
    private(set) var traceparent: String?
    private(set) var expectsContinue = false
    private(set) var framing = Framing.length(0)
    private(set) var keepsAlive = true

    private var isVersion10 = false
    private var hosts = 0
    private var lengths = 0
    private var encodings = 0
    private var traceparents = 0

    /// Reads the bytes before the empty line, without it.
    init(_ bytes: ArraySlice<UInt8>) throws(HTTPFailure) {
        var fields = 0
        var lines = Lines(bytes)
        guard let first = lines.next() else { throw .malformed("there is no request line") }
        try readRequestLine(first)
        while let line = lines.next() {
            fields += 1
            guard fields <= HTTPLimits.fields else { throw .headersTooLarge }
            try readField(line)
        }
        guard hosts == 1 || isVersion10 && hosts == 0 else { throw .malformed("there must be one Host field") }
        if encodings > 0 {
            guard lengths == 0, encodings == 1, !isVersion10 else {
                throw .malformed("the length of the body is given twice")
            }
            framing = .chunked
        }
    }

    func request(body: [UInt8]) -> HTTPRequest {
        HTTPRequest(
            method: method, path: path, query: query, contentType: contentType, authorization: authorization,
            ifNoneMatch: ifNoneMatch, idempotencyKey: idempotencyKey, traceparent: traceparent, body: body,
            keepsAlive: keepsAlive)
    }

    private mutating func readRequestLine(_ line: ArraySlice<UInt8>) throws(HTTPFailure) {
        guard line.count <= HTTPLimits.requestLine else { throw .requestLineTooLong }
        let parts = line.split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false)
        guard parts.count == 3, !parts[0].isEmpty, parts[0].allSatisfy(\.isTokenCharacter) else {
            throw .malformed("the request line is not: method, path, version")
        }
        method = String(decoding: parts[0], as: UTF8.self)
        switch String(decoding: parts[2], as: UTF8.self) {
        case "HTTP/1.1": break
        case "HTTP/1.0":
            isVersion10 = true
            keepsAlive = false
        default: throw HTTPFailure(status: 505, reason: "http_version", detail: "only HTTP/1.1 is spoken here")
        }
        try readTarget(parts[1])
    }

    /// Origin form, or absolute form without a look at its authority (RFC 9112 §3.2).
    private mutating func readTarget(_ target: ArraySlice<UInt8>) throws(HTTPFailure) {
        var target = target
        for scheme in ["http://", "https://"] where target.starts(with: scheme.utf8) {
            target = target.dropFirst(scheme.utf8.count).drop { $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: "?") }
        }
        guard target.first == UInt8(ascii: "/"), target.allSatisfy({ (0x21...0x7E).contains($0) && $0 != 0x23 }) else {
            throw .malformed("the path must start with / and hold only visible ASCII")
        }
        let mark = target.firstIndex(of: UInt8(ascii: "?"))
        path = String(decoding: target[..<(mark ?? target.endIndex)], as: UTF8.self)
        query = mark.map { Array(target[($0 + 1)...]) }
    }

    private mutating func readField(_ line: ArraySlice<UInt8>) throws(HTTPFailure) {
        guard let colon = line.firstIndex(of: UInt8(ascii: ":")), colon > line.startIndex,
            line[..<colon].allSatisfy(\.isTokenCharacter)
        else { throw .malformed("a header field is not: name, colon, value") }
        let value = line[(colon + 1)...].trimmingSpaces()
        guard value.allSatisfy({ $0 >= 0x20 && $0 != 0x7F || $0 == 0x09 }) else {
            throw .malformed("a header field holds a control character")
        }
        let name = line[..<colon]
        switch name.count {
        case 4 where name.isName("host"): hosts += 1
        case 6 where name.isName("expect"):
            guard value.isName("100-continue") else {
                throw HTTPFailure(status: 417, reason: "expectation", detail: "only 100-continue can be expected")
            }
            expectsContinue = true
        case 10 where name.isName("connection"): readConnection(value)
        case 11 where name.isName("traceparent"):
            // One that was sent twice says nothing (W3C Trace Context §3.2), and is no reason to refuse the request.
            traceparents += 1
            traceparent = traceparents == 1 ? String(decoding: value, as: UTF8.self) : nil
        case 12 where name.isName("content-type"):
            guard contentType == nil else { throw .malformed("Content-Type is given twice") }
            contentType = String(decoding: value, as: UTF8.self)
        case 13 where name.isName("authorization"):
            guard authorization == nil else { throw .malformed("Authorization is given twice") }
            authorization = Array(value)
        case 13 where name.isName("if-none-match"): ifNoneMatch = String(decoding: value, as: UTF8.self)
        case 14 where name.isName("content-length"): try readLength(value)
        case 15 where name.isName("idempotency-key"):
            guard idempotencyKey == nil else { throw .malformed("Idempotency-Key is given twice") }
            idempotencyKey = String(decoding: value, as: UTF8.self)
        case 16 where name.isName("content-encoding"):
            guard value.isName("identity") else { throw .compressedBody }
        case 17 where name.isName("transfer-encoding"):
            guard value.isName("chunked") else { throw .malformed("the only transfer encoding read here is chunked") }
            encodings += 1
        default: break
        }
    }

    private mutating func readConnection(_ value: ArraySlice<UInt8>) {
        for option in value.split(separator: UInt8(ascii: ",")) {
            let option = option.trimmingSpaces()
            if option.isName("close") { keepsAlive = false }
        }
    }

    private mutating func readLength(_ value: ArraySlice<UInt8>) throws(HTTPFailure) {
        lengths += 1
        guard lengths == 1, (1...19).contains(value.count), value.allSatisfy({ (0x30...0x39).contains($0) }) else {
            throw .malformed("Content-Length must be one number")
        }
        var length = 0
        for digit in value {
            length = length * 10 + Int(digit - 0x30)
            guard length <= HTTPLimits.body else { throw .bodyTooLarge }
        }
        framing = .length(length)
    }
}

/// The lines of a head; every line feed was checked to follow a carriage return.
private struct Lines {
    private var rest: ArraySlice<UInt8>
    private var ended = false

    init(_ bytes: ArraySlice<UInt8>) { rest = bytes }

    mutating func next() -> ArraySlice<UInt8>? {
        if ended { return nil }
        guard let feed = rest.firstIndex(of: UInt8(ascii: "\n")) else {
            ended = true
            return rest
        }
        defer { rest = rest[(feed + 1)...] }
        return rest[..<(feed - 1)]
    }
}
