/// An agent type as somebody wrote it down.
struct AgentTypeDefinition: Hashable, Sendable {
    let place: FieldPath
    /// The status when it was written down; otherwise the type keeps the one it has.
    let status: RegistryStatus?
    let type: AgentType

    static let members = ["id", "capabilities", "delegation", "status", "quotas"]

    static func read(_ value: JSONValue, at place: FieldPath) throws(Problem) -> AgentTypeDefinition {
        let reader = try ObjectReader(value, at: place, "an agent type", known: members)
        let status = try reader.word(RegistryStatus.self, "status")
        if reader.value("capabilities") == .object([]), reader.value("delegation") == nil {
            throw reader.field("delegation").problem(
                "is missing, and capabilities are empty: say to, max_chain_depth and max_class, and name an audience")
        }
        let type = AgentType(
            id: try reader.require("id", try reader.identifier(AgentTypeID.self, "id"), "give the agent type an id"),
            capabilities: try reader.authority("capabilities"),
            delegation: try reader.delegation("delegation"),
            status: status ?? .active,
            quotas: try reader.quotas("quotas"))
        return AgentTypeDefinition(place: place, status: status, type: type)
    }
}

extension AgentType {
    /// The same type in another status.
    func with(status: RegistryStatus) -> AgentType {
        AgentType(id: id, capabilities: capabilities, delegation: delegation, status: status, quotas: quotas)
    }
}

extension ObjectReader {
    func delegation(_ name: String) throws(Problem) -> DelegationConstraints? {
        guard let value = value(name) else { return nil }
        let reader = try ObjectReader(
            value, at: field(name), "delegation", known: ["to", "max_chain_depth", "max_class", "approval_for"])
        let to = try reader.list("to") { (value, place) throws(Problem) in
            try value.identifier(AgentID.self, at: place)
        }
        let depths = Int64(DelegationConstraints.depths.lowerBound)...Int64(DelegationConstraints.depths.upperBound)
        let depth = try reader.require(
            "max_chain_depth", try reader.integer("max_chain_depth", in: depths),
            "say how many agents a chain may have; 1 allows no handing over")
        let maxClass = try reader.require(
            "max_class", try reader.word(ScopeClass.self, "max_class"),
            "name the highest class that may be handed over: read, write, delete or admin")
        let approvals = try reader.list("approval_for") { (value, place) throws(Problem) in
            let approved = try value.word(ScopeClass.self, at: place)
            guard approved <= maxClass else {
                throw place.problem("is above max_class (\(maxClass.rawValue)), which no approval lifts: leave it out")
            }
            return approved
        }
        return DelegationConstraints(
            to: try reader.require("to", to, "list the agents or agent types it may hand over to; [] allows none")
                .reduce(into: Set<AgentID>()) { $0.insert($1) }.sorted().map { Label(checked: $0.rawValue) },
            maxChainDepth: Int(depth), maxClass: maxClass, approvalFor: Set(approvals ?? []))
    }
}
