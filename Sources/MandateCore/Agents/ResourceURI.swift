/// The URI of a resource server: absolute, without a fragment (RFC 8707 §2).
public struct ResourceURI: Hashable, Sendable {
    /// The URI as bytes compare it. An empty path and `/` are one (RFC 3986 §6.2.3).
    public let rawValue: String

    public static let grammar = "an absolute URI without a fragment, at most 512 visible ASCII characters"

    /// The URI, or nil when `text` is not absolute, has a fragment, or holds anything but visible ASCII.
    public init?(_ text: String) {
        let bytes = Array(text.utf8)
        guard (1...512).contains(bytes.count), bytes.allSatisfy({ $0.isVisibleASCII && $0 != UInt8(ascii: "#") }),
            let colon = bytes.firstIndex(of: UInt8(ascii: ":")), colon > 0, colon + 1 < bytes.count,
            Self.isScheme(bytes[..<colon])
        else { return nil }
        rawValue = Self.hasOnlyRootPath(bytes[(colon + 1)...]) ? String(text.dropLast()) : text
    }

    private static func isScheme(_ bytes: ArraySlice<UInt8>) -> Bool {
        guard let first = bytes.first, isLetter(first) else { return false }
        return bytes.allSatisfy { byte in
            isLetter(byte) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || byte == UInt8(ascii: "+")
                || byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".")
        }
    }

    private static func isLetter(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
    }

    /// `//authority/`: the one slash after the authority is the last byte.
    private static func hasOnlyRootPath(_ afterScheme: ArraySlice<UInt8>) -> Bool {
        let slash = UInt8(ascii: "/")
        guard afterScheme.count > 3, afterScheme.starts(with: [slash, slash]) else { return false }
        return afterScheme.dropFirst(2).firstIndex(of: slash) == afterScheme.endIndex - 1
    }
}
