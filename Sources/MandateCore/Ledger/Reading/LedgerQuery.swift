/// A question to the ledger: what passes the filter after a record, oldest first.
public struct LedgerQuery: Hashable, Sendable {
    /// Only records with a number above this one.
    public var after: Int64
    public var limit: Int
    /// How many bytes of records one answer holds at most; a single longer record comes alone.
    public var size: Int
    public var filter: LedgerFilter

    /// How many bytes an answer holds unless asked otherwise.
    public static let usualSize = 8 << 20

    public init(after: Int64, limit: Int, size: Int = usualSize, filter: LedgerFilter = LedgerFilter()) {
        self.after = after
        self.limit = limit
        self.size = size
        self.filter = filter
    }
}

/// What one look into the ledger found. A look does bounded work, so it may find nothing and yet not be at the end.
public struct LedgerExcerpt: Hashable, Sendable {
    public let records: [StoredRecord]
    /// After which record to look on; nil when the newest record was looked at.
    public let next: Int64?

    public init(records: [StoredRecord], next: Int64?) {
        self.records = records
        self.next = next
    }
}

/// A record as it is stored, with the number it is stored under.
public struct StoredRecord: Hashable, Sendable {
    public let sequence: Int64
    /// Canonical JSON, byte for byte as it is hashed.
    public let bytes: [UInt8]

    public init(sequence: Int64, bytes: [UInt8]) {
        self.sequence = sequence
        self.bytes = bytes
    }
}
