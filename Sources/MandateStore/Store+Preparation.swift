import MandateCore

extension Store {
    /// Checks that the file is ours and whole enough to go on, migrates it, and re-makes what names the issuer.
    static func prepare(_ path: String, links: LinkMaker, at now: Instant) throws(Problem) {
        do throws(StoreError) {
            try recognise(path)
            let connection = try Connection(path: path, access: .writing)
            try Schema.migrate(connection)
            try adopt(links, at: now, in: connection)
        } catch {
            throw Problem(
                .unavailable,
                "the database \(path) cannot be opened: \(error.message); restore it from a backup if it is damaged")
        }
    }

    /// Only reads, because opening for writing changes a file: one that is not ours is left as it is.
    private static func recognise(_ path: String) throws(StoreError) {
        let connection = try Connection(path: path, access: .reading)
        let id = try connection.first("PRAGMA application_id") { row in row.integer(0) }
        guard id == Schema.applicationID else {
            throw StoreError(code: 0, message: "the file is no database of mandate")
        }
        _ = try Schema.version(of: connection)
    }

    /// A link names its issuer. When the issuer was changed, every registration is linked anew under the new one.
    private static func adopt(_ links: LinkMaker, at now: Instant, in connection: Connection) throws(StoreError) {
        guard let known = try connection.first("SELECT issuer FROM state", map: { row in row.text(0) }) else {
            throw .unreadable("state")
        }
        if known == links.issuer.rawValue { return }
        try connection.execute("BEGIN IMMEDIATE")
        do throws(StoreError) {
            var last: Int64 = 0
            while let (number, agent, type) = try next(after: last, in: connection) {
                last = number
                guard let capabilities = agent.ownCapabilities ?? type.capabilities else { continue }
                let link = try links.makeLink(for: agent, capabilities: capabilities, at: now, in: connection)
                try connection.run("UPDATE agent SET link = ? WHERE number = ?", .integer(link), .integer(number))
            }
            try connection.run("UPDATE state SET issuer = ?, epoch = epoch + 1", .text(links.issuer.rawValue))
            try connection.execute("COMMIT")
        } catch {
            if connection.isInTransaction { try connection.execute("ROLLBACK") }
            throw error
        }
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
        ) { row throws(StoreError) in (row.integer(0), try Agent(row, at: 5), try AgentType(row, at: 1)) }
    }
}
