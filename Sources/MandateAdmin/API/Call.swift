import MandateCore

/// One call of an endpoint: what the path, the query and the body say, typed where it is asked for.
struct Call: Sendable {
    /// The variable segments of the path, decoded.
    let segments: [String: String]
    let query: [String: String]
    let body: [UInt8]
    let operatorName: String
    /// Who asks, when it is somebody with a token.
    let administrator: Administrator?
    /// The route, as documented.
    let template: String
    let digests: any Digests

    /// An identifier in the path. What breaks its grammar cannot be there.
    func id<ID: Identifier>(_ type: ID.Type = ID.self, _ name: String = "id") throws(Problem) -> ID {
        guard let id = ID(segments[name] ?? "") else {
            throw Problem(.notFound, field: name, "in the path must be \(ID.grammar)")
        }
        return id
    }

    func number(_ name: String) throws(Problem) -> Int {
        guard let text = segments[name], let number = Self.number(text, in: 1...Int64(Int32.max)) else {
            throw Problem(.notFound, field: name, "in the path must be a number from 1")
        }
        return Int(number)
    }

    func identifier<ID: Identifier>(_ type: ID.Type, query name: String) throws(Problem) -> ID? {
        guard let text = query[name] else { return nil }
        guard let id = ID(text) else { throw Problem(.invalid, field: name, "must be \(ID.grammar)") }
        return id
    }

    func number(query name: String, in range: ClosedRange<Int64>) throws(Problem) -> Int64? {
        guard let text = query[name] else { return nil }
        guard let number = Self.number(text, in: range) else {
            throw Problem(
                .invalid, field: name, "must be a whole number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    /// How many items one answer lists.
    func limit() throws(Problem) -> Int { Int(try number(query: "limit", in: 1...1000) ?? 100) }

    func flag(_ name: String) throws(Problem) -> Bool {
        switch query[name] {
        case nil, "false": return false
        case "true": return true
        case .some: throw Problem(.invalid, field: name, "must be true or false")
        }
    }

    /// The body, which must be there.
    func json() throws(Problem) -> JSONValue {
        guard !body.isEmpty else { throw Problem(.invalid, "the body is empty: send JSON") }
        do {
            return try JSONValue(strict: body)
        } catch {
            throw Problem(.invalid, "the body is not the JSON that is accepted here: \(error.sentence)")
        }
    }

    /// The `reason` of a body that may be left out.
    func reason() throws(Problem) -> PrintableText? {
        body.isEmpty ? nil : try PrintableText.reason(in: try json())
    }

    private static func number(_ text: String, in range: ClosedRange<Int64>) -> Int64? {
        guard text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }),
            let number = Int64(text), range.contains(number)
        else { return nil }
        return number
    }
}

extension JSONError {
    fileprivate var sentence: String {
        switch reason {
        case .unexpectedByte: "byte \(offset) does not belong there"
        case .unexpectedEnd: "it ends too early"
        case .duplicateName: "at byte \(offset) a name stands twice in one object"
        case .tooDeep: "at byte \(offset) it is nested too deep"
        case .invalidUTF8: "at byte \(offset) it is not UTF-8"
        case .invalidEscape: "at byte \(offset) there is a broken escape"
        case .invalidNumber: "at byte \(offset) there is a broken number"
        case .trailingBytes: "at byte \(offset) something follows after its end"
        }
    }
}
