import MandateCore

/// A public key that checks signatures (RFC 7517): EC P-256, RSA or OKP Ed25519. It cannot hold a private one.
///
/// Two are equal when key, `kid` and `alg` are.
public struct JWK: Hashable, Sendable {
    /// The `kid` as it was given.
    public let kid: String?

    /// The one algorithm this key is for, when `alg` was given.
    public let algorithm: VerificationAlgorithm?

    /// The RFC 7638 thumbprint: SHA-256, base64url.
    public let thumbprint: String

    /// The parsed key, which this value keeps so that no signature pays for parsing.
    public let key: VerificationKey

    let parts: PublicParts

    /// Reads one public key. What is not supported is `.unsupportedKey`; what contradicts its RFC is `.malformed`.
    public init(_ json: JSONValue) throws(JOSEError) {
        let members = try JWKMembers(json)
        try members.refusePrivateMembers()
        let parts = try PublicParts(members)
        try members.requireUseForSignatures()
        let key = try VerificationKey(parts)
        algorithm = try members.algorithm(fitting: key)
        kid = try members.text("kid")
        thumbprint = try parts.thumbprint()
        self.parts = parts
        self.key = key
    }

    /// The public half of one of our own keys: its `kid` is its thumbprint.
    init(_ parts: PublicParts, algorithm: VerificationAlgorithm) throws(JOSEError) {
        let thumbprint = try parts.thumbprint()
        self.parts = parts
        self.thumbprint = thumbprint
        self.kid = thumbprint
        self.algorithm = algorithm
        key = try VerificationKey(parts)
    }

    /// Whether this key may check signatures of this algorithm: the pinned one, or else any that fits its kind.
    public func accepts(_ algorithm: VerificationAlgorithm) -> Bool {
        key.fits(algorithm) && (self.algorithm == nil || self.algorithm == algorithm)
    }

    /// The public members with `kid`, `alg` and `use: sig`, as a key set publishes them (RFC 7517 §4).
    public func json(kid: String, alg: VerificationAlgorithm) -> JSONValue {
        json(kid: kid, algorithm: alg)
    }

    /// As read, with the thumbprint where no `kid` was given.
    public var json: JSONValue {
        json(kid: kid ?? thumbprint, algorithm: algorithm)
    }

    private func json(kid: String, algorithm: VerificationAlgorithm?) -> JSONValue {
        var members = parts.members
        members.append(JSONMember(name: "kid", value: .string(kid)))
        if let algorithm { members.append(JSONMember(name: "alg", value: .string(algorithm.rawValue))) }
        members.append(JSONMember(name: "use", value: "sig"))
        return .object(members)
    }

    public static func == (left: JWK, right: JWK) -> Bool {
        left.parts == right.parts && left.algorithm == right.algorithm
            && left.kid.map { kid in Array(kid.utf8) } == right.kid.map { kid in Array(kid.utf8) }
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(parts)
    }
}
