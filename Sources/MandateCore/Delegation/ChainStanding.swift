/// A chain that is good at this moment: no link revoked or expired, every agent on it active, the task open, the principal
/// not revoked. Every issuance proves it again, in one view of the registry.
struct ChainStanding {
    let chain: DelegationChain
    /// Every agent on the chain as it is now, root first.
    let agents: [Registration]
    let holder: Registration
    let task: TaskStanding?
    /// The earliest end of all that the chain hangs on; nil for a registration without one.
    let expiry: Instant?

    /// The standing of the chain that `token` commits to. The task is the token's, because a registration's link names
    /// none.
    init(
        of chain: DelegationChain, presentedBy token: OwnToken, in registry: some RegistryView, at now: Instant
    ) throws(Refusal) {
        if try registry.isRevoked(principal: chain.link.principal.name) { throw .chainRevoked }
        if case .person(let issuer, _, _) = chain.link.principal, try registry.trustedIssuer(issuer) == nil {
            throw .chainRevoked
        }
        task = try TaskStanding.of(token.task, in: registry)
        guard chain.link.task == nil || chain.link.task == token.task else { throw .subjectTokenInvalid }
        for link in chain.summary.links where try registry.isRevoked(link: link) { throw .chainRevoked }

        var agents: [Registration] = []
        agents.reserveCapacity(chain.agents.count)
        for id in chain.agents {
            guard let agent = try registry.registration(of: id), agent.isActive(at: now) else {
                throw .ancestorInactive
            }
            agents.append(agent)
        }
        // Births only rise along a chain, so the first one at or after an agent's place is the earliest that passed it.
        var born = token.issuedAt
        var expiry = earliest(task?.deadline, chain.expiry)
        for index in agents.indices.reversed() {
            born = chain.births[index] ?? born
            guard born > agents[index].notBefore else { throw .chainRevoked }
            expiry = earliest(expiry, agents[index].agent.expiresAt)
        }
        if let end = chain.expiry, now >= end { throw .chainExpired }
        guard let holder = agents.last else { throw .unavailable(.registry) }
        self.chain = chain
        self.agents = agents
        self.holder = holder
        self.expiry = expiry
    }
}

/// A task that is open, or not known yet and so about to be.
struct TaskStanding: Equatable, Sendable {
    let id: TaskID
    let deadline: Instant?
    let isNew: Bool
    /// Whether somebody holds a delegation of it already.
    let isHeld: Bool
    /// The principal it is for, when an operator said so.
    let principal: Label?

    /// The standing of the task, if one is named. An ended task ends everything of it, for ever.
    static func of(_ id: TaskID?, in registry: some RegistryView) throws(Refusal) -> TaskStanding? {
        guard let id else { return nil }
        guard let found = try registry.task(id) else {
            return TaskStanding(id: id, deadline: nil, isNew: true, isHeld: false, principal: nil)
        }
        switch found.status {
        case .open: break
        case .completed, .cancelled: throw .chainRevoked
        }
        return TaskStanding(
            id: id, deadline: found.deadline, isNew: false, isHeld: found.holder != nil,
            principal: found.isReserved ? found.principal : nil)
    }

    /// A chain for a task that an operator opened for a principal begins with that principal only.
    func require(_ principal: Label) throws(Refusal) {
        if let known = self.principal, known != principal { throw .taskOfAnother }
    }
}
