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
                let check = CheckpointCheck(
                    connection.connection, size: connection.tree.size, digests: connection.digests,
                    key: signer.verifierKey, verifier: verifier)
                let stored = try check.checkStored()
                if let beside, try check.check(beside, in: file) == false {
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

    /// Checks that the ledger agrees with the newest checkpoint of the database and with the one in the file beside it.
    public func checkCheckpoints(by key: VerifierKey?, checkedBy verifier: any NoteVerifier) throws(Problem) {
        guard let key else { return }
        let connection: Connection
        let size: Int64
        do throws(StoreError) {
            connection = try Connection(path: path, access: .reading)
            try connection.execute("BEGIN")
            size = try connection.first("SELECT max(seq) FROM ledger") { row in row.integer(0) } ?? 0
        } catch {
            throw Self.unreadable(error)
        }
        let check = CheckpointCheck(connection, size: size, digests: digests, key: key, verifier: verifier)
        _ = try check.checkStored()
        let file = CheckpointFile.path(besideDatabase: path)
        if let beside = try CheckpointFile.read(file) { _ = try check.check(beside, in: file) }
    }

    /// Makes `key` the one whose signatures are good, with a record of it. The checkpoints that are kept go.
    public func replaceCheckpointKey(with key: VerifierKey) async throws(Problem) {
        try await editing { (editor) throws(Problem) in try editor.replaceCheckpointKey(with: key) }
    }

    /// The note in the file beside a database; nil when there is none.
    public static func publishedCheckpoint(besideDatabase path: String) throws(Problem) -> [UInt8]? {
        try CheckpointFile.read(CheckpointFile.path(besideDatabase: path))
    }

    private static func unreadable(_ error: StoreError) -> Problem {
        Problem(.unavailable, "the checkpoints of the database cannot be read or written: \(error.message)")
    }
}
