/// Reads one JSON string (RFC 8259 §7).
enum JSONString {
    /// The text of the string that begins with the quote at `start`, and the offset after its closing quote.
    static func read(from bytes: [UInt8], at start: Int) throws(JSONError) -> (text: String, end: Int) {
        guard start < bytes.count else { throw JSONError(.unexpectedEnd, at: start) }
        guard bytes[start] == UInt8(ascii: "\"") else { throw JSONError(.unexpectedByte, at: start) }
        var position = start + 1
        var copied = position
        var decoded: [UInt8] = []
        while position < bytes.count {
            switch bytes[position] {
            case UInt8(ascii: "\""):
                decoded.append(contentsOf: bytes[copied..<position])
                guard let text = String(validating: decoded, as: UTF8.self) else {
                    throw JSONError(.invalidUTF8, at: start)
                }
                return (text, position + 1)
            case UInt8(ascii: "\\"):
                decoded.append(contentsOf: bytes[copied..<position])
                position = try appendEscape(at: position, of: bytes, to: &decoded)
                copied = position
            case 0x00...0x1F:
                throw JSONError(.unexpectedByte, at: position)
            default:
                position += 1
            }
        }
        throw JSONError(.unexpectedEnd, at: position)
    }

    /// Decodes the escape that begins with the backslash at `start` and returns the offset after it.
    private static func appendEscape(
        at start: Int, of bytes: [UInt8], to decoded: inout [UInt8]
    ) throws(JSONError) -> Int {
        guard start + 1 < bytes.count else { throw JSONError(.unexpectedEnd, at: bytes.count) }
        switch bytes[start + 1] {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): decoded.append(bytes[start + 1])
        case UInt8(ascii: "b"): decoded.append(0x08)
        case UInt8(ascii: "f"): decoded.append(0x0C)
        case UInt8(ascii: "n"): decoded.append(0x0A)
        case UInt8(ascii: "r"): decoded.append(0x0D)
        case UInt8(ascii: "t"): decoded.append(0x09)
        case UInt8(ascii: "u"): return try appendScalar(at: start, of: bytes, to: &decoded)
        default: throw JSONError(.invalidEscape, at: start)
        }
        return start + 2
    }

    /// Decodes `\uXXXX`, or the pair of them that writes one scalar above U+FFFF.
    private static func appendScalar(
        at start: Int, of bytes: [UInt8], to decoded: inout [UInt8]
    ) throws(JSONError) -> Int {
        guard let first = unit(at: start, of: bytes) else { throw JSONError(.invalidEscape, at: start) }
        if let scalar = Unicode.Scalar(first) {
            append(scalar, to: &decoded)
            return start + 6
        }
        guard let second = unit(at: start + 6, of: bytes),
            UTF16.isLeadSurrogate(first), UTF16.isTrailSurrogate(second),
            let scalar = Unicode.Scalar(0x10000 + (UInt32(first & 0x3FF) << 10 | UInt32(second & 0x3FF)))
        else { throw JSONError(.invalidEscape, at: start) }
        append(scalar, to: &decoded)
        return start + 12
    }

    private static func append(_ scalar: Unicode.Scalar, to decoded: inout [UInt8]) {
        decoded.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
    }

    /// The code unit that `\uXXXX` at `start` writes; `nil` when that is not what stands there.
    private static func unit(at start: Int, of bytes: [UInt8]) -> UInt16? {
        guard start + 6 <= bytes.count, bytes[start] == UInt8(ascii: "\\"), bytes[start + 1] == UInt8(ascii: "u") else {
            return nil
        }
        var unit: UInt16 = 0
        for byte in bytes[start + 2..<start + 6] {
            guard let digit = Hex.value(of: byte) else { return nil }
            unit = unit << 4 | UInt16(digit)
        }
        return unit
    }
}
