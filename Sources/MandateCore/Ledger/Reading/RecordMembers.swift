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
            switch record[position] {
            case UInt8(ascii: "\\"): position += 2
            case UInt8(ascii: "\""): return start..<position + 1
            default: position += 1
            }
        }
        return nil
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
