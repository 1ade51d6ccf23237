/// The registry as it would be: what a document says over what is there, and without what it prunes.
struct ProposedRegistry {
    /// A record of the document beside the one it replaces.
    struct Proposal<Record: Sendable>: Sendable {
        let place: FieldPath
        let before: Record?
        let after: Record
    }

    let reader: any RegistryReader
    /// What the document says, in its order.
    let audienceProposals: [Proposal<Audience>]
    let issuerProposals: [Proposal<TrustedIssuer>]
    let typeProposals: [Proposal<AgentType>]
    let agentProposals: [Proposal<Agent>]
    /// Nil when the document does not speak of policies.
    let policies: ProposedPolicies?
    /// All of the registry as it would be, what is to be pruned left out.
    private(set) var audiences: [AudienceID: Audience]
    private(set) var issuers: [Label: TrustedIssuer]
    private(set) var types: [AgentTypeID: AgentType]
    /// The document's agents.
    let agents: [AgentID: Agent]
    /// Types before the change.
    let typesBefore: [AgentTypeID: AgentType]
    /// In the registry, not in the document, and to be pruned.
    let agentsToDecommission: [Agent]
    let typesToPrune: [AgentTypeID]
    let audiencesToPrune: [AudienceID]
    let issuersToPrune: [Label]

    init(_ document: RegistryDocument, prune: Bool, over reader: any RegistryReader) throws(Problem) {
        self.reader = reader
        policies = try ProposedPolicies(document, prune: prune, over: reader)
        audiences = Dictionary(uniqueKeysWithValues: try reader.audiences().map { ($0.id, $0) })
        let issuersBefore = Dictionary(uniqueKeysWithValues: try reader.issuers().map { ($0.issuer, $0) })
        typesBefore = Dictionary(uniqueKeysWithValues: try reader.types().map { ($0.id, $0) })
        types = typesBefore

        var audienceProposals: [Proposal<Audience>] = []
        for definition in document.audiences ?? [] {
            let before = audiences[definition.audience.id]
            let after = definition.audience.with(status: definition.status ?? before?.status ?? .active)
            audienceProposals.append(Proposal(place: definition.place, before: before, after: after))
        }
        var typeProposals: [Proposal<AgentType>] = []
        for definition in document.types ?? [] {
            let before = types[definition.type.id]
            let after = definition.type.with(status: definition.status ?? before?.status ?? .active)
            typeProposals.append(Proposal(place: definition.place, before: before, after: after))
        }
        var agentProposals: [Proposal<Agent>] = []
        for definition in document.agents ?? [] {
            let before = try reader.agent(definition.agent.id)?.agent
            // What is written down without a status is meant to live: it is refused where it was decommissioned.
            let kept = before?.status == .decommissioned ? nil : before?.status
            let after = definition.agent.with(status: definition.status ?? kept ?? .active)
            agentProposals.append(Proposal(place: definition.place, before: before, after: after))
        }
        self.audienceProposals = audienceProposals
        issuerProposals = (document.issuers ?? []).map { definition in
            let before = issuersBefore[definition.issuer.issuer]
            return Proposal(place: definition.place, before: before, after: definition.issuer)
        }
        self.typeProposals = typeProposals
        self.agentProposals = agentProposals
        agents = Dictionary(uniqueKeysWithValues: agentProposals.map { ($0.after.id, $0.after) })

        let knownAudiences = Set(audienceProposals.map(\.after.id))
        let knownIssuers = Set(issuerProposals.map(\.after.issuer))
        let knownTypes = Set(typeProposals.map(\.after.id))
        audiencesToPrune =
            prune && document.audiences != nil ? audiences.keys.filter { !knownAudiences.contains($0) }.sorted() : []
        issuersToPrune =
            prune && document.issuers != nil
            ? issuersBefore.keys.filter { !knownIssuers.contains($0) }.sorted() : []
        typesToPrune = prune && document.types != nil ? types.keys.filter { !knownTypes.contains($0) }.sorted() : []
        agentsToDecommission =
            prune && document.agents != nil ? try Self.agents(of: reader, missingIn: agents) : []

        for audience in audienceProposals { audiences[audience.after.id] = audience.after }
        for id in audiencesToPrune { audiences[id] = nil }
        issuers = issuersBefore
        for issuer in issuerProposals { issuers[issuer.after.issuer] = issuer.after }
        for issuer in issuersToPrune { issuers[issuer] = nil }
        for type in typeProposals { types[type.after.id] = type.after }
        for id in typesToPrune { types[id] = nil }
    }

    private static func agents(
        of reader: any RegistryReader, missingIn document: [AgentID: Agent]
    ) throws(Problem) -> [Agent] {
        try reader.everyAgent().map(\.agent).filter { $0.status != .decommissioned && document[$0.id] == nil }
    }
}

extension ProposedRegistry {
    /// The agents that stay as they are, live or suspended, and that the document does not speak of.
    func otherAgents(of type: AgentTypeID? = nil) throws(Problem) -> [Agent] {
        let leaving = Set(agentsToDecommission.map(\.id))
        return try reader.everyAgent(AgentFilter(type: type)).map(\.agent).filter { agent in
            agent.status != .decommissioned && agents[agent.id] == nil && !leaving.contains(agent.id)
        }
    }

    /// What an agent may do at most once the change is made.
    func capabilities(of agent: Agent) -> Authority? { agent.ownCapabilities ?? types[agent.type]?.capabilities }

    /// What an agent may do at most now.
    func capabilitiesBefore(of agent: Agent) -> Authority? {
        agent.ownCapabilities ?? typesBefore[agent.type]?.capabilities
    }
}

extension RegistryReader {
    /// All agents that `filter` lets through, whatever its limit: read in pages.
    func everyAgent(_ filter: AgentFilter = AgentFilter()) throws(Problem) -> [AgentEntry] {
        var page = filter
        page.limit = 1000
        var found: [AgentEntry] = []
        while true {
            let part = try agents(page)
            found += part.entries
            guard let next = part.next else { return found }
            page.after = next
        }
    }
}
