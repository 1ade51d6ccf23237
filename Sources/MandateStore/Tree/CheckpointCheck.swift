import MandateCore

/// Whether checkpoints belong to the ledger of a database.
struct CheckpointCheck {
    private let connection: Connection
    private let size: Int64
    private let digests: any Digests
    private let key: VerifierKey
    private let verifier: any NoteVerifier

    /// Of a ledger of `size` records, signed by `key`.
    init(
        _ connection: Connection, size: Int64, digests: any Digests, key: VerifierKey, verifier: any NoteVerifier
    ) {
        self.connection = connection
        self.size = size
        self.digests = digests
        self.key = key
        self.verifier = verifier
    }

    /// The newest checkpoint in the database, which must be signed and agree; nil when there is none.
    func checkStored() throws(Problem) -> StoredCheckpoint? {
        let stored: StoredCheckpoint?
        do throws(StoreError) {
            stored = try StoredCheckpoint.newest(in: connection)
        } catch {
            throw Problem(.unavailable, "the checkpoints of the database cannot be read: \(error.message)")
        }
        guard let stored else { return nil }
        let signed: SignedCheckpoint
        do throws(CheckpointFault) {
            signed = try SignedCheckpoint(stored.note, by: key, checking: verifier)
        } catch {
            throw Problem(
                .unavailable,
                "the newest checkpoint in the database \(error): somebody else changed the database; restore a backup")
        }
        try agree(signed.checkpoint, "the newest checkpoint in the database")
        return stored
    }

    /// Checks a note from a file; false when this key has not signed it.
    func check(_ note: [UInt8], in file: String) throws(Problem) -> Bool {
        let signed: SignedCheckpoint
        do throws(CheckpointFault) {
            signed = try SignedCheckpoint(note, by: key, checking: verifier)
        } catch {
            return false
        }
        try agree(signed.checkpoint, file)
        return true
    }

    private func agree(_ checkpoint: Checkpoint, _ source: String) throws(Problem) {
        let mend = "find out who did that; restore a newer backup with mandate restore, or see docs/ledger.md"
        guard checkpoint.size <= size else {
            throw Problem(
                .unavailable,
                "\(source) covers \(checkpoint.size) records, but the ledger has \(size): records were "
                    + "cut off its end, or it was restored from an older backup; \(mend)")
        }
        let root: [UInt8]
        do throws(StoreError) {
            root = try StoredTree(connection, MerkleHasher(digests)).root(of: 0..<checkpoint.size)
        } catch {
            throw Problem(.unavailable, "the tree of the ledger cannot be read: \(error.message); restore a backup")
        }
        guard root == checkpoint.root else {
            throw Problem(
                .unavailable,
                "\(source) has another root than the first \(checkpoint.size) records of the ledger: records were "
                    + "changed, or it is another ledger; run mandate ledger verify; \(mend)")
        }
    }
}
