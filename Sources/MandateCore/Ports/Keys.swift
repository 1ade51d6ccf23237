/// A signing key as the registry knows it; its private half is a file.
public struct KeyEntry: Hashable, Sendable {
    public let id: KeyID
    public let algorithm: SignatureAlgorithm
    public var state: KeyState
    public let createdAt: Instant
    public var activatedAt: Instant?
    /// When it signed last: since then it only verifies.
    public var retiredAt: Instant?
    /// Public members only, with `kid`, `alg` and `use` (RFC 7517 §4).
    public let publicKey: JSONValue

    public init(
        id: KeyID, algorithm: SignatureAlgorithm, state: KeyState, createdAt: Instant, activatedAt: Instant? = nil,
        retiredAt: Instant? = nil, publicKey: JSONValue
    ) {
        self.id = id
        self.algorithm = algorithm
        self.state = state
        self.createdAt = createdAt
        self.activatedAt = activatedAt
        self.retiredAt = retiredAt
        self.publicKey = publicKey
    }
}

/// The life of a key.
public enum KeyState: String, Hashable, Sendable, CaseIterable {
    /// Published, not signing yet.
    case next
    /// Published, signs.
    case active
    /// Published, verifies what it signed.
    case retiring
    /// Not published; its tokens have expired.
    case gone
    /// Not published; its tokens are refused.
    case revoked

    /// Whether verifiers must find the key in the JWKS.
    public var isPublished: Bool {
        switch self {
        case .next, .active, .retiring: true
        case .gone, .revoked: false
        }
    }
}

/// Makes and removes the private halves of keys.
public protocol KeyStore: Sendable {
    /// A fresh key, on disk and ready to sign before this returns: its id and its public members.
    func makeKey(_ algorithm: SignatureAlgorithm) throws(Problem) -> (id: KeyID, publicKey: JSONValue)
    /// Removes a private key; not there is as good as removed.
    func removeKey(_ id: KeyID) throws(Problem)
}

/// The RFC 7638 thumbprint of a signing key; it is the `kid` of its tokens.
public struct KeyID: Identifier {
    public let rawValue: String
    public static let lengths = 43...43
    public static let grammar = "43 characters of base64url"
    public static func allows(_ byte: UInt8) -> Bool {
        byte.isUnreserved && byte != UInt8(ascii: ".") && byte != UInt8(ascii: "~")
    }
    public init(checked: String) { rawValue = checked }
}

/// The keys of trusted issuers, as whoever can read keys sees them.
public protocol KeySets: Sendable {
    /// Refuses keys that could prove no token: not there, not read, private, or of no kind that is accepted. The detail
    /// is the end of a sentence about them, with the mend.
    func check(_ keys: TrustedIssuer.Keys) throws(Problem)
}
