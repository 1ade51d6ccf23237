import MandateCore

/// The last record of the ledger: its number, its hash, its time.
struct LedgerHead {
    let sequence: Int64
    /// `prev` of the next record; nil when there is none yet.
    let hash: String?
    /// The latest time any record names; a clock far behind it is not believed.
    let at: Instant

    init(sequence: Int64, hash: String?, at: Instant) {
        self.sequence = sequence
        self.hash = hash
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
            self.init(sequence: 0, hash: nil, at: Instant(milliseconds: latest))
            return
        }
        let previous = last.count > 1 ? try Self.hash(of: last[1].record, digests: digests) : nil
        let json = try StoredJSON(newest.record, "the last ledger record")
        guard try json.required("seq", \.integer) == newest.sequence,
            try json.optional("prev", \.string) == previous
        else { throw .unreadable("the last ledger record: it does not continue the one before") }
        let time = try json.required("at") { $0.string.flatMap { Instant(rfc3339: $0) } }
        self.init(
            sequence: newest.sequence, hash: try Self.hash(of: newest.record, digests: digests),
            at: max(time, Instant(milliseconds: latest)))
    }

    /// The RFC 6962 leaf hash of a record: SHA-256( 0x00 ‖ record ).
    static func hash(of record: [UInt8], digests: any Digests) throws(StoreError) -> String {
        do {
            return "sha256:" + Hex.encode(try digests.sha256([0] + record))
        } catch {
            throw StoreError(code: 0, message: "SHA-256 failed")
        }
    }
}
