/// The way from the registry as it is to what a document says: steps in the order they are taken.
struct RegistryPlan: Sendable {
    enum Step: Sendable {
        case audience(Audience, before: Audience?)
        case issuer(TrustedIssuer, before: TrustedIssuer?)
        case type(AgentType, before: AgentType?)
        case agent(Agent, before: Agent?)
        /// The agent's owner hands it these capabilities anew.
        case link(Agent, Authority)
        case decommission(Agent)
        case removeType(AgentTypeID)
        case removeAudience(AudienceID)
        case removeIssuer(Label)
        /// The whole set, in force from one moment to the next.
        case policies(ProposedPolicies)
    }

    let steps: [Step]
    let warnings: [String]

    /// Plans without changing anything; the first rule that would be broken is the problem.
    init(_ document: RegistryDocument, prune: Bool, over reader: any RegistryReader) throws(Problem) {
        let proposed = try ProposedRegistry(document, prune: prune, over: reader)
        try RegistryRules(proposed: proposed).check()
        let pruning = RegistryPruning(proposed: proposed)
        let types = try pruning.types()
        let audiences = try pruning.audiences()

        var steps: [Step] = []
        for change in proposed.audienceProposals where change.before != change.after {
            steps.append(.audience(change.after, before: change.before))
        }
        for change in proposed.issuerProposals where change.before != change.after {
            steps.append(.issuer(change.after, before: change.before))
        }
        for change in proposed.typeProposals where change.before != change.after {
            steps.append(.type(change.after, before: change.before))
        }
        for change in proposed.agentProposals where change.before != change.after {
            steps.append(.agent(change.after, before: change.before))
        }
        // Before the links: each says which policies were in force when it was made.
        if let policies = proposed.policies, policies.isChange { steps.append(.policies(policies)) }
        steps += try Self.links(in: proposed)
        steps += proposed.agentsToDecommission.map(Step.decommission)
        steps += proposed.issuersToPrune.map(Step.removeIssuer)
        steps += types.removed.map(Step.removeType)
        steps += audiences.map(Step.removeAudience)
        self.steps = steps
        let written = proposed.policies?.proposals.map(\.after) ?? []
        let silent = try PolicyWarnings.sentences(about: written, among: proposed)
        warnings = Self.ungrantable(in: proposed) + types.warnings + silent
    }

    /// Every agent whose owner or capabilities would be others than now, its own or its type's.
    private static func links(in proposed: ProposedRegistry) throws(Problem) -> [Step] {
        var links: [Step] = []
        for change in proposed.agentProposals {
            guard change.after.status != .decommissioned,
                let capabilities = proposed.capabilities(of: change.after)
            else { continue }
            let isSame = change.before.map { before in
                before.owner == change.after.owner && proposed.capabilitiesBefore(of: before) == capabilities
            }
            if isSame != true { links.append(.link(change.after, capabilities)) }
        }
        for change in proposed.typeProposals {
            guard let before = change.before, let capabilities = change.after.capabilities,
                before.capabilities != capabilities
            else { continue }
            for agent in try proposed.otherAgents(of: change.after.id) where agent.ownCapabilities == nil {
                links.append(.link(agent, capabilities))
            }
        }
        return links
    }

    private static func ungrantable(in proposed: ProposedRegistry) -> [String] {
        let held =
            proposed.issuerProposals.flatMap { issuer in
                issuer.after.delegable.map { ("issuer \(issuer.after.issuer)", Optional($0.authority)) }
            }
            + proposed.typeProposals.map { ("agent type \($0.after.id)", $0.after.capabilities) }
            + proposed.agentProposals.filter { $0.after.status != .decommissioned }.map {
                ("agent \($0.after.id)", $0.after.ownCapabilities)
            }
        return held.flatMap { holder, capabilities in
            (capabilities?.entries ?? []).flatMap { entry in
                entry.scopes.scopes.filter { scope in
                    proposed.audiences[entry.audience]?.catalogue.knows(scope) != true
                }
                .map { scope in
                    "\(holder): \(quoted(scope.description)) is not in the catalogue of audience \(entry.audience) and "
                        + "will not be granted"
                }
            }
        }
    }
}

extension RegistryPlan {
    /// What the plan changes, as people are told. Links follow from it and are not listed.
    var changes: [RegistryChange] { steps.flatMap(\.changes) }

    /// The algorithms that audiences of the plan sign with.
    var algorithms: [SignatureAlgorithm] {
        SignatureAlgorithm.allCases.filter { algorithm in
            steps.contains { step in
                if case .audience(let audience, _) = step { audience.algorithm == algorithm } else { false }
            }
        }
    }
}

extension RegistryPlan.Step {
    var changes: [RegistryChange] {
        switch self {
        case .audience(let after, let before):
            [Self.change(.audience, after.id.rawValue, from: before?.json, to: after.json)]
        case .issuer(let after, let before):
            [Self.change(.issuer, after.issuer.rawValue, from: before?.json, to: after.json)]
        case .type(let after, let before):
            [Self.change(.agentType, after.id.rawValue, from: before?.json, to: after.json)]
        case .agent(let after, let before):
            [Self.change(.agent, after.id.rawValue, from: before?.definition, to: after.definition)]
        case .link: []
        case .decommission(let agent): [Self.removal(.agent, agent.id.rawValue)]
        case .removeType(let id): [Self.removal(.agentType, id.rawValue)]
        case .removeAudience(let id): [Self.removal(.audience, id.rawValue)]
        case .removeIssuer(let issuer): [Self.removal(.issuer, issuer.rawValue)]
        case .policies(let proposed): proposed.changes
        }
    }

    private static func removal(_ kind: RegistryChange.Kind, _ id: String) -> RegistryChange {
        RegistryChange(action: .remove, kind: kind, id: id, fields: [])
    }

    private static func change(
        _ kind: RegistryChange.Kind, _ id: String, from before: JSONValue?, to after: JSONValue
    ) -> RegistryChange {
        RegistryChange(
            action: before == nil ? .add : .change, kind: kind, id: id,
            fields: before.map(after.changedMembers) ?? [])
    }
}
