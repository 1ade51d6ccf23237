import MandateCore

/// A JSON Schema (draft 2020-12), as OpenAPI 3.1 uses them.
struct Schema: Hashable, Sendable {
    let json: JSONValue

    init(_ members: [JSONMember]) { json = .object(members) }

    /// The one that is described once under this name, in ``Schema/named``.
    static func ref(_ name: String) -> Schema {
        Schema([JSONMember(name: "$ref", value: .string("#/components/schemas/\(name)"))])
    }

    static func string(_ pattern: String? = nil, _ lengths: ClosedRange<Int>? = nil) -> Schema {
        var members = [JSONMember(name: "type", value: "string")]
        if let pattern { members.append(JSONMember(name: "pattern", value: .string(pattern))) }
        if let lengths {
            members.append(JSONMember(name: "minLength", value: .integer(Int64(lengths.lowerBound))))
            members.append(JSONMember(name: "maxLength", value: .integer(Int64(lengths.upperBound))))
        }
        return Schema(members)
    }

    static func word(_ words: [String]) -> Schema {
        Schema([
            JSONMember(name: "type", value: "string"),
            JSONMember(name: "enum", value: .array(words.map { .string($0) })),
        ])
    }

    /// The words of an enumeration.
    static func word<Word: CaseIterable & RawRepresentable<String>>(_ type: Word.Type) -> Schema {
        word(Word.allCases.map(\.rawValue))
    }

    static func integer(_ range: ClosedRange<Int64>? = nil) -> Schema {
        var members = [JSONMember(name: "type", value: "integer")]
        if let range {
            members.append(JSONMember(name: "minimum", value: .integer(range.lowerBound)))
            members.append(JSONMember(name: "maximum", value: .integer(range.upperBound)))
        }
        return Schema(members)
    }

    static let bool = Schema([JSONMember(name: "type", value: "boolean")])
    static let anything = Schema([])

    static func list(of items: Schema, atLeast count: Int64 = 0) -> Schema {
        var members = [JSONMember(name: "type", value: "array"), JSONMember(name: "items", value: items.json)]
        if count > 0 { members.append(JSONMember(name: "minItems", value: .integer(count))) }
        return Schema(members)
    }

    /// Names that are not known beforehand, each with a value of this kind.
    static func map(to values: Schema, keys: Schema? = nil, atLeast count: Int64 = 0) -> Schema {
        var members = [
            JSONMember(name: "type", value: "object"), JSONMember(name: "additionalProperties", value: values.json),
        ]
        if let keys { members.append(JSONMember(name: "propertyNames", value: keys.json)) }
        if count > 0 { members.append(JSONMember(name: "minProperties", value: .integer(count))) }
        return Schema(members)
    }

    /// An object with these members and, unless it is `open`, no others. All are there but those in `optional`.
    static func object(
        _ members: KeyValuePairs<String, Schema>, optional: [String] = [], open: Bool = false
    ) -> Schema {
        let required = members.map(\.key).filter { !optional.contains($0) }
        var json = [
            JSONMember(name: "type", value: "object"),
            JSONMember(
                name: "properties", value: .object(members.map { JSONMember(name: $0.key, value: $0.value.json) })),
            JSONMember(name: "additionalProperties", value: .bool(open)),
        ]
        if !required.isEmpty {
            json.append(JSONMember(name: "required", value: .array(required.map { .string($0) })))
        }
        return Schema(json)
    }

    /// An object that is sent: only `needed` must be there, and the others may also be null.
    static func sent(_ members: KeyValuePairs<String, Schema>, needed: [String] = []) -> Schema {
        let properties = members.map { member in
            JSONMember(
                name: member.key, value: needed.contains(member.key) ? member.value.json : member.value.orNull.json)
        }
        var json = [
            JSONMember(name: "type", value: "object"), JSONMember(name: "properties", value: .object(properties)),
            JSONMember(name: "additionalProperties", value: false),
        ]
        if !needed.isEmpty { json.append(JSONMember(name: "required", value: .array(needed.map { .string($0) }))) }
        return Schema(json)
    }

    /// The same, or null.
    var orNull: Schema {
        Schema([JSONMember(name: "anyOf", value: .array([json, ["type": "null"]]))])
    }

    /// The same with a sentence of what it is.
    func described(_ sentence: String) -> Schema {
        Schema((json.members ?? []) + [JSONMember(name: "description", value: .string(sentence))])
    }

    /// The names of the schemas it refers to.
    var references: [String] { Self.references(in: json) }

    private static func references(in json: JSONValue) -> [String] {
        switch json {
        case .object(let members):
            members.flatMap { member -> [String] in
                guard member.name == "$ref", let target = member.value.string else {
                    return references(in: member.value)
                }
                return [String(target.split(separator: "/").last ?? "")]
            }
        case .array(let values): values.flatMap(references)
        case .null, .bool, .integer, .number, .string: []
        }
    }
}
