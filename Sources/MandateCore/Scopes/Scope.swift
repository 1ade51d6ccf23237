/// One permission: 1 to 8 segments joined by `:`; `*` is the only wildcard, as in `ec2:Describe*`.
///
/// Case-sensitive and compared as bytes. Inside a segment `*` matches any run of characters, the empty run included; a
/// last segment that is exactly `*` matches one or more remaining segments.
public struct Scope: Hashable, Sendable {
    /// The canonical text as ASCII bytes: runs of `*` are one.
    public let bytes: [UInt8]
    /// Where the segments end: the index of each `:` and of the end.
    private let ends: [Int]

    public static let maximumLength = 256
    public static let maximumSegments = 8
    static let star = UInt8(ascii: "*")
    static let colon = UInt8(ascii: ":")

    /// The scope, or nil when `text` breaks the grammar.
    public init?(bytes text: ArraySlice<UInt8>) {
        guard (1...Self.maximumLength).contains(text.count) else { return nil }
        var canonical: [UInt8] = []
        canonical.reserveCapacity(text.count)
        var ends: [Int] = []
        var segmentStart = 0
        for byte in text {
            guard Self.isScopeTokenCharacter(byte) else { return nil }
            if byte == Self.star {
                if ends.isEmpty { return nil }
                if canonical.last == Self.star { continue }
            } else if byte == Self.colon {
                if canonical.count == segmentStart { return nil }
                ends.append(canonical.count)
                segmentStart = canonical.count + 1
            }
            canonical.append(byte)
        }
        if canonical.count == segmentStart { return nil }
        ends.append(canonical.count)
        guard ends.count <= Self.maximumSegments else { return nil }
        self.bytes = canonical
        self.ends = ends
    }

    public init?(_ text: String) {
        self.init(bytes: Array(text.utf8)[...])
    }

    /// RFC 6749 §3.3: `%x21 / %x23-5B / %x5D-7E`.
    private static func isScopeTokenCharacter(_ byte: UInt8) -> Bool {
        byte.isVisibleASCII && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\")
    }

    var segmentCount: Int { ends.count }

    /// Whether it may stand for several.
    var isPattern: Bool { bytes.contains(Self.star) }

    func segment(_ index: Int) -> Range<Int> {
        (index == 0 ? 0 : ends[index - 1] + 1)..<ends[index]
    }

    /// Whether the last segment is exactly `*`. The first segment holds no `*`, so there are two segments or more.
    var endsOpen: Bool {
        let last = segment(ends.count - 1)
        return last.count == 1 && bytes[last.lowerBound] == Self.star
    }
}

extension Scope: Comparable, CustomStringConvertible {
    public static func < (left: Scope, right: Scope) -> Bool {
        left.bytes.lexicographicallyPrecedes(right.bytes)
    }

    public var description: String { String(decoding: bytes, as: UTF8.self) }
}
