/// What an agent was given, as far as its habits are concerned.
public struct Observation: Hashable, Sendable {
    /// Who holds the token.
    public let holder: AgentID
    /// Who asked for it, when that is somebody else.
    public let client: AgentID?
    public let authority: Authority
    /// The worst class of all that the scopes stand for.
    public let worst: ScopeClass

    public init(holder: AgentID, client: AgentID? = nil, authority: Authority, worst: ScopeClass) {
        self.holder = holder
        self.client = client == holder ? nil : client
        self.authority = authority
        self.worst = worst
    }
}
