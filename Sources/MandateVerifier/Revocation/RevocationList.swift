import MandateCore
import MandateJOSE

/// What the issuer took back and what has not expired yet: the signed answer of `GET /revocations`. A resource server
/// that holds one sees suspensions and ended tasks without asking for each token.
public struct RevocationList: Hashable, Sendable {
    public let issuer: Issuer
    public let issuedAt: Instant
    /// From then on the list says nothing.
    public let expiry: Instant
    let tokens: Set<Label>
    let chains: Set<ChainHash>
    let agents: [AgentID: Instant]
    let agentTypes: [AgentTypeID: Instant]
    let tasks: Set<TaskID>
    let principals: Set<Label>
    let keys: Set<Label>

    /// The longest list that is read, in bytes.
    public static let maximumLength = 32 * 1024 * 1024
    /// A list says nothing an hour after it was made.
    private static let longest: Int64 = 3600
    /// All of them are there. One more would be a way of taking back that this reader does not know.
    private static let names = [
        "agent_types", "agents", "chains", "exp", "iat", "iss", "keys", "principals", "tasks", "tokens",
    ]

    /// Reads a list that one of `keys` signed for `issuer` and that is in force at `now`. Whatever is not as it must be,
    /// a member too many included, spoils the whole list: half of one would let pass what the other half stops.
    public init(
        _ bytes: [UInt8], issuer expected: Issuer, keys trusted: JWKS, at now: Instant
    ) throws(VerificationFailure) {
        let signed = try CompactJWS(bytes, provenBy: trusted, as: .revocations, limit: Self.maximumLength)
        let claims = TokenClaims(signed.payload)
        guard try claims.text("iss").utf8.elementsEqual(expected.rawValue.utf8) else { throw .wrongIssuer }
        guard signed.payload.members?.map(\.name).sorted() == Self.names else {
            throw .malformed("a list of revocations has other members than the ten it must have")
        }
        issuer = expected
        issuedAt = try claims.instant("iat")
        expiry = try claims.instant("exp")
        tokens = try claims.required("tokens", TokenClaims.identifiers)
        chains = try claims.required("chains", TokenClaims.hashes)
        agents = try claims.required("agents", TokenClaims.moments)
        agentTypes = try claims.required("agent_types", TokenClaims.moments)
        tasks = try claims.required("tasks", TokenClaims.identifiers)
        principals = try claims.required("principals", TokenClaims.identifiers)
        keys = try claims.required("keys", TokenClaims.identifiers)
        guard issuedAt < expiry, expiry.seconds - issuedAt.seconds <= Self.longest else {
            throw .malformed("a list of revocations is in force longer than an hour, or never")
        }
        guard let key = signed.header.kid.flatMap({ Label($0) }), !keys.contains(key) else {
            throw .malformed("a list of revocations is signed with no key by name, or with one it takes back")
        }
        guard now < expiry else { throw .expired }
        guard issuedAt <= now else { throw .notYetValid }
    }
}

extension RevocationList {
    /// Whether the list says anything about `now`.
    public func isInForce(at now: Instant) -> Bool {
        issuedAt <= now && now < expiry
    }

    /// How many seconds ago the issuer made the list; what was taken back since is not on it.
    public func age(at now: Instant) -> Int64 {
        now.seconds - issuedAt.seconds
    }

    /// Whether the list is older than so many seconds, for a resource server that relies on a fresher one only.
    public func isOlder(than seconds: Int64, at now: Instant) -> Bool {
        age(at: now) > seconds
    }

    /// Whether `other` was made later. A list that is older than the one in hand must not take its place.
    public func isOlder(than other: RevocationList) -> Bool {
        issuedAt < other.issuedAt
    }
}
