import MandateCore

/// A backup that is in the place of the database now.
public struct Restored: Hashable, Sendable {
    /// How many records the ledger has now, with the one that says so.
    public let records: Int64
    public let lastSequence: Int64
    public let head: String
    /// The last record of the backup: its number and the latest time anything in the backup names.
    public let from: Int64
    public let asOf: Instant
    /// Where the database that was there is now; nil when there was none.
    public let kept: String?
    /// What an operator must know, one sentence each.
    public let warnings: [String]

    public var json: JSONValue {
        [
            "records": .integer(records), "last_seq": .integer(lastSequence), "head": .string(head),
            "restored_from": .integer(from), "as_of": .string(asOf.description),
            "kept": kept.map { .string($0) } ?? .null, "warnings": .array(warnings.map { .string($0) }),
        ]
    }
}
