import MandateCore

/// The parameters of a request in the order they came, decoded, names unique except `audience` and `resource`.
struct Parameters {
    struct Parameter {
        let name: String
        let value: String
    }

    static let maximumCount = 64
    private(set) var all: [Parameter] = []

    /// No parameters.
    init() {}

    /// Reads a body of `contentType`; nil when the type is one that is not read here.
    init?(_ body: [UInt8], contentType: String?) throws(Refusal) {
        let mediaType = Array((contentType ?? "").utf8).prefix { $0 != UInt8(ascii: ";") && $0 != UInt8(ascii: " ") }
        if mediaType.isName("application/x-www-form-urlencoded") {
            try readForm(body)
        } else if mediaType.isName("application/json") {
            try readJSON(body)
        } else {
            return nil
        }
    }

    /// Reads the form encoding of a query.
    init(query: [UInt8]) throws(Refusal) {
        try readForm(query)
    }

    /// The value of `name`; a parameter without a value counts as absent (RFC 6749 §3.1).
    subscript(name: String) -> String? {
        guard let value = all.first(where: { $0.name == name })?.value, !value.isEmpty else { return nil }
        return value
    }

    private mutating func add(_ name: String, _ value: String) throws(Refusal) {
        guard all.count < Self.maximumCount else { throw .malformedRequest(.tooManyParameters) }
        if name != "audience", name != "resource", all.contains(where: { $0.name.utf8.elementsEqual(name.utf8) }) {
            throw .repeatedParameter(name)
        }
        all.append(Parameter(name: name, value: value))
    }

    /// By index rather than by splitting: a presented token is most of a request.
    private mutating func readForm(_ body: [UInt8]) throws(Refusal) {
        var start = 0
        while start < body.count {
            var (end, equals) = (start, start)
            var hasValue = false
            while end < body.count, body[end] != UInt8(ascii: "&") {
                if !hasValue, body[end] == UInt8(ascii: "=") { (equals, hasValue) = (end, true) }
                end += 1
            }
            if !hasValue { equals = end }
            if end > start {
                guard let name = FormText.decode(body[start..<equals]),
                    let value = FormText.decode(body[(hasValue ? equals + 1 : end)..<end])
                else { throw .malformedRequest(.body) }
                try add(name, value)
            }
            start = end + 1
        }
    }

    /// One flat object of strings, as some clients send; `audience` and `resource` may be arrays of strings.
    private mutating func readJSON(_ body: [UInt8]) throws(Refusal) {
        for member in try members(body) {
            switch member.value {
            case .string(let text):
                try add(member.name, text)
            case .array(let elements) where member.name == "audience" || member.name == "resource":
                for element in elements {
                    guard let text = element.string else { throw .malformedRequest(.notText(parameter: member.name)) }
                    try add(member.name, text)
                }
            case .null, .bool, .integer, .number, .array, .object:
                throw .malformedRequest(.notText(parameter: member.name))
            }
        }
    }

    private func members(_ body: [UInt8]) throws(Refusal) -> [JSONMember] {
        let json: JSONValue
        do {
            json = try JSONValue(strict: body)
        } catch {
            if case .duplicateName(let name) = error.reason { throw .repeatedParameter(name) }
            throw .malformedRequest(.body)
        }
        guard let members = json.members else { throw .malformedRequest(.body) }
        return members
    }
}

/// Text as `application/x-www-form-urlencoded` writes it (WHATWG URL §5.1), strictly read.
enum FormText {
    /// The text, or nil when a `%` is not followed by two hexadecimal digits or the bytes are not UTF-8.
    static func decode(_ encoded: ArraySlice<UInt8>) -> String? {
        // Most text is what it says: ASCII without a `%` or a `+`.
        if encoded.allSatisfy({ $0 < 0x80 && $0 != UInt8(ascii: "%") && $0 != UInt8(ascii: "+") }) {
            return String(decoding: encoded, as: UTF8.self)
        }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(encoded.count)
        var index = encoded.startIndex
        while index < encoded.endIndex {
            let byte = encoded[index]
            index += 1
            switch byte {
            case UInt8(ascii: "+"): bytes.append(UInt8(ascii: " "))
            case UInt8(ascii: "%"):
                guard index + 1 < encoded.endIndex, let high = Hex.value(of: encoded[index]),
                    let low = Hex.value(of: encoded[index + 1])
                else { return nil }
                bytes.append(high << 4 | low)
                index += 2
            default: bytes.append(byte)
            }
        }
        return String(validating: bytes, as: UTF8.self)
    }
}
