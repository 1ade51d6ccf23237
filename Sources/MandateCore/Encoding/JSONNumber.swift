/// Reads one JSON number (RFC 8259 §6).
enum JSONNumber {
    /// The number that begins at `start`, and the offset after it. Digits alone become `.integer` when they fit;
    /// everything else, and `-0`, becomes the nearest `.number`.
    static func read(from bytes: [UInt8], at start: Int) throws(JSONError) -> (value: JSONValue, end: Int) {
        let minus = UInt8(ascii: "-")
        var position = start
        if position < bytes.count, bytes[position] == minus { position += 1 }
        let digits = try skipDigits(in: bytes, at: &position)
        if digits.count > 1, bytes[digits.lowerBound] == UInt8(ascii: "0") {
            throw JSONError(.invalidNumber, at: start)
        }
        var isWhole = true
        if position < bytes.count, bytes[position] == UInt8(ascii: ".") {
            isWhole = false
            position += 1
            _ = try skipDigits(in: bytes, at: &position)
        }
        if position < bytes.count, bytes[position] | 0x20 == UInt8(ascii: "e") {
            isWhole = false
            position += 1
            if position < bytes.count, bytes[position] == minus || bytes[position] == UInt8(ascii: "+") {
                position += 1
            }
            _ = try skipDigits(in: bytes, at: &position)
        }
        let text = String(decoding: bytes[start..<position], as: UTF8.self)
        if isWhole, text != "-0", let whole = Int64(text) { return (.integer(whole), position) }
        guard let number = Double(text), number.isFinite else { throw JSONError(.invalidNumber, at: start) }
        return (.number(number), position)
    }

    /// Moves past at least one digit.
    private static func skipDigits(in bytes: [UInt8], at position: inout Int) throws(JSONError) -> Range<Int> {
        let start = position
        while position < bytes.count, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[position]) {
            position += 1
        }
        if position > start { return start..<position }
        throw JSONError(position < bytes.count ? .invalidNumber : .unexpectedEnd, at: position)
    }
}
