import MandateCore

extension StoreReader {
    func task(_ id: TaskID) throws(Problem) -> TaskEntry? {
        try asking { () throws(StoreError) in
            try connection.first("SELECT \(TaskEntry.columns) FROM task WHERE id = ?", .text(id.rawValue)) {
                row throws(StoreError) in try TaskEntry(row)
            }
        }
    }

    func tasks(_ filter: TaskFilter) throws(Problem) -> [TaskEntry] {
        try asking { () throws(StoreError) in
            try connection.all(
                """
                SELECT \(TaskEntry.columns) FROM task WHERE id > ?1 AND (?2 IS NULL OR status = ?2) ORDER BY id LIMIT ?3
                """,
                .text(filter.after?.rawValue ?? ""), SQLValue(filter.status?.rawValue), .integer(Int64(filter.limit))
            ) { row throws(StoreError) in try TaskEntry(row) }
        }
    }

    func links(of task: TaskID) throws(Problem) -> [LinkEntry] { try entries(.made(for: task), in: "chosen") }

    func chain(to hash: ChainHash) throws(Problem) -> [LinkEntry] { try entries(.hashed(hash), in: "above") }

    func chain(to token: UUIDv7) throws(Problem) -> [LinkEntry] { try entries(.made(with: token), in: "above") }

    func roots(of principal: Label) throws(Problem) -> [LinkEntry] {
        try entries(.started(by: principal), in: "chosen").filter { $0.status != .expired }
    }

    func isRevoked(_ token: UUIDv7) throws(Problem) -> Bool {
        try asking { () throws(StoreError) in
            try connection.first("SELECT 1 FROM revocation WHERE token = ?", .text(token.text)) { _ in true } ?? false
        }
    }

    func revocation(of principal: Label) throws(Problem) -> Instant? {
        try asking { () throws(StoreError) in
            try connection.first(
                "SELECT revoked_at FROM revoked_principal WHERE id = ?", .text(principal.rawValue)
            ) { row in Instant(milliseconds: row.integer(0)) }
        }
    }

    /// The links of one of the walk's tables, oldest first: a link is younger than the one above it.
    private func entries(_ choice: LinkChoice, in table: String) throws(Problem) -> [LinkEntry] {
        try asking { () throws(StoreError) in
            try connection.all(
                LiveWalk.upward(from: choice) + """
                     SELECT link.number, link.hash, link.document, link.parent, link.expires_at, CASE
                        WHEN link.expires_at <= ?2 THEN 'expired'
                        WHEN EXISTS (SELECT 1 FROM revocation WHERE revocation.link = link.number) THEN 'revoked'
                        WHEN link.number IN (SELECT number FROM live) THEN 'live' ELSE 'dead' END
                    FROM \(table) CROSS JOIN link ON link.number = \(table).number ORDER BY link.number
                    """, choice.argument, .integer(now.seconds), .integer(now.milliseconds)
            ) { row throws(StoreError) in try LinkEntry(row) }
        }
    }
}

extension LinkEntry {
    fileprivate init(_ row: Row) throws(StoreError) {
        let entry = LinkEntry(
            try StoredLink(row), parent: row.optionalInteger(3),
            expiry: row.optionalInteger(4).map { Instant(seconds: $0) },
            status: try stored(row.text(5), "link status"))
        guard let entry else { throw .unreadable("link.document") }
        self = entry
    }
}
