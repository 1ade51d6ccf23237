public import MandateCore
import Synchronization

/// The registry at one moment, as a test arranged it.
public struct FakeView: RegistryView {
    public var epoch = Epoch(7)
    public var policy = PolicyDigest(stored: "sha256:policies")
    public var hashes: [AgentID: SecretHashes] = [:]
    public var registrations: [AgentID: Registration] = [:]
    public var audiences: [Audience] = []
    public var issuers: [TrustedIssuer] = []
    public var chains: [DelegationChain] = []
    public var tasks: [TaskEntry] = []
    public var revokedLinks: Set<Int64> = []
    public var revokedTokens: Set<String> = []
    public var revokedPrincipals: Set<Label> = []
    public var usedTokens: Set<UsedToken> = []
    public var retries: [String: IssuedBefore] = [:]
    public var keys: [SignatureAlgorithm: KeyID] = [:]
    public var published: [JSONValue] = []
    /// The policies, as a set without time zones.
    public var rules: [Policy] = []
    public var approvals: [ApprovalEntry] = []
    public var zones: any TimeZones = FakeZones()
    /// Tokens by the name of the counter.
    public var counted: [String: Int64] = [:]
    public var baselines: [AgentID: Baseline] = [:]
    /// When set, the answer to every question.
    public var failure: Refusal?

    public init() {}

    public func secrets(of client: AgentID) throws(Refusal) -> SecretHashes? { try told(hashes[client]) }
    public func registration(of agent: AgentID) throws(Refusal) -> Registration? { try told(registrations[agent]) }
    public func registrationNow(of agent: AgentID) throws(Refusal) -> Registration? { try told(registrations[agent]) }
    public func audience(_ id: AudienceID) throws(Refusal) -> Audience? { try told(audiences.first { $0.id == id }) }

    public func audience(at resource: ResourceURI) throws(Refusal) -> Audience? {
        try told(audiences.first { $0.resource == resource })
    }

    public func trustedIssuer(_ issuer: Label) throws(Refusal) -> TrustedIssuer? {
        try told(issuers.first { $0.issuer == issuer })
    }

    public func chain(_ hash: ChainHash) throws(Refusal) -> DelegationChain? {
        try told(chains.first { $0.summary.hash == hash })
    }

    public func task(_ id: TaskID) throws(Refusal) -> TaskEntry? { try told(tasks.first { $0.id == id }) }

    public func isRevoked(link: Int64) throws(Refusal) -> Bool { try told(revokedLinks.contains(link)) }
    public func isRevoked(token: String) throws(Refusal) -> Bool { try told(revokedTokens.contains(token)) }
    public func isRevoked(principal: Label) throws(Refusal) -> Bool { try told(revokedPrincipals.contains(principal)) }
    public var revocations: Int64 { Int64(revokedLinks.count + revokedTokens.count) }
    public func wasUsed(_ token: UsedToken) throws(Refusal) -> Bool { try told(usedTokens.contains(token)) }

    public func issued(to client: AgentID, under key: String, at now: Instant) throws(Refusal) -> IssuedBefore? {
        try told(retries["\(client) \(key)"])
    }

    public func policies() throws(Refusal) -> PolicySet {
        guard let set = try told(PolicySet(rules, digest: policy, zones: zones)) else {
            throw .unavailable(.registry)
        }
        return set
    }

    public func tokens(countedBy counter: RateCounter, at now: Instant) throws(Refusal) -> Int64 {
        try told(counted[counter.name] ?? 0)
    }

    public func baseline(of agent: AgentID) throws(Refusal) -> Baseline? { try told(baselines[agent]) }

    public func approval(boundTo binding: [UInt8]) throws(Refusal) -> ApprovalEntry? {
        try told(approvals.last { $0.binding == binding })
    }

    public func approval(_ id: String) throws(Refusal) -> ApprovalEntry? { try told(approvals.first { $0.id == id }) }
    public func waitingRequests(of client: AgentID, at now: Instant) throws(Refusal) -> Int64 {
        try told(Int64(approvals.count { $0.client == client && $0.status(at: now) == .pending }))
    }

    public func sealKey() throws(Refusal) -> [UInt8] { try told([UInt8](repeating: 9, count: 32)) }

    public func activeKey(for algorithm: SignatureAlgorithm) throws(Refusal) -> KeyID? { try told(keys[algorithm]) }
    public func publishedKeys() throws(Refusal) -> [JSONValue] { try told(published) }

    private func told<Answer>(_ answer: Answer) throws(Refusal) -> Answer {
        if let failure { throw failure }
        return answer
    }
}

/// Tokens as a test says they were proven, by their text.
public struct FakeTokens: TokenVerifier {
    public var own: [String: OwnToken] = [:]
    public var foreign: [String: ForeignToken] = [:]

    public init() {}

    public func own(_ token: [UInt8], in registry: any RegistryView) throws(TokenFault) -> OwnToken {
        guard let found = own[String(decoding: token, as: UTF8.self)] else { throw .unusable }
        return found
    }

    public func names(_ issuer: Issuer, in token: [UInt8]) -> Bool {
        own[String(decoding: token, as: UTF8.self)] != nil
    }

    public func foreign(_ token: [UInt8], in registry: any RegistryView) throws(TokenFault) -> ForeignToken {
        guard let found = foreign[String(decoding: token, as: UTF8.self)] else { throw .unusable }
        return found
    }
}

/// Bytes that can be foretold: the first call gives only 1s, the second only 2s, and so on.
public final class CountingRandom: RandomSource {
    private let calls = Mutex<UInt8>(0)
    private let last: UInt8

    /// Fails once it was called `last` times.
    public init(upTo last: UInt8 = .max) { self.last = last }

    public func bytes(_ count: Int) throws(Refusal) -> [UInt8] {
        let call = calls.withLock { calls in
            calls &+= 1
            return calls
        }
        guard call <= last else { throw .unavailable(.cryptography) }
        return [UInt8](repeating: call, count: count)
    }
}
