import MandateCore

/// The records that an archive takes: from the first that is there to the last that a checkpoint covers and before which
/// nothing is as young as a given moment.
struct ArchiveStretch {
    let first: Int64
    let last: Int64
    /// The checkpoint of `last` records as it is published, and what it says.
    let note: [UInt8]
    let checkpoint: Checkpoint

    /// How far somebody who reads the ledger along has come.
    struct Progress {
        let reader: LedgerConsumer
        let position: Int64
    }

    /// Finds it in a database; nil when there is nothing to take. What was not delivered or looked at yet is not taken away
    /// from whoever reads along.
    init?(in connection: Connection, before moment: Instant, after slowest: Progress?) throws(StoreError) {
        let archived = try connection.first("SELECT archived FROM state") { row in row.integer(0) } ?? 0
        let young = try connection.first(
            "SELECT seq FROM ledger WHERE seq > ? AND json_extract(record, '$.at') >= ? ORDER BY seq LIMIT 1",
            .integer(archived), .text(moment.description)
        ) { row in row.integer(0) }
        let found = try connection.first(
            """
            SELECT \(StoredCheckpoint.columns) FROM checkpoint WHERE size > ? AND size < ? AND size <= ?
            ORDER BY size DESC LIMIT 1
            """, .integer(archived), .integer(young ?? .max), .integer(slowest?.position ?? .max)
        ) { row in StoredCheckpoint(row) }
        guard let found else { return nil }
        guard let text = SignedNote(found.note)?.text, let checkpoint = Checkpoint(text), checkpoint.size == found.size
        else { throw .unreadable("checkpoint of \(found.size) records") }
        (first, last) = (archived + 1, found.size)
        (note, self.checkpoint) = (found.note, checkpoint)
    }

    /// Who of them is furthest behind; nil when none has begun.
    static func slowest(of readers: Set<LedgerConsumer>, in connection: Connection) throws(StoreError) -> Progress? {
        try connection.all("SELECT name, seq FROM consumer ORDER BY seq") { row in
            LedgerConsumer(rawValue: row.text(0)).map { Progress(reader: $0, position: row.integer(1)) }
        }.compactMap { $0 }.first { readers.contains($0.reader) }
    }
}
