import MandateCore

extension StoreReader {
    func checkpointKey() throws(Problem) -> VerifierKey? {
        let text = try asking { () throws(StoreError) in
            try connection.first("SELECT checkpoint_key FROM state") { row in row.optionalText(0) } ?? nil
        }
        guard let text else { return nil }
        let key: VerifierKey?
        do throws(Refusal) {
            key = try VerifierKey(text, hashing: digests)
        } catch {
            throw Problem(.unavailable, "SHA-256 failed; try again")
        }
        guard let key else {
            throw Problem(.unavailable, "the key of the ledger in the database is damaged: restore a backup")
        }
        return key
    }

    func latestCheckpoint() throws(Problem) -> StoredCheckpoint? {
        try asking { () throws(StoreError) in try StoredCheckpoint.newest(in: connection) }
    }

    func checkpoints(after size: Int64, limit: Int) throws(Problem) -> [StoredCheckpoint] {
        try asking { () throws(StoreError) in
            try connection.all(
                "SELECT \(StoredCheckpoint.columns) FROM checkpoint WHERE size > ? ORDER BY size LIMIT ?",
                .integer(size),
                .integer(Int64(limit))
            ) { row in StoredCheckpoint(row) }
        }
    }

    func ledgerSize() throws(Problem) -> Int64 {
        try asking { () throws(StoreError) in
            try connection.first("SELECT coalesce(max(seq), 0) FROM ledger") { row in row.integer(0) } ?? 0
        }
    }

    func ledgerRoot(of leaves: Range<Int64>) throws(Problem) -> [UInt8] {
        try asking { () throws(StoreError) in try tree().root(of: leaves) }
    }

    func inclusionProof(of index: Int64, in size: Int64) throws(Problem) -> [[UInt8]] {
        try asking { () throws(StoreError) in try tree().inclusionProof(of: index, in: size) }
    }

    func consistencyProof(from: Int64, to: Int64) throws(Problem) -> [[UInt8]] {
        try asking { () throws(StoreError) in try tree().consistencyProof(from: from, to: to) }
    }

    private func tree() throws(StoreError) -> StoredTree { try StoredTree(connection, MerkleHasher(digests)) }
}
