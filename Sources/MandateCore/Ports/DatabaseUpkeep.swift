/// What is done to the database as a whole while it is in use.
public protocol DatabaseUpkeep: Sendable {
    /// Copies the database to `file`, an absolute path with nothing there yet, and checks the copy; tokens are issued
    /// meanwhile. When it fails there is no file.
    func backUp(to file: String) async throws(Problem) -> Backup
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

    public init(records: Int64, lastSequence: Int64, head: String?, bytes: Int64) {
        self.records = records
        self.lastSequence = lastSequence
        self.head = head
        self.bytes = bytes
    }

    public var json: JSONValue {
        [
            "records": .integer(records), "last_seq": .integer(lastSequence),
            "head": head.map { .string($0) } ?? .null, "bytes": .integer(bytes),
        ]
    }
}
