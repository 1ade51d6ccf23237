import MandateCore

extension AdminAPI {
    func listTypes(_ call: Call) async throws(Problem) -> AdminResponse {
        try administration.reading { (reader) throws(Problem) in
            try call.page(of: try reader.types(), in: reader, id: \.id, json: \.json)
        }
    }

    func showType(_ call: Call) async throws(Problem) -> AdminResponse {
        let id = try call.id(AgentTypeID.self)
        return .json(try administration.reading { (reader) throws(Problem) in try reader.known(id) }.json)
    }

    func replaceType(_ call: Call) async throws(Problem) -> AdminResponse {
        let saved = try await changes.replace(
            type: try call.id(), by: try call.json(), operator: call.operatorName)
        return .saved(saved, saved.record.json, at: "/v1/agent-types/\(saved.record.id)")
    }

    func suspendType(_ call: Call) async throws(Problem) -> AdminResponse {
        let id = try call.id(AgentTypeID.self)
        return .json(try await lifecycle.suspend(id, because: try call.reason(), by: call.operatorName).json)
    }

    func resumeType(_ call: Call) async throws(Problem) -> AdminResponse {
        let id = try call.id(AgentTypeID.self)
        return .json(try await lifecycle.resume(id, because: try call.reason(), by: call.operatorName).json)
    }
}

extension Call {
    /// One page of a list that is short enough to be read whole.
    func page<Record, ID: Identifier>(
        of records: [Record], in reader: any RegistryReader, id: (Record) -> ID, json: (Record) -> JSONValue
    ) throws(Problem) -> AdminResponse {
        let (after, limit) = (try position(ID.self, in: reader), try limit())
        let following = records.sorted { id($0) < id($1) }.filter { record in after.map { $0 < id(record) } ?? true }
        let page = following.prefix(limit)
        let last = page.count == limit ? page.last.map { id($0).rawValue } : nil
        return .list(page.map(json), next: try next(after: last, in: reader))
    }
}
