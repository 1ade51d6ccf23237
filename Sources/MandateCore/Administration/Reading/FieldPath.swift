/// Where a value stands in a document: `agents[2].capabilities.cloud-inventory-api[0]`.
struct FieldPath: Hashable, Sendable {
    let text: String

    static let root = FieldPath(text: "")

    func member(_ name: String) -> FieldPath {
        guard Self.isPlain(name) else { return FieldPath(text: text + "[\(quoted(name))]") }
        return FieldPath(text: text.isEmpty ? name : text + "." + name)
    }

    func element(_ index: Int) -> FieldPath { FieldPath(text: text + "[\(index)]") }

    /// What is wrong with what was written at this place.
    func problem(_ detail: String) -> Problem { Problem(.invalid, field: text.isEmpty ? nil : text, detail) }

    /// Why the registry, as it is, does not allow what was written at this place.
    func conflict(_ detail: String) -> Problem { Problem(.conflict, field: text.isEmpty ? nil : text, detail) }

    private static func isPlain(_ name: String) -> Bool {
        (1...64).contains(name.utf8.count)
            && name.utf8.allSatisfy { $0.isUnreserved && $0 != UInt8(ascii: ".") && $0 != UInt8(ascii: "~") }
    }
}

/// `text` in quotes for a sentence: short, and with nothing in it that a terminal would obey.
func quoted(_ text: String) -> String {
    var shown = ""
    for scalar in text.unicodeScalars.prefix(64) {
        shown += PrintableText.allows(scalar) ? String(scalar) : "\\u{" + String(scalar.value, radix: 16) + "}"
    }
    return "\"" + shown + (text.unicodeScalars.count > 64 ? "…" : "") + "\""
}
