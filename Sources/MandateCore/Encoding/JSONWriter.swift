/// Writes JSON bytes in the form of RFC 8785: no whitespace, the shortest escapes, ECMAScript's numbers.
///
/// The caller of `raw` answers for the structure; everything that holds text from outside goes through `string`.
public struct JSONWriter: Sendable {
    public private(set) var bytes: [UInt8] = []

    /// An empty writer with room for `capacity` bytes.
    public init(capacity: Int = 0) {
        bytes.reserveCapacity(capacity)
    }

    /// Appends text of the program's own, such as `{"alg":`, as it stands.
    public mutating func raw(_ text: StaticString) {
        text.withUTF8Buffer { letters in bytes.append(contentsOf: letters) }
    }

    /// Appends bytes that are JSON already.
    public mutating func raw(_ json: [UInt8]) {
        bytes.append(contentsOf: json)
    }

    /// The same for a part of it.
    mutating func raw(_ json: ArraySlice<UInt8>) {
        bytes.append(contentsOf: json)
    }

    /// Appends a string, quoted and escaped (RFC 8785 §3.2.2.2).
    public mutating func string(_ text: String) {
        var text = text
        bytes.append(UInt8(ascii: "\""))
        text.withUTF8 { letters in
            if Self.needNoEscape(letters) {
                bytes.append(contentsOf: letters)
            } else {
                for letter in letters { escaped(letter) }
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }

    /// Appends an integer in digits. RFC 8785 knows none beyond ±2^53; no record of ours holds one.
    public mutating func integer(_ number: Int64) {
        bytes.append(contentsOf: String(number).utf8)
    }

    /// Appends a number as ECMAScript prints it (RFC 8785 §3.2.2.3); what is not finite becomes `null`, as there.
    public mutating func number(_ number: Double) {
        bytes.append(contentsOf: ECMAScriptNumber.text(of: number).utf8)
    }

    /// Appends any value, with the members of objects sorted by the UTF-16 code units of their names (§3.2.3).
    public mutating func value(_ value: JSONValue) {
        switch value {
        case .null: raw("null")
        case .bool(let truth): raw(truth ? "true" : "false")
        case .integer(let number): integer(number)
        case .number(let double): number(double)
        case .string(let text): string(text)
        case .array(let elements): array(elements)
        case .object(let members): object(members)
        }
    }

    private mutating func array(_ elements: [JSONValue]) {
        raw("[")
        for (index, element) in elements.enumerated() {
            if index > 0 { raw(",") }
            value(element)
        }
        raw("]")
    }

    private mutating func object(_ members: [JSONMember]) {
        raw("{")
        let sorted = members.sorted { left, right in left.name.utf16.lexicographicallyPrecedes(right.name.utf16) }
        for (index, member) in sorted.enumerated() {
            if index > 0 { raw(",") }
            string(member.name)
            raw(":")
            value(member.value)
        }
        raw("}")
    }

    /// Whether no letter is a control, a quote or a backslash; eight letters at a time, because every token is full of
    /// text that needs no escape.
    private static func needNoEscape(_ letters: UnsafeBufferPointer<UInt8>) -> Bool {
        let memory = UnsafeRawBufferPointer(letters)
        var offset = 0
        while offset + 8 <= memory.count {
            let eight = memory.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
            let special = below(0x20, eight) | zeros(eight ^ every(0x22)) | zeros(eight ^ every(0x5C))
            if special & every(0x80) != 0 { return false }
            offset += 8
        }
        return letters[offset...].allSatisfy { letter in
            letter >= 0x20 && letter != UInt8(ascii: "\"") && letter != UInt8(ascii: "\\")
        }
    }

    private static func every(_ byte: UInt8) -> UInt64 { UInt64(byte) &* 0x0101_0101_0101_0101 }

    /// High bits where a byte is below `limit`. A borrow may mark a byte too many, never one too few: then the text
    /// takes the slow way.
    private static func below(_ limit: UInt8, _ eight: UInt64) -> UInt64 { (eight &- every(limit)) & ~eight }

    /// High bits where a byte is zero, with the same reserve.
    private static func zeros(_ eight: UInt64) -> UInt64 { (eight &- every(1)) & ~eight }

    private mutating func escaped(_ letter: UInt8) {
        switch letter {
        case UInt8(ascii: "\""): raw("\\\"")
        case UInt8(ascii: "\\"): raw("\\\\")
        case 0x08: raw("\\b")
        case 0x09: raw("\\t")
        case 0x0A: raw("\\n")
        case 0x0C: raw("\\f")
        case 0x0D: raw("\\r")
        case 0x00...0x1F:
            raw("\\u00")
            bytes.append(contentsOf: Hex.encode([letter]).utf8)
        default: bytes.append(letter)
        }
    }
}
