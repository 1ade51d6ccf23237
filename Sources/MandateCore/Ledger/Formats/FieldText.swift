/// Values of a record as CEF and LEEF write them, before their own escapes.
///
/// A text stands as it is when it is printable from end to end. Every other one (with control characters, separators of
/// lines, invisible characters, with a blank at an end, empty, or beginning with a quote) stands as a JSON string in ASCII:
/// nothing is lost, no line and no attribute can begin inside it, and what begins with a quote is always such a string.
enum FieldText {
    /// The text of a value; nil for `null`, which is left out.
    static func of(_ value: JSONValue, lineBreaksAllowed: Bool) -> String? {
        switch value {
        case .null: nil
        case .string(let text): of(text, lineBreaksAllowed: lineBreaksAllowed)
        case .bool, .integer, .number, .array, .object:
            of(String(decoding: value.canonical, as: UTF8.self), lineBreaksAllowed: lineBreaksAllowed)
        }
    }

    /// A list of scopes with blanks between, as OAuth writes it; a list that cannot be written so is JSON.
    static func scopes(_ value: JSONValue, lineBreaksAllowed: Bool) -> String? {
        guard let list = value.array, !list.isEmpty,
            list.allSatisfy({ $0.string.map { Scope($0) != nil } ?? false })
        else { return of(value, lineBreaksAllowed: lineBreaksAllowed) }
        return list.compactMap(\.string).joined(separator: " ")
    }

    private static func of(_ text: String, lineBreaksAllowed: Bool) -> String {
        let scalars = text.unicodeScalars
        let isPlain = scalars.allSatisfy { scalar in
            PrintableText.allows(scalar) || (lineBreaksAllowed && (scalar == "\n" || scalar == "\r"))
        }
        guard isPlain, let first = scalars.first, let last = scalars.last, first != "\"", first != " ", last != " "
        else { return quoted(scalars) }
        return text
    }

    private static func quoted(_ scalars: String.UnicodeScalarView) -> String {
        var quoted = "\""
        for scalar in scalars {
            switch scalar {
            case "\"": quoted += "\\\""
            case "\\": quoted += "\\\\"
            case " "..."~": quoted.unicodeScalars.append(scalar)
            default:
                for unit in String(scalar).utf16 {
                    quoted += "\\u" + Hex.encode([UInt8(unit >> 8), UInt8(unit & 0xFF)])
                }
            }
        }
        return quoted + "\""
    }
}
