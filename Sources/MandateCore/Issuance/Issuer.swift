/// The URL that names this service in every token (RFC 8414 §2): http or https, without query, fragment or final slash.
public struct Issuer: Hashable, Sendable {
    public let rawValue: String

    public static let grammar =
        "an http or https URL of at most 256 characters without query, fragment or final slash"

    public init?(_ text: String) {
        let bytes = Array(text.utf8)
        guard bytes.count <= 256, bytes.allSatisfy({ AudienceID.allows($0) || "[]%".utf8.contains($0) }),
            bytes.last != UInt8(ascii: "/"),
            bytes.starts(with: "https://".utf8) && bytes.count > 8
                || bytes.starts(with: "http://".utf8) && bytes.count > 7
        else { return nil }
        rawValue = text
    }
}
