/// What the service decided about one request. What gives, ends or refuses something is said when its record is durable.
/// Answers that change nothing have none, and a caller who could not be authenticated is counted, not recorded one by one.
public enum Judgement: Sendable {
    case issue(Issuance)
    /// Something ends once the entry is durable.
    case end(LedgerEntry, task: TaskID?)
    /// An answer that needs no record: a JSON object, or nothing. That the client was here is noted some time.
    case answer([UInt8], ClientUse)
    case refuse(Refusal, requestID: String?, LedgerEntry)
    /// A refusal that one agent can bring about as often as it likes: the record is written for the first, and the rest are
    /// counted by audience.
    indirect case overQuota(Refusal, AudienceID, LedgerRecord)
    case unauthenticated(Refusal, client: AgentID?)
    /// An answer to a client that waits for a person, which needs no record: the request that waits has one.
    case wait(Refusal, ClientUse)
    /// The external engine is to be asked, and the request judged again with its answer.
    indirect case consult(EngineQuestion)
}

/// Whether the client of a request proved who it is.
public enum Admission: Sendable {
    case admitted(Registration, ClientUse)
    /// `client` is the claimed one when the registry knows it.
    case denied(Refusal, client: AgentID?)
}

/// A token that may leave once `entry` is durable.
public final class Issuance: Sendable {
    /// The claims as JSON; the signature is made over them while the record is being written.
    public let claims: [UInt8]
    public let type: TokenType
    public let key: KeyID
    public let entry: LedgerEntry
    public let answer: TokenAnswer
    /// Who asked for it.
    public let client: Registration
    /// Nil when it is for several.
    public let audience: AudienceID?

    init(
        claims: [UInt8], type: TokenType, key: KeyID, entry: LedgerEntry, answer: TokenAnswer, client: Registration,
        audience: AudienceID?
    ) {
        self.claims = claims
        self.type = type
        self.key = key
        self.entry = entry
        self.answer = answer
        self.client = client
        self.audience = audience
    }
}

/// What a caller is told beside its token (RFC 6749 §5.1, RFC 8693 §2.2.1).
public struct TokenAnswer: Hashable, Sendable {
    public let wanted: TokenRequest.Wanted
    /// Seconds.
    public let lifetime: Int64
    public let scopes: ScopeSet
    public let task: TaskID?
    public let chain: ChainHash
    public let depth: Int
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
