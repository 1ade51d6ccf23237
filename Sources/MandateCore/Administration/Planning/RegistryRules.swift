/// What must be true of every registry, checked on the registry as it would be before anything is changed.
struct RegistryRules {
    let proposed: ProposedRegistry

    func check() throws(Problem) {
        try checkResources()
        try proposed.policies?.check()
        for proposal in proposed.issuerProposals {
            for (index, entry) in proposal.after.delegable.enumerated() {
                let place = proposal.place.member("delegable").element(index)
                try checkAudiences(of: entry.authority, at: place.member("authority"))
            }
        }
        for proposal in proposed.typeProposals {
            try checkAudiences(of: proposal.after.capabilities, at: proposal.place.member("capabilities"))
            try checkAudiences(of: proposal.after.quotas, at: proposal.place.member("quotas"))
            try checkAgents(of: proposal)
        }
        let owners = Set(proposed.agentProposals.map(\.after.owner.rawValue))
        for proposal in proposed.agentProposals {
            try checkIdentity(of: proposal, owners: owners)
            try checkAuthority(of: proposal.after, at: proposal.place)
        }
    }

    /// A resource names one audience only, and never by the id of another.
    private func checkResources() throws(Problem) {
        let audiences = proposed.audiences.values.sorted { $0.id < $1.id }
        var byResource: [ResourceURI: [AudienceID]] = [:]
        var byID: [ResourceURI: [AudienceID]] = [:]
        for audience in audiences {
            if let resource = audience.resource { byResource[resource, default: []].append(audience.id) }
            if let uri = ResourceURI(audience.id.rawValue) { byID[uri, default: []].append(audience.id) }
        }
        for proposal in proposed.audienceProposals {
            let id = proposal.after.id
            let isOther = { (other: AudienceID) in other != id }
            if let resource = proposal.after.resource {
                if let other = byResource[resource]?.first(where: isOther) {
                    throw proposal.place.member("resource").conflict(
                        "\(quoted(resource.rawValue)) is the resource of audience \(other): give each its own")
                }
                if let other = byID[resource]?.first(where: isOther) {
                    throw proposal.place.member("resource").conflict(
                        "\(quoted(resource.rawValue)) is the id of audience \(other): give each its own")
                }
            }
            if let uri = ResourceURI(id.rawValue), let other = byResource[uri]?.first(where: isOther) {
                throw proposal.place.member("id").conflict(
                    "\(quoted(id.rawValue)) is the resource of audience \(other): choose another id")
            }
        }
    }

    /// Ids of agents and principals cannot collide, and a decommissioned id is never used again.
    private func checkIdentity(
        of proposal: ProposedRegistry.Proposal<Agent>, owners: Set<String>
    ) throws(Problem) {
        let agent = proposal.after
        guard proposal.before != agent else { return }
        if proposal.before?.status == .decommissioned {
            throw proposal.place.member("id").conflict(
                "\(quoted(agent.id.rawValue)) was decommissioned, and its id is never used again: choose another id")
        }
        if agent.status == .decommissioned, proposal.before != nil {
            throw AgentDefinition.notDecommissioned(at: proposal.place)
        }
        let isOwner = try proposed.reader.owns(Label(checked: agent.id.rawValue))
        if isOwner || owners.contains(agent.id.rawValue) {
            throw proposal.place.member("id").conflict(
                "\(quoted(agent.id.rawValue)) is the owner of an agent, or somebody who started a chain: agents and "
                    + "people never share an id, choose another")
        }
        guard let owner = AgentID(agent.owner.rawValue) else { return }
        let registered = try proposed.reader.agent(owner)
        if registered != nil || proposed.agents[owner] != nil {
            throw proposal.place.member("owner").conflict(
                "\(quoted(owner.rawValue)) is an agent: name the person who answers for this one")
        }
    }

    private func checkAuthority(of agent: Agent, at place: FieldPath) throws(Problem) {
        guard let type = proposed.types[agent.type] else {
            let hint = NearestName.hint(for: agent.type.rawValue, among: proposed.types.keys.map(\.rawValue).sorted())
            throw place.member("type").problem(
                "there is no agent type \(quoted(agent.type.rawValue)): define it first" + hint)
        }
        // What can never act again keeps its record as it was, whatever became of what it names.
        if agent.status == .decommissioned { return }
        try checkAudiences(of: agent.ownCapabilities, at: place.member("capabilities"))
        try checkAudiences(of: agent.quotas, at: place.member("quotas"))
        if agent.ownCapabilities == nil, type.capabilities == nil {
            throw place.member("capabilities").problem(
                "are missing, and agent type \(type.id) has none either: say which scopes of which audience it may "
                    + "have")
        }
        if agent.ownDelegation == nil, type.delegation == nil {
            throw place.member("delegation").problem(
                "is missing, and agent type \(type.id) has none either: say to, max_chain_depth and max_class")
        }
        guard let excess = type.firstExcess(of: agent) else { return }
        throw place.member("capabilities").member(excess.audience.rawValue).problem(
            "\(quoted(excess.scope.description)) is more than agent type \(type.id) has: leave it out, or widen the "
                + "type")
    }

    private func checkAudiences(of authority: Authority?, at place: FieldPath) throws(Problem) {
        try checkAudiences(authority?.entries.map(\.audience) ?? [], at: place)
    }

    private func checkAudiences(of quotas: Quotas?, at place: FieldPath) throws(Problem) {
        try checkAudiences(quotas?.entries.map(\.audience) ?? [], at: place)
    }

    private func checkAudiences(_ audiences: [AudienceID], at place: FieldPath) throws(Problem) {
        for audience in audiences where proposed.audiences[audience] == nil {
            let known = proposed.audiences.keys.map(\.rawValue).sorted()
            throw place.member(audience.rawValue).problem(
                "there is no audience \(quoted(audience.rawValue)): define it first"
                    + NearestName.hint(for: audience.rawValue, among: known))
        }
    }

    /// A type must not change under its agents' feet.
    private func checkAgents(of proposal: ProposedRegistry.Proposal<AgentType>) throws(Problem) {
        let type = proposal.after
        guard let before = proposal.before,
            before.capabilities != type.capabilities || before.delegation != type.delegation
        else { return }
        for agent in try proposed.otherAgents(of: type.id) {
            if agent.ownCapabilities == nil, type.capabilities == nil {
                throw proposal.place.member("capabilities").conflict(
                    "agent \(agent.id) has none of its own and would be left without: keep them, or give it its "
                        + "own first")
            }
            if agent.ownDelegation == nil, type.delegation == nil {
                throw proposal.place.member("delegation").conflict(
                    "agent \(agent.id) has none of its own and would be left without: keep it, or give it its "
                        + "own first")
            }
            if let excess = type.firstExcess(of: agent) {
                throw proposal.place.member("capabilities").conflict(
                    "agent \(agent.id) has \(quoted(excess.scope.description)) at \(excess.audience), which would be "
                        + "more than its type: narrow the agent first")
            }
        }
    }
}

extension AgentType {
    /// The first of an agent's own scopes that its type does not cover; a type without capabilities sets no limit.
    func firstExcess(of agent: Agent) -> (audience: AudienceID, scope: Scope)? {
        guard let capabilities, let own = agent.ownCapabilities else { return nil }
        for entry in own.entries {
            guard let held = capabilities.scopes(for: entry.audience) else {
                return entry.scopes.scopes.first.map { (entry.audience, $0) }
            }
            if let excess = held.firstUncovered(of: entry.scopes) { return (entry.audience, excess) }
        }
        return nil
    }
}
