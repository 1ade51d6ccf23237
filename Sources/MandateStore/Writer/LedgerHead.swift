import MandateCore

/// The last record of the ledger: its number, its hash, its time.
struct LedgerHead {
    let sequence: Int64
    /// The leaf hash of the last record; nil when there is none yet.
    let leaf: [UInt8]?
    /// `prev` of the next record.
    let hash: String?
    /// The latest time any record names; a clock far behind it is not believed.
    let at: Instant

    init(sequence: Int64, leaf: [UInt8]?, at: Instant) {
        self.sequence = sequence
        self.leaf = leaf
        hash = leaf.map(Hex.encode(sha256:))
        self.at = at
    }

    /// Reads the head and checks that the last record is whole and continues the one before it.
    init(_ connection: Connection, digests: any Digests) throws(StoreError) {
        let last = try connection.all("SELECT seq, record FROM ledger ORDER BY seq DESC LIMIT 2") { row in
            (sequence: row.integer(0), record: row.blob(1))
        }
        let latest = try connection.first("SELECT latest_at FROM state") { row in row.integer(0) }
        guard let latest else { throw .unreadable("state") }
        guard let newest = last.first else {
            self.init(sequence: 0, leaf: nil, at: Instant(milliseconds: latest))
            return
        }
        let previous = last.count > 1 ? Hex.encode(sha256: try Self.leaf(of: last[1].record, digests: digests)) : nil
        let json = try StoredJSON(newest.record, "the last ledger record")
        guard try json.required("seq", \.integer) == newest.sequence,
            try json.optional("prev", \.string) == previous
        else { throw .unreadable("the last ledger record: it does not continue the one before") }
        let time = try json.required("at") { $0.string.flatMap { Instant(rfc3339: $0) } }
        self.init(
            sequence: newest.sequence, leaf: try Self.leaf(of: newest.record, digests: digests),
            at: max(time, Instant(milliseconds: latest)))
    }

    /// The RFC 6962 leaf hash of a record: SHA-256( 0x00 ‖ record ).
    static func leaf(of record: [UInt8], digests: any Digests) throws(StoreError) -> [UInt8] {
        try hashing { () throws(Refusal) in try MerkleHasher(digests).leaf(record) }
    }
}
