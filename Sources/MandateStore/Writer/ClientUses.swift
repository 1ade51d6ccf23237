import MandateCore

/// Writes down, to the minute, when agents and their secrets were last used: once a minute each, however much they ask.
final class ClientUses {
    private var fresh: [ClientUse: Int64] = [:]
    /// The minute last written; only spares writing it again.
    private var written: [ClientUse: Int64] = [:]
    private static let remembered = 65_536

    private let setAgent: Statement
    private let setHour: Statement
    private let setSecret: Statement

    init(_ connection: Connection) throws(StoreError) {
        setAgent = try connection.prepare(
            "UPDATE agent_use SET last_active_at = max(coalesce(last_active_at, 0), ?2) WHERE agent = ?1")
        setHour = try connection.prepare("UPDATE agent_use SET idle_hour = ?2 WHERE agent = ?1 AND idle_hour < ?2")
        setSecret = try connection.prepare(
            """
            UPDATE secret SET last_used_at = max(coalesce(last_used_at, 0), ?3) WHERE agent = ?1 AND number = ?2
            """)
    }

    func note(_ use: ClientUse, at now: Instant) {
        let minute = now.seconds / 60
        if written[use] != minute { fresh[use] = minute }
    }

    /// Drops what was noted for a group that was not committed.
    func forget() {
        fresh.removeAll(keepingCapacity: true)
        written.removeAll()
    }

    /// Writes what was noted, inside the group's transaction.
    func flush() throws(StoreError) {
        guard !fresh.isEmpty else { return }
        if written.count + fresh.count > Self.remembered { written.removeAll() }
        for (use, minute) in fresh {
            let time = SQLValue.integer(minute * 60_000)
            try setAgent.run([.integer(use.agent), time])
            try setSecret.run([.integer(use.agent), .integer(use.secret), time])
            if written[use].map({ $0 / 60 != minute / 60 }) ?? true {
                try setHour.run([.integer(use.agent), .integer(minute / 60)])
            }
            written[use] = minute
        }
        fresh.removeAll(keepingCapacity: true)
    }
}
