import MandateCore

/// What is in a database that nobody else has open, checked page by page: whole, ours, of a schema this program knows.
struct DatabaseContents {
    let head: LedgerHead
    /// How many records of the ledger are in it; the others are in archives.
    let records: Int64
    /// How many records the newest checkpoint covers; nil when there is none.
    let checkpoint: Int64?

    /// Checks the file at `path` and makes it one file without a log beside it.
    init(of path: String, digests: any Digests, stop: StopFlag) throws(Problem) {
        do throws(StoreError) {
            let connection = try Connection(path: path, access: .reading)
            guard try connection.first("PRAGMA application_id", map: { row in row.integer(0) }) == Schema.applicationID
            else { throw StoreError(code: 0, message: "it is no database of mandate") }
            guard try Schema.version(of: connection) > 0 else {
                throw StoreError(code: 0, message: "it is an empty database")
            }
            try Schema.check(connection)
        } catch {
            throw Self.problem(error)
        }
        do throws(StoreError) {
            let connection = try Connection(path: path, access: .copying)
            connection.end(on: stop)
            // Out of the mode in which the newest pages are in a file beside it.
            try connection.execute("PRAGMA journal_mode=DELETE")
            let faults = try connection.all("PRAGMA quick_check(1)") { row in row.text(0) }
            guard faults == ["ok"] else {
                throw StoreError(code: 0, message: "SQLite finds it damaged: \(faults.first ?? "no answer")")
            }
            let head = try LedgerHead(connection, digests: digests)
            let first = try connection.first("SELECT min(seq) FROM ledger") { row in row.optionalInteger(0) } ?? nil
            let isSigned = try Schema.version(of: connection) >= Schema.checkpointed
            let archived = isSigned ? try connection.first("SELECT archived FROM state") { $0.integer(0) } ?? 0 : 0
            self.head = head
            records = first.map { head.sequence - max($0 - 1, archived) } ?? 0
            checkpoint = isSigned ? try StoredCheckpoint.newest(in: connection)?.size : nil
        } catch {
            throw stop.isSet ? Problem.stopping : Self.problem(error)
        }
    }

    private static func problem(_ error: StoreError) -> Problem {
        Problem(.invalid, field: "file", "cannot be used: \(error.message)")
    }
}
