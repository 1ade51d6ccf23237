/// What the service decided about one request. Nothing of it is said before the record is durable, except to a caller
/// who could not be authenticated: those are counted, not recorded one by one.
public enum Judgement: Sendable {
    case issue(Issuance)
    case refuse(Refusal, requestID: String?, LedgerEntry)
    case unauthenticated(Refusal, client: AgentID?)
}

/// A token that may leave once `entry` is durable.
public final class Issuance: Sendable {
    /// The claims as JSON; the signature is made over them while the record is being written.
    public let claims: [UInt8]
    public let key: KeyID
    public let entry: LedgerEntry
    public let answer: TokenAnswer

    init(_ claims: AccessTokenClaims, key: KeyID, entry: LedgerEntry) {
        self.claims = claims.json
        self.key = key
        self.entry = entry
        answer = TokenAnswer(
            lifetime: claims.expiry.seconds - claims.issuedAt.seconds, scopes: claims.scopes,
            task: claims.mandate.task, chain: claims.mandate.chain, depth: claims.mandate.depth)
    }
}

/// What a caller is told beside its token (RFC 6749 §5.1, RFC 8693 §2.2.1).
public struct TokenAnswer: Hashable, Sendable {
    /// Seconds.
    public let lifetime: Int64
    public let scopes: ScopeSet
    public let task: TaskID?
    public let chain: ChainHash
    public let depth: Int
}

extension LedgerRecord {
    /// Turns the record of a request into the record of its grant.
    mutating func grant(_ claims: AccessTokenClaims) {
        event = .tokenIssued
        granted = claims.scopes
        tokenID = claims.tokenID
        expiry = claims.expiry
        decision = .allow
        rule = "containment"
    }
}

extension ClientCredential {
    /// How the client proved who it is, as the ledger names it.
    var methodName: String? {
        switch self {
        case .secret(_, _, let method): method.rawValue
        case .unusable: nil
        }
    }
}
