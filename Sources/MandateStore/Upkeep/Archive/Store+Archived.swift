import MandateCore

extension Store {
    /// Takes what is in an archive out of the ledger, with a record of it: one transaction, and they are gone for whoever
    /// reads. Their rows go later, a few at a time.
    func remove(_ archive: Archive, by operatorName: String) async throws(Problem) {
        let (now, report) = (now, report)
        try await writer.changing { (connection) throws(Problem) in
            try connection.transaction { () throws(Problem) in
                do throws(StoreError) {
                    let changed = try connection.connection.run(
                        "UPDATE state SET archived = ? WHERE archived = ?", .integer(archive.last),
                        .integer(archive.first - 1))
                    guard changed == 1 else { throw StoreError(code: 0, message: "the ledger begins elsewhere") }
                    let time = now()
                    var record = LedgerRecord(at: time, event: .ledgerArchived)
                    record.change = archive.json
                    record.changedBy = operatorName
                    try connection.append(record.pieces, at: time)
                } catch {
                    throw Self.unremoved(error, report)
                }
            } failing: {
                Self.unremoved($0, report)
            }
        }
    }

    private static func unremoved(_ error: StoreError, _ report: @Sendable (String) -> Void) -> Problem {
        report("what was archived could not be removed: \(error)")
        return Problem(
            .unavailable,
            "the archive is written, but whether its records were taken out of the ledger is not known: "
                + "keep the files, and see whether the ledger has a record ledger.archived")
    }

    /// Deletes the rows of records that are in archives. Each piece is a short transaction, so that nobody waits for long;
    /// whatever is left, because the service stops or the disk is full, is deleted the next time.
    public func deleteArchivedRows() async {
        do throws(Problem) {
            while true {
                let begin = ContinuousClock.now
                let isOver = try await writer.changing { (connection) throws(Problem) in
                    do throws(StoreError) {
                        return try connection.transaction { () throws(StoreError) in
                            try connection.deleteArchived() == 0
                        } failing: {
                            $0
                        }
                    } catch {
                        throw Problem(.unavailable, "\(error)")
                    }
                }
                if isOver { return }
                try await rest(since: begin)
            }
        } catch {
            report("rows of archived records are left to be deleted: \(error.detail)")
        }
    }

    /// As long as the work took: half of the writer's time is for others.
    private func rest(since begin: ContinuousClock.Instant) async throws(Problem) {
        do {
            try await Task.sleep(for: max(.milliseconds(1), .now - begin))
        } catch {
            throw Problem(.unavailable, "the service is stopping")
        }
    }
}

extension WriterConnection {
    private static let rowsAtOnce: Int64 = 1000

    /// Deletes some rows of archived records, inside a transaction; answers how many. Those stay that a tile of the tree
    /// which is not full yet is made of, and always the one before the first that is not archived.
    func deleteArchived() throws(StoreError) -> Int {
        let archived = try connection.first("SELECT archived FROM state") { row in row.integer(0) } ?? 0
        let end = max(0, archived - 1) / MerkleTile.width * MerkleTile.width
        return try connection.run(
            "DELETE FROM ledger WHERE seq <= min(?, (SELECT min(seq) FROM ledger) + ? - 1)", .integer(end),
            .integer(Self.rowsAtOnce))
    }
}
