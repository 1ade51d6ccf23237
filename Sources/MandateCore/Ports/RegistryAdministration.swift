/// The registry as operators use it: reads of one moment, and changes that are durable when the call returns.
public protocol RegistryAdministration: Sendable {
    /// Runs `body` on one consistent view. Never waits for the writer.
    func reading<Answer>(_ body: (any RegistryReader) throws(Problem) -> Answer) throws(Problem) -> Answer

    /// Runs `body` in one transaction on the writer, ahead of waiting issuances; raises the epoch; returns when durable.
    /// When `body` throws, or the disk does, nothing is changed.
    func changing<Answer: Sendable>(
        _ body: @escaping @Sendable (any RegistryEditor) throws(Problem) -> Answer
    ) async throws(Problem) -> Answer

    /// The same, as long as `grounds` hold in that transaction; nil, and nothing changed, when they no longer do.
    func changing<Answer: Sendable>(
        on grounds: Grounds, _ body: @escaping @Sendable (any RegistryEditor) throws(Problem) -> Answer
    ) async throws(Problem) -> Answer?
}

/// The questions operators ask.
public protocol RegistryReader: DelegationReader, LedgerProofReader, PolicyRecordReader, ApprovalRecordReader {
    /// The time of this view, or of this change.
    var now: Instant { get }
    func agent(_ id: AgentID) throws(Problem) -> AgentEntry?
    /// One page of agents, in byte order of the id.
    func agents(_ filter: AgentFilter) throws(Problem) -> AgentPage
    func type(_ id: AgentTypeID) throws(Problem) -> AgentType?
    func types() throws(Problem) -> [AgentType]
    func audience(_ id: AudienceID) throws(Problem) -> Audience?
    func audiences() throws(Problem) -> [Audience]
    func issuer(_ issuer: Label) throws(Problem) -> TrustedIssuer?
    /// In byte order of the `iss`.
    func issuers() throws(Problem) -> [TrustedIssuer]
    /// Whether some agent is owned by `owner`, or some chain was started by a person of that name.
    func owns(_ owner: Label) throws(Problem) -> Bool
    /// Every key that is not gone, and the revoked ones, oldest first.
    func keys() throws(Problem) -> [KeyEntry]
    /// Ledger records with `seq` above `sequence`, oldest first, as their canonical JSON: at most `limit`, and
    /// fewer where they are long.
    func records(after sequence: Int64, limit: Int) throws(Problem) -> [[UInt8]]
    /// What passes the query's filter, oldest first. Bounded work: look on from `next` until there is none.
    func excerpt(_ query: LedgerQuery) throws(Problem) -> LedgerExcerpt
    /// The newest `limit` records that pass among the newest 50,000, oldest first.
    func latestRecords(_ limit: Int, matching filter: LedgerFilter) throws(Problem) -> [StoredRecord]
    /// What the cursors of lists are sealed with: secret, made with the database.
    func cursorKey() throws(Problem) -> [UInt8]
    /// How far a consumer of the ledger has come; nil when it has never begun.
    func position(of consumer: LedgerConsumer) throws(Problem) -> Int64?
}

extension RegistryReader {
    /// The newest `limit` ledger records, oldest first.
    public func latestRecords(_ limit: Int) throws(Problem) -> [[UInt8]] {
        try latestRecords(limit, matching: LedgerFilter()).map(\.bytes)
    }
}

/// The changes operators make. All of one `changing` call are one transaction.
public protocol RegistryEditor: RegistryReader, DelegationEditor, PolicyRecordEditor, ApprovalRecordEditor {
    /// Writes the record of an agent, new or not; its secrets and its link are kept.
    func save(_ agent: Agent) throws(Problem)
    func save(_ type: AgentType) throws(Problem)
    func save(_ audience: Audience) throws(Problem)
    func remove(_ type: AgentTypeID) throws(Problem)
    func remove(_ audience: AudienceID) throws(Problem)
    func save(_ issuer: TrustedIssuer) throws(Problem)
    func remove(issuer: Label) throws(Problem)
    /// Makes the link for `capabilities` the current registration link of a saved agent.
    func link(_ agent: Agent, capabilities: Authority) throws(Problem)
    /// Notes when and why a saved agent got its status.
    func save(_ note: StatusNote, of agent: AgentID) throws(Problem)
    func save(_ attestation: Attestation, of agent: AgentID) throws(Problem)
    /// The new secret's number; `conflict` when there are two already.
    func addSecret(hash: [UInt8], to agent: AgentID) throws(Problem) -> Int
    /// Whether there was such a secret.
    func removeSecret(_ number: Int, of agent: AgentID) throws(Problem) -> Bool
    /// Counts what is live of the agent, and below what was handed to it, and forgets it. All authority that has passed
    /// through the agent is dead from now on, for ever. Comes before the change that stops the agent: what is dead already
    /// is not counted.
    func cut(_ agent: AgentID) throws(Problem) -> Cut
    /// The same for every agent of a type; by default one after the other.
    func cut(type: AgentTypeID) throws(Problem) -> Cut
    func save(_ key: KeyEntry) throws(Problem)
    /// Appends a record; `seq` and `prev` are added. The time is ``now``.
    func append(_ record: LedgerRecord) throws(Problem)
}

