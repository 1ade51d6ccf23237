import MandateCore

/// The records that an archive takes: from the first that is there to the last that a checkpoint covers and before which
/// nothing is as young as a given moment.
struct ArchiveStretch {
    let first: Int64
    let last: Int64
    /// The checkpoint of `last` records as it is published, and what it says.
    let note: [UInt8]
    let checkpoint: Checkpoint

    /// Finds it in a database; nil when there is nothing to take.
    init?(in connection: Connection, before moment: Instant) throws(StoreError) {
        let archived = try connection.first("SELECT archived FROM state") { row in row.integer(0) } ?? 0
        let young = try connection.first(
            "SELECT seq FROM ledger WHERE seq > ? AND json_extract(record, '$.at') >= ? ORDER BY seq LIMIT 1",
            .integer(archived), .text(moment.description)
        ) { row in row.integer(0) }
        // What was not delivered or looked at yet is not taken away from whoever reads along.
        let slowest = try connection.first("SELECT min(seq) FROM consumer") { row in row.optionalInteger(0) } ?? nil
        let found = try connection.first(
            """
            SELECT \(StoredCheckpoint.columns) FROM checkpoint WHERE size > ? AND size < ? AND size <= ?
            ORDER BY size DESC LIMIT 1
            """, .integer(archived), .integer(young ?? .max), .integer(slowest ?? .max)
        ) { row in StoredCheckpoint(row) }
        guard let found else { return nil }
        guard let text = SignedNote(found.note)?.text, let checkpoint = Checkpoint(text), checkpoint.size == found.size
        else { throw .unreadable("checkpoint of \(found.size) records") }
        (first, last) = (archived + 1, found.size)
        (note, self.checkpoint) = (found.note, checkpoint)
    }
}
