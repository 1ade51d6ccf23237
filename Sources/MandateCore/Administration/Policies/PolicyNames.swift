/// What policies can name: in a registry as it would be, or in one that stands in a file.
protocol PolicyNames {
    var audiences: [AudienceID: Audience] { get }
    var types: [AgentTypeID: AgentType] { get }
    func has(_ agent: AgentID) throws(Problem) -> Bool
    /// Whether some agent is of `team`; asked where not all agents were looked at.
    func has(team: Label) throws(Problem) -> Bool
    /// Whether somebody of that name owns an agent, or started a chain.
    func has(person: Label) throws(Problem) -> Bool
    /// Some ids of agents that somebody may have meant by `agent`.
    func names(near agent: AgentID) throws(Problem) -> [String]
    /// Of all agents, or of as many as it is right to look at.
    func groups() throws(Problem) -> AgentGroups
}

/// The teams and environments that agents say they are of.
struct AgentGroups {
    var teams: Set<Label> = []
    private(set) var environments: Set<Label> = []
    /// Whether all agents were looked at.
    var isWhole = true

    mutating func add(_ agent: Agent) {
        guard agent.status != .decommissioned else { return }
        if let team = agent.team { teams.insert(team) }
        if let environment = agent.environment { environments.insert(environment) }
    }
}

extension ProposedRegistry: PolicyNames {
    /// How many agents are looked at for the name that was meant.
    private static let candidates = 200
    /// And for teams and environments: this is asked on the thread that writes the ledger.
    private static let lookedAt = 2000

    func has(_ agent: AgentID) throws(Problem) -> Bool {
        if agents[agent] != nil { return true }
        return try reader.agent(agent) != nil
    }

    func has(team: Label) throws(Problem) -> Bool {
        let page = try reader.agents(AgentFilter(team: team, limit: 1))
        return !page.entries.isEmpty || page.next != nil
    }

    func has(person: Label) throws(Problem) -> Bool {
        if agents.values.contains(where: { $0.owner == person }) { return true }
        return try reader.owns(person)
    }

    /// There may be very many agents: of those in the registry only some that begin alike are looked at.
    func names(near agent: AgentID) throws(Problem) -> [String] {
        var names = agents.keys.map(\.rawValue)
        let text = agent.rawValue
        for start in [text.prefix(1), text.prefix(text.utf8.count / 2)] {
            let page = try reader.agents(AgentFilter(after: AgentID(String(start)), limit: Self.candidates))
            names += page.entries.map(\.agent.id.rawValue)
        }
        return names.sorted()
    }

    func groups() throws(Problem) -> AgentGroups {
        var groups = AgentGroups()
        for agent in agents.values { groups.add(agent) }
        let leaving = Set(agentsToDecommission.map(\.id))
        var filter = AgentFilter(limit: 1000)
        var count = 0
        while true {
            let page = try reader.agents(filter)
            for entry in page.entries where agents[entry.agent.id] == nil && !leaving.contains(entry.agent.id) {
                groups.add(entry.agent)
            }
            guard let next = page.next else { return groups }
            count += page.entries.count
            guard count < Self.lookedAt else {
                groups.isWhole = false
                return groups
            }
            filter.after = next
        }
    }
}
