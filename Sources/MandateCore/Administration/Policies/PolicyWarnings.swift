/// Sentences about policies that can never fire because nothing here has the name they name.
struct PolicyWarnings {
    let proposed: ProposedRegistry

    /// More than these help nobody, and each is compared with every name there is.
    private static let most = 25
    /// How many agents are looked at for the name that was meant.
    private static let candidates = 200

    func sentences() throws(Problem) -> [String] {
        var all: [String] = []
        var registered: [AgentID: Bool] = [:]
        for proposal in proposed.policies?.proposals ?? [] {
            for sentence in try sentences(of: proposal.after, &registered) {
                guard all.count < Self.most else {
                    return all + [
                        "there are more names that nothing here has: only the first \(Self.most) are told"
                    ]
                }
                all.append(sentence)
            }
        }
        return all
    }

    private func sentences(of policy: Policy, _ registered: inout [AgentID: Bool]) throws(Problem) -> [String] {
        let when = policy.when
        var found: [String] = []
        func note(_ place: String, _ kind: String, _ name: String, among known: [String]) {
            found.append(
                "policy \(policy.id): \(place) names \(quoted(name)), and there is no \(kind) of that name: it never fires "
                    + "for it" + NearestName.hint(for: name, among: known))
        }
        let types = (when.types ?? []).sorted().map { ("when.types", $0) } + layerType(of: policy)
        for (place, type) in types where proposed.types[type] == nil && found.count <= Self.most {
            note(place, "agent type", type.rawValue, among: proposed.types.keys.map(\.rawValue).sorted())
        }
        for audience in (when.audiences ?? []).sorted()
        where proposed.audiences[audience] == nil && found.count <= Self.most {
            let known = proposed.audiences.keys.map(\.rawValue).sorted()
            note("when.audiences", "audience", audience.rawValue, among: known)
        }
        for (place, agent) in (when.agents ?? []).sorted().map({ ("when.agents", $0) }) + layerAgent(of: policy) {
            guard found.count <= Self.most else { break }
            if registered[agent] == nil { registered[agent] = try isRegistered(agent) }
            if registered[agent] == false { note(place, "agent", agent.rawValue, among: try namesNear(agent)) }
        }
        return found
    }

    private func layerType(of policy: Policy) -> [(String, AgentTypeID)] {
        if case .type(let type) = policy.layer { [("layer", type)] } else { [] }
    }

    private func layerAgent(of policy: Policy) -> [(String, AgentID)] {
        if case .agent(let agent) = policy.layer { [("layer", agent)] } else { [] }
    }

    private func isRegistered(_ agent: AgentID) throws(Problem) -> Bool {
        if proposed.agents[agent] != nil { return true }
        return try proposed.reader.agent(agent) != nil
    }

    /// There may be very many agents: of those in the registry only some that begin alike are looked at.
    private func namesNear(_ agent: AgentID) throws(Problem) -> [String] {
        var names = proposed.agents.keys.map(\.rawValue)
        let text = agent.rawValue
        for start in [text.prefix(1), text.prefix(text.utf8.count / 2)] {
            let page = try proposed.reader.agents(
                AgentFilter(after: AgentID(String(start)), limit: Self.candidates))
            names += page.entries.map(\.agent.id.rawValue)
        }
        return names.sorted()
    }
}
