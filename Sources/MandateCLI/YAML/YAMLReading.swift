import MandateCore
import Yams

/// Turns composed nodes into JSON and notes the lines.
struct YAMLReading {
    private(set) var lines = FieldLines()

    mutating func value(of node: Node, at field: String, depth: Int) throws(YAMLFailure) -> JSONValue {
        let line = node.mark?.line
        lines.note(field, line: line)
        if node.anchor != nil {
            throw YAMLFailure(line: line, field: field, "anchors (&name) are not supported: write the value out")
        }
        guard depth <= YAMLDocument.maximumDepth else {
            throw YAMLFailure(line: line, field: field, "is nested deeper than \(YAMLDocument.maximumDepth) levels")
        }
        switch node {
        case .scalar(let scalar):
            if scalar.style != .plain {
                // The library marks text in quotes with the tag that says "not plain".
                if scalar.tag.rawValue != "!" { try refuse(scalar.tag, at: field, line: line) }
                return .string(scalar.string)
            }
            try refuse(scalar.tag, at: field, line: line)
            guard let value = PlainScalar.value(of: scalar.string) else {
                throw YAMLFailure(line: line, field: field, "is no number that JSON has: put it in quotes")
            }
            return value
        case .sequence(let sequence):
            try refuse(sequence.tag, at: field, line: line)
            var elements: [JSONValue] = []
            for (index, element) in sequence.enumerated() {
                elements.append(try value(of: element, at: "\(field)[\(index)]", depth: depth + 1))
            }
            return .array(elements)
        case .mapping(let mapping):
            try refuse(mapping.tag, at: field, line: line)
            return .object(try members(of: mapping, at: field, depth: depth))
        case .alias:
            throw YAMLFailure(line: line, field: field, "aliases (*name) are not supported: write the value out")
        }
    }

    private mutating func members(
        of mapping: Node.Mapping, at field: String, depth: Int
    ) throws(YAMLFailure) -> [JSONMember] {
        var members: [JSONMember] = []
        var names: Set<[UInt8]> = []
        for (key, node) in mapping {
            let line = key.mark?.line
            guard case .scalar(let scalar) = key, key.anchor == nil else {
                throw YAMLFailure(line: line, field: field, "has a key that is no text: give it a name")
            }
            guard names.insert(Array(scalar.string.utf8)).inserted else {
                let name = Terminal.harmless(scalar.string)
                throw YAMLFailure(line: line, field: field, "the key \(name) is there twice: keep one")
            }
            let inner = FieldLines.member(scalar.string, of: field)
            let value = try value(of: node, at: inner, depth: depth + 1)
            lines.note(inner, line: line)
            members.append(JSONMember(name: scalar.string, value: value))
        }
        return members
    }

    private func refuse(_ tag: Tag, at field: String, line: Int?) throws(YAMLFailure) {
        guard tag.rawValue.isEmpty else {
            throw YAMLFailure(line: line, field: field, "tags (!name) are not supported: leave it out")
        }
    }
}

/// What text without quotes stands for: YAML's older words for truth are kept apart from text, so that `no` is never
/// taken for a team called no.
enum PlainScalar {
    private static let truths = ["true": true, "yes": true, "on": true, "false": false, "no": false, "off": false]

    /// Nil for a number JSON cannot write.
    static func value(of text: String) -> JSONValue? {
        let lowered = text.lowercased()
        if text.isEmpty || text == "~" || lowered == "null" { return .null }
        if let truth = truths[lowered] { return .bool(truth) }
        if [".inf", "+.inf", "-.inf", ".nan"].contains(lowered) { return nil }
        guard looksNumeric(text) else { return .string(text) }
        if let integer = Int64(text), String(integer) == text { return .integer(integer) }
        guard let number = Double(text) else { return .string(text) }
        return number.isFinite ? .number(number) : nil
    }

    /// Digits first, perhaps after a sign or a point: other text that `Double` reads, such as `inf`, is text.
    private static func looksNumeric(_ text: String) -> Bool {
        let digits = text.utf8.drop { byte in "+-.".utf8.contains(byte) }
        guard let first = digits.first else { return false }
        return (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(first)
    }
}
