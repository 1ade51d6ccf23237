extension JSONValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral {
    public init(stringLiteral text: String) {
        self = .string(text)
    }

    public init(integerLiteral number: Int64) {
        self = .integer(number)
    }

    public init(booleanLiteral truth: Bool) {
        self = .bool(truth)
    }
}

extension JSONValue: ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral {
    public init(arrayLiteral elements: JSONValue...) {
        self = .array(elements)
    }

    /// Members in the order written. Writing a name twice is the author's fault and is not looked for.
    public init(dictionaryLiteral members: (String, JSONValue)...) {
        self = .object(members.map { name, value in JSONMember(name: name, value: value) })
    }
}
