/// Cuts a stream of bytes into requests. Keeps at most one request and what was read beyond it.
///
/// Written here because every limit must end in its own status, and because a byte is looked at once, however slowly it
/// comes (docs/adr).
struct HTTPParser {
    enum Reading {
        /// More bytes are needed.
        case incomplete
        /// The sender waits for `100 Continue` before it sends the body (RFC 9110 §10.1.1).
        case awaitsContinue
        case request(HTTPRequest)
    }

    private static let keptCapacity = 8 * 1024
    private var buffer: [UInt8] = []
    /// How many bytes of the current head were looked at.
    private var scanned = 0
    private var line = 0
    private var head: HTTPHead?
    private var bodyStart = 0
    private var chunks: ChunkedBody?
    private var toldToContinue = false

    /// Whether a request has begun and not ended.
    var isInside: Bool { !buffer.isEmpty }

    /// How many bytes wait.
    var waiting: Int { buffer.count }

    /// How many bytes the requests had that were taken out.
    private(set) var taken = 0

    mutating func append(_ bytes: some Sequence<UInt8>) {
        buffer.append(contentsOf: bytes)
    }

    /// The next request, once; call again after it was answered.
    mutating func next() throws(HTTPFailure) -> Reading {
        if head == nil { try readHead() }
        guard let head else { return .incomplete }
        switch head.framing {
        case .length(let length):
            guard buffer.count - bodyStart >= length else { return awaitingBody(head) }
            return .request(
                finish(head, body: Array(buffer[bodyStart..<(bodyStart + length)]), end: bodyStart + length))
        case .chunked:
            var body = chunks ?? ChunkedBody(start: bodyStart)
            let end = try body.read(buffer)
            chunks = body
            guard let end else { return awaitingBody(head) }
            return .request(finish(head, body: body.decoded, end: end))
        }
    }

    private mutating func awaitingBody(_ head: HTTPHead) -> Reading {
        guard head.expectsContinue, !toldToContinue, buffer.count == bodyStart else { return .incomplete }
        toldToContinue = true
        return .awaitsContinue
    }

    private mutating func finish(_ head: HTTPHead, body: [UInt8], end: Int) -> HTTPRequest {
        taken &+= end
        if end == buffer.count {
            // A connection that once sent much does not keep the room for it while it is idle.
            buffer.removeAll(keepingCapacity: buffer.capacity <= Self.keptCapacity)
        } else {
            buffer.removeFirst(end)
        }
        (scanned, line, bodyStart, chunks, toldToContinue) = (0, 0, 0, nil, false)
        self.head = nil
        return head.request(body: body)
    }

    /// Looks for the empty line; a line feed without a carriage return and a NUL end the connection at once.
    private mutating func readHead() throws(HTTPFailure) {
        let (start, firstLine) = (scanned, line)
        let found: HeadScan = buffer.withUnsafeBufferPointer { bytes in
            var scan = HeadScan(line: firstLine)
            scan.run(bytes, from: start)
            return scan
        }
        (scanned, line) = (found.position, found.line)
        if let failure = found.failure { throw failure }
        guard let end = found.end else { return }
        head = try HTTPHead(buffer[..<(end - 4)])
        bodyStart = end
    }
}

/// One pass over new bytes of a head.
private struct HeadScan {
    /// Where the current line starts.
    var line: Int
    var position = 0
    var end: Int?
    var failure: HTTPFailure?

    init(line: Int) { self.line = line }

    mutating func run(_ bytes: UnsafeBufferPointer<UInt8>, from start: Int) {
        position = start
        while position < bytes.count {
            let byte = bytes[position]
            position += 1
            if byte == 0 {
                failure = .malformed("there is a NUL byte")
                return
            }
            if byte == UInt8(ascii: "\n") {
                guard position >= 2, bytes[position - 2] == UInt8(ascii: "\r") else {
                    failure = .malformed("a line ends without a carriage return")
                    return
                }
                if position - line == 2 {
                    if line == 0 {
                        failure = .malformed("there is no request line")
                        return
                    }
                    end = position
                    return
                }
                if line == 0, position > HTTPLimits.requestLine + 2 {
                    failure = .requestLineTooLong
                    return
                }
                line = position
            }
            if position > HTTPLimits.head + 2 {
                failure = line == 0 ? .requestLineTooLong : .headersTooLarge
                return
            }
        }
        if line == 0, position > HTTPLimits.requestLine + 2 { failure = .requestLineTooLong }
    }
}
