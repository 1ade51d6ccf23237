/// The one reader of JSON: the grammar of RFC 8259 and nothing beside it, in one pass over the bytes.
///
/// Refused on top of the grammar: invalid UTF-8, a byte order mark, a name used twice in one object, a lone surrogate
/// (RFC 7493 §2), numbers beyond a `Double`, and nesting deeper than asked for.
struct JSONScanner {
    private let bytes: [UInt8]
    private let maximumDepth: Int
    private var position = 0

    /// Nesting is read by recursion, so no caller may ask for more than the stack surely holds.
    private static let deepestEver = 512

    init(_ bytes: [UInt8], maximumDepth: Int) {
        self.bytes = bytes
        self.maximumDepth = min(maximumDepth, Self.deepestEver)
    }

    /// The one value that all the bytes are.
    mutating func document() throws(JSONError) -> JSONValue {
        skipWhitespace()
        let value = try value(depth: 0)
        skipWhitespace()
        if position < bytes.count { throw JSONError(.trailingBytes, at: position) }
        return value
    }

    private mutating func value(depth: Int) throws(JSONError) -> JSONValue {
        switch try next() {
        case UInt8(ascii: "{"): return .object(try members(depth: try deeper(than: depth)))
        case UInt8(ascii: "["): return .array(try elements(depth: try deeper(than: depth)))
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try literal("true", .bool(true))
        case UInt8(ascii: "f"): return try literal("false", .bool(false))
        case UInt8(ascii: "n"): return try literal("null", .null)
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try number()
        default: throw JSONError(.unexpectedByte, at: position)
        }
    }

    private func deeper(than depth: Int) throws(JSONError) -> Int {
        guard depth < maximumDepth else { throw JSONError(.tooDeep, at: position) }
        return depth + 1
    }

    private mutating func elements(depth: Int) throws(JSONError) -> [JSONValue] {
        try expect("[")
        skipWhitespace()
        if accept("]") { return [] }
        var elements: [JSONValue] = []
        repeat {
            skipWhitespace()
            elements.append(try value(depth: depth))
            skipWhitespace()
        } while accept(",")
        try expect("]")
        return elements
    }

    private mutating func members(depth: Int) throws(JSONError) -> [JSONMember] {
        try expect("{")
        skipWhitespace()
        if accept("}") { return [] }
        var members: [JSONMember] = []
        var names = UniqueNames()
        repeat {
            skipWhitespace()
            let start = position
            let name = try string()
            guard names.add(name) else { throw JSONError(.duplicateName(name), at: start) }
            skipWhitespace()
            try expect(":")
            skipWhitespace()
            members.append(JSONMember(name: name, value: try value(depth: depth)))
            skipWhitespace()
        } while accept(",")
        try expect("}")
        return members
    }

    private mutating func literal(_ word: StaticString, _ value: JSONValue) throws(JSONError) -> JSONValue {
        for index in 0..<word.utf8CodeUnitCount {
            let wanted = word.withUTF8Buffer { letters in letters[index] }
            guard try next() == wanted else { throw JSONError(.unexpectedByte, at: position) }
            position += 1
        }
        return value
    }

    private mutating func string() throws(JSONError) -> String {
        let (text, end) = try JSONString.read(from: bytes, at: position)
        position = end
        return text
    }

    private mutating func number() throws(JSONError) -> JSONValue {
        let (value, end) = try JSONNumber.read(from: bytes, at: position)
        position = end
        return value
    }

    private func next() throws(JSONError) -> UInt8 {
        guard position < bytes.count else { throw JSONError(.unexpectedEnd, at: position) }
        return bytes[position]
    }

    private mutating func expect(_ wanted: Unicode.Scalar) throws(JSONError) {
        guard try next() == UInt8(ascii: wanted) else { throw JSONError(.unexpectedByte, at: position) }
        position += 1
    }

    private mutating func accept(_ wanted: Unicode.Scalar) -> Bool {
        guard position < bytes.count, bytes[position] == UInt8(ascii: wanted) else { return false }
        position += 1
        return true
    }

    private mutating func skipWhitespace() {
        while position < bytes.count {
            switch bytes[position] {
            case 0x20, 0x09, 0x0A, 0x0D: position += 1
            default: return
            }
        }
    }
}

/// The names of one object, compared as bytes: by looking at each while they are few, by hashing when they are many.
private struct UniqueNames {
    private var few: [String] = []
    private var many: Set<[UInt8]> = []

    mutating func add(_ name: String) -> Bool {
        if many.isEmpty, few.count < 16 {
            if few.contains(where: { known in known.hasSameBytes(as: name) }) { return false }
            few.append(name)
            return true
        }
        if many.isEmpty { many = Set(few.map { known in Array(known.utf8) }) }
        return many.insert(Array(name.utf8)).inserted
    }
}

extension JSONValue {
    /// Reads exactly one JSON value by the strict rules of this project; depth counts nested arrays and objects.
    public init(strict bytes: some Collection<UInt8>, maximumDepth: Int = 16) throws(JSONError) {
        var scanner = JSONScanner(Array(bytes), maximumDepth: maximumDepth)
        self = try scanner.document()
    }
}
