/// A name whose bytes were checked against a closed ASCII grammar before it became a value.
///
/// Swift compares strings by canonical equivalence, SQLite and other verifiers by bytes. Inside ASCII the two agree,
/// so an identifier that exists can be compared anywhere.
public protocol Identifier: Hashable, Sendable, Comparable, CustomStringConvertible {
    /// The checked text, ASCII only.
    var rawValue: String { get }
    /// How many bytes an identifier of this kind may have.
    static var lengths: ClosedRange<Int> { get }
    /// Whether `byte` may stand in an identifier of this kind.
    static func allows(_ byte: UInt8) -> Bool
    /// What a person is told when the text is not an identifier of this kind.
    static var grammar: String { get }
    /// Used by `init?(_:)` only, after the check.
    init(checked: String)
}

extension Identifier {
    /// The identifier, or nil when `text` breaks the grammar.
    public init?(_ text: String) {
        var text = text
        let isAllowed = text.withUTF8 { bytes in
            Self.lengths.contains(bytes.count) && bytes.allSatisfy(Self.allows)
        }
        guard isAllowed else { return nil }
        self.init(checked: text)
    }

    public var description: String { rawValue }

    public static func < (left: Self, right: Self) -> Bool {
        left.rawValue.utf8.lexicographicallyPrecedes(right.rawValue.utf8)
    }
}

extension UInt8 {
    /// RFC 3986 §2.3 `unreserved`.
    var isUnreserved: Bool {
        switch self {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
            UInt8(ascii: "~"):
            true
        default: false
        }
    }

    /// RFC 6749 appendix A `VSCHAR` without the space.
    var isVisibleASCII: Bool { (0x21...0x7E).contains(self) }
}
