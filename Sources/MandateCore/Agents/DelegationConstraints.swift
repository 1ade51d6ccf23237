/// What an agent may hand over: to whom, on how deep a chain, up to which class, and which classes wait for a person.
public struct DelegationConstraints: Hashable, Sendable {
    /// Agent ids or agent type ids; may be empty.
    public let to: [Label]
    /// How many agents a chain through this agent may have, 1 or more.
    public let maxChainDepth: Int
    /// The highest class that may be handed over; no approval lifts it.
    public let maxClass: ScopeClass
    /// Classes at or below `maxClass` that wait for a person.
    public let approvalFor: Set<ScopeClass>

    /// The depths anybody may allow.
    public static let depths = 1...32

    public init(to: [Label], maxChainDepth: Int, maxClass: ScopeClass, approvalFor: Set<ScopeClass> = []) {
        self.to = to
        self.maxChainDepth = maxChainDepth
        self.maxClass = maxClass
        self.approvalFor = approvalFor
    }
}
