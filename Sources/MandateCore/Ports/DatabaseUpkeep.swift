/// What is done to the database as a whole while it is in use.
public protocol DatabaseUpkeep: Sendable {
    /// Copies the database to `file`, an absolute path with nothing there yet, and checks the copy; tokens are issued
    /// meanwhile. When it fails there is no file.
    func backUp(to file: String) async throws(Problem) -> Backup

    /// Moves the oldest records, all of them from before `moment`, out of the ledger into `file`, an absolute path with
    /// nothing there yet, and the checkpoint that covers them into a file beside it. Tokens are issued meanwhile. They are
    /// removed when the files are on disk and were read again; `operatorName` stands in the record of it.
    func archive(before moment: Instant, to file: String, by operatorName: String) async throws(Problem) -> Archive
}

/// Records that were moved out of the ledger.
public struct Archive: Hashable, Sendable {
    /// The first and the last.
    public let first: Int64
    public let last: Int64
    /// Of the file: how long it is, and its SHA-256 in hex.
    public let bytes: Int64
    public let digest: String

    public init(first: Int64, last: Int64, bytes: Int64, digest: String) {
        self.first = first
        self.last = last
        self.bytes = bytes
        self.digest = digest
    }

    public var json: JSONValue {
        [
            "records": .integer(last - first + 1), "from": .integer(first), "to": .integer(last),
            "bytes": .integer(bytes), "sha256": .string(digest),
        ]
    }
}

/// A copy of the database that was checked.
public struct Backup: Hashable, Sendable {
    /// How many records of the ledger are in it, and the number of the last one.
    public let records: Int64
    public let lastSequence: Int64
    /// What the `prev` of the next record would be; nil when there is no record.
    public let head: String?
    /// How long the file is.
    public let bytes: Int64
    /// How many records the newest checkpoint in it covers; nil when there is none.
    public let checkpoint: Int64?

    public init(records: Int64, lastSequence: Int64, head: String?, bytes: Int64, checkpoint: Int64?) {
        self.records = records
        self.lastSequence = lastSequence
        self.head = head
        self.bytes = bytes
        self.checkpoint = checkpoint
    }

    public var json: JSONValue {
        [
            "records": .integer(records), "last_seq": .integer(lastSequence),
            "head": head.map { .string($0) } ?? .null, "bytes": .integer(bytes),
            "checkpoint": checkpoint.map { .integer($0) } ?? .null,
        ]
    }
}
