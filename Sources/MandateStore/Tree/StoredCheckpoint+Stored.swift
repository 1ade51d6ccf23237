import MandateCore

extension StoredCheckpoint {
    static let columns = "size, at, note"

    init(_ row: Row) {
        self.init(size: row.integer(0), at: Instant(milliseconds: row.integer(1)), note: row.blob(2))
    }

    static func newest(in connection: Connection) throws(StoreError) -> StoredCheckpoint? {
        try connection.first("SELECT \(columns) FROM checkpoint ORDER BY size DESC LIMIT 1") { row in
            StoredCheckpoint(row)
        }
    }
}

extension WriterConnection {
    /// Writes down whose signatures are good, unless that is known.
    func name(_ key: VerifierKey) throws(StoreError) {
        let known = try connection.first("SELECT checkpoint_key FROM state") { row in row.optionalText(0) } ?? nil
        if known == nil {
            try connection.run("UPDATE state SET checkpoint_key = ?", .text(key.description))
        }
    }
}
