import MandateCore

/// Counts live tokens for one group, so that a thousand tokens of one agent are one row.
final class LiveTokens {
    private struct Second: Hashable {
        let expiry: Int64
        let link: Int64
    }

    private var tokens: [Second: Int64] = [:]
    private var nextPruning: Int64 = 0

    private let addTokens: Statement
    private let prune: Statement

    init(_ connection: Connection) throws(StoreError) {
        addTokens = try connection.prepare(
            """
            INSERT INTO live_token (expires_at, link, tokens) VALUES (?, ?, ?)
            ON CONFLICT DO UPDATE SET tokens = tokens + excluded.tokens
            """)
        prune = try connection.prepare("DELETE FROM live_token WHERE expires_at < ?")
    }

    /// One more token lives under the link.
    func add(link: Int64, expiry: Instant) {
        tokens[Second(expiry: expiry.seconds, link: link), default: 0] += 1
    }

    /// Drops what was counted for a group that was not committed.
    func forget() {
        tokens.removeAll(keepingCapacity: true)
    }

    /// Writes what was counted, inside the group's transaction, and drops what has expired.
    func flush(at now: Instant) throws(StoreError) {
        for (second, count) in tokens {
            try addTokens.run([.integer(second.expiry), .integer(second.link), .integer(count)])
        }
        if now.seconds >= nextPruning {
            nextPruning = now.seconds + 1
            try prune.run([.integer(now.seconds)])
        }
        tokens.removeAll(keepingCapacity: true)
    }
}
