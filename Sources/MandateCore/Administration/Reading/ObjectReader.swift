/// Reads the members of one JSON object, each at most once, and refuses what it does not know.
///
/// A member that is `null` is as good as absent, since that is how empty members are shown.
struct ObjectReader {
    let place: FieldPath
    private let members: [JSONMember]

    /// - Parameters:
    ///   - kind: What the object is, for the sentence: `an agent`.
    ///   - known: The names that may be there.
    ///   - kept: Names that the registry shows and keeps itself.
    ///   - isRecord: Whether it is a record or a part of one, which ``RecordBounds`` hold for; not a list of records.
    init(
        _ value: JSONValue, at place: FieldPath, _ kind: String, known: [String], kept: [String] = [],
        isRecord: Bool = true
    ) throws(Problem) {
        if isRecord { try RecordBounds.check(value, at: place) }
        guard let members = value.members else {
            throw place.problem("\(kind) must be an object with named members, not \(value.kind)")
        }
        for member in members where !known.contains(where: member.name.hasSameBytes) {
            let field = place.member(member.name)
            if kept.contains(where: member.name.hasSameBytes) {
                throw field.problem("is kept by the registry and cannot be set: leave it out")
            }
            throw field.problem(
                "\(quoted(member.name)) is not a member of \(kind)" + NearestName.hint(for: member.name, among: known))
        }
        self.place = place
        self.members = members
    }

    func field(_ name: String) -> FieldPath { place.member(name) }

    /// The value of a member, unless it is absent or `null`.
    func value(_ name: String) -> JSONValue? {
        guard let found = members.first(where: { $0.name.hasSameBytes(as: name) })?.value, found != .null
        else { return nil }
        return found
    }

    func string(_ name: String) throws(Problem) -> String? {
        guard let value = value(name) else { return nil }
        return try value.string(at: field(name))
    }

    func bool(_ name: String) throws(Problem) -> Bool? {
        guard let value = value(name) else { return nil }
        guard let truth = value.bool else {
            throw field(name).problem("must be true or false, without quotes, not \(value.kind)")
        }
        return truth
    }

    func integer(_ name: String, in range: ClosedRange<Int64>) throws(Problem) -> Int64? {
        guard let value = value(name) else { return nil }
        guard let number = value.integer, range.contains(number) else {
            throw field(name).problem(
                "must be a whole number from \(range.lowerBound) to \(range.upperBound), without quotes")
        }
        return number
    }

    func list<Element>(
        _ name: String, of read: (JSONValue, FieldPath) throws(Problem) -> Element
    ) throws(Problem) -> [Element]? {
        guard let value = value(name) else { return nil }
        return try value.list(at: field(name), of: read)
    }

    /// `value`, or the sentence that says why the member is needed.
    func require<Value>(_ name: String, _ value: Value?, _ mend: String) throws(Problem) -> Value {
        guard let value else { throw field(name).problem("is missing: \(mend)") }
        return value
    }
}

extension JSONValue {
    /// What this is, for a sentence.
    var kind: String {
        switch self {
        case .null: "null"
        case .bool: "true or false"
        case .integer, .number: "a number"
        case .string: "a string"
        case .array: "a list"
        case .object: "an object"
        }
    }

    func string(at place: FieldPath) throws(Problem) -> String {
        switch self {
        case .string(let text): return text
        case .bool, .integer, .number: throw place.problem("must be a string: put it in quotes")
        case .null, .array, .object: throw place.problem("must be a string, not \(kind)")
        }
    }

    func list<Element>(
        at place: FieldPath, of read: (JSONValue, FieldPath) throws(Problem) -> Element
    ) throws(Problem) -> [Element] {
        guard let array else { throw place.problem("must be a list, not \(kind)") }
        var elements: [Element] = []
        for (index, value) in array.enumerated() { elements.append(try read(value, place.element(index))) }
        return elements
    }
}
