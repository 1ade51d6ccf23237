import MandateCore

/// Keeps the policies' rates: holds each token against its limits once more, and writes what counts along with its group.
final class RateWriter {
    private let connection: Connection
    private let table: RateTable
    private let insert: Statement
    /// What the group added and is not on disk yet.
    private var added: [Key: Int64] = [:]
    /// Whether the table may hold what is not on disk.
    private var isDoubtful = true
    private var nextPruning: Int64 = 0

    private struct Key: Hashable {
        let expiry: Int64
        let counter: String
    }

    init(_ connection: Connection, table: RateTable) throws(StoreError) {
        self.connection = connection
        self.table = table
        insert = try connection.prepare(
            """
            INSERT INTO rate (expires_at, counter, tokens) VALUES (?, ?, ?)
            ON CONFLICT DO UPDATE SET tokens = tokens + excluded.tokens
            """)
    }

    /// Brings the table to what is on disk, after a start or a commit that failed.
    func begin() throws(StoreError) {
        guard isDoubtful else { return }
        added = [:]
        let rows = try connection.prepare("SELECT counter, expires_at, tokens FROM rate ORDER BY expires_at").all {
            row in
            (counter: row.text(0), expiry: row.integer(1), tokens: row.integer(2))
        }
        table.load(rows)
        isDoubtful = false
    }

    /// What was added may not have been written.
    func forget() { isDoubtful = true }

    /// Whether every limit that the judge relied on still holds.
    func hold(_ uses: [RateUse], at now: Instant) -> Bool {
        uses.allSatisfy { use in
            guard let limit = use.limit else { return true }
            return table.tokens(of: use.counter, at: now) < limit
        }
    }

    /// Counts a token.
    func add(_ uses: [RateUse], at now: Instant) {
        for use in uses {
            guard let expiry = table.add(to: use.counter, at: now) else { continue }
            added[Key(expiry: expiry, counter: use.counter.name), default: 0] += 1
        }
    }

    /// Writes what the group added, and once a minute drops what no longer counts.
    func flush(at now: Instant) throws(StoreError) {
        for (key, tokens) in added {
            try insert.run([.integer(key.expiry), .text(key.counter), .integer(tokens)])
        }
        added.removeAll(keepingCapacity: true)
        guard now.seconds >= nextPruning else { return }
        nextPruning = now.seconds + 60
        try connection.run("DELETE FROM rate WHERE expires_at <= ?", .integer(now.milliseconds - RateTable.grace))
        table.prune(at: now)
    }
}
