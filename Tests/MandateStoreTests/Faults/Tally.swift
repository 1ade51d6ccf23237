import MandateCore

@testable import MandateStore

/// How much of everything a database holds: two states between which an operation could stop differ in it.
struct Tally: Equatable {
    private var counts: [String: Int64] = [:]

    private static let questions = [
        "records": "SELECT count(*) FROM ledger",
        "links": "SELECT count(*) FROM link",
        "registrations": "SELECT total(link) FROM agent",
        "secrets": "SELECT count(*) FROM secret",
        "live tokens": "SELECT total(tokens) FROM live_token",
        "agents seen": "SELECT count(last_active_at) FROM agent_use",
        "tasks": "SELECT count(*) FROM task",
        "held tasks": "SELECT count(holder) FROM task",
        "ended tasks": "SELECT count(*) FROM task WHERE status != 'open'",
        "used tokens": "SELECT count(*) FROM used_token",
        "kept answers": "SELECT count(*) FROM retry",
        "revocations": "SELECT count(*) FROM revocation",
        "last revocation": "SELECT revocations FROM state",
        "epoch": "SELECT epoch FROM state",
        "latest time": "SELECT latest_at FROM state",
        "stopped agents": "SELECT count(*) FROM agent WHERE status != 'active'",
        "marks": "SELECT total(not_before) FROM agent",
        "next keys": "SELECT count(*) FROM signing_key WHERE state = 'next'",
        "active keys": "SELECT count(*) FROM signing_key WHERE state = 'active'",
        "retiring keys": "SELECT count(*) FROM signing_key WHERE state = 'retiring'",
    ]

    /// Counts what a new reader sees.
    init(of place: Place) throws {
        let connection = try Connection(path: place.database, access: .reading)
        try connection.execute("BEGIN")
        for (name, question) in Self.questions {
            counts[name] = try connection.first(question) { row in row.integer(0) }
        }
    }

    /// What SQLite finds wrong with the file itself.
    static func damage(of place: Place) throws -> [String] {
        let connection = try Connection(path: place.database, access: .reading)
        let broken = try connection.all("PRAGMA integrity_check") { row in row.text(0) }.filter { $0 != "ok" }
        return broken + (try connection.all("PRAGMA foreign_key_check") { row in row.text(0) })
    }
}
