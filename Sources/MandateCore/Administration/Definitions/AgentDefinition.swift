/// An agent as somebody wrote it down: what its record shall say.
struct AgentDefinition: Hashable, Sendable {
    let place: FieldPath
    /// The status when it was written down; otherwise the agent keeps the one it has.
    let status: AgentStatus?
    /// The record, active unless something else was written down.
    let agent: Agent

    static let members = [
        "id", "type", "version", "model", "deployment", "owner", "team", "environment", "description", "status",
        "capabilities", "delegation", "grants", "may_start_chains", "may_report_risk", "expires_at",
        "quotas",
    ]
    /// What the registry shows of an agent and keeps itself.
    static let kept = [
        "credentials", "created_at", "last_active_at", "delegation_chain_hash", "attestation", "status_changed",
    ]

    static func read(_ value: JSONValue, at place: FieldPath) throws(Problem) -> AgentDefinition {
        let definition = try listed(value, at: place)
        if definition.status == .decommissioned { throw notDecommissioned(at: place) }
        return definition
    }

    /// The refusal to decommission an agent by writing it down.
    static func notDecommissioned(at place: FieldPath) -> Problem {
        place.member("status").problem(
            "cannot be set to decommissioned: decommission the agent by its own command, it is for ever")
    }

    /// An agent in a whole document, where decommissioned ones are listed so that their ids are never used again.
    static func listed(_ value: JSONValue, at place: FieldPath) throws(Problem) -> AgentDefinition {
        let reader = try ObjectReader(value, at: place, "an agent", known: members, kept: kept)
        let status = try reader.word(AgentStatus.self, "status")
        let grants = try reader.list("grants") { (value, place) throws(Problem) in
            try value.word(GrantKind.self, at: place)
        }
        let agent = Agent(
            id: try reader.require("id", try reader.identifier(AgentID.self, "id"), "give the agent an id"),
            type: try reader.require(
                "type", try reader.identifier(AgentTypeID.self, "type"), "name the agent type it is of"),
            owner: try reader.require(
                "owner", try reader.identifier(Label.self, "owner"),
                "name the person who answers for the agent, such as alice@example.com"),
            version: try reader.identifier(Label.self, "version"),
            model: try reader.identifier(Label.self, "model"),
            deployment: try reader.identifier(Label.self, "deployment"),
            team: try reader.identifier(Label.self, "team"),
            environment: try reader.identifier(Label.self, "environment"),
            description: try reader.text("description")?.rawValue,
            status: status ?? .active,
            ownCapabilities: try reader.authority("capabilities"),
            ownDelegation: try reader.delegation("delegation"),
            grants: grants.map(Set.init) ?? GrantKind.defaults,
            mayStartChains: try reader.bool("may_start_chains") ?? false,
            mayReportRisk: try reader.bool("may_report_risk") ?? false,
            expiresAt: try reader.time("expires_at"),
            quotas: try reader.quotas("quotas"))
        return AgentDefinition(place: place, status: status, agent: agent)
    }
}

extension Agent {
    /// The same agent in another status.
    func with(status: AgentStatus) -> Agent {
        Agent(
            id: id, type: type, owner: owner, version: version, model: model, deployment: deployment, team: team,
            environment: environment, description: description, status: status, ownCapabilities: ownCapabilities,
            ownDelegation: ownDelegation, grants: grants, mayStartChains: mayStartChains, mayReportRisk: mayReportRisk,
            expiresAt: expiresAt, quotas: quotas)
    }
}
