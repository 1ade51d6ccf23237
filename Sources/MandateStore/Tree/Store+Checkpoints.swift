import MandateCore

extension Store {
    /// The key of the ledger that the database names; nil when it names none yet.
    public func checkpointKey() throws(Problem) -> VerifierKey? {
        try reading { (reader) throws(Problem) in try reader.checkpointKey() }
    }

    /// Signs the ledger from now on, at least every second while records come.
    ///
    /// Refuses when the newest checkpoint of the database, or the one in the file beside it, does not belong to the ledger:
    /// then records were cut off or changed since it was signed. A file that this key has not signed says nothing about
    /// this ledger, and is replaced.
    public func signCheckpoints(
        with signer: any CheckpointSigner, checkedBy verifier: any NoteVerifier
    ) async throws(Problem) {
        let (path, report) = (path, report)
        let file = CheckpointFile.path(besideDatabase: path)
        let beside = try CheckpointFile.read(file)
        let publisher = CheckpointFile(besideDatabase: path, report: report)
        do throws(Problem) {
            try await writer.changing { (connection) throws(Problem) in
                do throws(StoreError) {
                    try connection.name(signer.verifierKey)
                } catch {
                    throw Self.unreadable(error)
                }
                let check = CheckpointCheck(connection, key: signer.verifierKey, verifier: verifier)
                let stored = try check.checkStored()
                if let beside, try !check.check(beside, in: file) {
                    report("\(file) is not signed by the key of this ledger: it is replaced")
                }
                do throws(StoreError) {
                    connection.sign(
                        with: try CheckpointWriter(connection.connection, signer: signer, publish: publisher.publish))
                } catch {
                    throw Self.unreadable(error)
                }
                if let stored, stored.note != beside { publisher.publish(stored.note) }
            }
        } catch {
            publisher.stop()
            throw error
        }
        keep(publisher)
    }

    private static func unreadable(_ error: StoreError) -> Problem {
        Problem(.unavailable, "the checkpoints of the database cannot be read or written: \(error.message)")
    }
}

/// Whether checkpoints belong to the ledger of a database.
struct CheckpointCheck {
    private let connection: WriterConnection
    private let key: VerifierKey
    private let verifier: any NoteVerifier

    init(_ connection: WriterConnection, key: VerifierKey, verifier: any NoteVerifier) {
        self.connection = connection
        self.key = key
        self.verifier = verifier
    }

    /// The newest checkpoint in the database, which must be signed and agree; nil when there is none.
    func checkStored() throws(Problem) -> StoredCheckpoint? {
        let stored: StoredCheckpoint?
        do throws(StoreError) {
            stored = try StoredCheckpoint.newest(in: connection.connection)
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
        guard checkpoint.size <= connection.tree.size else {
            throw Problem(
                .unavailable,
                "\(source) covers \(checkpoint.size) records, but the ledger has \(connection.tree.size): records were "
                    + "cut off its end, or it was restored from an older backup; \(mend)")
        }
        let root: [UInt8]
        do throws(StoreError) {
            root = try StoredTree(connection.connection, MerkleHasher(connection.digests)).root(of: 0..<checkpoint.size)
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
