import MandateCore

extension WriterConnection {
    /// Ends what a client may end, inside a transaction: one row, whatever hangs below it. Nil when it had ended already.
    func end(
        _ revocation: Revocation, until expiry: Instant?, by agent: String, at now: Instant
    ) throws(StoreError) -> Cut? {
        guard try isOpen(revocation) else { return nil }
        var cut = Cut()
        switch revocation {
        case .link, .token: break
        case .task(let id):
            cut = try self.cut(.made(for: id), at: now)
            try connection.run(
                "UPDATE task SET status = 'completed', ended_at = ?, ended_by = ? WHERE id = ?",
                .integer(now.milliseconds), .text(agent), .text(id.rawValue))
        }
        try revoke(revocation, until: expiry, at: now)
        return cut
    }

    private func isOpen(_ revocation: Revocation) throws(StoreError) -> Bool {
        switch revocation {
        case .link(let number):
            try connection.first("SELECT 1 FROM revocation WHERE link = ?", .integer(number)) { _ in true } == nil
        case .token(let id):
            try connection.first("SELECT 1 FROM revocation WHERE token = ?", .text(id)) { _ in true } == nil
        case .task(let id):
            try connection.first("SELECT 1 FROM task WHERE id = ? AND status = 'open'", .text(id.rawValue)) { _ in true
            }
                != nil
        }
    }
}
