import MandateCore

extension Agent {
    /// The columns of ``init(_:at:)``.
    static let columns =
        "agent.id, agent.type, agent.owner, agent.team, agent.status, agent.expires_at, agent.definition"

    /// The agent in the columns that start at `first`.
    init(_ row: Row, at first: Int32 = 0) throws(StoreError) {
        let json = try StoredJSON(row.blob(first + 6), "agent.definition")
        self.init(
            id: try identifier(row.text(first), "agent.id"), type: try identifier(row.text(first + 1), "agent.type"),
            owner: try identifier(row.text(first + 2), "agent.owner"), version: try json.label("version"),
            model: try json.label("model"), deployment: try json.label("deployment"),
            team: try row.optionalText(first + 3).map { text throws(StoreError) in try identifier(text, "agent.team") },
            environment: try json.label("environment"), description: try json.optional("description", \.string),
            status: try stored(row.text(first + 4), "agent.status"),
            ownCapabilities: try json.optional("capabilities") { Authority(json: $0) },
            ownDelegation: try json.optional("delegation") { DelegationConstraints(stored: $0) },
            grants: try json.required("grants") { Set(storedGrants: $0) },
            mayStartChains: try json.required("may_start_chains", \.bool),
            mayReportRisk: try json.optional("may_report_risk", \.bool) ?? false,
            expiresAt: row.optionalInteger(first + 5).map { Instant(milliseconds: $0) },
            quotas: try json.optional("quotas") { Quotas(json: $0) })
    }

    /// What has no column of its own.
    var definition: JSONValue {
        .compact([
            ("version", .text(version)), ("model", .text(model)), ("deployment", .text(deployment)),
            ("environment", .text(environment)), ("description", description.map { .string($0) }),
            ("capabilities", ownCapabilities?.json), ("delegation", ownDelegation?.stored),
            ("grants", .array(grants.map(\.rawValue).sorted().map { .string($0) })),
            ("may_start_chains", .bool(mayStartChains)), ("may_report_risk", mayReportRisk ? true : nil),
            ("quotas", quotas?.json),
        ])
    }
}

extension Set<GrantKind> {
    init?(storedGrants json: JSONValue) {
        guard let kinds = json.array?.map({ $0.string.flatMap(GrantKind.init(rawValue:)) }), !kinds.contains(nil)
        else { return nil }
        self = Set(kinds.compactMap { $0 })
    }
}
