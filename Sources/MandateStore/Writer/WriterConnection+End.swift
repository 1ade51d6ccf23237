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
            let open = try connection.first(
                "SELECT 1 FROM task WHERE id = ? AND status = 'open'", .text(id.rawValue)
            ) { _ in true }
            guard open != nil else { return Cut() }
            let cut = try cut(.made(for: id), at: now)
            try connection.run(
                "UPDATE task SET status = 'completed', ended_at = ?, ended_by = ? WHERE id = ?",
                .integer(now.milliseconds), .text(agent), .text(id.rawValue))
            try revoke(revocation, until: expiry, at: now)
            return cut
        }
    }
}
