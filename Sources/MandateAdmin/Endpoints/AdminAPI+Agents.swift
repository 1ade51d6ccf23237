import MandateCore

extension AdminAPI {
    func listAgents(_ call: Call) async throws(Problem) -> AdminResponse {
        var filter = AgentFilter(limit: try call.limit())
        filter.type = try call.identifier(AgentTypeID.self, query: "type")
        filter.team = try call.identifier(Label.self, query: "team")
        filter.owner = try call.identifier(Label.self, query: "owner")
        if let text = call.query["status"] {
            guard let status = AgentStatus(rawValue: text) else {
                throw Problem(.invalid, field: "status", "must be active, suspended or decommissioned")
            }
            filter.status = status
        }
        if let text = call.query["unused"] {
            guard let unused = WrittenDuration(text) else {
                throw Problem(.invalid, field: "unused", "must be a duration: \(WrittenDuration.grammar)")
            }
            filter.unusedFor = unused.seconds
        }
        var wanted = filter
        return try administration.reading { (reader) throws(Problem) in
            wanted.after = try call.position(AgentID.self, in: reader)
            let found = try reader.agents(wanted)
            return .list(found.entries.map(\.json), next: try call.next(after: found.next?.rawValue, in: reader))
        }
    }

    func showAgent(_ call: Call) async throws(Problem) -> AdminResponse {
        let id = try call.id(AgentID.self)
        return .json(try administration.reading { (reader) throws(Problem) in try reader.known(id) }.json)
    }

    func registerAgent(_ call: Call) async throws(Problem) -> AdminResponse {
        .saved(try await changes.register(agent: try call.json(), by: call.operatorName))
    }

    func replaceAgent(_ call: Call) async throws(Problem) -> AdminResponse {
        .saved(
            try await changes.replace(
                agent: try call.id(), by: try call.json(), operator: call.operatorName))
    }

    func changeAgent(_ call: Call) async throws(Problem) -> AdminResponse {
        .saved(
            try await changes.change(
                agent: try call.id(), by: try call.json(), operator: call.operatorName))
    }

    func suspendAgent(_ call: Call) async throws(Problem) -> AdminResponse {
        let id = try call.id(AgentID.self)
        return .json(try await lifecycle.suspend(id, because: try call.reason(), by: call.operatorName).json)
    }

    func resumeAgent(_ call: Call) async throws(Problem) -> AdminResponse {
        let id = try call.id(AgentID.self)
        return .json(try await lifecycle.resume(id, because: try call.reason(), by: call.operatorName).json)
    }

    func decommissionAgent(_ call: Call) async throws(Problem) -> AdminResponse {
        let id = try call.id(AgentID.self)
        return .json(try await lifecycle.decommission(id, because: try call.reason(), by: call.operatorName).json)
    }

    /// Cuts nothing, and says so in the words of the other verbs.
    func attestAgent(_ call: Call) async throws(Problem) -> AdminResponse {
        let id = try call.id(AgentID.self)
        let body = call.body.isEmpty ? .object([]) : try call.json()
        let attestation = try await lifecycle.attest(id, by: body, operator: call.operatorName)
        return .json(
            .object([JSONMember(name: "attestation", value: attestation.json)] + (Cut().json.members ?? [])))
    }

    func issueSecret(_ call: Call) async throws(Problem) -> AdminResponse {
        .json(try await secrets.issue(to: try call.id(), by: call.operatorName).json, status: 201)
    }

    func removeSecret(_ call: Call) async throws(Problem) -> AdminResponse {
        try await secrets.remove(try call.number("n"), of: try call.id(), by: call.operatorName)
        return .noContent
    }
}

extension AdminResponse {
    fileprivate static func saved(_ saved: RegistryChanges.Saved<AgentEntry>) -> AdminResponse {
        .saved(saved, saved.record.json, at: "/v1/agents/\(saved.record.agent.id)")
    }
}
