import MandateCore

/// Writes down what is left of quotas in the transaction of the records that it was taken for.
final class QuotaWriter {
    private let states: QuotaStates
    private let save: Statement
    private let prune: Statement
    /// What the group at hand writes.
    private var written: [QuotaStates.Row] = []
    private var nextPruning: Int64 = 0
    /// The most rows that one group drops.
    private static let mostPruned = 1024

    /// Loads what is on disk.
    init(_ connection: Connection, states: QuotaStates) throws(StoreError) {
        self.states = states
        save = try connection.prepare(
            """
            INSERT INTO quota (agent, audience, whole_at) VALUES (?, ?, ?)
            ON CONFLICT DO UPDATE SET whole_at = excluded.whole_at
            """)
        prune = try connection.prepare(
            """
            DELETE FROM quota WHERE (agent, audience) IN (
                SELECT agent, audience FROM quota WHERE whole_at <= ? LIMIT \(Self.mostPruned))
            """)
        states.load(
            try connection.prepare("SELECT agent, audience, whole_at FROM quota").all { row throws(StoreError) in
                QuotaStates.Row(
                    key: QuotaStates.Key(
                        agent: try identifier(row.text(0), "quota.agent"),
                        audience: try identifier(row.text(1), "quota.audience")),
                    wholeAt: Instant(milliseconds: row.integer(2)))
            })
    }

    /// Writes what changed, inside the group's transaction, and once a minute drops what is whole again.
    func flush(at now: Instant) throws(StoreError) {
        written = states.changes()
        for row in written {
            try save.run([
                .text(row.key.agent.rawValue), .text(row.key.audience.rawValue), .integer(row.wholeAt.milliseconds),
            ])
        }
        guard now.seconds >= nextPruning else { return }
        nextPruning = now.seconds + 60
        try prune.run([.integer(states.prune().milliseconds)])
    }

    /// The group was not committed: what it wrote is written again with the next.
    func forget() {
        states.giveBack(written)
        written = []
    }
}
