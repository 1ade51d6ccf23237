/// The registry that stands in a file: what it says is there, nobody is revoked, and nothing was issued.
struct DocumentGround: ExplanationGround {
    private let audiences: [AudienceID: Audience]
    private let agents: [AgentID: Registration]

    /// Refuses an agent that no registry would take, because it cannot be judged like others.
    init(_ document: RegistryDocument) throws(Problem) {
        var types: [AgentTypeID: AgentType] = [:]
        var audiences: [AudienceID: Audience] = [:]
        var agents: [AgentID: Registration] = [:]
        for definition in document.types ?? [] { types[definition.type.id] = definition.type }
        for definition in document.audiences ?? [] { audiences[definition.audience.id] = definition.audience }
        for definition in document.agents ?? [] {
            let (agent, place) = (definition.agent, definition.place)
            guard let type = types[agent.type] else {
                throw place.member("type").problem(
                    "there is no agent type \(quoted(agent.type.rawValue)) here: define it under agent_types, or name a file that does with --registry"
                        + NearestName.hint(for: agent.type.rawValue, among: types.keys.map(\.rawValue).sorted()))
            }
            guard agent.ownCapabilities ?? type.capabilities != nil else {
                throw place.member("capabilities").problem("are missing, and agent type \(type.id) has none either")
            }
            guard agent.ownDelegation ?? type.delegation != nil else {
                throw place.member("delegation").problem("is missing, and agent type \(type.id) has none either")
            }
            agents[agent.id] = Registration(explained: agent, type, attestedAt: nil)
        }
        self.audiences = audiences
        self.agents = agents
    }

    /// The names that cases can name.
    var agentNames: [String] { agents.keys.map(\.rawValue).sorted() }
    var audienceNames: [String] { audiences.keys.map(\.rawValue).sorted() }

    func registration(_ id: AgentID) -> Registration? { agents[id] }
    func audience(_ id: AudienceID) -> Audience? { audiences[id] }
    func task(_ id: TaskID) -> TaskEntry? { nil }
    func isRevoked(_ principal: Label) -> Bool { false }
    func tokens(countedBy counter: RateCounter, at now: Instant) -> Int64 { 0 }
    /// Nobody in a file has habits.
    func risk(of question: PolicyQuestion) -> Risk { .none }
}
