/// An entry of the registry: who an agent is now, who answers for it, and what it may do at most.
public struct Agent: Hashable, Sendable {
    public let id: AgentID
    public let type: AgentTypeID
    public let owner: Label
    public let version: Label?
    public let model: Label?
    public let deployment: Label?
    public let team: Label?
    public let environment: Label?
    public let description: String?
    public let status: AgentStatus
    /// The agent's own capabilities, or nil when its type's apply.
    public let ownCapabilities: Authority?
    /// The agent's own delegation constraints, or nil when its type's apply; nothing is merged.
    public let ownDelegation: DelegationConstraints?
    public let grants: Set<GrantKind>
    /// Whether the agent, a portal, may start chains for people whose tokens it presents.
    public let mayStartChains: Bool
    /// Whether what the agent says of a request's risk counts.
    public let mayReportRisk: Bool
    public let expiresAt: Instant?
    /// The agent's own quotas; where it has none its type's apply, and then the audience's.
    public let quotas: Quotas?

    public init(
        id: AgentID, type: AgentTypeID, owner: Label, version: Label? = nil, model: Label? = nil,
        deployment: Label? = nil, team: Label? = nil, environment: Label? = nil, description: String? = nil,
        status: AgentStatus = .active, ownCapabilities: Authority? = nil,
        ownDelegation: DelegationConstraints? = nil, grants: Set<GrantKind> = GrantKind.defaults,
        mayStartChains: Bool = false, mayReportRisk: Bool = false, expiresAt: Instant? = nil, quotas: Quotas? = nil
    ) {
        self.id = id
        self.type = type
        self.owner = owner
        self.version = version
        self.model = model
        self.deployment = deployment
        self.team = team
        self.environment = environment
        self.description = description
        self.status = status
        self.ownCapabilities = ownCapabilities
        self.ownDelegation = ownDelegation
        self.grants = grants
        self.mayStartChains = mayStartChains
        self.mayReportRisk = mayReportRisk
        self.expiresAt = expiresAt
        self.quotas = quotas
    }
}

/// Whether an agent may act. `decommissioned` is for ever, and its id is never used again.
public enum AgentStatus: String, Hashable, Sendable, CaseIterable {
    case active, suspended, decommissioned
}

/// A way of asking for a token that an agent can be registered for.
public enum GrantKind: String, Hashable, Sendable, CaseIterable {
    case clientCredentials = "client_credentials"
    case tokenExchange = "token_exchange"

    public static let defaults: Set<GrantKind> = [.clientCredentials, .tokenExchange]
}
