/// What stands in a file of cases, as its policies can name it.
struct PolicyTestNames: PolicyNames {
    let audiences: [AudienceID: Audience]
    let types: [AgentTypeID: AgentType]
    private let agents: [AgentID: Agent]

    /// Nil when the file leaves a list out: then nobody can say what there is.
    init?(_ document: RegistryDocument) {
        guard let audiences = document.audiences, let types = document.types, let agents = document.agents else {
            return nil
        }
        self.audiences = Dictionary(uniqueKeysWithValues: audiences.map { ($0.audience.id, $0.audience) })
        self.types = Dictionary(uniqueKeysWithValues: types.map { ($0.type.id, $0.type) })
        self.agents = Dictionary(uniqueKeysWithValues: agents.map { ($0.agent.id, $0.agent) })
    }

    func has(_ agent: AgentID) -> Bool { agents[agent] != nil }
    func has(team: Label) -> Bool { agents.values.contains { $0.team == team } }
    func has(person: Label) -> Bool { agents.values.contains { $0.owner == person } }
    func names(near agent: AgentID) -> [String] { agents.keys.map(\.rawValue).sorted() }

    func groups() -> AgentGroups {
        var groups = AgentGroups()
        for agent in agents.values { groups.add(agent) }
        return groups
    }
}
