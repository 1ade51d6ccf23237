/// An agent as the registry sees it at one moment: its record, its type, and the link its registration made.
///
/// A class, because requests pass it along and copying the record would cost more than judging it. It never changes.
public final class Registration: Sendable {
    public let agent: Agent
    public let type: AgentType
    /// The link by which the owner handed the agent its capabilities; a chain of one.
    public let link: StoredLink
    /// Authority that passed through the agent, or an agent of its type, up to this moment is dead.
    public let notBefore: Instant
    /// When the agent was last attested; nil when it never was.
    public let attestedAt: Instant?
    /// The policies that were in force when the link was made; nil when it does not say.
    let policy: PolicyDigest?
    /// The chain that the registration is by itself.
    let chain: ChainSummary
    /// What every token of the agent says of it, and what every record of it starts with: written once.
    let claims: [UInt8]
    let recordStart: [UInt8]

    public init(
        agent: Agent, type: AgentType, link: StoredLink, notBefore: Instant = Instant(milliseconds: 0),
        attestedAt: Instant? = nil
    ) {
        self.agent = agent
        self.type = type
        self.link = link
        self.notBefore = notBefore
        self.attestedAt = attestedAt
        policy = link.policy
        chain = ChainSummary(
            hash: link.hash, depth: 1, path: [agent.owner.rawValue, agent.id.rawValue], documents: [link.document],
            links: [link.number])
        claims = agent.claims
        recordStart = agent.recordStart
    }

    /// The agent's own capabilities or, without them, its type's.
    public var capabilities: Authority? { agent.ownCapabilities ?? type.capabilities }

    /// The agent's own delegation constraints or, without them, its type's.
    public var delegation: DelegationConstraints? { agent.ownDelegation ?? type.delegation }

    /// Whether the agent may act at `now`: neither it nor its type is suspended, and it has not expired.
    public func isActive(at now: Instant) -> Bool {
        guard agent.status == .active, type.status == .active else { return false }
        guard let expiry = agent.expiresAt else { return true }
        return now < expiry
    }
}

extension Registration: Equatable {
    public static func == (left: Registration, right: Registration) -> Bool {
        left.agent == right.agent && left.type == right.type && left.link == right.link
            && left.notBefore == right.notBefore && left.attestedAt == right.attestedAt
    }
}
