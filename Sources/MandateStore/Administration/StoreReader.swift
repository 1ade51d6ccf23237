import MandateCore

/// The questions operators ask, each one sentence of SQL.
class StoreReader: RegistryReader {
    let connection: Connection
    let now: Instant

    init(_ connection: Connection, at now: Instant) {
        self.connection = connection
        self.now = now
    }

    func agent(_ id: AgentID) throws(Problem) -> AgentEntry? {
        try asking { () throws(StoreError) in
            try connection.first(Self.agentQuestion + " WHERE agent.id = ?", .text(id.rawValue)) {
                row throws(StoreError) in try self.entry(row)
            }
        }
    }

    func agents(_ filter: AgentFilter) throws(Problem) -> [AgentEntry] {
        try asking { () throws(StoreError) in
            try connection.all(
                Self.agentQuestion + """
                     WHERE agent.id > ?1 AND (?2 IS NULL OR agent.type = ?2) AND (?3 IS NULL OR agent.status = ?3)
                    AND (?4 IS NULL OR agent.team = ?4) AND (?5 IS NULL OR agent.owner = ?5)
                    ORDER BY agent.id LIMIT ?6
                    """,
                .text(filter.after?.rawValue ?? ""), SQLValue(filter.type?.rawValue), SQLValue(filter.status?.rawValue),
                SQLValue(filter.team?.rawValue), SQLValue(filter.owner?.rawValue), .integer(Int64(filter.limit))
            ) { row throws(StoreError) in try self.entry(row) }
        }
    }

    func type(_ id: AgentTypeID) throws(Problem) -> AgentType? {
        try asking { () throws(StoreError) in
            try connection.first("SELECT \(AgentType.columns) FROM agent_type WHERE id = ?", .text(id.rawValue)) {
                row throws(StoreError) in try AgentType(row)
            }
        }
    }

    func types() throws(Problem) -> [AgentType] {
        try asking { () throws(StoreError) in
            try connection.all("SELECT \(AgentType.columns) FROM agent_type ORDER BY id") {
                row throws(StoreError) in try AgentType(row)
            }
        }
    }

    func audience(_ id: AudienceID) throws(Problem) -> Audience? {
        try asking { () throws(StoreError) in
            try connection.first("SELECT \(Audience.columns) FROM audience WHERE id = ?", .text(id.rawValue)) {
                row throws(StoreError) in try Audience(row)
            }
        }
    }

    func audiences() throws(Problem) -> [Audience] {
        try asking { () throws(StoreError) in
            try connection.all("SELECT \(Audience.columns) FROM audience ORDER BY id") {
                row throws(StoreError) in try Audience(row)
            }
        }
    }

    func issuer(_ issuer: Label) throws(Problem) -> TrustedIssuer? {
        try asking { () throws(StoreError) in
            try connection.first(
                "SELECT \(TrustedIssuer.columns) FROM trusted_issuer WHERE issuer = ?", .text(issuer.rawValue)
            ) { row throws(StoreError) in try TrustedIssuer(row) }
        }
    }

    func issuers() throws(Problem) -> [TrustedIssuer] {
        try asking { () throws(StoreError) in
            try connection.all("SELECT \(TrustedIssuer.columns) FROM trusted_issuer ORDER BY issuer") {
                row throws(StoreError) in try TrustedIssuer(row)
            }
        }
    }

    func owns(_ owner: Label) throws(Problem) -> Bool {
        try asking { () throws(StoreError) in
            try connection.first(
                """
                SELECT 1 FROM agent WHERE owner = ?1
                UNION ALL SELECT 1 FROM link WHERE parent IS NULL AND principal = ?1 LIMIT 1
                """, .text(owner.rawValue)
            ) { _ in true } ?? false
        }
    }

    func keys() throws(Problem) -> [KeyEntry] {
        try asking { () throws(StoreError) in
            try connection.all(
                "SELECT \(KeyEntry.columns) FROM signing_key WHERE state != 'gone' ORDER BY created_at, id"
            ) { row throws(StoreError) in try KeyEntry(row) }
        }
    }

    func records(after sequence: Int64, limit: Int) throws(Problem) -> [[UInt8]] {
        try asking { () throws(StoreError) in
            try connection.all(
                "SELECT record FROM ledger WHERE seq > ? ORDER BY seq LIMIT ?", .integer(sequence),
                .integer(Int64(limit))
            ) { row in row.blob(0) }
        }
    }

    func cursorKey() throws(Problem) -> [UInt8] {
        try asking { () throws(StoreError) in
            guard let key = try connection.first("SELECT cursor_key FROM state", map: { row in row.optionalBlob(0) }),
                let key, key.count == 32
            else { throw .unreadable("state.cursor_key") }
            return key
        }
    }

    func position(of consumer: LedgerConsumer) throws(Problem) -> Int64? {
        try asking { () throws(StoreError) in
            try connection.first("SELECT seq FROM consumer WHERE name = ?", .text(consumer.rawValue)) { row in
                row.integer(0)
            }
        }
    }

    /// The store's errors become one sentence; the detail stays inside.
    @discardableResult
    func asking<Answer>(_ question: () throws(StoreError) -> Answer) throws(Problem) -> Answer {
        do {
            return try question()
        } catch {
            throw Problem(
                .unavailable, "the registry cannot be read or written now (SQLite code \(error.code)); try again")
        }
    }

    private static let agentQuestion = """
        SELECT agent.number, agent.created_at, link.hash, \(AgentType.columns), \(Agent.columns),
            (SELECT max(activity.at) FROM activity JOIN link AS used ON used.number = activity.link
             WHERE used.delegate = agent.id)
        FROM agent JOIN agent_type ON agent_type.id = agent.type LEFT JOIN link ON link.number = agent.link
        """

    private func entry(_ row: Row) throws(StoreError) -> AgentEntry {
        let secrets = try connection.all(
            "SELECT number, created_at FROM secret WHERE agent = ? ORDER BY number", .integer(row.integer(0))
        ) { row in
            SecretEntry(number: Int(row.integer(0)), createdAt: Instant(milliseconds: row.integer(1)))
        }
        return AgentEntry(
            agent: try Agent(row, at: 7), type: try AgentType(row, at: 3),
            link: row.optionalBlob(2).flatMap { ChainHash(bytes: $0) },
            createdAt: Instant(milliseconds: row.integer(1)),
            lastActiveAt: row.optionalInteger(14).map { Instant(milliseconds: $0) }, secrets: secrets)
    }
}
