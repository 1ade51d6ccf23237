/// A token of our own whose signature was proven: which one it is, whose, and what it commits to. Nothing here says that
/// it is still good.
public final class OwnToken: Sendable {
    public let type: TokenType
    /// The key that signed it.
    public let key: KeyID
    /// `jti`.
    public let id: String
    /// When it was made, to the millisecond: `jti` is a UUIDv7.
    public let issuedAt: Instant
    public let expiry: Instant
    /// The acting agent (`client_id`): who may present a delegation token, and who asked for an access token.
    public let holder: AgentID
    public let audience: String
    public let chain: ChainHash
    /// The name of the chain's principal (`human_principal`).
    let principal: String
    public let task: TaskID?
    /// Of an access token; nil for a delegation token.
    public let scopes: ScopeSet?
    let issuer: String
    /// The claims as one canonical JSON object: bytes, because many tokens are remembered.
    public let claims: [UInt8]
    /// What it lets its holder do: for two answers to one request, whether they are the same answer.
    let grants: JSONValue
    /// Whether the links are among the claims.
    let isInline: Bool

    /// What is kept of it while a request waits: its claims, which prove nothing without the signature.
    var basis: HeldBasis {
        do throws(JSONError) {
            return .own(type, key, claims: try JSONValue(strict: claims))
        } catch {
            return .own(type, key, claims: .null)
        }
    }

    /// Reads proven claims; nil when they are not as this service writes them.
    public init?(type: TokenType, key: KeyID, claims: JSONValue) {
        guard let id = claims["jti"]?.string, let issuedAt = UUIDv7(text: id)?.time,
            let expiry = claims["exp"]?.integer, let holder = claims["client_id"]?.string.flatMap({ AgentID($0) }),
            let principal = claims["human_principal"]?.string, let audience = claims["aud"]?.string,
            let issuer = claims["iss"]?.string,
            let chain = claims["delegation_chain_hash"]?.string.flatMap({ ChainHash(text: $0) })
        else { return nil }
        let task = claims["task_id"]?.string.flatMap { TaskID($0) }
        guard (task == nil) == (claims["task_id"] == nil) else { return nil }
        var scopes: ScopeSet?
        if let text = claims["scope"]?.string {
            guard case .scopes(let set) = ScopeSet.reading(text) else { return nil }
            scopes = set
        }
        guard (scopes == nil) == (type == .delegation) else { return nil }
        self.type = type
        self.key = key
        self.id = id
        self.issuedAt = issuedAt
        self.expiry = Instant(seconds: expiry)
        self.holder = holder
        self.audience = audience
        self.chain = chain
        self.principal = principal
        self.task = task
        self.scopes = scopes
        self.issuer = issuer
        self.claims = claims.canonical
        grants = .array(
            ["aud", "client_id", "scope", "authority", "task_id", "human_principal"].map { claims[$0] ?? .null })
        isInline = claims["delegation_chain"] != nil
    }
}
