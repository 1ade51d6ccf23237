/// An agent as the registry sees it at one moment: its record, its type, and the link its registration made.
public struct Registration: Hashable, Sendable {
    public let agent: Agent
    public let type: AgentType
    /// The link by which the owner handed the agent its capabilities; a chain of one.
    public let link: StoredLink

    public init(agent: Agent, type: AgentType, link: StoredLink) {
        self.agent = agent
        self.type = type
        self.link = link
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
