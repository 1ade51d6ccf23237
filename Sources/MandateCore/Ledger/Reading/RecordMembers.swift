/// The members of a record at its top level, found by passing over the bytes once; nothing is decoded.
///
/// What is nested, or inside a string, is never taken for a member: that is why a filter may rely on it.
public struct RecordMembers {
    private let record: UnsafeRawBufferPointer

    public init(_ record: UnsafeRawBufferPointer) {
        self.record = record
    }

    /// Shows every member, in order, as where its name (without quotes) and its value are, until `visit` answers false.
    /// Ends at the first byte that canonical JSON would not have there; answers whether that never happened, and every
    /// member was shown up to the brace that ends the record.
    @discardableResult
    public func each(_ visit: (_ name: Range<Int>, _ value: Range<Int>) -> Bool) -> Bool {
        guard let first = record.first, first == UInt8(ascii: "{") else { return false }
        var position = 1
        while let name = string(at: position) {
            let start = name.upperBound + 1
            guard start < record.count, record[name.upperBound] == UInt8(ascii: ":"),
                let end = end(ofValueAt: start)
            else { return false }
            guard visit(name.lowerBound + 1..<name.upperBound - 1, start..<end) else { return false }
            guard record[end] == UInt8(ascii: ",") else {
                return end == record.count - 1 && record[end] == UInt8(ascii: "}")
            }
            position = end + 1
        }
        return false
    }

    /// The bytes of the member with this name, or nil when there is none.
    public func value(of name: StaticString) -> UnsafeRawBufferPointer? {
        var found: UnsafeRawBufferPointer?
        each { at, value in
            guard name.withUTF8Buffer({ record[at].elementsEqual($0) }) else { return true }
            found = UnsafeRawBufferPointer(rebasing: record[value])
            return false
        }
        return found
    }

    /// The string that begins at `start`, quotes included.
    private func string(at start: Int) -> Range<Int>? {
        guard start < record.count, record[start] == UInt8(ascii: "\"") else { return nil }
        var position = start + 1
        while position < record.count {
            position = plain(from: position)
            guard position < record.count else { return nil }
            switch record[position] {
            case UInt8(ascii: "\\"): position += 2
            case UInt8(ascii: "\""): return start..<position + 1
            default: position += 1
            }
        }
        return nil
    }

    /// Passes over eight bytes at a time for as long as none of them is a quote or a backslash.
    private func plain(from start: Int) -> Int {
        var position = start
        while position + 8 <= record.count {
            let bytes = record.loadUnaligned(fromByteOffset: position, as: UInt64.self)
            guard !bytes.holds(UInt8(ascii: "\"")), !bytes.holds(UInt8(ascii: "\\")) else { break }
            position += 8
        }
        return position
    }

    /// Where the value that begins at `start` ends: at the comma or the bracket of the object around it.
    private func end(ofValueAt start: Int) -> Int? {
        var depth = 0
        var position = start
        while position < record.count {
            switch record[position] {
            case UInt8(ascii: "\""):
                guard let text = string(at: position) else { return nil }
                position = text.upperBound
                continue
            case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                if depth == 0 { return position > start ? position : nil }
                depth -= 1
            case UInt8(ascii: ","): if depth == 0 { return position > start ? position : nil }
            default: break
            }
            position += 1
        }
        return nil
    }
}

extension UInt64 {
    /// Whether one of its eight bytes is `byte`: exact, because no byte borrows from another unless one before it is zero.
    fileprivate func holds(_ byte: UInt8) -> Bool {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let difference = self ^ (ones &* UInt64(byte))
        return (difference &- ones) & ~difference & (ones << 7) != 0
    }
}
