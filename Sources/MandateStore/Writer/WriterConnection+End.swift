import MandateCore

extension WriterConnection {
    /// Ends what a client may end, inside a transaction: one row, whatever hangs below it. What has ended already stays
    /// as it is, and cuts nothing.
    func end(
        _ revocation: Revocation, until expiry: Instant?, by agent: String, at now: Instant
    ) throws(StoreError) -> Cut {
        switch revocation {
        case .link(let number):
            let known = try connection.first(
                "SELECT 1 FROM revocation WHERE link = ?", .integer(number)
            ) { _ in true }
            if known == nil { try revoke(revocation, until: expiry, at: now) }
            return Cut()
        case .token(let id):
            let known = try connection.first("SELECT 1 FROM revocation WHERE token = ?", .text(id)) { _ in true }
            if known == nil { try revoke(revocation, until: expiry, at: now) }
            return Cut()
        case .task(let id):
            let changed = try connection.run(
                "UPDATE task SET status = 'completed', ended_at = ?, ended_by = ? WHERE id = ? AND status = 'open'",
                .integer(now.milliseconds), .text(agent), .text(id.rawValue))
            guard changed > 0 else { return Cut() }
            try revoke(revocation, until: expiry, at: now)
            return try cut(of: id, at: now)
        }
    }

    /// What a task had that is still alive. Every delegation link of it names it; tokens straight from a registration are
    /// counted by registration only, and so not here.
    private func cut(of task: TaskID, at now: Instant) throws(StoreError) -> Cut {
        let links = try connection.first(
            "SELECT count(*), max(expires_at) FROM link WHERE task = ? AND expires_at > ?", .text(task.rawValue),
            .integer(now.seconds)
        ) { row in Cut(links: row.integer(0), latestExpiry: row.optionalInteger(1).map { Instant(seconds: $0) }) }
        let tokens = try connection.first(
            """
            SELECT total(tokens), max(expires_at) FROM live_token
            WHERE expires_at > ?2 AND link IN (SELECT number FROM link WHERE task = ?1)
            """, .text(task.rawValue), .integer(now.seconds)
        ) { row in Cut(tokens: row.integer(0), latestExpiry: row.optionalInteger(1).map { Instant(seconds: $0) }) }
        return (links ?? Cut()) + (tokens ?? Cut())
    }
}
