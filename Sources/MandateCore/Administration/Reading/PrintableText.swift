/// Words for people, such as a description or the reason of a suspension: one line, nothing invisible in it.
public struct PrintableText: Hashable, Sendable {
    public let rawValue: String

    /// The longest text, in bytes of UTF-8.
    public static let maximumLength = 512
    public static let grammar = "1 to 512 bytes of printable characters on one line"

    /// The text, or nil when it is empty, too long, or holds a character that is not printed.
    public init?(_ text: String) {
        guard (1...Self.maximumLength).contains(text.utf8.count), text.unicodeScalars.allSatisfy(Self.allows)
        else { return nil }
        rawValue = text
    }

    /// Words of the program itself.
    init(checked text: String) { rawValue = text }

    /// The optional `reason` in the body of a request that stops or revokes something.
    public static func reason(in json: JSONValue) throws(Problem) -> PrintableText? {
        try ObjectReader(json, at: .root, "the body", known: ["reason"]).text("reason")
    }

    /// Whether a terminal prints `scalar` and does nothing else: no control, no bidirectional or other format character.
    static func allows(_ scalar: Unicode.Scalar) -> Bool {
        !Self.invisible.contains(scalar.properties.generalCategory)
    }

    private static let invisible: Set<Unicode.GeneralCategory> = [
        .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator,
    ]
}
