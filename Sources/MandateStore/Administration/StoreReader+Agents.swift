import MandateCore

extension StoreReader {
    func agent(_ id: AgentID) throws(Problem) -> AgentEntry? {
        try asking { () throws(StoreError) in
            try connection.first(Self.agentQuestion + " WHERE agent.id = ?", .text(id.rawValue)) {
                row throws(StoreError) in try self.entry(row)
            }
        }
    }

    func agents(_ filter: AgentFilter) throws(Problem) -> AgentPage {
        try asking { () throws(StoreError) in
            let listing = try AgentListing(filter, at: now, in: connection)
            let boundary = try listing.boundary(in: connection)
            let (conditions, values) = listing.page(upTo: boundary)
            let found = try connection.prepare(Self.agentQuestion + conditions).all(values) {
                row throws(StoreError) in try self.entry(row)
            }
            guard found.count > filter.limit else { return AgentPage(entries: found, next: boundary) }
            let page = Array(found.prefix(filter.limit))
            return AgentPage(entries: page, next: page.last?.agent.id)
        }
    }

    private static let agentQuestion = """
        SELECT agent.number, agent.created_at, link.hash, \(AgentType.columns), \(Agent.columns),
            agent_use.last_active_at, agent.status_note, agent.attestation
        FROM agent CROSS JOIN agent_type ON agent_type.id = agent.type
        LEFT JOIN link ON link.number = agent.link LEFT JOIN agent_use ON agent_use.agent = agent.number
        """

    private func entry(_ row: Row) throws(StoreError) -> AgentEntry {
        AgentEntry(
            agent: try Agent(row, at: 8), type: try AgentType(row, at: 3),
            link: row.optionalBlob(2).flatMap { ChainHash(bytes: $0) },
            createdAt: Instant(milliseconds: row.integer(1)),
            lastActiveAt: row.optionalInteger(15).map { Instant(milliseconds: $0) },
            secrets: try secrets(ofAgent: row.integer(0)),
            statusNote: try noted(row.optionalBlob(16), "agent.status_note", StatusNote.init(json:)),
            attestation: try noted(row.optionalBlob(17), "agent.attestation", Attestation.init(json:)))
    }

    private func noted<Note>(
        _ text: [UInt8]?, _ what: String, _ read: (JSONValue) -> Note?
    ) throws(StoreError) -> Note? {
        guard let text else { return nil }
        let json: JSONValue
        do {
            json = try JSONValue(strict: text)
        } catch {
            throw .unreadable(what)
        }
        guard let note = read(json) else { throw .unreadable(what) }
        return note
    }
}
