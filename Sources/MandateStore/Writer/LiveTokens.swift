import MandateCore

/// Counts live tokens and activity for one group, so that a thousand tokens of one agent are one row.
final class LiveTokens {
    private struct Second: Hashable {
        let expiry: Int64
        let link: Int64
    }

    private var tokens: [Second: Int64] = [:]
    private var active: [Int64: Int64] = [:]
    /// The minute of activity last written for a link; only spares writing it again.
    private var written: [Int64: Int64] = [:]
    private static let remembered = 65_536
    private var nextPruning: Int64 = 0

    private let addTokens: Statement
    private let setActivity: Statement
    private let prune: Statement

    init(_ connection: Connection) throws(StoreError) {
        addTokens = try connection.prepare(
            """
            INSERT INTO live_token (expires_at, link, tokens) VALUES (?, ?, ?)
            ON CONFLICT DO UPDATE SET tokens = tokens + excluded.tokens
            """)
        setActivity = try connection.prepare(
            "INSERT INTO activity (link, at) VALUES (?, ?) ON CONFLICT DO UPDATE SET at = excluded.at")
        prune = try connection.prepare("DELETE FROM live_token WHERE expires_at < ?")
    }

    /// The link is in use at `now` and, unless `expiry` is nil, one more token lives under it.
    func add(link: Int64, expiry: Instant?, at now: Instant) {
        if let expiry { tokens[Second(expiry: expiry.seconds, link: link), default: 0] += 1 }
        let minute = now.seconds / 60
        if written[link] != minute { active[link] = minute }
    }

    /// Drops what was counted for a group that was not committed.
    func forget() {
        tokens.removeAll(keepingCapacity: true)
        active.removeAll(keepingCapacity: true)
        written.removeAll()
    }

    /// Writes what was counted, inside the group's transaction, and drops what has expired.
    func flush(at now: Instant) throws(StoreError) {
        for (second, count) in tokens {
            try addTokens.run([.integer(second.expiry), .integer(second.link), .integer(count)])
        }
        for (link, minute) in active {
            try setActivity.run([.integer(link), .integer(minute * 60_000)])
        }
        if now.seconds >= nextPruning {
            nextPruning = now.seconds + 1
            try prune.run([.integer(now.seconds)])
        }
        if written.count + active.count > Self.remembered { written.removeAll() }
        written.merge(active) { _, new in new }
        tokens.removeAll(keepingCapacity: true)
        active.removeAll(keepingCapacity: true)
    }
}
