/// What agents of one kind share; what an agent does not say itself, its type says.
public struct AgentType: Hashable, Sendable {
    public let id: AgentTypeID
    public let capabilities: Authority?
    public let delegation: DelegationConstraints?
    public let status: RegistryStatus
    /// The quotas of its agents, each for itself.
    public let quotas: Quotas?

    public init(
        id: AgentTypeID, capabilities: Authority? = nil, delegation: DelegationConstraints? = nil,
        status: RegistryStatus = .active, quotas: Quotas? = nil
    ) {
        self.id = id
        self.capabilities = capabilities
        self.delegation = delegation
        self.status = status
        self.quotas = quotas
    }
}

/// Whether a type or an audience is in use. Suspending one stops all that depends on it.
public enum RegistryStatus: String, Hashable, Sendable, CaseIterable {
    case active, suspended
}
