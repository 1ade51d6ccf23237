import MandateCore

extension Store {
    /// Checks that the file is ours and whole enough to go on, and migrates it.
    static func prepare(_ path: String) throws(Problem) {
        do throws(StoreError) {
            try recognise(path)
            let connection = try Connection(path: path, access: .writing)
            try Schema.migrate(connection)
        } catch {
            let mend = error.code == 0 ? "" : "; restore it from a backup if it is damaged"
            throw Problem(.unavailable, "the database \(path) cannot be opened: \(error.message)\(mend)")
        }
    }

    /// Only reads, because opening for writing changes a file: one that is not ours is left as it is.
    private static func recognise(_ path: String) throws(StoreError) {
        let connection = try Connection(path: path, access: .reading)
        let id = try connection.first("PRAGMA application_id") { row in row.integer(0) }
        guard id == Schema.applicationID else {
            throw StoreError(code: 0, message: "the file is no database of mandate")
        }
        try Schema.check(connection)
    }

    /// A link names its issuer. When the issuer was changed, every registration is linked anew under the new one, with
    /// a record that says so. Runs inside the transaction of the first change under the new issuer.
    static func adopt(_ links: LinkMaker, at now: Instant, in writer: WriterConnection) throws(StoreError) {
        let connection = writer.connection
        let known = try issuer(in: connection)
        if known == links.issuer.rawValue { return }
        var last: Int64 = 0
        while let (number, agent, type) = try next(after: last, in: connection) {
            last = number
            guard let capabilities = agent.ownCapabilities ?? type.capabilities else { continue }
            let link = try links.makeLink(for: agent, capabilities: capabilities, at: now, in: connection)
            try connection.run("UPDATE agent SET link = ? WHERE number = ?", .integer(link), .integer(number))
        }
        try connection.run("UPDATE state SET issuer = ?", .text(links.issuer.rawValue))
        var record = LedgerRecord(at: now, event: .issuerChanged)
        record.change = ["from": .string(known), "to": .string(links.issuer.rawValue)]
        record.changedBy = "mandate"
        try writer.append(record.pieces, at: now)
    }

    static func issuer(in connection: Connection) throws(StoreError) -> String {
        guard let issuer = try connection.first("SELECT issuer FROM state", map: { row in row.text(0) }) else {
            throw .unreadable("state")
        }
        return issuer
    }

    private static func next(
        after number: Int64, in connection: Connection
    ) throws(StoreError) -> (Int64, Agent, AgentType)? {
        try connection.first(
            """
            SELECT agent.number, \(AgentType.columns), \(Agent.columns)
            FROM agent JOIN agent_type ON agent_type.id = agent.type
            WHERE agent.number > ? AND agent.link IS NOT NULL ORDER BY agent.number LIMIT 1
            """, .integer(number)
        ) { row throws(StoreError) in (row.integer(0), try Agent(row, at: 6), try AgentType(row, at: 1)) }
    }
}
