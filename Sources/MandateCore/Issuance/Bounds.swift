/// What a request may be given at most, and why not more.
struct Bounds {
    /// What is held; nil when that is nothing.
    let held: Authority?
    /// Whether it was handed over, or is the agent's own.
    let isDelegated: Bool
    /// Agents whose capabilities today must cover it too.
    let agents: [Registration]
    /// Agents that hand it to somebody with this request.
    let delegators: [Registration]
    /// The scopes of a presented access token.
    let ceiling: ScopeSet?

    init(_ arrival: Arrival) {
        held = arrival.held
        ceiling = arrival.ceiling
        switch arrival.way {
        case .mandate(let mandate):
            isDelegated = mandate.last != nil
            agents = mandate.agents
            delegators = []
        case .handOver(let handOver):
            agents = handOver.agents
            delegators = handOver.delegators
            switch handOver.giver {
            case .holder, .person: isDelegated = true
            case .owner: isDelegated = false
            }
        }
    }

    /// Those of a request that is only explained.
    init(held: Authority?, agents: [Registration], delegators: [Registration]) {
        self.held = held
        self.agents = agents
        self.delegators = delegators
        isDelegated = false
        ceiling = nil
    }

    /// Refuses what is more than anybody on the way can give, or than the audience knows. Nothing is narrowed in silence.
    func check(_ scopes: ScopeSet, at audience: Audience) throws(Refusal) {
        if let unknown = audience.catalogue.firstUnknown(of: scopes) { throw .scopeUnknown(unknown, audience.id) }
        guard let held = held?.scopes(for: audience.id) else { throw .audienceNotHeld(audience.id) }
        if let excess = held.firstUncovered(of: scopes) {
            throw isDelegated ? .exceedsDelegation(excess, audience.id) : .exceedsCapability(excess, audience.id)
        }
        if let excess = ceiling?.firstUncovered(of: scopes) { throw .exceedsDelegation(excess, audience.id) }
        for agent in agents {
            guard let capable = agent.capabilities?.scopes(for: audience.id) else {
                throw scopes.scopes.first.map { .exceedsCapability($0, audience.id) } ?? .audienceNotHeld(audience.id)
            }
            if let excess = capable.firstUncovered(of: scopes) { throw .exceedsCapability(excess, audience.id) }
        }
        if !delegators.isEmpty { try checkClasses(of: scopes, at: audience) }
    }

    /// No approval lifts `max_class`.
    private func checkClasses(of scopes: ScopeSet, at audience: Audience) throws(Refusal) {
        for scope in scopes.scopes {
            guard let found = audience.catalogue.scopeClass(of: scope) else { throw .scopeUnknown(scope, audience.id) }
            for delegator in delegators {
                let constraints = try delegator.constraints()
                guard found <= constraints.maxClass else { throw .exceedsClass(scope, constraints.maxClass) }
            }
        }
    }

    /// The first of `scopes` that waits for a person, because a delegator's constraints name the class of something that it
    /// stands for; nil when none does. A pattern is not only its worst class: it gives the others too.
    func firstToApprove(of scopes: ScopeSet, at audience: Audience) throws(Refusal) -> (Scope, ScopeClass)? {
        var waiting: Set<ScopeClass> = []
        for delegator in delegators { waiting.formUnion(try delegator.constraints().approvalFor) }
        if waiting.isEmpty { return nil }
        for scope in scopes.scopes {
            let classes = ScopeMeaning(of: scope, at: audience).classes.words
            if classes.isEmpty { throw .scopeUnknown(scope, audience.id) }
            if let found = classes.filter(waiting.contains).max() { return (scope, found) }
        }
        return nil
    }
}
