/// The registry as one event loop reads it.
public protocol Registry {
    /// Runs `body` on one consistent view: everything read in it is of one moment, the moment its epoch names.
    func reading<Answer>(_ body: (any RegistryView) -> Answer) throws(Refusal) -> Answer
}

/// The counters of the policies' rates.
public protocol RateCounts {
    /// How many tokens count towards a policy's rate at `now`.
    func tokens(countedBy counter: RateCounter, at now: Instant) throws(Refusal) -> Int64
}

/// The habits of agents.
public protocol Baselines {
    /// What is remembered of the tokens that an agent was given; nil when it was given none.
    func baseline(of agent: AgentID) throws(Refusal) -> Baseline?
}

/// The questions an issuance asks.
public protocol RegistryView: RateCounts, Baselines {
    /// The epoch of this view: raised by every change of registry, policies and keys.
    var epoch: Epoch { get }
    /// The digest of the policy set in force.
    var policy: PolicyDigest { get }
    /// The policies in force.
    func policies() throws(Refusal) -> PolicySet
    /// What a client may prove itself with; nil for an unknown client.
    func secrets(of client: AgentID) throws(Refusal) -> SecretHashes?
    func registration(of agent: AgentID) throws(Refusal) -> Registration?
    /// The same, read anew: the first token under other policies renews an agent's link, without a new epoch.
    func registrationNow(of agent: AgentID) throws(Refusal) -> Registration?
    func audience(_ id: AudienceID) throws(Refusal) -> Audience?
    func audience(at resource: ResourceURI) throws(Refusal) -> Audience?
    /// An issuer whose tokens name people.
    func trustedIssuer(_ issuer: Label) throws(Refusal) -> TrustedIssuer?
    /// The chain whose last link has this hash; nil when the store has none. One that is not whole is `.unavailable`.
    func chain(_ hash: ChainHash) throws(Refusal) -> DelegationChain?
    func task(_ id: TaskID) throws(Refusal) -> TaskEntry?
    func isRevoked(link: Int64) throws(Refusal) -> Bool
    /// An access token, by its `jti`.
    func isRevoked(token: String) throws(Refusal) -> Bool
    func isRevoked(principal: Label) throws(Refusal) -> Bool
    /// How many revocations this view has seen.
    var revocations: Int64 { get }
    /// Whether a token that is good once was used.
    func wasUsed(_ token: UsedToken) throws(Refusal) -> Bool
    /// What was issued to `client` under the same `Idempotency-Key` in the last ten minutes.
    func issued(to client: AgentID, under key: String, at now: Instant) throws(Refusal) -> IssuedBefore?
    /// The latest request that is bound to the same.
    func approval(boundTo binding: [UInt8]) throws(Refusal) -> ApprovalEntry?
    func approval(_ id: String) throws(Refusal) -> ApprovalEntry?
    /// How many requests of a client wait for a person.
    func waitingRequests(of client: AgentID, at now: Instant) throws(Refusal) -> Int64
    /// What deferral codes are sealed with: secret, made with the database.
    func sealKey() throws(Refusal) -> [UInt8]
    /// The key that signs with `algorithm` now.
    func activeKey(for algorithm: SignatureAlgorithm) throws(Refusal) -> KeyID?
    /// The public members of every key that verifiers must find (RFC 7517 §5), oldest first.
    func publishedKeys() throws(Refusal) -> [JSONValue]
}

/// A number that every change of registry, policies and keys raises.
public struct Epoch: Hashable, Sendable {
    public let number: Int64
    public init(_ number: Int64) { self.number = number }
}

/// The SHA-256 hashes of a client's secrets, at most two: the current one and, during a rotation, its successor.
public struct SecretHashes: Hashable, Sendable {
    public let first: [UInt8]?
    public let second: [UInt8]?
    /// What is noted when the first, or the second, was presented.
    let firstUse: ClientUse
    let secondUse: ClientUse

    /// - Parameters:
    ///   - agent: The store's number of the client.
    ///   - numbers: The numbers of its secrets.
    public init(first: [UInt8]?, second: [UInt8]?, agent: Int64 = 0, numbers: (Int64, Int64) = (1, 2)) {
        self.first = first
        self.second = second
        firstUse = ClientUse(agent: agent, secret: numbers.0)
        secondUse = ClientUse(agent: agent, secret: numbers.1)
    }
}

/// A token that is good once, until it expires.
public struct UsedToken: Hashable, Sendable {
    public let issuer: String
    public let id: String
    public let expiry: Instant

    public init(issuer: String, id: String, expiry: Instant) {
        self.issuer = issuer
        self.id = id
        self.expiry = expiry
    }
}

/// What an earlier request with an `Idempotency-Key` was given.
public struct IssuedBefore: Hashable, Sendable {
    /// The SHA-256 of that request's body.
    public let body: [UInt8]
    /// The claims that were signed.
    public let claims: [UInt8]

    public init(body: [UInt8], claims: [UInt8]) {
        self.body = body
        self.claims = claims
    }
}
