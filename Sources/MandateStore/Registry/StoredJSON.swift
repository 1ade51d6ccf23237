import MandateCore

/// Reads the JSON columns. A row is parsed into the domain like any other input; what does not parse is an error.
struct StoredJSON {
    let value: JSONValue
    private let what: String

    init(_ text: [UInt8], _ what: String) throws(StoreError) {
        do {
            value = try JSONValue(strict: text)
        } catch {
            throw .unreadable(what)
        }
        self.what = what
    }

    /// The member parsed by `parse`, or nil when it is absent or null.
    func optional<Value>(_ name: String, _ parse: (JSONValue) -> Value?) throws(StoreError) -> Value? {
        guard let member = value[name], member != .null else { return nil }
        guard let parsed = parse(member) else { throw .unreadable("\(what).\(name)") }
        return parsed
    }

    func required<Value>(_ name: String, _ parse: (JSONValue) -> Value?) throws(StoreError) -> Value {
        guard let parsed = try optional(name, parse) else { throw .unreadable("\(what).\(name)") }
        return parsed
    }

    func label(_ name: String) throws(StoreError) -> Label? {
        try optional(name) { $0.string.flatMap { Label($0) } }
    }
}

extension JSONValue {
    /// An object without its null members, as the JSON columns keep it.
    static func compact(_ members: [(String, JSONValue?)]) -> JSONValue {
        .object(members.compactMap { name, value in value.map { JSONMember(name: name, value: $0) } })
    }

    /// Text for a JSON column.
    var column: SQLValue { .utf8(canonical) }

    static func text(_ label: Label?) -> JSONValue? { label.map { .string($0.rawValue) } }
}

/// The value an enum stores as its raw text.
func stored<Value: RawRepresentable<String>>(_ text: String, _ what: String) throws(StoreError) -> Value {
    guard let value = Value(rawValue: text) else { throw .unreadable(what) }
    return value
}

/// The identifier a column stores as text.
func identifier<Value: Identifier>(_ text: String, _ what: String) throws(StoreError) -> Value {
    guard let value = Value(text) else { throw .unreadable(what) }
    return value
}
