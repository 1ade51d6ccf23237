/// `"sha256:"` and the lowercase hex of SHA-256( "mandate-link-v1" ‖ 0x00 ‖ JCS(link) ).
public struct ChainHash: Hashable, Sendable {
    /// 32 bytes.
    public let bytes: [UInt8]
    /// `sha256:` and 64 hexadecimal digits.
    public let text: String

    /// The hash with these 32 bytes, or nil for any other count.
    public init?(bytes: [UInt8]) {
        guard bytes.count == 32 else { return nil }
        self.bytes = bytes
        text = Hex.encode(sha256: bytes)
    }

    /// The hash of a link given as canonical JSON.
    public init(ofLink document: [UInt8], hashing: any Digests) throws(Refusal) {
        bytes = try hashing.sha256(Array("mandate-link-v1\u{0}".utf8) + document)
        text = Hex.encode(sha256: bytes)
    }

    public static func == (left: ChainHash, right: ChainHash) -> Bool { left.bytes == right.bytes }

    public func hash(into hasher: inout Hasher) { hasher.combine(bytes) }
}

/// The random id that all links of one chain share: 128 bits, base64url.
public struct ChainID: Hashable, Sendable {
    public let rawValue: String

    /// The id made of 16 random bytes, or nil for any other count.
    public init?(random bytes: [UInt8]) {
        guard bytes.count == 16 else { return nil }
        rawValue = String(decoding: Base64URL.encode(bytes), as: UTF8.self)
    }

    /// The id as ``rawValue`` gave it, or nil.
    init?(text: String) {
        guard let bytes = Base64URL.decode(text.utf8) else { return nil }
        self.init(random: bytes)
    }
}

/// The digest of the policy set that was in force when a link was made.
public struct PolicyDigest: Hashable, Sendable {
    public let text: String

    /// The digest as ``text`` gave it; the store keeps it so.
    public init(stored text: String) { self.text = text }

    /// `"sha256:"` and the lowercase hex of SHA-256 over the canonical JSON of the set: an array of its rules.
    public init(of policies: [JSONValue], hashing: some Digests) throws(Refusal) {
        text = Hex.encode(sha256: try hashing.sha256(JSONValue.array(policies).canonical))
    }
}
