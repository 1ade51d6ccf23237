/// The public half of a key that signs notes, in the one line that verifiers are configured with (C2SP signed-note):
/// `name+hash+key`, an Ed25519 key.
public struct VerifierKey: Hashable, Sendable, CustomStringConvertible {
    public let name: NoteKeyName
    /// The first four bytes of SHA-256( name ‖ 0x0A ‖ 0x01 ‖ key ): which key of that name it is.
    public let hash: [UInt8]
    /// The 32 bytes of RFC 8032 §5.1.5.
    public let publicKey: [UInt8]

    /// The byte that stands for Ed25519.
    private static let algorithm: UInt8 = 0x01
    static let hashLength = 4

    /// Nil when these are not 32 bytes.
    public init?(name: NoteKeyName, publicKey: [UInt8], hashing digests: any Digests) throws(Refusal) {
        guard publicKey.count == 32 else { return nil }
        self.name = name
        self.publicKey = publicKey
        let identity = Array(name.rawValue.utf8) + [0x0A, Self.algorithm] + publicKey
        hash = Array(try digests.sha256(identity).prefix(Self.hashLength))
    }

    /// Reads the line; nil unless it is exactly what ``description`` writes.
    public init?(_ text: String, hashing digests: any Digests) throws(Refusal) {
        // The key is base64 and may have a + itself; name and hash have none.
        let parts = text.split(separator: "+", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3, let name = NoteKeyName(String(parts[0])),
            let key = Base64.decode(canonical: parts[2].utf8), key.first == Self.algorithm
        else { return nil }
        try self.init(name: name, publicKey: Array(key.dropFirst()), hashing: digests)
        guard Hex.encode(hash).utf8.elementsEqual(parts[1].utf8) else { return nil }
    }

    public var description: String {
        "\(name)+\(Hex.encode(hash))+\(Base64.text(of: [Self.algorithm] + publicKey))"
    }
}
