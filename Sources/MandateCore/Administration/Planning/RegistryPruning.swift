/// Which types and audiences may go when a document no longer names them.
struct RegistryPruning {
    let proposed: ProposedRegistry

    /// The types that go, and a sentence for each that must stay as history.
    func types() throws(Problem) -> (removed: [AgentTypeID], warnings: [String]) {
        var removed: [AgentTypeID] = []
        var warnings: [String] = []
        for type in proposed.typesToPrune {
            if let agent = try proposed.otherAgents(of: type).first {
                throw Problem(
                    .conflict, field: "agent_types",
                    "agent type \(type) cannot be removed, agent \(agent.id) is of it: keep it in the file")
            }
            if try proposed.reader.agents(AgentFilter(type: type, limit: 1)).entries.isEmpty {
                removed.append(type)
            } else {
                warnings.append("agent type \(type) is kept: agents that were of it stay in the registry")
            }
        }
        return (removed, warnings)
    }

    /// The audiences that go. What the document itself names is checked elsewhere.
    func audiences() throws(Problem) -> [AudienceID] {
        let pruned = Set(proposed.audiencesToPrune)
        guard !pruned.isEmpty else { return [] }
        for type in proposed.types.values.sorted(by: { $0.id < $1.id }) {
            try refuse(pruned, usedBy: type.capabilities, of: "agent type \(type.id)")
            try refuse(pruned, usedBy: type.quotas, of: "agent type \(type.id)")
        }
        for agent in try proposed.otherAgents() {
            try refuse(pruned, usedBy: agent.ownCapabilities, of: "agent \(agent.id)")
            try refuse(pruned, usedBy: agent.quotas, of: "agent \(agent.id)")
        }
        for issuer in proposed.issuers.values.sorted(by: { $0.issuer < $1.issuer }) {
            for entry in issuer.delegable {
                try refuse(
                    pruned, usedBy: entry.authority, of: "issuer \(issuer.issuer)", "lets its people hand it over")
            }
        }
        return proposed.audiencesToPrune
    }

    private func refuse(
        _ pruned: Set<AudienceID>, usedBy capabilities: Authority?, of holder: String,
        _ use: String = "has capabilities there"
    ) throws(Problem) {
        try refuse(pruned, usedBy: capabilities?.entries.map(\.audience) ?? [], of: holder, use)
    }

    private func refuse(_ pruned: Set<AudienceID>, usedBy quotas: Quotas?, of holder: String) throws(Problem) {
        try refuse(pruned, usedBy: quotas?.entries.map(\.audience) ?? [], of: holder, "has a quota there")
    }

    private func refuse(
        _ pruned: Set<AudienceID>, usedBy audiences: [AudienceID], of holder: String, _ use: String
    ) throws(Problem) {
        guard let used = audiences.first(where: pruned.contains) else { return }
        throw Problem(
            .conflict, field: "audiences",
            "audience \(used) cannot be removed, \(holder) \(use): keep it in the file")
    }
}
