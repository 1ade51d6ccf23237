import MandateCore

/// The questions operators ask, each one sentence of SQL.
class StoreReader: RegistryReader {
    let connection: Connection
    let digests: any Digests
    let now: Instant
    /// What is remembered of agents and not on disk yet; nil without a service.
    let baselines: BaselineTable?
    /// Asked once an agent, so prepared once.
    private var secretsQuestion: Statement?

    init(_ connection: Connection, digests: any Digests, baselines: BaselineTable? = nil, at now: Instant) {
        self.baselines = baselines
        self.connection = connection
        self.digests = digests
        self.now = now
    }

    func secrets(ofAgent number: Int64) throws(StoreError) -> [SecretEntry] {
        let question: Statement
        if let known = secretsQuestion {
            question = known
        } else {
            question = try connection.prepare(
                "SELECT number, created_at, last_used_at FROM secret WHERE agent = ? ORDER BY number")
            secretsQuestion = question
        }
        return try question.all([.integer(number)]) { row in
            SecretEntry(
                number: Int(row.integer(0)), createdAt: Instant(milliseconds: row.integer(1)),
                lastUsedAt: row.optionalInteger(2).map { Instant(milliseconds: $0) })
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
            var (records, size): ([[UInt8]], Int) = ([], 0)
            try connection.prepare(
                "SELECT record FROM ledger WHERE seq > max(?, (SELECT archived FROM state)) ORDER BY seq LIMIT ?"
            ).each([.integer(sequence), .integer(Int64(limit))]) { row in
                let record = row.blob(0)
                records.append(record)
                size += record.count
                return size < Self.largestPage
            }
            return records
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
}
