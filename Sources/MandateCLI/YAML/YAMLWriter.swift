import MandateCore

/// Writes JSON as the YAML that people write: blocks with two spaces, what is short on one line, quotes only where they
/// are needed.
enum YAMLWriter {
    /// The longest line that a list or an object is put on.
    private static let width = 110
    /// Nothing above this is put on one line: the root, its lists, and the records in them.
    private static let firstInlineDepth = 3

    static func bytes(_ value: JSONValue) -> [UInt8] {
        var bytes: [UInt8] = []
        for line in block(value, depth: 0) {
            bytes += line.utf8
            bytes.append(UInt8(ascii: "\n"))
        }
        return bytes
    }

    /// The lines of a value, not indented.
    private static func block(_ value: JSONValue, depth: Int) -> [String] {
        switch value {
        case .object(let members):
            return members.flatMap { member in
                let name = YAMLScalar.text(member.name, isFlow: false) + ":"
                if let short = short(member.value, depth: depth + 1, room: width - 2 * depth - name.utf8.count) {
                    return [name + " " + short]
                }
                return [name] + block(member.value, depth: depth + 1).map { "  " + $0 }
            }
        case .array(let elements):
            return elements.flatMap { element in
                if let short = short(element, depth: depth + 1, room: width - 2 * depth - 2) { return ["- " + short] }
                let lines = block(element, depth: depth + 1)
                return lines.prefix(1).map { "- " + $0 } + lines.dropFirst().map { "  " + $0 }
            }
        case .null, .bool, .integer, .number, .string:
            return [scalar(value, isFlow: false)]
        }
    }

    /// The value on one line, when that can be read: a scalar, something empty, or a short list or object of such.
    private static func short(_ value: JSONValue, depth: Int, room: Int) -> String? {
        let text: String
        switch value {
        case .null, .bool, .integer, .number, .string: return scalar(value, isFlow: false)
        case .array([]): return "[]"
        case .object([]): return "{}"
        case .array(let elements):
            guard depth >= firstInlineDepth, let list = list(elements) else { return nil }
            text = list
        case .object(let members):
            guard depth >= firstInlineDepth else { return nil }
            var parts: [String] = []
            for member in members {
                guard let part = part(member.value) else { return nil }
                parts.append(YAMLScalar.text(member.name, isFlow: true) + ": " + part)
            }
            text = "{ " + parts.joined(separator: ", ") + " }"
        }
        return text.utf8.count <= room ? text : nil
    }

    private static func part(_ value: JSONValue) -> String? {
        switch value {
        case .object([]): "{}"
        case .object: nil
        case .array(let elements): list(elements)
        case .null, .bool, .integer, .number, .string: scalar(value, isFlow: true)
        }
    }

    /// A list of scalars on one line.
    private static func list(_ elements: [JSONValue]) -> String? {
        var parts: [String] = []
        for element in elements {
            switch element {
            case .object, .array: return nil
            case .null, .bool, .integer, .number, .string: parts.append(scalar(element, isFlow: true))
            }
        }
        return "[" + parts.joined(separator: ", ") + "]"
    }

    private static func scalar(_ value: JSONValue, isFlow: Bool) -> String {
        guard let text = value.string else { return String(decoding: value.canonical, as: UTF8.self) }
        return YAMLScalar.text(text, isFlow: isFlow)
    }
}