extension RegistryEditor {
    public func cut(type: AgentTypeID) throws(Problem) -> Cut {
        var sum = Cut()
        for entry in try everyAgent(AgentFilter(type: type)) { sum = sum + (try cut(entry.agent.id)) }
        return sum
    }
}

/// An agent with what the registry knows beside its record.
public struct AgentEntry: Hashable, Sendable {
    public let agent: Agent
    public let type: AgentType
    /// The hash of the current registration link.
    public let link: ChainHash?
    public let createdAt: Instant
    public let lastActiveAt: Instant?
    public let secrets: [SecretEntry]
    public let statusNote: StatusNote?
    public let attestation: Attestation?

    public init(
        agent: Agent, type: AgentType, link: ChainHash?, createdAt: Instant, lastActiveAt: Instant?,
        secrets: [SecretEntry], statusNote: StatusNote? = nil, attestation: Attestation? = nil
    ) {
        self.statusNote = statusNote
        self.attestation = attestation
        self.agent = agent
        self.type = type
        self.link = link
        self.createdAt = createdAt
        self.lastActiveAt = lastActiveAt
        self.secrets = secrets
    }
}

/// What may be shown of a secret.
public struct SecretEntry: Hashable, Sendable {
    public let number: Int
    public let createdAt: Instant
    /// When somebody last proved itself with it, to the minute.
    public let lastUsedAt: Instant?

    public init(number: Int, createdAt: Instant, lastUsedAt: Instant? = nil) {
        self.number = number
        self.createdAt = createdAt
        self.lastUsedAt = lastUsedAt
    }
}

/// Some of the agents that a filter lets through, and where to go on.
public struct AgentPage: Hashable, Sendable {
    public let entries: [AgentEntry]
    /// The next page starts after this id; nil when there is none. A page may hold fewer than were asked for and not be
    /// the last: no question is asked for longer than it should be.
    public let next: AgentID?

    public init(entries: [AgentEntry], next: AgentID?) {
        self.entries = entries
        self.next = next
    }
}

/// Which agents to list; nil members do not filter.
public struct AgentFilter: Hashable, Sendable {
    public var type: AgentTypeID?
    public var status: AgentStatus?
    public var team: Label?
    public var owner: Label?
    /// Only active agents that were neither registered nor used in this many seconds.
    public var unusedFor: Int64?
    /// Only ids after this one.
    public var after: AgentID?
    public var limit: Int

    public init(
        type: AgentTypeID? = nil, status: AgentStatus? = nil, team: Label? = nil, owner: Label? = nil,
        unusedFor: Int64? = nil, after: AgentID? = nil, limit: Int = 100
    ) {
        self.type = type
        self.status = status
        self.team = team
        self.owner = owner
        self.unusedFor = unusedFor
        self.after = after
        self.limit = limit
    }
}

/// What a suspension or a revocation cut off.
public struct Cut: Hashable, Sendable {
    public var tokens: Int64
    public var links: Int64
    /// The latest expiry among them.
    public var latestExpiry: Instant?

    public init(tokens: Int64 = 0, links: Int64 = 0, latestExpiry: Instant? = nil) {
        self.tokens = tokens
        self.links = links
        self.latestExpiry = latestExpiry
    }

    public static func + (left: Cut, right: Cut) -> Cut {
        Cut(
            tokens: left.tokens + right.tokens, links: left.links + right.links,
            latestExpiry: [left.latestExpiry, right.latestExpiry].compactMap { $0 }.max())
    }
}
