import MandateCore

/// Reads a chunked body (RFC 9112 §7.1) as its bytes come; each byte is looked at once.
struct ChunkedBody {
    private enum State {
        case size
        case bytes(left: Int)
        case afterBytes
        case trailer
    }

    private(set) var decoded: [UInt8] = []
    private var state = State.size
    private let start: Int
    private var position: Int

    private static let longestLine = 256

    init(start: Int) {
        self.start = start
        position = start
    }

    /// Where the body ends in `buffer`, or nil when more bytes are needed. `buffer` only ever grows between calls.
    mutating func read(_ buffer: [UInt8]) throws(HTTPFailure) -> Int? {
        guard min(buffer.count, position + 1) - start <= HTTPLimits.chunkedBody else { throw .bodyTooLarge }
        while true {
            switch state {
            case .size:
                guard let line = try line(in: buffer) else { return nil }
                let size = try size(line)
                state = size == 0 ? .trailer : .bytes(left: size)
            case .bytes(let left):
                let taken = min(left, buffer.count - position)
                decoded.append(contentsOf: buffer[position..<(position + taken)])
                position += taken
                guard taken == left else {
                    state = .bytes(left: left - taken)
                    return nil
                }
                state = .afterBytes
            case .afterBytes:
                guard buffer.count - position >= 2 else { return nil }
                guard buffer[position] == 0x0D, buffer[position + 1] == 0x0A else {
                    throw .malformed("a chunk does not end where it says")
                }
                position += 2
                state = .size
            case .trailer:
                guard let line = try line(in: buffer) else { return nil }
                if line.isEmpty { return position }
            }
            guard position - start <= HTTPLimits.chunkedBody else { throw .bodyTooLarge }
        }
    }

    /// The next line without its end; nil until it is there.
    private mutating func line(in buffer: [UInt8]) throws(HTTPFailure) -> ArraySlice<UInt8>? {
        let seen = buffer[position...].prefix(Self.longestLine + 2)
        guard let feed = seen.firstIndex(of: 0x0A) else {
            guard seen.count < Self.longestLine + 2 else { throw .malformed("a chunk's size line is too long") }
            return nil
        }
        guard feed > position, buffer[feed - 1] == 0x0D else {
            throw .malformed("a line ends without a carriage return")
        }
        let line = buffer[position..<(feed - 1)]
        guard line.allSatisfy({ $0 >= 0x20 && $0 != 0x7F || $0 == 0x09 }) else {
            throw .malformed("a chunk's size line or trailer holds a control character")
        }
        position = feed + 1
        return line
    }

    /// The size before any extension; extensions are passed over.
    private func size(_ line: ArraySlice<UInt8>) throws(HTTPFailure) -> Int {
        let digits = line.prefix { $0 != UInt8(ascii: ";") }
        guard (1...8).contains(digits.count) else { throw .malformed("a chunk's size is no hexadecimal number") }
        var size = 0
        for digit in digits {
            guard let value = Hex.value(of: digit) else {
                throw .malformed("a chunk's size is no hexadecimal number")
            }
            size = size * 16 + Int(value)
        }
        guard decoded.count + size <= HTTPLimits.body else { throw .bodyTooLarge }
        return size
    }
}
