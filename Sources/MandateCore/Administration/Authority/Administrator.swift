/// Who administers with an access token of this service: which agent, how far, and what that rests on.
public struct Administrator: Hashable, Sendable {
    public let agent: AgentID
    /// The name of the chain's principal: who answers for what the agent does.
    public let principal: Label
    /// The agents of the token's chain, this one last.
    public let chain: [AgentID]
    public let scopes: ScopeSet
    /// When the token ends.
    public let expiry: Instant
    /// What the token was found good on.
    public let grounds: Grounds

    public init(
        agent: AgentID, principal: Label, chain: [AgentID] = [], scopes: ScopeSet, expiry: Instant, grounds: Grounds
    ) {
        self.agent = agent
        self.chain = chain.contains(agent) ? chain : chain + [agent]
        self.principal = principal
        self.scopes = scopes
        self.expiry = expiry
        self.grounds = grounds
    }

    /// The name in records. `:` is in no id of an agent, so it is nobody else's.
    public var name: String { "agent:\(agent)" }

    /// Whether the token's scopes are enough for `scope`.
    public func may(_ scope: ScopeSet) -> Bool { scopes.covers(scope) }
}

extension TokenService {
    /// Who holds an access token that was issued for this service itself and is good now; nil when it is anything else.
    ///
    /// Its scopes are those that could be issued again now: who lost a capability since has lost it here as well.
    public func administrator(
        with token: [UInt8], in registry: some RegistryView, at now: Instant
    ) throws(Refusal) -> Administrator? {
        guard let (token, chain) = try live(token, in: registry, at: now), token.type == .accessToken,
            token.audience == issuer.rawValue, let granted = token.scopes, let principal = Label(token.principal),
            let scopes = try held(granted, of: token, in: registry)
        else { return nil }
        return Administrator(
            agent: token.holder, principal: principal, chain: chain.path.dropFirst().compactMap { AgentID($0) },
            scopes: scopes, expiry: token.expiry,
            grounds: Grounds(
                epoch: registry.epoch, revocations: registry.revocations, links: chain.links, task: token.task,
                tokens: [token.id]))
    }

    /// What is left of `scopes` at this service: known to it, and within what every agent of the chain may do today.
    private func held(
        _ scopes: ScopeSet, of token: OwnToken, in registry: some RegistryView
    ) throws(Refusal) -> ScopeSet? {
        guard let own = AudienceID(issuer.rawValue), let audience = try registry.audience(own),
            audience.status == .active, let chain = try registry.chain(token.chain)
        else { return nil }
        var left = scopes.scopes
        for id in chain.agents {
            guard let capable = try registry.registration(of: id)?.capabilities?.scopes(for: audience.id) else {
                return nil
            }
            left.removeAll { scope in !capable.scopes.contains { $0.covers(scope) } }
        }
        return ScopeSet(left.filter(audience.catalogue.knows))
    }
}
